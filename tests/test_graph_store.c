#include "graph/store.h"
#include "graph_fixture.h"

#include <sys/prctl.h>

static vd_code open_at(const char *path, vd_graph_mode mode, vd_error *err) {
  SCOPED_GRAPH *g = NULL;
  return vd_graph_open(path, mode, &g, err);
}

static vd_view slurp(vd_arena *a, const char *path) {
  vd_view v = {0};
  cr_assert(vd_file_read(a, path, 1 << 26, &v, NULL) == VD_OK, "%s", path);
  return v;
}

static void run_sql(const char *path, const char *sql) {
  sqlite3 *db = NULL;
  cr_assert(sqlite3_open(path, &db) == SQLITE_OK);
  cr_assert(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
  cr_assert(sqlite3_close(db) == SQLITE_OK);
}

static vd_graph *graph_new_at(const char *path) {
  vd_graph *g = NULL;
  vd_error err = {0};
  cr_assert(vd_graph_open(path, VD_GRAPH_CREATE, &g, &err) == VD_OK, "%s", err.text);
  return g;
}

Test(store, what_is_not_there_is_not_found) {
  SCRATCH s = scratch_new();
  vd_error err = {0};
  cr_assert(open_at(s.db, VD_GRAPH_READ, &err) == VD_NOTFOUND);
  cr_assert(open_at(s.db, VD_GRAPH_UPDATE, &err) == VD_NOTFOUND);
  cr_assert(access(s.db, F_OK) != 0, "opening must not create");
  cr_assert(open_at(s.dir, VD_GRAPH_READ, &err) == VD_UNSUPPORTED);
}

Test(store, create_makes_an_empty_graph_others_can_read) {
  SCRATCH s = scratch_new();
  vd_error err = {0};
  cr_assert(open_at(s.db, VD_GRAPH_CREATE, &err) == VD_OK, "%s", err.text);
  SCOPED_GRAPH *g = NULL;
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_graph_info info = {0};
  cr_assert(vd_graph_open(s.db, VD_GRAPH_READ, &g, &err) == VD_OK, "%s", err.text);
  cr_assert(vd_graph_about(g, &a, &info, NULL) == VD_OK);
  cr_assert(info.nodes == 0 && info.sources.count == 0 && info.knowledge_date.len == 0);
}

Test(store, a_finished_writer_leaves_one_file_in_wal_mode) {
  SCRATCH s = scratch_new();
  char log[128];
  (void)snprintf(log, sizeof log, "%s-wal", s.db);
  cr_assert(open_at(s.db, VD_GRAPH_CREATE, NULL) == VD_OK);
  cr_assert(access(log, F_OK) != 0);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 22);
  cr_assert(slurp(&a, s.db).ptr[18] == 2, "WAL mode");
}

Test(store, what_ships_is_one_file_in_rollback_mode) {
  SCRATCH s = scratch_new();
  cr_assert(vd_facts_compile(FIXTURE_FACTS, s.db, NULL) == VD_OK);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  cr_assert(slurp(&a, s.db).ptr[18] == 1, "rollback mode");
}

Test(store, a_reader_works_beside_a_writer) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *writer = NULL;
  vd_error err = {0};
  cr_assert(vd_graph_open(s.db, VD_GRAPH_CREATE, &writer, &err) == VD_OK);
  cr_assert(vd_store_run(writer, "INSERT INTO node(kind,key,canon) VALUES(1,'x',1)", &err) ==
            VD_OK);
  SCOPED_GRAPH *reader = NULL;
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_graph_info info = {0};
  cr_assert(vd_graph_open(s.db, VD_GRAPH_READ, &reader, &err) == VD_OK, "%s", err.text);
  cr_assert(vd_graph_about(reader, &a, &info, &err) == VD_OK && info.nodes == 1);
}

static uint64_t nodes_of(vd_graph *g) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_graph_info info = {0};
  vd_error err = {0};
  cr_assert(vd_graph_about(g, &a, &info, &err) == VD_OK, "%s", err.text);
  return info.nodes;
}

static void add_node(vd_graph *g, const char *sql) {
  vd_error err = {0};
  cr_assert(vd_store_run(g, sql, &err) == VD_OK, "%s", err.text);
}

