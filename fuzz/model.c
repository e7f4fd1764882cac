// Every model format over any bytes; VD_FUZZ_NAME is "model_" and the format this binary drives.
#include "inspect/inspect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *name_for(const char *format) {
  for (size_t i = 0; vd_formats[i] != NULL; i++)
    if (strcmp(vd_formats[i]->name, format) == 0)
      return vd_formats[i]->patterns;
  abort();
}

// The file has a name of the format, so that it is read as such whatever it holds.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA arena = VD_ARENA((size_t)64 << 20);
  VD_SCOPED_ARENA scratch = VD_ARENA((size_t)256 << 20);
  char path[64];
  vd_view patterns = vd_view_of(name_for(&VD_FUZZ_NAME[sizeof "model_" - 1]));
  vd_view first = vd_view_cut(&patterns, ' ');
  if (first.len == 0) // formats without a name of their own take any; those of code want this one
    first = VD_VIEW("x.py");
  size_t n = 0;
  for (; n < first.len && n + 1 < sizeof path; n++) {
    path[n] = first.ptr[n];
    if (path[n] == '*')
      path[n] = 'x';
  }
  vd_inspection in = {.arena = &arena, .scratch = &scratch, .list_tensors = true};
  vd_view bytes = {(const char *)data, size};
  (void)vd_inspect_wants((vd_view){path, n}, vd_view_first(bytes, VD_HEAD_BYTES), size);
  if (vd_inspect(&in, (vd_view){path, n}, bytes, NULL) != VD_OK)
    return 1;
  for (size_t i = 0; i < in.observations.count; i++)
    if (in.observations.at[i].evidence.ptr == NULL || in.observations.at[i].check >= VD_CHECK_COUNT)
      abort();
  return 0;
}
