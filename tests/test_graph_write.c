// Editions of records: what is written, left alone, closed and asked of a day in the past.
#include "graph_writer.h"

typedef struct flaw { // a record of one flaw
  const char *key, *date, *name, *package, *alias;
} flaw;

static void put(vd_writer *w, const flaw *f) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  vd_ref node = vd_ref_of(VD_NODE_VULNERABILITY, vd_view_of(f->key));
  vd_record r = vd_record_of(&a, node.key, vd_view_of(f->date));
  vd_definition *d = vd_record_define(&r, node, vd_view_of(f->name));
  d->class = VD_VIEW("cve");
  d->text = VD_VIEW("a heap overflow in the tokenizer");
  vd_record_property(&r, node, "severity", VD_VIEW("high"));
  if (f->package != NULL)
    vd_record_link(&r, node, VD_EDGE_AFFECTS, vd_ref_of(VD_NODE_PACKAGE, vd_view_of(f->package)))
        ->evidence = VD_VIEW("introduced 0, fixed 2");
  if (f->alias != NULL)
    vd_record_link(&r, node, VD_EDGE_ALIAS_OF,
                   vd_ref_of(VD_NODE_VULNERABILITY, vd_view_of(f->alias)));
  edition_record(w, &r);
}

static vd_write_counts edition(vd_graph *g, const char *source, int64_t today, const flaw *flaws,
                               size_t n) {
  vd_writer *w = edition_begin(g, source, today);
  for (size_t i = 0; i < n; i++)
    put(w, &flaws[i]);
  return edition_end(&w);
}

static size_t affected(vd_graph *g, const char *id, int64_t as_of) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_node node;
  vd_edge_groups groups;
  size_t n = 0;
  cr_assert(vd_node_find(g, &a, vd_view_of(id), &node, NULL) == VD_OK, "%s", id);
  vd_read_query q = {.node = node.id, .as_of = as_of, .limit = 100};
  cr_assert(vd_node_edges_read(g, &a, &q, &groups, NULL) == VD_OK);
  for (size_t i = 0; i < groups.count; i++)
    if (groups.at[i].kind == VD_EDGE_AFFECTS)
      n += groups.at[i].edges.count;
  return n;
}

static const flaw first[] = {{"CVE-2024-0001", "2024-01-10", "one", "pypi/a", NULL},
                             {"CVE-2024-0002", "2024-02-10", "two", "pypi/b", NULL}};

Test(write, an_unchanged_edition_writes_nothing) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  vd_write_counts c = edition(g, "x", 20250101, first, 2);
  cr_assert(c.added == 2 && c.opened == 6 && c.closed == 0 && c.nodes == 4);
  c = edition(g, "x", 20250102, first, 2);
  cr_assert(c.same == 2 && c.added + c.changed + c.gone + c.opened + c.closed == 0);
  verify_all(g);
}

Test(write, only_what_changed_is_rewritten) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  const flaw second[] = {first[0], {"CVE-2024-0002", "2024-02-10", "two", "pypi/c", NULL}};
  (void)edition(g, "x", 20250101, first, 2);
  vd_write_counts c = edition(g, "x", 20250601, second, 2);
  cr_assert(c.same == 1 && c.changed == 1 && c.opened == 1 && c.closed == 1,
            "only the edge to the package changed");
  verify_all(g);
}

Test(write, what_is_gone_is_closed_and_can_come_back) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  (void)edition(g, "x", 20250101, first, 2);
  vd_write_counts c = edition(g, "x", 20250601, first, 1);
  cr_assert(c.gone == 1 && c.closed == 3);
  cr_assert(affected(g, "CVE-2024-0002", 0) == 0);
  verify_all(g);
  c = edition(g, "x", 20250901, first, 2);
  cr_assert(c.added == 1 && c.opened == 3 && affected(g, "CVE-2024-0002", 0) == 1);
  verify_all(g);
  cr_assert(affected(g, "CVE-2024-0002", 20240101) == 0, "before it was published");
  cr_assert(affected(g, "CVE-2024-0002", 20240210) == 1, "from its own date on");
  cr_assert(affected(g, "CVE-2024-0002", 20250531) == 1);
  cr_assert(affected(g, "CVE-2024-0002", 20250601) == 0, "the day it was gone");
  cr_assert(affected(g, "CVE-2024-0002", 20250901) == 1);
}

Test(write, what_a_later_edition_adds_holds_from_its_day) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  (void)edition(g, "x", 20250101, first, 1);
  (void)edition(g, "x", 20250601, first, 2);
  cr_assert(affected(g, "CVE-2024-0002", 20250531) == 0 &&
            affected(g, "CVE-2024-0002", 20250601) == 1);
}

