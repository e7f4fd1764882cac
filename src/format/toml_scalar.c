// TOML 1.0 booleans, numbers and date-times.
#include "format/toml_private.h"

static bool is_digit(char ch) { return ch >= '0' && ch <= '9'; }

static bool ends_scalar(int ch) {
  return ch < 0 || ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r' || ch == ',' || ch == ']' ||
         ch == '}' || ch == '#';
}

// ---- date-times (RFC 3339) --------------------------------------------------------------

// Reads n digits within [least, most] off *v.
static bool digits(vd_view *v, size_t n, unsigned least, unsigned most, unsigned *out) {
  uint64_t x;
  if (v->len < n || !vd_view_u64(vd_view_first(*v, n), &x) || x < least || x > most)
    return false;
  *out = (unsigned)x;
  *v = vd_view_from(*v, n);
  return true;
}

static bool skip(vd_view *v, char ch) {
  if (v->len == 0 || v->ptr[0] != ch)
    return false;
  *v = vd_view_from(*v, 1);
  return true;
}

static unsigned days_in(unsigned year, unsigned month) {
  static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

static bool date(vd_view *v) {
  unsigned year, month, day;
  return digits(v, 4, 0, 9999, &year) && skip(v, '-') && digits(v, 2, 1, 12, &month) &&
         skip(v, '-') && digits(v, 2, 1, days_in(year, month), &day);
}

static bool clock_time(vd_view *v) {
  unsigned x;
  if (!digits(v, 2, 0, 23, &x) || !skip(v, ':') || !digits(v, 2, 0, 59, &x) || !skip(v, ':') ||
      !digits(v, 2, 0, 60, &x)) // 60 is a leap second
    return false;
  if (!skip(v, '.'))
    return true;
  size_t n = 0;
  while (n < v->len && is_digit(v->ptr[n]))
    n++;
  *v = vd_view_from(*v, n);
  return n != 0;
}

static bool offset(vd_view *v) {
  unsigned x;
  if (skip(v, 'Z') || skip(v, 'z'))
    return true;
  return (skip(v, '+') || skip(v, '-')) && digits(v, 2, 0, 23, &x) && skip(v, ':') &&
         digits(v, 2, 0, 59, &x);
}

static bool looks_like_date(vd_view v) { return v.len >= 5 && v.ptr[4] == '-' && is_digit(*v.ptr); }
static bool looks_like_time(vd_view v) { return v.len >= 3 && v.ptr[2] == ':'; }

static bool datetime(vd_view v, vd_kind *kind) {
  if (looks_like_time(v)) {
    *kind = VD_KIND_TIME_LOCAL;
    return clock_time(&v) && v.len == 0;
  }
  if (!date(&v))
    return false;
  *kind = VD_KIND_DATE_LOCAL;
  if (v.len == 0)
    return true;
  if ((!skip(&v, 'T') && !skip(&v, 't') && !skip(&v, ' ')) || !clock_time(&v))
    return false;
  *kind = v.len == 0 ? VD_KIND_DATETIME_LOCAL : VD_KIND_DATETIME;
  return v.len == 0 || (offset(&v) && v.len == 0);
}

// ---- numbers ---------------------------------------------------------------------------------

static int digit_of(char ch, unsigned base) {
  int d = -1;
  if (is_digit(ch))
    d = ch - '0';
  else if ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'f')
    d = (ch | 0x20) - 'a' + 10;
  return d < (int)base ? d : -1;
}

// Length of a run of digits with single underscores between them; 0 when there is none.
static size_t digit_run(vd_view v, unsigned base) {
  size_t n = 0;
  while (n < v.len) {
    bool joined = v.ptr[n] == '_' && n != 0 && n + 1 < v.len && v.ptr[n - 1] != '_';
    if (!joined && digit_of(v.ptr[n], base) < 0)
      break;
    n++;
  }
  return n != 0 && v.ptr[n - 1] == '_' ? 0 : n;
}

// Accumulates below zero, so that INT64_MIN needs no special case.
static bool to_integer(vd_view v, unsigned base, bool negative, int64_t *out) {
  int64_t n = 0;
  for (size_t i = 0; i < v.len; i++)
    if (v.ptr[i] != '_' && (__builtin_mul_overflow(n, (int64_t)base, &n) ||
                            __builtin_sub_overflow(n, (int64_t)digit_of(v.ptr[i], base), &n)))
      return false;
  if (!negative && n == INT64_MIN)
    return false;
  *out = negative ? n : -n;
  return true;
}

