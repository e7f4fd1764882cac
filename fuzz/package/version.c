// Versions: two lines are compared both ways and spelled; canonical spellings read back as equal.
#include "package/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_spelling(const vd_version *v) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view text = vd_version_format(&a, v);
  vd_version again;
  if (v->legacy)
    return;
  if (vd_version_parse(text, &again, NULL) != VD_OK || vd_version_compare(v, &again) != 0 ||
      !vd_view_eq(vd_version_format(&a, &again), text))
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  vd_view rest = {(const char *)data, size};
  vd_version a = vd_version_read(vd_view_cut(&rest, '\n')), b = vd_version_read(rest);
  if (vd_version_compare(&a, &b) != -vd_version_compare(&b, &a) || vd_version_compare(&a, &a) != 0)
    abort();
  vd_version old_a = {.text = a.text, .legacy = true}, old_b = {.text = b.text, .legacy = true};
  if (vd_version_compare(&old_a, &old_b) != -vd_version_compare(&old_b, &old_a))
    abort();
  check_spelling(&a);
  check_spelling(&b);
  return 0;
}
