// pylock.toml and pylock.NAME.toml (PEP 751).
#include "package/document.h"

vd_code vd_manifest_pylock(vd_inventory *inv, vd_view bytes, vd_error *err);

typedef struct lock {
  vd_inventory *inv;
  vd_required required;
  bool has_graph; // some package says what it depends on
  const vd_value *default_groups;
} lock;

// The quoted name before `in LIST` in a marker, from *at on: `'dev' in dependency_groups`.
static bool next_membership(vd_view marker, vd_view list, size_t *at, vd_view *name) {
  for (size_t i = *at; i < marker.len; i++) {
    char quote = marker.ptr[i];
    if (quote != '\'' && quote != '"')
      continue;
    vd_view text = vd_view_from(marker, i + 1);
    *name = vd_view_first(text, vd_view_find(text, quote));
    i += name->len + 1;
    *at = i + 1;
    vd_view rest = vd_view_trim(vd_view_from(marker, i + 1));
    if (vd_view_starts(rest, VD_VIEW("in ")) &&
        vd_view_starts(vd_view_trim(vd_view_from(rest, 3)), list))
      return true;
  }
  return false;
}

static bool is_default(const lock *l, vd_view group) {
  for (VD_EACH (name, vd_is(l->default_groups, VD_KIND_ARRAY) ? l->default_groups : NULL))
    if (vd_view_eq(vd_text(name), group))
      return true;
  return vd_view_eq(group, VD_VIEW("default"));
}

// A package some default group wants is wanted at run time; else the first group or extra counts.
static vd_code set_scope(lock *l, vd_component *c) {
  vd_view name, first = {0};
  for (size_t at = 0; next_membership(c->marker, VD_VIEW("dependency_groups"), &at, &name);) {
    if (is_default(l, name))
      return VD_OK;
    if (first.ptr == NULL)
      first = name;
  }
  for (size_t at = 0;
       first.ptr == NULL && next_membership(c->marker, VD_VIEW("extras"), &at, &name);)
    first = name;
  if (first.ptr == NULL)
    return VD_OK;
  c->scope = vd_group_scope(first);
  c->group = first;
  return VD_OK;
}

static vd_code set_vcs(lock *l, vd_component *c, const vd_value *vcs) {
  vd_view url = vd_text_at(vcs, "url"), revision = vd_text_at(vcs, "commit-id");
  if (url.len == 0)
    url = vd_text_at(vcs, "path");
  if (revision.len == 0)
    revision = vd_text_at(vcs, "requested-revision");
  if (vd_view_eq(vd_text_at(vcs, "type"), VD_VIEW("git")))
    return vd_component_git(l->inv, c, url, revision);
  return vd_keep(l->inv, &c->url, url);
}

static vd_code set_source(lock *l, vd_component *c, const vd_value *package) {
  const vd_value *vcs = vd_path(package, "vcs"), *archive = vd_path(package, "archive"),
                 *directory = vd_path(package, "directory");
  VD_TRY(vd_keep(l->inv, &c->index, vd_text_at(package, "index")));
  if (vcs != NULL)
    return set_vcs(l, c, vcs);
  return vd_component_source(l->inv, c, directory != NULL ? directory : archive, NULL);
}

static bool is_hashed(const vd_value *package) {
  return vd_first(vd_path(package, "sdist", "hashes")) != NULL ||
         vd_first(vd_path(package, "archive", "hashes")) != NULL ||
         vd_first(vd_path(vd_first(vd_path(package, "wheels")), "hashes")) != NULL;
}

static vd_code add(lock *l, const vd_value *package) {
  vd_component *c = NULL;
  VD_TRY(vd_locked_add(l->inv, package, &c));
  if (c == NULL)
    return VD_OK;
  if (l->has_graph)
    c->direct = vd_required_direct(&l->required, c->name);
  c->hashed = is_hashed(package);
  VD_TRY(vd_keep(l->inv, &c->marker, vd_text_at(package, "marker")));
  VD_TRY(set_scope(l, c));
  return set_source(l, c, package);
}

static vd_code collect_required(lock *l, const vd_value *packages) {
  for (VD_EACH (package, packages))
    for (VD_EACH (dependency, vd_path(package, "dependencies"))) {
      vd_view name = vd_text_at(dependency, "name");
      l->has_graph |= name.ptr != NULL;
      VD_TRY(vd_required_put(&l->required, name));
    }
  return VD_OK;
}

static vd_code read(lock *l, const vd_value *doc) {
  const vd_value *packages = vd_path(doc, "packages");
  l->default_groups = vd_path(doc, "default-groups");
  if (packages != NULL && packages->kind != VD_KIND_ARRAY)
    return vd_notice_shape(l->inv, packages, "an array of packages");
  VD_TRY(collect_required(l, packages));
  for (VD_EACH (package, packages))
    VD_TRY(add(l, package));
  return VD_OK;
}

vd_code vd_manifest_pylock(vd_inventory *inv, vd_view bytes, vd_error *err) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  lock l = {.inv = inv, .required = {.arena = &scratch}};
  const vd_value *doc = NULL;
  VD_TRY(vd_toml_parse(&scratch, bytes, &doc, err));
  return vd_document_done(read(&l, doc), err);
}
