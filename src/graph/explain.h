// explain: the best paths between two nodes, each step with who states it.
#pragma once

#include "graph/snapshot.h"

typedef struct vd_path_step {
  vd_node node;      // where the step leads
  vd_neighbour edge; // the best statement of it; its kind, direction, source and evidence
} vd_path_step;

typedef struct vd_explained_path {
  vd_node from;
  VD_VEC(vd_path_step) steps;
  double cost;       // see VD_PATH_HOP_COST and VD_PATH_HUB_FACTOR
  double confidence; // product of the steps'
} vd_explained_path;

typedef struct vd_explained_paths {
  VD_VEC(vd_explained_path) list; // best first
  bool complete;                  // false: the search gave up before it had seen everything
} vd_explained_paths;

// A path costs -log(confidence) and this for each edge, and for each inner node this times the log
// of its degree: a way through CWE-79, which thousands of flaws have, explains little.
#define VD_PATH_HOP_COST   0.2
#define VD_PATH_HUB_FACTOR 0.25

typedef struct vd_explain_query {
  int64_t from, to; // nodes that stand for their classes
  uint32_t count;   // paths wanted
  int64_t as_of;
  const vd_snapshot *snapshot; // of that day, when the caller keeps one; NULL: loaded for the query
} vd_explain_query;

// Up to count paths of at most VD_EXPLAIN_HOPS edges, walked either way. An empty list when there
// is none.
vd_code vd_graph_explain(vd_graph *g, vd_arena *a, const vd_explain_query *q,
                         vd_explained_paths *out, vd_error *err) VD_MUST_USE;
