// Affected ranges: the first line holds a version iff one of its intervals alone does.
#include "package/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  vd_view rest = {(const char *)data, size}, text = vd_view_cut(&rest, '\n');
  vd_version v = vd_version_read(rest);
  vd_ranges all, one;
  bool any = false;
  if (vd_ranges_parse(&a, text, &all, NULL) != VD_OK)
    return 0;
  while (text.len != 0) {
    if (vd_ranges_parse(&a, vd_view_cut(&text, ' '), &one, NULL) != VD_OK)
      abort();
    any |= vd_ranges_contain(&one, &v);
  }
  if (any != vd_ranges_contain(&all, &v))
    abort();
  return 0;
}
