// The report for people: one block a component, worst first, each with what to change.
#include "report/terminal.h"

#include "report/formats.h"
#include "report/select.h"

enum {
  ROWS_SHOWN = 6,    // flaws of one component before the rest is folded
  GROUPS_SHOWN = 25, // components before the rest is folded
  LATENT_SHOWN = 8,  // requirements with only latent flaws
  SEVERITY_WIDTH = 8,
  ID_WIDTH_MAX = 19,        // GHSA-xxxx-xxxx-xxxx
  TECHNIQUE_WIDTH_MAX = 13, // AML.T0011.000
  FINDING_ID_WIDTH = 15,
  WIDE = 104, // from here on there is room for the finding's id
};

static vd_ink ink_of(vd_severity s) { return (vd_ink)(VD_INK_INFO + (int)s); }

static size_t at_most(size_t n, size_t most) { return n < most ? n : most; }

// Showing all costs nothing when only one would be folded.
static size_t shown_of(const terminal *t, size_t count, size_t most) {
  return t->verbose || count <= most + 1 ? count : most;
}

void vd_terminal_severity(terminal *t, vd_severity s) {
  static const char *const words[] = {"INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"};
  vd_page_cell(&t->page, ink_of(s), vd_view_of(words[s]), SEVERITY_WIDTH);
}

static vd_view technique_of(const vd_finding *f) {
  bool has = f->mapping != NULL && f->mapping->techniques.count != 0;
  return has ? f->mapping->techniques.at[0].id : (vd_view){"", 0};
}

static vd_view id_of(const vd_finding *f) { return f->flaw != NULL ? f->flaw->id : f->id; }

// ---- header --------------------------------------------------------------------------------

static void put_header(terminal *t, const vd_scan *scan) {
  VD_SCOPED_BUF b = VD_BUF(1024);
  vd_view date = scan->knowledge.knowledge_date;
  date = date.len != 0 ? date : VD_VIEW("an unknown date");
  size_t read = 0;
  for (size_t i = 0; i < scan->coverage.count; i++)
    read += scan->coverage.at[i].manifest.ptr != NULL;
  vd_page_say(&t->page, VD_INK_BOLD, "vedette %s", VD_VERSION);
  vd_page_spaces(&t->page, 2);
  (void)vd_page_put_end(&t->page, VD_INK_PLAIN, scan->target, t->page.width - 20);
  vd_page_end_line(&t->page);
  vd_buf_printf(&b, "%zu component%s in %zu manifest%s", scan->dependencies.count,
                vd_plural(scan->dependencies.count), read, vd_plural(read));
  if (scan->models.count != 0)
    vd_buf_printf(&b, ", %zu model%s", scan->models.count, vd_plural(scan->models.count));
  vd_buf_printf(&b, " of %zu file%s; knowledge of %.*s", scan->files, vd_plural(scan->files),
                VD_ARG(date));
  (void)vd_page_put(&t->page, VD_INK_DIM, vd_buf_view(&b), t->page.width);
  vd_page_end_line(&t->page);
}

// ---- rows ----------------------------------------------------------------------------------

// Columns are as wide as what stands in them, so that the weakness gets what is left.
static void measure(terminal *t, const vd_scan *scan) {
  for (size_t i = 0; i < scan->findings.count; i++) {
    const vd_finding *f = &scan->findings.at[i];
    if (vd_finding_is_latent(f) || f->dependency == NULL)
      continue;
    size_t id = at_most(vd_text_columns(id_of(f)), ID_WIDTH_MAX);
    size_t technique = at_most(vd_text_columns(technique_of(f)), TECHNIQUE_WIDTH_MAX);
    t->id_width = id > t->id_width ? id : t->id_width;
    t->technique_width = technique > t->technique_width ? technique : t->technique_width;
    t->any_kev = t->any_kev || vd_finding_kev(f);
  }
  if (t->technique_width != 0 && t->technique_width < sizeof "technique" - 1)
    t->technique_width = sizeof "technique" - 1;
  size_t left = 2 + SEVERITY_WIDTH + 2 + t->id_width + 2 + 4 + 2 + 5 + 2;
  left += t->any_kev ? 5 : 0;
  left += t->technique_width != 0 ? t->technique_width + 2 : 0;
  left += t->page.width >= WIDE ? FINDING_ID_WIDTH + 2 : 0;
  t->weakness_width = t->page.width > left ? t->page.width - left : 0;
}

