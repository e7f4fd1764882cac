// Declarations of dependencies in documents: PEP 508 lists, and the tables of Poetry and Pipfiles.
#include "package/document.h"

vd_code vd_declared_group(vd_inventory *inv, vd_view name, vd_declared *out) {
  out->scope = vd_group_scope(name);
  return vd_keep(inv, &out->group, name);
}

static void describe(vd_component *c, const vd_declared *how, const vd_value *at) {
  c->column = at->column;
  c->scope = how->scope;
  c->group = how->group;
  c->constraint |= how->constraint;
  c->direct = how->constraint ? VD_DIRECT_UNKNOWN : VD_DIRECT_YES;
}

// PDM writes editable development dependencies as pip would, with a variable for the project.
static vd_code add_text(vd_inventory *inv, const vd_value *item, vd_component **added) {
  vd_view text = vd_view_trim(item->text), editable = VD_VIEW("-e ");
  if (!vd_view_starts(text, editable))
    return vd_component_add_pep508(inv, item->text, item->line, added);
  text = vd_view_trim(vd_view_from(text, editable.len));
  VD_TRY(vd_pip_target_add(inv, text, true, item->line, added));
  if (*added != NULL && vd_view_starts(text, VD_VIEW("file:///${PROJECT_ROOT}")))
    (*added)->local = true;
  return VD_OK;
}

vd_code vd_declared_list(vd_inventory *inv, const vd_declared *how, const vd_value *list) {
  if (list != NULL && list->kind != VD_KIND_ARRAY)
    return vd_notice_shape(inv, list, "an array of requirements");
  for (VD_EACH (item, list)) {
    vd_component *c = NULL;
    if (vd_text_at(item, "include-group").ptr != NULL)
      continue;
    if (item->kind == VD_KIND_STRING)
      VD_TRY(add_text(inv, item, &c));
    else
      VD_TRY(vd_notice_shape(inv, item, "a requirement"));
    if (c != NULL)
      describe(c, how, item);
  }
  return VD_OK;
}

vd_code vd_declared_groups(vd_inventory *inv, const vd_value *groups) {
  if (groups != NULL && groups->kind != VD_KIND_TABLE)
    return vd_notice_shape(inv, groups, "a table of groups");
  for (VD_EACH (list, groups)) {
    vd_declared how = {0};
    VD_TRY(vd_declared_group(inv, list->key, &how));
    VD_TRY(vd_declared_list(inv, &how, list));
  }
  return VD_OK;
}

// ---- constraints ------------------------------------------------------------------------------

// A copy in which every run of white space is one space.
static vd_view fold(vd_arena *a, vd_view v) {
  v = vd_view_trim(v);
  char *out = vd_new_array(a, char, v.len + 1);
  size_t n = 0;
  if (out == NULL)
    return (vd_view){0};
  for (size_t i = 0; i < v.len; i++) {
    bool blank = v.ptr[i] == ' ' || v.ptr[i] == '\t' || v.ptr[i] == '\n' || v.ptr[i] == '\r';
    if (!blank)
      out[n++] = v.ptr[i];
    else if (out[n - 1] != ' ')
      out[n++] = ' ';
  }
  return (vd_view){out, n};
}

vd_code vd_component_require(vd_inventory *inv, vd_component *c, vd_view written) {
  vd_specifiers clauses = {0};
  vd_error why = {0};
  c->requirement = fold(inv->arena, written);
  if (c->requirement.ptr == NULL)
    return VD_NOMEM;
  vd_code code = vd_poetry_specifiers(inv->arena, written, &clauses, &why);
  if (code == VD_NOMEM)
    return VD_NOMEM;
  if (code != VD_OK)
    return vd_notice_add(inv, c->line, code, "%.*s: %s", VD_ARG(vd_view_first(c->name, 80)),
                         why.text);
  c->specifiers = vd_specifiers_format(inv->arena, &clauses);
  const vd_clause *pin = vd_specifiers_pin(&clauses);
  if (pin != NULL)
    c->version = pin->text;
  return c->specifiers.ptr == NULL ? VD_NOMEM : VD_OK;
}

// ---- markers ----------------------------------------------------------------------------------

