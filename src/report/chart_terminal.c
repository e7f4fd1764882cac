// A chart on the terminal: an aligned table with bars of block characters.
#include "report/chart_layout.h"
#include "report/page.h"

#include <math.h>

enum {
  GAP = 2,
  WIDTH_LEAST = 40,
  BAR_LEAST = 16,
  BAR_MOST = 50,
  NOTE_LEAST = 12, // a note cut shorter than this says nothing
  NAME_MOST = 12,
  SHOWN_MOST = 4096, // bytes of one text
  SHARE_WIDTH = 6,   // "100 %" below "share"
  EIGHTHS = 8,
  BAR_BYTES = 4 * (BAR_MOST + 1),
};

// Columns of the table, 0 leaves one out, and what its bars are measured against.
typedef struct table {
  size_t label, value, share, bar, note;
  vd_chart_scale scale;
} table;

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }
static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// Enough of v for any line: a hostile text may be long and take no column at all.
static vd_view shown(vd_view v) {
  size_t n = smaller(v.len, SHOWN_MOST);
  while (n < v.len && n != 0 && ((unsigned char)v.ptr[n] & 0xC0) == 0x80)
    n--;
  return vd_view_first(v, n);
}

static size_t width_of(vd_view v) { return vd_text_columns(shown(v)); }

static table measure(const vd_chart *c, size_t width) {
  table t = {.share = c->cumulative != NULL ? SHARE_WIDTH : 0, .scale = vd_chart_scale_of(c, 1)};
  for (size_t i = 0; i < c->count; i++) {
    vd_chart_digits value = vd_chart_number(c->bars[i].value);
    t.label = larger(t.label, width_of(c->bars[i].label));
    t.value = larger(t.value, strlen(value.text));
    t.note = larger(t.note, width_of(c->bars[i].note));
  }
  t.value = larger(t.value, smaller(width_of(c->value_name), NAME_MOST));
  size_t rest = width - GAP - t.value - GAP - (t.share != 0 ? t.share + GAP : 0);
  t.label = smaller(t.label, smaller(width / 3, rest));
  rest -= t.label;
  size_t for_note = rest > BAR_LEAST + GAP ? rest - BAR_LEAST - GAP : 0;
  t.note = for_note < smaller(t.note, NOTE_LEAST) ? 0 : smaller(t.note, for_note);
  rest -= t.note != 0 ? t.note + GAP : 0;
  t.bar = smaller(rest, BAR_MOST);
  return t;
}

static void put_right(vd_page *p, vd_ink ink, vd_view text, size_t width) {
  size_t need = smaller(vd_text_columns(text), width);
  vd_page_spaces(p, width - need);
  (void)vd_page_put(p, ink, text, width);
}

static void put_headings(vd_page *p, const vd_chart *c, const table *t) {
  if (c->value_name.len == 0 && t->share == 0)
    return;
  vd_page_spaces(p, t->label + GAP);
  put_right(p, VD_INK_DIM, shown(c->value_name), t->value);
  vd_page_spaces(p, GAP);
  if (t->share != 0)
    put_right(p, VD_INK_DIM, VD_VIEW("share"), t->share);
  vd_page_end_line(p);
}

// Eighths of a column; something that is not nothing gets one.
static void put_bar(vd_page *p, double share, size_t width) {
  static const char *const parts[EIGHTHS] = {
      "",
      "\xE2\x96\x8F",
      "\xE2\x96\x8E",
      "\xE2\x96\x8D",
      "\xE2\x96\x8C",
      "\xE2\x96\x8B",
      "\xE2\x96\x8A",
      "\xE2\x96\x89",
  };
  VD_SCOPED_BUF bar = VD_BUF(BAR_BYTES);
  size_t eighths = (size_t)lround(share * (double)(width * EIGHTHS));
  if (share > 0 && eighths == 0)
    eighths = 1;
  for (size_t full = 0; full < eighths / EIGHTHS; full++)
    vd_buf_put(&bar, VD_VIEW("\xE2\x96\x88"));
  vd_buf_put(&bar, vd_view_of(parts[eighths % EIGHTHS]));
  vd_page_cell(p, VD_INK_LOW, vd_buf_view(&bar), width);
}

static void put_row(vd_page *p, const vd_chart *c, size_t i, const table *t) {
  const vd_bar *bar = &c->bars[i];
  vd_chart_digits value = vd_chart_number(bar->value);
  vd_page_cell(p, VD_INK_PLAIN, shown(bar->label), t->label);
  vd_page_spaces(p, GAP);
  put_right(p, VD_INK_BOLD, vd_view_of(value.text), t->value);
  vd_page_spaces(p, GAP);
  if (t->share != 0) {
    vd_page_say(p, VD_INK_DIM, "%*.0f %%", SHARE_WIDTH - 2,
                floor(vd_chart_cumulative(c, i) * 100 + 1e-7));
    vd_page_spaces(p, GAP);
  }
  put_bar(p, vd_chart_share(&t->scale, bar->value), t->bar);
  if (t->note != 0) {
    vd_page_spaces(p, GAP);
    (void)vd_page_put(p, VD_INK_DIM, shown(bar->note), t->note);
  }
  vd_page_end_line(p);
}

static void put_line(vd_page *p, vd_ink ink, vd_view text) {
  if (text.len == 0)
    return;
  (void)vd_page_put(p, ink, shown(text), p->width);
  vd_page_end_line(p);
}

void vd_chart_terminal(const vd_chart *c, const vd_term *term, vd_buf *out) {
  vd_page p = {.out = out, .width = larger(term->width, WIDTH_LEAST), .colour = term->colour};
  put_line(&p, VD_INK_BOLD, c->title);
  put_line(&p, VD_INK_DIM, c->subtitle);
  if (c->title.len + c->subtitle.len != 0)
    vd_page_end_line(&p);
  if (c->count == 0) {
    put_line(&p, VD_INK_DIM, VD_VIEW("nothing to show"));
    return;
  }
  table t = measure(c, p.width);
  put_headings(&p, c, &t);
  for (size_t i = 0; i < c->count; i++)
    put_row(&p, c, i, &t);
}
