// Inside of mapping: what the search for techniques hands to the writer of paths.
#pragma once

#include "graph/atlas.h"

enum {
  VD_MAP_HOPS_MAX = 2, // how far up the weakness tree a rule is looked for
};

// One weakness or ancestor, and where the walk came from.
typedef struct vd_map_ancestor {
  uint32_t node;
  unsigned hops;
  unsigned child; // index of the ancestor below
  vd_view source; // of the child_of edge
} vd_map_ancestor;

// A technique and the way to it.
typedef struct vd_map_candidate {
  uint32_t technique, role, pattern; // VD_ATLAS_NONE when not on the path
  double confidence;
  unsigned line_count; // the weakness and the ancestors up to the rule
  vd_map_ancestor line[VD_MAP_HOPS_MAX + 1];
  vd_view source, reason;
} vd_map_candidate;

typedef struct vd_mapper {
  vd_graph *g;
  vd_arena *arena;
  const vd_atlas *atlas;
  const vd_flaw *flaw;
  vd_view said; // who states the flaw's weakness
  vd_view package;
  uint32_t roles[VD_MAP_ROLES_MAX];
  size_t role_count;
  VD_VEC(vd_map_candidate) candidates; // best first when writing
  vd_error *err;
} vd_mapper;

// Writes the candidates as links with their paths and tactics, and the stages and the layer.
vd_code vd_map_write(vd_mapper *m, vd_mapping *out) VD_MUST_USE;