static void put_headings(terminal *t) {
  vd_page *p = &t->page;
  vd_page_spaces(p, 2);
  vd_page_cell(p, VD_INK_DIM, VD_VIEW("severity"), SEVERITY_WIDTH + 2);
  vd_page_cell(p, VD_INK_DIM, VD_VIEW("flaw"), t->id_width + 2);
  vd_page_cell(p, VD_INK_DIM, VD_VIEW("CVSS   EPSS"), 13);
  if (t->any_kev)
    vd_page_cell(p, VD_INK_DIM, VD_VIEW("KEV"), 5);
  if (t->technique_width != 0)
    vd_page_cell(p, VD_INK_DIM, VD_VIEW("technique"), t->technique_width + 2);
  vd_page_cell(p, VD_INK_DIM, VD_VIEW("weakness"), t->weakness_width);
  if (p->width >= WIDE)
    vd_page_say(p, VD_INK_DIM, "  id");
  vd_page_end_line(p);
}

static void put_scores(terminal *t, const vd_finding *f) {
  double epss = f->flaw != NULL ? f->flaw->epss : -1;
  if (f->cvss >= 0)
    vd_page_say(&t->page, VD_INK_PLAIN, "%4.1f", f->cvss);
  else
    vd_page_say(&t->page, VD_INK_DIM, "   -");
  vd_page_spaces(&t->page, 2);
  if (epss >= 0.9995)
    vd_page_say(&t->page, VD_INK_BOLD, " 100%%");
  else if (epss >= 0)
    vd_page_say(&t->page, epss >= 0.1 ? VD_INK_BOLD : VD_INK_PLAIN, "%4.1f%%", epss * 100);
  else
    vd_page_say(&t->page, VD_INK_DIM, "    -");
  vd_page_spaces(&t->page, 2);
}

// Verbose: what the row had no room for.
static void put_details(terminal *t, const vd_finding *f) {
  vd_page *p = &t->page;
  size_t indent = 2 + SEVERITY_WIDTH + 2, room = p->width - indent;
  vd_page_spaces(p, indent);
  vd_page_say(p, VD_INK_DIM, "risk %.3f  ", f->risk);
  size_t used = 12 + vd_page_put(p, VD_INK_DIM, f->id, FINDING_ID_WIDTH);
  for (size_t i = 1; f->flaw != NULL && i < f->flaw->ids.count; i++) {
    if (used + 2 + vd_text_columns(f->flaw->ids.at[i]) > room)
      break;
    vd_page_spaces(p, 2);
    used += 2 + vd_page_put(p, VD_INK_DIM, f->flaw->ids.at[i], room - used - 2);
  }
  vd_page_end_line(p);
  if (f->cvss_vector.len == 0)
    return;
  vd_page_spaces(p, indent);
  (void)vd_page_put(p, VD_INK_DIM, f->cvss_vector, room);
  vd_page_end_line(p);
}

static void put_row(terminal *t, const vd_finding *f) {
  vd_page *p = &t->page;
  vd_view weakness = vd_finding_weakness(f);
  vd_page_spaces(p, 2);
  vd_terminal_severity(t, f->severity);
  vd_page_spaces(p, 2);
  vd_page_cell(p, VD_INK_PLAIN, id_of(f), t->id_width);
  vd_page_spaces(p, 2);
  put_scores(t, f);
  if (t->any_kev)
    vd_page_cell(p, VD_INK_CRITICAL, vd_finding_kev(f) ? VD_VIEW("KEV") : VD_VIEW(""), 3);
  vd_page_spaces(p, t->any_kev ? 2 : 0);
  if (t->technique_width != 0)
    vd_page_cell(p, VD_INK_PLAIN, technique_of(f), t->technique_width);
  vd_page_spaces(p, t->technique_width != 0 ? 2 : 0);
  vd_page_cell(p, VD_INK_PLAIN, f->flaw != NULL ? weakness : f->title, t->weakness_width);
  if (p->width >= WIDE) {
    vd_page_spaces(p, 2);
    (void)vd_page_put(p, VD_INK_DIM, f->id, FINDING_ID_WIDTH);
  }
  vd_page_end_line(p);
  if (t->verbose)
    put_details(t, f);
}

