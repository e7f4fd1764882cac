// Escapes that JSON and YAML share.
#include "format/lexeme.h"

bool vd_hex_of(vd_view v, uint32_t *out) {
  uint32_t x = 0;
  for (size_t i = 0; i < v.len; i++) {
    char c = v.ptr[i], low = (char)(c | 0x20);
    bool digit = c >= '0' && c <= '9';
    if (!digit && (low < 'a' || low > 'f'))
      return false;
    x = x << 4 | (uint32_t)(digit ? c - '0' : low - 'a' + 10);
  }
  *out = x;
  return v.len != 0 && v.len <= 8;
}

size_t vd_utf16_escape(vd_view v, uint32_t *cp) {
  uint32_t high, low = 0;
  if (v.len < 4 || !vd_hex_of(vd_view_first(v, 4), &high))
    return 0;
  *cp = high >= 0xD800 && high <= 0xDFFF ? 0xFFFD : high;
  vd_view second = vd_view_from(v, 4);
  if (high < 0xD800 || high >= 0xDC00 || second.len < 6 ||
      !vd_view_starts(second, VD_VIEW("\\u")) ||
      !vd_hex_of(vd_view_first(vd_view_from(second, 2), 4), &low) || low < 0xDC00 || low > 0xDFFF)
    return 4;
  *cp = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
  return 10;
}
