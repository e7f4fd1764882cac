// Decoders for the constants that pickles hide names, code and further pickles in.
#include "inspect/pickle/pickle.h"

#define ZLIB_CONST // it does not write to its input
#include <zlib.h>

static const vd_view NONE = {NULL, 0};

char *vd_pickle_room(vd_pickle *m, size_t n) {
  if (n > VD_PICKLE_TEXT_MAX || !vd_pickle_spend(m, n / 2))
    return NULL;
  char *out = vd_new_array(m->in->scratch, char, n + 1);
  if (out == NULL) {
    m->end = VD_PICKLE_EXHAUSTED;
    m->fault = "its texts take too much memory";
  }
  return out;
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  c = (char)(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Up to n hexadecimal digits of v from i on; how many there were.
static size_t take_hex(vd_view v, size_t i, size_t n, uint32_t *out) {
  size_t k = 0;
  *out = 0;
  for (; k < n && i + k < v.len && hex_digit(v.ptr[i + k]) >= 0; k++)
    *out = *out << 4 | (uint32_t)hex_digit(v.ptr[i + k]);
  return k;
}

static size_t take_octal(vd_view v, size_t i, uint32_t *out) {
  size_t k = 0;
  *out = 0;
  for (; k < 3 && i + k < v.len && v.ptr[i + k] >= '0' && v.ptr[i + k] <= '7'; k++)
    *out = *out << 3 | (uint32_t)(v.ptr[i + k] - '0');
  return k;
}

// One escape of a Python 2 string, behind its backslash; bytes read.
static size_t escape_byte(vd_view v, size_t i, char *out, size_t *n) {
  static const char from[] = "abfnrtv\\'\"", to[] = "\a\b\f\n\r\t\v\\'\"";
  uint32_t c;
  const char *at = v.ptr[i] == '\0' ? NULL : memchr(from, v.ptr[i], sizeof from - 1);
  if (at != NULL)
    return out[(*n)++] = to[at - from], 1;
  if (v.ptr[i] == '\n')
    return 1;
  size_t k = v.ptr[i] == 'x' ? take_hex(v, i + 1, 2, &c) : 0;
  if (k == 2)
    return out[(*n)++] = (char)c, 3;
  k = take_octal(v, i, &c);
  if (k != 0)
    return out[(*n)++] = (char)c, k;
  out[(*n)++] = '\\';
  return 0;
}

// One escape of a raw Unicode string, which knows \u and \U only.
static size_t escape_unicode(vd_view v, size_t i, char *out, size_t *n) {
  uint32_t c;
  size_t digits = v.ptr[i] == 'u' ? 4 : v.ptr[i] == 'U' ? 8 : 0;
  if (digits != 0 && take_hex(v, i + 1, digits, &c) == digits) {
    size_t k = vd_utf8_encode(c, out + *n);
    *n += k;
    return digits + 1;
  }
  out[(*n)++] = '\\';
  out[(*n)++] = v.ptr[i];
  return 1;
}

// Bytes above ASCII are Latin-1 in raw Unicode strings.
static void plain(char c, bool raw_unicode, char *out, size_t *n) {
  if (raw_unicode && (unsigned char)c >= 0x80)
    *n += vd_utf8_encode((unsigned char)c, out + *n);
  else
    out[(*n)++] = c;
}

static bool is_plain(vd_view text, bool raw_unicode) {
  for (size_t i = 0; i < text.len; i++)
    if (text.ptr[i] == '\\' || (raw_unicode && (unsigned char)text.ptr[i] >= 0x80))
      return false;
  return true;
}

vd_view vd_pickle_unescape(vd_pickle *m, vd_view text, bool raw_unicode) {
  size_t n = 0;
  if (text.len == 0)
    return VD_VIEW("");
  if (is_plain(text, raw_unicode))
    return text;
  char *out = vd_new_array(m->in->scratch, char, 2 * text.len + 4);
  if (out == NULL)
    return NONE;
  for (size_t i = 0; i < text.len;) {
    char c = text.ptr[i++];
    if (c != '\\' || i == text.len)
      plain(c, raw_unicode, out, &n);
    else
      i += raw_unicode ? escape_unicode(text, i, out, &n) : escape_byte(text, i, out, &n);
  }
  return (vd_view){out, n};
}

static vd_view from_hex(vd_pickle *m, vd_view text) {
  char *out = vd_pickle_room(m, text.len / 2);
  size_t n = 0;
  uint32_t c;
  for (size_t i = 0; out != NULL && i < text.len;) {
    if (text.ptr[i] == ' ' || text.ptr[i] == '\n') {
      i++;
      continue;
    }
    if (take_hex(text, i, 2, &c) != 2)
      return NONE;
    out[n++] = (char)c;
    i += 2;
  }
  return (vd_view){out, n};
}

// As lax as Python.
static vd_view from_base64(vd_pickle *m, vd_view text) {
  char *out = vd_pickle_room(m, text.len);
  size_t n = 0;
  return out != NULL && vd_base64_decode(text, true, out, &n) ? (vd_view){out, n} : NONE;
}

static char rotated(char c) {
  int low = c | 0x20;
  if (low >= 'a' && low <= 'm')
    return (char)(c + 13);
  if (low >= 'n' && low <= 'z')
    return (char)(c - 13);
  return c;
}

static vd_view from_rot13(vd_pickle *m, vd_view text) {
  char *out = vd_pickle_room(m, text.len);
  for (size_t i = 0; out != NULL && i < text.len; i++)
    out[i] = rotated(text.ptr[i]);
  return (vd_view){out, out == NULL ? 0 : text.len};
}

// zlib, gzip and bare deflate streams, up to VD_PICKLE_TEXT_MAX.
static vd_view from_zlib(vd_pickle *m, vd_view text) {
  z_stream z = {.next_in = (const Bytef *)text.ptr, .avail_in = (uInt)text.len};
  vd_error ignored;
  bool bare = text.len != 0 && (text.ptr[0] & 0x0f) != 8 && text.ptr[0] != 0x1f;
  char *out = text.len > VD_PICKLE_TEXT_MAX ? NULL : vd_pickle_room(m, VD_PICKLE_TEXT_MAX);
  if (out == NULL || vd_inspect_spend(m->in, VD_PICKLE_TEXT_MAX, &ignored) != VD_OK ||
      inflateInit2(&z, bare ? -15 : 15 + 32) != Z_OK)
    return NONE;
  z.next_out = (Bytef *)out;
  z.avail_out = VD_PICKLE_TEXT_MAX;
  (void)inflate(&z, Z_FINISH);
  size_t n = VD_PICKLE_TEXT_MAX - z.avail_out;
  (void)inflateEnd(&z);
  return n == 0 ? NONE : (vd_view){out, n};
}

static vd_view from_escapes(vd_pickle *m, vd_view text) {
  return vd_pickle_unescape(m, text, false);
}

static vd_view from_unicode_escapes(vd_pickle *m, vd_view text) {
  return vd_pickle_unescape(m, vd_pickle_unescape(m, text, true), false);
}

static vd_view as_is(vd_pickle *m, vd_view text) {
  (void)m;
  return text.ptr == NULL ? VD_VIEW("") : text;
}

// Latin-1 text that bytes came in, as protocols 0-2 write bytes: U+00XX back to one byte.
static vd_view from_latin1(vd_pickle *m, vd_view text) {
  char *out = vd_pickle_room(m, text.len);
  size_t n = 0;
  for (size_t i = 0; out != NULL && i < text.len; n++) {
    uint32_t c;
    size_t k = vd_utf8_decode(vd_view_from(text, i), &c);
    if (k == 0 || c > 0xff) {
      out[n] = text.ptr[i++];
      continue;
    }
    out[n] = (char)c;
    i += k;
  }
  return (vd_view){out, n};
}

static const struct {
  const char *name;
  vd_view (*run)(vd_pickle *m, vd_view text);
} decoders[] = {
    {"base64", from_base64},
    {"base_64", from_base64},
    {"hex", from_hex},
    {"hex_codec", from_hex},
    {"rot13", from_rot13},
    {"rot_13", from_rot13},
    {"zlib", from_zlib},
    {"zip", from_zlib},
    {"zlib_codec", from_zlib},
    {"utf-8", as_is},
    {"utf8", as_is},
    {"utf_8", as_is},
    {"ascii", as_is},
    {"latin1", from_latin1},
    {"latin-1", from_latin1},
    {"iso-8859-1", from_latin1},
    {"latin_1", from_latin1},
    {"raw_unicode_escape", from_unicode_escapes},
    {"unicode_escape", from_unicode_escapes},
    {"unicode-escape", from_unicode_escapes},
    {"string_escape", from_escapes},
};

vd_view vd_pickle_decode(vd_pickle *m, const char *name, vd_view text) {
  for (size_t i = 0; i < VD_COUNT(decoders); i++)
    if (vd_view_ieq(vd_view_of(name), vd_view_of(decoders[i].name)))
      return decoders[i].run(m, text);
  return NONE;
}
