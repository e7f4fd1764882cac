#include "feed/ranges.h"

#include <criterion/criterion.h>

// "introduced 1.0 fixed 2.0 | introduced 3.0": ranges apart by '|'.
static size_t read_ranges(vd_arena *a, const char *text, vd_events *out) {
  static const char *const kinds[] = {"introduced", "fixed", "last_affected", "limit"};
  size_t n = 1;
  vd_view rest = vd_view_of(text);
  while (rest.len > 0) {
    vd_view word = vd_view_cut(&rest, ' ');
    if (vd_view_eq(word, VD_VIEW("|"))) {
      n++;
      continue;
    }
    vd_event *e = vd_vec_push(a, &out[n - 1]);
    cr_assert(e != NULL);
    for (unsigned k = 0; k < VD_COUNT(kinds); k++)
      if (vd_view_eq(word, vd_view_of(kinds[k])))
        e->kind = k;
    e->version = vd_view_cut(&rest, ' ');
  }
  return n;
}

static void expect(const char *events, const char *expected) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_events ranges[8] = {0};
  vd_ranges out;
  size_t n = read_ranges(&a, events, ranges);
  cr_assert(vd_osv_evaluate(&a, ranges, n, &out) == VD_OK);
  vd_view text = vd_osv_format(&a, &out);
  cr_assert(vd_view_eq(text, vd_view_of(expected)), "%s: %.*s instead of %s", events, VD_ARG(text),
            expected);
}

Test(feed_ranges, events_become_intervals) {
  expect("introduced 0 fixed 1.2", "[,1.2)");
  expect("introduced 1.0 fixed 1.2", "[1.0,1.2)");
  expect("introduced 1.0 last_affected 1.2", "[1.0,1.2]");
  expect("introduced 1.0", "[1.0,)");
  expect("introduced 0", "[,)");
  expect("fixed 1.0", "");
}

Test(feed_ranges, events_go_by_version_not_by_document) {
  expect("fixed 2.0 introduced 0 fixed 1.0 introduced 1.5", "[,1.0) [1.5,2.0)");
  expect("introduced 1.10 fixed 1.9", "[1.10,)"); // the fix is older than the flaw
}

Test(feed_ranges, events_at_one_version_go_by_document) {
  expect("introduced 0 fixed 1.0 introduced 1.0.0 fixed 2.0", "[,2.0)");
  expect("introduced 1.0 fixed 1.0", "");
  expect("introduced 1.0 last_affected 1.0.0", "[1.0,1.0]");
}

Test(feed_ranges, the_first_end_counts) {
  expect("introduced 0 last_affected 1.0 last_affected 2.0", "[,1.0]");
  expect("introduced 0 fixed 1.0 fixed 2.0", "[,1.0)");
  expect("introduced 0 introduced 0.5 fixed 1.0", "[,1.0)");
}

Test(feed_ranges, limits_cut) {
  expect("introduced 0 limit 2.0", "[,2.0)");
  expect("introduced 1.0 fixed 3.0 limit 2.0", "[1.0,2.0)");
  expect("introduced 1.0 last_affected 2.0 limit 2.0", "[1.0,2.0)");
  expect("introduced 1.0 introduced 3.0 limit 2.0 limit 2.5", "[1.0,2.5)");
  expect("introduced 3.0 limit 2.0", "");
  expect("introduced 1.0 limit 2.0 limit *", "[1.0,)");
}

Test(feed_ranges, ranges_are_united) {
  expect("introduced 2.0 fixed 3.0 | introduced 0 fixed 1.0", "[,1.0) [2.0,3.0)");
  expect("introduced 1.0 fixed 2.0 | introduced 1.5 last_affected 2.0", "[1.0,2.0]");
  expect("introduced 1.0 fixed 2.0 | introduced 2.0.0 fixed 3.0", "[1.0,3.0)");
  expect("introduced 1.0 | introduced 0 fixed 0.5 | introduced 4.0 fixed 5.0", "[,0.5) [1.0,)");
}

Test(feed_ranges, versions_that_are_not_pep_440_come_first) {
  expect("introduced 1.0 fixed 1.2-stable", "[1.0,)");
  expect("introduced 0 fixed 1.2-stable", "[,1.2-stable)");
  expect("introduced old-one fixed 1.0", "[old-one,1.0)");
}

// The algorithm of the schema, word by word: https://ossf.github.io/osv-schema/#evaluation
static bool before_limits(const vd_events *r, const vd_version *v) {
  bool any = false;
  for (size_t i = 0; i < r->count; i++) {
    vd_version limit = vd_version_read(r->at[i].version);
    if (r->at[i].kind != VD_EVENT_LIMIT)
      continue;
    any = true;
    if (vd_version_compare(v, &limit) < 0)
      return true;
  }
  return !any;
}

static bool naive(const vd_events *sorted, const vd_version *v) {
  bool vulnerable = false;
  for (size_t i = 0; i < sorted->count; i++) {
    const vd_event *e = &sorted->at[i];
    vd_version bound = vd_version_read(e->version);
    int order = vd_version_compare(v, &bound);
    bool introduced = e->kind == VD_EVENT_INTRODUCED;
    if (introduced && (vd_view_eq(e->version, VD_VIEW("0")) || order >= 0))
      vulnerable = true;
    bool fixed = e->kind == VD_EVENT_FIXED && order >= 0;
    bool passed = e->kind == VD_EVENT_LAST_AFFECTED && order > 0;
    if (fixed || passed)
      vulnerable = false;
  }
  return vulnerable && before_limits(sorted, v);
}

static const char *const ladder[] = {"0",         "0-old",  "weird",     "0.1.dev1", "0.1",
                                     "0.1.post1", "1.0rc1", "1.0",       "1.1",      "1.10",
                                     "2!0.1",     "3!1",    "3!1+local", "9!9"};

// Events in ascending order, so that "sorted by version" needs no code of its own here.
static void random_range(vd_arena *a, vd_events *out) {
  for (size_t i = 0; i < VD_COUNT(ladder); i++) {
    if (rand() % 3 != 0)
      continue;
    vd_event *e = vd_vec_push(a, out);
    cr_assert(e != NULL);
    e->kind = i == 0 || rand() % 2 == 0 ? VD_EVENT_INTRODUCED : (unsigned)(1 + rand() % 3);
    e->version = vd_view_of(ladder[i]);
  }
}

Test(feed_ranges, agrees_with_the_algorithm_of_the_schema) {
  srand(7);
  for (int round = 0; round < 3000; round++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_events ranges[3] = {0};
    vd_ranges out, parsed;
    for (size_t i = 0; i < 3; i++)
      random_range(&a, &ranges[i]);
    cr_assert(vd_osv_evaluate(&a, ranges, 3, &out) == VD_OK);
    vd_view text = vd_osv_format(&a, &out);
    cr_assert(vd_ranges_parse(&a, text, &parsed, NULL) == VD_OK);
    for (size_t i = 0; i < VD_COUNT(ladder); i++) {
      vd_version v = vd_version_read(vd_view_of(ladder[i]));
      bool expected = naive(&ranges[0], &v) || naive(&ranges[1], &v) || naive(&ranges[2], &v);
      cr_assert(vd_osv_contains(&out, &v) == expected, "%s in %.*s", ladder[i], VD_ARG(text));
      cr_assert(vd_ranges_contain(&parsed, &v) == expected, "%s in %.*s", ladder[i], VD_ARG(text));
    }
  }
}
