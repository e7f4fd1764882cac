// Inside of the facts compiler: the state rows share, and the tables.
#pragma once

#include "graph/store.h"
#include "graph/table.h"

typedef struct vd_facts {
  vd_graph *g;
  bool matching_only; // write only the tables of matching: nodes, edges and sources are there
                      // already
  vd_arena *arena;    // outlives every row: table bytes, nodes, indexes
  vd_map nodes[VD_NODE_KIND_COUNT]; // key to vd_fact_node; packages by bare name
  vd_map provenance;                // "source method" to int64_t
  vd_map sources;                   // name to vd_fact_source
  vd_map kev, epss;                 // CVE to int64_t, vd_fact_score
  int64_t last_node, last_kev, last_source;
  int64_t affected_package, affected_seq;
} vd_facts;

typedef struct vd_fact_node {
  int64_t id;
} vd_fact_node;

// A source, and the one document its facts stand for: the edition that was boiled down.
typedef struct vd_fact_source {
  int64_t date, document;
} vd_fact_source;

typedef struct vd_fact_score {
  double epss, percentile;
} vd_fact_score;

typedef vd_code (*vd_fact_row)(vd_facts *f, const vd_view *cells, vd_error *err);

// Rows are read twice: first every table declares its nodes, then every table relates them, so a
// row may name what a later row or table declares.
typedef struct vd_fact_table {
  const char *file, *columns;
  vd_fact_row declare, relate; // either may be NULL
} vd_fact_table;

// In this order: packages with advisories are declared before those known by a role or a product
// only.
extern const vd_fact_table vd_fact_match_tables[], vd_fact_map_tables[], vd_fact_curated_tables[];
extern const size_t vd_fact_match_count, vd_fact_map_count, vd_fact_curated_count;

// ---- what row handlers are made of (facts_build.c) -------------------------

typedef struct vd_fact_node_row {
  vd_node_kind kind;
  vd_view key, name, class;
  uint64_t position;  // 0 = none
  const char *source; // NULL = "curated"
} vd_fact_node_row;

vd_code vd_facts_node(vd_facts *f, vd_fact_node_row row, vd_error *err) VD_MUST_USE;
// FORMAT when nothing of that kind has the key.
vd_code vd_facts_find(vd_facts *f, vd_node_kind kind, vd_view key, int64_t *id,
                      vd_error *err) VD_MUST_USE;

typedef struct vd_fact_edge {
  int64_t src, dst, context; // context: a role, 0 for none
  vd_edge_kind kind;
  const char *source, *method;
  double confidence;
  vd_view evidence;
} vd_fact_edge;

vd_code vd_facts_edge(vd_facts *f, const vd_fact_edge *edge, vd_error *err) VD_MUST_USE;
// One edge of the template's kind and provenance from its src to each key of a list.
vd_code vd_facts_edges(vd_facts *f, vd_fact_edge edge, vd_node_kind to, vd_view list,
                       vd_error *err) VD_MUST_USE;
// A property of a node, stated by the curated tables.
vd_code vd_facts_property(vd_facts *f, int64_t node, const char *name, vd_view value,
                          vd_error *err) VD_MUST_USE;
// Runs a statement that was bound; a constraint failure is FORMAT with the sentence given.
vd_code vd_facts_insert(vd_facts *f, sqlite3_stmt *s, const char *conflict,
                        vd_error *err) VD_MUST_USE;

// cells: name, version, date, licence, url.
vd_code vd_facts_add_source(vd_facts *f, const vd_view cells[5], uint64_t records,
                            vd_error *err) VD_MUST_USE;
// The source of that name; one that sources.tsv does not list is added without date or terms.
vd_code vd_facts_source(vd_facts *f, const char *name, const vd_fact_source **out,
                        vd_error *err) VD_MUST_USE;

vd_code vd_facts_check_date(vd_view v, bool may_be_empty, vd_error *err) VD_MUST_USE;
vd_code vd_facts_fraction(vd_view v, double *out, vd_error *err) VD_MUST_USE; // 0 to 1
