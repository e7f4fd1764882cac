// Signature and licence beside a model.
#include "scan/beside.h"

#include <unistd.h>

static bool states(const vd_model *m, const char *name) {
  for (size_t i = 0; i < m->properties.count; i++)
    if (vd_view_has(m->properties.at[i].name, vd_view_of(name)))
      return true;
  return false;
}

static vd_code add(vd_arena *a, vd_model *m, const char *name, vd_view value) {
  vd_model_property *p = vd_vec_push(a, &m->properties);
  vd_view kept = vd_arena_copy(a, value);
  if (p == NULL || kept.ptr == NULL)
    return VD_NOMEM;
  *p = (vd_model_property){vd_view_of(name), kept};
  return VD_OK;
}

static bool is_there(vd_view folder, const char *name) {
  char path[4096];
  (void)snprintf(path, sizeof path, "%.*s%s", (int)folder.len, folder.ptr, name);
  return access(path, R_OK) == 0;
}

// "license: apache-2.0" between the two lines of dashes a README.md of a hub begins with.
static vd_view licence_of(vd_arena *a, vd_view folder) {
  char path[4096];
  vd_view text, line;
  (void)snprintf(path, sizeof path, "%.*sREADME.md", (int)folder.len, folder.ptr);
  if (vd_file_read(a, path, VD_METADATA_BYTES_MAX, &text, NULL) != VD_OK ||
      !vd_view_line(&text, &line) || !vd_view_eq(line, VD_VIEW("---")))
    return (vd_view){0};
  while (vd_view_line(&text, &line) && !vd_view_eq(line, VD_VIEW("---")))
    if (vd_view_starts(line, VD_VIEW("license:")))
      return vd_view_trim(vd_view_from(line, sizeof "license:" - 1));
  return (vd_view){0};
}

vd_code vd_model_beside(vd_arena *a, const char *path, vd_model *m, vd_error *err) {
  const char *slash = strrchr(path, '/');
  vd_view folder = {path, slash == NULL ? 0 : (size_t)(slash - path) + 1};
  bool signed_here = is_there(folder, "model.sig");
  vd_view licence = states(m, "licen") ? (vd_view){0} : licence_of(a, folder);
  vd_code code =
      add(a, m, "signature",
          signed_here ? VD_VIEW("model.sig beside it, not verified") : VD_VIEW("none beside it"));
  if (code == VD_OK && licence.len != 0)
    code = add(a, m, "licence (README.md)", licence);
  return code == VD_OK ? VD_OK : vd_fail(err, code, "no memory for what lies beside the model");
}
