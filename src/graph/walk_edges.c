// The streams of edges, records, sources and names.
#include "graph/read.h"
#include "graph/walker.h"

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for walking the graph");
}

// ---- edges -------------------------------------------------------------------------------------

// Columns of the statement WALK_EDGES: five nodes of four columns each, then the edge.
enum {
  STATED_SRC = 0,
  SRC = 4,
  STATED_DST = 8,
  DST = 12,
  CONTEXT = 16,
  STATEMENT = 20,
  KIND,
  CONFIDENCE,
  EVIDENCE,
  SOURCE,
  METHOD,
  DOCUMENT_ID,
  DOCUMENT,
  SINCE,
};

static vd_code read_ends(const vd_walk *w, sqlite3_stmt *s, vd_walk_edge *e, vd_error *err) {
  VD_TRY(vd_walk_id_of(w, s, STATED_SRC, &e->stated_src, err));
  VD_TRY(vd_walk_id_of(w, s, STATED_DST, &e->stated_dst, err));
  VD_TRY(vd_walk_id_of(w, s, SRC, &e->src, err));
  VD_TRY(vd_walk_id_of(w, s, DST, &e->dst, err));
  if (sqlite3_column_type(s, CONTEXT) != SQLITE_NULL)
    VD_TRY(vd_walk_id_of(w, s, CONTEXT, &e->context, err));
  e->kind = vd_edge_kind_of(w->g, sqlite3_column_int64(s, KIND));
  return e->kind == VD_EDGE_KIND_COUNT
             ? vd_fail(err, VD_FORMAT, "the knowledge base has an edge of an unknown kind")
             : VD_OK;
}

static bool is_wanted(const vd_walk *w, const vd_walk_edge *e) {
  bool makes_class =
      (e->kind == VD_EDGE_ALIAS_OF || e->kind == VD_EDGE_REVOKED_BY) && e->src.id == e->dst.id;
  return (!makes_class || w->query.stated) && vd_walk_has(w, e->src.id) &&
         vd_walk_has(w, e->dst.id);
}

static void read_statement(sqlite3_stmt *s, vd_walk_edge *e) {
  e->statement = sqlite3_column_int64(s, STATEMENT);
  e->confidence = sqlite3_column_double(s, CONFIDENCE);
  e->evidence = vd_sql_view(s, EVIDENCE);
  e->method = vd_sql_view(s, METHOD);
  e->origin.source = vd_sql_view(s, SOURCE);
  e->origin.document = vd_sql_view(s, DOCUMENT);
  e->origin.since = sqlite3_column_int64(s, SINCE);
}

// Reads the edge of the row; *wanted tells whether the walk shows it.
static vd_code read_edge(vd_walk *w, sqlite3_stmt *s, vd_walk_edge *e, bool *wanted,
                         vd_error *err) {
  VD_TRY(read_ends(w, s, e, err));
  *wanted = is_wanted(w, e);
  if (!*wanted)
    return VD_OK;
  read_statement(s, e);
  vd_walk_cite(w, sqlite3_column_int64(s, DOCUMENT_ID));
  if (w->query.stated) {
    e->src = e->stated_src;
    e->dst = e->stated_dst;
  }
  return VD_OK;
}

typedef struct audience {
  vd_walk_edge_visit visit;
  void *ctx;
} audience;

static vd_code walk_range(vd_walk *w, const vd_walk_range *r, const audience *to, vd_error *err) {
  VD_SCOPED_SQL *s = vd_walk_sql(w, VD_SQL_WALK_EDGES, r);
  if (s == NULL)
    return vd_store_fail(w->g, "read edges", err);
  for (bool row = true, wanted = false;;) {
    vd_walk_edge e = {0};
    VD_TRY(vd_sql_next(w->g, s, &row, err));
    if (!row)
      return VD_OK;
    VD_TRY(read_edge(w, s, &e, &wanted, err));
    if (wanted)
      VD_TRY(to->visit(to->ctx, &e, err));
  }
}

vd_code vd_walk_edges(vd_walk *w, vd_walk_edge_visit visit, void *ctx, vd_error *err) {
  audience to = {visit, ctx};
  vd_walk_range r = {0};
  while (vd_walk_range_next(w, &r))
    VD_TRY(walk_range(w, &r, &to, err));
  return VD_OK;
}

