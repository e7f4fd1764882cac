// Fuzz target: TOML documents.
#include "format/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA a = VD_ARENA(8u << 20);
  const vd_value *doc = NULL;
  vd_code code = vd_toml_parse(&a, (vd_view){(const char *)data, size}, &doc, NULL);
  if ((code == VD_OK) != (doc != NULL))
    abort();
  return 0;
}
