// The JSON report. docs/json.md is its contract: keys are always there, and are only ever added to.
#include "format/format.h"
#include "report/formats.h"
#include "report/model.h"
#include "report/select.h"

static void put_texts(vd_json_out *j, const char *key, const vd_views *texts) {
  vd_json_key(j, key);
  vd_json_open(j, '[');
  for (size_t i = 0; i < texts->count; i++)
    vd_json_text(j, texts->at[i]);
  vd_json_close(j, ']');
}

static void put_count(vd_json_out *j, const char *key, size_t n) {
  vd_json_key(j, key);
  vd_json_int(j, (int64_t)n);
}

static void put_bool(vd_json_out *j, const char *key, bool b) {
  vd_json_key(j, key);
  vd_json_bool(j, b);
}

// 0 means "not known" in every place.
static void put_place(vd_json_out *j, const char *key, uint32_t n) {
  vd_json_key(j, key);
  if (n == 0)
    vd_json_null(j);
  else
    vd_json_int(j, n);
}

// Negative means "not known" in every measure.
static void put_measure(vd_json_out *j, const char *key, double x, int decimals) {
  vd_json_key(j, key);
  if (x < 0)
    vd_json_null(j);
  else
    vd_json_real(j, x, decimals);
}

static void put_tool(vd_json_out *j, const vd_scan *scan) {
  vd_json_key(j, "tool");
  vd_json_open(j, '{');
  vd_json_member(j, "name", VD_VIEW("vedette"));
  vd_json_member(j, "version", VD_VIEW(VD_VERSION));
  vd_json_member(j, "knowledge_date", scan->knowledge.knowledge_date);
  vd_json_close(j, '}');
}

static void put_severities(vd_json_out *j, const vd_scan *scan) {
  vd_json_key(j, "by_severity");
  vd_json_open(j, '{');
  for (int s = VD_SEVERITY_CRITICAL; s >= VD_SEVERITY_INFO; s--)
    put_count(j, vd_severity_text((vd_severity)s), scan->by_severity[s]);
  vd_json_close(j, '}');
}

static void put_summary(vd_json_out *j, const vd_scan *scan) {
  size_t exploited = 0, scanned = 0;
  for (size_t i = 0; i < scan->findings.count; i++)
    exploited += vd_finding_kev(&scan->findings.at[i]);
  for (size_t i = 0; i < scan->coverage.count; i++)
    scanned += scan->coverage.at[i].manifest.ptr != NULL;
  vd_json_key(j, "summary");
  vd_json_open(j, '{');
  put_count(j, "findings", scan->findings.count);
  put_severities(j, scan);
  put_count(j, "known_exploited", exploited);
  put_count(j, "components", scan->dependencies.count);
  put_count(j, "unmatched", scan->unmatched);
  put_count(j, "models", scan->models.count);
  put_count(j, "files", scan->files);
  put_count(j, "scanned", scanned);
  put_count(j, "skipped", scan->skipped);
  put_count(j, "failed", scan->failed);
  vd_json_close(j, '}');
}

static void put_locations(vd_json_out *j, const vd_locations *places) {
  vd_json_key(j, "locations");
  vd_json_open(j, '[');
  for (size_t i = 0; i < places->count; i++) {
    vd_json_open(j, '{');
    vd_json_member(j, "path", places->at[i].path);
    put_place(j, "line", places->at[i].line);
    put_place(j, "column", places->at[i].column);
    put_place(j, "cell", 0);
    vd_json_close(j, '}');
  }
  vd_json_close(j, ']');
}

static void put_direct(vd_json_out *j, vd_direct direct) {
  vd_json_key(j, "direct");
  if (direct == VD_DIRECT_UNKNOWN)
    vd_json_null(j);
  else
    vd_json_bool(j, direct == VD_DIRECT_YES);
}

static void put_component(vd_json_out *j, const vd_dependency *d) {
  const vd_component *c = d->component;
  vd_json_open(j, '{');
  vd_json_member(j, "purl", d->purl);
  vd_json_member(j, "type", c->type);
  vd_json_member(j, "name", c->name);
  vd_json_member(j, "version", d->version);
  vd_json_member(j, "requirement", d->requirement);
  vd_json_member(j, "specifiers", d->specifiers);
  vd_json_member(j, "scope", vd_view_of(vd_scope_text(c->scope)));
  put_direct(j, c->direct);
  put_texts(j, "extras", &c->extras);
  vd_json_member(j, "marker", c->marker);
  vd_json_member(j, "group", c->group);
  vd_json_member(j, "index", c->index);
  vd_json_member(j, "url", c->url);
  put_bool(j, "hashed", c->hashed);
  put_bool(j, "local", c->local);
  put_locations(j, &d->locations);
  vd_json_close(j, '}');
}

