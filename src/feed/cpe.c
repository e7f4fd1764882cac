// CPE names: the part, vendor and product out of either spelling.
#include "feed/cpe.h"

#include "feed/sources/sources.h"
#include "package/ascii.h"

typedef struct name {
  vd_view rest;
  bool uri; // CPE 2.2: bytes are quoted as %xx; 2.3 puts a backslash before them
} name;

static int hex(char c) {
  char l = vd_lower(c);
  return vd_is_digit(c) ? c - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

// Length of the quoted byte at the start of v and the byte; 0 when nothing is quoted there.
static size_t quoted(const name *n, vd_view v, char *out) {
  if (!n->uri && v.len >= 2 && v.ptr[0] == '\\') {
    *out = v.ptr[1];
    return 2;
  }
  if (!n->uri || v.len < 3 || v.ptr[0] != '%' || hex(v.ptr[1]) < 0 || hex(v.ptr[2]) < 0)
    return 0;
  *out = (char)(hex(v.ptr[1]) * 16 + hex(v.ptr[2]));
  return 3;
}

// Appends the next component to out, unquoted and in lower case; false when it names nothing.
static bool component(name *n, char *out, size_t *len) {
  size_t start = *len, at = 0;
  bool open = false; // a bare '*' or '-'
  while (at < n->rest.len && n->rest.ptr[at] != ':') {
    char c = n->rest.ptr[at];
    size_t step = quoted(n, vd_view_from(n->rest, at), &c);
    open = at == 0 && step == 0 && (c == '*' || c == '-');
    out[(*len)++] = vd_lower(c);
    at += step == 0 ? 1 : step;
  }
  n->rest = vd_view_from(n->rest, at + 1);
  return *len > start && !(open && *len == start + 1);
}

vd_code vd_cpe_product(vd_arena *a, vd_view cpe, vd_view *out) {
  static const vd_view text = VD_VIEW_INIT("cpe:2.3:"), uri = VD_VIEW_INIT("cpe:/");
  name n = {.uri = vd_view_starts(cpe, uri)};
  *out = (vd_view){0};
  if ((!n.uri && !vd_view_starts(cpe, text)) || !vd_token_valid(cpe))
    return VD_OK;
  n.rest = vd_view_from(cpe, n.uri ? uri.len : text.len);
  char *key = vd_new_array(a, char, n.rest.len + 3);
  if (key == NULL)
    return VD_NOMEM;
  size_t len = 0;
  for (int i = 0; i < 3; i++) {
    if (!component(&n, key, &len))
      return VD_OK;
    if (i < 2)
      key[len++] = ':';
  }
  bool part = key[1] == ':' && (key[0] == 'a' || key[0] == 'o' || key[0] == 'h');
  vd_view whole = {key, len};
  if (part && vd_token_valid(whole) && vd_utf8_valid(whole, &len))
    *out = whole;
  return VD_OK;
}
