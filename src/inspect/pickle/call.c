// Names and calls of the pickle machine: what is called in the end, and what comes out.
#include "inspect/pickle/pickle.h"

// ---- names --------------------------------------------------------------------------------------

// Classes of a TorchScript archive are code that lies in it, which the format torchscript reads;
// Python has no module of that name.
static const vd_callable own_code = {"__torch__", "*", VD_REACH_SAFE, "torch"};

static bool is_own_code(const vd_inspection *in, vd_view module) {
  if (!vd_view_starts(module, VD_VIEW("__torch__")) || in->at->member.len == 0 ||
      !vd_artefact_matches(in->at,
                           "data.pkl constants.pkl attributes.pkl bytecode.pkl *.debug_pkl"))
    return false;
  for (size_t i = 0; i < in->model.properties.count; i++)
    if (vd_view_eq(in->model.properties.at[i].name, VD_VIEW("producer")))
      return vd_view_eq(in->model.properties.at[i].value, VD_VIEW("TorchScript"));
  return false;
}

static vd_code global_new(vd_pickle *m, vd_view key, size_t module_len, vd_pickle_global **out) {
  vd_pickle_global *g = vd_new(m->in->scratch, vd_pickle_global);
  vd_view kept = vd_arena_copy(m->in->scratch, key);
  if (g == NULL || kept.ptr == NULL)
    return VD_NOMEM;
  g->module = vd_view_first(kept, module_len);
  g->name = vd_view_from(kept, module_len + 1);
  g->known = vd_callable_find(g->module, g->name);
  if (g->known == NULL && is_own_code(m->in, g->module))
    g->known = &own_code;
  g->builtin = vd_pickle_builtin_find(g->module, g->name);
  g->makes = vd_pickle_makes_of(g->module, g->name);
  g->offset = m->op;
  *out = g;
  if (m->names.count >= VD_PICKLE_NAMES_MAX)
    return vd_pickle_odd(m, "it refers to more names than can be kept");
  if (m->last_global == NULL)
    m->first_global = g;
  else
    m->last_global->next = g;
  m->last_global = g;
  return vd_map_put(&m->names, kept, g);
}

vd_code vd_pickle_global_get(vd_pickle *m, vd_view module, vd_view name, vd_pickle_value *out) {
  char joined[VD_CALLABLE_NAME_MAX];
  vd_pickle_global *g;
  if (module.len + name.len + 2 > sizeof joined) {
    *out = (vd_pickle_value){0};
    VD_TRY(vd_pickle_report(m, VD_REACH_UNKNOWN, VD_SEVERITY_MEDIUM,
                            VD_VIEW("a name longer than any there is")));
    return vd_pickle_odd(m, "a name is longer than any there is");
  }
  // Not as formatted text: names may have NULs.
  if (module.len != 0)
    memcpy(joined, module.ptr, module.len);
  joined[module.len] = '\n';
  if (name.len != 0)
    memcpy(joined + module.len + 1, name.ptr, name.len);
  vd_view key = {joined, module.len + 1 + name.len};
  g = vd_map_get(&m->names, key);
  if (g == NULL) {
    (void)vd_pickle_spend(m, VD_PICKLE_NAME_STEPS);
    VD_TRY(global_new(m, key, module.len, &g));
  }
  *out = (vd_pickle_value){.kind = VD_PICKLE_GLOBAL, .global = g};
  return VD_OK;
}

bool vd_pickle_names(vd_pickle_value v, const char *module, const char *name) {
  return v.kind == VD_PICKLE_GLOBAL && vd_view_eq(v.global->name, vd_view_of(name)) &&
         vd_view_eq(v.global->module, vd_view_of(module));
}

// ---- attributes ---------------------------------------------------------------------------------

