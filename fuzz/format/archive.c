// Archives over any bytes: every other entry is taken.
#include "format/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool wants(void *ctx, const vd_entry *entry) {
  size_t *asked = ctx;
  return ++*asked % 2 == 1 && entry->path.ptr != NULL;
}

static vd_code take(void *ctx, const vd_entry *entry, vd_view bytes, vd_error *err) {
  size_t *asked = ctx;
  (void)entry;
  return *asked > 1000 ? vd_fail(err, VD_LIMIT, "enough") : bytes.ptr == NULL ? VD_NOMEM : VD_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t asked = 0;
  vd_error err = {0};
  vd_archive_visitor v = {.ctx = &asked, .wants = wants, .take = take};
  vd_code code = vd_archive_walk((vd_view){(const char *)data, size}, &v, &err);
  if (code != err.code)
    abort();
  return 0;
}
