// Every manifest kind over any bytes; VD_FUZZ_NAME is the kind this binary drives.
#include "package/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const vd_inventory *inv) {
  for (size_t i = 0; i < inv->components.count; i++)
    if (inv->components.at[i].name.ptr == NULL || inv->components.at[i].type.ptr == NULL)
      abort();
  for (size_t i = 0; i < inv->notices.count; i++)
    if (inv->notices.at[i].text.ptr == NULL)
      abort();
  for (size_t i = 0; i < inv->includes.count; i++)
    if (inv->includes.at[i].target.len == 0)
      abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA arena = VD_ARENA((size_t)256 << 20);
  const vd_manifest *kind = vd_manifest_by_name(VD_VIEW(VD_FUZZ_NAME));
  // A path that even the kinds which look at it take for theirs.
  bool sdist = strcmp(VD_FUZZ_NAME, "sdist") == 0;
  vd_view path = sdist ? VD_VIEW("x/name-1.0.tar.gz") : VD_VIEW("x/name-1.0-py3-none-any.whl");
  vd_inventory inv = {.arena = &arena, .path = path};
  if (kind == NULL)
    abort();
  vd_code code = vd_manifest_parse(kind, &inv, (vd_view){(const char *)data, size}, NULL);
  check(&inv);
  return code != VD_OK && inv.components.count != 0;
}
