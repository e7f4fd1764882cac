// Turns matches into findings: severity, risk, fix, and the sentences that explain them.
#include "scan/finding.h"

#include "scan/match.h"

static const char RULE[] = "vulnerable-dependency", MALICIOUS[] = "malicious-package";

// Components of one manifest in an ecosystem without advisories here.
typedef struct uncovered {
  vd_view path, type;
  size_t count;
  struct uncovered *next;
} uncovered;

typedef struct finder {
  vd_job *job;
  vd_matcher *matcher;
  vd_map mappings;  // "FLAW package" -> vd_mapping
  vd_map uncovered; // "PATH type" -> uncovered
  uncovered *first_uncovered;
} finder;

// What is the same for every flaw of one dependency.
typedef struct subject {
  const vd_dependency *dependency;
  vd_match_query query;
  vd_fix fix;
} subject;

// The report that calls a package malicious; {NULL}: the flaw is a mistake like others.
static vd_view report_of(const vd_flaw *flaw) {
  for (size_t i = 0; i < flaw->ids.count; i++)
    if (vd_view_starts(flaw->ids.at[i], VD_VIEW("MAL-")))
      return flaw->ids.at[i];
  return (vd_view){0};
}

static bool is_malicious(const vd_flaw *flaw) { return report_of(flaw).ptr != NULL; }

// The newest CVSS version speaks; of several vectors of that version, the highest score.
static void set_cvss(vd_finding *f, const vd_flaw *flaw) {
  vd_cvss best = {0};
  f->cvss = -1;
  for (size_t i = 0; i < flaw->cvss.count; i++) {
    vd_cvss c;
    if (vd_cvss_parse(flaw->cvss.at[i], &c, NULL) != VD_OK || c.version < best.version ||
        (c.version == best.version && c.score <= best.score))
      continue;
    best = c;
    f->cvss = c.score;
    f->cvss_vector = flaw->cvss.at[i];
  }
}

static vd_severity severity_of(const vd_finding *f, const vd_flaw *flaw) {
  vd_severity s = VD_SEVERITY_MEDIUM; // nobody scored it: neither alarm nor silence
  if (f->verdict == VD_VERDICT_NEWEST_SAFE)
    return VD_SEVERITY_INFO;
  if (is_malicious(flaw))
    return VD_SEVERITY_CRITICAL;
  if (f->cvss >= 0)
    return vd_severity_of_score(f->cvss);
  (void)(flaw->severity.ptr != NULL && vd_severity_parse(flaw->severity, &s));
  return s;
}

static double confidence_of(const vd_finding *f) {
  static const double by_verdict[] = {[VD_VERDICT_EXACT] = 1,
                                      [VD_VERDICT_ALWAYS] = 0.95,
                                      [VD_VERDICT_NEWEST_VULNERABLE] = 0.8,
                                      [VD_VERDICT_NEWEST_SAFE] = 0.3,
                                      [VD_VERDICT_UNKNOWN] = 0.4};
  bool same_name = vd_view_eq(f->dependency->component->type, VD_VIEW("pypi"));
  return by_verdict[f->verdict] * (same_name ? 1 : 0.8); // a conda build may carry patches
}

static double risk_of(const finder *fi, const vd_finding *f) {
  const vd_component *c = f->dependency->component;
  const vd_ranker *ranker = fi->job->options->ranker;
  vd_risk_input in = {.kev = f->flaw->kev,
                      .malicious = is_malicious(f->flaw),
                      .epss = f->flaw->epss,
                      .cvss = f->cvss,
                      .severity = f->severity,
                      .verdict = f->verdict,
                      .transitive = c->direct == VD_DIRECT_NO,
                      .optional = c->scope == VD_SCOPE_OPTIONAL,
                      .development = c->scope == VD_SCOPE_DEV || c->scope == VD_SCOPE_BUILD};
  return (ranker != NULL ? ranker : &vd_ranker_kev_epss_cvss)->score(&in);
}

static bool title_of(const finder *fi, vd_finding *f, vd_view package) {
  vd_arena *a = fi->job->arena;
  const vd_flaw *flaw = f->flaw;
  vd_view what =
      flaw->cwe_names.count != 0 ? flaw->cwe_names.at[0] : VD_VIEW("Known vulnerability");
  f->title = is_malicious(flaw) ? vd_arena_printf(a, "Malicious package %.*s", VD_ARG(package))
                                : vd_arena_printf(a, "%.*s in %.*s", VD_ARG(what), VD_ARG(package));
  return f->title.ptr != NULL;
}

