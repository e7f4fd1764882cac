// YAML before and below the tree: the bytes that are refused, and the core schema of scalars.
#include "format/lexeme.h"
#include "format/yaml.h"

#include <math.h>

// ---- bytes ----------------------------------------------------------------------------

typedef struct check {
  vd_view bytes;
  size_t at, line_start;
  uint32_t line;
  size_t row_start;               // of the line as YAML sees it: other bytes than \n end one too
  size_t blank_start, breaks;     // of the blank run at hand
  uint64_t work;                  // of the blank runs before
  size_t directives, tag_escapes; // tag_escapes counts from 1; 0 is outside of a tag
  bool directive;
  vd_error *err;
} check;

static vd_code refuse(const check *c, vd_code code, const char *text) {
  (void)vd_fail(c->err, code, "%s", text);
  if (c->err != NULL) {
    c->err->line = c->line;
    c->err->column = (uint32_t)(c->at - c->line_start + 1);
    c->err->offset = c->at;
  }
  return code;
}

// YAML 1.1 also breaks lines at NEL, LS and PS.
static bool is_break(uint32_t cp) {
  return cp == '\n' || cp == '\r' || cp == 0x85 || cp == 0x2028 || cp == 0x2029;
}

static vd_code check_row(check *c, uint32_t cp) {
  if (c->at == c->row_start) {
    c->directive = cp == '%';
    c->directives += c->directive;
  }
  size_t most = c->directive ? VD_YAML_DIRECTIVE_MAX : VD_YAML_LINE_MAX;
  if (c->at - c->row_start >= most)
    return refuse(c, VD_LIMIT, "a line is too long");
  if (c->directives > VD_YAML_DIRECTIVES_MAX)
    return refuse(c, VD_LIMIT, "too many directives");
  if (is_break(cp))
    c->row_start = c->at + (cp < 0x80 ? 1 : cp < 0x800 ? 2 : 3);
  return VD_OK;
}

static vd_code check_blank(check *c, uint32_t cp) {
  uint64_t run = (uint64_t)c->breaks * (c->at - c->blank_start);
  if (c->work + run > VD_YAML_BLANK_WORK_MAX)
    return refuse(c, VD_LIMIT, "too many blank lines");
  c->breaks += is_break(cp);
  if (!is_break(cp) && cp != ' ' && cp != '\t') {
    c->work += run;
    c->breaks = 0;
    c->blank_start = c->at + 1;
  }
  return VD_OK;
}

static vd_code check_tag(check *c, uint32_t cp) {
  if (cp == '!')
    c->tag_escapes = 1;
  else if (is_break(cp) || cp == ' ' || cp == '\t')
    c->tag_escapes = 0;
  else if (c->tag_escapes != 0 && cp == '%' && ++c->tag_escapes > VD_YAML_TAG_ESCAPES_MAX)
    return refuse(c, VD_LIMIT, "too many escapes in a tag");
  return VD_OK;
}

static vd_code check_one(check *c, uint32_t cp) {
  VD_TRY(check_row(c, cp));
  VD_TRY(check_blank(c, cp));
  VD_TRY(check_tag(c, cp));
  if ((cp < 0x20 && !is_break(cp) && cp != '\t') || cp == 0x7F)
    return refuse(c, VD_FORMAT, "control byte");
  return VD_OK;
}

vd_code vd_yaml_check(vd_view bytes, vd_error *err) {
  check c = {.bytes = bytes, .line = 1, .err = err};
  while (c.at < bytes.len) {
    uint32_t cp = (unsigned char)bytes.ptr[c.at];
    size_t n = cp < 0x80 ? 1 : vd_utf8_decode(vd_view_from(bytes, c.at), &cp);
    if (n == 0)
      return refuse(&c, VD_FORMAT, "invalid UTF-8");
    VD_TRY(check_one(&c, cp));
    c.at += n;
    if (cp == '\n') {
      c.line++;
      c.line_start = c.at;
    }
  }
  return VD_OK;
}

// ---- core schema ----------------------------------------------------------------------

typedef struct word {
  vd_view text;
  vd_kind kind;
  bool boolean;
  double real;
} word;

