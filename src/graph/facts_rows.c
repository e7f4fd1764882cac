// The facts tables: one entry a table, with what a row of it declares and relates (docs/facts.md).
#include "graph/facts.h"

static const char stated[] = "stated", curated[] = "curated";

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the facts");
}

// ---- sources, stages, layers, roles ----------------------------------------

static vd_code source_row(vd_facts *f, const vd_view *c, vd_error *err) {
  uint64_t records = 0;
  int64_t *date = vd_new(f->arena, int64_t);
  VD_TRY(vd_facts_check_date(c[2], false, err));
  if (c[3].len != 0 && !vd_view_u64(c[3], &records))
    return vd_fail(err, VD_FORMAT, "'%.*s' is not a count", VD_ARG(c[3]));
  if (date == NULL || vd_map_put(&f->sources, c[0], date) != VD_OK)
    return no_memory(err);
  *date = vd_date_number(c[2]);
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_SOURCE);
  if (s == NULL)
    return vd_store_fail(f->g, "write", err);
  const int columns[] = {0, 1, 2, 4, 5};
  for (int i = 0; i < (int)VD_COUNT(columns); i++)
    vd_sql_text(s, i + 1, c[columns[i]]);
  (void)sqlite3_bind_int64(s, 6, (int64_t)records);
  return vd_facts_insert(f, s, "the source has no name or is there twice", err);
}

static vd_code ordered_node(vd_facts *f, vd_fact_node_row row, vd_view position, vd_error *err) {
  if (!vd_view_u64(position, &row.position) || row.position == 0 || row.position > INT32_MAX)
    return vd_fail(err, VD_FORMAT, "'%.*s' is not a position", VD_ARG(position));
  return vd_facts_node(f, row, err);
}

static vd_code stage_node(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_node_row row = {.kind = VD_NODE_STAGE, .key = c[0], .name = c[2], .class = c[3]};
  return ordered_node(f, row, c[1], err);
}

static vd_code layer_node(vd_facts *f, const vd_view *c, vd_error *err) {
  return vd_facts_node(f, (vd_fact_node_row){.kind = VD_NODE_LAYER, .key = c[0], .name = c[1]},
                       err);
}

static vd_code role_node(vd_facts *f, const vd_view *c, vd_error *err) {
  return vd_facts_node(f, (vd_fact_node_row){.kind = VD_NODE_ROLE, .key = c[0]}, err);
}

static vd_code role_kind_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {
      .kind = VD_EDGE_OCCURS_IN, .source = curated, .method = curated, .confidence = 1};
  VD_TRY(vd_facts_find(f, VD_NODE_ROLE, c[0], &edge.src, err));
  VD_TRY(vd_facts_edges(f, edge, VD_NODE_STAGE, c[1], err));
  return vd_facts_edges(f, edge, VD_NODE_LAYER, c[2], err);
}

// A package with a role but no advisory is a node, without facts for matching.
static vd_code role_package(vd_facts *f, const vd_view *c, vd_error *err) {
  if (vd_map_get(&f->nodes[VD_NODE_PACKAGE], c[0]) != NULL)
    return VD_OK;
  return vd_facts_node(f, (vd_fact_node_row){.kind = VD_NODE_PACKAGE, .key = c[0]}, err);
}

static vd_code role_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {
      .kind = VD_EDGE_PLAYS, .source = curated, .method = curated, .confidence = 1};
  VD_TRY(vd_facts_find(f, VD_NODE_PACKAGE, c[0], &edge.src, err));
  VD_TRY(vd_facts_find(f, VD_NODE_ROLE, c[1], &edge.dst, err));
  return vd_facts_edge(f, &edge, err);
}

// A rule holds in every role named; the same rule twice would hide one of its reasons.
static vd_code enables_in_role(vd_facts *f, vd_fact_edge edge, vd_view role, vd_view weaknesses,
                               vd_error *err) {
  vd_view weakness;
  if (!vd_view_eq(role, VD_VIEW("*")))
    VD_TRY(vd_facts_find(f, VD_NODE_ROLE, role, &edge.context, err));
  while (vd_list_next(&weaknesses, &weakness)) {
    VD_TRY(vd_facts_find(f, VD_NODE_WEAKNESS, weakness, &edge.src, err));
    VD_TRY(vd_facts_edge(f, &edge, err));
    if (sqlite3_changes(f->g->db) == 0)
      return vd_fail(err, VD_FORMAT, "the rule for %.*s in %.*s is there twice", VD_ARG(weakness),
                     VD_ARG(role));
  }
  return VD_OK;
}

