// Inside of mapping: the small part of the graph it walks (weaknesses, patterns, techniques,
// tactics, roles, stages, layers), loaded once per handle and kept in memory.
#pragma once

#include "graph/store.h"

typedef struct vd_atlas_node {
  int64_t id, position; // position: 0 when the kind has none
  vd_node_kind kind;
  vd_view key, name, class;
} vd_atlas_node;

typedef struct vd_atlas_edge {
  uint32_t src, dst, context; // indexes into nodes; context VD_ATLAS_NONE: in any role
  double confidence;
  vd_view evidence, source;
} vd_atlas_edge;

typedef struct vd_atlas_edges {
  vd_atlas_edge *at;
  size_t count, cap;
} vd_atlas_edges;

// One chain weakness - pattern - technique, the best of those that end in its technique.
typedef struct vd_chain {
  uint32_t weakness, pattern, technique;
  double weight;
} vd_chain;

static const uint32_t VD_ATLAS_NONE = UINT32_MAX;

typedef struct vd_atlas {
  VD_VEC(vd_atlas_node) nodes;              // by id
  vd_map weaknesses;                        // CWE id to its node
  vd_atlas_edges edges[VD_EDGE_KIND_COUNT]; // by src
  VD_VEC(vd_chain) chains;                  // by weakness, heaviest first
  VD_VEC(uint32_t) stages;                  // in lifecycle order
} vd_atlas;

// What a chain must weigh to be believed (docs/mapping.md): less than one in ten is not a path.
#define VD_CHAIN_CUT 0.10

vd_code vd_atlas_load(vd_graph *g, const vd_atlas **out, vd_error *err) VD_MUST_USE;
// Weighs every chain; called by vd_atlas_load.
vd_code vd_atlas_weigh(vd_graph *g, vd_atlas *atlas, vd_error *err) VD_MUST_USE;

// The edges of a kind that leave a node.
vd_atlas_edges vd_atlas_from(const vd_atlas *atlas, vd_edge_kind kind, uint32_t src);
// Index of the node with that id, or VD_ATLAS_NONE.
uint32_t vd_atlas_index(const vd_atlas *atlas, int64_t id);
