#include "graph/table.h"
#include "graph_fixture.h"

static vd_view slurp(vd_arena *a, const char *path) {
  vd_view v = {0};
  cr_assert(vd_file_read(a, path, 1 << 26, &v, NULL) == VD_OK, "%s", path);
  return v;
}

Test(facts, two_compiles_are_byte_identical) {
  SCRATCH s = scratch_new();
  VD_SCOPED_ARENA a = VD_ARENA(1 << 26);
  char other[128];
  (void)snprintf(other, sizeof other, "%s/other.db", s.dir);
  cr_assert(vd_facts_compile(FIXTURE_FACTS, s.db, NULL) == VD_OK);
  cr_assert(vd_facts_compile(FIXTURE_FACTS, other, NULL) == VD_OK);
  cr_assert(vd_view_eq(slurp(&a, s.db), slurp(&a, other)));
}

Test(facts, the_file_ships_in_rollback_mode) {
  SCRATCH s = scratch_new();
  VD_SCOPED_ARENA a = VD_ARENA(1 << 26);
  cr_assert(vd_facts_compile(FIXTURE_FACTS, s.db, NULL) == VD_OK);
  vd_view db = slurp(&a, s.db);
  cr_assert(db.len > 100 && db.ptr[18] == 1 && db.ptr[19] == 1);
  cr_assert(memcmp(db.ptr + 68, "VDET", 4) == 0); // application_id
}

// ---- errors name table and line --------------------------------------------

static const char *const tables[] = {"sources.tsv",
                                     "curated/stages.tsv",
                                     "curated/layers.tsv",
                                     "curated/role-kinds.tsv",
                                     "tactics.tsv",
                                     "techniques.tsv",
                                     "mitigations.tsv",
                                     "patterns.tsv",
                                     "weaknesses.tsv",
                                     "kev.tsv",
                                     "epss.tsv",
                                     "packages.tsv",
                                     "withdrawn.tsv",
                                     "affected.tsv",
                                     "vulnerabilities.tsv",
                                     "curated/roles.tsv",
                                     "curated/conda.tsv",
                                     "curated/enables.tsv",
                                     "curated/assets.tsv",
                                     "curated/personas.tsv",
                                     "curated/surfaces.tsv",
                                     "curated/cpe.tsv",
                                     "curated/crosslevel.tsv",
                                     "curated/study-attacks.tsv"};

static void put_file(const char *dir, const char *name, vd_view bytes) {
  char path[256];
  (void)snprintf(path, sizeof path, "%s/%s", dir, name);
  write_quickly(path, bytes);
}

// Compiles the fixture with one table replaced, in a folder of its own.
static vd_code compile_with(const char *table, vd_view bytes, vd_error *err) {
  SCRATCH s = scratch_new();
  VD_SCOPED_ARENA a = VD_ARENA(1 << 26);
  char path[256];
  (void)snprintf(path, sizeof path, "%s/curated", s.dir);
  cr_assert(mkdir(path, 0700) == 0);
  for (size_t i = 0; i < VD_COUNT(tables); i++) {
    (void)snprintf(path, sizeof path, FIXTURE_FACTS "/%s", tables[i]);
    vd_view original = slurp(&a, path);
    put_file(s.dir, tables[i], strcmp(tables[i], table) == 0 ? bytes : original);
  }
  vd_code code = vd_facts_compile(s.dir, s.db, err);
  cr_assert(code == VD_OK || access(s.db, F_OK) != 0, "a failed compile must leave no file");
  for (size_t i = 0; i < VD_COUNT(tables); i++) {
    (void)snprintf(path, sizeof path, "%s/%s", s.dir, tables[i]);
    (void)unlink(path);
  }
  (void)snprintf(path, sizeof path, "%s/curated", s.dir);
  (void)rmdir(path);
  return code;
}

static void expect(const char *table, const char *bytes, uint32_t line, const char *text) {
  vd_error err = {0};
  vd_code code = compile_with(table, vd_view_of(bytes), &err);
  cr_assert(code == VD_FORMAT, "%s: %s", table, bytes);
  cr_assert(err.line == line, "line %u: %s", err.line, err.text);
  cr_assert(vd_view_starts(vd_view_of(err.text), vd_view_of(table)), "%s", err.text);
  cr_assert(vd_view_has(vd_view_of(err.text), vd_view_of(text)), "%s", err.text);
}

#define AFFECTED  "# package\tvulnerability\tadvisories\tranges\tversions\n"
#define FLAWS     "# id\taliases\tpublished\tmodified\tseverity\tcvss\tcwe\n"
#define WEAKNESS  "# id\tname\tabstraction\tparents\tpatterns\n"
#define TECHNIQUE "# id\tname\tframework\ttactics\tparent\tattack\n"
#define ENABLES   "# weaknesses\troles\ttechnique\tconfidence\treason\n"