Test(write, an_abandoned_edition_leaves_nothing) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  (void)edition(g, "x", 20250101, first, 1);
  vd_writer *w = edition_begin(g, "x", 20250601);
  put(w, &first[1]);
  vd_writer_free(&w);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_node node;
  cr_assert(vd_node_find(g, &a, VD_VIEW("CVE-2024-0002"), &node, NULL) == VD_NOTFOUND);
  cr_assert(affected(g, "CVE-2024-0001", 0) == 1);
  verify_all(g);
}

Test(write, a_preview_counts_and_keeps_nothing) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  vd_writer *w = edition_begin(g, "x", 20250101);
  put(w, &first[0]);
  vd_write_counts c = {0};
  cr_assert(vd_writer_commit(w, &(vd_edition_end){.preview = true}, &c, NULL) == VD_OK);
  vd_writer_free(&w);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_node node;
  cr_assert(c.added == 1);
  cr_assert(vd_node_find(g, &a, VD_VIEW("CVE-2024-0001"), &node, NULL) == VD_NOTFOUND);
}

Test(write, a_record_twice_is_told_and_the_first_stays) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  vd_writer *w = edition_begin(g, "x", 20250101);
  put(w, &first[0]);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  vd_error err = {0};
  vd_record again = vd_record_of(&a, VD_VIEW("CVE-2024-0001"), (vd_view){0});
  cr_assert(vd_writer_record(w, &again, &err) == VD_FORMAT);
  vd_write_counts c = edition_end(&w);
  cr_assert(c.added == 1 && affected(g, "CVE-2024-0001", 0) == 1);
}

Test(write, a_record_with_an_endless_key_is_kept_out_whole) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  vd_writer *w = edition_begin(g, "x", 20250101);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  char *key = vd_new_array(&a, char, VD_KEY_MAX + 1);
  memset(key, 'k', VD_KEY_MAX + 1);
  vd_record r = vd_record_of(&a, VD_VIEW("r"), (vd_view){0});
  (void)vd_record_define(&r, VUL("CVE-2024-0009"), VD_VIEW("n"));
  vd_view endless = {key, VD_KEY_MAX + 1};
  (void)vd_record_link(&r, VUL("CVE-2024-0009"), VD_EDGE_AFFECTS,
                       vd_ref_of(VD_NODE_PACKAGE, endless));
  vd_error err = {0};
  vd_node node;
  cr_assert(vd_writer_record(w, &r, &err) == VD_FORMAT);
  (void)edition_end(&w);
  cr_assert(vd_node_find(g, &a, VD_VIEW("CVE-2024-0009"), &node, NULL) == VD_NOTFOUND);
}

// ---- names and identity ------------------------------------------------------------------------

static vd_node found(vd_graph *g, vd_arena *a, const char *text) {
  vd_node node = {0};
  vd_error err = {0};
  cr_assert(vd_node_find(g, a, vd_view_of(text), &node, &err) == VD_OK, "%s", err.text);
  return node;
}

Test(write, the_first_source_names_a_node_and_the_next_when_it_is_gone) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  const flaw other = {"CVE-2024-0001", "2024-01-10", "by b", NULL, NULL};
  const flaw rather = {"CVE-2024-0001", "2024-01-10", "by a", NULL, NULL};
  (void)edition(g, "b", 20250101, &other, 1);
  (void)edition(g, "a", 20250101, &rather, 1);
  cr_assert(vd_view_eq(found(g, &a, "cve-2024-0001").name, VD_VIEW("by a")));
  (void)edition(g, "a", 20250201, NULL, 0);
  cr_assert(vd_view_eq(found(g, &a, "cve-2024-0001").name, VD_VIEW("by b")));
  (void)edition(g, "b", 20250201, NULL, 0);
  cr_assert(found(g, &a, "cve-2024-0001").stub);
  verify_all(g);
}

