// Web addresses of exploits as keys of their nodes.
#include "feed/reference.h"

#include "feed/sources/sources.h"
#include "package/ascii.h"

// Cuts "https://" and "www." off; false for other schemes.
static bool behind_scheme(vd_view url, vd_view *rest) {
  static const vd_view schemes[] = {VD_VIEW_INIT("https://"), VD_VIEW_INIT("http://")};
  for (size_t i = 0; i < VD_COUNT(schemes); i++)
    if (vd_view_ieq(vd_view_first(url, schemes[i].len), schemes[i])) {
      *rest = vd_view_from(url, schemes[i].len);
      return true;
    }
  return false;
}

// Cuts the host off; true when it is the one asked for, with or without "www.".
static bool cut_host(vd_view *rest, vd_view host) {
  vd_view first = vd_view_cut(rest, '/');
  if (vd_view_ieq(vd_view_first(first, 4), VD_VIEW("www.")))
    first = vd_view_from(first, 4);
  return vd_view_ieq(first, host);
}

// The number at the start of the last part; what may follow is a query, fragment or further path.
static vd_view leading_number(vd_view v) {
  size_t n = 0;
  while (n < v.len && vd_is_digit(v.ptr[n]))
    n++;
  bool ends = n == v.len || v.ptr[n] == '/' || v.ptr[n] == '#' || v.ptr[n] == '?';
  return n == 0 || n > 10 || v.ptr[0] == '0' || !ends ? (vd_view){0} : vd_view_first(v, n);
}

// ".../exploits/50383/" and the older ".../50383".
static vd_view exploitdb_number(vd_view rest) {
  if (!cut_host(&rest, VD_VIEW("exploit-db.com")))
    return (vd_view){0};
  static const vd_view folder = VD_VIEW_INIT("exploits/");
  if (vd_view_starts(rest, folder))
    rest = vd_view_from(rest, folder.len);
  return leading_number(rest);
}

// The address with scheme and host in lower case, which are all that is the same in any case.
static vd_view address_of(vd_arena *a, vd_view url, vd_view rest) {
  size_t path = url.len - rest.len + vd_view_find(rest, '/');
  char *key = vd_new_array(a, char, url.len);
  for (size_t i = 0; key != NULL && i < url.len; i++)
    key[i] = (char)(i < path ? vd_lower(url.ptr[i]) : url.ptr[i]);
  size_t len = url.len;
  while (key != NULL && len > path && key[len - 1] == '/')
    len--;
  return (vd_view){key, len};
}

vd_code vd_reference_exploit(vd_arena *a, vd_view url, vd_exploit_ref *out) {
  vd_view rest;
  *out = (vd_exploit_ref){.class = "poc"};
  if (!behind_scheme(url, &rest) || rest.len == 0 || rest.ptr[0] == '/' || !vd_token_valid(url))
    return VD_OK;
  vd_view number = exploitdb_number(rest);
  if (number.len > 0)
    *out = (vd_exploit_ref){vd_arena_printf(a, "edb/%.*s", VD_ARG(number)), "exploitdb"};
  else
    out->key = address_of(a, url, rest);
  return out->key.ptr == NULL ? VD_NOMEM : VD_OK;
}
