// Calls that lead to other calls: getattr, import_module, partial, reduce, map and their like.
#include "inspect/pickle/eval.h"

// ---- attributes and modules ---------------------------------------------------------------------

// Follows "a.b.c" from an object.
static vd_code follow(vd_pickle *m, vd_pickle_value of, vd_view path, vd_pickle_value *out) {
  unsigned n = 0;
  for (vd_view rest = path; rest.len != 0 && n < 16; n++)
    VD_TRY(vd_pickle_attribute(m, of, vd_view_cut(&rest, '.'), &of));
  *out = of;
  return VD_OK;
}

vd_code vd_pickle_run_getattr(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value of = vd_pickle_item(s->args, 0), name = vd_pickle_item(s->args, 1);
  if (name.kind != VD_PICKLE_STR || of.kind == VD_PICKLE_UNKNOWN)
    return VD_OK;
  s->silent = true;
  return vd_pickle_attribute(m, of, vd_pickle_view(name), &s->result);
}

// Not silent: importing runs the module.
vd_code vd_pickle_run_import(vd_pickle *m, vd_pickle_step *s) {
  vd_view name = vd_pickle_view(vd_pickle_item(s->args, 0));
  if (name.ptr == NULL)
    return VD_OK;
  return vd_pickle_global_get(m, name, VD_VIEW(""), &s->result);
}

// dill._dill._load_type("CodeType"): dill has a table of the types in builtins and types, and some
// more. https://github.com/uqfoundation/dill/blob/master/dill/_dill.py
vd_code vd_pickle_run_dill_type(vd_pickle *m, vd_pickle_step *s) {
  static const struct {
    const char *name, *module, *real;
  } others[] = {{"PartialType", "functools", "partial"},
                {"SuperType", "builtins", "super"},
                {"ItemGetterType", "operator", "itemgetter"},
                {"AttrGetterType", "operator", "attrgetter"}};
  vd_view name = vd_pickle_view(vd_pickle_item(s->args, 0));
  if (name.len == 0)
    return VD_OK;
  bool in_types =
      vd_view_ends(name, VD_VIEW("Type")) || vd_view_eq(name, VD_VIEW("SimpleNamespace"));
  vd_view module = in_types ? VD_VIEW("types") : VD_VIEW("builtins");
  for (size_t i = 0; i < VD_COUNT(others); i++)
    if (vd_view_eq(name, vd_view_of(others[i].name))) {
      module = vd_view_of(others[i].module);
      name = vd_view_of(others[i].real);
      break;
    }
  s->silent = true;
  return vd_pickle_global_get(m, module, name, &s->result);
}

// pkgutil.resolve_name("os:system"), pydoc.locate("os.system"): the module is all but the last
// part.
vd_code vd_pickle_run_resolve(vd_pickle *m, vd_pickle_step *s) {
  vd_view name = vd_pickle_view(vd_pickle_item(s->args, 0));
  size_t cut = name.len;
  if (name.ptr == NULL)
    return VD_OK;
  if (vd_view_find(name, ':') < name.len)
    cut = vd_view_find(name, ':');
  else
    while (cut != 0 && name.ptr[cut - 1] != '.')
      cut--;
  size_t module = cut != 0 && cut < name.len && name.ptr[cut] == ':' ? cut : cut == 0 ? 0 : cut - 1;
  vd_view last = vd_view_from(name, module == 0 ? 0 : module + 1);
  return module == 0 ? vd_pickle_global_get(m, name, VD_VIEW(""), &s->result)
                     : vd_pickle_global_get(m, vd_view_first(name, module), last, &s->result);
}

// sys.modules["os"], vars(os)["system"], os.__dict__["system"], globals()["eval"].
static vd_code item_of(vd_pickle *m, vd_pickle_value of, vd_pickle_value key, vd_pickle_step *s) {
  vd_view name = vd_pickle_view(key);
  if (key.kind == VD_PICKLE_INT && key.number >= 0 &&
      (of.kind == VD_PICKLE_TUPLE || of.kind == VD_PICKLE_LIST)) {
    s->result = vd_pickle_item(of, (size_t)key.number);
    s->silent = true;
    return VD_OK;
  }
  if (name.ptr == NULL)
    return VD_OK;
  char text[256];
  (void)snprintf(text, sizeof text, "%.*s", VD_ARG(name));
  if (vd_pickle_lookup(of, text, &s->result))
    return s->silent = true, VD_OK;
  if (vd_pickle_names(of, "sys", "modules"))
    return vd_pickle_global_get(m, name, VD_VIEW(""), &s->result);
  if (of.kind != VD_PICKLE_GLOBAL)
    return VD_OK;
  s->silent = true;
  const vd_pickle_global *g = of.global;
  if (vd_view_eq(g->name, VD_VIEW("__dict__")) || vd_view_eq(g->name, VD_VIEW("__builtins__")))
    return vd_pickle_global_get(m, g->name.ptr[2] == 'd' ? g->module : VD_VIEW("builtins"), name,
                                &s->result);
  return vd_pickle_attribute(m, of, name, &s->result);
}

