// The part of the graph that is walked: what statements name at all, and what lies around a node.
#include "graph/read.h"
#include "graph/walker.h"

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for walking the graph");
}

// ---- sets of ids -------------------------------------------------------------------------------

static void put(uint8_t *set, int64_t largest, int64_t id) {
  if (set != NULL && id > 0 && id <= largest)
    set[id / 8] |= (uint8_t)(1u << (id % 8));
}

static void take_out(uint8_t *set, int64_t largest, int64_t id) {
  if (set != NULL && id > 0 && id <= largest)
    set[id / 8] &= (uint8_t) ~(1u << (id % 8));
}

static bool has(const uint8_t *set, int64_t largest, int64_t id) {
  return set != NULL && id > 0 && id <= largest && (set[id / 8] >> (id % 8) & 1) != 0;
}

bool vd_walk_is_named(const vd_walk *w, int64_t id) { return has(w->named, w->nodes, id); }

bool vd_walk_has(const vd_walk *w, int64_t id) {
  return w->inside == NULL || has(w->inside, w->nodes, id);
}

void vd_walk_cite(vd_walk *w, int64_t document) { put(w->cited, w->documents, document); }

bool vd_walk_is_cited(const vd_walk *w, int64_t document) {
  return has(w->cited, w->documents, document);
}

// ---- rows --------------------------------------------------------------------------------------

bool vd_walk_range_next(const vd_walk *w, vd_walk_range *r) {
  int64_t id = r->to + 1;
  if (w->inside == NULL) {
    *r = (vd_walk_range){1, INT64_MAX - 1};
    return id == 1;
  }
  while (id <= w->nodes && !has(w->inside, w->nodes, id))
    id++;
  *r = (vd_walk_range){id, id};
  return id <= w->nodes;
}

sqlite3_stmt *vd_walk_sql(vd_walk *w, vd_statement which, const vd_walk_range *r) {
  sqlite3_stmt *s = vd_store_sql(w->g, which);
  if (s == NULL)
    return NULL;
  (void)sqlite3_bind_int64(s, 1, w->query.as_of);
  if (r != NULL) {
    (void)sqlite3_bind_int64(s, 2, r->from);
    (void)sqlite3_bind_int64(s, 3, r->to);
  }
  return s;
}

vd_code vd_walk_id_of(const vd_walk *w, sqlite3_stmt *s, int at, vd_walk_id *out, vd_error *err) {
  vd_node_kind kind = vd_node_kind_of(w->g, sqlite3_column_int64(s, at + 1));
  if (kind == VD_NODE_KIND_COUNT)
    return vd_fail(err, VD_FORMAT, "the knowledge base has a node of an unknown kind");
  *out = (vd_walk_id){sqlite3_column_int64(s, at), kind, vd_sql_view(s, at + 2),
                      vd_sql_view(s, at + 3)};
  return VD_OK;
}

// ---- what statements name ----------------------------------------------------------------------

static vd_code note_named(vd_walk *w, vd_statement which, vd_error *err) {
  VD_SCOPED_SQL *s = vd_walk_sql(w, which, NULL);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(w->g, "read statements", err);
  while (row) {
    VD_TRY(vd_sql_next(w->g, s, &row, err));
    for (int i = 0; row && i < sqlite3_column_count(s); i++)
      put(w->named, w->nodes, sqlite3_column_int64(s, i));
  }
  return VD_OK;
}

static vd_code make_sets(vd_walk *w, vd_error *err) {
  {
    VD_SCOPED_SQL *s = vd_store_sql(w->g, VD_SQL_WALK_SIZES);
    bool row = false;
    if (s == NULL)
      return vd_store_fail(w->g, "read its size", err);
    VD_TRY(vd_sql_next(w->g, s, &row, err));
    w->nodes = sqlite3_column_int64(s, 0);
    w->documents = sqlite3_column_int64(s, 1);
  }
  if (w->nodes < 0 || w->nodes > VD_GRAPH_IDS_MAX || w->documents < 0 ||
      w->documents > VD_GRAPH_IDS_MAX)
    return vd_fail(err, VD_LIMIT, "the knowledge base has ids above %d", VD_GRAPH_IDS_MAX);
  w->named = vd_new_array(&w->arena, uint8_t, (size_t)w->nodes / 8 + 1);
  w->cited = vd_new_array(&w->arena, uint8_t, (size_t)w->documents / 8 + 1);
  return w->named == NULL || w->cited == NULL ? no_memory(err) : VD_OK;
}

// ---- what lies around a node -------------------------------------------------------------------

