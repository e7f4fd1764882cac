// Reads how vulnerabilities can be and are exploited, for all classes at once.
#include "graph/exposure.h"

#include "graph/store.h"
#include "graph/write.h"

typedef struct reader {
  vd_graph *g;
  vd_arena *arena;
  vd_arena scratch;
  vd_exposure **by_node; // by node id of the class
  int64_t ids;           // one above the highest node id
  vd_exposures list;     // in the order found
  vd_error *err;
} reader;

static void free_reader(reader *r) { vd_arena_free(&r->scratch); }

static vd_code no_memory(const reader *r) {
  return vd_fail(r->err, VD_NOMEM, "no memory for the vulnerabilities");
}

static vd_code open_reader(reader *r) {
  VD_SCOPED_SQL *s = vd_store_sql(r->g, VD_SQL_LAST_NODE);
  bool row = false;
  if (s == NULL)
    return vd_store_fail(r->g, "read nodes", r->err);
  VD_TRY(vd_sql_next(r->g, s, &row, r->err));
  r->ids = row ? sqlite3_column_int64(s, 0) + 1 : 1;
  if (r->ids < 1)
    return vd_fail(r->err, VD_FORMAT, "the knowledge base has a node with a negative id");
  r->by_node = vd_new_array(&r->scratch, vd_exposure *, (size_t)r->ids);
  return r->by_node == NULL ? no_memory(r) : VD_OK;
}

// The row of a class, fresh when it is met for the first time; NULL when memory is out.
static vd_exposure *row_of(reader *r, int64_t node) {
  // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the vector holds as many as it counts
  if (r->by_node[node] != NULL)
    return r->by_node[node];
  vd_exposure *e = vd_new(&r->scratch, vd_exposure);
  if (e != NULL)
    *e = (vd_exposure){.node = node, .epss = -1, .exploitation = -1};
  return r->by_node[node] = e;
}

// Which vector says most about exploiting: 3.x, then 4.0, then 2.0.
static int version_rank(vd_view vector) {
  if (vd_view_starts(vector, VD_VIEW("CVSS:3")))
    return 3;
  if (vd_view_starts(vector, VD_VIEW("CVSS:4")))
    return 2;
  return vector.len != 0;
}

static vd_code take_vector(reader *r, vd_exposure *e, vd_view vector) {
  if (version_rank(vector) <= version_rank(e->cvss))
    return VD_OK;
  e->cvss = vd_arena_copy(r->arena, vector);
  return e->cvss.ptr == NULL ? no_memory(r) : VD_OK;
}

static int exploitation_of(vd_view text) {
  static const char *const words[] = {"none", "poc", "active"};
  for (int i = 0; i < (int)VD_COUNT(words); i++)
    if (vd_view_ieq(text, vd_view_of(words[i])))
      return i;
  return -1;
}

static vd_code take_property(reader *r, vd_exposure *e, vd_view name, vd_view value) {
  if (vd_view_eq(name, VD_VIEW("cvss")))
    return take_vector(r, e, value);
  e->kev |= vd_view_eq(name, VD_VIEW("kev_added"));
  e->ransomware |= vd_view_eq(name, VD_VIEW("kev_ransomware"));
  if (vd_view_eq(name, VD_VIEW("ssvc_exploitation"))) {
    int level = exploitation_of(value);
    e->exploitation = level > e->exploitation ? level : e->exploitation;
  }
  return VD_OK;
}

static vd_code read_properties(reader *r) {
  VD_SCOPED_SQL *s = vd_store_sql(r->g, VD_SQL_EXPOSURE);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(r->g, "read properties", r->err);
  (void)sqlite3_bind_int64(s, 1, r->g->node_kind[VD_NODE_VULNERABILITY]);
  while (row) {
    VD_TRY(vd_sql_next(r->g, s, &row, r->err));
    int64_t node = row ? sqlite3_column_int64(s, 0) : 0;
    if (node <= 0 || node >= r->ids)
      continue;
    vd_exposure *e = row_of(r, node);
    if (e == NULL)
      return no_memory(r);
    VD_TRY(take_property(r, e, vd_sql_view(s, 1), vd_sql_view(s, 2)));
  }
  return VD_OK;
}

static vd_code read_exploits(reader *r) {
  VD_SCOPED_SQL *s = vd_store_sql(r->g, VD_SQL_EXPLOITED);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(r->g, "read exploits", r->err);
  (void)sqlite3_bind_int64(s, 1, r->g->edge_kind[VD_EDGE_EXPLOITS]);
  while (row) {
    VD_TRY(vd_sql_next(r->g, s, &row, r->err));
    int64_t node = row ? sqlite3_column_int64(s, 0) : 0;
    if (node <= 0 || node >= r->ids)
      continue;
    vd_exposure *e = row_of(r, node);
    if (e == NULL)
      return no_memory(r);
    e->exploits = (uint32_t)sqlite3_column_int64(s, 1);
  }
  return VD_OK;
}

// A class is as likely to be exploited as the likeliest of its CVE ids.
static vd_code read_score(reader *r, vd_exposure *e, vd_view key) {
  int64_t cve = vd_cve_number(key);
  vd_score_now now = {-1, -1};
  if (cve != 0)
    VD_TRY(vd_score_read(r->g, cve, &now, r->err));
  if (now.epss >= 0 && (double)now.epss / 1e5 > e->epss)
    e->epss = (double)now.epss / 1e5;
  return VD_OK;
}

static vd_code read_keys(reader *r) {
  VD_SCOPED_SQL *s = vd_store_sql(r->g, VD_SQL_KEYS_OF_KIND);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(r->g, "read nodes", r->err);
  (void)sqlite3_bind_int64(s, 1, r->g->node_kind[VD_NODE_VULNERABILITY]);
  while (row) {
    VD_TRY(vd_sql_next(r->g, s, &row, r->err));
    int64_t id = row ? sqlite3_column_int64(s, 0) : 0, node = row ? sqlite3_column_int64(s, 1) : 0;
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the vector holds as many as it counts
    if (node <= 0 || node >= r->ids || r->by_node[node] == NULL)
      continue;
    VD_TRY(read_score(r, r->by_node[node], vd_sql_view(s, 2)));
    if (id == node && !vd_sql_copy(r->arena, s, 2, &r->by_node[node]->key))
      return no_memory(r);
  }
  return VD_OK;
}

vd_code vd_exposures_read(vd_graph *g, vd_arena *a, vd_exposures *out, vd_error *err) {
  VD_CLEANUP(free_reader)
  reader r = {.g = g, .arena = a, .scratch = VD_ARENA(VD_GRAPH_MEMORY_MAX), .err = err};
  vd_exposures list = {0};
  VD_TRY(open_reader(&r));
  VD_TRY(read_properties(&r));
  VD_TRY(read_exploits(&r));
  VD_TRY(read_keys(&r));
  for (int64_t id = 1; id < r.ids; id++) {
    if (r.by_node[id] == NULL || r.by_node[id]->key.len == 0)
      continue;
    vd_exposure *slot = vd_vec_push(a, &list);
    if (slot == NULL)
      return no_memory(&r);
    *slot = *r.by_node[id];
  }
  *out = list;
  return VD_OK;
}
