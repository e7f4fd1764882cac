// Glyphs for the PNG of a chart: font files found on the machine, drawn by FreeType.
#pragma once

#include "base/base.h"

// A file of the regular letters and one of the bold ones; NULL for no bold.
typedef struct vd_font_place {
  const char *regular, *bold;
} vd_font_place;

// Where distributions keep suitable fonts, best first; ends with a NULL regular. Those after the
// first that is there lend the letters it has not.
extern const vd_font_place vd_chart_font_places[];

typedef struct vd_chart_font vd_chart_font;

// A letter as coverage, 0 to 255 a pixel; valid until the next letter is asked for.
typedef struct vd_glyph {
  const uint8_t *pixels;
  unsigned width, rows;
  int pitch;     // bytes from one row to the next; negative when they go upwards
  int left, top; // of the first pixel, from the pen to the right and up
  double advance;
} vd_glyph;

typedef struct vd_glyph_request {
  uint32_t cp;
  unsigned size; // pixels of the em
  bool bold;
  double offset; // of the pen within its pixel, 0 to 1
} vd_glyph_request;

// override (may be NULL) names a font file that goes before the places. Everything lives in the
// arena, which must be used up with the font. NOTFOUND (the text says what to install), FORMAT,
// NOMEM.
vd_code vd_chart_font_open(vd_arena *a, const char *override, const vd_font_place *places,
                           vd_chart_font **out, vd_error *err) VD_MUST_USE;
// False when no font can draw the letter (a box stands for it where the first font has one) or the
// memory ended.
bool vd_chart_font_glyph(vd_chart_font *f, const vd_glyph_request *r, vd_glyph *out);
bool vd_chart_font_failed(const vd_chart_font *f); // the memory ended