Test(facts, unknown_names_are_errors_with_their_line) {
  expect("affected.tsv", AFFECTED "web-like\tCVE-1\tA\t[,1)\t\n", 2, "unknown vulnerability");
  expect("affected.tsv", AFFECTED "torch-like\tCVE-2099-0001\tA\t[,1)\t\nx\tCVE-1\tA\t\t\n", 3,
         "unknown package 'x'");
  expect("epss.tsv", "# cve\tepss\tpercentile\nCVE-1\t0.1\t0.1\n", 2, "unknown vulnerability");
  expect("weaknesses.tsv", WEAKNESS "CWE-1\tx\tbase\tCWE-2\t\n", 2, "unknown weakness 'CWE-2'");
  expect("weaknesses.tsv", WEAKNESS "CWE-1\tx\tbase\t\tCAPEC-9\n", 2, "unknown pattern");
  expect("techniques.tsv", TECHNIQUE "T1\tx\tattack\tTA1\t\t\n", 2, "unknown tactic");
  expect("techniques.tsv", TECHNIQUE "T1\tx\tother\t\t\t\n", 2, "unknown framework");
  expect("curated/roles.tsv", "# package\trole\nweb-like\tjester\n", 2, "unknown role 'jester'");
  expect("curated/enables.tsv", ENABLES "CWE-502\t*\tT9\t0.5\tx\n", 2, "unknown technique 'T9'");
}

#define LEVELS "# weaknesses\troles\tvector\tphase\tlayer\tsurface\tconfidence\treason\n"
#define CPE    "# cpe\tpackage\treason\n"
#define ATTACK "# vulnerability\trepository\tattack\trows\n"

Test(facts, curated_tables_are_checked) {
  expect("curated/assets.tsv", "# id\tlayer\tname\nfiles\tcellar\tFiles\n", 2, "unknown layer");
  expect("curated/personas.tsv", "# id\tname\taccess\nx\tX\t\n", 2, "access");
  expect("curated/surfaces.tsv", "# id\tname\nx\tX\nx\tY\n", 3, "twice");
  expect("curated/cpe.tsv", CPE "a:like\ttorch-like\tx\n", 2, "part:vendor:product");
  expect("curated/cpe.tsv", CPE "a:b:c:d\ttorch-like\tx\n", 2, "part:vendor:product");
  expect("curated/cpe.tsv", CPE "x:b:c\ttorch-like\tx\n", 2, "part:vendor:product");
  expect("curated/cpe.tsv", CPE "a:b:c\t\tx\n", 2, "a package and a reason");
  expect("curated/cpe.tsv", CPE "a:b:c\ttorch-like\t\n", 2, "reason");
  expect("curated/crosslevel.tsv", LEVELS "CWE-9\t*\t*\tdeployment\t\t\t0.5\tx\n", 2,
         "unknown weakness");
  expect("curated/crosslevel.tsv", LEVELS "*\tjester\t*\tdeployment\t\t\t0.5\tx\n", 2,
         "unknown role");
  expect("curated/crosslevel.tsv", LEVELS "*\t*\tAV:X\tdeployment\t\t\t0.5\tx\n", 2, "vector");
  expect("curated/crosslevel.tsv", LEVELS "*\t*\t*\tserving\t\t\t0.5\tx\n", 2,
         "unknown phase 'serving'");
  expect("curated/crosslevel.tsv", LEVELS "*\t*\t*\t\tsoftware\t\t0.5\tx\n", 2,
         "unknown software layer");
  expect("curated/crosslevel.tsv", LEVELS "*\t*\t*\t\t\tattic\t0.5\tx\n", 2, "unknown surface");
  expect("curated/crosslevel.tsv", LEVELS "*\t*\t*\t\t\t\t0.5\tx\n", 2, "says nothing");
  expect("curated/crosslevel.tsv", LEVELS "*\t*\t*\tdeployment\t\t\t2\tx\n", 2, "from 0 to 1");
  expect("curated/crosslevel.tsv", LEVELS "*\t*\t*\tdeployment\t\t\t0.5\t\n", 2, "no reason");
  expect("curated/study-attacks.tsv", ATTACK "GHSA-1\tgithub/a/b\tx\t1\n", 2, "not a CVE id");
  expect("curated/study-attacks.tsv", ATTACK "CVE-1\tgithub/a/b\tx\t0\n", 2, "not a count");
  expect("curated/study-attacks.tsv", ATTACK "CVE-1\tgithub/a/b\t\t1\n", 2, "no name");
}

