// environment.yml of conda: package specifications, and lines of a requirements file below `pip`.
#include "format/format.h"
#include "package/conda_spec.h"
#include "package/pip.h"
#include "package/shell.h"

vd_code vd_manifest_conda_environment(vd_inventory *inv, vd_view bytes, vd_error *err);

typedef struct environment {
  vd_inventory *inv;
  vd_scope scope;
  vd_view channels; // of the whole file, joined by spaces
} environment;

static void place(const environment *e, vd_component *c, const vd_value *v) {
  c->column = v->column;
  c->scope = e->scope;
  c->direct = VD_DIRECT_YES;
}

// "environment-dev.yml" is for development; other words name variants that stand on their own.
static vd_scope scope_of(vd_view path) {
  vd_view group;
  return vd_path_scope(path, &group) == VD_SCOPE_DEV ? VD_SCOPE_DEV : VD_SCOPE_RUNTIME;
}

// The channels every conda package of the file may come from; conda's own default says nothing.
static vd_code read_channels(environment *e, const vd_value *doc) {
  VD_SCOPED_BUF out = VD_BUF(VD_LINE_MAX);
  for (VD_EACH (v, vd_path(doc, "channels"))) {
    vd_view name = vd_text(v);
    if (name.len == 0 || vd_view_eq(name, VD_VIEW("defaults")) ||
        vd_view_eq(name, VD_VIEW("nodefaults")))
      continue;
    if (out.len != 0)
      vd_buf_put_c(&out, ' ');
    vd_buf_put(&out, name);
  }
  if (out.len == 0)
    return VD_OK;
  e->channels = vd_arena_copy(e->inv->arena, vd_buf_view(&out));
  return e->channels.ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_code read_conda(environment *e, const vd_value *v) {
  vd_component *c = NULL;
  VD_TRY(vd_conda_spec_add(e->inv, v->text, v->line, &c));
  if (c == NULL)
    return VD_OK;
  place(e, c, v);
  if (c->index.ptr == NULL)
    c->index = e->channels;
  return VD_OK;
}

// ---- pip ---------------------------------------------------------------------------------------

typedef struct pip {
  environment *env;
  vd_buf indexes;
} pip;

static vd_code pip_target(pip *p, vd_view text, bool editable, const vd_value *v,
                          vd_component **added) {
  VD_TRY(vd_pip_target_add(p->env->inv, text, editable, v->line, added));
  if (*added != NULL)
    place(p->env, *added, v);
  return VD_OK;
}

static vd_code pip_option(pip *p, const vd_pip_arg *arg, const vd_value *v) {
  vd_inventory *inv = p->env->inv;
  vd_component *added = NULL;
  switch (arg->kind) {
  case VD_PIP_REQUIREMENT: return vd_pip_include_add(inv, arg->value, false, v->line);
  case VD_PIP_CONSTRAINT: return vd_pip_include_add(inv, arg->value, true, v->line);
  case VD_PIP_EDITABLE: return pip_target(p, arg->value, true, v, &added);
  case VD_PIP_INDEX: return vd_pip_index_put(&p->indexes, arg->value), VD_OK;
  case VD_PIP_UNKNOWN:
    return vd_notice_add(inv, v->line, VD_UNSUPPORTED, "option pip does not know: %.*s",
                         VD_ARG(arg->value));
  case VD_PIP_TARGET:
  case VD_PIP_HASH:
  case VD_PIP_OTHER: break;
  }
  return VD_OK;
}

// A target, then options; as in a requirements file, which conda makes of these lines.
static vd_code pip_line(pip *p, const vd_value *v) {
  vd_inventory *inv = p->env->inv;
  vd_view text = vd_view_trim(v->text);
  const char *dash = text.len == 0 ? NULL : memmem(text.ptr, text.len, " -", 2);
  size_t options = vd_view_starts(text, VD_VIEW("-")) ? 0
                   : dash == NULL                     ? text.len
                                                      : (size_t)(dash - text.ptr);
  vd_component *added = NULL;
  vd_views words = {0};
  vd_pip_arg arg;
  size_t at = 0;
  VD_TRY(pip_target(p, vd_view_first(text, options), false, v, &added));
  vd_code code = vd_shell_split(inv->arena, vd_view_from(text, options), &words);
  if (code == VD_FORMAT)
    return vd_notice_add(inv, v->line, code, "a quote is not closed: %.*s", VD_ARG(text));
  VD_TRY(code);
  while (vd_pip_arg_next(&words, &at, &arg)) {
    if (arg.kind == VD_PIP_HASH && added != NULL)
      added->hashed = true;
    if (options == 0 || arg.kind == VD_PIP_UNKNOWN)
      VD_TRY(pip_option(p, &arg, v));
  }
  return VD_OK;
}

static vd_code read_pip(environment *e, const vd_value *list) {
  pip p = {.env = e, .indexes = VD_BUF(VD_LINE_MAX)};
  size_t first = e->inv->components.count;
  vd_code code = VD_OK;
  for (VD_EACH (v, list)) {
    if (code == VD_OK && vd_is(v, VD_KIND_STRING))
      code = pip_line(&p, v);
    else if (code == VD_OK)
      code = vd_notice_add(e->inv, v->line, VD_FORMAT, "not a requirement");
  }
  if (code == VD_OK)
    code = vd_pip_indexes_set(e->inv, first, &p.indexes);
  vd_buf_free(&p.indexes);
  return code;
}

// ---- document ---------------------------------------------------------------------------------

// `pip: [...]` among the packages; other installers are not known.
static vd_code read_nested(environment *e, const vd_value *table) {
  for (VD_EACH (v, table)) {
    bool known = vd_view_eq(v->key, VD_VIEW("pip")) && vd_is(v, VD_KIND_ARRAY);
    if (known)
      VD_TRY(read_pip(e, v));
    else if (!vd_is(v, VD_KIND_NULL))
      VD_TRY(vd_notice_add(e->inv, v->key_line, VD_UNSUPPORTED,
                           "packages of another installer: %.*s", VD_ARG(v->key)));
  }
  return VD_OK;
}

static vd_code read_dependency(environment *e, const vd_value *v) {
  if (vd_is(v, VD_KIND_TABLE))
    return read_nested(e, v);
  if (vd_is(v, VD_KIND_STRING))
    return read_conda(e, v);
  return vd_is(v, VD_KIND_NULL) ? VD_OK
                                : vd_notice_add(e->inv, v->line, VD_FORMAT, "not a conda package");
}

vd_code vd_manifest_conda_environment(vd_inventory *inv, vd_view bytes, vd_error *err) {
  const vd_value *doc = NULL;
  environment e = {.inv = inv};
  VD_TRY(vd_yaml_parse(inv->arena, bytes, &doc, err));
  if (!vd_is(doc, VD_KIND_TABLE))
    return vd_fail(err, VD_FORMAT, "not an environment file: no mapping at the top");
  e.scope = scope_of(inv->path);
  vd_code code = read_channels(&e, doc);
  for (VD_EACH (v, vd_path(doc, "dependencies")))
    if (code == VD_OK)
      code = read_dependency(&e, v);
  return code == VD_OK ? VD_OK : vd_fail(err, code, "%s", vd_code_text(code));
}