// ---- groups --------------------------------------------------------------------------------

// "torch==1.13.0            service/requirements.txt:3"; on two lines when both do not fit one.
static vd_code put_group_head(terminal *t, const vd_group *g) {
  vd_page *p = &t->page;
  const vd_locations *places = &g->places;
  vd_view title = vd_dependency_title(t->arena, g->dependency), place = VD_VIEW("");
  if (places->count != 0)
    place = vd_location_text(t->arena, &places->at[0]);
  if (title.ptr == NULL || place.ptr == NULL)
    return VD_NOMEM;
  size_t used = vd_page_put(p, VD_INK_BOLD, title, p->width), need = vd_text_columns(place);
  if (used + 2 + need <= p->width) {
    vd_page_spaces(p, p->width - used - need);
  } else {
    vd_page_end_line(p);
    vd_page_spaces(p, 2);
  }
  (void)vd_page_put_end(p, VD_INK_DIM, place, p->width - 2);
  vd_page_end_line(p);
  return VD_OK;
}

// The other places: all of them when asked for, else as many as fit a line.
static vd_code put_places(terminal *t, const vd_group *g) {
  enum { INDENT = 7, MORE = 14 }; // "  also ", room for ", and 123 more"
  vd_page *p = &t->page;
  size_t used = 0;
  for (size_t i = 1; i < g->places.count; i++) {
    vd_view place = vd_location_text(t->arena, &g->places.at[i]);
    if (place.ptr == NULL)
      return VD_NOMEM;
    bool fits = used + vd_text_columns(place) + 2 + MORE <= p->width;
    if (used != 0 && !fits && !t->verbose) {
      vd_page_say(p, VD_INK_DIM, ", and %zu more", g->places.count - i);
      break;
    }
    if (used != 0 && !fits) {
      vd_page_end_line(p);
      used = 0;
    }
    vd_page_say(p, VD_INK_DIM, "%s", used != 0 ? ", " : i == 1 ? "  also " : "       ");
    used += used == 0 ? INDENT : 2;
    used += vd_page_put_end(p, VD_INK_DIM, place, p->width - INDENT - MORE);
  }
  if (used != 0)
    vd_page_end_line(p);
  return VD_OK;
}

// What makes this dependency other than a plain pinned one; no line when nothing does.
static void put_group_notes(terminal *t, const vd_group *g) {
  static const char *const verdicts[] = {
      [VD_VERDICT_EXACT] = "",
      [VD_VERDICT_ALWAYS] = ", every known allowed version is affected",
      [VD_VERDICT_NEWEST_VULNERABLE] = ", the newest known allowed version is affected",
      [VD_VERDICT_NEWEST_SAFE] = "",
      [VD_VERDICT_UNKNOWN] = ", no known version is allowed",
  };
  static const char *const scopes[] = {[VD_SCOPE_RUNTIME] = "",
                                       [VD_SCOPE_OPTIONAL] = ", optional",
                                       [VD_SCOPE_DEV] = ", only for development",
                                       [VD_SCOPE_BUILD] = ", only for building"};
  const vd_component *c = g->dependency->component;
  char note[160];
  int n = snprintf(note, sizeof note, "%s%s%s", verdicts[g->rows.at[0].finding->verdict],
                   scopes[c->scope], c->direct == VD_DIRECT_NO ? ", transitive" : "");
  if (n <= 2)
    return;
  vd_page_spaces(&t->page, 2);
  (void)vd_page_put(&t->page, VD_INK_DIM, vd_view_of(note + 2), t->page.width - 2);
  vd_page_end_line(&t->page);
}

