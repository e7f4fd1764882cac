// One list holds all requirements of a project, a dict made from it looks them up by name, and
// maybe a function looks up several: the habit of large machine learning projects.
#include "package/setup_walk.h"

enum { LOOK_AHEAD = 200 }; // tokens of such a dict or function that are looked at

static const vd_py_binding *plain_binding(const vd_setup_walk *w, vd_view name) {
  const vd_py_bindings *list = vd_py_name(w->names, name);
  const vd_py_binding *b = list == NULL ? NULL : list->first;
  return b != NULL && !b->keyed ? b : NULL;
}

static uint32_t near_end(const vd_py_binding *b) {
  return b->to - b->from > LOOK_AHEAD ? b->from + LOOK_AHEAD : b->to;
}

// {key: entry for ... in LIST}
bool vd_setup_is_table(const vd_setup_walk *w, vd_view name) {
  const vd_py_binding *b = plain_binding(w, name);
  if (b == NULL || !vd_py_is(w->tokens, b->from, "{"))
    return false;
  for (uint32_t i = b->from; i < near_end(b); i++)
    if (vd_py_is(w->tokens, i, "for"))
      return true;
  return false;
}

// The table that "[TABLE[x] for x in names]" looks up, or {NULL}.
static vd_view table_of_function(const vd_setup_walk *w, vd_view function) {
  const vd_py_binding *b = plain_binding(w, function);
  if (b == NULL || b->to - b->from < 7 || !vd_py_is(w->tokens, b->from, "[") ||
      !vd_py_is(w->tokens, b->from + 2, "[") || !vd_py_is(w->tokens, b->from + 5, "for"))
    return (vd_view){0};
  vd_view table = w->tokens->at[b->from + 1].text;
  return vd_setup_is_table(w, table) ? table : (vd_view){0};
}

bool vd_setup_is_table_function(const vd_setup_walk *w, vd_view name) {
  return table_of_function(w, name).ptr != NULL;
}

// The list of strings the table is made from: the first name in it that is bound to a list.
static const vd_py_binding *source_of(const vd_setup_walk *w, vd_view table) {
  const vd_py_binding *b = plain_binding(w, table);
  for (uint32_t i = b == NULL ? 0 : b->from; b != NULL && i < near_end(b); i++) {
    const vd_py_binding *list =
        w->tokens->at[i].kind == VD_PY_NAME ? plain_binding(w, w->tokens->at[i].text) : NULL;
    if (list != NULL && vd_py_is(w->tokens, list->from, "["))
      return list;
  }
  return NULL;
}

static vd_view key_of(vd_view requirement) {
  size_t n = 0;
  while (n < requirement.len && strchr("=<>!~ ;@", requirement.ptr[n]) == NULL)
    n++;
  return vd_view_first(requirement, n);
}

static vd_code fill_table(vd_setup_walk *w, const vd_py_binding *list) {
  w->table = VD_MAP(w->inv->arena);
  w->tabled = true;
  for (uint32_t i = list->from; i < list->to; i++)
    if (w->tokens->at[i].kind == VD_PY_STRING)
      VD_TRY(vd_map_put(&w->table, key_of(w->tokens->at[i].text), &w->tokens->at[i]));
  return VD_OK;
}

uint32_t vd_setup_table_get(vd_setup_walk *w, vd_view table, vd_view name, vd_code *code) {
  vd_view of_function = table_of_function(w, table);
  *code = VD_OK;
  if (!w->tabled) {
    const vd_py_binding *list = source_of(w, of_function.ptr != NULL ? of_function : table);
    *code = list == NULL ? VD_OK : fill_table(w, list);
  }
  const vd_py_token *entry = *code == VD_OK ? vd_map_get(&w->table, name) : NULL;
  return entry == NULL ? 0 : (uint32_t)(entry - w->tokens->at);
}
