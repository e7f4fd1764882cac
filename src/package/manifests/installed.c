// Installed distributions: *.dist-info/METADATA and *.egg-info with its PKG-INFO.
#include "package/ascii.h"
#include "package/metadata.h"

vd_code vd_manifest_installed(vd_inventory *inv, vd_view bytes, vd_error *err);

// Installed eggs have NAME-VERSION.egg-info; a project built or developed in place has
// NAME.egg-info beside its source, and is the project itself.
static bool in_place(vd_view path) {
  const char *end = path.len == 0 ? NULL : memmem(path.ptr, path.len, ".egg-info", 9);
  if (end == NULL)
    return false;
  for (const char *p = end; p != path.ptr && p[-1] != '/'; p--)
    if (p[-1] == '-' && vd_is_digit(*p))
      return false;
  return true;
}

vd_code vd_manifest_installed(vd_inventory *inv, vd_view bytes, vd_error *err) {
  vd_component *c = NULL;
  VD_TRY(vd_metadata_add(inv, bytes, &c, err));
  c->local = in_place(inv->path);
  return VD_OK;
}