// ---- records -----------------------------------------------------------------------------------

vd_code vd_walk_records(vd_walk *w, vd_walk_record_visit visit, void *ctx, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(w->g, VD_SQL_WALK_RECORDS);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(w->g, "read records", err);
  while (row) {
    VD_TRY(vd_sql_next(w->g, s, &row, err));
    if (!row || !vd_walk_is_cited(w, sqlite3_column_int64(s, 0)))
      continue;
    vd_walk_record r = {.source = vd_sql_view(s, 1),
                        .document = vd_sql_view(s, 2),
                        .place = vd_sql_view(s, 3),
                        .date = sqlite3_column_int64(s, 4),
                        .since = sqlite3_column_int64(s, 5)};
    VD_TRY(visit(ctx, &r, err));
  }
  return VD_OK;
}

// ---- sources and names -------------------------------------------------------------------------

static bool copy_source(vd_arena *a, sqlite3_stmt *s, vd_walk_source *out) {
  out->rank = sqlite3_column_int64(s, 5);
  return vd_sql_copy(a, s, 0, &out->name) && vd_sql_copy(a, s, 1, &out->version) &&
         vd_sql_copy(a, s, 2, &out->date) && vd_sql_copy(a, s, 3, &out->licence) &&
         vd_sql_copy(a, s, 4, &out->url);
}

vd_code vd_walk_sources_read(vd_walk *w, vd_arena *a, vd_walk_sources *out, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(w->g, VD_SQL_WALK_SOURCES);
  vd_walk_sources list = {0};
  bool row = true;
  if (s == NULL)
    return vd_store_fail(w->g, "read sources", err);
  while (row) {
    VD_TRY(vd_sql_next(w->g, s, &row, err));
    vd_walk_source *slot = row ? vd_vec_push(a, &list) : NULL;
    if (row && (slot == NULL || !copy_source(a, s, slot)))
      return no_memory(err);
  }
  *out = list;
  return VD_OK;
}

typedef struct name_set {
  vd_arena *arena;
  vd_map known[VD_NODE_KIND_COUNT]; // names of each kind
  vd_walk_names list;
} name_set;

static vd_code add_name(const vd_walk *w, name_set *set, sqlite3_stmt *s, vd_error *err) {
  vd_walk_id id = {0}; // only its kind is there
  VD_TRY(vd_walk_id_of(w, s, 0, &id, err));
  vd_map *known = &set->known[id.kind];
  vd_view name = vd_sql_view(s, 4);
  if (vd_map_get(known, name) != NULL)
    return VD_OK;
  vd_walk_name *slot = vd_vec_push(set->arena, &set->list);
  vd_view copy = vd_arena_copy(set->arena, name);
  if (slot == NULL || copy.ptr == NULL || vd_map_put(known, copy, set) != VD_OK)
    return no_memory(err);
  *slot = (vd_walk_name){id.kind, copy};
  return VD_OK;
}

static vd_code add_names(vd_walk *w, const vd_walk_range *r, name_set *set, vd_error *err) {
  VD_SCOPED_SQL *s = vd_walk_sql(w, VD_SQL_WALK_NAMES, r);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(w->g, "read the names of properties", err);
  while (row) {
    VD_TRY(vd_sql_next(w->g, s, &row, err));
    if (row)
      VD_TRY(add_name(w, set, s, err));
  }
  return VD_OK;
}

static int by_name(const void *pa, const void *pb) {
  const vd_walk_name *a = pa, *b = pb;
  int order = vd_view_cmp(a->name, b->name);
  return order != 0 ? order : (a->kind > b->kind) - (a->kind < b->kind);
}

vd_code vd_walk_names_read(vd_walk *w, vd_arena *a, vd_walk_names *out, vd_error *err) {
  name_set set = {.arena = a};
  vd_walk_range r = {0};
  for (size_t i = 0; i < VD_COUNT(set.known); i++)
    set.known[i] = VD_MAP(a);
  while (vd_walk_range_next(w, &r))
    VD_TRY(add_names(w, &r, &set, err));
  if (set.list.count > 1)
    qsort(set.list.at, set.list.count, sizeof *set.list.at, by_name);
  *out = set.list;
  return VD_OK;
}