Test(facts, wrong_values_are_errors_with_their_line) {
  expect("curated/enables.tsv", ENABLES "CWE-22\t*\tT1083\t1.5\tx\n", 2, "from 0 to 1");
  expect("kev.tsv", "# cve\tadded\tdue\transomware\nCVE-1\tsoon\t\t\n", 2, "not a date");
  expect("tactics.tsv", "# id\tname\tframework\tposition\tattack\nTA1\tx\tattack\t0\t\n", 2,
         "not a position");
  expect("vulnerabilities.tsv", FLAWS "CVE-1\tGHSA-1\t\t\t\t\t\nCVE-2\tghsa-1\t\t\t\t\t\n", 3,
         "names two vulnerabilities");
  expect("withdrawn.tsv", "# id\taliases\twithdrawn\n\t\t2020-01-01\n", 2, "empty");
}

Test(facts, malformed_tables_are_errors_with_their_line) {
  expect("packages.tsv", "# package\tversion\na\t1\n", 1, "header");
  expect("packages.tsv", "", 1, "newline");
  expect("packages.tsv", "# package\tversions\na\t1", 2, "newline");
  expect("packages.tsv", "# package\tversions\na\n", 2, "too few");
  expect("packages.tsv", "# package\tversions\na\t1\t2\n", 2, "too many");
  expect("packages.tsv", "# package\tversions\nb\t1\na\t1\n", 3, "sorted");
  expect("packages.tsv", "# package\tversions\na\t1\na\t1\n", 3, "sorted");
  expect("packages.tsv", "# package\tversions\na\t1\na\t2\n", 3, "twice");
  expect("packages.tsv", "# package\tversions\na\t\xff\n", 2, "UTF-8");
  expect("packages.tsv", "# package\tversions\na\t1\r\n", 2, "control");
}

Test(facts, a_missing_table_is_named) {
  SCRATCH s = scratch_new();
  vd_error err = {0};
  cr_assert(vd_facts_compile(s.dir, s.db, &err) == VD_NOTFOUND);
  cr_assert(vd_view_has(vd_view_of(err.text), VD_VIEW("sources.tsv")), "%s", err.text);
}

Test(facts, every_prefix_that_cuts_a_line_is_an_error) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view whole = slurp(&a, FIXTURE_FACTS "/techniques.tsv");
  for (size_t n = 0; n < whole.len; n++) {
    vd_table t;
    vd_view cells[VD_TABLE_COLUMNS_MAX];
    bool more = true;
    vd_code code = vd_table_open(&t, vd_view_first(whole, n),
                                 "id\tname\tframework\ttactics\tparent\tattack", NULL);
    while (code == VD_OK && more)
      code = vd_table_next(&t, cells, &more, NULL);
    cr_assert((code == VD_OK) == (n != 0 && whole.ptr[n - 1] == '\n'), "prefix %zu", n);
  }
}

Test(facts, decimals_and_dates) {
  double d = 7;
  cr_assert(vd_decimal(VD_VIEW("0.94358"), &d) && d == 0.94358);
  cr_assert(vd_decimal(VD_VIEW("1"), &d) && d == 1.0);
  cr_assert(!vd_decimal(VD_VIEW(""), &d) && !vd_decimal(VD_VIEW("."), &d));
  cr_assert(!vd_decimal(VD_VIEW("1."), &d) && !vd_decimal(VD_VIEW("1e5"), &d));
  cr_assert(!vd_decimal(VD_VIEW("-1"), &d) && !vd_decimal(VD_VIEW("1.2.3"), &d));
  cr_assert(!vd_decimal(VD_VIEW("0.0000000000000001"), &d), "more than 15 digits");
  cr_assert(vd_date_number(VD_VIEW("2026-07-23")) == 20260723);
  cr_assert(vd_date_number(VD_VIEW("2026-13-23")) == 0 &&
            vd_date_number(VD_VIEW("2026/07/23")) == 0);
  cr_assert(vd_date_number(VD_VIEW("2026-07-23T00:00:00Z")) == 0);
}

Test(facts, the_shipped_tables_compile_and_answer) {
  if (access("facts/affected.tsv", F_OK) != 0)
    cr_skip_test("facts/ is not built here");
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = NULL;
  VD_SCOPED_ARENA a = VD_ARENA(1 << 26);
  vd_error err = {0};
  vd_package_facts p = {0};
  vd_mapping m = {0};
  cr_assert(vd_facts_compile("facts", s.db, &err) == VD_OK, "%s", err.text);
  cr_assert(vd_graph_open(s.db, VD_GRAPH_READ, &g, &err) == VD_OK, "%s", err.text);
  cr_assert(vd_graph_package(g, &a, VD_VIEW("tensorflow"), &p, &err) == VD_OK, "%s", err.text);
  cr_assert(p.affected.count > 400);
  vd_flaw f = {0};
  cr_assert(vd_graph_flaw(g, &a, VD_VIEW("cve-2025-32434"), &f, &err) == VD_OK, "%s", err.text);
  cr_assert(vd_graph_map(g, &a, &(vd_map_query){&f, VD_VIEW("torch")}, &m, &err) == VD_OK, "%s",
            err.text);
  cr_assert(m.stages.count > 1 && m.layer.ptr != NULL);
}
