// Reading what matching needs: a package with its affected rows, a flaw by any id, the sources.
#include "graph/store.h"

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for what the knowledge base says");
}

// ---- names of weaknesses ---------------------------------------------------

static vd_code keep_name(vd_graph *g, sqlite3_stmt *s, vd_error *err) {
  vd_view key, *name = vd_new(&g->arena, vd_view);
  if (name == NULL || !vd_sql_copy(&g->arena, s, 1, &key) || !vd_sql_copy(&g->arena, s, 2, name) ||
      vd_map_put(&g->weakness_names, key, name) != VD_OK)
    return no_memory(err);
  return VD_OK;
}

static vd_code load_names(vd_graph *g, vd_error *err) {
  if (g->names_loaded)
    return VD_OK;
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_NODES);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(g, "read weaknesses", err);
  (void)sqlite3_bind_int64(s, 1, g->node_kind[VD_NODE_WEAKNESS]);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    if (row)
      VD_TRY(keep_name(g, s, err));
  }
  g->names_loaded = true;
  return VD_OK;
}

static bool name_weaknesses(const vd_graph *g, vd_arena *a, vd_flaw *f) {
  size_t n = f->cwe.count;
  if (n == 0)
    return true;
  f->cwe_names = (vd_views){.at = vd_new_array(a, vd_view, n), .count = n, .cap = n};
  for (size_t i = 0; f->cwe_names.at != NULL && i < n; i++) {
    const vd_view *name = vd_map_get(&g->weakness_names, f->cwe.at[i]);
    f->cwe_names.at[i] = vd_arena_copy(a, name == NULL ? (vd_view){0} : *name);
    if (f->cwe_names.at[i].ptr == NULL)
      return false;
  }
  return f->cwe_names.at != NULL;
}

// ---- flaws -----------------------------------------------------------------

// Columns shared by the statements FLAW and AFFECTED.
enum {
  ID,
  IDS,
  PUBLISHED,
  MODIFIED,
  SEVERITY,
  CVSS,
  CWE,
  KEV_ADDED,
  RANSOMWARE,
  EPSS,
  PERCENTILE,
  ADVISORIES,
  RANGES,
  VERSIONS
};

static double score(sqlite3_stmt *s, int column) {
  return sqlite3_column_type(s, column) == SQLITE_NULL ? -1 : sqlite3_column_double(s, column);
}

static vd_code read_flaw(const vd_graph *g, vd_arena *a, sqlite3_stmt *s, vd_flaw *out,
                         vd_error *err) {
  vd_flaw f = {.ransomware = sqlite3_column_int64(s, RANSOMWARE) != 0,
               .epss = score(s, EPSS),
               .epss_percentile = score(s, PERCENTILE)};
  if (!vd_sql_list(a, s, IDS, &f.ids) || !vd_sql_copy(a, s, PUBLISHED, &f.published) ||
      !vd_sql_copy(a, s, MODIFIED, &f.modified) || !vd_sql_copy(a, s, SEVERITY, &f.severity) ||
      !vd_sql_list(a, s, CVSS, &f.cvss) || !vd_sql_list(a, s, CWE, &f.cwe) ||
      !vd_sql_copy(a, s, KEV_ADDED, &f.kev_added) || !name_weaknesses(g, a, &f))
    return no_memory(err);
  if (f.ids.count == 0)
    return vd_fail(err, VD_FORMAT, "the knowledge base has a flaw without an id");
  f.id = f.ids.at[0];
  f.kev = f.kev_added.ptr != NULL;
  *out = f;
  return VD_OK;
}

vd_code vd_graph_flaw(vd_graph *g, vd_arena *a, vd_view id, vd_flaw *out, vd_error *err) {
  VD_TRY(load_names(g, err));
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_FLAW);
  bool row = false;
  if (s == NULL)
    return vd_store_fail(g, "look up a flaw", err);
  vd_sql_text(s, 1, id);
  VD_TRY(vd_sql_next(g, s, &row, err));
  if (!row)
    return vd_fail(err, VD_NOTFOUND, "nothing is known of '%.*s'", VD_ARG(id));
  return read_flaw(g, a, s, out, err);
}

const char *vd_weakness_source(const vd_views *ids) {
  for (size_t i = 0; i < ids->count; i++)
    if (vd_view_starts(ids->at[i], VD_VIEW("GHSA-")))
      return "ghsa";
  return "pysec";
}

// ---- packages --------------------------------------------------------------

static vd_code find_package(vd_graph *g, vd_arena *a, vd_package_facts *p, int64_t *id,
                            vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_PACKAGE);
  bool row = false;
  if (s == NULL)
    return vd_store_fail(g, "look up a package", err);
  vd_sql_text(s, 1, p->name);
  VD_TRY(vd_sql_next(g, s, &row, err));
  if (!row)
    return vd_fail(err, VD_NOTFOUND, "nothing is known of package '%.*s'", VD_ARG(p->name));
  *id = sqlite3_column_int64(s, 0);
  p->name = vd_arena_copy(a, p->name);
  return p->name.ptr != NULL && vd_sql_list(a, s, 1, &p->versions) ? VD_OK : no_memory(err);
}

