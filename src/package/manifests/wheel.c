// Wheels: the METADATA inside, or else what the file name says.
#include "package/archive_member.h"
#include "package/metadata.h"
#include "package/pip.h"

vd_code vd_manifest_wheel(vd_inventory *inv, vd_view bytes, vd_error *err);

static vd_code from_name(vd_inventory *inv, const char *why, vd_error *err) {
  vd_view name, version;
  vd_component *c = NULL;
  if (!vd_dist_file_name(inv->arena, vd_base_name(inv->path), &name, &version))
    return vd_fail(err, VD_FORMAT, "neither the metadata inside nor the file name can be read");
  VD_TRY(vd_metadata_add_version(inv, name, version, 0, &c));
  return vd_notice_add(inv, 0, VD_OK, "read from the file name only: %s", why);
}

vd_code vd_manifest_wheel(vd_inventory *inv, vd_view bytes, vd_error *err) {
  vd_view metadata;
  vd_component *c = NULL;
  vd_error why = {0};
  if (bytes.len == 0)
    return from_name(inv, "it is empty, or too large to look into", err);
  vd_code code =
      vd_archive_member(inv->arena, bytes, VD_VIEW("*.dist-info/METADATA"), &metadata, &why);
  if (code == VD_OK)
    code = vd_metadata_add(inv, metadata, &c, &why);
  if (code == VD_NOMEM)
    return vd_fail(err, code, "%s", vd_code_text(code));
  if (code != VD_OK)
    return from_name(inv, why.text, err);
  c->line = 0; // a line of the file inside, which has no place in the archive
  return VD_OK;
}
