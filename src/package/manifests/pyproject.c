// pyproject.toml: the standard tables (PEP 518, PEP 621, PEP 735); tools have theirs in files
// beside.
#include "package/manifests/pyproject.h"

vd_code vd_manifest_pyproject(vd_inventory *inv, vd_view bytes, vd_error *err);

// ---- dependency groups (PEP 735) --------------------------------------------------------------

// A group and the groups that wait for it to be resolved.
typedef struct group {
  const vd_value *list;
  size_t pending; // includes not yet resolved
  VD_VEC(size_t) waiting;
  bool resolved;
} group;

typedef struct groups {
  vd_pyproject *p;
  group *at;
  size_t count;
  vd_map by_name; // normalised
  VD_VEC(size_t) ready;
} groups;

static vd_code collect_groups(groups *g, const vd_value *table) {
  g->by_name = VD_MAP(g->p->scratch);
  g->at = vd_new_array(g->p->scratch, group, table->count + 1);
  if (g->at == NULL)
    return VD_NOMEM;
  for (VD_EACH (list, table)) {
    group *one = &g->at[g->count++];
    one->list = list;
    vd_view name = vd_pypi_normalize(g->p->scratch, list->key);
    if (name.ptr == NULL || vd_map_put(&g->by_name, name, one) != VD_OK)
      return VD_NOMEM;
  }
  return VD_OK;
}

static vd_code link_include(groups *g, group *from, const vd_value *item) {
  vd_view text = vd_text_at(item, "include-group");
  if (text.ptr == NULL)
    return VD_OK;
  vd_view name = vd_pypi_normalize(g->p->scratch, text);
  if (name.ptr == NULL)
    return VD_NOMEM;
  group *target = vd_map_get(&g->by_name, name);
  if (target == NULL)
    return vd_notice_add(g->p->inv, item->line, VD_NOTFOUND, "no dependency group \"%.*s\"",
                         VD_ARG(vd_view_first(text, 80)));
  size_t *slot = vd_vec_push(g->p->scratch, &target->waiting);
  if (slot == NULL)
    return VD_NOMEM;
  *slot = (size_t)(from - g->at);
  from->pending++;
  return VD_OK;
}

static vd_code make_ready(groups *g, size_t i) {
  if (g->at[i].pending != 0)
    return VD_OK;
  size_t *slot = vd_vec_push(g->p->scratch, &g->ready);
  if (slot == NULL)
    return VD_NOMEM;
  *slot = i;
  g->at[i].resolved = true;
  return VD_OK;
}

// Resolves every group whose includes are all resolved, until no more are.
static vd_code resolve(groups *g) {
  for (size_t i = 0; i < g->count; i++)
    VD_TRY(make_ready(g, i));
  for (size_t i = 0; i < g->ready.count; i++) {
    const group *done = &g->at[g->ready.at[i]];
    for (size_t w = 0; w < done->waiting.count; w++) {
      g->at[done->waiting.at[w]].pending--;
      VD_TRY(make_ready(g, done->waiting.at[w]));
    }
  }
  return VD_OK;
}

// What is left unresolved includes itself.
static vd_code note_circles(groups *g) {
  for (size_t i = 0; i < g->count; i++)
    if (!g->at[i].resolved)
      VD_TRY(vd_notice_add(g->p->inv, g->at[i].list->key_line, VD_FORMAT,
                           "dependency group \"%.*s\" includes groups in a circle",
                           VD_ARG(vd_view_first(g->at[i].list->key, 80))));
  return VD_OK;
}

static vd_code dependency_groups(vd_pyproject *p) {
  const vd_value *table = vd_path(p->doc, "dependency-groups");
  groups g = {.p = p};
  VD_TRY(vd_declared_groups(p->inv, table));
  if (!vd_is(table, VD_KIND_TABLE))
    return VD_OK;
  VD_TRY(collect_groups(&g, table));
  for (size_t i = 0; i < g.count; i++)
    for (VD_EACH (item, vd_is(g.at[i].list, VD_KIND_ARRAY) ? g.at[i].list : NULL))
      VD_TRY(link_include(&g, &g.at[i], item));
  VD_TRY(resolve(&g));
  return note_circles(&g);
}

// ---- project and build system -----------------------------------------------------------------

// "all = ["name[a,b]"]" names the project itself.
static vd_code mark_project(vd_pyproject *p) {
  vd_view name = vd_text(vd_path(p->doc, "project", "name"));
  vd_view normal = vd_pypi_normalize(p->scratch, name);
  if (normal.ptr == NULL)
    return VD_NOMEM;
  for (size_t i = p->first; i < p->inv->components.count; i++)
    if (normal.len != 0 && vd_view_eq(p->inv->components.at[i].name, normal))
      p->inv->components.at[i].local = true;
  return VD_OK;
}

static vd_code read_project(vd_pyproject *p) {
  vd_declared runtime = {0}, build = {.scope = VD_SCOPE_BUILD};
  VD_TRY(vd_declared_list(p->inv, &runtime, vd_path(p->doc, "project", "dependencies")));
  VD_TRY(vd_declared_groups(p->inv, vd_path(p->doc, "project", "optional-dependencies")));
  p->standard = p->inv->components.count;
  VD_TRY(dependency_groups(p));
  return vd_declared_list(p->inv, &build, vd_path(p->doc, "build-system", "requires"));
}

static vd_code read_all(vd_pyproject *p) {
  VD_TRY(vd_pyproject_indexes(p));
  VD_TRY(read_project(p));
  VD_TRY(vd_pyproject_tools(p));
  VD_TRY(vd_pyproject_sources(p));
  return mark_project(p);
}

vd_code vd_manifest_pyproject(vd_inventory *inv, vd_view bytes, vd_error *err) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_pyproject p = {.inv = inv,
                    .scratch = &scratch,
                    .first = inv->components.count,
                    .indexes = VD_MAP(&scratch),
                    .everywhere = VD_BUF(VD_LINE_MAX)};
  VD_TRY(vd_toml_parse(&scratch, bytes, &p.doc, err));
  vd_code code = read_all(&p);
  vd_buf_free(&p.everywhere);
  return vd_document_done(code, err);
}
