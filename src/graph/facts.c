// Compiles a facts folder to a knowledge base: reads each table twice, declaring nodes, then
// relating them, all in memory, and writes the finished file in one piece.
#include "graph/facts.h"

#include "graph/identity.h"
#include "graph/write.h"

#include <fcntl.h>

// Puts "TABLE line N: " before what a row handler or the reader said.
static vd_code place(const char *file, uint32_t line, vd_code code, vd_error *err) {
  if (err == NULL)
    return code;
  char said[sizeof err->text];
  memcpy(said, err->text, sizeof said);
  (void)vd_fail(err, code, "%s line %u: %.180s", file, (unsigned)line, said);
  err->line = line;
  return code;
}

static vd_code run_rows(vd_facts *f, const vd_fact_table *table, vd_fact_row row, vd_view bytes,
                        vd_error *err) {
  vd_table t = {.line = 1};
  vd_view cells[VD_TABLE_COLUMNS_MAX] = {0};
  bool more = true;
  vd_code code = vd_table_open(&t, bytes, table->columns, err);
  while (code == VD_OK && more) {
    code = vd_table_next(&t, cells, &more, err);
    if (code == VD_OK && more)
      code = row(f, cells, err);
  }
  return code == VD_OK ? VD_OK : place(table->file, t.line == 0 ? 1 : t.line, code, err);
}

static vd_code read_table(vd_facts *f, const char *dir, const char *file, vd_view *out,
                          vd_error *err) {
  vd_view path = vd_arena_printf(f->arena, "%s/%s", dir, file);
  if (path.ptr == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the facts");
  return vd_file_read(f->arena, path.ptr, VD_TABLE_BYTES_MAX, out, err);
}

static const vd_fact_table *table_at(size_t i) {
  if (i < vd_fact_match_count)
    return &vd_fact_match_tables[i];
  i -= vd_fact_match_count;
  return i < vd_fact_map_count ? &vd_fact_map_tables[i]
                               : &vd_fact_curated_tables[i - vd_fact_map_count];
}

static vd_code declare(vd_facts *f, const char *dir, const vd_fact_table *t, vd_view *bytes,
                       vd_error *err) {
  VD_TRY(read_table(f, dir, t->file, bytes, err));
  return t->declare == NULL ? VD_OK : run_rows(f, t, t->declare, *bytes, err);
}

static vd_code compile_tables(vd_facts *f, const char *dir, vd_error *err) {
  size_t count = vd_fact_match_count + vd_fact_map_count + vd_fact_curated_count;
  vd_view *bytes = vd_new_array(f->arena, vd_view, count);
  if (bytes == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the facts");
  for (size_t i = 0; i < count; i++)
    VD_TRY(declare(f, dir, table_at(i), &bytes[i], err));
  for (size_t i = 0; i < count; i++) { // the mapping tables first: flaws name their weaknesses
    size_t at = (i + vd_fact_match_count) % count;
    if (table_at(at)->relate != NULL)
      VD_TRY(run_rows(f, table_at(at), table_at(at)->relate, bytes[at], err));
  }
  return VD_OK;
}

// Without the tables that hold sources and names, which are not made from advisories.
static bool is_given(const vd_matching *m, const vd_fact_table *t, vd_view *bytes) {
  for (size_t i = 0; i < m->count; i++)
    if (strcmp(m->tables[i].file, t->file) == 0) {
      *bytes = m->tables[i].bytes;
      return true;
    }
  return false;
}

static vd_code run_given(vd_facts *f, const vd_matching *m, bool declaring, vd_error *err) {
  for (size_t i = 0; i < vd_fact_match_count; i++) {
    const vd_fact_table *t = &vd_fact_match_tables[i];
    vd_fact_row row = declaring ? t->declare : t->relate;
    vd_view bytes;
    if (row != NULL && is_given(m, t, &bytes))
      VD_TRY(run_rows(f, t, row, bytes, err));
  }
  return VD_OK;
}

vd_code vd_matching_replace(vd_graph *g, const vd_matching *m, vd_error *err) {
  VD_SCOPED_ARENA arena = VD_ARENA(VD_COMPILE_MEMORY_MAX);
  vd_facts f = {.g = g, .arena = &arena, .matching_only = true};
  for (size_t i = 0; i < VD_NODE_KIND_COUNT; i++)
    f.nodes[i] = VD_MAP(&arena);
  f.provenance = f.sources = f.kev = f.epss = VD_MAP(&arena);
  VD_TRY(vd_store_run(g,
                      "DELETE FROM kev;DELETE FROM flaw;DELETE FROM alias;DELETE FROM withdrawn;"
                      "DELETE FROM package;DELETE FROM affected",
                      err));
  VD_TRY(run_given(&f, m, true, err));
  return run_given(&f, m, false, err);
}

static void free_pages(unsigned char **pages) { sqlite3_free(*pages); }

static vd_code write_database(vd_graph *g, const char *path, vd_error *err) {
  VD_TRY(vd_store_run(g, "VACUUM", err));
  sqlite3_int64 size = 0;
  VD_CLEANUP(free_pages) unsigned char *pages = sqlite3_serialize(g->db, "main", &size, 0);
  if (pages == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the knowledge base");
  return vd_file_write(path, (vd_view){(const char *)pages, (size_t)size}, err);
}

static vd_code fill_graph(vd_facts *f, const char *facts_dir, vd_error *err) {
  VD_TRY(vd_store_run(f->g, "BEGIN", err));
  VD_TRY(compile_tables(f, facts_dir, err));
  VD_TRY(vd_identity_settle(f->g, err));
  VD_TRY(vd_store_run(f->g, "INSERT INTO search(search) VALUES('rebuild')", err));
  return vd_store_run(f->g, "COMMIT", err);
}

vd_code vd_facts_compile(const char *facts_dir, const char *db_path, vd_error *err) {
  VD_CLEANUP(vd_graph_close) vd_graph *g = NULL;
  VD_SCOPED_ARENA arena = VD_ARENA(VD_COMPILE_MEMORY_MAX);
  VD_TRY(vd_store_memory(&g, err));
  vd_facts f = {.g = g, .arena = &arena};
  for (size_t i = 0; i < VD_NODE_KIND_COUNT; i++)
    f.nodes[i] = VD_MAP(&arena);
  f.provenance = f.sources = f.kev = f.epss = VD_MAP(&arena);
  VD_TRY(fill_graph(&f, facts_dir, err));
  return write_database(g, db_path, err);
}
