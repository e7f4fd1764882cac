// Fuzz target: CSV records.
#include "format/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA a = VD_ARENA(8u << 20);
  vd_csv csv = vd_csv_of(&a, (vd_view){(const char *)data, size}, ',');
  vd_views row;
  while (vd_csv_next(&csv, &row, NULL) == VD_OK)
    ;
  return 0;
}
