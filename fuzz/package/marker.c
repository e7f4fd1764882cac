// Markers: the first line under the environment that the other lines give.
#include "package/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  vd_view rest = {(const char *)data, size}, text = vd_view_cut(&rest, '\n'), line[4] = {0};
  const vd_marker *m;
  for (size_t i = 0; i < VD_COUNT(line); i++)
    line[i] = vd_view_cut(&rest, '\n');
  vd_marker_env env = {.os_name = line[0],
                       .platform_release = line[1],
                       .python_version = line[2],
                       .extra = vd_pypi_normalize(&a, line[3])};
  if (vd_marker_parse(&a, text, &m, NULL) != VD_OK)
    return 0;
  bool held = vd_marker_eval(m, &env);
  env.extra = vd_marker_extra(m);
  if (env.extra.ptr == NULL && line[3].len == 0 && vd_marker_eval(m, &env) != held)
    abort();
  return 0;
}