static const word words[] = {
    {VD_VIEW_INIT(""), VD_KIND_NULL, false, 0},
    {VD_VIEW_INIT("~"), VD_KIND_NULL, false, 0},
    {VD_VIEW_INIT("null"), VD_KIND_NULL, false, 0},
    {VD_VIEW_INIT("Null"), VD_KIND_NULL, false, 0},
    {VD_VIEW_INIT("NULL"), VD_KIND_NULL, false, 0},
    {VD_VIEW_INIT("true"), VD_KIND_BOOL, true, 0},
    {VD_VIEW_INIT("True"), VD_KIND_BOOL, true, 0},
    {VD_VIEW_INIT("TRUE"), VD_KIND_BOOL, true, 0},
    {VD_VIEW_INIT("false"), VD_KIND_BOOL, false, 0},
    {VD_VIEW_INIT("False"), VD_KIND_BOOL, false, 0},
    {VD_VIEW_INIT("FALSE"), VD_KIND_BOOL, false, 0},
    {VD_VIEW_INIT(".inf"), VD_KIND_FLOAT, false, INFINITY},
    {VD_VIEW_INIT(".Inf"), VD_KIND_FLOAT, false, INFINITY},
    {VD_VIEW_INIT(".INF"), VD_KIND_FLOAT, false, INFINITY},
    {VD_VIEW_INIT("+.inf"), VD_KIND_FLOAT, false, INFINITY},
    {VD_VIEW_INIT("+.Inf"), VD_KIND_FLOAT, false, INFINITY},
    {VD_VIEW_INIT("+.INF"), VD_KIND_FLOAT, false, INFINITY},
    {VD_VIEW_INIT("-.inf"), VD_KIND_FLOAT, false, -INFINITY},
    {VD_VIEW_INIT("-.Inf"), VD_KIND_FLOAT, false, -INFINITY},
    {VD_VIEW_INIT("-.INF"), VD_KIND_FLOAT, false, -INFINITY},
    {VD_VIEW_INIT(".nan"), VD_KIND_FLOAT, false, NAN},
    {VD_VIEW_INIT(".NaN"), VD_KIND_FLOAT, false, NAN},
    {VD_VIEW_INIT(".NAN"), VD_KIND_FLOAT, false, NAN},
};

static const word *word_of(vd_view text) {
  for (size_t i = 0; text.len <= 5 && i < VD_COUNT(words); i++)
    if (vd_view_eq(words[i].text, text))
      return &words[i];
  return NULL;
}

static unsigned digit_of(char c) {
  if (c >= '0' && c <= '9')
    return (unsigned)(c - '0');
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

static size_t digits_at(vd_view v, size_t i, unsigned base) {
  while (i < v.len && digit_of(v.ptr[i]) < base)
    i++;
  return i;
}

// [-+]digits, 0o and 0x; VD_KIND_FLOAT when int64 cannot hold it, VD_KIND_STRING when it is none.
static vd_kind integer_of(vd_value *v) {
  vd_view t = v->text;
  bool negative = t.ptr[0] == '-';
  size_t i = negative || t.ptr[0] == '+';
  unsigned base = 10;
  if (t.len > 2 && t.ptr[0] == '0' && (t.ptr[1] == 'o' || t.ptr[1] == 'x')) {
    base = t.ptr[1] == 'o' ? 8 : 16;
    i = 2;
  }
  if (i == t.len || digits_at(t, i, base) != t.len)
    return VD_KIND_STRING;
  int64_t n = 0;
  double real = 0;
  bool fits = true;
  for (; i < t.len; i++) {
    int digit = (int)digit_of(t.ptr[i]);
    fits = fits && !__builtin_mul_overflow(n, (int64_t)base, &n) &&
           !__builtin_add_overflow(n, negative ? -digit : digit, &n);
    real = real * base + digit;
  }
  if (fits)
    v->integer = n;
  else
    v->real = base != 10 ? real : vd_real_of(vd_view_from(t, t.ptr[0] == '+'));
  return fits ? VD_KIND_INT : VD_KIND_FLOAT;
}

// [-+](.digits | digits[.[digits]])[e[-+]digits]
static bool is_real(vd_view t) {
  size_t start = t.ptr[0] == '-' || t.ptr[0] == '+', i = digits_at(t, start, 10);
  size_t digits = i - start;
  if (i < t.len && t.ptr[i] == '.') {
    start = ++i;
    i = digits_at(t, i, 10);
    digits += i - start;
  }
  if (digits == 0)
    return false;
  if (i < t.len && (t.ptr[i] | 0x20) == 'e') {
    i++;
    i += i < t.len && (t.ptr[i] == '+' || t.ptr[i] == '-');
    start = i;
    i = digits_at(t, i, 10);
    if (i == start)
      return false;
  }
  return i == t.len;
}

// vd_real_of wants digits after the point, and no plus sign.
static double real_of(vd_view t) {
  char text[VD_YAML_NUMBER_MAX];
  size_t len = 0;
  for (size_t i = t.ptr[0] == '+'; i < t.len; i++)
    if (t.ptr[i] != '.' || (i + 1 < t.len && digit_of(t.ptr[i + 1]) < 10))
      text[len++] = t.ptr[i];
  return vd_real_of((vd_view){text, len});
}

void vd_yaml_resolve(vd_value *v) {
  const word *w = word_of(v->text);
  v->kind = VD_KIND_STRING;
  if (w != NULL) {
    v->kind = w->kind;
    if (w->kind == VD_KIND_FLOAT)
      v->real = w->real;
    else
      v->boolean = w->boolean;
    return;
  }
  if (memchr("-+.0123456789", v->text.ptr[0], sizeof "-+.0123456789" - 1) == NULL)
    return;
  v->kind = integer_of(v);
  if (v->kind != VD_KIND_STRING || v->text.len > VD_YAML_NUMBER_MAX || !is_real(v->text))
    return;
  v->kind = VD_KIND_FLOAT;
  v->real = real_of(v->text);
}