// Appends `variable op "value"`; without op the value already says all.
static void put_marker(vd_buf *b, const char *variable, const char *op, vd_view value) {
  bool quoted = op[0] != '\0';
  if (b->len != 0)
    vd_buf_put(b, VD_VIEW(" and "));
  vd_buf_printf(b, "%s %s%s", variable, op, quoted ? " \"" : "");
  vd_buf_put(b, value);
  if (quoted)
    vd_buf_put_c(b, '"');
}

// Poetry's `python = ">=3.8,<3.12"`; a union has no marker of this form and is passed over.
static vd_code put_python(vd_buf *b, vd_view constraint) {
  static const char *const ops[] = {"==", "!=", "<=", ">=", "<", ">", "~=", "==="};
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_specifiers clauses = {0};
  vd_code code = vd_poetry_specifiers(&a, constraint, &clauses, NULL);
  if (code != VD_OK)
    return code == VD_NOMEM ? code : VD_OK;
  for (size_t i = 0; i < clauses.count; i++) {
    const vd_clause *c = &clauses.at[i];
    size_t dot = vd_view_find(c->text, '.');
    vd_view minor = vd_view_from(c->text, dot + 1);
    bool full = !c->wildcard && vd_view_find(minor, '.') != minor.len;
    put_marker(b, full ? "python_full_version" : "python_version", ops[c->op], c->text);
  }
  return VD_OK;
}

// Pipfiles have one key a marker variable: sys_platform = "== 'win32'".
static void put_variables(vd_buf *b, const vd_value *table) {
  static const char *const variables[] = {"os_name",
                                          "sys_platform",
                                          "platform_machine",
                                          "platform_python_implementation",
                                          "platform_release",
                                          "platform_system",
                                          "platform_version",
                                          "python_version",
                                          "python_full_version",
                                          "implementation_name",
                                          "implementation_version"};
  for (size_t i = 0; i < VD_COUNT(variables); i++) {
    vd_view text = vd_view_trim(vd_text_at(table, variables[i]));
    if (text.len != 0)
      put_marker(b, variables[i], "", text);
  }
}

static vd_code set_marker(vd_inventory *inv, vd_component *c, const vd_value *table) {
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  vd_view written = vd_view_trim(vd_text_at(table, "markers"));
  vd_view platform = vd_text_at(table, "platform"), python = vd_text_at(table, "python");
  put_variables(&b, table);
  if (platform.len != 0 && vd_view_find(platform, '"') == platform.len)
    put_marker(&b, "sys_platform", "==", platform);
  if (python.len != 0)
    VD_TRY(put_python(&b, python));
  bool joined = written.len != 0 && b.len != 0;
  vd_buf_put(&b, joined ? VD_VIEW(" and (") : VD_VIEW(""));
  vd_buf_put(&b, written);
  vd_buf_put(&b, joined ? VD_VIEW(")") : VD_VIEW(""));
  return b.len == 0 || b.failed ? VD_OK : vd_keep(inv, &c->marker, vd_buf_view(&b));
}

// ---- sources ----------------------------------------------------------------------------------

static vd_view first_text(const vd_value *table, const char *const *keys, size_t n) {
  vd_view text = {0};
  for (size_t i = 0; i < n && text.len == 0; i++)
    text = vd_text_at(table, keys[i]);
  return text;
}

// "git+https://host/x@rev#subdirectory=y", the way PEP 508 and pip say it.
static vd_code set_vcs(vd_inventory *inv, vd_component *c, const vd_value *table,
                       const char *system) {
  static const char *const revisions[] = {"resolved_reference", "rev", "revision", "tag", "branch",
                                          "reference",          "ref", "commit"};
  vd_view address = vd_text_at(table, system), subdirectory = vd_text_at(table, "subdirectory");
  vd_view revision = first_text(table, revisions, VD_COUNT(revisions));
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  if (!vd_view_starts(vd_view_from(address, strlen(system)), VD_VIEW("+")))
    vd_buf_printf(&b, "%s+", system);
  vd_buf_put(&b, address);
  vd_buf_put(&b, revision.len == 0 ? VD_VIEW("") : VD_VIEW("@"));
  vd_buf_put(&b, revision);
  vd_buf_put(&b, subdirectory.len == 0 ? VD_VIEW("") : VD_VIEW("#subdirectory="));
  vd_buf_put(&b, subdirectory);
  return vd_keep(inv, &c->url, vd_buf_view(&b));
}

