// Text of plain and quoted YAML scalars, from their source. libfyaml 0.7 gets double-quoted text
// wrong where an escaped backslash ends a line, so only its scanner is used for these.
#include "format/lexeme.h"
#include "format/yaml.h"

typedef struct text {
  vd_view raw;
  size_t at;
  char *out;
  size_t len;
  size_t kept; // out up to here survives a fold: what follows is white space
} text;

static bool is_white(char c) { return c == ' ' || c == '\t'; }

static void skip_white(text *t) {
  while (t->at < t->raw.len && is_white(t->raw.ptr[t->at]))
    t->at++;
}

static bool take_break(text *t) {
  vd_view rest = vd_view_from(t->raw, t->at);
  bool pair = vd_view_starts(rest, VD_VIEW("\r\n"));
  bool one = rest.len != 0 && (rest.ptr[0] == '\n' || rest.ptr[0] == '\r');
  t->at += pair ? 2 : one;
  return one;
}

static void put(text *t, char c) {
  t->out[t->len++] = c;
  if (!is_white(c))
    t->kept = t->len;
}

static void put_code_point(text *t, uint32_t cp) {
  t->len += vd_utf8_encode(cp, t->out + t->len);
  t->kept = t->len;
}

// White space around line breaks goes; one break is a space, each further one a newline.
static void fold(text *t) {
  size_t breaks = 0;
  t->len = t->kept;
  while (take_break(t)) {
    skip_white(t);
    breaks++;
  }
  if (breaks == 1)
    t->out[t->len++] = ' ';
  else
    for (size_t i = 1; i < breaks; i++)
      t->out[t->len++] = '\n';
  t->kept = t->len;
}

// A backslash at the end of a line joins it to the next; blank lines after it are newlines.
static void join(text *t) {
  t->kept = t->len;
  (void)take_break(t);
  skip_white(t);
  while (take_break(t)) {
    put(t, '\n');
    skip_white(t);
  }
}

// Hexadecimal escapes after their letter; the bytes read, 0 when malformed.
static size_t numeric_escape(vd_view digits, char letter, uint32_t *cp) {
  size_t n = letter == 'x' ? 2 : 8;
  if (letter == 'u')
    return vd_utf16_escape(digits, cp);
  return digits.len >= n && vd_hex_of(vd_view_first(digits, n), cp) ? n : 0;
}

static bool escape(text *t) {
  static const char letters[] = "0abt\tnvfre \"/\\N_LP";
  static const uint32_t values[] = {0,    7,   8,   '\t', '\t', '\n', 0x0B, 0x0C,   '\r',
                                    0x1B, ' ', '"', '/',  '\\', 0x85, 0xA0, 0x2028, 0x2029};
  vd_view rest = vd_view_from(t->raw, t->at + 1);
  if (rest.len == 0)
    return false;
  char c = rest.ptr[0];
  uint32_t cp = 0;
  size_t n = 1;
  const char *found = c == '\0' ? NULL : strchr(letters, c);
  if (found != NULL)
    cp = values[found - letters];
  else if (c == 'x' || c == 'u' || c == 'U')
    n += numeric_escape(vd_view_from(rest, 1), c, &cp);
  if (found == NULL && n == 1)
    return false;
  char utf8[4];
  put_code_point(t, vd_utf8_encode(cp, utf8) == 0 ? 0xFFFD : cp);
  t->at += 1 + n;
  return true;
}

static bool is_break(char c) { return c == '\n' || c == '\r'; }

static bool step(text *t, char quote) {
  char c = t->raw.ptr[t->at];
  if (is_break(c)) {
    fold(t);
    return true;
  }
  if (quote == '"' && c == '\\') {
    if (t->at + 1 >= t->raw.len || !is_break(t->raw.ptr[t->at + 1]))
      return escape(t);
    t->at++;
    join(t);
    return true;
  }
  put(t, c);
  t->at += quote == '\'' && c == '\'' ? 2 : 1;
  return true;
}

static bool stands_as_is(vd_view raw, char quote) {
  for (size_t i = 0; i < raw.len; i++) {
    char c = raw.ptr[i];
    if (is_break(c) || (quote == '"' && c == '\\') || (quote == '\'' && c == '\''))
      return false;
  }
  return true;
}

vd_code vd_yaml_flow_text(vd_arena *a, vd_view raw, char quote, vd_view *out) {
  if (stands_as_is(raw, quote)) {
    *out = raw;
    return VD_OK;
  }
  // "\L" is the escape that grows most: two bytes become three
  text t = {.raw = raw, .out = vd_new_array(a, char, raw.len + raw.len / 2 + 4)};
  if (t.out == NULL)
    return VD_NOMEM;
  while (t.at < raw.len)
    if (!step(&t, quote))
      return VD_FORMAT;
  *out = (vd_view){t.out, t.len};
  return VD_OK;
}
