// The PNG of charts: it shows the layout, keeps texts in their room, and fails cleanly.
#include "chart_fixture.h"
#include "report/chart_font.h"

#include <png.h>

typedef struct picture {
  size_t width, height;
  uint8_t *pixels;
} picture;

static picture read_png(vd_arena *a, vd_view bytes) {
  png_image image = {.version = PNG_IMAGE_VERSION};
  cr_assert(png_image_begin_read_from_memory(&image, bytes.ptr, bytes.len) != 0);
  image.format = PNG_FORMAT_RGB;
  picture p = {image.width, image.height, vd_new_array(a, uint8_t, PNG_IMAGE_SIZE(image))};
  cr_assert(p.pixels != NULL);
  cr_assert(png_image_finish_read(&image, NULL, p.pixels, 0, NULL) != 0, "%s", image.message);
  return p;
}

static picture draw(vd_arena *a, const vd_chart *c) {
  VD_SCOPED_BUF out = VD_BUF(64 << 20);
  vd_error err = {0};
  cr_assert(vd_chart_png(c, &out, &err) == VD_OK, "%s", err.text);
  return read_png(a, vd_buf_view(&out));
}

static uint32_t pixel(const picture *p, size_t x, size_t y) {
  const uint8_t *at = p->pixels + (y * p->width + x) * 3;
  return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

// Pixels of the colour in one row.
static size_t count_in_row(const picture *p, double y, vd_chart_ink ink) {
  size_t n = 0;
  for (size_t x = 0; x < p->width; x++)
    n += pixel(p, x, (size_t)(y * 2)) == vd_chart_inks[ink];
  return n;
}

// Pixels in the place of a text that are not paper.
static size_t count_ink(const picture *p, const vd_chart_text *t) {
  area at = area_of_text(t);
  size_t n = 0;
  for (size_t y = (size_t)(at.top * 2); y < (size_t)(at.bottom * 2); y++)
    for (size_t x = (size_t)(at.left * 2); x < (size_t)(at.right * 2); x++)
      n += pixel(p, x, y) != vd_chart_inks[VD_CHART_PAPER];
  return n;
}

static void check_picture(const vd_chart *c) {
  VD_SCOPED_ARENA a = VD_ARENA(256 << 20);
  vd_chart_layout l = layout(&a, c);
  picture p = draw(&a, c);
  cr_assert(p.width == (size_t)(l.width * 2) && p.height == (size_t)(l.height * 2));
  for (size_t i = 0; i < l.bars.count; i++) {
    const vd_chart_box *b = &l.bars.at[i];
    size_t n = count_in_row(&p, b->y + b->height / 2, VD_CHART_BAR);
    cr_assert((double)n == b->width * 2, "bar %zu: %zu pixels for %g", i, n, b->width);
  }
  for (size_t i = 0; i < l.points; i++)
    cr_assert(pixel(&p, (size_t)(l.line[i].x * 2), (size_t)(l.line[i].y * 2)) ==
              vd_chart_inks[VD_CHART_LINE]);
  for (size_t i = 0; i < l.texts.count; i++)
    cr_assert(count_ink(&p, &l.texts.at[i]) > 0, "no letters of '%.*s'",
              VD_ARG(l.texts.at[i].text));
}

Test(chart_png, png_shows_the_layout) {
  static sample_tail tail;
  for (size_t i = 0; i < VD_COUNT(chart_samples); i++)
    check_picture(&chart_samples[i].chart);
  sample_tail_make(&tail, VD_CHART_BARS_MAX);
  check_picture(&tail.chart);
}

// Every text stays in the room the layout gave it, however wide the font is.
static void check_room(const vd_chart *c) {
  VD_SCOPED_ARENA a = VD_ARENA(256 << 20);
  vd_chart_layout l = layout(&a, c), bare = l;
  bare.texts.count = 0;
  VD_SCOPED_BUF with = VD_BUF(64 << 20), without = VD_BUF(64 << 20);
  cr_assert(vd_chart_png_of(&a, &l, &with, NULL) == VD_OK);
  cr_assert(vd_chart_png_of(&a, &bare, &without, NULL) == VD_OK);
  picture p = read_png(&a, vd_buf_view(&with)), q = read_png(&a, vd_buf_view(&without));
  for (size_t i = 0; i < l.texts.count; i++) { // blank what belongs to texts
    area at = area_of_text(&l.texts.at[i]);
    for (size_t y = (size_t)(at.top * 2) - 4; y < (size_t)(at.bottom * 2) + 4; y++)
      for (size_t x = (size_t)(at.left * 2) - 4; x < (size_t)(at.right * 2) + 4; x++)
        memcpy(p.pixels + (y * p.width + x) * 3, q.pixels + (y * p.width + x) * 3, 3);
  }
  cr_assert(memcmp(p.pixels, q.pixels, p.width * p.height * 3) == 0);
}

static const char bold_font[] = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf";

Test(chart_png, png_texts_keep_to_their_room) {
  check_room(sample("ten"));
  check_room(sample("long"));
  check_room(sample("pareto"));
  cr_assert(setenv("VEDETTE_FONT", bold_font, 1) == 0);
  check_room(sample("ten"));
  check_room(sample("long"));
}

Test(chart_png, png_names_what_is_missing) {
  VD_SCOPED_BUF out = VD_BUF(64 << 20);
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  vd_error err = {0};
  vd_chart_font *font = NULL;
  static const vd_font_place none[] = {{"/nowhere/a.ttf", NULL}, {NULL, NULL}};
  cr_assert(vd_chart_font_open(&a, NULL, none, &font, &err) == VD_NOTFOUND && font == NULL);
  cr_assert(strstr(err.text, "fonts-dejavu-core") != NULL && strstr(err.text, "SVG") != NULL);
  cr_assert(setenv("VEDETTE_FONT", "/nowhere/font.ttf", 1) == 0);
  cr_assert(vd_chart_png(sample("one"), &out, &err) == VD_NOTFOUND && out.len == 0);
  cr_assert(strstr(err.text, "VEDETTE_FONT") != NULL && strstr(err.text, "/nowhere") != NULL);
  cr_assert(setenv("VEDETTE_FONT", "README.md", 1) == 0);
  cr_assert(vd_chart_png(sample("one"), &out, &err) == VD_FORMAT && out.len == 0);
  cr_assert(setenv("VEDETTE_FONT", "/dev/null", 1) == 0);
  cr_assert(vd_chart_png(sample("one"), &out, &err) == VD_UNSUPPORTED && out.len == 0);
  cr_assert(!out.failed);
}

Test(chart_png, png_fits_or_is_not_written) {
  VD_SCOPED_BUF out = VD_BUF(64 << 20);
  cr_assert(vd_chart_png(sample("one"), &out, NULL) == VD_OK);
  VD_SCOPED_BUF small = VD_BUF(out.len - 1);
  vd_error err = {0};
  cr_assert(vd_chart_png(sample("one"), &small, &err) == VD_LIMIT && small.len == 0);
  VD_SCOPED_BUF exact = VD_BUF(out.len);
  cr_assert(vd_chart_png(sample("one"), &exact, NULL) == VD_OK);
  cr_assert(vd_view_eq(vd_buf_view(&exact), vd_buf_view(&out)));
}

// ---- memory ---------------------------------------------------------------------------------

Test(chart_png, every_allocation_of_the_png_may_fail) {
  VD_SCOPED_ARENA kept = VD_ARENA(16 << 20);
  vd_chart_layout l = layout(&kept, &(vd_chart){.title = VD_VIEW("A\xE6\xBC\xA2")});
  vd_code code = VD_NOMEM;
  unsigned n = 1;
  for (; code != VD_OK; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(256 << 20);
    VD_SCOPED_BUF out = VD_BUF(16 << 20);
    a.fail_at = n;
    vd_error err = {0};
    code = vd_chart_png_of(&a, &l, &out, &err);
    cr_assert(code == VD_OK || (code == VD_NOMEM && err.code == VD_NOMEM && out.len == 0),
              "allocation %u: %d", n, code);
    cr_assert(code != VD_OK || a.fail_at != 0, "allocation %u failed and nobody saw it", n);
  }
  cr_assert(n > 60, "%u", n);
}
