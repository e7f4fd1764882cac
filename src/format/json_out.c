// Writing JSON: separators, indentation and escaping.
#include "format/format.h"

#include <math.h>

static void line_break(vd_json_out *j) {
  vd_buf_put_c(j->buf, '\n');
  for (unsigned i = 0; i < j->depth; i++)
    vd_buf_put(j->buf, VD_VIEW("  "));
}

// What stands between the last thing written and the value or key that follows.
static void separate(vd_json_out *j) {
  if (j->needs_comma)
    vd_buf_put_c(j->buf, ',');
  if (j->pretty && j->depth != 0 && !j->after_key)
    line_break(j);
  j->needs_comma = true;
  j->after_key = false;
}

void vd_json_open(vd_json_out *j, char bracket) {
  separate(j);
  vd_buf_put_c(j->buf, bracket);
  j->depth++;
  j->needs_comma = false;
}

void vd_json_close(vd_json_out *j, char bracket) {
  j->depth--;
  if (j->pretty && j->needs_comma)
    line_break(j);
  vd_buf_put_c(j->buf, bracket);
  j->needs_comma = true;
}

// JSON ends up on terminals and in scripts too: what is invisible or reorders text is escaped.
static bool is_unsafe(uint32_t cp) {
  return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x61C || (cp >= 0x200B && cp <= 0x200F) ||
         (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0xFEFF;
}

static void put_escape(vd_buf *b, uint32_t cp) {
  static const char names[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
  const char *found = cp == 0 || cp > 0x7F ? NULL : strchr(names, (int)cp);
  if (found != NULL)
    vd_buf_printf(b, "\\%c", letters[found - names]);
  else
    vd_buf_printf(b, "\\u%04x", cp);
}

static size_t plain_run(vd_view text) {
  size_t n = 0;
  while (n < text.len && text.ptr[n] >= 0x20 && text.ptr[n] < 0x7F && text.ptr[n] != '"' &&
         text.ptr[n] != '\\')
    n++;
  return n;
}

static void put_string(vd_buf *b, vd_view text) {
  vd_buf_put_c(b, '"');
  while (text.len != 0) {
    uint32_t cp = 0;
    size_t n = plain_run(text);
    vd_buf_put(b, vd_view_first(text, n));
    text = vd_view_from(text, n);
    n = vd_utf8_decode(text, &cp);
    if (n == 0 && text.len != 0)
      vd_buf_put(b, VD_VIEW("\xEF\xBF\xBD"));
    else if (n != 0 && (is_unsafe(cp) || cp == '"' || cp == '\\'))
      put_escape(b, cp);
    else
      vd_buf_put(b, vd_view_first(text, n));
    text = vd_view_from(text, n == 0 ? 1 : n);
  }
  vd_buf_put_c(b, '"');
}

void vd_json_key(vd_json_out *j, const char *key) { vd_json_name(j, vd_view_of(key)); }

void vd_json_name(vd_json_out *j, vd_view key) {
  separate(j);
  put_string(j->buf, key);
  vd_buf_put(j->buf, j->pretty ? VD_VIEW(": ") : VD_VIEW(":"));
  j->needs_comma = false;
  j->after_key = true;
}

void vd_json_text(vd_json_out *j, vd_view text) {
  separate(j);
  put_string(j->buf, text);
}

void vd_json_int(vd_json_out *j, int64_t n) {
  separate(j);
  vd_buf_printf(j->buf, "%lld", (long long)n);
}

void vd_json_real(vd_json_out *j, double x, int decimals) {
  char text[352]; // the largest double has 309 digits before the point
  if (!isfinite(x)) {
    vd_json_null(j);
    return;
  }
  decimals = decimals < 0 ? 0 : decimals > 17 ? 17 : decimals;
  int n = snprintf(text, sizeof text, "%.*f", decimals, x);
  if (n > decimals && decimals > 0)
    text[n - decimals - 1] = '.'; // whatever the locale says
  separate(j);
  vd_buf_put(j->buf, vd_view_of(text));
}

void vd_json_bool(vd_json_out *j, bool b) {
  separate(j);
  vd_buf_put(j->buf, b ? VD_VIEW("true") : VD_VIEW("false"));
}

void vd_json_null(vd_json_out *j) {
  separate(j);
  vd_buf_put(j->buf, VD_VIEW("null"));
}

void vd_json_member(vd_json_out *j, const char *key, vd_view text) {
  vd_json_key(j, key);
  if (text.ptr == NULL)
    vd_json_null(j);
  else
    vd_json_text(j, text);
}
