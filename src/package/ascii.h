// ASCII character classes that do not depend on the locale, as the grammars of packages use them.
#pragma once

#include "base/base.h"

static inline bool vd_is_digit(char c) { return c >= '0' && c <= '9'; }
static inline char vd_lower(char c) { return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); }

static inline bool vd_is_alnum(char c) {
  char l = vd_lower(c);
  return vd_is_digit(c) || (l >= 'a' && l <= 'z');
}

// What Python's str.strip() and \s take for white space within ASCII.
static inline bool vd_is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
}

static inline vd_view vd_strip(vd_view v) {
  while (v.len != 0 && vd_is_space(v.ptr[0]))
    v = (vd_view){v.ptr + 1, v.len - 1};
  while (v.len != 0 && vd_is_space(v.ptr[v.len - 1]))
    v.len--;
  return v;
}

// Byte order of the lower-cased texts.
static inline int vd_lower_compare(vd_view a, vd_view b) {
  size_t n = a.len < b.len ? a.len : b.len;
  for (size_t i = 0; i < n; i++) {
    unsigned char x = (unsigned char)vd_lower(a.ptr[i]), y = (unsigned char)vd_lower(b.ptr[i]);
    if (x != y)
      return x < y ? -1 : 1;
  }
  return (a.len > b.len) - (a.len < b.len);
}