static vd_code new_call(vd_pickle *m, vd_pickle_kind kind, const vd_pickle_step *s,
                        vd_pickle_value *out) {
  vd_pickle_call *c = vd_new(m->in->scratch, vd_pickle_call);
  if (c == NULL)
    return VD_NOMEM;
  *c = (vd_pickle_call){.callee = s->callee, .args = s->args, .offset = m->op};
  *out = (vd_pickle_value){.kind = kind, .call = c};
  return VD_OK;
}

// Attributes of modules and classes are names again: os.path.join, Path.unlink.
vd_code vd_pickle_attribute(vd_pickle *m, vd_pickle_value of, vd_view name, vd_pickle_value *out) {
  if (of.kind != VD_PICKLE_GLOBAL) {
    vd_pickle_step s = {.callee = of, .args = vd_pickle_text(VD_PICKLE_STR, name)};
    return new_call(m, VD_PICKLE_ATTR, &s, out);
  }
  of.global->said = true; // by what is taken from it
  if (of.global->name.len == 0)
    return vd_pickle_global_get(m, of.global->module, name, out);
  vd_view dotted =
      vd_arena_printf(m->in->scratch, "%.*s.%.*s", VD_ARG(of.global->name), VD_ARG(name));
  return dotted.ptr == NULL ? VD_NOMEM : vd_pickle_global_get(m, of.global->module, dotted, out);
}

// ---- calls --------------------------------------------------------------------------------------

static vd_code evaluate(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value callee = s->callee;
  switch (callee.kind) {
  case VD_PICKLE_GLOBAL:
    return callee.global->builtin == NULL ? VD_OK : callee.global->builtin->run(m, s);
  case VD_PICKLE_CALL: return vd_pickle_recall(m, s);
  case VD_PICKLE_ATTR:
    return vd_pickle_method(m, s, callee.call->callee, vd_pickle_view(callee.call->args));
  default: return VD_OK;
  }
}

// The next item of a reduction, when the call in hand gave its result.
static void fold_next(vd_pickle_step *s, vd_pickle_value *pair) {
  if (s->again || s->fold.kind == VD_PICKLE_UNKNOWN || s->next >= vd_pickle_count(s->rest))
    return;
  pair[0] = s->result;
  pair[1] = vd_pickle_item(s->rest, s->next++);
  s->callee = s->fold;
  s->again = true;
}

static vd_code one_step(vd_pickle *m, vd_pickle_step *s) {
  const vd_pickle_step before = *s;
  (void)vd_pickle_spend(m, VD_PICKLE_CALL_STEPS);
  vd_pickle_value pair[2] = {{0}, {0}};
  s->again = s->silent = false;
  s->result = (vd_pickle_value){0};
  VD_TRY(evaluate(m, s));
  if (!s->silent)
    VD_TRY(vd_pickle_report_call(m, before.callee, before.args, before.use));
  else if (before.callee.kind == VD_PICKLE_GLOBAL)
    before.callee.global->said = true;
  if (!s->again && s->result.kind == VD_PICKLE_UNKNOWN) {
    VD_TRY(new_call(m, VD_PICKLE_CALL, &before, &s->result));
    vd_pickle_tensor_note(m, s->result);
  }
  fold_next(s, pair);
  return pair[0].kind == VD_PICKLE_UNKNOWN
             ? VD_OK
             : vd_pickle_items_new(m, VD_PICKLE_TUPLE, pair, 2, &s->args);
}

vd_code vd_pickle_invoke(vd_pickle *m, vd_pickle_value callee, vd_pickle_value args,
                         vd_pickle_use use, vd_pickle_value *out) {
  vd_pickle_step s = {.callee = callee, .args = args, .use = use};
  m->calls = true;
  for (unsigned n = 0;; n++) {
    VD_TRY(one_step(m, &s));
    if (!s.again)
      break;
    if (n == VD_PICKLE_STEPS_MAX) {
      s.result = (vd_pickle_value){0};
      VD_TRY(vd_pickle_report(m, VD_REACH_INDIRECT, VD_SEVERITY_HIGH,
                              VD_VIEW("a call leads to more calls than are followed")));
      break;
    }
  }
  *out = s.result;
  return VD_OK;
}
