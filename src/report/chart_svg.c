// The SVG back end of charts.
#include "report/chart_layout.h"

static const char fonts[] = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', "
                            "'DejaVu Sans', 'Liberation Sans', Arial, sans-serif";

// Clean text has nothing else that XML would take for its own.
static void put_xml(vd_buf *b, vd_view text) {
  for (size_t i = 0; i < text.len; i++)
    switch (text.ptr[i]) {
    case '&': vd_buf_put(b, VD_VIEW("&amp;")); break;
    case '<': vd_buf_put(b, VD_VIEW("&lt;")); break;
    case '>': vd_buf_put(b, VD_VIEW("&gt;")); break;
    default: vd_buf_put_c(b, text.ptr[i]);
    }
}

static void put_description(vd_buf *b, const vd_chart_layout *l) {
  vd_buf_put(b, VD_VIEW("<title>"));
  put_xml(b, l->title.len != 0 ? l->title : VD_VIEW("Bar chart"));
  vd_buf_put(b, VD_VIEW("</title>\n<desc>"));
  put_xml(b, l->subtitle);
  for (size_t i = 0; i < l->bars.count; i++) {
    vd_buf_put(b, i != 0 ? VD_VIEW("; ") : l->subtitle.len != 0 ? VD_VIEW(". ") : VD_VIEW(""));
    put_xml(b, l->bars.at[i].hint);
  }
  if (l->bars.count == 0)
    vd_buf_put(b, l->subtitle.len != 0 ? VD_VIEW(". Nothing to show") : VD_VIEW("Nothing to show"));
  vd_buf_put(b, VD_VIEW("</desc>\n"));
}

// Readers show the hint of a box as a tooltip.
static void put_box(vd_buf *b, const vd_chart_box *box) {
  vd_buf_printf(b, "<rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" fill=\"#%06X\"", box->x,
                box->y, box->width, box->height, vd_chart_inks[box->ink]);
  if (box->hint.len == 0) {
    vd_buf_put(b, VD_VIEW("/>\n"));
    return;
  }
  vd_buf_put(b, VD_VIEW("><title>"));
  put_xml(b, box->hint);
  vd_buf_put(b, VD_VIEW("</title></rect>\n"));
}

static void put_line(vd_buf *b, const vd_chart_layout *l) {
  if (l->points == 0)
    return;
  vd_buf_put(b, VD_VIEW("<polyline points=\""));
  for (size_t i = 0; i < l->points; i++)
    vd_buf_printf(b, "%s%.2f,%g", i == 0 ? "" : " ", l->line[i].x, l->line[i].y);
  vd_buf_printf(b,
                "\" fill=\"none\" stroke=\"#%06X\" stroke-width=\"%g\" stroke-linejoin=\"round\" "
                "stroke-linecap=\"round\"/>\n",
                vd_chart_inks[VD_CHART_LINE], VD_CHART_LINE_WIDTH);
  vd_buf_printf(b, "<g fill=\"#%06X\" stroke=\"#%06X\" stroke-width=\"%g\">\n",
                vd_chart_inks[VD_CHART_LINE], vd_chart_inks[VD_CHART_PAPER], VD_CHART_DOT_HALO);
  for (size_t i = 0; i < l->points; i++)
    vd_buf_printf(b, "<circle cx=\"%.2f\" cy=\"%g\" r=\"%g\"/>\n", l->line[i].x, l->line[i].y,
                  VD_CHART_DOT_RADIUS + VD_CHART_DOT_HALO / 2);
  vd_buf_put(b, VD_VIEW("</g>\n"));
}

static void put_text(vd_buf *b, const vd_chart_text *t) {
  static const char *const anchors[] = {[VD_CHART_START] = "",
                                        [VD_CHART_MIDDLE] = " text-anchor=\"middle\"",
                                        [VD_CHART_END] = " text-anchor=\"end\""};
  vd_buf_printf(b, "<text x=\"%.2f\" y=\"%.2f\" font-size=\"%g\" fill=\"#%06X\"%s%s>", t->x, t->y,
                t->size, vd_chart_inks[t->ink], t->bold ? " font-weight=\"700\"" : "",
                anchors[t->anchor]);
  put_xml(b, t->text);
  vd_buf_put(b, VD_VIEW("</text>\n"));
}

static void put_document(vd_buf *b, const vd_chart_layout *l) {
  vd_buf_printf(b,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%g\" height=\"%g\" "
                "viewBox=\"0 0 %g %g\" role=\"img\" font-family=\"%s\">\n",
                l->width, l->height, l->width, l->height, fonts);
  put_description(b, l);
  vd_buf_printf(b, "<rect width=\"%g\" height=\"%g\" fill=\"#%06X\"/>\n", l->width, l->height,
                vd_chart_inks[VD_CHART_PAPER]);
  for (size_t i = 0; i < l->grid.count; i++)
    put_box(b, &l->grid.at[i]);
  for (size_t i = 0; i < l->bars.count; i++)
    put_box(b, &l->bars.at[i]);
  put_line(b, l);
  for (size_t i = 0; i < l->texts.count; i++)
    put_text(b, &l->texts.at[i]);
  vd_buf_put(b, VD_VIEW("</svg>\n"));
}

vd_code vd_chart_svg(const vd_chart *c, vd_buf *out, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_CHART_MEMORY_MAX);
  VD_SCOPED_BUF made = VD_BUF(VD_CHART_SVG_MAX);
  vd_chart_layout l;
  VD_TRY(vd_chart_layout_of(&a, c, &l, err));
  put_document(&made, &l);
  if (made.failed)
    return vd_fail(err, VD_NOMEM, "no memory for the chart");
  vd_buf_put(out, vd_buf_view(&made));
  return out->failed ? vd_fail(err, VD_LIMIT, "the chart does not fit its output") : VD_OK;
}