// A writer opens, writes, closes and comes again while a reader has the file open all along.
Test(store, a_reader_sees_one_moment_and_holds_up_no_writer) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *reader = NULL, *later = NULL, *writer = NULL;
  vd_error err = {0};
  cr_assert(open_at(s.db, VD_GRAPH_CREATE, &err) == VD_OK, "%s", err.text);
  cr_assert(vd_graph_open(s.db, VD_GRAPH_READ, &reader, &err) == VD_OK, "%s", err.text);
  cr_assert(nodes_of(reader) == 0);
  for (unsigned round = 0; round < 2; round++) {
    cr_assert(vd_graph_open(s.db, VD_GRAPH_UPDATE, &writer, &err) == VD_OK, "%s", err.text);
    cr_assert(sqlite3_busy_timeout(writer->db, 0) == SQLITE_OK);
    add_node(writer, "INSERT INTO node(kind,key,canon) "
                     "SELECT 1,count(*),1+count(*) FROM node");
    cr_assert(nodes_of(reader) == 0, "still the moment of its opening");
    vd_graph_close(&writer);
  }
  cr_assert(nodes_of(reader) == 0);
  cr_assert(vd_graph_open(s.db, VD_GRAPH_READ, &later, &err) == VD_OK, "%s", err.text);
  cr_assert(nodes_of(later) == 2);
}

// Readers can be the last to leave: what the log holds is not lost with them.
Test(store, a_log_that_a_reader_leaves_is_read) {
  SCRATCH s = scratch_new();
  vd_graph *reader = NULL, *writer = graph_new_at(s.db);
  vd_error err = {0};
  cr_assert(vd_graph_open(s.db, VD_GRAPH_READ, &reader, &err) == VD_OK, "%s", err.text);
  add_node(writer, "INSERT INTO node(kind,key,canon) VALUES(1,'x',1)");
  vd_graph_close(&writer);
  vd_graph_close(&reader);
  cr_assert(vd_graph_open(s.db, VD_GRAPH_READ, &reader, &err) == VD_OK, "%s", err.text);
  cr_assert(nodes_of(reader) == 1);
  vd_graph_close(&reader);
}

// The superuser may write everywhere; the folder is read as somebody else.
static bool become_anyone(const scratch *s) {
  enum { NOBODY = 65534 };
  return geteuid() != 0 || (chown(s->dir, NOBODY, NOBODY) == 0 &&
                            chown(s->db, NOBODY, NOBODY) == 0 && seteuid(NOBODY) == 0);
}

// Also so that the leak checker may look at this process again.
static void become_oneself(void) {
  cr_assert(seteuid(getuid()) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0);
}

Test(store, a_read_only_folder_is_read_and_left_alone) {
  SCRATCH s = scratch_new();
  cr_assert(vd_facts_compile(FIXTURE_FACTS, s.db, NULL) == VD_OK);
  run_sql(s.db, "PRAGMA journal_mode=WAL");
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  vd_view before = slurp(&a, s.db);
  cr_assert(before.ptr[18] == 2, "WAL mode");
  cr_assert(become_anyone(&s));
  cr_assert(chmod(s.db, 0444) == 0 && chmod(s.dir, 0555) == 0);
  vd_error err = {0};
  vd_code code = open_at(s.db, VD_GRAPH_READ, &err);
  cr_assert(chmod(s.dir, 0755) == 0);
  become_oneself();
  cr_assert(code == VD_OK, "%s", err.text);
  char side[128];
  (void)snprintf(side, sizeof side, "%s-shm", s.db);
  cr_assert(access(side, F_OK) != 0);
  cr_assert(vd_view_eq(before, slurp(&a, s.db)));
}

// With a log and its index, as after a kill or beside a writer, but no right to change anything.
Test(store, a_log_in_a_read_only_folder_is_read) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *writer = graph_new_at(s.db), *reader = NULL;
  vd_error err = {0};
  add_node(writer, "INSERT INTO node(kind,key,canon) VALUES(1,'x',1)");
  cr_assert(become_anyone(&s));
  cr_assert(chmod(s.dir, 0555) == 0);
  vd_code code = vd_graph_open(s.db, VD_GRAPH_READ, &reader, &err);
  cr_assert(chmod(s.dir, 0755) == 0);
  become_oneself();
  cr_assert(code == VD_OK, "%s", err.text);
  cr_assert(nodes_of(reader) == 1);
}

