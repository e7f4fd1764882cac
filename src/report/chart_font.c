// Glyphs for the PNG of a chart: font files found on the machine, drawn by FreeType.

// First, as its headers name functions that banned.h poisons.
// clang-format off
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_MODULE_H
#include FT_OUTLINE_H
// clang-format on

#include "report/chart_font.h"

#include <math.h>

#define DEBIAN "/usr/share/fonts/truetype/"

const vd_font_place vd_chart_font_places[] = {
    {DEBIAN "dejavu/DejaVuSans.ttf", DEBIAN "dejavu/DejaVuSans-Bold.ttf"},
    {"/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
     "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans-Bold.ttf"},                          // Fedora
    {"/usr/share/fonts/TTF/DejaVuSans.ttf", "/usr/share/fonts/TTF/DejaVuSans-Bold.ttf"}, // Arch
    {"/usr/share/fonts/dejavu/DejaVuSans.ttf",
     "/usr/share/fonts/dejavu/DejaVuSans-Bold.ttf"}, // Alpine
    {DEBIAN "liberation/LiberationSans-Regular.ttf", DEBIAN "liberation/LiberationSans-Bold.ttf"},
    {DEBIAN "liberation2/LiberationSans-Regular.ttf", DEBIAN "liberation2/LiberationSans-Bold.ttf"},
    {DEBIAN "noto/NotoSans-Regular.ttf", DEBIAN "noto/NotoSans-Bold.ttf"},
    // Only titles are bold; 20 MB are too much to read for one.
    {"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", NULL},
    {"/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", NULL},
    {DEBIAN "wqy/wqy-microhei.ttc", NULL},
    {DEBIAN "wqy/wqy-zenhei.ttc", NULL},
    {DEBIAN "droid/DroidSansFallbackFull.ttf", NULL},
    {DEBIAN "nanum/NanumGothic.ttf", NULL},
    {NULL, NULL},
};

enum { FACES_MAX = 16 }; // fonts at hand; more than there are places

typedef struct family {
  FT_Face regular, bold; // NULL: not there, or not yet looked for
} family;

struct vd_chart_font {
  vd_arena *arena;
  struct FT_MemoryRec_ memory;
  FT_Library library;
  const vd_font_place *places; // those not yet looked at
  family families[FACES_MAX];
  size_t count;
  bool failed;
};

// ---- memory: the arena's, so that nothing is left behind and each allocation may fail ----------

static void *take(FT_Memory memory, long size) {
  vd_chart_font *f = memory->user;
  void *p = size <= 0 ? NULL : vd_arena_alloc(f->arena, 1, (size_t)size);
  f->failed |= p == NULL;
  return p;
}

// NOLINTNEXTLINE(readability-non-const-parameter): FreeType's type
static void give(FT_Memory memory, void *block) { (void)memory, (void)block; }

static void *resize(FT_Memory memory, long from, long to, void *block) {
  void *p = take(memory, to);
  if (p != NULL && from > 0)
    memcpy(p, block, (size_t)(from < to ? from : to));
  return p;
}

// ---- files ----------------------------------------------------------------------------------

static vd_code read_face(vd_chart_font *f, const char *path, FT_Face *out, vd_error *err) {
  vd_view bytes;
  FT_Face face;
  VD_TRY(vd_file_read(f->arena, path, VD_CHART_FONT_MAX, &bytes, err));
  FT_Error bad =
      FT_New_Memory_Face(f->library, (const FT_Byte *)bytes.ptr, (FT_Long)bytes.len, 0, &face);
  if (f->failed)
    return vd_fail(err, VD_NOMEM, "no memory for the font");
  if (bad != 0)
    return vd_fail(err, VD_FORMAT, "%.160s is no font that can be read", path);
  *out = face;
  return VD_OK;
}

