// The terminal report and `why`: they fit, they cannot drive the terminal, and they fold.
#include "report/report.h"
#include "report_sample.h"

#include <criterion/criterion.h>

typedef struct rendering {
  vd_arena arena;
  vd_buf out;
  vd_scan *scan;
} rendering;

static rendering start(void) {
  rendering r = {.arena = VD_ARENA(64 << 20), .out = VD_BUF(16 << 20)};
  r.scan = report_sample(&r.arena);
  return r;
}

static void done(rendering *r) {
  vd_buf_free(&r->out);
  vd_arena_free(&r->arena);
}

#define RENDERING VD_CLEANUP(done) rendering

static vd_view render(rendering *r, vd_report_options options) {
  r->out.len = 0;
  cr_assert(vd_reports[0].write(r->scan, &options, &r->out) == VD_OK);
  return vd_buf_view(&r->out);
}

static vd_view explain(rendering *r, const vd_finding *f, vd_report_options options) {
  r->out.len = 0;
  cr_assert(vd_report_why(r->scan, f, &options, &r->out) == VD_OK);
  return vd_buf_view(&r->out);
}

// Removes "ESC [ digits ; ... m", the only sequences a report may write.
static vd_view without_colour(vd_arena *a, vd_view text) {
  vd_view plain = vd_arena_copy(a, text);
  char *to = vd_new_array(a, char, text.len + 1);
  cr_assert(to != NULL && plain.ptr != NULL);
  size_t n = 0;
  for (size_t i = 0; i < text.len; i++) {
    if (text.ptr[i] == '\x1b' && i + 1 < text.len && text.ptr[i + 1] == '[') {
      i += 2;
      while (i < text.len && strchr("0123456789;", text.ptr[i]) != NULL)
        i++;
      cr_assert(i < text.len && text.ptr[i] == 'm', "a sequence that is not a colour");
      continue;
    }
    to[n++] = text.ptr[i];
  }
  return (vd_view){to, n};
}

static void check_page(vd_arena *a, vd_view text, unsigned width) {
  vd_view rest = without_colour(a, text), line;
  size_t bad = 0;
  cr_assert(vd_utf8_valid(rest, &bad), "invalid UTF-8 at %zu", bad);
  while (vd_view_line(&rest, &line)) {
    VD_SCOPED_BUF escaped = VD_BUF(1 << 20);
    vd_buf_put_escaped(&escaped, line);
    cr_assert(vd_view_eq(vd_buf_view(&escaped), line), "unescaped: %.*s", VD_ARG(line));
    cr_assert(vd_text_columns(line) <= width, "%zu columns of %u: %.*s", vd_text_columns(line),
              width, VD_ARG(line));
    cr_assert(!vd_view_ends(line, VD_VIEW(" ")), "white space at the end: %.*s", VD_ARG(line));
  }
}

static const vd_finding *find(const vd_scan *scan, const char *id) {
  for (size_t i = 0; i < scan->findings.count; i++)
    if (vd_report_is_named(&scan->findings.at[i], vd_view_of(id)))
      return &scan->findings.at[i];
  return NULL;
}

Test(terminal, fits_and_is_harmless_at_every_width) {
  RENDERING r = start();
  for (unsigned width = 72; width <= 160; width += 4)
    for (int mode = 0; mode < 4; mode++) {
      vd_report_options o = {.term = {.width = width, .colour = (mode & 1) != 0},
                             .verbose = (mode & 2) != 0};
      check_page(&r.arena, render(&r, o), width);
      for (size_t i = 0; i < r.scan->findings.count; i += 7)
        check_page(&r.arena, explain(&r, &r.scan->findings.at[i], o), width);
    }
}

static const vd_report_options eighty = {.term = {.width = 80}};

Test(terminal, no_colour_means_no_escape) {
  RENDERING r = start();
  vd_view text = render(&r, eighty);
  cr_assert(vd_view_find(text, '\x1b') == text.len);
  vd_report_options coloured = eighty;
  coloured.term.colour = true;
  vd_view plain = vd_arena_copy(&r.arena, text);
  cr_assert(vd_view_eq(without_colour(&r.arena, render(&r, coloured)), plain));
}

// Where needle starts in text.
static size_t position(vd_view text, const char *needle) {
  vd_view n = vd_view_of(needle);
  for (size_t i = 0; i + n.len <= text.len; i++)
    if (vd_view_starts(vd_view_from(text, i), n))
      return i;
  cr_assert_fail("'%s' is not in the report", needle);
  return text.len;
}

Test(terminal, worst_component_first_with_its_fix) {
  RENDERING r = start();
  vd_view text = render(&r, eighty);
  cr_assert(position(text, "knowledge of 2026-08-16") < position(text, "torch==1.13.0"));
  cr_assert(position(text, "torch==1.13.0") < position(text, "service/requirements.txt:3"));
  cr_assert(position(text, "CVE-2025-32434") < position(text, "fix: upgrade to torch 2.6.0"));
  cr_assert(position(text, "fix: upgrade to torch 2.6.0") < position(text, "jinja2==2.10"));
  cr_assert(position(text, "jinja2==2.10") < position(text, "tensorflow>=2.0,<2.5"));
  cr_assert(position(text, "no fixed version is known") < position(text, "Not affected today"));
  cr_assert(position(text, "  failed") < position(text, "vedette why VD-000000000001"));
}