static vd_code enables_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {
      .kind = VD_EDGE_ENABLES, .source = curated, .method = curated, .evidence = c[4]};
  vd_view roles = c[1], role;
  if (c[0].len == 0 || c[1].len == 0 || c[4].len == 0)
    return vd_fail(err, VD_FORMAT, "a rule needs weaknesses, roles and a reason");
  VD_TRY(vd_facts_find(f, VD_NODE_TECHNIQUE, c[2], &edge.dst, err));
  VD_TRY(vd_facts_fraction(c[3], &edge.confidence, err));
  while (vd_list_next(&roles, &role))
    VD_TRY(enables_in_role(f, edge, role, c[0], err));
  return VD_OK;
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

// ---- weaknesses, patterns, techniques --------------------------------------

static vd_code framework_of(vd_view v, const char **out, vd_error *err) {
  *out = vd_view_eq(v, VD_VIEW("attack")) ? "attack" : "atlas";
  if (!vd_view_eq(v, vd_view_of(*out)))
    return vd_fail(err, VD_FORMAT, "unknown framework '%.*s'", VD_ARG(v));
  return VD_OK;
}

static vd_code tactic_node(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_node_row row = {.kind = VD_NODE_TACTIC, .key = c[0], .name = c[1], .class = c[2]};
  return ordered_node(f, row, c[3], err);
}

static vd_code tactic_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {.kind = VD_EDGE_REFERS_TO, .method = stated, .confidence = 1};
  VD_TRY(framework_of(c[2], &edge.source, err));
  VD_TRY(vd_facts_find(f, VD_NODE_TACTIC, c[0], &edge.src, err));
  return vd_facts_edges(f, edge, VD_NODE_TACTIC, c[4], err);
}

static vd_code technique_node(vd_facts *f, const vd_view *c, vd_error *err) {
  return vd_facts_node(
      f, (vd_fact_node_row){.kind = VD_NODE_TECHNIQUE, .key = c[0], .name = c[1], .class = c[2]},
      err);
}

static vd_code technique_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {.kind = VD_EDGE_ACHIEVES, .method = stated, .confidence = 1};
  VD_TRY(framework_of(c[2], &edge.source, err));
  VD_TRY(vd_facts_find(f, VD_NODE_TECHNIQUE, c[0], &edge.src, err));
  VD_TRY(vd_facts_edges(f, edge, VD_NODE_TACTIC, c[3], err));
  edge.kind = VD_EDGE_CHILD_OF;
  VD_TRY(vd_facts_edges(f, edge, VD_NODE_TECHNIQUE, c[4], err));
  edge.kind = VD_EDGE_REFERS_TO;
  return vd_facts_edges(f, edge, VD_NODE_TECHNIQUE, c[5], err);
}

static vd_code mitigation_node(vd_facts *f, const vd_view *c, vd_error *err) {
  return vd_facts_node(
      f, (vd_fact_node_row){.kind = VD_NODE_MITIGATION, .key = c[0], .name = c[1], .class = c[2]},
      err);
}

static vd_code mitigation_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {.kind = VD_EDGE_MITIGATES, .method = stated, .confidence = 1};
  VD_TRY(framework_of(c[2], &edge.source, err));
  VD_TRY(vd_facts_find(f, VD_NODE_MITIGATION, c[0], &edge.src, err));
  return vd_facts_edges(f, edge, VD_NODE_TECHNIQUE, c[3], err);
}

static vd_code weakness_node(vd_facts *f, const vd_view *c, vd_error *err) {
  return vd_facts_node(
      f, (vd_fact_node_row){.kind = VD_NODE_WEAKNESS, .key = c[0], .name = c[1], .class = c[2]},
      err);
}

static vd_code weakness_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {
      .kind = VD_EDGE_CHILD_OF, .source = "cwe", .method = stated, .confidence = 1};
  VD_TRY(vd_facts_find(f, VD_NODE_WEAKNESS, c[0], &edge.src, err));
  VD_TRY(vd_facts_edges(f, edge, VD_NODE_WEAKNESS, c[3], err));
  edge.kind = VD_EDGE_EXPLOITED_BY;
  return vd_facts_edges(f, edge, VD_NODE_PATTERN, c[4], err);
}