// Rows of one flaw follow each other and share it.
typedef struct row_reader {
  vd_graph *g;
  vd_arena *arena;
  int64_t flaw_id;
  const vd_flaw *flaw;
} row_reader;

static vd_code next_flaw(row_reader *r, sqlite3_stmt *s, vd_error *err) {
  int64_t id = sqlite3_column_int64(s, ID);
  if (r->flaw != NULL && r->flaw_id == id)
    return VD_OK;
  vd_flaw *flaw = vd_new(r->arena, vd_flaw);
  if (flaw == NULL)
    return no_memory(err);
  VD_TRY(read_flaw(r->g, r->arena, s, flaw, err));
  r->flaw = flaw;
  r->flaw_id = id;
  return VD_OK;
}

static vd_code read_affected(row_reader *r, sqlite3_stmt *s, vd_affected *out, vd_error *err) {
  VD_TRY(next_flaw(r, s, err));
  out->flaw = r->flaw;
  if (!vd_sql_list(r->arena, s, ADVISORIES, &out->advisories) ||
      !vd_sql_copy(r->arena, s, RANGES, &out->ranges) ||
      !vd_sql_list(r->arena, s, VERSIONS, &out->versions))
    return no_memory(err);
  return VD_OK;
}

static vd_code read_rows(row_reader *r, int64_t package, vd_package_facts *p, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(r->g, VD_SQL_AFFECTED);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(r->g, "look up flaws", err);
  (void)sqlite3_bind_int64(s, 1, package);
  while (row) {
    VD_TRY(vd_sql_next(r->g, s, &row, err));
    vd_affected *slot = row ? vd_vec_push(r->arena, &p->affected) : NULL;
    if (row && slot == NULL)
      return no_memory(err);
    if (row)
      VD_TRY(read_affected(r, s, slot, err));
  }
  return VD_OK;
}

vd_code vd_graph_package(vd_graph *g, vd_arena *a, vd_view name, vd_package_facts *out,
                         vd_error *err) {
  vd_package_facts p = {.name = name};
  row_reader reader = {.g = g, .arena = a};
  int64_t id = 0;
  VD_TRY(load_names(g, err));
  VD_TRY(find_package(g, a, &p, &id, err));
  VD_TRY(read_rows(&reader, id, &p, err));
  *out = p;
  return VD_OK;
}

// The curated name, when there is a row; it may be NULL.
static vd_code curated_name(vd_graph *g, sqlite3_stmt *s, vd_view *out, vd_error *err) {
  bool row = false;
  VD_TRY(vd_sql_next(g, s, &row, err));
  if (row)
    *out = vd_sql_view(s, 0);
  return VD_OK;
}

vd_code vd_graph_pypi_name(vd_graph *g, vd_arena *a, vd_package_id of, vd_view *out,
                           vd_error *err) {
  bool covered = vd_view_eq(of.type, VD_VIEW("conda")) || vd_view_eq(of.type, VD_VIEW("pypi"));
  vd_view found = covered ? of.name : (vd_view){0}, copy = {0};
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_PYPI_NAME);
  if (s == NULL)
    return vd_store_fail(g, "look up a name", err);
  vd_sql_text(s, 1, of.type);
  vd_sql_text(s, 2, of.name);
  VD_TRY(curated_name(g, s, &found, err));
  if (found.ptr != NULL)
    copy = vd_arena_copy(a, found);
  if (found.ptr != NULL && copy.ptr == NULL)
    return no_memory(err);
  *out = copy;
  return VD_OK;
}

// ---- about -----------------------------------------------------------------

static vd_code add_source(vd_arena *a, sqlite3_stmt *s, vd_graph_info *info, vd_error *err) {
  vd_source *source = vd_vec_push(a, &info->sources);
  if (source == NULL || !vd_sql_copy(a, s, 0, &source->name) ||
      !vd_sql_copy(a, s, 1, &source->version) || !vd_sql_copy(a, s, 2, &source->date) ||
      !vd_sql_copy(a, s, 3, &source->licence) || !vd_sql_copy(a, s, 4, &source->url))
    return no_memory(err);
  source->records = (uint64_t)sqlite3_column_int64(s, 5);
  if (vd_view_cmp(source->date, info->knowledge_date) > 0)
    info->knowledge_date = source->date;
  return VD_OK;
}

static vd_code read_sources(vd_graph *g, vd_arena *a, vd_graph_info *info, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_SOURCES);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(g, "read the sources", err);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    if (row)
      VD_TRY(add_source(a, s, info, err));
  }
  return VD_OK;
}

vd_code vd_graph_about(vd_graph *g, vd_arena *a, vd_graph_info *out, vd_error *err) {
  vd_graph_info info = {0};
  VD_TRY(read_sources(g, a, &info, err));
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_COUNTS);
  bool row = false;
  if (s == NULL)
    return vd_store_fail(g, "count", err);
  VD_TRY(vd_sql_next(g, s, &row, err));
  info.nodes = (uint64_t)sqlite3_column_int64(s, 0);
  info.edges = (uint64_t)sqlite3_column_int64(s, 1);
  info.flaws = (uint64_t)sqlite3_column_int64(s, 2);
  info.packages = (uint64_t)sqlite3_column_int64(s, 3);
  *out = info;
  return VD_OK;
}
