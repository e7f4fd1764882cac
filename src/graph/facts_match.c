// The tables matching reads: sources, packages, flaws and what is known of their exploitation
// (docs/facts.md).
#include "graph/facts.h"

static const char stated[] = "stated";

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the facts");
}

static vd_code source_row(vd_facts *f, const vd_view *c, vd_error *err) {
  uint64_t records = 0;
  VD_TRY(vd_facts_check_date(c[2], false, err));
  if (c[3].len != 0 && !vd_view_u64(c[3], &records))
    return vd_fail(err, VD_FORMAT, "'%.*s' is not a count", VD_ARG(c[3]));
  const vd_view cells[5] = {c[0], c[1], c[2], c[4], c[5]};
  return vd_facts_add_source(f, cells, records, err);
}

static vd_code conda_row(vd_facts *f, const vd_view *c, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_NAME);
  if (s == NULL)
    return vd_store_fail(f->g, "write", err);
  vd_sql_text(s, 1, VD_VIEW("conda"));
  vd_sql_text(s, 2, c[0]);
  vd_sql_text(s, 3, c[1]);
  return vd_facts_insert(f, s, "the name is empty or there twice", err);
}

// ---- flaws -----------------------------------------------------------------

static vd_code kev_row(vd_facts *f, const vd_view *c, vd_error *err) {
  int64_t *id = vd_new(f->arena, int64_t);
  VD_TRY(vd_facts_check_date(c[1], false, err));
  VD_TRY(vd_facts_check_date(c[2], true, err));
  if (id == NULL || vd_map_put(&f->kev, c[0], id) != VD_OK)
    return no_memory(err);
  *id = ++f->last_kev;
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_KEV);
  if (s == NULL)
    return vd_store_fail(f->g, "write", err);
  (void)sqlite3_bind_int64(s, 1, *id);
  for (int i = 0; i < 3; i++)
    vd_sql_text(s, i + 2, c[i]);
  (void)sqlite3_bind_int64(s, 5, vd_view_eq(c[3], VD_VIEW("known")));
  return vd_facts_insert(f, s, "the CVE is empty or there twice", err);
}

static vd_code epss_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_score *score = vd_new(f->arena, vd_fact_score);
  if (score == NULL || vd_map_put(&f->epss, c[0], score) != VD_OK)
    return no_memory(err);
  VD_TRY(vd_facts_fraction(c[1], &score->epss, err));
  return vd_facts_fraction(c[2], &score->percentile, err);
}

static const char *advisory_source(vd_view id) {
  if (vd_view_starts(id, VD_VIEW("MAL-")))
    return "malicious";
  return vd_view_starts(id, VD_VIEW("GHSA-")) ? "ghsa" : "pysec";
}

static vd_code flaw_node(vd_facts *f, const vd_view *c, vd_error *err) {
  const char *source = vd_view_has(c[1], VD_VIEW("GHSA-")) ? "ghsa" : advisory_source(c[0]);
  return vd_facts_node(
      f, (vd_fact_node_row){.kind = VD_NODE_VULNERABILITY, .key = c[0], .source = source}, err);
}

static int by_bytes(const void *a, const void *b) {
  return vd_view_cmp(*(const vd_view *)a, *(const vd_view *)b);
}

// The primary id first, the others in byte order.
static vd_code ids_of(vd_facts *f, vd_view primary, vd_view aliases, vd_views *out, vd_error *err) {
  size_t most = 2;
  for (size_t i = 0; i < aliases.len; i++)
    most += aliases.ptr[i] == ' ';
  vd_view item = primary, *at = vd_new_array(f->arena, vd_view, most);
  if (at == NULL)
    return no_memory(err);
  *out = (vd_views){.at = at, .cap = most};
  do
    at[out->count++] = item;
  while (out->count < most && vd_list_next(&aliases, &item));
  qsort(at + 1, out->count - 1, sizeof *at, by_bytes);
  return VD_OK;
}