static bool evidence_of(const finder *fi, vd_finding *f, const subject *s, const vd_match *match) {
  vd_arena *a = fi->job->arena;
  const vd_affected *e = match->affected;
  vd_view where = e->ranges.len != 0 ? e->ranges : VD_VIEW("the listed versions");
  vd_view said = match->advisories.count != 0 ? match->advisories.at[0] : f->flaw->id;
  if (is_malicious(f->flaw) && vd_view_eq(e->ranges, VD_VIEW("[,)")))
    f->evidence = vd_arena_printf(a, "every version is malicious (%.*s)", VD_ARG(said));
  else if (s->query.version.ptr != NULL)
    f->evidence = vd_arena_printf(a, "version %.*s is in %.*s (%.*s)", VD_ARG(s->query.version),
                                  VD_ARG(where), VD_ARG(said));
  else
    f->evidence = vd_arena_printf(a, "%s%.*s allows versions in %.*s (%.*s)",
                                  s->query.specifiers.len == 0 ? "any version" : "",
                                  VD_ARG(s->query.specifiers), VD_ARG(where), VD_ARG(said));
  return f->evidence.ptr != NULL;
}

// Whether the fix of the dependency also removes this flaw; a partial fix leaves some.
static bool fix_removes(const subject *s, const vd_known_package *p, const vd_flaw *flaw) {
  if (!s->fix.partial)
    return true;
  size_t n = p->facts.versions.count;
  for (size_t e = 0; e < p->entry_count; e++)
    if (vd_view_eq(p->entries[e].affected->flaw->id, flaw->id) && p->newest < n &&
        p->affects[e * n + p->newest] != 0)
      return false;
  return true;
}

