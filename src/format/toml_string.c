// TOML 1.0 strings: the four quoted kinds and their escapes.
#include "format/toml_private.h"

vd_code vd_toml_at(const vd_toml_cursor *c, const char *at, vd_code code) {
  if (c->err == NULL)
    return code;
  const char *line_start = c->start;
  uint32_t line = 1;
  for (const char *p = c->start; p < at; p++)
    if (*p == '\n') {
      line++;
      line_start = p + 1;
    }
  c->err->line = line;
  c->err->column = (uint32_t)(at - line_start + 1);
  c->err->offset = (uint64_t)(at - c->start);
  return code;
}

bool vd_toml_newline(vd_toml_cursor *c) {
  size_t left = (size_t)(c->end - c->at);
  size_t n = left >= 1 && c->at[0] == '\n'                       ? 1
             : left >= 2 && c->at[0] == '\r' && c->at[1] == '\n' ? 2
                                                                 : 0;
  if (n == 0)
    return false;
  c->at += n;
  c->line++;
  c->line_start = c->at;
  return true;
}

// The text between the quotes, and whether it must be unescaped.
typedef struct body {
  const char *at, *end;
  char quote;
  bool multi, escaped;
} body;

// Up to two quotes may stand before the closing three.
static bool closes(vd_toml_cursor *c, body *b) {
  size_t run = 0, wanted = b->multi ? 5 : 1;
  while (run < wanted && c->at + run < c->end && c->at[run] == b->quote)
    run++;
  if (b->multi && run < 3) {
    c->at += run;
    return false;
  }
  b->end = c->at + run - (b->multi ? 3 : 1);
  c->at += run;
  return true;
}

// An escaped quote or backslash must not be taken for what it is unescaped.
static void skip_escape(vd_toml_cursor *c, body *b) {
  b->escaped = true;
  c->at++;
  int next = vd_toml_peek(c);
  if (next == '"' || next == '\\')
    c->at++;
}

static vd_code find_end(vd_toml_cursor *c, body *b, const char *opening) {
  for (;;) {
    int ch = vd_toml_peek(c);
    if (ch < 0)
      return vd_toml_at(c, opening, vd_fail(c->err, VD_FORMAT, "string is not closed"));
    if (ch == b->quote) {
      if (closes(c, b))
        return VD_OK;
    } else if (ch == '\\' && b->quote == '"') {
      skip_escape(c, b);
    } else if (b->multi && vd_toml_newline(c)) {
      continue;
    } else if (ch == '\n' || (ch == '\r' && !b->multi)) {
      return vd_toml_at(c, opening, vd_fail(c->err, VD_FORMAT, "string is not closed on its line"));
    } else if ((ch < 0x20 && ch != '\t') || ch == 0x7F) {
      return vd_toml_at(c, c->at,
                        vd_fail(c->err, VD_FORMAT, "control character 0x%02x in a string", ch));
    } else {
      c->at++;
    }
  }
}

static int hex_digit(char ch) {
  if (ch >= '0' && ch <= '9')
    return ch - '0';
  char lower = (char)(ch | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// \uXXXX or \UXXXXXXXX: the code point as UTF-8; 0 when it is not one.
static size_t unicode(const char *digits, const char *end, size_t n, char out[4]) {
  uint32_t cp = 0;
  if ((size_t)(end - digits) < n)
    return 0;
  for (size_t i = 0; i < n; i++) {
    int d = hex_digit(digits[i]);
    if (d < 0 || cp > 0x10FFFF)
      return 0;
    cp = cp << 4 | (uint32_t)d;
  }
  return vd_utf8_encode(cp, out);
}

// A backslash at the end of a line swallows white space up to the next text. NULL when it is none.
static const char *continuation(const char *p, const char *end) {
  bool newline = false;
  for (; p < end; p++) {
    if (*p == '\n')
      newline = true;
    else if (*p != ' ' && *p != '\t' && !(*p == '\r' && p + 1 < end && p[1] == '\n'))
      break;
  }
  return newline ? p : NULL;
}

// Decodes the escape behind a backslash at p into *to; the byte after it, or NULL when bad.
static const char *escape(const char *p, const body *b, char **to) {
  static const char from[] = "btnfr\"\\", into[] = "\b\t\n\f\r\"\\";
  const char *known = p < b->end && *p != '\0' ? strchr(from, *p) : NULL;
  if (known != NULL) {
    *(*to)++ = into[known - from];
    return p + 1;
  }
  if (p < b->end && (*p == 'u' || *p == 'U')) {
    size_t digits = *p == 'u' ? 4 : 8;
    size_t n = unicode(p + 1, b->end, digits, *to);
    *to += n;
    return n == 0 ? NULL : p + 1 + digits;
  }
  return b->multi ? continuation(p, b->end) : NULL;
}

// No escape is shorter than what it stands for, so the raw length is room enough.
static vd_code unescape(vd_toml_cursor *c, const body *b, vd_view *out) {
  char *text = vd_new_array(c->arena, char, (size_t)(b->end - b->at));
  if (text == NULL)
    return vd_fail(c->err, VD_NOMEM, "no memory for a TOML string");
  char *to = text;
  for (const char *p = b->at; p < b->end;) {
    if (*p != '\\') {
      *to++ = *p++;
      continue;
    }
    const char *next = escape(p + 1, b, &to);
    if (next == NULL)
      return vd_toml_at(c, p, vd_fail(c->err, VD_FORMAT, "unknown escape sequence"));
    p = next;
  }
  *out = (vd_view){text, (size_t)(to - text)};
  return VD_OK;
}

vd_code vd_toml_string(vd_toml_cursor *c, bool multi, vd_view *out) {
  const char *opening = c->at;
  body b = {.quote = *opening};
  b.multi = multi && c->end - opening >= 3 && opening[1] == b.quote && opening[2] == b.quote;
  c->at += b.multi ? 3 : 1;
  if (b.multi)
    (void)vd_toml_newline(c); // the first one is layout, not text
  b.at = c->at;
  VD_TRY(find_end(c, &b, opening));
  if (b.escaped)
    return unescape(c, &b, out);
  *out = (vd_view){b.at, (size_t)(b.end - b.at)};
  return VD_OK;
}
