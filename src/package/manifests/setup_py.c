// setup.py, read and never run: literal requirements behind the arguments of setup().
#include "package/setup_walk.h"
#include "package/text_decode.h"

vd_code vd_manifest_setup_py(vd_inventory *inv, vd_view bytes, vd_error *err);

// setup(arg=value), {"arg": value} and kwargs["arg"] = value: where the value starts, or 0.
static uint32_t value_at(const vd_py_tokens *t, uint32_t i, vd_setup_arg arg) {
  const vd_py_token *token = &t->at[i];
  bool name = token->kind == VD_PY_NAME, string = token->kind == VD_PY_STRING;
  if ((!name && !string) || vd_setup_arg_of(token->text) != arg)
    return 0;
  if (name && !token->first && vd_py_is(t, i + 1, "="))
    return i + 2;
  if (string && vd_py_is(t, i + 1, ":"))
    return i + 2;
  bool subscript = string && vd_py_is(t, i + 1, "]");
  return subscript && (vd_py_is(t, i + 2, "=") || vd_py_is(t, i + 2, "+=")) ? i + 3 : 0;
}

// setup(**something) with no argument of ours written anywhere: say so, since nothing was found.
static vd_code note_unpacked(vd_inventory *inv, const vd_py_tokens *t) {
  for (uint32_t i = 0; i + 2 < t->count; i++)
    if (vd_py_is(t, i, "setup") && vd_py_is(t, i + 1, "(") && vd_py_is(t, i + 2, "**"))
      return vd_notice_add(inv, t->at[i].line, VD_UNSUPPORTED,
                           "the arguments of setup() are computed at run time");
  return VD_OK;
}

static vd_code walk_arguments(vd_setup_walk *w, vd_setup_arg arg, bool *found) {
  const vd_py_tokens *t = w->tokens;
  for (uint32_t i = 0; i < t->count; i++) {
    uint32_t from = value_at(t, i, arg);
    if (from == 0)
      continue;
    i = vd_py_expression_end(t, from, (uint32_t)t->count - 1);
    VD_TRY(vd_setup_walk_argument(w, arg, from, i));
    *found = true;
  }
  return VD_OK;
}

vd_code vd_manifest_setup_py(vd_inventory *inv, vd_view bytes, vd_error *err) {
  vd_view text;
  vd_py_tokens tokens = {0};
  vd_py_names names;
  VD_TRY(vd_text_decode(inv->arena, bytes, &text, err));
  VD_TRY(vd_py_tokenize(inv->arena, text, &tokens, err));
  VD_TRY(vd_py_names_read(inv->arena, &tokens, &names));
  vd_setup_walk w = {.inv = inv, .tokens = &tokens, .names = &names};
  w.placed = vd_new_array(inv->arena, bool, tokens.count);
  if (w.placed == NULL)
    return vd_fail(err, VD_NOMEM, "%s", vd_code_text(VD_NOMEM));
  bool found = false;
  for (vd_setup_arg arg = VD_SETUP_INSTALL; arg < VD_SETUP_NONE; arg++)
    VD_TRY(walk_arguments(&w, arg, &found));
  return found ? VD_OK : note_unpacked(inv, &tokens);
}
