// pyproject.toml: the tables of Poetry, alone or beside [project].
#include "package/manifests/pyproject.h"

// "name[extra] (>=1)" -> "name"
static vd_view name_of(vd_view text) {
  size_t n = 0;
  text = vd_view_trim(text);
  while (n < text.len && vd_pypi_name_valid(vd_view_first(vd_view_from(text, n), 1)))
    n++;
  while (n + 1 < text.len && (text.ptr[n] == '-' || text.ptr[n] == '_' || text.ptr[n] == '.'))
    for (n++; n < text.len && vd_pypi_name_valid(vd_view_first(vd_view_from(text, n), 1));)
      n++;
  return vd_view_first(text, n);
}

// [tool.poetry.extras] names optional dependencies; a dependency of several extras stands under the
// first.
static vd_code map_extras(vd_pyproject *p, vd_map *extra_of) {
  const vd_value *extras = vd_path(p->doc, "tool", "poetry", "extras");
  for (VD_EACH (extra, vd_is(extras, VD_KIND_TABLE) ? extras : NULL)) {
    vd_view *key = vd_new(p->scratch, vd_view);
    if (key == NULL)
      return VD_NOMEM;
    *key = extra->key;
    for (VD_EACH (item, vd_is(extra, VD_KIND_ARRAY) ? extra : NULL)) {
      vd_view name = vd_pypi_normalize(p->scratch, name_of(vd_text(item)));
      if (name.ptr == NULL)
        return VD_NOMEM;
      if (vd_map_get(extra_of, name) == NULL)
        VD_TRY(vd_map_put(extra_of, name, key));
    }
  }
  return VD_OK;
}

// Names [project] already has: Poetry 2 takes only their place from its own table.
static vd_code map_standard(vd_pyproject *p, vd_map *names) {
  for (size_t i = p->first; i < p->standard; i++)
    VD_TRY(vd_map_put(names, p->inv->components.at[i].name, p));
  return VD_OK;
}

static vd_code runtime(vd_pyproject *p, const vd_declared *how, const vd_value *table) {
  vd_map standard = VD_MAP(p->scratch);
  VD_TRY(map_standard(p, &standard));
  if (table != NULL && table->kind != VD_KIND_TABLE)
    return vd_notice_shape(p->inv, table, "a table of dependencies");
  for (VD_EACH (entry, table)) {
    vd_view name = vd_pypi_normalize(p->scratch, entry->key);
    if (name.ptr == NULL)
      return VD_NOMEM;
    if (!vd_view_eq(name, VD_VIEW("python")) && vd_map_get(&standard, name) == NULL)
      VD_TRY(vd_declared_entry(p->inv, how, entry));
  }
  return vd_pyproject_place(p, table, p->standard);
}

static vd_code group(vd_pyproject *p, vd_declared how, const vd_value *table, vd_view name) {
  const vd_value *optional = vd_path(table, "optional");
  VD_TRY(vd_declared_group(p->inv, name, &how));
  if (how.scope == VD_SCOPE_OPTIONAL && !(vd_is(optional, VD_KIND_BOOL) && optional->boolean))
    how.scope = VD_SCOPE_RUNTIME; // `poetry install` takes it along unless it is marked optional
  return vd_declared_table(p->inv, &how, vd_path(table, "dependencies"));
}

vd_code vd_pyproject_poetry(vd_pyproject *p) {
  const vd_value *tool = vd_path(p->doc, "tool", "poetry");
  vd_map extra_of = VD_MAP(p->scratch);
  VD_TRY(map_extras(p, &extra_of));
  vd_declared how = {.indexes = &p->indexes, .extra_of = &extra_of}, dev = how;
  VD_TRY(runtime(p, &how, vd_path(tool, "dependencies")));
  VD_TRY(vd_declared_group(p->inv, VD_VIEW("dev"), &dev));
  VD_TRY(vd_declared_table(p->inv, &dev, vd_path(tool, "dev-dependencies")));
  for (VD_EACH (table, vd_path(tool, "group")))
    VD_TRY(group(p, how, table, table->key));
  return VD_OK;
}
