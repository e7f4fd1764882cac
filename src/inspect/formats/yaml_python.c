// YAML that names Python objects (unsafe loaders) or callables (Hydra's _target_).
#include "inspect/yaml_objects.h"

// A head may end before the first tag, so a cut one is taken for the whole to tell.
static bool recognise(const vd_artefact *a) {
  if (!vd_artefact_matches(a, "*.yaml *.yml"))
    return false;
  return vd_is_cut_head(a) || vd_yaml_python_named(vd_view_first(a->bytes, VD_HUB_CODE_BYTES_MAX));
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  vd_source s = {a->bytes, 0};
  if (a->bytes.len > VD_HUB_CODE_BYTES_MAX)
    return vd_fail(err, VD_LIMIT, "a text of %zu bytes", a->bytes.len);
  return vd_yaml_python_check(in, &s);
}

const vd_format vd_format_yaml_python = {
    .name = "yaml_python",
    .description = "YAML that names Python objects",
    .patterns = "",
    .recognise = recognise,
    .inspect = inspect,
};
