// Requirements: all parts lie inside the text, names are names, the marker reads alone as well.
#include "package/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool inside(vd_view part, vd_view text) {
  return part.len == 0 || (part.ptr >= text.ptr && part.ptr + part.len <= text.ptr + text.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  vd_view text = {(const char *)data, size};
  vd_requirement r;
  const vd_marker *m;
  if (vd_requirement_parse(&a, text, &r, NULL) != VD_OK)
    return 0;
  if (r.name.len == 0 || !inside(r.name, text) || !inside(r.url, text) ||
      !inside(r.marker_text, text) || (r.marker == NULL) != (r.marker_text.ptr == NULL))
    abort();
  for (size_t i = 0; i < r.extras.count; i++)
    if (r.extras.at[i].len == 0 || !inside(r.extras.at[i], text))
      abort();
  if (r.marker != NULL && vd_marker_parse(&a, r.marker_text, &m, NULL) != VD_OK)
    abort();
  return 0;
}