vd_code vd_pickle_run_getitem(vd_pickle *m, vd_pickle_step *s) {
  return item_of(m, vd_pickle_item(s->args, 0), vd_pickle_item(s->args, 1), s);
}

vd_code vd_pickle_run_vars(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value of = vd_pickle_item(s->args, 0);
  if (of.kind != VD_PICKLE_GLOBAL)
    return VD_OK;
  return vd_pickle_attribute(m, of, VD_VIEW("__dict__"), &s->result);
}

vd_code vd_pickle_run_globals(vd_pickle *m, vd_pickle_step *s) {
  return vd_pickle_global_get(m, VD_VIEW("builtins"), VD_VIEW("__dict__"), &s->result);
}

// ---- calls of arguments -------------------------------------------------------------------------

static vd_code rest_of(vd_pickle *m, vd_pickle_value args, size_t from, vd_pickle_value *out) {
  size_t n = vd_pickle_count(args);
  return vd_pickle_items_new(m, VD_PICKLE_TUPLE, n <= from ? NULL : args.items->at + from,
                             n <= from ? 0 : n - from, out);
}

static bool is_called(vd_pickle_value v) {
  return v.kind == VD_PICKLE_GLOBAL || v.kind == VD_PICKLE_CALL || v.kind == VD_PICKLE_ATTR;
}

// f(g, a, b) calls g(a, b): operator.call, apply, contextvars, ThreadPool.apply ...
vd_code vd_pickle_run_apply(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value f = vd_pickle_item(s->args, 0), args;
  if (s->args.kind != VD_PICKLE_TUPLE || !is_called(f))
    return VD_OK;
  VD_TRY(rest_of(m, s->args, 1, &args));
  s->callee = f;
  s->args = args;
  s->silent = s->again = true;
  return VD_OK;
}

// apply(f, (a, b)): the arguments come as one.
vd_code vd_pickle_run_apply_tuple(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value f = vd_pickle_item(s->args, 0), args = vd_pickle_item(s->args, 1);
  (void)m;
  if (!is_called(f) || args.kind != VD_PICKLE_TUPLE)
    return VD_OK;
  s->callee = f;
  s->args = args;
  s->silent = s->again = true;
  return VD_OK;
}

// map(f, xs) and filter(f, xs): the first call is followed; all arguments stand in the evidence.
vd_code vd_pickle_run_map(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value f = vd_pickle_item(s->args, 0), first[4], args;
  size_t n = vd_pickle_count(s->args);
  n = n > 5 ? 4 : n == 0 ? 0 : n - 1;
  if (!is_called(f) || n == 0)
    return VD_OK;
  for (size_t i = 0; i < n; i++)
    first[i] = vd_pickle_item(vd_pickle_item(s->args, i + 1), 0);
  VD_TRY(vd_pickle_items_new(m, VD_PICKLE_TUPLE, first, n, &args));
  s->callee = f;
  s->args = args;
  s->silent = s->again = true;
  return VD_OK;
}

vd_code vd_pickle_run_reduce(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value f = vd_pickle_item(s->args, 0), xs = vd_pickle_item(s->args, 1), pair[2], args;
  bool seeded = vd_pickle_count(s->args) > 2;
  if (!is_called(f) || s->fold.kind != VD_PICKLE_UNKNOWN || vd_pickle_count(xs) < 2U - seeded)
    return VD_OK;
  pair[0] = seeded ? vd_pickle_item(s->args, 2) : vd_pickle_item(xs, 0);
  pair[1] = vd_pickle_item(xs, !seeded);
  VD_TRY(vd_pickle_items_new(m, VD_PICKLE_TUPLE, pair, 2, &args));
  s->fold = s->callee = f;
  s->rest = xs;
  s->next = seeded ? 1 : 2;
  s->args = args;
  s->silent = s->again = true;
  return VD_OK;
}

// What is made now and calls its argument later counts as called: nobody makes it for nothing.
vd_code vd_pickle_run_partial(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value f = vd_pickle_item(s->args, 0), args;
  if (s->args.kind != VD_PICKLE_TUPLE || !is_called(f))
    return VD_OK;
  s->silent = true;
  VD_TRY(rest_of(m, s->args, 1, &args));
  if (f.kind == VD_PICKLE_GLOBAL && f.global->builtin != NULL)
    return VD_OK;
  return vd_pickle_report_call(m, f, args, VD_PICKLE_MADE);
}

// attrgetter("system"), methodcaller("system", "id"): known when they are called.
vd_code vd_pickle_run_getter(vd_pickle *m, vd_pickle_step *s) {
  (void)m;
  s->silent = vd_pickle_item(s->args, 0).kind == VD_PICKLE_STR ||
              vd_pickle_item(s->args, 0).kind == VD_PICKLE_INT;
  return VD_OK;
}

// type(x) is a class; type(name, bases, dict) makes one.
vd_code vd_pickle_run_type(vd_pickle *m, vd_pickle_step *s) {
  (void)m;
  s->silent = s->args.kind == VD_PICKLE_TUPLE && vd_pickle_count(s->args) == 1;
  return VD_OK;
}

