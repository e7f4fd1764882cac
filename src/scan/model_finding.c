// Turns observations into findings, and joins them with the loaders the target depends on.
#include "scan/finding.h"
#include "scan/match.h"

// What is the same for all findings of one check.
typedef struct about {
  bool known;
  vd_views cwe, cwe_names;
  vd_check_mapping found;
} about;

struct vd_model_finder {
  vd_job *job;
  about checks[VD_CHECK_COUNT];
};

vd_model_finder *vd_model_finder_new(vd_job *job) {
  vd_model_finder *mf = vd_new(job->arena, vd_model_finder);
  if (mf != NULL)
    mf->job = job;
  return mf;
}

static vd_code look_up(vd_model_finder *mf, vd_check_id id, vd_error *err) {
  about *k = &mf->checks[id];
  const vd_check *c = &vd_checks[id];
  vd_arena *a = mf->job->arena;
  vd_check_query q = {.check = vd_view_of(c->name),
                      .cwe = vd_view_of(c->cwe),
                      .techniques = vd_view_of(c->techniques),
                      .role = VD_VIEW("model-loading"),
                      .reason = vd_view_of(c->title),
                      .confidence = c->confidence};
  VD_TRY(vd_graph_map_check(mf->job->options->graph, a, &q, &k->found, err));
  vd_view *cwe = vd_vec_push(a, &k->cwe), *cwe_name = vd_vec_push(a, &k->cwe_names);
  if (cwe == NULL || cwe_name == NULL)
    return VD_NOMEM;
  *cwe = q.cwe;
  *cwe_name = k->found.weakness;
  k->known = true;
  return VD_OK;
}

// Harm that is certain ranks with malicious packages; what is merely odd with unscored flaws.
static double risk_of(const vd_job *job, const vd_finding *f) {
  const vd_ranker *ranker = job->options->ranker;
  vd_risk_input in = {.malicious = f->severity == VD_SEVERITY_CRITICAL,
                      .epss = -1,
                      .cvss = -1,
                      .severity = f->severity,
                      .verdict = VD_VERDICT_EXACT};
  return f->confidence * (ranker != NULL ? ranker : &vd_ranker_kev_epss_cvss)->score(&in);
}

static vd_code set_texts(const vd_job *job, vd_finding *f, const vd_observation *o) {
  vd_arena *a = job->arena;
  bool inside = o->member.len != 0;
  f->evidence = o->evidence;
  f->why = inside || o->offset != 0 ? vd_arena_printf(a, "%s at byte %llu%s%.*s", f->check->name,
                                                      (unsigned long long)o->offset,
                                                      inside ? " of " : "", VD_ARG(o->member))
                                    : vd_view_of(f->check->name);
  f->title = vd_view_of(f->check->title);
  f->fix = vd_view_of(f->check->fix);
  return f->why.ptr == NULL ? VD_NOMEM : VD_OK;
}

vd_code vd_model_finder_add(vd_model_finder *mf, vd_view path, const vd_observation *o,
                            vd_error *err) {
  vd_job *job = mf->job;
  if (!mf->checks[o->check].known)
    VD_TRY(look_up(mf, o->check, err));
  const about *k = &mf->checks[o->check];
  vd_finding *f = vd_vec_push(job->arena, &job->out->findings);
  if (f == NULL)
    return VD_NOMEM;
  *f = (vd_finding){.kind = VD_FINDING_MODEL,
                    .rule = vd_checks[o->check].name,
                    .check = &vd_checks[o->check],
                    .severity = o->severity,
                    .cvss = -1,
                    .confidence = vd_checks[o->check].confidence,
                    .mapping = &k->found.mapping,
                    .cwe = k->cwe,
                    .cwe_names = k->cwe_names,
                    .member = o->member,
                    .offset = o->offset};
  vd_location *place = vd_vec_push(job->arena, &f->locations);
  if (place == NULL)
    return VD_NOMEM;
  *place = (vd_location){.path = path, .line = o->line};
  f->risk = risk_of(job, f);
  VD_TRY(set_texts(job, f, o));
  const vd_view parts[] = {path, o->member, o->evidence};
  return vd_finding_set_id(job->arena, f, parts, VD_COUNT(parts));
}

// ---- loaders ------------------------------------------------------------------------------------

static bool has_id(const vd_finding *f, const char *cve) {
  for (size_t i = 0; f->flaw != NULL && i < f->flaw->ids.count; i++)
    if (vd_view_eq(f->flaw->ids.at[i], vd_view_of(cve)))
      return true;
  return false;
}

// The worst dependency finding that is this flaw in this package as it would be installed.
static const vd_finding *finding_of(const vd_scan *s, const vd_loader_flaw *l) {
  const vd_finding *found = NULL;
  for (size_t i = 0; i < s->findings.count; i++) {
    const vd_finding *f = &s->findings.at[i];
    if (f->dependency != NULL && f->verdict != VD_VERDICT_NEWEST_SAFE && has_id(f, l->cve) &&
        vd_view_eq(f->dependency->component->name, vd_view_of(l->package)) &&
        (found == NULL || f->risk > found->risk))
      found = f;
  }
  return found;
}

static bool is_loaded(const vd_finding *f, const vd_loader_flaw *l) {
  if (f->check != &vd_checks[l->check])
    return false;
  vd_artefact file = {.path = f->locations.at[0].path, .member = VD_VIEW("")};
  return vd_artefact_matches(&file, l->names);
}

static vd_code join(vd_job *job, vd_finding *f, const vd_loader_flaw *l, const vd_finding *d) {
  const vd_location *at = &d->locations.at[0];
  f->severity = VD_SEVERITY_CRITICAL;
  f->risk = risk_of(job, f) > d->risk ? risk_of(job, f) : d->risk;
  f->why = vd_arena_printf(
      job->arena, "%.*s; %.*s (%.*s:%u), which loads such files, has %s (%.*s)", VD_ARG(f->why),
      VD_ARG(d->dependency->purl), VD_ARG(at->path), at->line, l->cve, VD_ARG(d->id));
  if (d->fix.ptr != NULL && !vd_view_has(f->fix, d->fix)) // several flaws may have one fix
    f->fix = vd_arena_printf(job->arena, "%.*s; and %.*s", VD_ARG(f->fix), VD_ARG(d->fix));
  return f->why.ptr == NULL || f->fix.ptr == NULL ? VD_NOMEM : VD_OK;
}

vd_code vd_join_loaders(vd_job *job) {
  const vd_finding *flawed[VD_LOADERS_MAX] = {NULL};
  vd_scan *s = job->out;
  for (size_t l = 0; vd_loader_flaws[l].package != NULL && l < VD_LOADERS_MAX; l++)
    flawed[l] = finding_of(s, &vd_loader_flaws[l]);
  for (size_t i = 0; i < s->findings.count; i++)
    for (size_t l = 0; vd_loader_flaws[l].package != NULL && l < VD_LOADERS_MAX; l++)
      if (flawed[l] != NULL && is_loaded(&s->findings.at[i], &vd_loader_flaws[l]))
        VD_TRY(join(job, &s->findings.at[i], &vd_loader_flaws[l], flawed[l]));
  return VD_OK;
}
