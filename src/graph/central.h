// central: which nodes of the whole graph matter, and which hang together.
#pragma once

#include "graph/snapshot.h"

typedef struct vd_ranked_node {
  vd_node node;
  double score;
  double error; // standard error of score; 0 when exact
} vd_ranked_node;
typedef VD_VEC(vd_ranked_node) vd_ranked_nodes;

typedef enum vd_centrality {
  VD_PAGERANK,    // share of a random walker's time, edges weighted by confidence, against their
                  // direction too: sums to 1 over all nodes
  VD_BETWEENNESS, // pairs of nodes whose shortest paths pass through, without directions, estimated
                  // from VD_PIVOTS sources
} vd_centrality;

typedef struct vd_central_query {
  vd_centrality by;
  vd_node_kind kind; // COUNT: all kinds
  size_t limit;
  int64_t as_of;
} vd_central_query;

// Highest first.
vd_code vd_graph_central(vd_graph *g, vd_arena *a, const vd_central_query *q, vd_ranked_nodes *out,
                         vd_error *err) VD_MUST_USE;

// How long dependants stayed on vulnerable versions: days from the publication of a flaw to the day
// an issue of a dependant still reports it, where both dates are known.
typedef struct vd_lag {
  uint64_t count; // occurrences with both dates
  double median, p90;
} vd_lag;

typedef struct vd_community {
  uint32_t vulnerabilities, packages, repositories, others; // members; packages: products too
  double density;          // edges inside over those there could be
  vd_ranked_nodes leaders; // members with the most edges inside, at most VD_LEADERS
  vd_lag lag;
} vd_community;

typedef struct vd_communities {
  VD_VEC(vd_community) list; // largest first, at most the limit
  uint32_t count;            // of all communities with more than one member
  double quality;            // modularity
  vd_lag lag;                // over all occurrences
} vd_communities;

typedef struct vd_communities_query {
  size_t limit;
  double resolution; // 1 is the classic modularity; higher gives smaller communities
  int64_t as_of;
} vd_communities_query;

// Leiden communities of flaws, what they affect, where they are reported and who depends on it
// (affects, reported_in, depends_on, and issues of repositories), by modularity.
vd_code vd_graph_communities(vd_graph *g, vd_arena *a, const vd_communities_query *q,
                             vd_communities *out, vd_error *err) VD_MUST_USE;
