// read: looking at the graph. A node is shown for its whole class of aliases: what is stated of
// GHSA-... and of CVE-... is stated of one flaw. Lists are bounded by the caller. as_of (YYYYMMDD,
// 0 for now) asks what held on that day.
#pragma once

#include "graph/graph.h"

typedef struct vd_node {
  int64_t id, canon; // canon: the node that stands for the class
  vd_node_kind kind;
  vd_view key, name, class; // name and class {NULL} when not stated
  bool stub;                // named by others, defined by nobody
} vd_node;
typedef VD_VEC(vd_node) vd_nodes;

// The node people mean: an id in any case, "kind:key" where kinds share a key, a PyPI name alone.
// Always the node that stands for its class. NOTFOUND.
vd_code vd_node_find(vd_graph *g, vd_arena *a, vd_view text, vd_node *out,
                     vd_error *err) VD_MUST_USE;
// The node of that id; FORMAT when there is none, since ids come from the graph itself.
vd_code vd_node_get(vd_graph *g, vd_arena *a, int64_t id, vd_node *out, vd_error *err) VD_MUST_USE;
// Every id of the class, its canon first.
vd_code vd_node_members(vd_graph *g, vd_arena *a, int64_t canon, size_t limit, vd_nodes *out,
                        vd_error *err) VD_MUST_USE;

typedef struct vd_node_property {
  vd_view name, value, source, document;
  int64_t since, until; // YYYYMMDD; until 0 while it holds
} vd_node_property;
typedef VD_VEC(vd_node_property) vd_node_properties;

typedef struct vd_node_text { // one definition
  vd_view name, body, source, document, place;
  int64_t since;
} vd_node_text;
typedef VD_VEC(vd_node_text) vd_node_texts;

typedef struct vd_neighbour { // one edge, seen from a node
  vd_node node;               // the other end's class
  vd_view stated_key;         // the other end as the document names it
  vd_edge_kind kind;
  bool outgoing;
  double confidence;
  vd_view evidence, source, method, document, place;
  int64_t since, until;
} vd_neighbour;
typedef VD_VEC(vd_neighbour) vd_neighbours;

typedef struct vd_read_query {
  int64_t node; // canon of the class
  int64_t as_of;
  size_t limit; // of each list; of edges: of each kind and direction
} vd_read_query;

vd_code vd_node_properties_read(vd_graph *g, vd_arena *a, const vd_read_query *q,
                                vd_node_properties *out, vd_error *err) VD_MUST_USE;
vd_code vd_node_texts_read(vd_graph *g, vd_arena *a, const vd_read_query *q, vd_node_texts *out,
                           vd_error *err) VD_MUST_USE;

// Edges that a class has of one kind in one direction.
typedef struct vd_edge_group {
  vd_edge_kind kind;
  bool outgoing;
  uint64_t count;      // of all that hold now
  vd_neighbours edges; // at most limit, most confident first
} vd_edge_group;
typedef VD_VEC(vd_edge_group) vd_edge_groups;
// Groups without edges are left out. Outgoing first, in the order of the kinds.
vd_code vd_node_edges_read(vd_graph *g, vd_arena *a, const vd_read_query *q, vd_edge_groups *out,
                           vd_error *err) VD_MUST_USE;

typedef struct vd_search_hit {
  vd_node node;
  vd_view snippet; // the words around the match
  double score;    // BM25, higher is better
} vd_search_hit;
typedef VD_VEC(vd_search_hit) vd_search_hits;

typedef struct vd_search_query {
  vd_view text;
  vd_node_kind kind; // COUNT: any
  size_t limit;
} vd_search_query;

// Full text over ids, names and descriptions: all words must occur; "a phrase" in quotes; word* for
// a prefix. Best first: the node whose id the text is, then by BM25, where entries of frameworks
// count half as much again as papers and rules; one hit a class. Where more than
// VD_SEARCH_RANKED_MAX definitions match, those with the words in id or name come first, and no
// more than that are ranked.
vd_code vd_graph_search(vd_graph *g, vd_arena *a, const vd_search_query *q, vd_search_hits *out,
                        vd_error *err) VD_MUST_USE;

typedef struct vd_kind_count {
  vd_node_kind kind;
  vd_view class;
  uint64_t nodes, defined;
} vd_kind_count;
typedef struct vd_edge_count {
  vd_edge_kind kind;
  vd_view source, method;
  uint64_t edges;
} vd_edge_count;
typedef struct vd_graph_counts {
  VD_VEC(vd_kind_count) nodes;
  VD_VEC(vd_edge_count) edges;
} vd_graph_counts;
vd_code vd_graph_count(vd_graph *g, vd_arena *a, vd_graph_counts *out, vd_error *err) VD_MUST_USE;

// Kinds by the numbers this file gives them, and by name; COUNT when there is none.
vd_node_kind vd_node_kind_of(const vd_graph *g, int64_t number);
vd_edge_kind vd_edge_kind_of(const vd_graph *g, int64_t number);
vd_node_kind vd_node_kind_by_name(vd_view name);
