// How often flaws are reported, against the figures the study published.
#include "feed/feed.h"
#include "graph/prevalence.h"
#include "graph_writer.h"

static void occur(vd_writer *w, const char *key, const char *cve, const char *issue,
                  const char *evidence) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view repository = vd_view_first(vd_view_of(issue), vd_view_find(vd_view_of(issue), '#'));
  vd_record r = vd_record_of(&a, vd_view_of(key), (vd_view){0});
  vd_ref flaw = vd_ref_of(VD_NODE_VULNERABILITY, vd_view_of(cve));
  vd_ref place = vd_ref_of(VD_NODE_ISSUE, vd_view_of(issue));
  vd_record_link(&r, flaw, VD_EDGE_REPORTED_IN, place)->evidence = vd_view_of(evidence);
  (void)vd_record_link(&r, place, VD_EDGE_MEMBER_OF, vd_ref_of(VD_NODE_REPOSITORY, repository));
  edition_record(w, &r);
}

static const vd_prevalence_row *row_of(const vd_prevalence *p, const char *key) {
  for (size_t i = 0; i < p->rows.count; i++)
    if (vd_view_eq(p->rows.at[i].key, vd_view_of(key)))
      return &p->rows.at[i];
  return NULL;
}

static uint64_t occurrences(const vd_prevalence *p, const char *key) {
  const vd_prevalence_row *row = row_of(p, key);
  return row == NULL ? 0 : row->occurrences;
}

static vd_prevalence read_types(vd_graph *g, vd_arena *a, const char *source) {
  vd_prevalence p = {0};
  vd_error err = {0};
  vd_prevalence_query q = {.by = VD_BY_TYPE, .source = vd_view_of(source)};
  cr_assert(vd_prevalence_read(g, a, &q, &p, &err) == VD_OK, "%s", err.text);
  return p;
}

// The fixture's curated table has two rows of CVE-2021-0001 in github/like/torch.
Test(prevalence, completed_labels_count_by_their_rows) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 22);
  char shipped[128];
  (void)snprintf(shipped, sizeof shipped, "%s/other.db", s.dir);
  cr_assert(vd_facts_compile(FIXTURE_FACTS, shipped, NULL) == VD_OK);
  vd_edition e = {.source = "curated", .licence = "x", .url = "x", .today = 20240102};
  cr_assert(vd_curated_adopt(g, shipped, &e, NULL, NULL) == VD_OK);
  vd_writer *w = edition_begin(g, "study", 20240102);
  occur(w, "1", "CVE-2021-0001", "github/like/torch#1", "attack=; dependency=x");
  occur(w, "2", "CVE-2021-0001", "github/like/torch#2", "attack=Other; dependency=x");
  occur(w, "3", "CVE-2021-0001", "github/like/web#1", "attack=Other, Third; dependency=x");
  occur(w, "4", "CVE-2021-0002", "github/like/torch#1", "attack=; dependency=x");
  (void)edition_end(&w);
  vd_prevalence p = read_types(g, &a, "study");
  cr_assert(p.occurrences == 4 && p.cves == 2 && p.issues == 3 && p.repositories == 2);
  cr_assert(vd_view_has(p.labels, VD_VIEW("completed")) && p.rows.count == 4);
  const vd_prevalence_row *arbitrary = row_of(&p, "Arbitrary code attack");
  cr_assert(arbitrary != NULL && arbitrary->occurrences == 2 && arbitrary->issues == 2 &&
            arbitrary->cves == 1 && arbitrary->repositories == 1);
  cr_assert(occurrences(&p, "Other") == 1 && occurrences(&p, "Third") == 1);
  cr_assert(occurrences(&p, "") == 1 && p.sum_of_occurrences == 5);
}

// PAPER.md: the validated counts of the study and its table of attacks.
Test(prevalence, of_the_study_is_what_it_published) {
  static const struct {
    const char *attack;
    uint64_t occurrences;
  } published[] = {
      {"Denial of Service (DoS)", 951},      {"Improper Input Validation", 317},
      {"Heap-based Buffer Overflow", 192},   {"NULL pointer dereference attack", 180},
      {"Arbitrary code attack", 120},        {"Remote code execution (RCE) attack", 111},
      {"Bypass authentication attack", 98},  {"Use-after-free attack", 95},
      {"Information disclosure attack", 92}, {"SQL injection attack", 63}};
  const char *shared = getenv("VD_SHARED");
  if (shared == NULL || access("facts/affected.tsv", F_OK) != 0)
    cr_skip_test("no $VD_SHARED here");
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  char shipped[128], mirror[512];
  vd_error err = {0};
  vd_view only = VD_VIEW("study");
  vd_update_result result;
  (void)snprintf(shipped, sizeof shipped, "%s/other.db", s.dir);
  (void)snprintf(mirror, sizeof mirror, "%s/feeds", shared);
  cr_assert(vd_facts_compile("facts", shipped, &err) == VD_OK, "%s", err.text);
  vd_update_options o = {.mirror = mirror,
                         .shipped = shipped,
                         .only = {.at = &only, .count = 1, .cap = 1},
                         .today = 20260801,
                         .now = VD_VIEW("2026-08-01T00:00:00Z")};
  cr_assert(vd_update_run(g, &a, &o, &result, &err) == VD_OK, "%s", err.text);
  vd_prevalence p = read_types(g, &a, "study");
  cr_assert(p.cves == 834 && p.occurrences == 2183 && p.issues == 312 && p.repositories == 86 &&
            p.dependencies == 227);
  for (size_t i = 0; i < VD_COUNT(published); i++) {
    const vd_prevalence_row *row = row_of(&p, published[i].attack);
    cr_assert(row != NULL && row->occurrences == published[i].occurrences, "%s",
              published[i].attack);
    cr_assert(row == &p.rows.at[i], "%s is not at place %zu", published[i].attack, i + 1);
  }
  cr_assert(p.labels.ptr != NULL);
}
