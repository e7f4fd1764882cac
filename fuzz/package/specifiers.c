// Specifiers: the first line's answer for the version on the second is that of its canonical text.
#include "package/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  vd_view rest = {(const char *)data, size}, text = vd_view_cut(&rest, '\n');
  vd_version v = vd_version_read(rest);
  vd_specifiers s, again;
  if (vd_specifiers_parse(&a, text, &s, NULL) != VD_OK)
    return 0;
  (void)vd_specifiers_pin(&s);
  vd_view spelled = vd_specifiers_format(&a, &s);
  if (spelled.ptr == NULL || vd_specifiers_parse(&a, spelled, &again, NULL) != VD_OK ||
      vd_specifiers_contain(&s, &v, true) != vd_specifiers_contain(&again, &v, true) ||
      vd_specifiers_contain(&s, &v, false) != vd_specifiers_contain(&again, &v, false) ||
      (vd_specifiers_contain(&s, &v, false) && !vd_specifiers_contain(&s, &v, true)))
    abort();
  return 0;
}
