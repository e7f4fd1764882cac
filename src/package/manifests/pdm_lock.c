// pdm.lock, lock versions 2 to 4.5.
#include "package/document.h"

vd_code vd_manifest_pdm_lock(vd_inventory *inv, vd_view bytes, vd_error *err);

typedef struct lock {
  vd_inventory *inv;
  vd_required required;
  bool hashed; // lock version 2 and 3 keep all digests in [metadata.files]
} lock;

// Dependencies are PEP 508 texts; only their names matter here.
static vd_view name_of(vd_view text) {
  size_t n = 0;
  text = vd_view_trim(text);
  while (n < text.len && strchr(" \t[(<>=!~;@", text.ptr[n]) == NULL)
    n++;
  return vd_view_first(text, n);
}

// The entry of a package with an extra requires the package without it, which says nothing.
static vd_code collect_required(lock *l, const vd_value *packages) {
  for (VD_EACH (package, packages)) {
    vd_view own = vd_text_at(package, "name");
    for (VD_EACH (dependency, vd_path(package, "dependencies"))) {
      vd_view name = name_of(vd_text(dependency));
      if (!vd_view_eq(name, own))
        VD_TRY(vd_required_put(&l->required, name));
    }
  }
  return VD_OK;
}

static vd_code set_scope(lock *l, vd_component *c, const vd_value *groups) {
  vd_view first = vd_text(vd_first(groups));
  for (VD_EACH (name, groups))
    if (vd_view_eq(vd_text(name), VD_VIEW("default")))
      return VD_OK;
  if (first.len == 0)
    return VD_OK;
  c->scope = vd_group_scope(first);
  return vd_keep(l->inv, &c->group, first);
}

static vd_code add(lock *l, const vd_value *package) {
  vd_component *c = NULL;
  VD_TRY(vd_locked_add(l->inv, package, &c));
  if (c == NULL)
    return VD_OK;
  c->direct = vd_required_direct(&l->required, c->name);
  c->hashed = l->hashed || vd_first(vd_path(package, "files")) != NULL;
  VD_TRY(set_scope(l, c, vd_path(package, "groups")));
  VD_TRY(vd_keep_texts(l->inv, &c->extras, vd_path(package, "extras")));
  VD_TRY(vd_keep(l->inv, &c->marker, vd_text_at(package, "marker")));
  return vd_component_source(l->inv, c, package, NULL);
}

static vd_code read(lock *l, const vd_value *doc) {
  const vd_value *packages = vd_path(doc, "package");
  l->hashed = vd_first(vd_path(doc, "metadata", "files")) != NULL;
  if (packages != NULL && packages->kind != VD_KIND_ARRAY)
    return vd_notice_shape(l->inv, packages, "an array of packages");
  VD_TRY(collect_required(l, packages));
  for (VD_EACH (package, packages))
    VD_TRY(add(l, package));
  return VD_OK;
}

vd_code vd_manifest_pdm_lock(vd_inventory *inv, vd_view bytes, vd_error *err) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  lock l = {.inv = inv, .required = {.arena = &scratch}};
  const vd_value *doc = NULL;
  VD_TRY(vd_toml_parse(&scratch, bytes, &doc, err));
  return vd_document_done(read(&l, doc), err);
}
