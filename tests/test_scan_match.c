// Verdicts and fixes against the knowledge that ships, compiled for the test.
#include "scan/match.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <unistd.h>

typedef struct fixture {
  char path[64];
  vd_graph *graph;
  vd_arena arena;
  vd_matcher *matcher;
} fixture;

static void begin(fixture *f) {
  vd_error err = {0};
  *f = (fixture){.path = "/tmp/vedette-match-XXXXXX", .arena = VD_ARENA((size_t)2 << 30)};
  int fd = mkstemp(f->path);
  cr_assert(fd >= 0);
  (void)close(fd);
  (void)unlink(f->path);
  cr_assert(vd_facts_compile("facts", f->path, &err) == VD_OK, "%s", err.text);
  cr_assert(vd_graph_open(f->path, VD_GRAPH_READ, &f->graph, &err) == VD_OK, "%s", err.text);
  f->matcher = vd_matcher_new(f->graph, &f->arena);
  cr_assert_not_null(f->matcher);
}

static void end(fixture *f) {
  vd_graph_close(&f->graph);
  (void)unlink(f->path);
  vd_arena_free(&f->arena);
}

static vd_matches match(fixture *f, const vd_match_query *q) {
  vd_matches found = {0};
  vd_error err = {0};
  cr_assert(vd_matcher_match(f->matcher, q, &f->arena, &found, &err) == VD_OK, "%s", err.text);
  return found;
}

static const vd_match *flaw(const vd_matches *m, const char *id) {
  for (size_t i = 0; i < m->count; i++)
    if (vd_view_eq(m->at[i].affected->flaw->id, vd_view_of(id)))
      return &m->at[i];
  return NULL;
}

static vd_match_query pinned(const char *name, const char *version) {
  return (vd_match_query){.name = vd_view_of(name), .version = vd_view_of(version)};
}

static vd_match_query range(const char *name, const char *clauses) {
  return (vd_match_query){.name = vd_view_of(name), .specifiers = vd_view_of(clauses)};
}

// CVE-2018-18074: requests up to 2.19.1 sends credentials after a redirect; 2.20.0 fixes it.
Test(match, a_pinned_version_is_exact) {
  fixture f;
  begin(&f);
  vd_match_query old = pinned("requests", "2.19.1"), fixed = pinned("requests", "2.20.0");
  vd_matches a = match(&f, &old), b = match(&f, &fixed);
  const vd_match *found = flaw(&a, "CVE-2018-18074");
  cr_assert(found != NULL && found->verdict == VD_VERDICT_EXACT);
  cr_assert_null(flaw(&b, "CVE-2018-18074"));
  end(&f);
}

Test(match, ranges_get_a_verdict) {
  static const struct {
    const char *clauses;
    vd_verdict verdict;
  } cases[] = {{"<2.20", VD_VERDICT_ALWAYS},
               {">=2.0", VD_VERDICT_NEWEST_SAFE},
               {"", VD_VERDICT_NEWEST_SAFE},
               {"~=2.19.0", VD_VERDICT_ALWAYS}};
  fixture f;
  begin(&f);
  for (size_t i = 0; i < VD_COUNT(cases); i++) {
    vd_match_query q = range("requests", cases[i].clauses);
    vd_matches m = match(&f, &q);
    const vd_match *found = flaw(&m, "CVE-2018-18074");
    cr_assert(found != NULL && found->verdict == cases[i].verdict, "%s", cases[i].clauses);
  }
  vd_match_query above = range("requests", ">=2.20");
  vd_matches none = match(&f, &above);
  cr_assert_null(flaw(&none, "CVE-2018-18074"));
  end(&f);
}

Test(match, a_package_nobody_wrote_about_has_no_flaws) {
  fixture f;
  begin(&f);
  vd_match_query q = pinned("no-such-package-here", "1.0");
  cr_assert(match(&f, &q).count == 0);
  end(&f);
}

Test(match, malformed_clauses_are_an_error) {
  fixture f;
  begin(&f);
  vd_match_query q = range("requests", "=>1");
  vd_matches found = {0};
  vd_error err = {0};
  cr_assert(vd_matcher_match(f.matcher, &q, &f.arena, &found, &err) == VD_FORMAT);
  cr_assert(err.text[0] != '\0');
  end(&f);
}

