// CVSS against published vectors (Red Hat's cvss tests, FIRST's 4.0 macro vectors) and hostile
// text.
#include "risk/risk.h"

#include <criterion/criterion.h>
#include <fcntl.h>

// The whole of a conformance file; skips the test when the shared data is not there.
static vd_view shared_file(vd_arena *a, const char *name) {
  const char *roots[] = {getenv("VD_SHARED"), "../shared", "../../shared"};
  vd_view bytes = {0};
  for (size_t i = 0; i < VD_COUNT(roots) && bytes.ptr == NULL; i++) {
    vd_view path = roots[i] == NULL ? (vd_view){0}
                                    : vd_arena_printf(a, "%s/conformance/cvss/%s", roots[i], name);
    if (path.ptr != NULL && vd_file_read(a, path.ptr, 4 << 20, &bytes, NULL) != VD_OK)
      bytes = (vd_view){0};
  }
  if (bytes.ptr == NULL)
    cr_skip_test("no conformance data (%s)", name);
  return bytes;
}

static bool same(double a, double b) { return a - b < 1e-9 && b - a < 1e-9; }

// "None" leaves *out alone and is not compared.
static bool next_score(vd_view *rest, double *out) {
  vd_view cell = vd_view_trim(vd_view_cut(rest, ','));
  char text[16] = {0};
  if (cell.len == 0 || cell.len >= sizeof text || vd_view_eq(cell, VD_VIEW("None")))
    return false;
  memcpy(text, cell.ptr, cell.len);
  *out = strtod(text, NULL);
  return true;
}

// A line "VECTOR - (base, temporal, environmental)".
static void check_three(vd_view line) {
  vd_view scores = line, vector = vd_view_trim(vd_view_cut(&scores, ' '));
  vd_cvss c = {0};
  vd_error e = {0};
  cr_assert(vd_cvss_parse(vector, &c, &e) == VD_OK, "%.*s: %s", VD_ARG(vector), e.text);
  scores = vd_view_from(vd_view_first(scores, vd_view_find(scores, ')')), 3);
  const double got[] = {c.base, c.temporal, c.environmental};
  for (size_t i = 0; i < VD_COUNT(got); i++) {
    double expected = 0;
    if (next_score(&scores, &expected))
      cr_expect(same(got[i], expected), "%.*s: score %zu is %.1f, published %.1f", VD_ARG(vector),
                i, got[i], expected);
    else
      cr_expect(same(got[i], i == 0 ? -1 : got[i - 1]), "%.*s", VD_ARG(vector));
  }
}

static void check_one(vd_view vector, double expected) {
  vd_cvss c = {0};
  vd_error e = {0};
  cr_assert(vd_cvss_parse(vector, &c, &e) == VD_OK, "%.*s: %s", VD_ARG(vector), e.text);
  cr_expect(same(c.score, expected), "%.*s: %.1f, published %.1f", VD_ARG(vector), c.score,
            expected);
}

// A line "VECTOR - score".
static void check_dashed(vd_view line) {
  vd_view scores = line, vector = vd_view_cut(&scores, ' ');
  double expected = -1;
  scores = vd_view_from(scores, 2);
  cr_assert(next_score(&scores, &expected));
  check_one(vector, expected);
}

// A line "{'vector': 'VECTOR', 'score': 9.8, ...}".
static void check_record(vd_view line) {
  vd_view rest = line, vector = {0};
  for (int quote = 0; quote < 4; quote++)
    vector = vd_view_cut(&rest, '\'');
  (void)vd_view_cut(&rest, ':');
  double expected = -1;
  cr_assert(next_score(&rest, &expected));
  check_one(vector, expected);
}

static void check_lines(const char *name, size_t expected, void (*check)(vd_view line)) {
  VD_SCOPED_ARENA a = VD_ARENA(8 << 20);
  vd_view rest = shared_file(&a, name), line;
  size_t count = 0;
  while (vd_view_line(&rest, &line)) {
    if (line.len != 0)
      check(line), count++;
  }
  (void)fprintf(stderr, "%s: %zu vectors agree\n", name, count);
  cr_assert(count == expected, "%s has %zu vectors", name, count);
}

Test(cvss, v2_all_base_vectors) { check_lines("vectors_simple2", 729, check_three); }
Test(cvss, v2_calculator) { check_lines("vectors_calculator2", 5, check_three); }
Test(cvss, v30_all_base_vectors) { check_lines("vectors_simple3", 2592, check_three); }
Test(cvss, v31_all_base_vectors) { check_lines("vectors_simple31", 2592, check_three); }
Test(cvss, v3_calculator) { check_lines("vectors_calculator3", 2, check_three); }
Test(cvss, v4_security_requirements) { check_lines("vectors_security4", 54, check_dashed); }
Test(cvss, v4_macro_vectors) { check_lines("v4-macro-scores", 270, check_record); }

typedef struct refusal {
  const char *vector;
  uint32_t column;
} refusal;