static void put_folded(terminal *t, const vd_group *g, size_t from) {
  size_t by_severity[VD_SEVERITY_CRITICAL + 1] = {0};
  for (size_t i = from; i < g->rows.count; i++)
    by_severity[g->rows.at[i].finding->severity]++;
  if (from == g->rows.count)
    return;
  vd_page_say(&t->page, VD_INK_DIM, "  \xE2\x80\xA6 and %zu more (", g->rows.count - from);
  const char *comma = "";
  for (int s = VD_SEVERITY_CRITICAL; s >= VD_SEVERITY_INFO; s--)
    if (by_severity[s] != 0) {
      vd_page_say(&t->page, VD_INK_DIM, "%s%zu %s", comma, by_severity[s],
                  vd_severity_text((vd_severity)s));
      comma = ", ";
    }
  vd_page_say(&t->page, VD_INK_DIM, "), --verbose shows all");
  vd_page_end_line(&t->page);
}

static void put_fix(terminal *t, const vd_group *g) {
  vd_view fix = {0};
  size_t without = 0;
  for (size_t i = 0; i < g->rows.count; i++) {
    fix = fix.ptr == NULL ? g->rows.at[i].finding->fix : fix;
    without += g->rows.at[i].finding->fix.ptr == NULL;
  }
  if (fix.ptr == NULL) {
    vd_page_say(&t->page, VD_INK_DIM, "  no fixed version is known");
    vd_page_end_line(&t->page);
  } else {
    vd_page_say(&t->page, VD_INK_GOOD, "  fix: ");
    vd_page_wrap(&t->page, VD_INK_GOOD, fix, 7);
  }
  if (fix.ptr != NULL && without != 0) {
    vd_page_say(&t->page, VD_INK_DIM, "  %zu of these %s no fix yet", without,
                without == 1 ? "has" : "have");
    vd_page_end_line(&t->page);
  }
}

static vd_code put_component_rows(terminal *t, const vd_group *g, size_t shown) {
  VD_TRY(put_group_head(t, g));
  VD_TRY(put_places(t, g));
  put_group_notes(t, g);
  for (size_t i = 0; i < shown; i++)
    put_row(t, g->rows.at[i].finding);
  return VD_OK;
}

static vd_code put_group(terminal *t, const vd_group *g) {
  size_t shown = shown_of(t, g->rows.count, ROWS_SHOWN);
  vd_page_end_line(&t->page);
  if (g->dependency == NULL)
    vd_terminal_file(t, g, shown);
  else
    VD_TRY(put_component_rows(t, g, shown));
  put_folded(t, g, shown);
  if (g->latent.count != 0) {
    vd_page_say(&t->page, VD_INK_DIM, "  it also allows older versions with %zu more flaw%s",
                g->latent.count, vd_plural(g->latent.count));
    vd_page_end_line(&t->page);
  }
  put_fix(t, g);
  return VD_OK;
}

static vd_code put_groups(terminal *t, const vd_groups *groups) {
  size_t count = 0, shown = 0, flaws = 0;
  for (size_t i = 0; i < groups->all.count; i++)
    count += groups->all.at[i].rows.count != 0;
  size_t most = shown_of(t, count, GROUPS_SHOWN);
  bool headed = false;
  for (size_t i = 0; i < groups->all.count; i++) {
    const vd_group *g = &groups->all.at[i];
    if (g->rows.count == 0)
      continue;
    if (shown == most) {
      flaws += g->rows.count;
      continue;
    }
    if (!headed && g->dependency != NULL) {
      vd_page_end_line(&t->page);
      put_headings(t);
      headed = true;
    }
    VD_TRY(put_group(t, g));
    shown++;
  }
  if (flaws != 0) {
    vd_page_end_line(&t->page);
    vd_page_say(
        &t->page, VD_INK_DIM,
        "\xE2\x80\xA6 and %zu more components or files with %zu findings, --verbose shows all",
        count - shown, flaws);
    vd_page_end_line(&t->page);
  }
  return VD_OK;
}

// ---- latent flaws ----------------------------------------------------------------------------

