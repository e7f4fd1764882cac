// Positions of everything in a chart: texts above, labels left, bars, and the Pareto panel right.
#include "report/chart_layout.h"

#include <math.h>

const uint32_t vd_chart_inks[] = {
    [VD_CHART_PAPER] = 0xFFFFFF, [VD_CHART_TEXT] = 0x1F2933, [VD_CHART_MUTED] = 0x5A6572,
    [VD_CHART_GRID] = 0xE6E9ED,  [VD_CHART_RULE] = 0xA3ADB9, [VD_CHART_BAR] = 0x4477AA,
    [VD_CHART_LINE] = 0x1D3A5F,
};

enum {
  WIDTH = 960,
  MARGIN = 28,
  TITLE_SIZE = 20,
  SUBTITLE_SIZE = 14,
  CAPTION_SIZE = 12,
  TICK_SIZE = 11,
  LABEL_MOST = 300,
  LABEL_GAP = 10,
  VALUE_GAP = 6,
  NOTE_GAP = 9,
  NOTE_LEAST = 40, // a note cut shorter than this says nothing
  PANEL = 190,     // of the Pareto line
  PANEL_GAP = 48,
  TICK_EVERY = 80,
  TICKS_LEAST = 3, // where there is room for no more
  AXIS_TWICE = 20, // more bars than this get the ticks below as well
  EMPTY_HEIGHT = 120,
};

static const double CAPITAL = 0.36;   // half the height of a capital, in ems
static const double BARS_LEAST = 0.4; // the share of the room that bars keep beside long notes
static const double PARETO = 0.8;

typedef struct row {
  double y, base; // centre, and where its texts stand
  vd_view label, value, note;
} row;

typedef struct plan {
  vd_arena *arena;
  const vd_chart *chart;
  vd_chart_layout *out;
  vd_chart_scale scale;
  row *rows;
  double left, right; // the room for bars and the texts after them
  double span;        // length of the longest bar
  double top, pitch, thick, size;
  bool failed; // out of memory
} plan;

static double max_of(double a, double b) { return a > b ? a : b; }
static double min_of(double a, double b) { return a < b ? a : b; }
static double snap(double x) { return round(x * 2) / 2; }

// ---- parts ----------------------------------------------------------------------------------

static vd_view clean(plan *p, vd_view v) {
  vd_view out = vd_chart_clean(p->arena, v);
  p->failed |= out.ptr == NULL;
  return out;
}

static vd_view fit(plan *p, vd_view v, double size, double most) {
  vd_view out = vd_chart_fit(p->arena, v, size, most);
  p->failed |= out.ptr == NULL;
  return out;
}

static vd_view digits(plan *p, vd_chart_digits d) {
  vd_view out = vd_arena_copy(p->arena, vd_view_of(d.text));
  p->failed |= out.ptr == NULL;
  return out;
}

static void put_text(plan *p, vd_chart_text t) {
  if (t.text.len == 0)
    return;
  vd_chart_text *to = vd_vec_push(p->arena, &p->out->texts);
  p->failed |= to == NULL;
  t.width = vd_chart_width(t.text, t.size, t.bold);
  if (to != NULL)
    *to = t;
}

// Text beside a bar: the grid makes way for it.
static void put_beside(plan *p, vd_chart_text t) {
  vd_chart_box *to = t.text.len == 0 ? NULL : vd_vec_push(p->arena, &p->out->grid);
  p->failed |= t.text.len != 0 && to == NULL;
  double width = ceil(vd_chart_width(t.text, t.size, t.bold)), height = t.size + 5;
  double left = t.anchor == VD_CHART_END ? t.x - width : t.x;
  if (to != NULL)
    *to = (vd_chart_box){snap(left) - 3, snap(t.y - t.size * CAPITAL - height / 2),
                         width + 6,      height,
                         VD_CHART_PAPER, {0}};
  put_text(p, t);
}

static void put_grid(plan *p, double x, vd_chart_ink ink) {
  vd_chart_box *to = vd_vec_push(p->arena, &p->out->grid);
  p->failed |= to == NULL;
  if (to != NULL)
    *to = (vd_chart_box){.x = snap(x) - 0.5,
                         .y = p->top,
                         .width = 1,
                         .height = p->pitch * (double)p->chart->count,
                         .ink = ink};
}

// ---- above the bars -------------------------------------------------------------------------

static void put_head(plan *p) {
  vd_chart_layout *out = p->out;
  double y = MARGIN, room = WIDTH - 2 * MARGIN;
  out->title = clean(p, p->chart->title);
  out->subtitle = clean(p, p->chart->subtitle);
  // Bold takes more than what is measured for fitting.
  vd_view title = fit(p, out->title, TITLE_SIZE, room / 1.15);
  vd_view subtitle = fit(p, out->subtitle, SUBTITLE_SIZE, room);
  if (title.len != 0)
    y += TITLE_SIZE;
  put_text(p, (vd_chart_text){title, MARGIN, y - 3, .size = TITLE_SIZE, .bold = true,
                              .ink = VD_CHART_TEXT});
  if (subtitle.len != 0)
    y += SUBTITLE_SIZE + 8;
  put_text(p,
           (vd_chart_text){subtitle, MARGIN, y - 3, .size = SUBTITLE_SIZE, .ink = VD_CHART_MUTED});
  p->top = y == MARGIN ? y : y + 20;
}

