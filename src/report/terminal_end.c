// The end of the terminal report: the table of severities and what was read.
#include "report/select.h"
#include "report/terminal.h"

enum { PLACES_SHOWN = 8, WIDTH_LEAST = 72 };

terminal vd_terminal_of(vd_arena *a, const vd_report_options *options, vd_buf *out) {
  size_t width = options->term.width;
  return (terminal){.page = {.out = out,
                             .width = width < WIDTH_LEAST ? WIDTH_LEAST : width,
                             .colour = options->term.colour},
                    .arena = a,
                    .verbose = options->verbose};
}

typedef struct tally {
  size_t findings, exploited, fixable;
} tally;

static void count(const vd_scan *scan, tally by_severity[VD_SEVERITY_CRITICAL + 1]) {
  for (size_t i = 0; i < scan->findings.count; i++) {
    const vd_finding *f = &scan->findings.at[i];
    tally *at = &by_severity[f->severity];
    at->findings++;
    at->exploited += vd_finding_kev(f);
    at->fixable += f->fixed_requirement.ptr != NULL; // removing is no fixed version
  }
}

static void put_number(terminal *t, size_t n, int width) {
  if (n == 0)
    vd_page_say(&t->page, VD_INK_DIM, "%*s", width, "-");
  else
    vd_page_say(&t->page, VD_INK_PLAIN, "%*zu", width, n);
}

void vd_terminal_summary(terminal *t, const vd_scan *scan, const vd_groups *groups) {
  tally by_severity[VD_SEVERITY_CRITICAL + 1] = {{0}};
  count(scan, by_severity);
  vd_page_end_line(&t->page);
  vd_page_say(&t->page, VD_INK_DIM, "            findings  known exploited  with a fix");
  vd_page_end_line(&t->page);
  for (int s = VD_SEVERITY_CRITICAL; s >= VD_SEVERITY_INFO; s--) {
    if (by_severity[s].findings == 0)
      continue;
    vd_page_spaces(&t->page, 2);
    vd_terminal_severity(t, (vd_severity)s);
    put_number(t, by_severity[s].findings, 10);
    put_number(t, by_severity[s].exploited, 17);
    put_number(t, by_severity[s].fixable, 12);
    vd_page_end_line(&t->page);
  }
  if (groups->hidden != 0) {
    vd_page_say(&t->page, VD_INK_DIM, "  %zu of lower severity not listed above", groups->hidden);
    vd_page_end_line(&t->page);
  }
}

static vd_code put_place(terminal *t, const vd_coverage *c) {
  vd_page *p = &t->page;
  vd_view place = vd_location_text(t->arena, &(vd_location){.path = c->path, .line = c->line});
  if (place.ptr == NULL)
    return VD_NOMEM;
  vd_page_spaces(p, 2);
  vd_page_cell(p, c->status == VD_FAILED ? VD_INK_HIGH : VD_INK_DIM,
               vd_view_of(vd_coverage_status_text(c->status)), 9);
  size_t used = 11 + vd_page_put_end(p, VD_INK_PLAIN, place, p->width - 11);
  vd_view kind = c->manifest.ptr != NULL ? c->manifest : c->format;
  vd_view reason = c->reason.ptr == NULL ? kind : c->reason;
  if (reason.len != 0 && used + 2 + vd_text_columns(reason) > p->width) {
    vd_page_end_line(p);
    used = 11;
    vd_page_spaces(p, used);
  } else {
    vd_page_spaces(p, 2);
    used += 2;
  }
  (void)vd_page_put(p, VD_INK_DIM, reason, p->width - used);
  vd_page_end_line(p);
  return VD_OK;
}

static bool is_listed(const terminal *t, const vd_coverage *c) {
  return t->verbose || c->status == VD_FAILED;
}

vd_code vd_terminal_coverage(terminal *t, const vd_scan *scan) {
  size_t listed = 0, shown = 0, read = 0;
  for (size_t i = 0; i < scan->coverage.count; i++) {
    listed += is_listed(t, &scan->coverage.at[i]);
    read += scan->coverage.at[i].manifest.ptr != NULL;
  }
  vd_page_end_line(&t->page);
  vd_page_say(&t->page, VD_INK_PLAIN, "%zu manifest%s", read, vd_plural(read));
  if (scan->models.count != 0)
    vd_page_say(&t->page, VD_INK_PLAIN, " and %zu model%s", scan->models.count,
                vd_plural(scan->models.count));
  vd_page_say(&t->page, VD_INK_PLAIN, " read");
  vd_page_say(&t->page, VD_INK_DIM, ", %zu skipped, ", scan->skipped);
  vd_page_say(&t->page, scan->failed != 0 ? VD_INK_HIGH : VD_INK_DIM, "%zu failed", scan->failed);
  vd_page_end_line(&t->page);
  size_t most = t->verbose || listed <= PLACES_SHOWN + 1 ? listed : PLACES_SHOWN;
  for (size_t i = 0; i < scan->coverage.count && shown < most; i++)
    if (is_listed(t, &scan->coverage.at[i])) {
      VD_TRY(put_place(t, &scan->coverage.at[i]));
      shown++;
    }
  if (shown < listed) {
    vd_page_say(&t->page, VD_INK_DIM, "  \xE2\x80\xA6 and %zu more, --verbose shows all",
                listed - shown);
    vd_page_end_line(&t->page);
  }
  return VD_OK;
}
