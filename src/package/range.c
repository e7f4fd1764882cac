// Affected ranges: "[low,high)" and "[low,high]" with either bound left out, separated by spaces.
#include "package/package.h"

static vd_code bad_interval(vd_view text, vd_view part, vd_error *err) {
  vd_code code = vd_fail(err, VD_FORMAT, "'%.*s' is not an interval", VD_ARG(part));
  if (err != NULL)
    err->column = (uint32_t)(part.ptr - text.ptr) + 1;
  return code;
}

static bool parse_interval(vd_view part, vd_interval *out) {
  if (part.len < 3 || part.len > (size_t)2 * VD_VERSION_MAX || part.ptr[0] != '[')
    return false;
  char last = part.ptr[part.len - 1];
  vd_view high = vd_view_first(vd_view_from(part, 1), part.len - 2);
  if ((last != ')' && last != ']') || vd_view_find(high, ',') == high.len)
    return false;
  vd_view low = vd_view_cut(&high, ',');
  if (vd_view_find(high, ',') != high.len || (last == ']' && high.len == 0))
    return false;
  *out =
      (vd_interval){.has_low = low.len != 0, .has_high = high.len != 0, .high_closed = last == ']'};
  if (out->has_low)
    out->low = vd_version_read(low);
  if (out->has_high)
    out->high = vd_version_read(high);
  return true;
}

vd_code vd_ranges_parse(vd_arena *a, vd_view text, vd_ranges *out, vd_error *err) {
  vd_ranges found = {0};
  vd_view rest = text;
  while (rest.len != 0) {
    vd_view part = vd_view_cut(&rest, ' ');
    vd_interval interval;
    if (!parse_interval(part, &interval))
      return bad_interval(text, part, err);
    vd_interval *slot = vd_vec_push(a, &found);
    if (slot == NULL)
      return vd_fail(err, VD_NOMEM, "no memory for ranges");
    *slot = interval;
  }
  *out = found;
  return VD_OK;
}

bool vd_ranges_contain(const vd_ranges *r, const vd_version *v) {
  for (size_t i = 0; i < r->count; i++) {
    const vd_interval *in = &r->at[i];
    if (in->has_low && vd_version_compare(v, &in->low) < 0)
      continue;
    int order = in->has_high ? vd_version_compare(v, &in->high) : -1;
    if (order < 0 || (order == 0 && in->high_closed))
      return true;
  }
  return false;
}
