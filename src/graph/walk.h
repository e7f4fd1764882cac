// walk: the graph, or a part of it, as a stream for exporters. One node stands for a class of
// aliases and edges join such nodes; or, as stated, every id is a node of its own. The order is
// that of the ids of the nodes that stand for classes, so the same file gives the same stream.
// What a visitor is handed is valid during the call; it may ask vd_walk_near, but not walk again.
#pragma once

#include "graph/graph.h"

typedef struct vd_walk_query {
  int64_t as_of;  // YYYYMMDD: what held on that day; 0: what holds now. Which ids name the same
                  // thing is always today's knowledge
  int64_t around; // the node that stands for a class: only what is within `hops` edges of it
  unsigned hops;  // at most VD_AROUND_HOPS_MAX
  uint64_t kinds; // 1 << kind for each kind of node wanted, that of the node that stands for the
                  // class; 0: all
  bool stated;    // every id is a node of its own
} vd_walk_query;

typedef struct vd_walk vd_walk;
// USAGE for too many hops, NOMEM. g must be open for reading, so that all of it is of one moment.
vd_code vd_walk_open(vd_graph *g, const vd_walk_query *q, vd_walk **out, vd_error *err) VD_MUST_USE;
void vd_walk_close(vd_walk **w); // also for VD_CLEANUP; NULL is fine
// True when the class that node stands for is of the part walked.
bool vd_walk_has(const vd_walk *w, int64_t id);

typedef struct vd_walk_id {
  int64_t id; // 0: nothing
  vd_node_kind kind;
  vd_view key, class; // class as of today; {NULL} when not stated
} vd_walk_id;

typedef struct vd_walk_origin { // where a statement comes from
  int64_t rank;                 // of its source; the lowest goes first
  vd_view source, document;
  int64_t since; // YYYYMMDD
} vd_walk_origin;

typedef struct vd_walk_definition {
  int64_t statement, node; // ids; node: the one of the class that is defined
  vd_view name, class, text;
  int64_t position; // 0: none
  vd_walk_origin origin;
} vd_walk_definition;

typedef struct vd_walk_property {
  int64_t statement, node;
  vd_view name, value;
  vd_walk_origin origin;
} vd_walk_property;

typedef struct vd_walk_node {
  vd_walk_id self;
  vd_walk_id canon;                       // stands for its class; itself unless stated
  vd_view name, class;                    // of the best definition; {NULL} when not stated
  VD_VEC(vd_walk_id) aliases;             // the other ids of the class, by id; empty if stated
  VD_VEC(vd_walk_definition) definitions; // its own first, then by rank; none for a stub
  VD_VEC(vd_walk_property) properties;    // by name, then by rank
  int64_t epss, percentile;               // units of 1e-5; -1 when not scored
} vd_walk_node;

typedef vd_code (*vd_walk_node_visit)(void *ctx, const vd_walk_node *n, vd_error *err);
// Every node that something says something of.
vd_code vd_walk_nodes(vd_walk *w, vd_walk_node_visit visit, void *ctx, vd_error *err) VD_MUST_USE;

typedef struct vd_walk_edge {
  int64_t statement;
  vd_edge_kind kind;
  vd_walk_id src, dst;               // what stand for their classes; the next two unless stated
  vd_walk_id stated_src, stated_dst; // as the document names them
  vd_walk_id context;                // the role in which it holds; id 0: any
  double confidence;
  vd_view evidence, method;
  vd_walk_origin origin; // rank is not filled
} vd_walk_edge;

typedef vd_code (*vd_walk_edge_visit)(void *ctx, const vd_walk_edge *e, vd_error *err);
// Every edge with both ends in the part, by source node. Edges inside of a class, which make it
// one, are there in a stated walk only.
vd_code vd_walk_edges(vd_walk *w, vd_walk_edge_visit visit, void *ctx, vd_error *err) VD_MUST_USE;

typedef struct vd_walk_neighbour {
  vd_walk_id node; // stands for its class
  vd_view name;
  vd_edge_kind kind;
  bool outgoing;
  double confidence;
  int64_t since;
  vd_view source;
} vd_walk_neighbour;

typedef vd_code (*vd_walk_near_visit)(void *ctx, const vd_walk_neighbour *n, vd_error *err);
// Every edge of a class, inside of the part or not, seen from it; id stands for it. Outgoing first.
// The visitor asks nothing of the graph.
vd_code vd_walk_near(vd_walk *w, int64_t id, vd_walk_near_visit visit, void *ctx,
                     vd_error *err) VD_MUST_USE;

typedef struct vd_walk_record { // a record of a source that a statement walked comes from
  vd_view source, document, place;
  int64_t date, since; // YYYYMMDD; date 0 when the source gives none
} vd_walk_record;

typedef vd_code (*vd_walk_record_visit)(void *ctx, const vd_walk_record *r, vd_error *err);
// The records of what was walked before.
vd_code vd_walk_records(vd_walk *w, vd_walk_record_visit visit, void *ctx,
                        vd_error *err) VD_MUST_USE;

typedef struct vd_walk_source {
  vd_view name, version, date, licence, url; // {NULL} when not stated
  int64_t rank; // where sources define the same node, the lowest goes first
} vd_walk_source;
typedef VD_VEC(vd_walk_source) vd_walk_sources;
// Every source that was ever read, by name.
vd_code vd_walk_sources_read(vd_walk *w, vd_arena *a, vd_walk_sources *out,
                             vd_error *err) VD_MUST_USE;

typedef struct vd_walk_name { // a property that nodes of that kind have
  vd_node_kind kind;
  vd_view name;
} vd_walk_name;
typedef VD_VEC(vd_walk_name) vd_walk_names;
// By name, then kind, of the part. Kinds are those of the nodes that stand for classes.
vd_code vd_walk_names_read(vd_walk *w, vd_arena *a, vd_walk_names *out, vd_error *err) VD_MUST_USE;
