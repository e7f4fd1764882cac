// snapshot: the whole graph in compressed rows, for walking. Nodes are classes of aliases; edges
// are those that hold, one for each (src, kind, dst) with the best confidence. The updater leaves
// one in the file, so that opening it costs a copy of some megabytes.
#pragma once

#include "graph/network.h"
#include "graph/read.h"

typedef struct vd_snapshot {
  vd_network network;
  const uint32_t *node;     // nodes: id of the node that stands for the class, ascending
  const uint8_t *node_kind; // nodes: vd_node_kind
  const uint32_t *src;      // edges, by (src, kind, dst)
  const uint8_t *edge_kind; // edges: vd_edge_kind
} vd_snapshot;

static const uint32_t VD_SNAPSHOT_NONE = UINT32_MAX;

// Of now (as_of 0) as the updater left it, else made from the tables. Lives in the arena.
vd_code vd_snapshot_load(vd_graph *g, vd_arena *a, int64_t as_of, vd_snapshot *out,
                         vd_error *err) VD_MUST_USE;
// Makes it from the tables and keeps it in the file, inside the caller's transaction.
vd_code vd_snapshot_keep(vd_graph *g, vd_error *err) VD_MUST_USE;
// Index of the class that node stands for, or VD_SNAPSHOT_NONE.
uint32_t vd_snapshot_index(const vd_snapshot *s, int64_t node);

// The edge behind a step: what is stated with the best confidence between two classes. NOTFOUND.
typedef struct vd_step_query {
  int64_t src, dst; // nodes that stand for their classes
  vd_edge_kind kind;
  int64_t as_of;
} vd_step_query;
vd_code vd_graph_step(vd_graph *g, vd_arena *a, const vd_step_query *q, vd_neighbour *out,
                      vd_error *err) VD_MUST_USE;
