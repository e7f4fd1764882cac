// pyproject.toml: the tables of PDM, Hatch, uv, Flit, Rye and setuptools.
#include "package/manifests/pyproject.h"

static vd_code group_list(vd_pyproject *p, const char *group, const vd_value *list) {
  vd_declared how = {0};
  VD_TRY(vd_declared_group(p->inv, vd_view_of(group), &how));
  return vd_declared_list(p->inv, &how, list);
}

// Dynamic dependencies are lines of other files: {file = "a.txt"} or {file = ["a.txt", "b.txt"]}.
static vd_code include_files(vd_pyproject *p, const vd_value *files) {
  if (vd_is(files, VD_KIND_STRING))
    return vd_pip_include_add(p->inv, files->text, false, files->line);
  for (VD_EACH (file, vd_is(files, VD_KIND_ARRAY) ? files : NULL))
    if (vd_is(file, VD_KIND_STRING))
      VD_TRY(vd_pip_include_add(p->inv, file->text, false, file->line));
  return VD_OK;
}

static vd_code setuptools(vd_pyproject *p) {
  const vd_value *dynamic = vd_path(p->doc, "tool", "setuptools", "dynamic");
  VD_TRY(include_files(p, vd_path(dynamic, "dependencies", "file")));
  for (VD_EACH (extra, vd_path(dynamic, "optional-dependencies")))
    VD_TRY(include_files(p, vd_path(extra, "file")));
  return VD_OK;
}

// ---- PDM, Rye, Flit ---------------------------------------------------------------------------

static vd_code pdm(vd_pyproject *p) {
  const vd_value *tool = vd_path(p->doc, "tool", "pdm");
  vd_declared bound = {.constraint = true};
  VD_TRY(vd_declared_groups(p->inv, vd_path(tool, "dev-dependencies")));
  for (VD_EACH (entry, vd_path(tool, "resolution", "overrides")))
    if (vd_is(entry, VD_KIND_STRING) && !vd_view_has(entry->text, VD_VIEW("://")))
      VD_TRY(vd_declared_entry(p->inv, &bound, entry));
  return VD_OK;
}

static vd_code flit(vd_pyproject *p) {
  const vd_value *tool = vd_path(p->doc, "tool", "flit", "metadata");
  vd_declared runtime = {0};
  VD_TRY(vd_declared_list(p->inv, &runtime, vd_path(tool, "requires")));
  VD_TRY(group_list(p, "dev", vd_path(tool, "dev-requires")));
  return vd_declared_groups(p->inv, vd_path(tool, "requires-extra"));
}

// ---- Hatch ------------------------------------------------------------------------------------

// Environments are for working on the project, whatever they are called.
static vd_code hatch_environment(vd_pyproject *p, const vd_value *environment) {
  vd_declared how = {.scope = VD_SCOPE_DEV};
  VD_TRY(vd_keep(p->inv, &how.group, environment->key));
  VD_TRY(vd_declared_list(p->inv, &how, vd_path(environment, "dependencies")));
  return vd_declared_list(p->inv, &how, vd_path(environment, "extra-dependencies"));
}

static vd_code hatch(vd_pyproject *p) {
  const vd_value *tool = vd_path(p->doc, "tool", "hatch");
  vd_declared build = {.scope = VD_SCOPE_BUILD};
  for (VD_EACH (environment, vd_path(tool, "envs")))
    VD_TRY(hatch_environment(p, environment));
  for (VD_EACH (hook, vd_path(tool, "build", "hooks")))
    VD_TRY(vd_declared_list(p->inv, &build, vd_path(hook, "dependencies")));
  return include_files(p, vd_path(tool, "metadata", "hooks", "requirements_txt", "files"));
}

// ---- uv ---------------------------------------------------------------------------------------

static vd_code uv(vd_pyproject *p) {
  const vd_value *tool = vd_path(p->doc, "tool", "uv");
  vd_declared bound = {.constraint = true};
  VD_TRY(group_list(p, "dev", vd_path(tool, "dev-dependencies")));
  VD_TRY(vd_declared_list(p->inv, &bound, vd_path(tool, "constraint-dependencies")));
  return vd_declared_list(p->inv, &bound, vd_path(tool, "override-dependencies"));
}

