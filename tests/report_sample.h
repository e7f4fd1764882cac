// A scan made by hand that holds everything a report must cope with: findings of every severity and
// verdict, hostile text, and a ledger with failures. The arena owns all of it.
#pragma once

#include "scan/scan.h"

typedef struct sample_flaw {
  size_t dependency;
  const char *id, *other_id, *cwe, *weakness, *vector;
  vd_severity severity;
  double epss;
  bool kev;
  vd_verdict verdict;
  const char *technique, *technique_name;
} sample_flaw;

typedef struct sample_dependency {
  const char *name, *version, *requirement, *fix;
  vd_scope scope;
  vd_direct direct;
  size_t places;
  const char *path;
  uint32_t line;
} sample_dependency;

#define SAMPLE_HOSTILE_NAME "evil\x1b[2J\xE2\x80\xAE<script>alert(1)</script>\xff]('x"
#define SAMPLE_HOSTILE_PATH "odd names/100%/#one\n\xff\xE2\x80\xAE: [a](b).txt"

static const sample_dependency sample_dependencies[] = {
    {"torch", "1.13.0", "==1.13.0", "upgrade to torch 2.6.0", VD_SCOPE_RUNTIME, VD_DIRECT_YES, 1,
     "service/requirements.txt", 3},
    {"tensorflow", NULL, ">=2.0,<2.5", "require tensorflow>=2.12.1", VD_SCOPE_RUNTIME,
     VD_DIRECT_YES, 2, "train/requirements.txt", 7},
    {"numpy", NULL, ">=1.16", "require numpy>=1.22.2", VD_SCOPE_RUNTIME, VD_DIRECT_YES, 1,
     "train/requirements.txt", 8},
    {"jinja2", "2.10", "==2.10", "upgrade to jinja2 3.1.6", VD_SCOPE_RUNTIME, VD_DIRECT_NO, 3,
     "service/a/rather/long/path/into/the/repository/of/the/project/poetry.lock", 812},
    {"pyyaml", NULL, ">=5.1,<6", NULL, VD_SCOPE_DEV, VD_DIRECT_YES, 1, "pyproject.toml", 40},
    {SAMPLE_HOSTILE_NAME, NULL, ">=0\x1b]0;title\x07,<99", NULL, VD_SCOPE_OPTIONAL,
     VD_DIRECT_UNKNOWN, 1, SAMPLE_HOSTILE_PATH, 0},
};

static const sample_flaw sample_flaws[] = {
    {0, "CVE-2025-32434", "GHSA-53q9-r3pm-6pq6", "CWE-502", "Deserialization of Untrusted Data",
     "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", VD_SEVERITY_CRITICAL,
     0.1234, true, VD_VERDICT_EXACT, "AML.T0011.000", "Unsafe AI Artifacts"},
    {0, "CVE-2024-31580", "GHSA-5pcm-hx3q-hm94", "CWE-122", "Heap-based Buffer Overflow",
     "CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", VD_SEVERITY_HIGH, 0.0009, false,
     VD_VERDICT_EXACT, NULL, NULL},
    {3, "CVE-2024-22195", "GHSA-h5c8-rqwp-cp95", "CWE-79",
     "Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')",
     "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", VD_SEVERITY_MEDIUM, 0.02, false,
     VD_VERDICT_EXACT, "T1189", "Drive-by Compromise"},
    {0, "GHSA-47fc-vmwq-366v", NULL, NULL, NULL, NULL, VD_SEVERITY_LOW, -1, false, VD_VERDICT_EXACT,
     NULL, NULL},
    {4, "PYSEC-2021-142", "CVE-2020-14343", "CWE-20", "Improper Input Validation",
     "AV:N/AC:L/Au:N/C:C/I:C/A:C", VD_SEVERITY_CRITICAL, 0.1, false, VD_VERDICT_NEWEST_VULNERABLE,
     "T1059.006", "Python"},
    {5, "CVE-2023-0001<script>", NULL, "CWE-1\x1b[31m", "Weakness \xff\xE2\x80\xAE with escapes\n",
     NULL, VD_SEVERITY_MEDIUM, 0.5, false, VD_VERDICT_UNKNOWN, NULL, NULL},
    {2, "CVE-2021-33430", "GHSA-6p56-wp2h-9hxr", "CWE-120",
     "Buffer Copy without Checking Size of Input ('Classic Buffer Overflow')",
     "CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:U/C:N/I:N/A:H", VD_SEVERITY_INFO, 0.003, false,
     VD_VERDICT_NEWEST_SAFE, NULL, NULL},
    {2, "CVE-2021-41496", "GHSA-f7c7-j99h-c22f", "CWE-120",
     "Buffer Copy without Checking Size of Input ('Classic Buffer Overflow')",
     "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H", VD_SEVERITY_INFO, 0.001, false,
     VD_VERDICT_NEWEST_SAFE, NULL, NULL},
};

enum { SAMPLE_MANY = 43 }; // flaws of tensorflow, so that a list is long