Test(store, odd_paths_are_only_paths) {
  SCRATCH s = scratch_new();
  char odd[160];
  (void)snprintf(odd, sizeof odd, "%s/a?mode=rwc#%%20.db", s.dir);
  cr_assert(vd_facts_compile(FIXTURE_FACTS, odd, NULL) == VD_OK);
  vd_error err = {0};
  vd_code code = open_at(odd, VD_GRAPH_READ, &err);
  (void)unlink(odd);
  cr_assert(code == VD_OK, "%s", err.text);
}

// ---- versions -----------------------------------------------------------------

// The first slice's files hold only what their sources can give again.
Test(store, an_older_schema_starts_anew_on_update_and_is_refused_on_read) {
  SCRATCH s = scratch_new();
  vd_error err = {0};
  run_sql(s.db,
          "PRAGMA user_version=2; PRAGMA application_id=1447314772;"
          "CREATE TABLE node(id INTEGER PRIMARY KEY, kind, key); INSERT INTO node VALUES(1,1,'x')");
  cr_assert(open_at(s.db, VD_GRAPH_READ, &err) == VD_FORMAT);
  cr_assert(vd_view_has(vd_view_of(err.text), VD_VIEW("vedette update")), "%s", err.text);
  cr_assert(open_at(s.db, VD_GRAPH_UPDATE, &err) == VD_OK, "%s", err.text);
  SCOPED_GRAPH *g = NULL;
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_graph_info info = {0};
  cr_assert(vd_graph_open(s.db, VD_GRAPH_READ, &g, &err) == VD_OK, "%s", err.text);
  cr_assert(vd_graph_about(g, &a, &info, &err) == VD_OK && info.nodes == 0);
}

Test(store, a_newer_schema_is_refused) {
  SCRATCH s = scratch_new();
  vd_error err = {0};
  cr_assert(vd_facts_compile(FIXTURE_FACTS, s.db, NULL) == VD_OK);
  run_sql(s.db, "PRAGMA user_version=99");
  cr_assert(open_at(s.db, VD_GRAPH_READ, &err) == VD_FORMAT);
  cr_assert(vd_view_has(vd_view_of(err.text), VD_VIEW("newer")), "%s", err.text);
  cr_assert(open_at(s.db, VD_GRAPH_UPDATE, &err) == VD_FORMAT);
}

Test(store, another_programs_database_is_left_alone) {
  SCRATCH s = scratch_new();
  VD_SCOPED_ARENA a = VD_ARENA(1 << 22);
  run_sql(s.db, "CREATE TABLE moz_places(id)");
  vd_view before = slurp(&a, s.db);
  static const vd_graph_mode modes[] = {VD_GRAPH_READ, VD_GRAPH_UPDATE, VD_GRAPH_CREATE};
  for (size_t i = 0; i < VD_COUNT(modes); i++) {
    vd_error err = {0};
    cr_assert(open_at(s.db, modes[i], &err) == VD_FORMAT);
    cr_assert(vd_view_has(vd_view_of(err.text), VD_VIEW("not a vedette knowledge base")));
  }
  cr_assert(vd_view_eq(before, slurp(&a, s.db)));
}

Test(store, kinds_belong_to_the_file) {
  SCRATCH s = scratch_new();
  cr_assert(vd_facts_compile(FIXTURE_FACTS, s.db, NULL) == VD_OK);
  run_sql(s.db, "UPDATE node_kind SET id=id+100; UPDATE node SET kind=kind+100");
  SCOPED_GRAPH *g = NULL;
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_package_facts p = {0};
  cr_assert(vd_graph_open(s.db, VD_GRAPH_READ, &g, NULL) == VD_OK);
  cr_assert(vd_graph_package(g, &a, VD_VIEW("web-like"), &p, NULL) == VD_OK);
  cr_assert(p.affected.count == 5);
}

// ---- hostile files -------------------------------------------------------------

static bool acceptable(vd_code code, const vd_error *err) {
  if (code == VD_OK || code == VD_NOTFOUND)
    return true;
  return err->text[0] != '\0' &&
         (code == VD_FORMAT || code == VD_IO || code == VD_LIMIT || code == VD_NOMEM);
}