Test(write, aliases_make_one_flaw_and_unmake_it) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  const flaw ghsa[] = {{"GHSA-aaaa-bbbb-cccc", "2024-01-10", "g", "pypi/a", "CVE-2024-0001"},
                       {"PYSEC-2024-1", "2024-01-10", "p", "pypi/a", "GHSA-aaaa-bbbb-cccc"}};
  (void)edition(g, "x", 20250101, ghsa, 2);
  (void)edition(g, "y", 20250101, first, 1);
  vd_node pysec = found(g, &a, "pysec-2024-1");
  cr_assert(vd_view_eq(pysec.key, VD_VIEW("CVE-2024-0001")), "the CVE stands for the class");
  cr_assert(affected(g, "GHSA-aaaa-bbbb-cccc", 0) == 3, "what is stated of any is stated of all");
  verify_all(g);
  const flaw alone = {"GHSA-aaaa-bbbb-cccc", "2024-01-10", "g", "pypi/a", NULL};
  (void)edition(g, "x", 20250601, &alone, 1);
  cr_assert(vd_view_eq(found(g, &a, "GHSA-aaaa-bbbb-cccc").key, VD_VIEW("GHSA-aaaa-bbbb-cccc")));
  cr_assert(affected(g, "CVE-2024-0001", 0) == 1);
  verify_all(g);
}

Test(write, a_product_and_its_packages_are_one_and_the_package_stands_for_it) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_writer *w = edition_begin(g, "x", 20250101);
  vd_record r = vd_record_of(&a, VD_VIEW("tensorflow"), (vd_view){0});
  vd_ref product = vd_ref_of(VD_NODE_PRODUCT, VD_VIEW("a:google:tensorflow"));
  (void)vd_record_link(&r, product, VD_EDGE_ALIAS_OF, PKG("pypi/tensorflow-gpu"));
  (void)vd_record_link(&r, product, VD_EDGE_ALIAS_OF, PKG("pypi/tensorflow"));
  (void)vd_record_link(&r, product, VD_EDGE_ALIAS_OF, PKG("pypi/tensorflow-cpu"));
  edition_record(w, &r);
  (void)edition_end(&w);
  cr_assert(vd_view_eq(found(g, &a, "a:google:tensorflow").key, VD_VIEW("pypi/tensorflow")));
  cr_assert(vd_view_eq(found(g, &a, "TensorFlow_CPU").key, VD_VIEW("pypi/tensorflow")));
  verify_all(g);
}

Test(write, a_revoked_technique_is_its_successor) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_writer *w = edition_begin(g, "attack", 20250101);
  vd_record r = vd_record_of(&a, VD_VIEW("T1086"), (vd_view){0});
  (void)vd_record_link(&r, TECH("T1086"), VD_EDGE_REVOKED_BY, TECH("T1059.001"));
  edition_record(w, &r);
  r = vd_record_of(&a, VD_VIEW("T1059.001"), (vd_view){0});
  (void)vd_record_define(&r, TECH("T1059.001"), VD_VIEW("PowerShell"));
  edition_record(w, &r);
  (void)edition_end(&w);
  cr_assert(vd_view_eq(found(g, &a, "t1086").key, VD_VIEW("T1059.001")));
  verify_all(g);
}

// ---- scores -------------------------------------------------------------------------------------

Test(write, scores_of_any_day_find_their_place) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  int64_t cve = vd_cve_number(VD_VIEW("CVE-2024-0001"));
  vd_score_now now;
  vd_writer *w = edition_begin(g, "epss", 20260101);
  cr_assert(vd_writer_score(w, &(vd_score_row){cve, 5000, 90000}, 20250801, NULL) == VD_OK);
  cr_assert(vd_writer_score(w, &(vd_score_row){cve, 7000, 95000}, 20260801, NULL) == VD_OK);
  cr_assert(vd_writer_score(w, &(vd_score_row){cve, 1000, 40000}, 20240801, NULL) == VD_OK);
  (void)edition_end(&w);
  cr_assert(vd_score_read(g, cve, &now, NULL) == VD_OK);
  cr_assert(now.epss == 7000 && now.percentile == 95000, "the newest day is the current score");
}

Test(write, cve_numbers) {
  cr_assert(vd_cve_number(VD_VIEW("CVE-2021-44228")) == INT64_C(202100044228));
  cr_assert(vd_cve_number(VD_VIEW("CVE-2021-1234567")) == INT64_C(202101234567));
  static const char *const wrong[] = {
      "", "CVE-", "CVE-2021", "GHSA-2021-1", "CVE-21-123", "CVE-2021-1x", "CVE-2021-123456789"};
  for (size_t i = 0; i < VD_COUNT(wrong); i++)
    cr_assert(vd_cve_number(vd_view_of(wrong[i])) == 0, "%s", wrong[i]);
}

// ---- search -------------------------------------------------------------------------------------

static size_t hits(vd_graph *g, const char *text) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_search_hits list = {0};
  vd_error err = {0};
  vd_search_query q = {.text = vd_view_of(text), .kind = VD_NODE_KIND_COUNT, .limit = 10};
  vd_code code = vd_graph_search(g, &a, &q, &list, &err);
  cr_assert(code == VD_OK || code == VD_USAGE, "%s: %s", text, err.text);
  return list.count;
}

