// The PNG back end of charts: two pixels for each CSS pixel, drawn here and packed by libpng.
#include "report/chart_font.h"
#include "report/chart_layout.h"

#include <math.h>
#include <png.h>

enum { SCALE = 2, CHANNELS = 3 };

typedef struct canvas {
  uint8_t *pixels;
  int width, height;
  vd_chart_font *font;
} canvas;

// ---- shapes, in pixels of the canvas ------------------------------------------------------------

static void blend(canvas *c, int x, int y, vd_chart_ink ink, unsigned coverage) {
  if (x < 0 || y < 0 || x >= c->width || y >= c->height)
    return;
  uint8_t *to = c->pixels + ((size_t)y * (size_t)c->width + (size_t)x) * CHANNELS;
  for (int i = 0; i < CHANNELS; i++) {
    unsigned from = vd_chart_inks[ink] >> (16 - 8 * i) & 0xFF;
    to[i] = (uint8_t)((from * coverage + to[i] * (255 - coverage) + 127) / 255);
  }
}

static void draw_box(canvas *c, const vd_chart_box *box) {
  int left = (int)lround(box->x * SCALE), right = (int)lround((box->x + box->width) * SCALE);
  int top = (int)lround(box->y * SCALE), bottom = (int)lround((box->y + box->height) * SCALE);
  for (int y = top; y < bottom; y++)
    for (int x = left; x < right; x++)
      blend(c, x, y, box->ink, 255);
}

typedef struct stroke {
  vd_chart_point from, to;
  double radius;
  vd_chart_ink ink;
} stroke;

static double distance(const stroke *s, double x, double y) {
  double dx = s->to.x - s->from.x, dy = s->to.y - s->from.y, length = dx * dx + dy * dy;
  double along = length == 0 ? 0 : ((x - s->from.x) * dx + (y - s->from.y) * dy) / length;
  along = along < 0 ? 0 : along > 1 ? 1 : along;
  return hypot(x - s->from.x - along * dx, y - s->from.y - along * dy);
}

// A line with round ends; a dot when both ends are one.
static void draw_stroke(canvas *c, const stroke *s) {
  double reach = s->radius + 1;
  int left = (int)floor(fmin(s->from.x, s->to.x) - reach);
  int right = (int)ceil(fmax(s->from.x, s->to.x) + reach);
  int top = (int)floor(fmin(s->from.y, s->to.y) - reach);
  int bottom = (int)ceil(fmax(s->from.y, s->to.y) + reach);
  for (int y = top; y <= bottom; y++)
    for (int x = left; x <= right; x++) {
      double inside = s->radius + 0.5 - distance(s, x + 0.5, y + 0.5);
      if (inside > 0)
        blend(c, x, y, s->ink, inside >= 1 ? 255 : (unsigned)lround(inside * 255));
    }
}

static vd_chart_point scaled(vd_chart_point p) {
  return (vd_chart_point){p.x * SCALE, p.y * SCALE};
}

static void draw_line(canvas *c, const vd_chart_layout *l) {
  for (size_t i = 1; i < l->points; i++)
    draw_stroke(c, &(stroke){scaled(l->line[i - 1]), scaled(l->line[i]),
                             VD_CHART_LINE_WIDTH * SCALE / 2, VD_CHART_LINE});
  for (size_t i = 0; i < l->points; i++) {
    vd_chart_point at = scaled(l->line[i]);
    double radius = VD_CHART_DOT_RADIUS * SCALE, halo = VD_CHART_DOT_HALO * SCALE;
    draw_stroke(c, &(stroke){at, at, radius + halo, VD_CHART_PAPER});
    draw_stroke(c, &(stroke){at, at, radius, VD_CHART_LINE});
  }
}

// ---- text -----------------------------------------------------------------------------------

static void draw_glyph(canvas *c, const vd_glyph *g, int pen, int base, vd_chart_ink ink) {
  for (unsigned row = 0; row < g->rows; row++)
    for (unsigned x = 0; x < g->width; x++) {
      unsigned coverage = g->pixels[(ptrdiff_t)row * g->pitch + x];
      if (coverage != 0)
        blend(c, pen + g->left + (int)x, base - g->top + (int)row, ink, coverage);
    }
}