static inline vd_view sample_text(const char *s) {
  return s == NULL ? (vd_view){0} : vd_view_of(s);
}

static inline void sample_push(vd_arena *a, vd_views *list, vd_view v) {
  vd_view *slot = vd_vec_push(a, list);
  if (slot == NULL)
    abort();
  *slot = v;
}

static inline void *sample_check(void *p) {
  if (p == NULL)
    abort();
  return p;
}

#define SAMPLE_NEW(a, T) ((T *)sample_check(vd_new((a), T)))

static inline void sample_add_dependency(vd_arena *a, vd_scan *scan, const sample_dependency *s) {
  vd_component *c = SAMPLE_NEW(a, vd_component);
  *c = (vd_component){.type = VD_VIEW("pypi"),
                      .name = vd_view_of(s->name),
                      .version = sample_text(s->version),
                      .requirement = vd_view_of(s->requirement),
                      .scope = s->scope,
                      .direct = s->direct,
                      .path = vd_view_of(s->path),
                      .line = s->line};
  vd_dependency *d = sample_check(vd_vec_push(a, &scan->dependencies));
  d->component = c;
  d->version = c->version;
  d->requirement = d->specifiers = c->requirement;
  d->purl = vd_arena_printf(a, "pkg:pypi/%s%s%s", s->name, s->version == NULL ? "" : "@",
                            s->version == NULL ? "" : s->version);
  d->key = d->purl;
  for (size_t i = 0; i < s->places; i++) {
    vd_location *l = sample_check(vd_vec_push(a, &d->locations));
    *l = (vd_location){c->path, s->line + (uint32_t)i * 10, 1};
  }
}

static inline vd_mapping *sample_mapping(vd_arena *a, const sample_flaw *s) {
  vd_mapping *m = SAMPLE_NEW(a, vd_mapping);
  sample_push(a, &m->stages, VD_VIEW("deployment-serving"));
  m->layer = VD_VIEW("software");
  if (s->technique == NULL) {
    m->why_none = VD_VIEW("no curated rule names this weakness, and every chain is too weak");
    return m;
  }
  vd_technique_link *t = sample_check(vd_vec_push(a, &m->techniques));
  *t = (vd_technique_link){.id = vd_view_of(s->technique),
                           .name = vd_view_of(s->technique_name),
                           .method = VD_VIEW("curated"),
                           .confidence = 0.8};
  const vd_step steps[] = {
      {vd_view_of(s->id), {NULL, 0}, {NULL, 0}, {NULL, 0}},
      {vd_view_of(s->cwe), vd_view_of(s->weakness), VD_VIEW("has_weakness"), VD_VIEW("ghsa")},
      {t->id, t->name, VD_VIEW("enables"), VD_VIEW("curated")}};
  for (size_t i = 0; i < VD_COUNT(steps); i++)
    *(vd_step *)sample_check(vd_vec_push(a, &t->path)) = steps[i];
  *(vd_step *)sample_check(vd_vec_push(a, &t->tactics)) =
      (vd_step){VD_VIEW("AML.TA0005"), VD_VIEW("Execution"), {NULL, 0}, {NULL, 0}};
  return m;
}

static inline vd_flaw *sample_flaw_of(vd_arena *a, const sample_flaw *s) {
  vd_flaw *flaw = SAMPLE_NEW(a, vd_flaw);
  *flaw = (vd_flaw){.id = vd_view_of(s->id),
                    .kev = s->kev,
                    .ransomware = s->kev,
                    .epss = s->epss,
                    .epss_percentile = s->epss < 0 ? -1 : 0.5};
  flaw->published = VD_VIEW("2025-04-18");
  flaw->kev_added = s->kev ? VD_VIEW("2025-05-01") : (vd_view){0};
  sample_push(a, &flaw->ids, flaw->id);
  if (s->other_id != NULL)
    sample_push(a, &flaw->ids, vd_view_of(s->other_id));
  if (s->vector != NULL)
    sample_push(a, &flaw->cvss, vd_view_of(s->vector));
  if (s->cwe != NULL) {
    sample_push(a, &flaw->cwe, vd_view_of(s->cwe));
    sample_push(a, &flaw->cwe_names, vd_view_of(s->weakness));
  }
  return flaw;
}

static inline vd_affected *sample_affected(vd_arena *a, const vd_flaw *flaw) {
  vd_affected *e = SAMPLE_NEW(a, vd_affected);
  e->flaw = flaw;
  e->advisories = flaw->ids;
  e->ranges = VD_VIEW("[,2.6.0) [3.0,3.0.2)");
  sample_push(a, &e->versions, VD_VIEW("2.6.0rc1"));
  return e;
}

