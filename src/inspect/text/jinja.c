// Jinja templates as tokens.
#include "inspect/text/jinja.h"

typedef struct lexer {
  vd_arena *arena;
  vd_view v;
  size_t at;
  vd_jinja_tokens *out;
} lexer;

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (uint8_t)c >= 0x80;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool starts(const lexer *l, size_t at, const char *text) {
  return vd_view_starts(vd_view_from(l->v, at), vd_view_of(text));
}

static vd_code put(lexer *l, vd_jinja_kind kind, size_t from, size_t to) {
  if (to <= from)
    return VD_OK;
  if (l->out->count >= VD_TEMPLATE_TOKENS_MAX)
    return VD_LIMIT;
  vd_jinja_token *t = vd_vec_push(l->arena, l->out);
  if (t == NULL)
    return VD_NOMEM;
  *t = (vd_jinja_token){kind, {l->v.ptr + from, to - from}};
  return VD_OK;
}

// Position of the needle at or behind `at`; the end when there is none.
static size_t find(const lexer *l, size_t at, const char *needle) {
  vd_view rest = vd_view_from(l->v, at);
  const char *p = rest.len == 0 ? NULL : memmem(rest.ptr, rest.len, needle, strlen(needle));
  return p == NULL ? l->v.len : (size_t)(p - l->v.ptr);
}

static size_t string_end(const lexer *l, size_t at) {
  char quote = l->v.ptr[at];
  for (at++; at < l->v.len && l->v.ptr[at] != quote; at++)
    at += l->v.ptr[at] == '\\';
  return at < l->v.len ? at + 1 : l->v.len;
}

static size_t word_end(const lexer *l, size_t at) {
  bool number = is_digit(l->v.ptr[at]);
  while (at < l->v.len &&
         (is_letter(l->v.ptr[at]) || is_digit(l->v.ptr[at]) ||
          (number && l->v.ptr[at] == '.' && at + 1 < l->v.len && is_digit(l->v.ptr[at + 1]))))
    at++;
  return at;
}

static size_t sign_end(const lexer *l, size_t at) {
  static const char *const pairs[] = {"**", "//", "==", "!=", "<=", ">="};
  for (size_t i = 0; i < VD_COUNT(pairs); i++)
    if (starts(l, at, pairs[i]))
      return at + 2;
  return at + 1;
}

static vd_code lex_one(lexer *l) {
  char c = l->v.ptr[l->at];
  size_t from = l->at;
  vd_jinja_kind kind = VD_JINJA_SIGN;
  if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
    return l->at++, VD_OK;
  if (c == '"' || c == '\'') {
    kind = VD_JINJA_STRING;
    l->at = string_end(l, from);
  } else if (is_letter(c) || is_digit(c)) {
    kind = is_digit(c) ? VD_JINJA_NUMBER : VD_JINJA_NAME;
    l->at = word_end(l, from);
  } else {
    l->at = sign_end(l, from);
  }
  return put(l, kind, from, l->at);
}

// From behind "{{" or "{%" to behind its end. A brace inside closes itself first.
static vd_code lex_tag(lexer *l, const char *end) {
  unsigned braces = 0;
  while (l->at < l->v.len && (braces != 0 || !starts(l, l->at, end))) {
    char c = l->v.ptr[l->at];
    braces += c == '{';
    braces -= c == '}' && braces != 0;
    VD_TRY(lex_one(l));
  }
  size_t from = l->at;
  l->at = l->at + 2 < l->v.len ? l->at + 2 : l->v.len;
  return put(l, VD_JINJA_END, from, l->at);
}

// {% raw %} ... {% endraw %}: text, whatever is in it.
static vd_code lex_raw(lexer *l, size_t first) {
  if (l->out->count <= first + 1 || !vd_view_eq(l->out->at[first + 1].text, VD_VIEW("raw")))
    return VD_OK;
  size_t from = l->at, end = find(l, from, "endraw");
  while (end > from && !starts(l, end, "{%"))
    end--;
  l->at = end > from ? end : l->v.len;
  return put(l, VD_JINJA_TEXT, from, l->at);
}

