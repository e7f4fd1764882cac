// Rows of CSV documents under their headings.
#include "feed/sheet.h"

#include "feed/sources/sources.h"

vd_code vd_sheet_open(vd_arena *a, vd_view bytes, const vd_feed_sink *sink, vd_sheet *out,
                      vd_error *err) {
  vd_sheet s = {.csv = vd_csv_of(a, bytes, ','), .sink = sink, .ended = true};
  vd_code code = vd_csv_next(&s.csv, &s.heading, err);
  if (code == VD_NOTFOUND)
    return vd_fail(err, VD_FORMAT, "the table has no heading");
  VD_TRY(code);
  if (s.csv.rest.len == 0 && s.csv.rest.ptr[-1] != '\n')
    return vd_fail(err, VD_FORMAT, "the table ends inside its heading");
  *out = s;
  return VD_OK;
}

static size_t column_of(const vd_sheet *s, const char *column) {
  vd_view name = vd_view_of(column);
  size_t i = 0;
  while (i < s->heading.count && !vd_view_eq(vd_view_trim(s->heading.at[i]), name))
    i++;
  return i;
}

bool vd_sheet_has(const vd_sheet *s, const char *column) {
  return column_of(s, column) < s->heading.count;
}

vd_view vd_sheet_cell(const vd_sheet *s, const char *column) {
  size_t i = column_of(s, column);
  return i < s->row.count ? vd_view_trim(s->row.at[i]) : (vd_view){0};
}

void vd_sheet_bad(const vd_sheet *s, const char *why, vd_view detail) {
  char place[40];
  (void)snprintf(place, sizeof place, "line %u", (unsigned)s->line);
  vd_feed_bad(s->sink, vd_view_of(place), why, detail);
}

static bool blank(const vd_views *row) { return row->count == 1 && row->at[0].len == 0; }

// NULL when the row just read is whole, else what is wrong with it.
static const char *check(const vd_sheet *s) {
  const char *end = s->csv.rest.ptr;
  if (s->ended && s->csv.rest.len == 0 && end[-1] != '\n')
    return "the table ends inside this row";
  return s->row.count == s->heading.count ? NULL : "a row with another number of cells";
}

vd_code vd_sheet_next(vd_sheet *s, vd_error *err) {
  for (;;) {
    s->line = s->csv.line;
    VD_TRY(vd_csv_next(&s->csv, &s->row, err));
    const char *wrong = blank(&s->row) ? NULL : check(s);
    if (wrong != NULL)
      vd_sheet_bad(s, wrong, vd_view_first(s->row.at[0], 60));
    else if (!blank(&s->row))
      return VD_OK;
  }
}
