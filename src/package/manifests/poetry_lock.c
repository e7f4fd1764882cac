// poetry.lock, lock versions 1.0 to 2.1.
#include "package/document.h"

vd_code vd_manifest_poetry_lock(vd_inventory *inv, vd_view bytes, vd_error *err);

typedef struct lock {
  vd_inventory *inv;
  vd_required required;
  vd_map hashed; // names with an entry in [metadata.files] or [metadata.hashes] of lock version 1
} lock;

static bool is_true(const vd_value *v) { return vd_is(v, VD_KIND_BOOL) && v->boolean; }

static vd_code collect_required(lock *l, const vd_value *packages) {
  for (VD_EACH (package, packages))
    for (VD_EACH (dependency, vd_path(package, "dependencies")))
      VD_TRY(vd_required_put(&l->required, dependency->key));
  return VD_OK;
}

// The first group of a package that is also in "main" is that: it is wanted either way.
static vd_code set_groups(lock *l, vd_component *c, const vd_value *groups) {
  const vd_value *first = NULL;
  for (VD_EACH (name, vd_is(groups, VD_KIND_ARRAY) ? groups : NULL)) {
    if (!vd_is(name, VD_KIND_STRING))
      continue;
    if (vd_view_eq(name->text, VD_VIEW("main")))
      return VD_OK;
    if (first == NULL)
      first = name;
  }
  if (first == NULL)
    return VD_OK;
  c->scope = vd_group_scope(first->text);
  return vd_keep(l->inv, &c->group, first->text);
}

static vd_code set_scope(lock *l, vd_component *c, const vd_value *package) {
  vd_view category = vd_text_at(package, "category");
  VD_TRY(set_groups(l, c, vd_path(package, "groups")));
  if (category.len != 0 && !vd_view_eq(category, VD_VIEW("main"))) {
    c->scope = vd_group_scope(category);
    VD_TRY(vd_keep(l->inv, &c->group, category));
  }
  if (c->scope == VD_SCOPE_RUNTIME && is_true(vd_path(package, "optional")))
    c->scope = VD_SCOPE_OPTIONAL;
  return VD_OK;
}

// One marker, or one for each group; then the first stands for all.
static vd_code set_marker(lock *l, vd_component *c, const vd_value *markers) {
  return vd_keep(l->inv, &c->marker,
                 vd_text(vd_is(markers, VD_KIND_TABLE) ? vd_first(markers) : markers));
}

static vd_code set_source(lock *l, vd_component *c, const vd_value *package) {
  const vd_value *source = vd_path(package, "source");
  vd_view type = vd_text_at(source, "type"), url = vd_text_at(source, "url");
  if (url.len == 0)
    return VD_OK;
  if (vd_view_eq(type, VD_VIEW("legacy")))
    return vd_keep(l->inv, &c->index, url);
  if (vd_view_eq(type, VD_VIEW("git"))) {
    vd_view revision = vd_text_at(source, "resolved_reference");
    if (revision.len == 0)
      revision = vd_text_at(source, "reference");
    return vd_component_git(l->inv, c, url, revision);
  }
  c->local = vd_view_eq(type, VD_VIEW("directory")) && url.ptr[0] != '/';
  return vd_keep(l->inv, &c->url, url);
}

static vd_code collect_hashed(lock *l, const vd_value *table) {
  for (VD_EACH (files, vd_is(table, VD_KIND_TABLE) ? table : NULL))
    if (vd_first(files) != NULL)
      VD_TRY(vd_map_put(&l->hashed, files->key, l));
  return VD_OK;
}

static bool is_hashed(const lock *l, const vd_value *package) {
  return vd_first(vd_path(package, "files")) != NULL ||
         vd_map_get(&l->hashed, vd_text_at(package, "name")) != NULL;
}

static vd_code add(lock *l, const vd_value *package) {
  vd_component *c = NULL;
  VD_TRY(vd_locked_add(l->inv, package, &c));
  if (c == NULL)
    return VD_OK;
  c->direct = vd_required_direct(&l->required, c->name);
  c->hashed = is_hashed(l, package);
  VD_TRY(set_scope(l, c, package));
  VD_TRY(set_marker(l, c, vd_path(package, "markers")));
  return set_source(l, c, package);
}

static vd_code read(lock *l, const vd_value *doc) {
  const vd_value *packages = vd_path(doc, "package");
  VD_TRY(collect_hashed(l, vd_path(doc, "metadata", "files")));
  VD_TRY(collect_hashed(l, vd_path(doc, "metadata", "hashes")));
  if (packages != NULL && packages->kind != VD_KIND_ARRAY)
    return vd_notice_shape(l->inv, packages, "an array of packages");
  VD_TRY(collect_required(l, packages));
  for (VD_EACH (package, packages))
    VD_TRY(add(l, package));
  return VD_OK;
}

vd_code vd_manifest_poetry_lock(vd_inventory *inv, vd_view bytes, vd_error *err) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  lock l = {.inv = inv, .required = {.arena = &scratch}, .hashed = VD_MAP(&scratch)};
  const vd_value *doc = NULL;
  VD_TRY(vd_toml_parse(&scratch, bytes, &doc, err));
  return vd_document_done(read(&l, doc), err);
}
