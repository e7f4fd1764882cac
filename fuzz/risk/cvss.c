// Fuzzes the CVSS vector reader: scores stay on the scale, errors point inside the vector.
#include "risk/risk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool on_scale(double score) { return score >= 0 && score <= 10; }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  vd_cvss c = {0};
  vd_error e = {0};
  vd_view vector = {(const char *)data, size};
  if (vd_cvss_parse(vector, &c, &e) != VD_OK) {
    if (e.column == 0 || e.column > size + 1)
      abort();
  } else if (!on_scale(c.base) || !on_scale(c.temporal) || !on_scale(c.environmental) ||
             !on_scale(c.score)) {
    abort();
  }
  return 0;
}