static bool is_true(const vd_value *v) { return vd_is(v, VD_KIND_BOOL) && v->boolean; }

static bool is_remote(vd_view place) { return vd_view_has(place, VD_VIEW("://")); }

static vd_code set_index(vd_inventory *inv, vd_component *c, vd_view name, const vd_map *indexes) {
  const vd_view *url = indexes == NULL ? NULL : vd_map_get(indexes, name);
  return vd_keep(inv, &c->index, url == NULL ? name : *url);
}

vd_code vd_component_source(vd_inventory *inv, vd_component *c, const vd_value *source,
                            const vd_map *indexes) {
  static const char *const systems[] = {"git", "hg", "svn", "bzr"};
  static const char *const places[] = {"url", "path", "file", "editable", "directory"};
  static const char *const names[] = {"index", "source"};
  for (size_t i = 0; i < VD_COUNT(systems); i++)
    if (vd_text_at(source, systems[i]).len != 0)
      return set_vcs(inv, c, source, systems[i]);
  vd_view place = first_text(source, places, VD_COUNT(places));
  if (place.len != 0) {
    c->local = !is_remote(place) && place.ptr[0] != '/';
    return vd_keep(inv, &c->url, place);
  }
  c->local |= is_true(vd_get(source, VD_VIEW("workspace")));
  vd_view name = first_text(source, names, VD_COUNT(names));
  return name.len == 0 ? VD_OK : set_index(inv, c, name, indexes);
}

// ---- entries ----------------------------------------------------------------------------------

static vd_code set_table(vd_inventory *inv, vd_component *c, const vd_declared *how,
                         const vd_value *table) {
  const vd_view *extra = how->extra_of == NULL ? NULL : vd_map_get(how->extra_of, c->name);
  if (is_true(vd_get(table, VD_VIEW("optional")))) {
    c->scope = extra == NULL ? VD_SCOPE_OPTIONAL : vd_group_scope(*extra);
    if (extra != NULL)
      VD_TRY(vd_keep(inv, &c->group, *extra));
  }
  VD_TRY(vd_keep_texts(inv, &c->extras, vd_get(table, VD_VIEW("extras"))));
  VD_TRY(set_marker(inv, c, table));
  VD_TRY(vd_component_source(inv, c, table, how->indexes));
  vd_view version = vd_text_at(table, "version");
  return vd_component_require(inv, c, version.ptr == NULL ? VD_VIEW("") : version);
}

static vd_code add_one(vd_inventory *inv, const vd_declared *how, vd_view name,
                       const vd_value *value) {
  if (value->kind != VD_KIND_STRING && value->kind != VD_KIND_TABLE)
    return vd_notice_add(inv, value->line, VD_FORMAT, "%.*s: neither a constraint nor a table",
                         VD_ARG(vd_view_first(name, 80)));
  vd_component *c = vd_component_add(inv, name, value->key_line);
  if (c == NULL)
    return VD_NOMEM;
  describe(c, how, value);
  c->line = value->line;
  return value->kind == VD_KIND_TABLE ? set_table(inv, c, how, value)
                                      : vd_component_require(inv, c, value->text);
}

vd_code vd_declared_entry(vd_inventory *inv, const vd_declared *how, const vd_value *entry) {
  if (!vd_pypi_name_valid(entry->key))
    return vd_notice_shape(inv, entry, "a package name");
  if (entry->kind != VD_KIND_ARRAY)
    return add_one(inv, how, entry->key, entry);
  for (VD_EACH (item, entry))
    VD_TRY(add_one(inv, how, entry->key, item));
  return VD_OK;
}

vd_code vd_declared_table(vd_inventory *inv, const vd_declared *how, const vd_value *table) {
  if (table != NULL && table->kind != VD_KIND_TABLE)
    return vd_notice_shape(inv, table, "a table of dependencies");
  for (VD_EACH (entry, table))
    if (!vd_view_ieq(entry->key, VD_VIEW("python")))
      VD_TRY(vd_declared_entry(inv, how, entry));
  return VD_OK;
}
