// The JSON and SARIF reports, read back. tests/oracle/report.py checks them against their schemas.
#include "format/format.h"
#include "report/report.h"
#include "report_sample.h"

#include <criterion/criterion.h>

static const vd_value *read_back(vd_arena *a, const char *format, const vd_scan *scan) {
  VD_SCOPED_BUF out = VD_BUF(16 << 20);
  vd_report_options options = {.term = {.width = 80}};
  vd_error e = {0};
  const vd_value *document = NULL;
  cr_assert(vd_report_by_name(vd_view_of(format))->write(scan, &options, &out) == VD_OK);
  vd_view bytes = vd_arena_copy(a, vd_buf_view(&out));
  cr_assert(vd_json_parse(a, bytes, &document, &e) == VD_OK, "%s", e.text);
  return document;
}

static const vd_value *item(const vd_value *list, size_t n) {
  const vd_value *v = vd_first(list);
  while (v != NULL && n-- > 0)
    v = v->next;
  cr_assert(v != NULL);
  return v;
}

static size_t size(const vd_value *list) {
  size_t n = 0;
  for (VD_EACH (v, list))
    n++;
  return n;
}

static void check_text(const vd_value *table, const char *key, const char *expected) {
  vd_view text = vd_text_at(table, key);
  cr_assert(vd_view_eq(text, vd_view_of(expected)), "%s is '%.*s', not '%s'", key, VD_ARG(text),
            expected);
}

static bool is_null(const vd_value *table, const char *key) {
  return vd_is(vd_get(table, vd_view_of(key)), VD_KIND_NULL);
}

Test(json, top_level) {
  VD_SCOPED_ARENA a = VD_ARENA(256 << 20);
  const vd_scan *scan = report_sample(&a);
  const vd_value *d = read_back(&a, "json", scan);
  check_text(vd_path(d, "tool"), "name", "vedette");
  check_text(vd_path(d, "tool"), "knowledge_date", "2026-08-16");
  check_text(d, "target", "examples/rag-chatbot");
  cr_assert(size(vd_path(d, "findings")) == scan->findings.count);
  cr_assert(size(vd_path(d, "components")) == scan->dependencies.count);
  cr_assert(size(vd_path(d, "coverage")) == scan->coverage.count);
  cr_assert(vd_path(d, "summary", "by_severity", "critical")->integer == 2);
  cr_assert(vd_path(d, "summary", "known_exploited")->integer == 1);
  cr_assert(vd_path(d, "summary", "failed")->integer == 1);
}

Test(json, finding) {
  VD_SCOPED_ARENA a = VD_ARENA(256 << 20);
  const vd_value *d = read_back(&a, "json", report_sample(&a));
  const vd_value *f = item(vd_path(d, "findings"), 0);
  check_text(f, "id", "VD-000000000001");
  check_text(f, "kind", "dependency");
  check_text(f, "severity", "critical");
  check_text(f, "verdict", "exact");
  check_text(f, "component", "pkg:pypi/torch@1.13.0");
  check_text(f, "fixed_requirement", "==2.6.0");
  cr_assert(vd_view_eq(vd_path(f, "cvss", "score")->text, VD_VIEW("9.3")));
  cr_assert(vd_view_eq(vd_path(f, "epss")->text, VD_VIEW("0.12340")));
  cr_assert(vd_path(f, "kev")->boolean);
  cr_assert(size(vd_path(f, "advisories")) == 2 && size(vd_path(f, "tactics")) == 1);
  const vd_value *step = item(vd_path(item(vd_path(f, "techniques"), 0), "path"), 1);
  check_text(step, "key", "CWE-502");
  check_text(step, "edge", "has_weakness");
  check_text(step, "source", "ghsa");
  cr_assert(vd_path(item(vd_path(f, "locations"), 0), "line")->integer == 3);
}

