// Pipfile.lock: the JSON that pipenv writes.
#include "package/document.h"

vd_code vd_manifest_pipfile_lock(vd_inventory *inv, vd_view bytes, vd_error *err);

// Pipenv does not say which packages were asked for.
static vd_code add(vd_inventory *inv, const vd_declared *how, const vd_value *entry) {
  size_t first = inv->components.count;
  VD_TRY(vd_declared_entry(inv, how, entry));
  for (size_t i = first; i < inv->components.count; i++) {
    vd_component *c = &inv->components.at[i];
    c->direct = VD_DIRECT_UNKNOWN;
    c->line = entry->key_line;
    c->hashed = vd_first(vd_path(entry, "hashes")) != NULL;
  }
  return VD_OK;
}

static vd_code describe(vd_inventory *inv, vd_view category, vd_declared *how) {
  if (vd_view_eq(category, VD_VIEW("default")))
    return VD_OK;
  bool develop = vd_view_eq(category, VD_VIEW("develop"));
  return vd_declared_group(inv, develop ? VD_VIEW("dev") : category, how);
}

static vd_code read(vd_inventory *inv, vd_arena *scratch, const vd_value *doc) {
  vd_map indexes = VD_MAP(scratch);
  VD_TRY(vd_index_map(scratch, vd_path(doc, "_meta", "sources"), &indexes));
  for (VD_EACH (category, doc)) {
    vd_declared how = {.indexes = &indexes};
    if (category->kind != VD_KIND_TABLE || vd_view_eq(category->key, VD_VIEW("_meta")))
      continue;
    VD_TRY(describe(inv, category->key, &how));
    for (VD_EACH (entry, category))
      VD_TRY(add(inv, &how, entry));
  }
  return VD_OK;
}

vd_code vd_manifest_pipfile_lock(vd_inventory *inv, vd_view bytes, vd_error *err) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  const vd_value *doc = NULL;
  VD_TRY(vd_json_parse(&scratch, bytes, &doc, err));
  if (!vd_is(doc, VD_KIND_TABLE))
    return vd_fail(err, VD_FORMAT, "a Pipfile.lock is a JSON object");
  if (!vd_path(doc, "_meta") && !vd_path(doc, "default") && !vd_path(doc, "develop"))
    return vd_fail(err, VD_UNSUPPORTED, "not a Pipfile.lock: no _meta, default or develop");
  return vd_document_done(read(inv, &scratch, doc), err);
}