static vd_code pattern_node(vd_facts *f, const vd_view *c, vd_error *err) {
  return vd_facts_node(
      f, (vd_fact_node_row){.kind = VD_NODE_PATTERN, .key = c[0], .name = c[1], .class = c[2]},
      err);
}

static vd_code pattern_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {
      .kind = VD_EDGE_CHILD_OF, .source = "capec", .method = stated, .confidence = 1};
  VD_TRY(vd_facts_find(f, VD_NODE_PATTERN, c[0], &edge.src, err));
  VD_TRY(vd_facts_edges(f, edge, VD_NODE_PATTERN, c[3], err));
  edge.kind = VD_EDGE_USES;
  return vd_facts_edges(f, edge, VD_NODE_TECHNIQUE, c[4], err);
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

static vd_code flaw_node(vd_facts *f, const vd_view *c, vd_error *err) {
  return vd_facts_node(f, (vd_fact_node_row){.kind = VD_NODE_VULNERABILITY, .key = c[0]}, err);
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
  return weakness_edges(f, id, &ids, c[6], err);
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
  return vd_facts_node(f, (vd_fact_node_row){.kind = VD_NODE_PACKAGE, .key = c[0]}, err);
}

static vd_code package_row(vd_facts *f, const vd_view *c, vd_error *err) {
  int64_t id = 0;
  VD_TRY(vd_facts_find(f, VD_NODE_PACKAGE, c[0], &id, err));
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_PACKAGE);
  if (s == NULL)
    return vd_store_fail(f->g, "write", err);
  (void)sqlite3_bind_int64(s, 1, id);
  vd_sql_text(s, 2, c[1]);
  return vd_facts_insert(f, s, "the package is there twice", err);
}

static vd_code affects_edge(vd_facts *f, int64_t flaw, int64_t package, vd_view advisories,
                            vd_error *err) {
  vd_fact_edge edge = {
      .src = flaw, .dst = package, .kind = VD_EDGE_AFFECTS, .method = stated, .confidence = 1};
  vd_view id;
  while (vd_list_next(&advisories, &id)) {
    edge.source = vd_view_starts(id, VD_VIEW("GHSA-")) ? "ghsa" : "pysec";
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

const vd_fact_table vd_fact_tables[] = {
    {"sources.tsv", "name\tversion\tdate\trecords\tlicence\turl", source_row, NULL},
    {"curated/stages.tsv", "id\tposition\tname\tphase", stage_node, NULL},
    {"curated/layers.tsv", "id\tname", layer_node, NULL},
    {"curated/role-kinds.tsv", "role\tstages\tlayer", role_node, role_kind_row},
    {"tactics.tsv", "id\tname\tframework\tposition\tattack", tactic_node, tactic_row},
    {"techniques.tsv", "id\tname\tframework\ttactics\tparent\tattack", technique_node,
     technique_row},
    {"mitigations.tsv", "id\tname\tframework\ttechniques", mitigation_node, mitigation_row},
    {"patterns.tsv", "id\tname\tabstraction\tparents\ttechniques", pattern_node, pattern_row},
    {"weaknesses.tsv", "id\tname\tabstraction\tparents\tpatterns", weakness_node, weakness_row},
    {"kev.tsv", "cve\tadded\tdue\transomware", kev_row, NULL},
    {"packages.tsv", "package\tversions", package_node, package_row},
    {"vulnerabilities.tsv", "id\taliases\tpublished\tmodified\tseverity\tcvss\tcwe", flaw_node,
     flaw_row},
    {"epss.tsv", "cve\tepss\tpercentile", epss_row, epss_check},
    {"withdrawn.tsv", "id\taliases\twithdrawn", NULL, withdrawn_row},
    {"affected.tsv", "package\tvulnerability\tadvisories\tranges\tversions", NULL, affected_row},
    {"curated/roles.tsv", "package\trole", role_package, role_row},
    {"curated/conda.tsv", "conda\tpackage", NULL, conda_row},
    {"curated/enables.tsv", "weaknesses\troles\ttechnique\tconfidence\treason", NULL, enables_row},
};
const size_t vd_fact_table_count = VD_COUNT(vd_fact_tables);
