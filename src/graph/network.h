// network: graphs held as arrays, and what can be said from the arrays alone: rank, betweenness,
// communities, best paths, cycles. Kernels take scratch and results from the arena they are given,
// leave their output untouched on failure and return NOMEM when the arena is exhausted; the same
// input gives the same bits, whatever the number of threads.
#pragma once

#include "base/base.h"

// ---- the arrays -------------------------------------------------------------------------------

// One direction of a graph in compressed sparse rows: row v is [offset[v], offset[v + 1]).
typedef struct vd_rows {
  const uint32_t *offset; // nodes + 1
  const uint32_t *target; // edges
  const float *weight;    // confidence in (0, 1]; NULL = 1 everywhere
  const uint32_t *edge;   // index in the caller's table; NULL = the position itself
} vd_rows;

// A directed multigraph. Row v of out holds the edges from v, row v of in the edges to v (their
// target is where they come from).
typedef struct vd_network {
  uint32_t nodes, edges;
  vd_rows out, in;
} vd_network;

typedef struct vd_edge_list { // edges as a caller has them
  uint32_t nodes, edges;
  const uint32_t *src, *dst; // edges each, below nodes
  const float *weight;       // edges, or NULL
} vd_edge_list;

// Sorts the edges into rows, stably, in O(nodes + edges). USAGE when an end is no node or a weight
// is outside (0, 1], LIMIT above VD_NETWORK_NODES_MAX or VD_NETWORK_EDGES_MAX.
vd_code vd_network_build(vd_arena *a, const vd_edge_list *list, vd_network *out,
                         vd_error *err) VD_MUST_USE;

static inline float vd_rows_weight(const vd_rows *r, uint32_t i) {
  return r->weight == NULL ? 1.0F : r->weight[i];
}

static inline uint32_t vd_rows_edge(const vd_rows *r, uint32_t i) {
  return r->edge == NULL ? i : r->edge[i];
}

// Edges at v, in and out together; a loop counts twice.
static inline uint32_t vd_network_degree(const vd_network *n, uint32_t v) {
  return n->out.offset[v + 1] - n->out.offset[v] + n->in.offset[v + 1] - n->in.offset[v];
}

// ---- PageRank -------------------------------------------------------------------------------

typedef struct vd_pagerank_options {
  double damping;      // in [0, 1); 0.85 is usual
  double tolerance;    // most the scores may be off, summed over all nodes (L1); above 0
  uint32_t rounds_max; // sweeps; 1 or more
} vd_pagerank_options;

typedef struct vd_pagerank {
  double *score; // nodes; sums to 1
  uint32_t rounds;
  double error; // a bound on the L1 distance to the exact scores
  bool converged;
} vd_pagerank;

// Weighted PageRank; nodes without an edge out hand their rank to all nodes alike. Gauss-Seidel on
// the linear system (I - dP')y = 1, scaled to sum 1 (Gleich, PageRank beyond the Web, 2015, 3.1).
vd_code vd_network_pagerank(vd_arena *a, const vd_network *n, const vd_pagerank_options *o,
                            vd_pagerank *out, vd_error *err) VD_MUST_USE;

// ---- betweenness ------------------------------------------------------------------------------

typedef struct vd_betweenness_options {
  bool directed;
  uint32_t pivots; // sources drawn at random; 0 = all of them (exact), else 2 or more
  uint64_t seed;
  unsigned jobs; // threads; 0 = 1
} vd_betweenness_options;

typedef struct vd_betweenness {
  double *score; // nodes: sum over pairs of the share of shortest paths that pass through
  double *error; // nodes: standard error of score; NULL when exact
  uint32_t sources;
} vd_betweenness;

// Shortest paths by hops (Brandes, A faster algorithm for betweenness centrality, 2001); parallel
// edges are paths of their own; undirected pairs count once. With pivots the scores are unbiased
// estimates (Brandes and Pich 2007). LIMIT when two nodes have more paths than a double can count.
vd_code vd_network_betweenness(vd_arena *a, const vd_network *n, const vd_betweenness_options *o,
                               vd_betweenness *out, vd_error *err) VD_MUST_USE;