// The next place that has a font; NOTFOUND after the last.
static vd_code next_family(vd_chart_font *f, vd_error *err) {
  while (f->places->regular != NULL && f->count < FACES_MAX) {
    const vd_font_place *place = f->places++;
    family *to = &f->families[f->count];
    vd_code code = read_face(f, place->regular, &to->regular, NULL);
    if (code == VD_OK && place->bold != NULL)
      code = read_face(f, place->bold, &to->bold, NULL) == VD_NOMEM ? VD_NOMEM : VD_OK;
    if (code == VD_NOMEM)
      return f->failed = true, vd_fail(err, VD_NOMEM, "no memory for the font");
    if (code == VD_OK)
      return f->count++, VD_OK;
  }
  return vd_fail(
      err, VD_NOTFOUND,
      "a PNG needs a font and none was found: install the package fonts-dejavu-core, set "
      "VEDETTE_FONT to a font file, or ask for SVG, which needs none");
}

static vd_code open_override(vd_chart_font *f, const char *path, vd_error *err) {
  vd_error why = {0};
  vd_code code = read_face(f, path, &f->families[0].regular, &why);
  if (code != VD_OK)
    return vd_fail(err, code, "VEDETTE_FONT: %s", why.text);
  f->count = 1;
  return VD_OK;
}

vd_code vd_chart_font_open(vd_arena *a, const char *override, const vd_font_place *places,
                           vd_chart_font **out, vd_error *err) {
  vd_chart_font *f = vd_new(a, vd_chart_font);
  if (f == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the font");
  f->arena = a;
  f->places = places;
  f->memory = (struct FT_MemoryRec_){.user = f, .alloc = take, .free = give, .realloc = resize};
  if (FT_New_Library(&f->memory, &f->library) != 0)
    return vd_fail(err, VD_NOMEM, "no memory for the font");
  FT_Add_Default_Modules(f->library);
  if (f->failed)
    return vd_fail(err, VD_NOMEM, "no memory for the font");
  VD_TRY(override != NULL ? open_override(f, override, err) : next_family(f, err));
  *out = f;
  return VD_OK;
}

bool vd_chart_font_failed(const vd_chart_font *f) { return f->failed; }

// ---- glyphs ---------------------------------------------------------------------------------

static FT_Face face_in(const family *y, uint32_t cp, bool bold) {
  if (bold && y->bold != NULL && FT_Get_Char_Index(y->bold, cp) != 0)
    return y->bold;
  return FT_Get_Char_Index(y->regular, cp) != 0 ? y->regular : NULL;
}

// The first font that has the letter; the very first when none has, for its box.
static FT_Face face_for(vd_chart_font *f, uint32_t cp, bool bold) {
  for (size_t i = 0; i < f->count || next_family(f, NULL) == VD_OK; i++) {
    FT_Face face = face_in(&f->families[i], cp, bold);
    if (face != NULL)
      return face;
  }
  return f->families[0].regular;
}

bool vd_chart_font_glyph(vd_chart_font *f, const vd_glyph_request *r, vd_glyph *out) {
  FT_Face face = face_for(f, r->cp, r->bold);
  FT_UInt index = FT_Get_Char_Index(face, r->cp);
  if (FT_Set_Pixel_Sizes(face, 0, r->size) != 0 ||
      FT_Load_Glyph(face, index, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP) != 0)
    return false;
  FT_GlyphSlot slot = face->glyph;
  if (slot->format == FT_GLYPH_FORMAT_OUTLINE)
    FT_Outline_Translate(&slot->outline, lround(r->offset * 64), 0);
  if (FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) != 0 ||
      slot->bitmap.pixel_mode != FT_PIXEL_MODE_GRAY)
    return false;
  *out = (vd_glyph){.pixels = slot->bitmap.buffer,
                    .width = slot->bitmap.width,
                    .rows = slot->bitmap.rows,
                    .pitch = slot->bitmap.pitch,
                    .left = slot->bitmap_left,
                    .top = slot->bitmap_top,
                    .advance = (double)slot->linearHoriAdvance / 65536};
  return true;
}