static vd_code lex_tagged(lexer *l) {
  size_t from = l->at, first = l->out->count;
  bool output = starts(l, from, "{{");
  l->at += 2;
  l->at += l->at < l->v.len && (l->v.ptr[l->at] == '-' || l->v.ptr[l->at] == '+');
  VD_TRY(put(l, output ? VD_JINJA_OUTPUT : VD_JINJA_STATEMENT, from, l->at));
  VD_TRY(lex_tag(l, output ? "}}" : "%}"));
  return output ? VD_OK : lex_raw(l, first);
}

static vd_code lex_all(lexer *l) {
  size_t text = 0;
  while (l->at < l->v.len) {
    const char *p = memchr(l->v.ptr + l->at, '{', l->v.len - l->at);
    l->at = p == NULL ? l->v.len : (size_t)(p - l->v.ptr);
    bool tag = starts(l, l->at, "{{") || starts(l, l->at, "{%");
    if (!tag && !starts(l, l->at, "{#")) {
      l->at += l->at < l->v.len;
      continue;
    }
    VD_TRY(put(l, VD_JINJA_TEXT, text, l->at));
    if (tag)
      VD_TRY(lex_tagged(l));
    else
      l->at = find(l, l->at + 2, "#}") + 2;
    text = l->at = l->at < l->v.len ? l->at : l->v.len;
  }
  return put(l, VD_JINJA_TEXT, text, l->v.len);
}

vd_code vd_jinja_lex(vd_arena *a, vd_view text, vd_jinja_tokens *out, vd_error *err) {
  lexer l = {a, text, 0, out};
  vd_code code = lex_all(&l);
  if (code == VD_LIMIT)
    return vd_fail(err, code, "a template of more than %d tokens", VD_TEMPLATE_TOKENS_MAX);
  return code == VD_OK ? code : vd_fail(err, code, "no memory for the template");
}

// ---- strings ----------------------------------------------------------------------------------

static int hex_digit(char c) {
  if (is_digit(c))
    return c - '0';
  c = (char)(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static size_t read_number(vd_view v, unsigned base, size_t most, uint32_t *out) {
  size_t n = 0;
  for (*out = 0; n < most && n < v.len; n++) {
    int d = hex_digit(v.ptr[n]);
    if (d < 0 || (unsigned)d >= base)
      break;
    *out = *out * base + (uint32_t)d;
  }
  return n;
}

// Undoes the escape behind a backslash; bytes taken.
static size_t unescape(vd_view v, uint32_t *c) {
  static const struct {
    char letter;
    size_t digits;
  } coded[] = {{'x', 2}, {'u', 4}, {'U', 8}};
  for (size_t i = 0; i < VD_COUNT(coded); i++)
    if (v.ptr[0] == coded[i].letter)
      return 1 + read_number(vd_view_from(v, 1), 16, coded[i].digits, c);
  if (v.ptr[0] >= '0' && v.ptr[0] <= '7')
    return read_number(v, 8, 3, c);
  *c = v.ptr[0] == 'n' ? '\n' : v.ptr[0] == 't' ? '\t' : (uint8_t)v.ptr[0];
  return 1;
}

void vd_jinja_unquote(vd_view token, vd_jinja_string *out) {
  vd_view v = token.len < 2 ? (vd_view){0} : (vd_view){token.ptr + 1, token.len - 2};
  out->len = 0;
  for (size_t i = 0; i < v.len && out->len + 4 < sizeof out->text;) {
    uint32_t c = 0;
    if (v.ptr[i] != '\\' || i + 1 == v.len) {
      out->text[out->len++] = v.ptr[i++];
      continue;
    }
    i += 1 + unescape(vd_view_from(v, i + 1), &c);
    out->len += vd_utf8_encode(c, out->text + out->len);
  }
}
