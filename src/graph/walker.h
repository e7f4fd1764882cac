// Inside of walking: which part of the graph is walked, and what every stream needs.
#pragma once

#include "graph/store.h"
#include "graph/walk.h"

struct vd_walk {
  vd_graph *g;
  vd_walk_query query;
  vd_arena arena;           // of this and the sets below
  int64_t nodes, documents; // the largest ids
  uint8_t *named;           // bit of each node that a statement names
  uint8_t *inside;          // bit of each class wanted; NULL: all are
  uint8_t *cited;           // bit of each document that was walked
};

// Borrowed from the row, four columns from `at` on: id, kind, key, class. FORMAT for an unknown
// kind.
vd_code vd_walk_id_of(const vd_walk *w, sqlite3_stmt *s, int at, vd_walk_id *out,
                      vd_error *err) VD_MUST_USE;
bool vd_walk_is_named(const vd_walk *w, int64_t id);
void vd_walk_cite(vd_walk *w, int64_t document);
bool vd_walk_is_cited(const vd_walk *w, int64_t document);

// Classes by the ids of the nodes that stand for them; {0, 0} before the first.
typedef struct vd_walk_range {
  int64_t from, to;
} vd_walk_range;
// The next ones to read: all at once, or one after the other of those wanted.
bool vd_walk_range_next(const vd_walk *w, vd_walk_range *r);
// Prepared, with the day bound as ?1 and the range, if there is one, as ?2 and ?3; NULL as
// vd_store_sql.
sqlite3_stmt *vd_walk_sql(vd_walk *w, vd_statement which, const vd_walk_range *r);
