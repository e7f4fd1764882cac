// YAML over any bytes.
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA arena = VD_ARENA((size_t)64 << 20);
  const vd_value *doc = NULL;
  vd_error err = {0};
  if (vd_yaml_parse(&arena, (vd_view){(const char *)data, size}, &doc, &err) == VD_OK)
    check_tree(doc);
  else if (doc != NULL || err.code == VD_OK || err.line == 0)
    abort();
  return 0;
}