// "1.5", "1e5", "1.5e-5": what follows the integer part, all of it.
static bool is_fraction(vd_view v) {
  if (skip(&v, '.')) {
    size_t n = digit_run(v, 10);
    if (n == 0)
      return false;
    v = vd_view_from(v, n);
  }
  if (skip(&v, 'e') || skip(&v, 'E')) {
    if (!skip(&v, '+'))
      (void)skip(&v, '-');
    size_t n = digit_run(v, 10);
    if (n == 0)
      return false;
    v = vd_view_from(v, n);
  }
  return v.len == 0;
}

static vd_code to_real(vd_toml_cursor *c, vd_value *out) {
  char *plain = vd_new_array(c->arena, char, out->text.len + 1);
  if (plain == NULL)
    return vd_fail(c->err, VD_NOMEM, "no memory for a TOML number");
  size_t n = 0;
  for (size_t i = 0; i < out->text.len; i++)
    if (out->text.ptr[i] != '_')
      plain[n++] = out->text.ptr[i];
  out->kind = VD_KIND_FLOAT;
  out->real = strtod(plain, NULL);
  return VD_OK;
}

static unsigned base_of(vd_view v) {
  if (v.len < 2 || v.ptr[0] != '0')
    return 10;
  return v.ptr[1] == 'x' ? 16 : v.ptr[1] == 'o' ? 8 : v.ptr[1] == 'b' ? 2 : 10;
}

static vd_code integer(vd_toml_cursor *c, vd_view figures, unsigned base, vd_value *out) {
  out->kind = VD_KIND_INT;
  if (!to_integer(figures, base, out->text.ptr[0] == '-', &out->integer))
    return vd_toml_at(c, out->text.ptr,
                      vd_fail(c->err, VD_FORMAT, "integer does not fit in 64 bits"));
  return VD_OK;
}

static vd_code bad(const vd_toml_cursor *c, vd_view text) {
  if (text.len == 0)
    return vd_toml_at(c, c->at, vd_fail(c->err, VD_FORMAT, "a value is missing"));
  return vd_toml_at(c, text.ptr,
                    vd_fail(c->err, VD_FORMAT, "not a TOML value: \"%.*s\"",
                            (int)(text.len > 80 ? 80 : text.len), text.ptr));
}

static vd_code number(vd_toml_cursor *c, vd_value *out) {
  vd_view v = out->text;
  bool is_signed = skip(&v, '+') || skip(&v, '-');
  if (vd_view_eq(v, VD_VIEW("inf")) || vd_view_eq(v, VD_VIEW("nan")))
    return to_real(c, out);
  unsigned base = base_of(v);
  if (base != 10) {
    v = vd_view_from(v, 2);
    size_t n = digit_run(v, base);
    return is_signed || n == 0 || n != v.len ? bad(c, out->text) : integer(c, v, base, out);
  }
  size_t n = digit_run(v, 10);
  if (n == 0 || (n > 1 && v.ptr[0] == '0'))
    return bad(c, out->text);
  if (n == v.len)
    return integer(c, v, 10, out);
  return is_fraction(vd_view_from(v, n)) ? to_real(c, out) : bad(c, out->text);
}

// ---- any of them ------------------------------------------------------------------------------

static size_t token_length(const char *p, const char *end) {
  size_t n = 0;
  while (!ends_scalar(p + n < end ? (unsigned char)p[n] : -1))
    n++;
  return n;
}

// A date and a time may be joined by one space.
static vd_view token(const vd_toml_cursor *c) {
  size_t n = token_length(c->at, c->end);
  vd_view v = {c->at, n}, rest = v;
  if (n == 10 && date(&rest) && c->end - c->at > 11 && c->at[10] == ' ' && is_digit(c->at[11]))
    v.len = 11 + token_length(c->at + 11, c->end);
  return v;
}

vd_code vd_toml_scalar(vd_toml_cursor *c, vd_value *out) {
  vd_view v = out->text = token(c);
  bool truth = vd_view_eq(v, VD_VIEW("true"));
  if (truth || vd_view_eq(v, VD_VIEW("false"))) {
    out->kind = VD_KIND_BOOL;
    out->boolean = truth;
  } else if (looks_like_date(v) || looks_like_time(v)) {
    if (!datetime(v, &out->kind))
      return vd_toml_at(c, v.ptr,
                        vd_fail(c->err, VD_FORMAT, "not a valid date or time: \"%.*s\"",
                                (int)(v.len > 80 ? 80 : v.len), v.ptr));
  } else {
    VD_TRY(number(c, out));
  }
  c->at += v.len;
  return VD_OK;
}