// Another version is no fix for what was made to do harm, and removing it does not undo what it
// did.
static vd_code set_removal(const finder *fi, vd_finding *f, const subject *s) {
  vd_arena *a = fi->job->arena;
  vd_view name = s->query.name, version = s->query.version;
  if (version.ptr != NULL || f->affected->ranges.len != 0)
    f->fix = vd_arena_printf(a, "remove %.*s%s%.*s and check what installed it for compromise",
                             VD_ARG(name), version.ptr != NULL ? " " : "", VD_ARG(version));
  else
    f->fix = vd_arena_printf(
        a, "remove malicious versions of %.*s and check what installed them for compromise",
        VD_ARG(name));
  return f->fix.ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_code set_fix(const finder *fi, vd_finding *f, const subject *s, vd_error *err) {
  vd_arena *a = fi->job->arena;
  vd_known_package *p;
  if (is_malicious(f->flaw) && f->verdict != VD_VERDICT_NEWEST_SAFE)
    return set_removal(fi, f, s);
  VD_TRY(vd_matcher_package(fi->matcher, s->query.name, true, &p, err));
  if (s->fix.text.ptr == NULL || !fix_removes(s, p, f->flaw))
    return VD_OK;
  bool pinned = s->query.version.ptr != NULL;
  const char *verb = !pinned ? "require" : s->fix.downgrade ? "go back to" : "upgrade to";
  f->fixed_requirement = vd_arena_printf(a, "%s%.*s", pinned ? "==" : "", VD_ARG(s->fix.text));
  f->fix = vd_arena_printf(a, "%s %.*s%s%.*s%s", verb, VD_ARG(s->query.name), pinned ? " " : "",
                           VD_ARG(s->fix.text),
                           s->fix.partial ? " (other known flaws have no fix yet)" : "");
  return f->fix.ptr == NULL || f->fixed_requirement.ptr == NULL ? VD_NOMEM : VD_OK;
}

static const char *use_of(const vd_component *c) {
  if (c->scope == VD_SCOPE_DEV)
    return "development dependency";
  if (c->scope == VD_SCOPE_BUILD)
    return "build dependency";
  if (c->scope == VD_SCOPE_OPTIONAL)
    return "optional dependency";
  return c->direct == VD_DIRECT_NO ? "transitive dependency" : "runtime dependency";
}

static vd_code set_why(const finder *fi, vd_finding *f) {
  static const char *const by_verdict[] = {
      [VD_VERDICT_EXACT] = "",
      [VD_VERDICT_ALWAYS] = ", every allowed version is affected",
      [VD_VERDICT_NEWEST_VULNERABLE] = ", the newest allowed version is affected",
      [VD_VERDICT_NEWEST_SAFE] = ", only older allowed versions are affected",
      [VD_VERDICT_UNKNOWN] = ", no allowed version is known",
  };
  VD_SCOPED_BUF b = VD_BUF(1024);
  if (is_malicious(f->flaw))
    vd_buf_printf(&b, "reported as malicious by %.*s, ", VD_ARG(report_of(f->flaw)));
  if (f->flaw->kev)
    vd_buf_printf(&b, "known exploited since %.*s, ", VD_ARG(f->flaw->kev_added));
  if (f->flaw->epss >= 0)
    vd_buf_printf(&b, "EPSS %.1f %%, ", f->flaw->epss * 100);
  if (f->cvss >= 0)
    vd_buf_printf(&b, "CVSS %.1f, ", f->cvss);
  else if (!is_malicious(f->flaw))
    vd_buf_put(&b, VD_VIEW("no CVSS score, "));
  vd_buf_printf(&b, "%s%s", use_of(f->dependency->component), by_verdict[f->verdict]);
  f->why = b.failed ? (vd_view){0} : vd_arena_copy(fi->job->arena, vd_buf_view(&b));
  return f->why.ptr == NULL ? VD_NOMEM : VD_OK;
}

vd_code vd_finding_set_id(vd_arena *a, vd_finding *f, const vd_view *parts, size_t n) {
  VD_SCOPED_BUF b = VD_BUF(VD_MANIFEST_BYTES_MAX);
  vd_buf_printf(&b, "%s\x1f%s", vd_finding_kind_text(f->kind), f->rule);
  for (size_t i = 0; i < n; i++) {
    vd_buf_put_c(&b, '\x1f');
    vd_buf_put(&b, parts[i]);
  }
  if (b.failed)
    return VD_NOMEM;
  f->id = vd_arena_printf(a, "VD-%012llx", (unsigned long long)(vd_hash(vd_buf_view(&b)) >> 16));
  return f->id.ptr == NULL ? VD_NOMEM : VD_OK;
}

// The id is a hash of what makes the finding the same problem: rule, dependency and flaw, not
// place.
static vd_code set_id(const finder *fi, vd_finding *f) {
  const vd_view parts[] = {f->dependency->key, f->flaw->id};
  return vd_finding_set_id(fi->job->arena, f, parts, VD_COUNT(parts));
}

static vd_code set_mapping(finder *fi, vd_finding *f, vd_view package, vd_error *err) {
  vd_arena *a = fi->job->arena;
  vd_view key = vd_arena_printf(a, "%.*s %.*s", VD_ARG(f->flaw->id), VD_ARG(package));
  if (key.ptr == NULL)
    return VD_NOMEM;
  vd_mapping *mapping = vd_map_get(&fi->mappings, key);
  if (mapping == NULL) {
    mapping = vd_new(a, vd_mapping);
    if (mapping == NULL)
      return VD_NOMEM;
    VD_TRY(
        vd_graph_map(fi->job->options->graph, a, &(vd_map_query){f->flaw, package}, mapping, err));
    VD_TRY(vd_map_put(&fi->mappings, key, mapping));
  }
  f->mapping = mapping;
  return VD_OK;
}

static vd_code add_finding(finder *fi, const subject *s, const vd_match *match, vd_error *err) {
  vd_finding *f = vd_vec_push(fi->job->arena, &fi->job->out->findings);
  if (f == NULL)
    return VD_NOMEM;
  *f = (vd_finding){.kind = VD_FINDING_DEPENDENCY,
                    .rule = is_malicious(match->affected->flaw) ? MALICIOUS : RULE,
                    .flaw = match->affected->flaw,
                    .affected = match->affected,
                    .dependency = s->dependency,
                    .verdict = match->verdict,
                    .advisories = match->advisories,
                    .cwe = match->affected->flaw->cwe,
                    .cwe_names = match->affected->flaw->cwe_names,
                    .locations = s->dependency->locations};
  set_cvss(f, f->flaw);
  f->severity = severity_of(f, f->flaw);
  f->confidence = confidence_of(f);
  f->risk = risk_of(fi, f);
  if (!title_of(fi, f, s->query.name) || !evidence_of(fi, f, s, match))
    return VD_NOMEM;
  VD_TRY(set_id(fi, f));
  VD_TRY(set_fix(fi, f, s, err));
  VD_TRY(set_why(fi, f));
  return set_mapping(fi, f, s->query.name, err);
}

static vd_code cannot_match(finder *fi, const vd_dependency *d, const char *reason) {
  const vd_location *at = &d->locations.at[0];
  fi->job->out->unmatched++;
  return vd_ledger_add(fi->job, at->path, at->line, VD_SKIPPED, "'%.*s' was not matched: %s",
                       VD_ARG(d->component->name), reason);
}

// Why a dependency cannot be compared with advisories, or NULL.
static const char *unmatchable(const vd_dependency *d) {
  if (d->version.ptr != NULL)
    return NULL;
  if (d->component->url.ptr != NULL)
    return "a direct reference that states no version";
  return d->specifiers.ptr == NULL ? "its requirement cannot be said as PEP 440 clauses" : NULL;
}

static vd_code match_dependency(finder *fi, subject *s, vd_error *err) {
  vd_arena *a = fi->job->arena;
  vd_matches matches = {0};
  VD_TRY(vd_matcher_match(fi->matcher, &s->query, a, &matches, err));
  if (matches.count != 0)
    VD_TRY(vd_matcher_fix(fi->matcher, &s->query, a, &s->fix, err));
  for (size_t i = 0; i < matches.count; i++)
    VD_TRY(add_finding(fi, s, &matches.at[i], err));
  return VD_OK;
}

static vd_code count_uncovered(finder *fi, const vd_dependency *d) {
  vd_arena *a = fi->job->arena;
  vd_view path = d->component->path, type = d->component->type;
  vd_view key = vd_arena_printf(a, "%.*s %.*s", (int)path.len, path.ptr, VD_ARG(type));
  uncovered *u = key.ptr == NULL ? NULL : vd_map_get(&fi->uncovered, key);
  if (u == NULL) {
    u = vd_new(a, uncovered);
    if (key.ptr == NULL || u == NULL || vd_map_put(&fi->uncovered, key, u) != VD_OK)
      return VD_NOMEM;
    *u = (uncovered){.path = path, .type = type, .next = fi->first_uncovered};
    fi->first_uncovered = u;
  }
  u->count++;
  fi->job->out->unmatched++;
  return VD_OK;
}

// The ledger must not look as if these had been checked.
static vd_code report_uncovered(const finder *fi) {
  for (const uncovered *u = fi->first_uncovered; u != NULL; u = u->next)
    VD_TRY(vd_ledger_add(fi->job, u->path, 0, VD_SKIPPED,
                         "%zu %.*s component%s not matched: the knowledge base covers PyPI",
                         u->count, VD_ARG(u->type), u->count == 1 ? " was" : "s were"));
  return VD_OK;
}

static vd_code check_dependency(finder *fi, const vd_dependency *d, vd_error *err) {
  subject s = {.dependency = d, .query = {.version = d->version, .specifiers = d->specifiers}};
  const char *reason = unmatchable(d);
  if (d->component->local)
    return VD_OK;
  s.query.name = d->component->name;
  if (!vd_view_eq(d->component->type, VD_VIEW("pypi")))
    VD_TRY(vd_graph_pypi_name(fi->job->options->graph, fi->job->arena,
                              (vd_package_id){d->component->type, d->component->name},
                              &s.query.name, err));
  if (s.query.name.ptr == NULL)
    return count_uncovered(fi, d);
  if (reason != NULL)
    return cannot_match(fi, d, reason);
  vd_code code = match_dependency(fi, &s, err);
  return code == VD_FORMAT ? cannot_match(fi, d, err != NULL ? err->text : "malformed requirement")
                           : code;
}

static int by_risk_then_id(const void *a, const void *b) {
  const vd_finding *x = a, *y = b;
  if (x->risk != y->risk)
    return x->risk < y->risk ? 1 : -1;
  return vd_view_cmp(x->id, y->id);
}

void vd_rank_findings(vd_scan *scan) {
  if (scan->findings.count != 0)
    qsort(scan->findings.at, scan->findings.count, sizeof *scan->findings.at, by_risk_then_id);
}

vd_code vd_find_vulnerable(vd_job *job, vd_error *err) {
  finder fi = {.job = job,
               .matcher = vd_matcher_new(job->options->graph, job->arena),
               .mappings = VD_MAP(job->arena),
               .uncovered = VD_MAP(job->arena)};
  vd_code code = fi.matcher == NULL ? VD_NOMEM : VD_OK;
  for (size_t i = 0; code == VD_OK && i < job->out->dependencies.count; i++)
    code = check_dependency(&fi, &job->out->dependencies.at[i], err);
  if (code == VD_OK)
    code = report_uncovered(&fi);
  return code == VD_NOMEM ? vd_fail(err, code, "no memory for the findings") : code;
}