// copyreg's ways to make an object: its class comes first.
vd_code vd_pickle_run_construct(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value c = vd_pickle_item(s->args, 0), args;
  if (s->args.kind != VD_PICKLE_TUPLE || !is_called(c))
    return VD_OK;
  bool plain = vd_view_eq(s->callee.global->name, VD_VIEW("_reconstructor"));
  VD_TRY(rest_of(m, s->args, plain ? vd_pickle_count(s->args) : 1, &args));
  s->callee = c;
  s->args = args;
  s->use = VD_PICKLE_MADE;
  s->silent = s->again = true;
  return VD_OK;
}

// _ufunc_reconstruct("numpy", "log") imports the one and takes the other.
vd_code vd_pickle_run_named(vd_pickle *m, vd_pickle_step *s) {
  vd_view module = vd_pickle_view(vd_pickle_item(s->args, 0));
  vd_view name = vd_pickle_view(vd_pickle_item(s->args, 1));
  if (module.ptr == NULL || name.ptr == NULL)
    return VD_OK;
  s->silent = true;
  return vd_pickle_global_get(m, module, name, &s->result);
}

// A pickle in a constant: that is looked at for itself.
vd_code vd_pickle_run_load_loud(vd_pickle *m, vd_pickle_step *s) {
  vd_view bytes = vd_pickle_view(vd_pickle_item(s->args, 0));
  return m->quiet || bytes.len == 0 ? VD_OK
                                    : vd_inspect_nested(m->in, VD_VIEW("loaded bytes"), bytes);
}

// torch's way to pickle a storage outside of torch.save.
vd_code vd_pickle_run_load(vd_pickle *m, vd_pickle_step *s) {
  s->silent = vd_pickle_item(s->args, 0).kind == VD_PICKLE_BYTES;
  return vd_pickle_run_load_loud(m, s);
}

// ---- objects that are called --------------------------------------------------------------------

static vd_code recall_partial(vd_pickle *m, vd_pickle_step *s, const vd_pickle_call *c) {
  vd_pickle_value f = vd_pickle_item(c->args, 0), args;
  bool restored = c->state.kind == VD_PICKLE_TUPLE && vd_pickle_count(c->state) > 1;
  if (restored) {
    f = vd_pickle_item(c->state, 0);
    vd_pickle_value kept = vd_pickle_item(c->state, 1);
    VD_TRY(rest_of(m, kept, 0, &args));
  } else {
    VD_TRY(rest_of(m, c->args, 1, &args));
  }
  if (!is_called(f))
    return VD_OK;
  if (vd_pickle_count(s->args) != 0)
    VD_TRY(vd_pickle_items_add(m, args.items, s->args.items->at, vd_pickle_count(s->args)));
  s->callee = f;
  s->args = args;
  s->silent = s->again = true;
  return VD_OK;
}

static vd_code recall_attrgetter(vd_pickle *m, vd_pickle_step *s, const vd_pickle_call *c) {
  vd_view path = vd_pickle_view(vd_pickle_item(c->args, 0));
  if (path.ptr == NULL)
    return VD_OK;
  s->silent = true;
  return follow(m, vd_pickle_item(s->args, 0), path, &s->result);
}

static vd_code recall_itemgetter(vd_pickle *m, vd_pickle_step *s, const vd_pickle_call *c) {
  return item_of(m, vd_pickle_item(s->args, 0), vd_pickle_item(c->args, 0), s);
}

static vd_code recall_methodcaller(vd_pickle *m, vd_pickle_step *s, const vd_pickle_call *c) {
  vd_view name = vd_pickle_view(vd_pickle_item(c->args, 0));
  vd_pickle_value of = vd_pickle_item(s->args, 0), args;
  if (name.ptr == NULL)
    return VD_OK;
  VD_TRY(rest_of(m, c->args, 1, &args));
  VD_TRY(vd_pickle_attribute(m, of, name, &s->callee));
  s->args = args;
  s->silent = s->again = true;
  return VD_OK;
}

vd_code vd_pickle_recall(vd_pickle *m, vd_pickle_step *s) {
  static const struct {
    const char *module, *name;
    vd_code (*run)(vd_pickle *m, vd_pickle_step *s, const vd_pickle_call *c);
  } objects[] = {
      {"functools", "partial", recall_partial},
      {"_functools", "partial", recall_partial},
      {"operator", "attrgetter", recall_attrgetter},
      {"operator", "itemgetter", recall_itemgetter},
      {"operator", "methodcaller", recall_methodcaller},
      {"_operator", "attrgetter", recall_attrgetter},
      {"_operator", "itemgetter", recall_itemgetter},
      {"_operator", "methodcaller", recall_methodcaller},
      {"types", "MethodType", recall_partial},
  };
  const vd_pickle_call *c = s->callee.call;
  for (size_t i = 0; i < VD_COUNT(objects); i++)
    if (vd_pickle_names(c->callee, objects[i].module, objects[i].name))
      return objects[i].run(m, s, c);
  return VD_OK;
}
