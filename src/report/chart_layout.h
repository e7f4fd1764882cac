// Where everything of a chart stands: computed once, drawn by every back end.
// Positions are CSS pixels from the top left corner; edges of boxes are multiples of a half.
#pragma once

#include "report/chart.h"

typedef enum vd_chart_ink {
  VD_CHART_PAPER,
  VD_CHART_TEXT,
  VD_CHART_MUTED,
  VD_CHART_GRID,
  VD_CHART_RULE,
  VD_CHART_BAR,
  VD_CHART_LINE,
} vd_chart_ink;

extern const uint32_t vd_chart_inks[]; // 0xRRGGBB

typedef enum vd_chart_anchor { VD_CHART_START, VD_CHART_MIDDLE, VD_CHART_END } vd_chart_anchor;

typedef struct vd_chart_text {
  vd_view text; // escaped, valid UTF-8, no line breaks
  double x, y;  // the anchor, on the baseline
  double size;  // of the em
  double width; // the text must not take more
  vd_chart_anchor anchor;
  vd_chart_ink ink;
  bool bold;
} vd_chart_text;

typedef struct vd_chart_box {
  double x, y, width, height;
  vd_chart_ink ink;
  vd_view hint; // for bars: label, value and note uncut
} vd_chart_box;

typedef struct vd_chart_point {
  double x, y;
} vd_chart_point;

typedef VD_VEC(vd_chart_box) vd_chart_boxes;
typedef VD_VEC(vd_chart_text) vd_chart_texts;

// Drawn in this order.
typedef struct vd_chart_layout {
  double width, height;
  vd_view title, subtitle; // uncut, for those who do not see the picture
  vd_chart_boxes grid;
  vd_chart_boxes bars;  // one a bar of the chart
  vd_chart_point *line; // the Pareto line, or NULL
  size_t points;        // 0 without a line, else one a bar
  vd_chart_texts texts;
} vd_chart_layout;

// Strokes of the Pareto line.
static const double VD_CHART_LINE_WIDTH = 2, VD_CHART_DOT_RADIUS = 3, VD_CHART_DOT_HALO = 1.5;

// LIMIT (more than VD_CHART_BARS_MAX bars), NOMEM. Everything lives in the arena.
vd_code vd_chart_layout_of(vd_arena *a, const vd_chart *c, vd_chart_layout *out,
                           vd_error *err) VD_MUST_USE;

// Draws the layout as vd_chart_png does, with all memory but libpng's own from the arena.
vd_code vd_chart_png_of(vd_arena *a, const vd_chart_layout *l, vd_buf *out,
                        vd_error *err) VD_MUST_USE;

// ---- scale ----------------------------------------------------------------------------------

// What the bars are measured against.
typedef struct vd_chart_scale {
  double top;     // the largest value; 0 when nothing is above zero
  double step;    // between ticks: 1, 2 or 5 times a power of ten; 0 when top is 0
  unsigned ticks; // above zero
} vd_chart_scale;

// At most `most` steps up to the top; whole ones when every value is whole.
vd_chart_scale vd_chart_scale_of(const vd_chart *c, unsigned most);
double vd_chart_share(const vd_chart_scale *s, double value); // 0 to 1
double vd_chart_cumulative(const vd_chart *c, size_t i);      // clamped to 0 to 1

typedef struct vd_chart_digits {
  char text[32];
} vd_chart_digits;

vd_chart_digits vd_chart_number(double value); // "2,183", "0.25", "1.5e+20", "n/a"
// A short form for axes up to top: "2,000", "20k", "1.5M", "0.25".
vd_chart_digits vd_chart_tick(double value, double top);

// ---- text -----------------------------------------------------------------------------------

// Escaped text of at most VD_CHART_TEXT_MAX bytes of v (an ellipsis stands for the rest), with at
// most VD_CHART_MARKS_MAX combining marks a letter and nothing XML forbids. .ptr NULL: no memory.
vd_view vd_chart_clean(vd_arena *a, vd_view v);
// Width of clean text, by the advances of DejaVu Sans: wider than the other fonts we ask for, so
// what fits by this measure fits in them too.
double vd_chart_width(vd_view clean, double size, bool bold);
// The text itself, or its start and an ellipsis in at most `most` pixels, never cut between a
// letter and its marks. .ptr NULL: no memory.
vd_view vd_chart_fit(vd_arena *a, vd_view clean, double size, double most);