static inline void sample_add_finding(vd_arena *a, vd_scan *scan, const sample_flaw *s) {
  const vd_dependency *d = &scan->dependencies.at[s->dependency];
  const char *fix = sample_dependencies[s->dependency].fix;
  vd_cvss cvss = {.score = -1};
  if (s->vector != NULL && vd_cvss_parse(vd_view_of(s->vector), &cvss, NULL) != VD_OK)
    abort();
  vd_finding *f = sample_check(vd_vec_push(a, &scan->findings));
  *f = (vd_finding){.kind = VD_FINDING_DEPENDENCY,
                    .rule = "vulnerable-dependency",
                    .severity = s->severity,
                    .cvss_vector = sample_text(s->vector),
                    .cvss = cvss.score,
                    .flaw = sample_flaw_of(a, s),
                    .dependency = d,
                    .verdict = s->verdict,
                    .confidence = 0.9,
                    .mapping = sample_mapping(a, s),
                    .locations = d->locations,
                    .evidence = VD_VIEW("version 1.13.0 is in [,2.6.0) (GHSA-53q9-r3pm-6pq6)"),
                    .fix = sample_text(fix),
                    .fixed_requirement = fix == NULL ? (vd_view){0} : VD_VIEW("==2.6.0"),
                    .why = VD_VIEW("EPSS 12.3 %, runtime dependency")};
  f->affected = sample_affected(a, f->flaw);
  f->advisories = f->flaw->ids;
  f->cwe = f->flaw->cwe;
  f->cwe_names = f->flaw->cwe_names;
  f->id = vd_arena_printf(a, "VD-%012zx", scan->findings.count);
  f->risk = 1.0 / (double)(scan->findings.count + 1);
  f->title =
      vd_arena_printf(a, "%s in %.*s", s->weakness == NULL ? "Known vulnerability" : s->weakness,
                      VD_ARG(d->component->name));
  scan->by_severity[f->severity]++;
}

static inline void sample_add_many(vd_arena *a, vd_scan *scan) {
  for (size_t i = 0; i < SAMPLE_MANY; i++) {
    static const vd_severity cycle[] = {VD_SEVERITY_HIGH, VD_SEVERITY_MEDIUM, VD_SEVERITY_LOW};
    sample_flaw s = sample_flaws[1];
    s.dependency = 1;
    s.id = vd_arena_printf(a, "CVE-2021-%05zu", 29512 + i).ptr;
    s.other_id = NULL;
    s.severity = cycle[i % 3];
    s.verdict = i % 10 == 9 ? VD_VERDICT_NEWEST_SAFE : VD_VERDICT_NEWEST_VULNERABLE;
    sample_add_finding(a, scan, &s);
  }
}

static inline void sample_add_coverage(vd_arena *a, vd_scan *scan, vd_coverage c) {
  *(vd_coverage *)sample_check(vd_vec_push(a, &scan->coverage)) = c;
  scan->skipped += c.status == VD_SKIPPED;
  scan->failed += c.status == VD_FAILED;
}

// A clean target: two manifests, nothing wrong.
static inline vd_scan *report_sample_clean(vd_arena *a) {
  vd_scan *scan = SAMPLE_NEW(a, vd_scan);
  scan->target = VD_VIEW("examples/rag-chatbot");
  scan->knowledge.knowledge_date = VD_VIEW("2026-08-16");
  scan->knowledge.flaws = 5821;
  scan->knowledge.packages = 1604;
  scan->files = 42;
  const vd_view requirements = VD_VIEW("requirements");
  sample_add_coverage(a, scan,
                      (vd_coverage){VD_VIEW("service/requirements.txt"),
                                    0,
                                    VD_SCANNED,
                                    {NULL, 0},
                                    requirements,
                                    11,
                                    {NULL, 0}});
  sample_add_coverage(
      a, scan,
      (vd_coverage){
          VD_VIEW("train/requirements.txt"), 0, VD_SCANNED, {NULL, 0}, requirements, 9, {NULL, 0}});
  return scan;
}

static inline vd_scan *report_sample(vd_arena *a) {
  vd_scan *scan = report_sample_clean(a);
  for (size_t i = 0; i < VD_COUNT(sample_dependencies); i++)
    sample_add_dependency(a, scan, &sample_dependencies[i]);
  for (size_t i = 0; i < VD_COUNT(sample_flaws); i++) {
    if (i == 3)
      sample_add_many(a, scan);
    sample_add_finding(a, scan, &sample_flaws[i]);
  }
  char *big = sample_check(vd_new_array(a, char, 10001));
  memset(big, 'n', 10000);
  scan->dependencies.at[4].locations.at[0].path = (vd_view){big, 10000};
  sample_add_coverage(a, scan,
                      (vd_coverage){VD_VIEW("data/huge.lock"),
                                    0,
                                    VD_SKIPPED,
                                    VD_VIEW("larger than 64 MiB"),
                                    {NULL, 0},
                                    0,
                                    {NULL, 0}});
  sample_add_coverage(a, scan,
                      (vd_coverage){VD_VIEW(SAMPLE_HOSTILE_PATH),
                                    3,
                                    VD_FAILED,
                                    VD_VIEW("expected a value, found '\x1b[2J\xff'"),
                                    VD_VIEW("pipfile-lock"),
                                    0,
                                    {NULL, 0}});
  return scan;
}
