// `vedette why`: everything known about one finding, each statement with who makes it.
#include "report/select.h"
#include "report/terminal.h"

enum { LABEL_WIDTH = 12, EDGE_WIDTH = 14 };

static size_t at_most(size_t n, size_t most) { return n < most ? n : most; }

// The label column; empty for a further line of the same thing.
static void label(terminal *t, const char *text) {
  vd_page_cell(&t->page, VD_INK_DIM, vd_view_of(text), LABEL_WIDTH);
}

static size_t room(const terminal *t) { return t->page.width - LABEL_WIDTH; }

static void put_line(terminal *t, const char *name, vd_view text) {
  if (text.len == 0)
    return;
  label(t, name);
  vd_page_wrap(&t->page, VD_INK_PLAIN, text, LABEL_WIDTH);
}

static void put_list(terminal *t, const char *name, const vd_views *items) {
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  for (size_t i = 0; i < items->count; i++) {
    vd_buf_put(&b, i == 0 ? VD_VIEW("") : VD_VIEW(", "));
    vd_buf_put(&b, items->at[i]);
  }
  put_line(t, name, vd_buf_view(&b));
}

// ---- the head and the places --------------------------------------------------------------------

static vd_code put_head(terminal *t, const vd_finding *f) {
  vd_page *p = &t->page;
  vd_terminal_severity(t, f->severity);
  vd_page_spaces(p, 2);
  (void)vd_page_put(p, VD_INK_BOLD, f->flaw != NULL ? f->flaw->id : vd_view_of(f->rule),
                    p->width - 10);
  vd_page_end_line(p);
  (void)vd_page_put(p, VD_INK_BOLD, f->title, p->width);
  vd_page_end_line(p);
  vd_page_end_line(p);
  put_line(t, "finding", f->id);
  if (f->dependency == NULL)
    return VD_OK;
  vd_view title = vd_dependency_title(t->arena, f->dependency);
  put_line(t, "component", title);
  put_line(t, "purl", f->dependency->purl);
  return title.ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_code put_places(terminal *t, const vd_finding *f) {
  for (size_t i = 0; i < f->locations.count; i++) {
    vd_view place = vd_location_text(t->arena, &f->locations.at[i]);
    if (place.ptr == NULL)
      return VD_NOMEM;
    label(t, i == 0 ? "where" : "");
    (void)vd_page_put_end(&t->page, VD_INK_PLAIN, place, room(t));
    vd_page_end_line(&t->page);
  }
  return VD_OK;
}

static void put_declared(terminal *t, const vd_component *c) {
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  vd_buf_put(&b, vd_view_of(vd_scope_text(c->scope)));
  if (c->direct != VD_DIRECT_UNKNOWN)
    vd_buf_put(&b, c->direct == VD_DIRECT_YES ? VD_VIEW(", direct") : VD_VIEW(", transitive"));
  const vd_view parts[] = {c->group, c->marker, c->index};
  static const char *const names[] = {", group ", ", only if ", ", from "};
  for (size_t i = 0; i < VD_COUNT(parts); i++)
    if (parts[i].len != 0) {
      vd_buf_put(&b, vd_view_of(names[i]));
      vd_buf_put(&b, parts[i]);
    }
  put_line(t, "used as", vd_buf_view(&b));
}

static void put_verdict(terminal *t, const vd_finding *f) {
  static const char *const meaning[] = {
      [VD_VERDICT_EXACT] = "exact: the one version it can be is affected",
      [VD_VERDICT_ALWAYS] = "always: every known allowed version is affected",
      [VD_VERDICT_NEWEST_VULNERABLE] =
          "newest_vulnerable: the newest known allowed version is affected",
      [VD_VERDICT_NEWEST_SAFE] = "newest_safe: only older allowed versions are affected",
      [VD_VERDICT_UNKNOWN] = "unknown: affected versions are allowed, but no known version is",
  };
  if (f->dependency != NULL && (size_t)f->verdict < VD_COUNT(meaning))
    put_line(t, "verdict", vd_view_of(meaning[f->verdict]));
}

// ---- the flaw ---------------------------------------------------------------------------------

static void put_affected(terminal *t, const vd_finding *f) {
  if (f->affected != NULL) {
    put_line(t, "affected", f->affected->ranges);
    put_list(t, f->affected->ranges.len == 0 ? "affected" : "and", &f->affected->versions);
    put_list(t, "  stated by", &f->affected->advisories);
  }
  put_list(t, "matched by", &f->advisories);
}

static void put_exploitation(terminal *t, const vd_flaw *flaw) {
  VD_SCOPED_BUF b = VD_BUF(256);
  if (flaw->epss >= 0)
    vd_buf_printf(&b, "%.2f %% within 30 days", flaw->epss * 100);
  if (flaw->epss >= 0 && flaw->epss_percentile >= 0)
    vd_buf_printf(&b, ", above %.1f %% of all CVEs", flaw->epss_percentile * 100);
  put_line(t, "EPSS", b.len != 0 ? vd_buf_view(&b) : VD_VIEW("not scored"));
  VD_SCOPED_BUF kev = VD_BUF(256);
  if (flaw->kev)
    vd_buf_printf(&kev, "known exploited, listed %.*s%s", VD_ARG(flaw->kev_added),
                  flaw->ransomware ? ", used by ransomware" : "");
  put_line(t, "KEV", flaw->kev ? vd_buf_view(&kev) : VD_VIEW("not listed"));
}

static void put_cvss(terminal *t, const vd_finding *f) {
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  if (f->cvss >= 0)
    vd_buf_printf(&b, "%.1f  %.*s", f->cvss, VD_ARG(f->cvss_vector));
  put_line(t, "CVSS", f->cvss >= 0 ? vd_buf_view(&b) : VD_VIEW("no vector is published"));
  for (size_t i = 0; i < f->flaw->cvss.count; i++)
    if (!vd_view_eq(f->flaw->cvss.at[i], f->cvss_vector))
      put_line(t, "  also", f->flaw->cvss.at[i]);
}

static void put_weaknesses(terminal *t, const vd_finding *f) {
  for (size_t i = 0; i < f->cwe.count; i++) {
    VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
    vd_buf_put(&b, f->cwe.at[i]);
    vd_buf_put_c(&b, ' ');
    vd_buf_put(&b, i < f->cwe_names.count ? f->cwe_names.at[i] : VD_VIEW(""));
    put_line(t, i == 0 ? "weakness" : "", vd_buf_view(&b));
  }
}

static void put_flaw(terminal *t, const vd_finding *f) {
  vd_page_end_line(&t->page);
  put_list(t, "ids", &f->flaw->ids);
  put_line(t, "published", f->flaw->published);
  put_affected(t, f);
  put_cvss(t, f);
  put_exploitation(t, f->flaw);
  put_weaknesses(t, f);
}

// ---- the check ----

static void put_loaders(terminal *t, const vd_finding *f) {
  const vd_artefact file = {.path = f->locations.at[0].path, .member = VD_VIEW("")};
  for (const vd_loader_flaw *l = vd_loader_flaws; l->package != NULL; l++) {
    if (&vd_checks[l->check] != f->check || !vd_artefact_matches(&file, l->names))
      continue;
    VD_SCOPED_BUF b = VD_BUF(256);
    vd_buf_printf(&b, "%s in %s", l->cve, l->package);
    put_line(t, "loader flaw", vd_buf_view(&b));
  }
}

static void put_check(terminal *t, const vd_finding *f) {
  VD_SCOPED_BUF b = VD_BUF(256);
  vd_page_end_line(&t->page);
  put_line(t, "rule", vd_view_of(f->rule));
  put_line(t, "member", f->member);
  vd_buf_printf(&b, "byte %llu", (unsigned long long)f->offset);
  put_line(t, "offset", vd_buf_view(&b));
  put_loaders(t, f);
  put_weaknesses(t, f);
}

// ---- what it is used for ----------------------------------------------------------------------

// One step a line: the edge that leads to it, what it is, and who says so.
static void put_step(terminal *t, const vd_step *s) {
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  vd_buf_put(&b, s->key);
  vd_buf_put_c(&b, ' ');
  vd_buf_put(&b, s->name);
  size_t edge = s->edge.len != 0 ? EDGE_WIDTH : 0;
  size_t source = s->source.len != 0 ? at_most(vd_text_columns(s->source), EDGE_WIDTH) + 3 : 0;
  label(t, "");
  vd_page_spaces(&t->page, 2);
  vd_page_cell(&t->page, VD_INK_DIM, s->edge, edge);
  (void)vd_page_put(&t->page, VD_INK_PLAIN, vd_view_trim(vd_buf_view(&b)),
                    room(t) - 2 - edge - source);
  if (source != 0) {
    vd_page_say(&t->page, VD_INK_DIM, " [");
    (void)vd_page_put(&t->page, VD_INK_DIM, s->source, EDGE_WIDTH);
    vd_page_say(&t->page, VD_INK_DIM, "]");
  }
  vd_page_end_line(&t->page);
}

static void put_technique(terminal *t, const vd_technique_link *link) {
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  vd_buf_put(&b, link->id);
  vd_buf_put_c(&b, ' ');
  vd_buf_put(&b, link->name);
  vd_buf_printf(&b, " (%.*s, confidence %.2f)", VD_ARG(link->method), link->confidence);
  put_line(t, "technique", vd_buf_view(&b));
  if (link->reason.len != 0)
    put_line(t, "  because", link->reason);
  for (size_t i = 0; i < link->path.count; i++)
    put_step(t, &link->path.at[i]);
  for (size_t i = 0; i < link->tactics.count; i++) {
    VD_SCOPED_BUF tactic = VD_BUF(VD_LINE_MAX);
    vd_buf_put(&tactic, link->tactics.at[i].key);
    vd_buf_put_c(&tactic, ' ');
    vd_buf_put(&tactic, link->tactics.at[i].name);
    put_line(t, i == 0 ? "  tactic" : "", vd_buf_view(&tactic));
  }
}

static void put_mapping(terminal *t, const vd_mapping *m) {
  vd_page_end_line(&t->page);
  for (size_t i = 0; i < m->techniques.count; i++)
    put_technique(t, &m->techniques.at[i]);
  if (m->techniques.count == 0)
    put_line(t, "technique", m->why_none.len != 0 ? m->why_none : VD_VIEW("none known"));
  put_list(t, "stages", &m->stages);
  put_line(t, "layer", m->layer);
}

vd_code vd_report_why(const vd_scan *scan, const vd_finding *finding,
                      const vd_report_options *options, vd_buf *out) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  VD_SCOPED_BUF risk = VD_BUF(VD_LINE_MAX);
  terminal t = vd_terminal_of(&a, options, out);
  VD_TRY(put_head(&t, finding));
  VD_TRY(put_places(&t, finding));
  if (finding->dependency != NULL)
    put_declared(&t, finding->dependency->component);
  put_verdict(&t, finding);
  put_line(&t, "evidence", finding->evidence);
  label(&t, "fix");
  vd_page_wrap(&t.page, VD_INK_GOOD,
               finding->fix.len != 0 ? finding->fix : VD_VIEW("no fixed version is known"),
               LABEL_WIDTH);
  vd_buf_printf(&risk, "%.3f of 1: ", finding->risk);
  vd_buf_put(&risk, finding->why);
  put_line(&t, "risk", vd_buf_view(&risk));
  if (finding->flaw != NULL)
    put_flaw(&t, finding);
  if (finding->check != NULL)
    put_check(&t, finding);
  if (finding->mapping != NULL)
    put_mapping(&t, finding->mapping);
  vd_page_end_line(&t.page);
  put_line(&t, "knowledge", scan->knowledge.knowledge_date);
  return out->failed ? VD_LIMIT : VD_OK;
}
