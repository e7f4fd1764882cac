// OWASP's tracker of exploits and incidents of agents: the rows of its one table.
#include "feed/cite.h"
#include "feed/markdown.h"
#include "feed/sources/owasp.h"
#include "feed/sources/sources.h"
#include "package/ascii.h"

enum { MONTH, TITLE, SUMMARY, RISKS, LINKS, COLUMNS };

// Longest part of a title that becomes a key.
enum { SLUG_MAX = 80 };

static bool read_row(vd_view line, vd_view cells[COLUMNS]) {
  size_t n = 0;
  vd_view cell;
  if (!vd_view_starts(vd_view_trim(line), VD_VIEW("|")))
    return false;
  while (n < COLUMNS && vd_md_cell(&line, &cell))
    cells[n++] = cell;
  return n == COLUMNS;
}

static bool is_heading(const vd_view cells[COLUMNS]) {
  return vd_view_eq(cells[MONTH], VD_VIEW("Date")) &&
         vd_view_has(cells[TITLE], VD_VIEW("Incident"));
}

bool vd_owasp_is_tracker(vd_view document) {
  vd_view line, cells[COLUMNS];
  while (vd_view_line(&document, &line))
    if (read_row(line, cells) && is_heading(cells))
      return true;
  return false;
}

// "Dec 2025" as "2025-12"; empty when it is something else, {NULL} when there is no memory.
static vd_view month_of(vd_arena *a, vd_view text) {
  static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  vd_view year = text, name = vd_view_first(vd_view_cut(&year, ' '), 3);
  uint64_t y;
  size_t m = 0;
  while (m < 12 && (name.len != 3 || memcmp(names + 3 * m, name.ptr, 3) != 0))
    m++;
  year = vd_view_trim(year);
  if (m == 12 || year.len != 4 || !vd_view_u64(year, &y))
    return VD_VIEW("");
  return vd_arena_printf(a, "%.*s-%02zu", VD_ARG(year), m + 1);
}

// "GitPublic Issue Repo Hijack" as "owasp-agentic/gitpublic-issue-repo-hijack".
static vd_view key_of(vd_arena *a, vd_view title) {
  char slug[SLUG_MAX];
  size_t n = 0;
  for (size_t i = 0; i < title.len && n < SLUG_MAX; i++) {
    bool word = vd_is_alnum(title.ptr[i]);
    if (word || (n > 0 && slug[n - 1] != '-'))
      slug[n++] = (char)(word ? vd_lower(title.ptr[i]) : '-');
  }
  while (n > 0 && slug[n - 1] == '-')
    n--;
  return n == 0 ? VD_VIEW("") : vd_arena_printf(a, "owasp-agentic/%.*s", (int)n, slug);
}

// "• ASI04 (Agentic Supply Chain Vulnerabilities)<br> • ASI05 (...)"
static void add_risks(vd_record *r, vd_ref node, vd_view cell) {
  for (size_t i = 0; i + 5 <= cell.len; i++) {
    vd_view id = vd_view_first(vd_view_from(cell, i), 5);
    bool starts = i == 0 || !vd_is_alnum(cell.ptr[i - 1]);
    bool ends = i + 5 == cell.len || !vd_is_alnum(cell.ptr[i + 5]);
    if (starts && ends && vd_view_starts(id, VD_VIEW("ASI")) && vd_is_digit(id.ptr[3]) &&
        vd_is_digit(id.ptr[4]))
      vd_record_link(r, node, VD_EDGE_EVIDENCE_OF, vd_ref_of(VD_NODE_RISK, id))->evidence =
          VD_VIEW("ASI T&M Mapping");
  }
}

static vd_code read_incident(vd_arena *a, const vd_view cells[COLUMNS], const vd_feed_sink *sink) {
  vd_view title = vd_md_plain(cells[TITLE]), key = key_of(a, title);
  vd_view month = month_of(a, vd_md_plain(cells[MONTH]));
  if (key.ptr == NULL || month.ptr == NULL)
    return VD_NOMEM;
  if (key.len == 0 || month.len == 0) {
    vd_feed_bad(sink, vd_view_first(title, 60), "a row without a title or a month", (vd_view){0});
    return VD_OK;
  }
  vd_record r = vd_record_of(a, key, (vd_view){0});
  vd_ref node = vd_ref_of(VD_NODE_INCIDENT, key);
  vd_definition *d = vd_record_define(&r, node, title);
  d->class = VD_VIEW("owasp-agentic");
  d->text = vd_feed_text(cells[SUMMARY]);
  vd_record_property(&r, node, "month", month);
  add_risks(&r, node, cells[RISKS]);
  vd_citer citer = vd_citer_of(&r, node);
  citer.method = "stated";
  citer.confidence = 1;
  citer.kind = VD_EDGE_EVIDENCE_OF;
  vd_cite(&citer, "links", cells[LINKS]);
  citer.method = "text";
  citer.confidence = 0.9;
  citer.kind = VD_EDGE_REFERENCES;
  vd_cite(&citer, "summary", cells[SUMMARY]);
  return vd_feed_record(sink, &r);
}

static bool is_rule(vd_view cell) {
  return cell.len > 0 && (cell.ptr[0] == '-' || cell.ptr[0] == ':');
}

vd_code vd_owasp_tracker(vd_arena *a, vd_view document, const vd_feed_sink *sink) {
  vd_view line, cells[COLUMNS];
  bool inside = false;
  while (vd_view_line(&document, &line)) {
    bool row = vd_view_starts(vd_view_trim(line), VD_VIEW("|")), whole = read_row(line, cells);
    if (inside && row && !whole)
      vd_feed_bad(sink, vd_view_first(vd_view_trim(line), 60), "a row without five cells",
                  (vd_view){0});
    else if (inside && whole && !is_rule(cells[MONTH]))
      VD_TRY(read_incident(a, cells, sink));
    inside = row && (inside || (whole && is_heading(cells)));
  }
  return VD_OK;
}