typedef struct setting {
  double pen, squeeze;
  bool draw;
} setting;

// Sets the text from the pen on, or only measures it when draw is false. Steps are `squeeze` times
// as wide as the font's. Returns the place after the last letter.
static double set_text(canvas *c, const vd_chart_text *t, setting s) {
  vd_view rest = t->text;
  uint32_t cp;
  for (size_t n; (n = vd_utf8_decode(rest, &cp)) != 0; rest = vd_view_from(rest, n)) {
    vd_glyph g;
    vd_glyph_request r = {.cp = cp,
                          .size = (unsigned)lround(t->size * SCALE),
                          .bold = t->bold,
                          .offset = s.pen - floor(s.pen)};
    if (!vd_chart_font_glyph(c->font, &r, &g))
      continue;
    if (s.draw)
      draw_glyph(c, &g, (int)floor(s.pen), (int)lround(t->y * SCALE), t->ink);
    s.pen += g.advance * s.squeeze;
  }
  return s.pen;
}

// A font wider than the layout took for granted is set closer, so that nothing ever overlaps.
static void draw_text(canvas *c, const vd_chart_text *t) {
  double width = set_text(c, t, (setting){.squeeze = 1}), room = t->width * SCALE;
  double squeeze = width > room ? room / width : 1;
  double start = t->x * SCALE;
  if (t->anchor != VD_CHART_START)
    start -= width * squeeze / (t->anchor == VD_CHART_MIDDLE ? 2 : 1);
  (void)set_text(c, t, (setting){.pen = start, .squeeze = squeeze, .draw = true});
}

// ---- file -----------------------------------------------------------------------------------

static void draw(canvas *c, const vd_chart_layout *l) {
  memset(c->pixels, 0xFF, (size_t)c->width * (size_t)c->height * CHANNELS);
  for (size_t i = 0; i < l->grid.count; i++)
    draw_box(c, &l->grid.at[i]);
  for (size_t i = 0; i < l->bars.count; i++)
    draw_box(c, &l->bars.at[i]);
  draw_line(c, l);
  for (size_t i = 0; i < l->texts.count; i++)
    draw_text(c, &l->texts.at[i]);
}

static vd_code encode(vd_arena *a, const canvas *c, vd_buf *out, vd_error *err) {
  png_image image = {.version = PNG_IMAGE_VERSION,
                     .width = (png_uint_32)c->width,
                     .height = (png_uint_32)c->height,
                     .format = PNG_FORMAT_RGB};
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  char *bytes = vd_new_array(a, char, size);
  if (bytes == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the picture");
  if (png_image_write_to_memory(&image, bytes, &size, 0, c->pixels, 0, NULL) == 0)
    return vd_fail(err, VD_NOMEM, "libpng: %s", image.message);
  vd_buf_put(out, (vd_view){bytes, size});
  return out->failed ? vd_fail(err, VD_LIMIT, "the chart does not fit its output") : VD_OK;
}

vd_code vd_chart_png_of(vd_arena *a, const vd_chart_layout *l, vd_buf *out, vd_error *err) {
  canvas c = {.width = (int)lround(l->width * SCALE), .height = (int)lround(l->height * SCALE)};
  const char *named = getenv("VEDETTE_FONT");
  named = named != NULL && *named != '\0' ? named : NULL;
  VD_TRY(vd_chart_font_open(a, named, vd_chart_font_places, &c.font, err));
  c.pixels = vd_new_array(a, uint8_t, (size_t)c.width * (size_t)c.height * CHANNELS);
  if (c.pixels == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the picture");
  draw(&c, l);
  if (vd_chart_font_failed(c.font))
    return vd_fail(err, VD_NOMEM, "no memory for the letters");
  return encode(a, &c, out, err);
}

vd_code vd_chart_png(const vd_chart *c, vd_buf *out, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_CHART_MEMORY_MAX);
  vd_chart_layout l;
  VD_TRY(vd_chart_layout_of(&a, c, &l, err));
  return vd_chart_png_of(&a, &l, out, err);
}