// Ticks of one axis stand above the bars, below long charts once more.
static void put_tick(plan *p, double x, vd_view text) {
  vd_chart_text t = {
      text, x, p->top - 8, .size = TICK_SIZE, .anchor = VD_CHART_MIDDLE, .ink = VD_CHART_MUTED};
  put_text(p, t);
  t.y = p->top + p->pitch * (double)p->chart->count + 6 + TICK_SIZE;
  if (p->chart->count > AXIS_TWICE)
    put_text(p, t);
}

static void put_axis(plan *p) {
  put_grid(p, p->left, VD_CHART_RULE);
  put_tick(p, p->left, VD_VIEW("0"));
  for (unsigned i = 1; i <= p->scale.ticks; i++) {
    double value = p->scale.step * i, x = p->left + p->span * vd_chart_share(&p->scale, value);
    put_grid(p, x, VD_CHART_GRID);
    put_tick(p, x, digits(p, vd_chart_tick(value, p->scale.top)));
  }
}

static void put_caption(plan *p, double x, double room, vd_view text) {
  put_text(p, (vd_chart_text){fit(p, text, CAPTION_SIZE, room), x, p->top - 27,
                              .size = CAPTION_SIZE, .ink = VD_CHART_MUTED});
}

// ---- bars -----------------------------------------------------------------------------------

static void read_rows(plan *p) {
  p->rows = vd_new_array(p->arena, row, p->chart->count);
  if (p->rows == NULL) {
    p->failed = true;
    return;
  }
  double widest = 0;
  for (size_t i = 0; i < p->chart->count; i++) {
    const vd_bar *bar = &p->chart->bars[i];
    row *r = &p->rows[i];
    *r = (row){.label = clean(p, bar->label),
               .note = clean(p, bar->note),
               .value = digits(p, vd_chart_number(bar->value))};
    vd_view label = fit(p, r->label, p->size, LABEL_MOST);
    widest = max_of(widest, vd_chart_width(label, p->size, false));
  }
  p->left = MARGIN + ceil(widest) + LABEL_GAP;
  p->right = WIDTH - MARGIN - (p->chart->cumulative != NULL ? PANEL + PANEL_GAP : 0);
}

// The longest span that leaves every bar's value and note their room, within reason.
static double span_of(const plan *p) {
  double room = p->right - p->left, span = room;
  for (size_t i = 0; i < p->chart->count; i++) {
    const row *r = &p->rows[i];
    double value = VALUE_GAP + vd_chart_width(r->value, p->size, false);
    double note = r->note.len == 0 ? 0 : NOTE_GAP + vd_chart_width(r->note, p->size - 1, false);
    double share = vd_chart_share(&p->scale, p->chart->bars[i].value);
    double left = max_of(room - value - note, min_of(room * BARS_LEAST * share, room - value));
    if (share * span > left)
      span = left / share;
  }
  return floor(span * 2) / 2;
}

static void put_bar(plan *p, size_t i) {
  const row *r = &p->rows[i];
  vd_chart_box *box = vd_vec_push(p->arena, &p->out->bars);
  VD_SCOPED_BUF hint = VD_BUF(VD_CHART_HINT_MAX);
  vd_buf_put(&hint, r->label);
  vd_buf_put(&hint, VD_VIEW(": "));
  vd_buf_put(&hint, r->value);
  if (r->note.len != 0)
    vd_buf_put(&hint, VD_VIEW(", "));
  vd_buf_put(&hint, r->note);
  vd_view text = vd_arena_copy(p->arena, vd_buf_view(&hint));
  p->failed |= hint.failed || text.ptr == NULL || box == NULL;
  double length = p->span * vd_chart_share(&p->scale, p->chart->bars[i].value);
  // What is not nothing is seen: half a pixel at least.
  length = length > 0 ? max_of(snap(length), 0.5) : 0;
  if (box != NULL)
    *box = (vd_chart_box){p->left, r->y - p->thick / 2, length, p->thick, VD_CHART_BAR, text};
}