static void use_everything(const char *path) {
  SCOPED_GRAPH *g = NULL;
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  vd_error err = {0};
  vd_code code = vd_graph_open(path, VD_GRAPH_READ, &g, &err);
  cr_assert(acceptable(code, &err), "open: %d %s", code, err.text);
  if (code != VD_OK)
    return;
  vd_package_facts p = {0};
  vd_flaw f = {0};
  vd_mapping m = {0};
  vd_graph_info info = {0};
  code = vd_graph_package(g, &a, VD_VIEW("web-like"), &p, &err);
  cr_assert(acceptable(code, &err), "package: %d %s", code, err.text);
  code = vd_graph_flaw(g, &a, VD_VIEW("CVE-2099-0001"), &f, &err);
  cr_assert(acceptable(code, &err), "flaw: %d %s", code, err.text);
  if (code == VD_OK) {
    code = vd_graph_map(g, &a, &(vd_map_query){&f, VD_VIEW("torch-like")}, &m, &err);
    cr_assert(acceptable(code, &err), "map: %d %s", code, err.text);
  }
  code = vd_graph_about(g, &a, &info, &err);
  cr_assert(acceptable(code, &err), "about: %d %s", code, err.text);
}

Test(store, a_truncated_file_is_an_error_not_a_crash) {
  SCRATCH s = scratch_new();
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  cr_assert(vd_facts_compile(FIXTURE_FACTS, s.db, NULL) == VD_OK);
  vd_view whole = slurp(&a, s.db);
  for (size_t n = 0; n < whole.len; n = n < 128 ? n + 7 : n + 1021) {
    write_quickly(s.db, vd_view_first(whole, n));
    vd_error err = {0};
    use_everything(s.db);
    if (n < 4096)
      cr_assert(open_at(s.db, VD_GRAPH_READ, &err) == VD_FORMAT, "%zu bytes", n);
  }
}

Test(store, flipped_bytes_are_an_error_or_harmless) {
  SCRATCH s = scratch_new();
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  cr_assert(vd_facts_compile(FIXTURE_FACTS, s.db, NULL) == VD_OK);
  vd_view whole = slurp(&a, s.db);
  uint8_t *bytes = vd_new_array(&a, uint8_t, whole.len);
  cr_assert(bytes != NULL);
  unsigned seed = 1;
  for (unsigned round = 0; round < 1500; round++) {
    memcpy(bytes, whole.ptr, whole.len);
    for (unsigned k = 0; k < 1 + round % 4; k++) {
      seed = seed * 1664525u + 1013904223u;
      // Half of the damage in the first bytes of a page, where its structure is.
      size_t at = seed % whole.len;
      at = round % 2 == 0 ? at : at / 4096 * 4096 + (seed >> 8) % 64;
      at = at < whole.len ? at : 0;
      bytes[at] = (uint8_t)(bytes[at] ^ (1u << (seed >> 29)));
    }
    write_quickly(s.db, (vd_view){(const char *)bytes, whole.len});
    use_everything(s.db);
  }
}

Test(store, a_hostile_schema_runs_nothing) {
  SCRATCH s = scratch_new();
  cr_assert(vd_facts_compile(FIXTURE_FACTS, s.db, NULL) == VD_OK);
  run_sql(s.db, "DROP TABLE package; CREATE VIEW package AS WITH RECURSIVE r(id, versions) AS "
                "(SELECT 1, 'x' UNION ALL SELECT id + 1, 'x' FROM r) SELECT * FROM r");
  SCOPED_GRAPH *g = NULL;
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_package_facts p = {0};
  vd_error err = {0};
  cr_assert(vd_graph_open(s.db, VD_GRAPH_READ, &g, &err) == VD_OK, "%s", err.text);
  cr_assert(vd_graph_package(g, &a, VD_VIEW("web-like"), &p, &err) == VD_FORMAT, "%s", err.text);
}

Test(store, endless_work_ends) {
  SCRATCH s = scratch_new();
  vd_error err = {0};
  SCOPED_GRAPH *g = NULL;
  cr_assert(vd_graph_open(s.db, VD_GRAPH_CREATE, &g, &err) == VD_OK);
  sqlite3_stmt *q = NULL;
  bool row = false;
  cr_assert(sqlite3_prepare_v2(g->db,
                               "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) "
                               "SELECT count(*) FROM r",
                               -1, &q, NULL) == SQLITE_OK);
  g->work_left = 10;
  vd_code code = vd_sql_next(g, q, &row, &err);
  (void)sqlite3_finalize(q);
  cr_assert(code == VD_LIMIT, "%s", err.text);
}