// ---- communities ------------------------------------------------------------------------------

typedef enum vd_objective {
  VD_MODULARITY, // 1/2m sum (A_ij - resolution k_i k_j / 2m) over pairs in one community
  VD_CPM,        // constant Potts model: 1/2m sum (A_ij - resolution), i = j included
} vd_objective;

typedef struct vd_leiden_options {
  vd_objective objective;
  double resolution;   // above 0; 1 is the classic modularity
  uint32_t rounds_max; // whole passes; 0 = until nothing changes (at most VD_LEIDEN_ROUNDS_MAX)
  uint64_t seed;
} vd_leiden_options;

typedef struct vd_partition {
  uint32_t *community; // nodes; 0 is the largest community, ties by lowest node
  uint32_t count;
  double quality;
  uint32_t rounds;
} vd_partition;

// Leiden on the graph without directions (Traag, Waltman and van Eck, From Louvain to Leiden,
// 2019). Every community is connected.
vd_code vd_network_leiden(vd_arena *a, const vd_network *n, const vd_leiden_options *o,
                          vd_partition *out, vd_error *err) VD_MUST_USE;
// Quality of any partition into communities numbered below count.
vd_code vd_network_quality(vd_arena *a, const vd_network *n, const vd_leiden_options *o,
                           const vd_partition *p, double *out) VD_MUST_USE;

// ---- best paths -------------------------------------------------------------------------------

typedef struct vd_kinds { // what a search leaves out
  const uint8_t *of;      // kind of each node (or edge, by the caller's index); NULL = no kinds
  uint64_t without;       // bit k set = kind k is left out; kinds above 63 never are
} vd_kinds;

typedef struct vd_path_query {
  uint32_t from, to;
  uint32_t count;    // paths wanted: 1 to VD_PATHS_MAX
  bool undirected;   // edges are walked either way
  double hop_cost;   // of each edge, on top of -log(confidence); 0 or more
  double hub_factor; // an inner node costs this times log(degree); 0 or more
  uint32_t hops_max; // edges of a path: 1 to VD_PATH_HOPS_MAX
  uint64_t work_max; // edges looked at before giving up; 0 = VD_PATH_WORK_MAX, which is the most
  vd_kinds nodes, edges; // from and to are never left out
} vd_path_query;

typedef struct vd_path {
  uint32_t hops;
  const uint32_t *node; // hops + 1
  const uint32_t *edge; // hops; the caller's index
  double cost;
} vd_path;

typedef struct vd_paths {
  VD_VEC(vd_path) list; // cheapest first
  bool complete;        // false: work_max ended the search, cheaper or more paths may exist
  uint64_t work;        // edges looked at; what was passed at a glance counts less
} vd_paths;

// The cheapest paths that visit no node twice and differ in the nodes they visit; of parallel edges
// the cheapest stands in the path. Regions of paths as in Yen (1971) and Lawler (1972), searched
// lazily with A* on the distances of one search from the goal. From a node to itself: no hops.
vd_code vd_network_paths(vd_arena *a, const vd_network *n, const vd_path_query *q, vd_paths *out,
                         vd_error *err) VD_MUST_USE;

// ---- cycles -----------------------------------------------------------------------------------

typedef struct vd_components {
  uint32_t *component; // nodes; an edge never leads to a higher number
  uint32_t count;
} vd_components;

typedef struct vd_cycle {
  uint32_t length;      // 0 = the graph has no cycle
  const uint32_t *node; // length; each has an edge to the next, the last to the first
  const uint32_t *edge; // length; the caller's index
} vd_cycle;

// Strongly connected components (Tarjan, Depth-first search and linear graph algorithms, 1972).
vd_code vd_network_components(vd_arena *a, const vd_network *n, vd_components *out,
                              vd_error *err) VD_MUST_USE;
// One shortest cycle through the lowest node that lies on any.
vd_code vd_network_cycle(vd_arena *a, const vd_network *n, vd_cycle *out,
                         vd_error *err) VD_MUST_USE;
