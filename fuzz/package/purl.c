// Package URLs: the canonical spelling of what was read reads back as itself.
#include "package/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  vd_purl p, again;
  if (vd_purl_parse(&a, (vd_view){(const char *)data, size}, &p, NULL) != VD_OK)
    return 0;
  vd_view spelled = vd_purl_format(&a, &p);
  if (spelled.len > VD_LINE_MAX) // percent signs made it longer than a package URL may be
    return 0;
  if (spelled.ptr == NULL || vd_purl_parse(&a, spelled, &again, NULL) != VD_OK ||
      !vd_view_eq(vd_purl_format(&a, &again), spelled))
    abort();
  return 0;
}