static void put_components(vd_json_out *j, const vd_scan *scan) {
  vd_json_key(j, "components");
  vd_json_open(j, '[');
  for (size_t i = 0; i < scan->dependencies.count; i++)
    put_component(j, &scan->dependencies.at[i]);
  vd_json_close(j, ']');
}

static void put_cvss(vd_json_out *j, const vd_finding *f) {
  vd_json_key(j, "cvss");
  if (f->cvss < 0) {
    vd_json_null(j);
    return;
  }
  vd_json_open(j, '{');
  vd_json_member(j, "vector", f->cvss_vector);
  put_measure(j, "score", f->cvss, 1);
  vd_json_close(j, '}');
}

static void put_path(vd_json_out *j, const vd_technique_link *t) {
  vd_json_key(j, "path");
  vd_json_open(j, '[');
  for (size_t i = 0; i < t->path.count; i++) {
    vd_json_open(j, '{');
    vd_json_member(j, "key", t->path.at[i].key);
    vd_json_member(j, "name", t->path.at[i].name);
    vd_json_member(j, "edge", t->path.at[i].edge);
    vd_json_member(j, "source", t->path.at[i].source);
    vd_json_close(j, '}');
  }
  vd_json_close(j, ']');
}

static void put_techniques(vd_json_out *j, const vd_mapping *m) {
  vd_json_key(j, "techniques");
  vd_json_open(j, '[');
  for (size_t i = 0; i < m->techniques.count; i++) {
    const vd_technique_link *t = &m->techniques.at[i];
    vd_json_open(j, '{');
    vd_json_member(j, "id", t->id);
    vd_json_member(j, "name", t->name);
    vd_json_member(j, "method", t->method);
    put_measure(j, "confidence", t->confidence, 2);
    vd_json_member(j, "reason", t->reason);
    put_path(j, t);
    vd_json_close(j, '}');
  }
  vd_json_close(j, ']');
  vd_json_member(j, "techniques_note", m->why_none);
}

// True when an earlier technique, or an earlier tactic of this one, has the same tactic.
static bool tactic_seen(const vd_mapping *m, size_t technique, size_t tactic) {
  vd_view key = m->techniques.at[technique].tactics.at[tactic].key;
  for (size_t t = 0; t <= technique; t++) {
    size_t end = t == technique ? tactic : m->techniques.at[t].tactics.count;
    for (size_t i = 0; i < end; i++)
      if (vd_view_eq(m->techniques.at[t].tactics.at[i].key, key))
        return true;
  }
  return false;
}

static void put_tactics(vd_json_out *j, const vd_mapping *m) {
  vd_json_key(j, "tactics");
  vd_json_open(j, '[');
  for (size_t t = 0; t < m->techniques.count; t++)
    for (size_t i = 0; i < m->techniques.at[t].tactics.count; i++) {
      if (tactic_seen(m, t, i))
        continue;
      vd_json_open(j, '{');
      vd_json_member(j, "id", m->techniques.at[t].tactics.at[i].key);
      vd_json_member(j, "name", m->techniques.at[t].tactics.at[i].name);
      vd_json_close(j, '}');
    }
  vd_json_close(j, ']');
}

static void put_mapping(vd_json_out *j, const vd_mapping *mapping) {
  static const vd_mapping none = {0};
  const vd_mapping *m = mapping == NULL ? &none : mapping;
  put_techniques(j, m);
  put_tactics(j, m);
  put_texts(j, "stages", &m->stages);
  vd_json_member(j, "layer", m->layer);
}

static void put_flaw(vd_json_out *j, const vd_finding *f) {
  static const vd_flaw none = {.epss = -1, .epss_percentile = -1};
  const vd_flaw *flaw = f->flaw == NULL ? &none : f->flaw;
  put_bool(j, "kev", flaw->kev);
  put_measure(j, "epss", flaw->epss, 5);
  put_measure(j, "epss_percentile", flaw->epss_percentile, 5);
  put_texts(j, "advisories", &flaw->ids);
  put_texts(j, "matched_by", &f->advisories);
  put_texts(j, "cwe", &f->cwe);
}