static vd_code add_aliases(vd_facts *f, int64_t flaw, const vd_views *ids, vd_error *err) {
  for (size_t i = 0; i < ids->count; i++) {
    VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_ALIAS);
    if (s == NULL)
      return vd_store_fail(f->g, "write", err);
    vd_sql_text(s, 1, ids->at[i]);
    (void)sqlite3_bind_int64(s, 2, flaw);
    VD_TRY(vd_facts_insert(f, s, "an id is empty or names two vulnerabilities", err));
  }
  return VD_OK;
}

// A flaw under several CVE ids is as known, and as likely, as the worst of them.
static void bind_exploitation(const vd_facts *f, sqlite3_stmt *s, const vd_views *ids) {
  const vd_fact_score *best = NULL;
  const int64_t *kev = NULL;
  for (size_t i = 0; i < ids->count; i++) {
    const vd_fact_score *score = vd_map_get(&f->epss, ids->at[i]);
    if (score != NULL && (best == NULL || score->epss > best->epss))
      best = score;
    if (kev == NULL)
      kev = vd_map_get(&f->kev, ids->at[i]);
  }
  if (kev != NULL)
    (void)sqlite3_bind_int64(s, 8, *kev);
  if (best != NULL) {
    (void)sqlite3_bind_double(s, 9, best->epss);
    (void)sqlite3_bind_double(s, 10, best->percentile);
  }
}

static vd_code write_flaw(vd_facts *f, int64_t id, const vd_view *c, const vd_views *ids,
                          vd_error *err) {
  VD_SCOPED_BUF joined = VD_BUF(VD_GRAPH_VALUE_MAX);
  for (size_t i = 0; i < ids->count; i++) {
    if (i != 0)
      vd_buf_put_c(&joined, ' ');
    vd_buf_put(&joined, ids->at[i]);
  }
  if (joined.failed)
    return no_memory(err);
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_FLAW);
  if (s == NULL)
    return vd_store_fail(f->g, "write", err);
  (void)sqlite3_bind_int64(s, 1, id);
  vd_sql_text(s, 2, vd_buf_view(&joined));
  for (int i = 2; i < 7; i++) // published, modified, severity, cvss, cwe
    vd_sql_text(s, i + 1, c[i]);
  bind_exploitation(f, s, ids);
  return vd_facts_insert(f, s, "the vulnerability has no id", err);
}

static vd_code weakness_edges(vd_facts *f, int64_t id, const vd_views *ids, vd_view cwe,
                              vd_error *err) {
  vd_fact_edge edge = {.src = id,
                       .kind = VD_EDGE_HAS_WEAKNESS,
                       .method = stated,
                       .source = vd_weakness_source(ids),
                       .confidence = 1};
  return vd_facts_edges(f, edge, VD_NODE_WEAKNESS, cwe, err);
}

static vd_code flaw_row(vd_facts *f, const vd_view *c, vd_error *err) {
  int64_t id = 0;
  vd_views ids = {0};
  VD_TRY(vd_facts_check_date(c[2], true, err));
  VD_TRY(vd_facts_check_date(c[3], true, err));
  VD_TRY(vd_facts_find(f, VD_NODE_VULNERABILITY, c[0], &id, err));
  VD_TRY(ids_of(f, c[0], c[1], &ids, err));
  VD_TRY(add_aliases(f, id, &ids, err));
  VD_TRY(write_flaw(f, id, c, &ids, err));
  return f->matching_only ? VD_OK : weakness_edges(f, id, &ids, c[6], err);
}

static vd_code epss_check(vd_facts *f, const vd_view *c, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_FLAW);
  bool row = false;
  if (s == NULL)
    return vd_store_fail(f->g, "read", err);
  vd_sql_text(s, 1, c[0]);
  VD_TRY(vd_sql_next(f->g, s, &row, err));
  if (!row)
    return vd_fail(err, VD_FORMAT, "unknown vulnerability '%.*s'", VD_ARG(c[0]));
  return VD_OK;
}

