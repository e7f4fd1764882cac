// Errors and views.
#include "base/base.h"

#include <stdarg.h>

const char *vd_code_text(vd_code code) {
  switch (code) {
#define X(name, value, text)                                                                       \
  case VD_##name: return text;
    VD_CODES(X)
#undef X
  }
  return "unknown error";
}

vd_code vd_fail(vd_error *err, vd_code code, const char *fmt, ...) {
  if (err == NULL)
    return code;
  *err = (vd_error){.code = code};
  va_list ap;
  va_start(ap, fmt);
  (void)vsnprintf(err->text, sizeof err->text, fmt, ap);
  va_end(ap);
  return code;
}

vd_view vd_view_of(const char *cstr) { return (vd_view){cstr, strlen(cstr)}; }

bool vd_view_eq(vd_view a, vd_view b) {
  return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static int lower(char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; }

bool vd_view_ieq(vd_view a, vd_view b) {
  if (a.len != b.len)
    return false;
  for (size_t i = 0; i < a.len; i++)
    if (lower(a.ptr[i]) != lower(b.ptr[i]))
      return false;
  return true;
}

int vd_view_cmp(vd_view a, vd_view b) {
  size_t n = a.len < b.len ? a.len : b.len;
  int order = n == 0 ? 0 : memcmp(a.ptr, b.ptr, n);
  return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

bool vd_view_starts(vd_view v, vd_view prefix) {
  return v.len >= prefix.len && vd_view_eq(vd_view_first(v, prefix.len), prefix);
}

bool vd_view_ends(vd_view v, vd_view suffix) {
  return v.len >= suffix.len && vd_view_eq(vd_view_from(v, v.len - suffix.len), suffix);
}

static bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

vd_view vd_view_trim(vd_view v) {
  while (v.len != 0 && is_space(v.ptr[0]))
    v = vd_view_from(v, 1);
  while (v.len != 0 && is_space(v.ptr[v.len - 1]))
    v.len--;
  return v;
}

vd_view vd_view_from(vd_view v, size_t start) {
  if (start > v.len)
    start = v.len;
  return (vd_view){start == 0 ? v.ptr : v.ptr + start, v.len - start};
}

vd_view vd_view_first(vd_view v, size_t n) { return (vd_view){v.ptr, n < v.len ? n : v.len}; }

size_t vd_view_find(vd_view v, char c) {
  const char *at = v.len == 0 ? NULL : memchr(v.ptr, c, v.len);
  return at == NULL ? v.len : (size_t)(at - v.ptr);
}

bool vd_view_has(vd_view v, vd_view needle) {
  return needle.len == 0 || (v.len != 0 && memmem(v.ptr, v.len, needle.ptr, needle.len) != NULL);
}

vd_view vd_view_cut(vd_view *rest, char sep) {
  size_t at = vd_view_find(*rest, sep);
  vd_view head = vd_view_first(*rest, at);
  *rest = vd_view_from(*rest, at + 1);
  return head;
}

bool vd_view_line(vd_view *rest, vd_view *line) {
  if (rest->len == 0)
    return false;
  *line = vd_view_cut(rest, '\n');
  if (line->len != 0 && line->ptr[line->len - 1] == '\r')
    line->len--;
  return true;
}

bool vd_view_among(vd_view word, const char *words) {
  vd_view rest = vd_view_of(words);
  while (rest.len != 0)
    if (vd_view_eq(vd_view_cut(&rest, ' '), word))
      return true;
  return false;
}

bool vd_view_u64(vd_view v, uint64_t *out) {
  uint64_t n = 0;
  if (v.len == 0)
    return false;
  for (size_t i = 0; i < v.len; i++) {
    if (v.ptr[i] < '0' || v.ptr[i] > '9' || __builtin_mul_overflow(n, 10u, &n) ||
        __builtin_add_overflow(n, (uint64_t)(v.ptr[i] - '0'), &n))
      return false;
  }
  *out = n;
  return true;
}