// Where in the file: the member, and the byte in it. Both null for findings about no model.
static void put_inside(vd_json_out *j, const vd_finding *f) {
  vd_json_member(j, "member", f->check != NULL ? f->member : (vd_view){0});
  vd_json_key(j, "offset");
  if (f->check == NULL)
    vd_json_null(j);
  else
    vd_json_int(j, f->offset > INT64_MAX ? INT64_MAX : (int64_t)f->offset);
}

static void put_component_link(vd_json_out *j, const vd_finding *f) {
  bool has = f->dependency != NULL;
  vd_json_member(j, "component", has ? f->dependency->purl : (vd_view){0});
  vd_json_member(j, "verdict", has ? vd_view_of(vd_verdict_text(f->verdict)) : (vd_view){0});
}

static void put_finding(vd_json_out *j, const vd_finding *f) {
  vd_json_open(j, '{');
  vd_json_member(j, "id", f->id);
  vd_json_member(j, "kind", vd_view_of(vd_finding_kind_text(f->kind)));
  vd_json_member(j, "rule", vd_view_of(f->rule));
  vd_json_member(j, "title", f->title);
  vd_json_member(j, "severity", vd_view_of(vd_severity_text(f->severity)));
  put_measure(j, "risk", f->risk, 4);
  put_measure(j, "confidence", f->confidence, 2);
  put_component_link(j, f);
  put_cvss(j, f);
  put_flaw(j, f);
  put_mapping(j, f->mapping);
  put_locations(j, &f->locations);
  put_inside(j, f);
  vd_json_member(j, "evidence", f->evidence);
  vd_json_member(j, "fix", f->fix);
  vd_json_member(j, "fixed_requirement", f->fixed_requirement);
  vd_json_member(j, "why", f->why);
  vd_json_close(j, '}');
}

static void put_findings(vd_json_out *j, const vd_scan *scan) {
  vd_json_key(j, "findings");
  vd_json_open(j, '[');
  for (size_t i = 0; i < scan->findings.count; i++)
    put_finding(j, &scan->findings.at[i]);
  vd_json_close(j, ']');
}

static void put_model(vd_json_out *j, const vd_scanned_model *m) {
  vd_json_open(j, '{');
  vd_json_member(j, "path", m->path);
  vd_json_key(j, "size");
  vd_json_int(j, (int64_t)m->size);
  vd_report_json_model(j, &m->model);
  vd_json_close(j, '}');
}

static void put_models(vd_json_out *j, const vd_scan *scan) {
  vd_json_key(j, "models");
  vd_json_open(j, '[');
  for (size_t i = 0; i < scan->models.count; i++)
    put_model(j, &scan->models.at[i]);
  vd_json_close(j, ']');
}

static void put_coverage(vd_json_out *j, const vd_scan *scan) {
  vd_json_key(j, "coverage");
  vd_json_open(j, '[');
  for (size_t i = 0; i < scan->coverage.count; i++) {
    const vd_coverage *c = &scan->coverage.at[i];
    vd_json_open(j, '{');
    vd_json_member(j, "path", c->path);
    put_place(j, "line", c->line);
    vd_json_member(j, "status", vd_view_of(vd_coverage_status_text(c->status)));
    vd_json_member(j, "reason", c->reason);
    vd_json_member(j, "manifest", c->manifest);
    vd_json_member(j, "format", c->format);
    put_count(j, "components", c->components);
    vd_json_close(j, '}');
  }
  vd_json_close(j, ']');
}

vd_code vd_report_json(const vd_scan *scan, const vd_report_options *options, vd_buf *out) {
  (void)options;
  vd_json_out j = {.buf = out, .pretty = true};
  vd_json_open(&j, '{');
  put_tool(&j, scan);
  vd_json_member(&j, "target", scan->target);
  put_summary(&j, scan);
  put_components(&j, scan);
  put_findings(&j, scan);
  put_models(&j, scan);
  put_coverage(&j, scan);
  vd_json_close(&j, '}');
  vd_buf_put_c(out, '\n');
  return out->failed ? VD_LIMIT : VD_OK;
}