static const refusal refusals[] = {
    {"", 1},
    {"nonsense", 1},
    {"CVSS:", 6},
    {"CVSS:5.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 6},
    {"cvss:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 1},
    {"CVSS:3.1/", 10},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", 41},          // A is missing
    {"CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 15}, // repeated
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:Z", 44},
    {"CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 13}, // a base metric is never "not defined"
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/", 46},
    {"CVSS:3.1/AV:n/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 13},
    {"CVSS:3.1/AV:N/AC:L/Au:N/C:P/I:P/A:P", 20}, // a metric of 2.0
    {"CVSS:3.1/AV:N /AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 13},
    {"CVSS:3.1/AV/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 10},
    {"CVSS:4.0/AC:L/AV:N/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 15},
    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:S/SA:H", 58}, // S only when modified
    {"AC:L/AV:N/Au:N/C:P/I:P/A:P", 6},
    {"(AV:N/AC:L/Au:N/C:P/I:P/A:P)", 1},
    {"AV:N/AC:L/Au:N/C:P/I:P/A:P/E:X", 30}, // 2.0 writes ND
};

Test(cvss, refusals_name_the_column) {
  for (size_t i = 0; i < VD_COUNT(refusals); i++) {
    vd_cvss c = {.base = -7};
    vd_error e = {0};
    cr_expect(vd_cvss_parse(vd_view_of(refusals[i].vector), &c, &e) == VD_FORMAT, "%s",
              refusals[i].vector);
    cr_expect(e.column == refusals[i].column && e.offset + 1 == e.column,
              "%s: column %u, expected %u (%s)", refusals[i].vector, e.column, refusals[i].column,
              e.text);
    cr_expect(c.base == -7, "output touched by %s", refusals[i].vector);
  }
  cr_assert(vd_cvss_parse(VD_VIEW("x"), &(vd_cvss){0}, NULL) == VD_FORMAT);
}

// A prefix parses only when it ends after a whole metric and all mandatory ones are in.
static size_t prefixes_accepted(vd_view vector) {
  size_t accepted = 0;
  for (size_t n = 0; n <= vector.len; n++) {
    char *exact = malloc(n + (n == 0)); // so that ASan sees one byte too many
    cr_assert(exact != NULL);
    memcpy(exact, vector.ptr, n);
    accepted += vd_cvss_parse((vd_view){exact, n}, &(vd_cvss){0}, NULL) == VD_OK;
    free(exact);
  }
  return accepted;
}

Test(cvss, every_prefix) {
  cr_assert(prefixes_accepted(VD_VIEW("AV:N/AC:L/Au:N/C:P/I:P/A:P/E:ND/RL:OF/CR:H")) == 4);
  cr_assert(prefixes_accepted(VD_VIEW("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/MAV:L")) ==
            3);
  cr_assert(prefixes_accepted(VD_VIEW("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/"
                                      "SA:H/E:U/MSI:S/U:Amber")) == 4);
}

typedef struct known {
  const char *vector;
  double score;
  bool network;
} known;

// Worked examples of the 2.0 guide (section 3.3) and of the example documents of 3.0, 3.1 and 4.0.
static const known examples[] = {
    {"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C", 6.4, true},
    {"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", 9.2, true},
    {"AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C", 8.3, true},
    {"AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C", 4.9, false},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, true},
    {"CVSS:3.1/S:C/A:N/I:L/C:L/UI:N/PR:L/AC:L/AV:N", 6.4, true},
    {"CVSS:3.0/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", 4.6, false},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0, true},
    {"CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3, false},
    {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7, true},
    {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", 8.3, true},
    {"CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 4.6, false},
    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10.0, true},
    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N/E:A", 8.7, true},
    {"CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:H", 6.4, false},
    {"CVSS:4.0/AV:P/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 8.6, false},
    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:N/SI:L/SA:N", 6.9, true},
    {"CVSS:4.0/AV:L/AC:L/AT:N/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:N", 5.9, false},
    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0, true},
};

Test(cvss, worked_examples) {
  for (size_t i = 0; i < VD_COUNT(examples); i++) {
    vd_cvss c = {0};
    check_one(vd_view_of(examples[i].vector), examples[i].score);
    cr_assert(vd_cvss_parse(vd_view_of(examples[i].vector), &c, NULL) == VD_OK);
    cr_expect(c.network == examples[i].network, "%s", examples[i].vector);
  }
}

Test(cvss, severity_scale) {
  cr_assert(vd_severity_of_score(0) == VD_SEVERITY_INFO);
  cr_assert(vd_severity_of_score(-1) == VD_SEVERITY_INFO);
  cr_assert(vd_severity_of_score(0.1) == VD_SEVERITY_LOW);
  cr_assert(vd_severity_of_score(3.9) == VD_SEVERITY_LOW);
  cr_assert(vd_severity_of_score(4.0) == VD_SEVERITY_MEDIUM);
  cr_assert(vd_severity_of_score(6.9) == VD_SEVERITY_MEDIUM);
  cr_assert(vd_severity_of_score(7.0) == VD_SEVERITY_HIGH);
  cr_assert(vd_severity_of_score(9.0) == VD_SEVERITY_CRITICAL);
}

Test(cvss, severity_words) {
  vd_severity s = VD_SEVERITY_INFO;
  cr_assert(vd_severity_parse(VD_VIEW("MODERATE"), &s) && s == VD_SEVERITY_MEDIUM);
  cr_assert(!vd_severity_parse(VD_VIEW("severe"), &s) && s == VD_SEVERITY_MEDIUM);
  for (int i = VD_SEVERITY_INFO; i <= VD_SEVERITY_CRITICAL; i++)
    cr_assert(vd_severity_parse(vd_view_of(vd_severity_text((vd_severity)i)), &s) && (int)s == i);
}