vd_code vd_pyproject_tools(vd_pyproject *p) {
  VD_TRY(setuptools(p));
  VD_TRY(vd_pyproject_poetry(p));
  VD_TRY(pdm(p));
  VD_TRY(hatch(p));
  VD_TRY(flit(p));
  VD_TRY(group_list(p, "dev", vd_path(p->doc, "tool", "rye", "dev-dependencies")));
  return uv(p);
}

// ---- indexes and sources ----------------------------------------------------------------------

static bool is_explicit(const vd_value *index) {
  const vd_value *flag = vd_path(index, "explicit");
  return (vd_is(flag, VD_KIND_BOOL) && flag->boolean) ||
         vd_view_eq(vd_text_at(index, "priority"), VD_VIEW("explicit"));
}

// [[tool.uv.index]], [[tool.poetry.source]] and [[tool.pdm.source]] are alike.
static vd_code named_indexes(vd_pyproject *p, const vd_value *list) {
  for (VD_EACH (index, vd_is(list, VD_KIND_ARRAY) ? list : NULL))
    if (!is_explicit(index))
      vd_pip_index_put(&p->everywhere, vd_text_at(index, "url"));
  return vd_index_map(p->scratch, list, &p->indexes);
}

static void plain_indexes(vd_pyproject *p, const vd_value *table) {
  static const char *const keys[] = {"index-url", "extra-index-url", "find-links"};
  for (size_t i = 0; i < VD_COUNT(keys); i++) {
    const vd_value *v = vd_path(table, keys[i]);
    vd_pip_index_put(&p->everywhere, vd_text(v));
    for (VD_EACH (url, vd_is(v, VD_KIND_ARRAY) ? v : NULL))
      vd_pip_index_put(&p->everywhere, vd_text(url));
  }
}

vd_code vd_pyproject_indexes(vd_pyproject *p) {
  VD_TRY(named_indexes(p, vd_path(p->doc, "tool", "uv", "index")));
  VD_TRY(named_indexes(p, vd_path(p->doc, "tool", "poetry", "source")));
  VD_TRY(named_indexes(p, vd_path(p->doc, "tool", "pdm", "source")));
  VD_TRY(named_indexes(p, vd_path(p->doc, "tool", "rye", "sources")));
  plain_indexes(p, vd_path(p->doc, "tool", "uv"));
  plain_indexes(p, vd_path(p->doc, "tool", "uv", "pip"));
  return VD_OK;
}

vd_code vd_pyproject_place(vd_pyproject *p, const vd_value *sources, size_t end) {
  vd_map by_name = VD_MAP(p->scratch);
  for (VD_EACH (source, vd_is(sources, VD_KIND_TABLE) ? sources : NULL)) {
    vd_value *place = vd_new(p->scratch, vd_value);
    vd_view name = vd_pypi_normalize(p->scratch, source->key);
    if (place == NULL || name.ptr == NULL)
      return VD_NOMEM;
    const vd_value *first = vd_is(source, VD_KIND_ARRAY) ? vd_first(source) : source;
    if (first == NULL)
      continue;
    *place = *first; // of several places, each for its own platform, the first stands for all
    VD_TRY(vd_map_put(&by_name, name, place));
  }
  for (size_t i = p->first; by_name.count != 0 && i < end; i++) {
    vd_component *c = &p->inv->components.at[i];
    const vd_value *place = vd_map_get(&by_name, c->name);
    if (place != NULL && !c->constraint)
      VD_TRY(vd_component_source(p->inv, c, place, &p->indexes));
  }
  return VD_OK;
}

vd_code vd_pyproject_sources(vd_pyproject *p) {
  size_t end = p->inv->components.count;
  VD_TRY(vd_pyproject_place(p, vd_path(p->doc, "tool", "uv", "sources"), end));
  if (p->everywhere.len == 0 || p->everywhere.failed)
    return VD_OK;
  vd_view all = {0};
  VD_TRY(vd_keep(p->inv, &all, vd_buf_view(&p->everywhere)));
  for (size_t i = p->first; i < end; i++) {
    vd_component *c = &p->inv->components.at[i];
    if (c->index.ptr == NULL && c->url.ptr == NULL && !c->local)
      c->index = all;
  }
  return VD_OK;
}
