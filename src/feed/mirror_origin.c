// PATH.origin: what a copy is known by to the server it came from.
#include "feed/mirror.h"

#define TITLE "vedette origin 1"

vd_view vd_origin_print(vd_arena *a, const vd_origin *o) {
  return vd_arena_printf(a, TITLE "\n%016llx %llu\n%.*s\n%.*s\n", (unsigned long long)o->source,
                         (unsigned long long)o->bytes, VD_ARG(o->etag), VD_ARG(o->last_modified));
}

static bool hex_parse(vd_view v, uint64_t *out) {
  uint64_t n = 0;
  for (size_t i = 0; i < v.len; i++) {
    char c = v.ptr[i];
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
      return false;
    n = n << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
  }
  *out = n;
  return v.len == 16;
}

static vd_view stated(vd_view v) { return v.len == 0 ? (vd_view){0} : v; }

bool vd_origin_parse(vd_view text, vd_origin *out) {
  vd_origin o = {0};
  vd_view title, numbers, etag, date;
  if (!vd_view_line(&text, &title) || !vd_view_line(&text, &numbers) ||
      !vd_view_line(&text, &etag) || !vd_view_line(&text, &date) || text.len != 0)
    return false;
  if (!vd_view_eq(title, VD_VIEW(TITLE)) || !hex_parse(vd_view_cut(&numbers, ' '), &o.source) ||
      !vd_view_u64(numbers, &o.bytes))
    return false;
  o.etag = stated(etag);
  o.last_modified = stated(date);
  *out = o;
  return true;
}
