// Text files as Python tools read them: byte order marks decide the encoding.
#include "package/text_decode.h"

static uint32_t unit(const uint8_t *p, size_t size, bool big) {
  uint32_t x = 0;
  for (size_t i = 0; i < size; i++)
    x |= (uint32_t)p[i] << 8 * (big ? size - 1 - i : i);
  return x;
}

typedef struct wide_text {
  vd_view rest;
  size_t unit; // bytes: 2 or 4
  bool big;    // big-endian
} wide_text;

// The next code point; a lone surrogate or a cut-off unit reads as U+FFFD.
static uint32_t next_code_point(wide_text *w) {
  const uint8_t *p = (const uint8_t *)w->rest.ptr;
  if (w->rest.len < w->unit)
    return w->rest.len = 0, 0xFFFD;
  uint32_t x = unit(p, w->unit, w->big);
  w->rest = vd_view_from(w->rest, w->unit);
  if (w->unit == 4 || x < 0xD800 || x > 0xDFFF)
    return x;
  uint32_t low = w->rest.len < 2 ? 0 : unit(p + 2, 2, w->big);
  if (x > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
    return 0xFFFD;
  w->rest = vd_view_from(w->rest, 2);
  return 0x10000 + ((x - 0xD800) << 10) + (low - 0xDC00);
}

static vd_code to_utf8(vd_arena *a, wide_text w, vd_view *out) {
  size_t n = 0;
  char *text = vd_new_array(a, char, w.rest.len / w.unit * (w.unit == 2 ? 3 : 4) + 4);
  if (text == NULL)
    return VD_NOMEM;
  while (w.rest.len != 0) {
    char bytes[4];
    size_t len = vd_utf8_encode(next_code_point(&w), bytes);
    memcpy(text + n, len == 0 ? "?" : bytes, len == 0 ? 1 : len);
    n += len == 0 ? 1 : len;
  }
  *out = (vd_view){text, n};
  return VD_OK;
}

vd_code vd_text_decode(vd_arena *a, vd_view bytes, vd_view *out, vd_error *err) {
  static const struct mark {
    vd_view bytes;
    size_t unit;
    bool big;
  } marks[] = {
      {VD_VIEW_INIT("\xEF\xBB\xBF"), 1, false}, {VD_VIEW_INIT("\xFF\xFE\0\0"), 4, false},
      {VD_VIEW_INIT("\0\0\xFE\xFF"), 4, true},  {VD_VIEW_INIT("\xFF\xFE"), 2, false},
      {VD_VIEW_INIT("\xFE\xFF"), 2, true},
  };
  vd_view text = bytes;
  for (size_t i = 0; i < VD_COUNT(marks); i++) {
    if (!vd_view_starts(bytes, marks[i].bytes))
      continue;
    wide_text w = {vd_view_from(bytes, marks[i].bytes.len), marks[i].unit, marks[i].big};
    text = w.rest;
    if (w.unit != 1)
      VD_TRY(to_utf8(a, w, &text));
    break;
  }
  if (vd_view_find(text, '\0') != text.len)
    return vd_fail(err, VD_FORMAT, "binary data where text is expected");
  *out = text;
  return VD_OK;
}