Test(write, search_finds_ids_names_and_descriptions) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  (void)edition(g, "x", 20250101, first, 2);
  cr_assert(hits(g, "heap overflow") == 2 && hits(g, "\"heap overflow\" tokenizer") == 2);
  cr_assert(hits(g, "CVE-2024-0002") == 1 && hits(g, "token*") == 2 && hits(g, "overflows") == 2);
  cr_assert(hits(g, "underflow") == 0 && hits(g, "\"overflow heap\"") == 0);
  (void)edition(g, "x", 20250601, first, 1);
  cr_assert(hits(g, "heap") == 1, "what is gone is not found");
}

Test(write, nothing_typed_into_a_search_is_an_operator) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  (void)edition(g, "x", 20250101, first, 2);
  static const char *const odd[] = {
      "",  "\"",    "\"\"",     "AND", "a OR",           "NOT x",
      "(", ")",     "key:x",    "^a",  "heap NEAR(a b)", "*",
      "-", "a - b", "\xff\xfe", "''",  "{a b}: c",       "heap\"over"};
  for (size_t i = 0; i < VD_COUNT(odd); i++)
    (void)hits(g, odd[i]);
}

// ---- verify -------------------------------------------------------------------------------------

static uint64_t broken(const char *path) {
  SCOPED_GRAPH *g = NULL;
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  vd_checks checks = {0};
  vd_error err = {0};
  uint64_t n = 0;
  cr_assert(vd_graph_open(path, VD_GRAPH_READ, &g, &err) == VD_OK, "%s", err.text);
  cr_assert(vd_graph_verify(g, &a, &checks, &err) == VD_OK, "%s", err.text);
  for (size_t i = 0; i < checks.count; i++)
    n += checks.at[i].violations != 0;
  return n;
}

Test(write, verify_sees_each_kind_of_damage) {
  static const char cycle[] =
      "INSERT INTO edge(src,kind,dst,context,document,provenance,confidence,since) SELECT "
      "1,k.id,2,0,1,1,1,20250101 FROM edge_kind k WHERE name='child_of' UNION ALL SELECT "
      "2,k.id,1,0,1,1,1,20250101 FROM edge_kind k WHERE name='child_of'";
  static const char *const damage[] = {
      "UPDATE edge SET dst=999999 WHERE id=1",
      "UPDATE edge SET context=999999 WHERE id=1",
      "UPDATE edge SET document=999999 WHERE id=1",
      "UPDATE property SET node=999999 WHERE id=1",
      "UPDATE document SET source=999999 WHERE id=1",
      "UPDATE node SET canon=2 WHERE id=1",
      "UPDATE edge SET confidence=2 WHERE id=1",
      "UPDATE edge SET until=since-1 WHERE id=1",
      "UPDATE document SET until=20260101 WHERE id=1",
      "UPDATE node SET rank=NULL WHERE id=1",
      "INSERT INTO affected(package,seq,flaw,advisories) VALUES(1,1,1,'x')",
      cycle,
  };
  for (size_t i = 0; i < VD_COUNT(damage); i++) {
    SCRATCH s = scratch_new();
    vd_graph *g = graph_create(&s);
    (void)edition(g, "x", 20250101, first, 2);
    cr_assert(vd_meta_set(g, "derived", 1, NULL) == VD_OK);
    vd_graph_close(&g);
    cr_assert(broken(s.db) == 0, "whole before");
    sqlite3 *db = NULL;
    cr_assert(sqlite3_open(s.db, &db) == SQLITE_OK);
    cr_assert(sqlite3_exec(db, damage[i], NULL, NULL, NULL) == SQLITE_OK, "%s: %s", damage[i],
              sqlite3_errmsg(db));
    cr_assert(sqlite3_close(db) == SQLITE_OK);
    cr_assert(broken(s.db) != 0, "%s", damage[i]);
  }
}

Test(write, what_stands_for_a_class_follows_its_definitions) {
  static const flaw alias[] = {{"OSV-10", "2024-01-10", "one", NULL, "OSV-0"}};
  static const flaw other[] = {{"OSV-0", "2024-01-10", "the same", NULL, NULL}};
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  (void)edition(g, "x", 20250101, alias, 1);
  (void)edition(g, "y", 20250102, other, 1);
  verify_all(g);
  (void)edition(g, "y", 20250103, other, 0);
  verify_all(g);
}