Test(terminal, long_lists_fold_unless_verbose) {
  RENDERING r = start();
  vd_report_options verbose = eighty;
  verbose.verbose = true;
  vd_view folded = render(&r, eighty);
  (void)position(folded,
                 "\xE2\x80\xA6 and 33 more (11 high, 11 medium, 11 low), --verbose shows all");
  (void)position(folded, "it also allows older versions with 4 more flaws");
  cr_assert(!vd_view_has(folded, VD_VIEW("CVE-2021-29540")));
  cr_assert(!vd_view_has(folded, VD_VIEW("huge.lock")));
  vd_view all = render(&r, verbose);
  cr_assert(vd_view_has(all, VD_VIEW("CVE-2021-29540")) && vd_view_has(all, VD_VIEW("huge.lock")));
  cr_assert(!vd_view_has(all, VD_VIEW("--verbose")));
}

Test(terminal, latent_flaws_take_one_line) {
  RENDERING r = start();
  vd_view text = render(&r, eighty);
  vd_view line = vd_view_from(text, position(text, "  numpy>=1.16"));
  line = vd_view_first(line, vd_view_find(line, '\n'));
  cr_assert(vd_view_has(line, VD_VIEW("2 flaws")) &&
            vd_view_has(line, VD_VIEW("require numpy>=1.22.2")));
  cr_assert(!vd_view_has(text, VD_VIEW("CVE-2021-33430")));
}

Test(terminal, least_severity_hides_and_says_so) {
  RENDERING r = start();
  vd_report_options o = {.term = {.width = 80}, .least = VD_SEVERITY_CRITICAL};
  vd_view text = render(&r, o);
  cr_assert(vd_view_has(text, VD_VIEW("CVE-2025-32434")));
  cr_assert(!vd_view_has(text, VD_VIEW("CVE-2024-22195")));
  cr_assert(vd_view_has(text, VD_VIEW("49 of lower severity not listed above")));
}

Test(terminal, clean_target) {
  RENDERING r = start();
  r.scan = report_sample_clean(&r.arena);
  vd_view text = render(&r, eighty);
  cr_assert(vd_view_has(text, VD_VIEW("No dependencies were found")));
  cr_assert(!vd_view_has(text, VD_VIEW("vedette why")));
  sample_add_dependency(&r.arena, r.scan, &sample_dependencies[0]);
  cr_assert(vd_view_has(render(&r, eighty), VD_VIEW("No known flaws in 1 component.")));
}

Test(terminal, why_tells_everything) {
  RENDERING r = start();
  vd_view text = explain(&r, find(r.scan, "ghsa-53Q9-r3pm-6pq6"), eighty);
  static const char *const expected[] = {
      "CRITICAL  CVE-2025-32434",
      "VD-000000000001",
      "torch==1.13.0",
      "service/requirements.txt:3",
      "upgrade to torch 2.6.0",
      "[,2.6.0) [3.0,3.0.2)",
      "2.6.0rc1",
      "9.3  CVSS:4.0/",
      "12.34 %",
      "known exploited, listed 2025-05-01, used by ransomware",
      "CWE-502 Deserialization of Untrusted Data",
      "AML.T0011.000 Unsafe AI Artifacts (curated, confidence 0.80)",
      "has_weakness  CWE-502 Deserialization of Untrusted Data [ghsa]",
      "enables       AML.T0011.000 Unsafe AI Artifacts [curated]",
      "AML.TA0005 Execution",
      "deployment-serving",
      "software",
      "EPSS 12.3 %, runtime dependency"};
  for (size_t i = 0; i < VD_COUNT(expected); i++)
    (void)position(text, expected[i]);
  text = explain(&r, &r.scan->findings.at[1], eighty);
  (void)position(text, "no curated rule names this weakness");
}

Test(terminal, find_by_any_id) {
  RENDERING r = start();
  cr_assert(find(r.scan, "VD-000000000002") == &r.scan->findings.at[1]);
  cr_assert(find(r.scan, "cve-2024-31580") == &r.scan->findings.at[1]);
  cr_assert(find(r.scan, "CVE-1999-0001") == NULL);
}

Test(reports, registry) {
  cr_assert(vd_report_by_name(VD_VIEW("terminal")) == &vd_reports[0]);
  cr_assert(vd_report_by_name(VD_VIEW("json")) != NULL);
  cr_assert(vd_report_by_name(VD_VIEW("xml")) == NULL);
}

Test(reports, a_full_buffer_is_an_error) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  const vd_scan *scan = report_sample(&a);
  for (const vd_report *report = vd_reports; report->name != NULL; report++) {
    VD_SCOPED_BUF small = VD_BUF(1000);
    cr_assert(report->write(scan, &eighty, &small) == VD_LIMIT, "%s", report->name);
  }
}
