// What the tables of matching are made from, read back from the graph: advisories, KEV, scores, and
// what other sources add to a flaw.
#include "graph/store.h"
#include "graph/write.h"

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for what the knowledge base says of flaws");
}

vd_code vd_advisories_read(vd_graph *g, vd_advisory_visit visit, void *ctx, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_ADVISORIES);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(g, "read advisories", err);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    if (row)
      VD_TRY(visit(ctx, vd_sql_view(s, 0), vd_sql_view(s, 1), err));
  }
  return VD_OK;
}

static vd_code read_list(vd_graph *g, vd_arena *a, sqlite3_stmt *s, vd_views *out, vd_error *err) {
  bool row = true;
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    vd_view *slot = row ? vd_vec_push(a, out) : NULL;
    if (row && (slot == NULL || !vd_sql_copy(a, s, 0, slot)))
      return no_memory(err);
  }
  return VD_OK;
}

vd_code vd_flaw_extra_read(vd_graph *g, vd_arena *a, vd_view id, vd_flaw_extra *out,
                           vd_error *err) {
  vd_flaw_extra extra = {0};
  VD_SCOPED_SQL *weaknesses = vd_store_sql(g, VD_SQL_WEAKNESSES_OF_CLASS);
  VD_SCOPED_SQL *vectors = vd_store_sql(g, VD_SQL_VALUES_OF_CLASS);
  if (weaknesses == NULL || vectors == NULL)
    return vd_store_fail(g, "read a flaw", err);
  (void)sqlite3_bind_int64(weaknesses, 1, g->node_kind[VD_NODE_VULNERABILITY]);
  vd_sql_text(weaknesses, 2, id);
  (void)sqlite3_bind_int64(weaknesses, 3, g->edge_kind[VD_EDGE_HAS_WEAKNESS]);
  (void)sqlite3_bind_int64(vectors, 1, g->node_kind[VD_NODE_VULNERABILITY]);
  vd_sql_text(vectors, 2, id);
  vd_sql_text(vectors, 3, VD_VIEW("cvss"));
  VD_TRY(read_list(g, a, weaknesses, &extra.cwe, err));
  VD_TRY(read_list(g, a, vectors, &extra.cvss, err));
  *out = extra;
  return VD_OK;
}

vd_code vd_score_read(vd_graph *g, int64_t cve, vd_score_now *out, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_SCORE);
  bool row = false;
  if (s == NULL)
    return vd_store_fail(g, "read a score", err);
  (void)sqlite3_bind_int64(s, 1, cve);
  VD_TRY(vd_sql_next(g, s, &row, err));
  *out = row ? (vd_score_now){sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1)}
             : (vd_score_now){-1, -1};
  return VD_OK;
}

vd_code vd_kev_read(vd_graph *g, vd_arena *a, vd_kev_entries *out, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_KEV_LIST);
  vd_kev_entries entries = {0};
  bool row = true;
  if (s == NULL)
    return vd_store_fail(g, "read KEV", err);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    if (!row || vd_sql_view(s, 1).len == 0)
      continue;
    vd_kev_entry *e = vd_vec_push(a, &entries);
    if (e == NULL || !vd_sql_copy(a, s, 0, &e->cve) || !vd_sql_copy(a, s, 1, &e->added) ||
        !vd_sql_copy(a, s, 2, &e->due))
      return no_memory(err);
    e->ransomware = vd_sql_view(s, 3).len != 0;
  }
  *out = entries;
  return VD_OK;
}

vd_code vd_graph_begin(vd_graph *g, vd_error *err) {
  return vd_store_run(g, "BEGIN IMMEDIATE", err);
}
vd_code vd_graph_commit(vd_graph *g, vd_error *err) { return vd_store_run(g, "COMMIT", err); }
void vd_graph_rollback(vd_graph *g) { (void)vd_store_run(g, "ROLLBACK", NULL); }