static void put_row(plan *p, size_t i) {
  row *r = &p->rows[i];
  r->y = p->top + p->pitch * ((double)i + 0.5);
  r->base = r->y + p->size * CAPITAL;
  put_bar(p, i);
  put_text(p, (vd_chart_text){fit(p, r->label, p->size, LABEL_MOST), p->left - LABEL_GAP, r->base,
                              .size = p->size, .anchor = VD_CHART_END, .ink = VD_CHART_TEXT});
  double x = p->left + p->span * vd_chart_share(&p->scale, p->chart->bars[i].value) + VALUE_GAP;
  put_beside(p, (vd_chart_text){r->value, x, r->base, .size = p->size, .ink = VD_CHART_TEXT});
  x += vd_chart_width(r->value, p->size, false) + NOTE_GAP;
  double room = p->right - x, size = p->size - 1;
  if (room >= min_of(NOTE_LEAST, vd_chart_width(r->note, size, false)))
    put_beside(p, (vd_chart_text){fit(p, r->note, size, room), x, r->base, .size = size,
                                  .ink = VD_CHART_MUTED});
}

// ---- the Pareto line ------------------------------------------------------------------------

// "first 6: 82 %" beside the point where the line reaches 80 %, whose mark is at x = mark.
static void put_reached(plan *p, double mark) {
  for (size_t i = 0; i < p->chart->count; i++) {
    double share = vd_chart_cumulative(p->chart, i);
    if (share < PARETO - 1e-9) // sums of shares are not exact
      continue;
    vd_view text =
        vd_arena_printf(p->arena, "first %zu: %.0f %%", i + 1, floor(share * 100 + 1e-7));
    p->failed |= text.ptr == NULL;
    vd_chart_point at = p->out->line[i];
    double x = min_of(at.x, mark) - LABEL_GAP;
    put_beside(p, (vd_chart_text){text, x, at.y + TICK_SIZE, .size = TICK_SIZE,
                                  .anchor = VD_CHART_END, .ink = VD_CHART_TEXT});
    return;
  }
}

static void put_pareto(plan *p) {
  double x = p->right + PANEL_GAP;
  for (int percent = 0; percent <= 100; percent += 20) {
    vd_view text = vd_arena_printf(p->arena, percent == 100 ? "%d %%" : "%d", percent);
    p->failed |= text.ptr == NULL;
    put_grid(p, x + PANEL * percent / 100.0,
             percent == 0 || percent == 80 ? VD_CHART_RULE : VD_CHART_GRID);
    put_tick(p, x + PANEL * percent / 100.0, text);
  }
  put_caption(p, x, PANEL, VD_VIEW("cumulative share"));
  p->out->line = vd_new_array(p->arena, vd_chart_point, p->chart->count);
  p->failed |= p->out->line == NULL;
  if (p->out->line == NULL)
    return;
  p->out->points = p->chart->count;
  for (size_t i = 0; i < p->chart->count; i++)
    p->out->line[i] = (vd_chart_point){x + PANEL * vd_chart_cumulative(p->chart, i), p->rows[i].y};
  put_reached(p, x + PANEL * PARETO);
}

// ---- all of it ------------------------------------------------------------------------------

// Fewer bars may be larger.
static void choose_sizes(plan *p) {
  size_t n = p->chart->count;
  p->pitch = n <= 15 ? 30 : n <= 30 ? 25 : 20;
  p->thick = n <= 15 ? 18 : n <= 30 ? 15 : 12;
  p->size = n <= 30 ? 13 : 12;
}

static void put_empty(plan *p) {
  put_text(p, (vd_chart_text){VD_VIEW("nothing to show"), WIDTH / 2.0, p->top + EMPTY_HEIGHT / 2.0,
                              .size = SUBTITLE_SIZE, .anchor = VD_CHART_MIDDLE,
                              .ink = VD_CHART_MUTED});
  p->out->height = p->top + EMPTY_HEIGHT;
}

static void put_chart(plan *p) {
  choose_sizes(p);
  read_rows(p);
  if (p->failed)
    return;
  double room = p->right - p->left;
  bool captions = p->chart->value_name.len != 0 || p->chart->cumulative != NULL;
  p->top += captions ? 38 : 20;
  p->scale = vd_chart_scale_of(p->chart, 1);
  p->span = span_of(p);
  p->scale = vd_chart_scale_of(p->chart, (unsigned)max_of(TICKS_LEAST, p->span / TICK_EVERY));
  put_axis(p);
  put_caption(p, p->left, room, clean(p, p->chart->value_name));
  for (size_t i = 0; i < p->chart->count; i++)
    put_row(p, i);
  if (p->chart->cumulative != NULL)
    put_pareto(p);
  p->out->height = p->top + p->pitch * (double)p->chart->count + MARGIN;
}

vd_code vd_chart_layout_of(vd_arena *a, const vd_chart *c, vd_chart_layout *out, vd_error *err) {
  vd_chart_layout made = {.width = WIDTH};
  plan p = {.arena = a, .chart = c, .out = &made};
  if (c->count > VD_CHART_BARS_MAX)
    return vd_fail(err, VD_LIMIT, "a chart shows at most %d bars, not %zu", VD_CHART_BARS_MAX,
                   c->count);
  put_head(&p);
  if (c->count == 0)
    put_empty(&p);
  else
    put_chart(&p);
  if (p.failed)
    return vd_fail(err, VD_NOMEM, "no memory for the chart");
  *out = made;
  return VD_OK;
}