static vd_code read_neighbour(const vd_walk *w, sqlite3_stmt *s, vd_walk_neighbour *out,
                              vd_error *err) {
  vd_edge_kind kind = vd_edge_kind_of(w->g, sqlite3_column_int64(s, 5));
  if (kind == VD_EDGE_KIND_COUNT)
    return vd_fail(err, VD_FORMAT, "the knowledge base has an edge of an unknown kind");
  VD_TRY(vd_walk_id_of(w, s, 0, &out->node, err));
  out->name = vd_sql_view(s, 4);
  out->kind = kind;
  out->outgoing = sqlite3_column_int(s, 6) != 0;
  out->confidence = sqlite3_column_double(s, 7);
  out->since = sqlite3_column_int64(s, 8);
  out->source = vd_sql_view(s, 9);
  return VD_OK;
}

vd_code vd_walk_near(vd_walk *w, int64_t id, vd_walk_near_visit visit, void *ctx, vd_error *err) {
  VD_SCOPED_SQL *s = vd_walk_sql(w, VD_SQL_WALK_NEAR, NULL);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(w->g, "read edges", err);
  (void)sqlite3_bind_int64(s, 2, id);
  while (row) {
    vd_walk_neighbour n = {0};
    VD_TRY(vd_sql_next(w->g, s, &row, err));
    if (!row)
      break;
    VD_TRY(read_neighbour(w, s, &n, err));
    if (n.node.id != id)
      VD_TRY(visit(ctx, &n, err));
  }
  return VD_OK;
}

typedef struct frontier {
  vd_walk *w;
  VD_VEC(int64_t) ids; // in the order they were reached
} frontier;

static vd_code reach(void *ctx, const vd_walk_neighbour *n, vd_error *err) {
  frontier *f = ctx;
  if (has(f->w->inside, f->w->nodes, n->node.id))
    return VD_OK;
  int64_t *slot = vd_vec_push(&f->w->arena, &f->ids);
  if (slot == NULL)
    return no_memory(err);
  *slot = n->node.id;
  put(f->w->inside, f->w->nodes, n->node.id);
  return VD_OK;
}

static vd_code reach_all(vd_walk *w, vd_error *err) {
  frontier f = {.w = w};
  int64_t *start = vd_vec_push(&w->arena, &f.ids);
  if (start == NULL)
    return no_memory(err);
  *start = w->query.around;
  put(w->inside, w->nodes, w->query.around);
  size_t from = 0;
  for (unsigned hop = 0; hop < w->query.hops; hop++) {
    size_t until = f.ids.count;
    for (; from < until; from++)
      VD_TRY(vd_walk_near(w, f.ids.at[from], reach, &f, err));
  }
  return VD_OK;
}

// Leaves the kinds wanted of what is within reach, or of everything.
static vd_code keep_kinds(vd_walk *w, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(w->g, VD_SQL_WALK_KINDS);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(w->g, "read nodes", err);
  while (row) {
    vd_walk_id id = {0};
    VD_TRY(vd_sql_next(w->g, s, &row, err));
    if (!row)
      break;
    VD_TRY(vd_walk_id_of(w, s, 0, &id, err));
    bool wanted = (w->query.kinds >> id.kind & 1) != 0;
    if (wanted && w->query.around == 0)
      put(w->inside, w->nodes, id.id);
    else if (!wanted)
      take_out(w->inside, w->nodes, id.id);
  }
  return VD_OK;
}

// ---- opening -----------------------------------------------------------------------------------

static vd_code select_part(vd_walk *w, vd_error *err) {
  VD_TRY(make_sets(w, err));
  VD_TRY(note_named(w, VD_SQL_WALK_NAMED_BY_EDGES, err));
  VD_TRY(note_named(w, VD_SQL_WALK_NAMED_BY_DEFINITIONS, err));
  VD_TRY(note_named(w, VD_SQL_WALK_NAMED_BY_PROPERTIES, err));
  if (w->query.around == 0 && w->query.kinds == 0)
    return VD_OK;
  w->inside = vd_new_array(&w->arena, uint8_t, (size_t)w->nodes / 8 + 1);
  if (w->inside == NULL)
    return no_memory(err);
  if (w->query.around != 0)
    VD_TRY(reach_all(w, err));
  return w->query.kinds == 0 ? VD_OK : keep_kinds(w, err);
}

vd_code vd_walk_open(vd_graph *g, const vd_walk_query *q, vd_walk **out, vd_error *err) {
  vd_arena arena = VD_ARENA(VD_GRAPH_MEMORY_MAX);
  if (q->hops > VD_AROUND_HOPS_MAX)
    return vd_fail(err, VD_USAGE, "at most %d hops", VD_AROUND_HOPS_MAX);
  VD_CLEANUP(vd_walk_close) vd_walk *w = vd_new(&arena, vd_walk);
  if (w == NULL)
    return no_memory(err);
  *w = (vd_walk){.g = g, .query = *q, .arena = arena};
  VD_TRY(select_part(w, err));
  *out = w;
  w = NULL;
  return VD_OK;
}

void vd_walk_close(vd_walk **w) {
  if (*w == NULL)
    return;
  vd_arena arena = (*w)->arena; // it lies in there itself
  vd_arena_free(&arena);
  *w = NULL;
}
