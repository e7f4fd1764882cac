// Source distributions: archives NAME-VERSION with PKG-INFO in their only folder.
#include "package/archive_member.h"
#include "package/metadata.h"
#include "package/pip.h"

vd_code vd_manifest_sdist(vd_inventory *inv, vd_view bytes, vd_error *err);

// Most archives are no source distributions; those, and bytes that only bear the name of an
// archive, are not this kind rather than broken.
vd_code vd_manifest_sdist(vd_inventory *inv, vd_view bytes, vd_error *err) {
  vd_view name, version, metadata;
  vd_component *c = NULL;
  if (!vd_dist_file_name(inv->arena, vd_base_name(inv->path), &name, &version))
    return vd_fail(err, VD_UNSUPPORTED, "the name is not that of a source distribution");
  if (bytes.len == 0)
    return vd_fail(err, VD_UNSUPPORTED, "empty, or too large to look for a PKG-INFO in it");
  if (!vd_view_starts(bytes, VD_VIEW("\x1f\x8b")) && !vd_view_starts(bytes, VD_VIEW("PK")))
    return vd_fail(err, VD_UNSUPPORTED, "not a gzip or zip archive");
  vd_code code = vd_archive_member(inv->arena, bytes, VD_VIEW("*/PKG-INFO"), &metadata, err);
  if (code == VD_NOTFOUND)
    return vd_fail(err, VD_UNSUPPORTED, "no PKG-INFO, so not a source distribution");
  VD_TRY(code);
  VD_TRY(vd_metadata_add(inv, metadata, &c, err));
  c->line = 0;
  return VD_OK;
}