static vd_code withdrawn_row(vd_facts *f, const vd_view *c, vd_error *err) {
  VD_TRY(vd_facts_check_date(c[2], true, err));
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_WITHDRAWN);
  if (s == NULL)
    return vd_store_fail(f->g, "write", err);
  for (int i = 0; i < 3; i++)
    vd_sql_text(s, i + 1, c[i]);
  return vd_facts_insert(f, s, "the advisory id is empty or there twice", err);
}

// ---- packages --------------------------------------------------------------

static vd_code package_node(vd_facts *f, const vd_view *c, vd_error *err) {
  return vd_facts_node(
      f, (vd_fact_node_row){.kind = VD_NODE_PACKAGE, .key = c[0], .source = "pysec"}, err);
}

static vd_code package_row(vd_facts *f, const vd_view *c, vd_error *err) {
  int64_t id = 0;
  VD_TRY(vd_facts_find(f, VD_NODE_PACKAGE, c[0], &id, err));
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_PACKAGE);
  if (s == NULL)
    return vd_store_fail(f->g, "write", err);
  (void)sqlite3_bind_int64(s, 1, id);
  vd_sql_text(s, 2, c[0]);
  vd_sql_text(s, 3, c[1]);
  return vd_facts_insert(f, s, "the package is there twice", err);
}

static vd_code affects_edge(vd_facts *f, int64_t flaw, int64_t package, vd_view advisories,
                            vd_error *err) {
  vd_fact_edge edge = {
      .src = flaw, .dst = package, .kind = VD_EDGE_AFFECTS, .method = stated, .confidence = 1};
  vd_view id;
  while (vd_list_next(&advisories, &id)) {
    edge.source = advisory_source(id);
    edge.evidence = id;
    VD_TRY(vd_facts_edge(f, &edge, err));
  }
  return VD_OK;
}

// Rows come in byte order, so a package's rows stand together, by flaw, then advisory.
static vd_code affected_row(vd_facts *f, const vd_view *c, vd_error *err) {
  int64_t package = 0, flaw = 0;
  VD_TRY(vd_facts_find(f, VD_NODE_PACKAGE, c[0], &package, err));
  VD_TRY(vd_facts_find(f, VD_NODE_VULNERABILITY, c[1], &flaw, err));
  f->affected_seq = package == f->affected_package ? f->affected_seq + 1 : 1;
  f->affected_package = package;
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_AFFECTED);
  if (s == NULL)
    return vd_store_fail(f->g, "write", err);
  (void)sqlite3_bind_int64(s, 1, package);
  (void)sqlite3_bind_int64(s, 2, f->affected_seq);
  (void)sqlite3_bind_int64(s, 3, flaw);
  for (int i = 2; i < 5; i++) // advisories, ranges, versions
    vd_sql_text(s, i + 2, c[i]);
  VD_TRY(vd_facts_insert(f, s, "the row names no advisory", err));
  return affects_edge(f, flaw, package, c[2], err);
}

// ---- the tables ------------------------------------------------------------

const vd_fact_table vd_fact_match_tables[] = {
    {"sources.tsv", "name\tversion\tdate\trecords\tlicence\turl", source_row, NULL},
    {"curated/conda.tsv", "conda\tpackage", NULL, conda_row},
    {"kev.tsv", "cve\tadded\tdue\transomware", kev_row, NULL},
    {"packages.tsv", "package\tversions", package_node, package_row},
    {"vulnerabilities.tsv", "id\taliases\tpublished\tmodified\tseverity\tcvss\tcwe", flaw_node,
     flaw_row},
    {"epss.tsv", "cve\tepss\tpercentile", epss_row, epss_check},
    {"withdrawn.tsv", "id\taliases\twithdrawn", NULL, withdrawn_row},
    {"affected.tsv", "package\tvulnerability\tadvisories\tranges\tversions", NULL, affected_row},
};
const size_t vd_fact_match_count = VD_COUNT(vd_fact_match_tables);
