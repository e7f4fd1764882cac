// Charts of counted things: horizontal bars as SVG, as PNG and on the terminal.
// Pure functions of the chart, but that the PNG needs a font of the machine. Texts may be hostile:
// at most VD_CHART_TEXT_MAX bytes of each are shown, escaped as vd_buf_put_escaped does it.
#pragma once

#include "base/base.h"

typedef struct vd_bar {
  vd_view label;
  double value; // drawn as zero when negative or not a number
  vd_view note; // "184 CVEs in 7 repositories"; may be {NULL}
} vd_bar;

typedef struct vd_chart {
  vd_view title, subtitle, value_name; // each may be empty
  const vd_bar *bars;                  // shown in this order, at most VD_CHART_BARS_MAX
  size_t count;                        // 0 draws the words "nothing to show"
  // NULL, or one share of 0 to 1 a bar: draws the Pareto line in a panel at the right with its own
  // axis in per cent, a point beside each bar.
  const double *cumulative;
} vd_chart;

// A self-contained SVG 1.1 document, 960 CSS pixels wide: no scripts, no references, the reader's
// own sans-serif font. Same chart, same bytes. LIMIT (too many bars, no room in out), NOMEM.
vd_code vd_chart_svg(const vd_chart *c, vd_buf *out, vd_error *err) VD_MUST_USE;
// The same picture as a PNG of two pixels for each CSS pixel. The font is the file that
// VEDETTE_FONT names, else DejaVu Sans, Liberation Sans or Noto Sans from where distributions keep
// them; other scripts come from Noto CJK and similar fonts when they are there. Text is set glyph
// by glyph, so scripts that need shaping or run from right to left are better served by the SVG.
// NOTFOUND (no font; the text says what to install), LIMIT, NOMEM, FORMAT (VEDETTE_FONT is no
// font).
vd_code vd_chart_png(const vd_chart *c, vd_buf *out, vd_error *err) VD_MUST_USE;
// The same as an aligned table with bars of block characters, no line wider than the terminal;
// colours only when term->colour. Shows all bars, however many.
void vd_chart_terminal(const vd_chart *c, const vd_term *term, vd_buf *out);