static vd_code put_latent_line(terminal *t, const vd_group *g) {
  vd_page *p = &t->page;
  size_t name_width = (p->width - 2) / 3, count_width = 12;
  size_t rest = p->width - 2 - name_width - 2 - count_width;
  vd_view title = vd_dependency_title(t->arena, g->dependency);
  vd_view fix = g->latent.at[0].finding->fix;
  char flaws[24];
  (void)snprintf(flaws, sizeof flaws, "%zu flaw%s", g->latent.count, vd_plural(g->latent.count));
  if (title.ptr == NULL)
    return VD_NOMEM;
  vd_page_spaces(p, 2);
  vd_page_cell(p, VD_INK_PLAIN, title, name_width);
  vd_page_spaces(p, 2);
  vd_page_cell(p, VD_INK_DIM, vd_view_of(flaws), count_width);
  (void)vd_page_put(p, VD_INK_GOOD, fix.ptr != NULL ? fix : VD_VIEW(""), rest);
  vd_page_end_line(p);
  return VD_OK;
}

static vd_code put_latent(terminal *t, const vd_groups *groups) {
  size_t count = 0, shown = 0;
  for (size_t i = 0; i < groups->all.count; i++)
    count += groups->all.at[i].rows.count == 0;
  if (count == 0)
    return VD_OK;
  vd_page_end_line(&t->page);
  vd_page_say(&t->page, VD_INK_BOLD, "Not affected today");
  vd_page_say(&t->page, VD_INK_DIM, ", but the requirement allows older versions that are");
  vd_page_end_line(&t->page);
  size_t most = shown_of(t, count, LATENT_SHOWN);
  for (size_t i = 0; i < groups->all.count && shown < most; i++)
    if (groups->all.at[i].rows.count == 0) {
      VD_TRY(put_latent_line(t, &groups->all.at[i]));
      shown++;
    }
  if (shown < count) {
    vd_page_say(&t->page, VD_INK_DIM, "  \xE2\x80\xA6 and %zu more, --verbose shows all",
                count - shown);
    vd_page_end_line(&t->page);
  }
  return VD_OK;
}

// ---- all of it -------------------------------------------------------------------------------

static void put_nothing_found(terminal *t, const vd_scan *scan) {
  vd_page_end_line(&t->page);
  if (scan->models.count != 0) {
    vd_page_say(&t->page, VD_INK_GOOD, "Nothing harmful was seen in %zu model%s.",
                scan->models.count, vd_plural(scan->models.count));
    vd_page_end_line(&t->page);
  }
  if (scan->dependencies.count == 0)
    vd_page_say(&t->page, VD_INK_PLAIN, "No dependencies were found to check.");
  else if (scan->unmatched != 0)
    vd_page_say(&t->page, VD_INK_PLAIN,
                "No known flaws in %zu of %zu components; %zu could not be compared.",
                scan->dependencies.count - scan->unmatched, scan->dependencies.count,
                scan->unmatched);
  else
    vd_page_say(&t->page, VD_INK_GOOD, "No known flaws in %zu component%s.",
                scan->dependencies.count, vd_plural(scan->dependencies.count));
  vd_page_end_line(&t->page);
}

static void put_hint(terminal *t, const vd_scan *scan) {
  vd_page_end_line(&t->page);
  vd_page_say(&t->page, VD_INK_DIM, "vedette why ");
  (void)vd_page_put(&t->page, VD_INK_DIM, scan->findings.at[0].id, 32);
  vd_page_say(&t->page, VD_INK_DIM, " shows the evidence of a finding");
  vd_page_end_line(&t->page);
}

vd_code vd_report_terminal(const vd_scan *scan, const vd_report_options *options, vd_buf *out) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  terminal t = vd_terminal_of(&a, options, out);
  vd_groups groups = {0};
  VD_TRY(vd_groups_of(&a, scan, options->least, &groups));
  put_header(&t, scan);
  measure(&t, scan);
  if (scan->findings.count == 0)
    put_nothing_found(&t, scan);
  VD_TRY(put_groups(&t, &groups));
  VD_TRY(put_latent(&t, &groups));
  if (scan->findings.count != 0)
    vd_terminal_summary(&t, scan, &groups);
  VD_TRY(vd_terminal_coverage(&t, scan));
  if (scan->findings.count != 0)
    put_hint(&t, scan);
  return out->failed ? VD_LIMIT : VD_OK;
}
