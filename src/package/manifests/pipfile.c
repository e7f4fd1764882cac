// Pipfile: what pipenv installs, in [packages], [dev-packages] and categories of other names.
#include "package/document.h"

vd_code vd_manifest_pipfile(vd_inventory *inv, vd_view bytes, vd_error *err);

// Tables of a Pipfile that hold settings; every other one is a category of packages.
static bool is_setting(vd_view key) {
  static const vd_view settings[] = {VD_VIEW_INIT("source"), VD_VIEW_INIT("requires"),
                                     VD_VIEW_INIT("pipenv"), VD_VIEW_INIT("scripts"),
                                     VD_VIEW_INIT("pipfile")};
  for (size_t i = 0; i < VD_COUNT(settings); i++)
    if (vd_view_eq(settings[i], key))
      return true;
  return false;
}

static vd_code describe(vd_inventory *inv, vd_view category, vd_declared *how) {
  if (vd_view_eq(category, VD_VIEW("packages")))
    return VD_OK;
  if (vd_view_eq(category, VD_VIEW("dev-packages")))
    return vd_declared_group(inv, VD_VIEW("dev"), how);
  return vd_declared_group(inv, category, how);
}

static vd_code read(vd_inventory *inv, vd_arena *scratch, const vd_value *doc) {
  vd_map indexes = VD_MAP(scratch);
  VD_TRY(vd_index_map(scratch, vd_path(doc, "source"), &indexes));
  for (VD_EACH (table, doc)) {
    vd_declared how = {.indexes = &indexes};
    if (table->kind != VD_KIND_TABLE || is_setting(table->key))
      continue;
    VD_TRY(describe(inv, table->key, &how));
    VD_TRY(vd_declared_table(inv, &how, table));
  }
  return VD_OK;
}

vd_code vd_manifest_pipfile(vd_inventory *inv, vd_view bytes, vd_error *err) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  const vd_value *doc = NULL;
  VD_TRY(vd_toml_parse(&scratch, bytes, &doc, err));
  if (!vd_path(doc, "packages") && !vd_path(doc, "dev-packages") && !vd_path(doc, "source"))
    return vd_fail(err, VD_UNSUPPORTED, "not a Pipfile: no packages, dev-packages or source");
  return vd_document_done(read(inv, &scratch, doc), err);
}