// A flaw that the newest final release still has cannot be fixed by any change.
static bool has_fix(fixture *f, vd_view name, const vd_flaw *of) {
  vd_known_package *p;
  cr_assert(vd_matcher_package(f->matcher, name, true, &p, NULL) == VD_OK);
  for (size_t e = 0; e < p->entry_count; e++)
    if (vd_view_eq(p->entries[e].affected->flaw->id, of->id) &&
        p->newest < p->facts.versions.count &&
        p->affects[e * p->facts.versions.count + p->newest] != 0)
      return false;
  return true;
}

// Applies the fix of a query and demands that it leaves nothing it claims to exclude.
static void check_fix(fixture *f, const vd_match_query *q, size_t *fixes) {
  vd_fix fix = {0};
  vd_error err = {0};
  if (match(f, q).count == 0)
    return;
  cr_assert(vd_matcher_fix(f->matcher, q, &f->arena, &fix, &err) == VD_OK, "%s", err.text);
  if (fix.text.ptr == NULL)
    return;
  ++*fixes;
  vd_match_query after = {.name = q->name};
  *(q->version.ptr != NULL ? &after.version : &after.specifiers) = fix.text;
  vd_matches left = match(f, &after);
  for (size_t i = 0; i < left.count; i++)
    cr_assert(fix.partial && !has_fix(f, q->name, left.at[i].affected->flaw),
              "%.*s%.*s -> %.*s still has %.*s", VD_ARG(q->name), VD_ARG(q->specifiers),
              VD_ARG(fix.text), VD_ARG(left.at[i].affected->flaw->id));
}

// Ranges around one version.
static void check_ranges(fixture *f, vd_view name, vd_view version, size_t *fixes) {
  static const char *const before[] = {">=", "<=", ">=0.1,<", "~=", "!="};
  if (vd_view_find(version, '+') != version.len || vd_view_find(version, '.') == version.len)
    return; // no ordered comparison with a local version, no ~= with a single number
  for (size_t i = 0; i < VD_COUNT(before); i++) {
    vd_match_query q = {.name = name};
    q.specifiers = vd_arena_printf(&f->arena, "%s%.*s", before[i], VD_ARG(version));
    check_fix(f, &q, fixes);
  }
}

// Pins and ranges around the lower, middle and upper known version of a package.
static void check_package(fixture *f, vd_view name, size_t *fixes) {
  vd_known_package *p;
  cr_assert(vd_matcher_package(f->matcher, name, true, &p, NULL) == VD_OK);
  size_t n = p->facts.versions.count;
  vd_match_query any = {.name = name, .specifiers = VD_VIEW("")};
  check_fix(f, &any, fixes);
  for (size_t k = 1; k < 4 && n > 4; k++) {
    vd_match_query pin = {.name = name, .version = p->facts.versions.at[n * k / 4]};
    check_fix(f, &pin, fixes);
    check_ranges(f, name, pin.version, fixes);
  }
}

Test(match, fixes_leave_nothing_they_claim_to_exclude, .timeout = 300) {
  fixture f;
  vd_view table = {0}, line;
  vd_error err = {0};
  size_t packages = 0, fixes = 0;
  begin(&f);
  cr_assert(vd_file_read(&f.arena, "facts/packages.tsv", 64 << 20, &table, &err) == VD_OK);
  (void)vd_view_line(&table, &line);
  while (vd_view_line(&table, &line)) {
    check_package(&f, vd_view_cut(&line, '\t'), &fixes);
    packages++;
  }
  cr_assert(packages > 1000 && fixes > 5000, "%zu packages, %zu fixes", packages, fixes);
  end(&f);
}

// Every allocation of the scan's own arena may fail: the scan says so and changes nothing it was
// given.
Test(scan, every_allocation_may_fail, .timeout = 300) {
  fixture f;
  vd_code code = VD_NOMEM;
  size_t failures = 0;
  begin(&f);
  vd_scan_options options = {.graph = f.graph, .target = "tests/cases/kinds/input", .quiet = true};
  for (unsigned nth = 1; code != VD_OK; nth += 1 + nth / 64) {
    VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
    vd_scan scan = {0};
    vd_error err = {0};
    a.fail_at = nth;
    code = vd_scan_run(&options, &a, &scan, &err);
    cr_assert(code == VD_OK || (code == VD_NOMEM && err.text[0] != '\0' && scan.files == 0),
              "allocation %u: %d %s", nth, (int)code, err.text);
    failures += code != VD_OK;
  }
  cr_assert(failures > 100, "%zu", failures);
  end(&f);
}