Test(json, unknown_is_null) {
  VD_SCOPED_ARENA a = VD_ARENA(256 << 20);
  vd_scan *scan = report_sample(&a);
  const vd_value *findings = vd_path(read_back(&a, "json", scan), "findings");
  const vd_value *f = item(findings, scan->findings.count - 5); // GHSA-47fc..., unrated
  check_text(f, "severity", "low");
  cr_assert(is_null(f, "cvss") && is_null(f, "epss") && is_null(f, "epss_percentile"));
  cr_assert(size(vd_path(f, "techniques")) == 0 && !is_null(f, "techniques_note"));
  scan->findings.at[0].mapping = NULL; // later kinds of findings have none of these
  scan->findings.at[0].flaw = NULL;
  scan->findings.at[0].dependency = NULL;
  f = item(vd_path(read_back(&a, "json", scan), "findings"), 0);
  cr_assert(is_null(f, "component") && is_null(f, "verdict") && is_null(f, "layer"));
  cr_assert(size(vd_path(f, "advisories")) == 0 && !vd_path(f, "kev")->boolean);
}

Test(json, hostile_text_survives_as_text) {
  VD_SCOPED_ARENA a = VD_ARENA(256 << 20);
  const vd_value *d = read_back(&a, "json", report_sample(&a));
  const vd_value *c = item(vd_path(d, "components"), 5);
  check_text(c, "name", "evil\x1b[2J\xE2\x80\xAE<script>alert(1)</script>\xEF\xBF\xBD]('x");
  cr_assert(is_null(item(vd_path(c, "locations"), 0), "line") && is_null(c, "direct"));
}

static const vd_value *run_of(const vd_value *log) { return item(vd_path(log, "runs"), 0); }

Test(sarif, results_point_at_their_rules) {
  VD_SCOPED_ARENA a = VD_ARENA(256 << 20);
  const vd_scan *scan = report_sample(&a);
  const vd_value *run = run_of(read_back(&a, "sarif", scan));
  const vd_value *rules = vd_path(run, "tool", "driver", "rules");
  cr_assert(size(vd_path(run, "results")) == scan->findings.count);
  for (VD_EACH (result, vd_path(run, "results"))) {
    const vd_value *rule = item(rules, (size_t)vd_path(result, "ruleIndex")->integer);
    cr_assert(vd_view_eq(vd_text_at(rule, "id"), vd_text_at(result, "ruleId")));
  }
}

Test(sarif, one_rule_for_a_flaw_in_two_components) {
  VD_SCOPED_ARENA a = VD_ARENA(256 << 20);
  vd_scan *scan = report_sample(&a);
  size_t rules = size(vd_path(run_of(read_back(&a, "sarif", scan)), "tool", "driver", "rules"));
  sample_flaw again = sample_flaws[0];
  again.dependency = 4;
  sample_add_finding(&a, scan, &again);
  const vd_value *run = run_of(read_back(&a, "sarif", scan));
  cr_assert(size(vd_path(run, "tool", "driver", "rules")) == rules);
  cr_assert(
      vd_path(item(vd_path(run, "results"), scan->findings.count - 1), "ruleIndex")->integer == 0);
}

Test(sarif, levels_and_rule_properties) {
  VD_SCOPED_ARENA a = VD_ARENA(256 << 20);
  const vd_scan *scan = report_sample(&a);
  const vd_value *run = run_of(read_back(&a, "sarif", scan));
  const vd_value *rule = item(vd_path(run, "tool", "driver", "rules"), 0);
  check_text(vd_path(rule, "properties"), "security-severity", "9.3");
  check_text(rule, "helpUri", "https://github.com/advisories/GHSA-53q9-r3pm-6pq6");
  cr_assert(vd_view_eq(vd_text(item(vd_path(rule, "properties", "tags"), 1)),
                       VD_VIEW("external/cwe/cwe-502")));
  check_text(item(vd_path(run, "results"), 0), "level", "error");
  check_text(item(vd_path(run, "results"), 2), "level", "warning");
  check_text(item(vd_path(run, "results"), scan->findings.count - 1), "level",
             "note"); // newest_safe
}

Test(sarif, failures_become_notifications) {
  VD_SCOPED_ARENA a = VD_ARENA(256 << 20);
  const vd_value *run = run_of(read_back(&a, "sarif", report_sample(&a)));
  const vd_value *notices =
      vd_path(item(vd_path(run, "invocations"), 0), "toolExecutionNotifications");
  cr_assert(size(notices) == 1);
  const vd_value *place =
      vd_path(item(vd_path(item(notices, 0), "locations"), 0), "physicalLocation");
  check_text(vd_path(place, "artifactLocation"), "uri",
             "odd%20names/100%25/%23one%0A%FF%E2%80%AE%3A%20%5Ba%5D%28b%29.txt");
  cr_assert(vd_path(place, "region", "startLine")->integer == 3);
}
