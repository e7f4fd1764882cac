// Opcodes that name, call and fill objects.
#include "inspect/pickle/pickle.h"

// ---- names --------------------------------------------------------------------------------------

static bool is_plain(vd_view v) {
  for (size_t i = 0; i < v.len; i++) {
    unsigned char c = (unsigned char)v.ptr[i];
    if (c <= ' ' || c >= 0x7f)
      return false;
  }
  return true;
}

static vd_code check_name(vd_pickle *m, vd_view module, vd_view name) {
  if (module.len == 0)
    return vd_pickle_odd(m, "a module has no name");
  if (name.len == 0)
    return vd_pickle_odd(m, "a name is empty");
  if (!is_plain(module) || !is_plain(name))
    return vd_pickle_odd(m, "a name has blanks, control or other than ASCII characters");
  return VD_OK;
}

static vd_code push_global(vd_pickle *m, vd_view module, vd_view name) {
  vd_pickle_value v;
  VD_TRY(check_name(m, module, name));
  VD_TRY(vd_pickle_global_get(m, module, name, &v));
  return vd_pickle_push(m, v);
}

vd_code vd_pickle_op_global(vd_pickle *m, const vd_pickle_arg *arg) {
  return push_global(m, arg->text, arg->second);
}

// A call can give a text, and so can a name: BUILD can have put one there.
static bool may_be_text(vd_pickle_value v) {
  return v.kind == VD_PICKLE_STR || v.kind == VD_PICKLE_UNKNOWN || v.kind == VD_PICKLE_CALL ||
         v.kind == VD_PICKLE_ATTR || v.kind == VD_PICKLE_GLOBAL;
}

vd_code vd_pickle_op_stack_global(vd_pickle *m, const vd_pickle_arg *arg) {
  vd_pickle_value name = vd_pickle_pop(m), module = vd_pickle_pop(m);
  (void)arg;
  if (module.kind == VD_PICKLE_STR && name.kind == VD_PICKLE_STR)
    return push_global(m, vd_pickle_view(module), vd_pickle_view(name));
  bool maybe = may_be_text(module) && may_be_text(name);
  if (!maybe)
    return vd_pickle_fault(m, "a module or name is no text");
  VD_TRY(vd_pickle_report(m, VD_REACH_INDIRECT, VD_SEVERITY_HIGH,
                          VD_VIEW("imports a name that is made up while it is loaded")));
  return vd_pickle_push(m, (vd_pickle_value){0});
}

vd_code vd_pickle_op_ext(vd_pickle *m, const vd_pickle_arg *arg) {
  char text[80];
  (void)snprintf(text, sizeof text,
                 "copyreg extension %lld, which names what its process registered",
                 (long long)(int64_t)arg->number);
  VD_TRY(vd_pickle_report(m, VD_REACH_UNKNOWN, VD_SEVERITY_MEDIUM, vd_view_of(text)));
  return vd_pickle_push(m, (vd_pickle_value){0});
}

static vd_code push_persid(vd_pickle *m, vd_pickle_value id) {
  vd_pickle_value v;
  // PyTorch before 1.6 gives the class of a module, beside its source.
  if (vd_view_eq(vd_pickle_view(vd_pickle_item(id, 0)), VD_VIEW("module")))
    return vd_pickle_push(m, vd_pickle_item(id, 1));
  VD_TRY(vd_pickle_storage_note(m, id));
  VD_TRY(vd_pickle_items_new(m, VD_PICKLE_PERSID, &id, 1, &v));
  return vd_pickle_push(m, v);
}

vd_code vd_pickle_op_persid(vd_pickle *m, const vd_pickle_arg *arg) {
  return push_persid(m, vd_pickle_text(VD_PICKLE_STR, arg->text));
}

vd_code vd_pickle_op_binpersid(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return push_persid(m, vd_pickle_pop(m));
}

// ---- calls --------------------------------------------------------------------------------------

static vd_code push_call(vd_pickle *m, vd_pickle_value callee, vd_pickle_value args,
                         vd_pickle_use use) {
  vd_pickle_value v = {0};
  VD_TRY(vd_pickle_invoke(m, callee, args, use, &v));
  return vd_pickle_push(m, v);
}

vd_code vd_pickle_op_reduce(vd_pickle *m, const vd_pickle_arg *arg) {
  vd_pickle_value args = vd_pickle_pop(m), callee = vd_pickle_pop(m);
  (void)arg;
  if (args.kind != VD_PICKLE_TUPLE && args.kind != VD_PICKLE_CALL && args.kind != VD_PICKLE_UNKNOWN)
    VD_TRY(vd_pickle_odd(m, "the arguments of a call are no tuple"));
  return push_call(m, callee, args, VD_PICKLE_CALLED);
}

vd_code vd_pickle_op_newobj(vd_pickle *m, const vd_pickle_arg *arg) {
  vd_pickle_value args = vd_pickle_pop(m), callee = vd_pickle_pop(m);
  (void)arg;
  return push_call(m, callee, args, VD_PICKLE_MADE);
}

// Keyword arguments are shown as a dictionary behind the others.
vd_code vd_pickle_op_newobj_ex(vd_pickle *m, const vd_pickle_arg *arg) {
  vd_pickle_value words = vd_pickle_pop(m), args = vd_pickle_pop(m), callee = vd_pickle_pop(m), all;
  (void)arg;
  if (args.kind != VD_PICKLE_TUPLE)
    return push_call(m, callee, args, VD_PICKLE_MADE);
  VD_TRY(vd_pickle_items_new(m, VD_PICKLE_TUPLE, args.items->at, args.items->count, &all));
  if (vd_pickle_count(words) != 0)
    VD_TRY(vd_pickle_items_add(m, all.items, &words, 1));
  return push_call(m, callee, all, VD_PICKLE_MADE);
}

vd_code vd_pickle_op_obj(vd_pickle *m, const vd_pickle_arg *arg) {
  size_t n;
  vd_pickle_value args;
  const vd_pickle_value *at = vd_pickle_take(m, &n);
  (void)arg;
  if (n == 0)
    return vd_pickle_fault(m, "OBJ has no class");
  vd_pickle_value callee = at[0];
  VD_TRY(vd_pickle_items_new(m, VD_PICKLE_TUPLE, at + 1, n - 1, &args));
  return push_call(m, callee, args, VD_PICKLE_CALLED);
}

vd_code vd_pickle_op_inst(vd_pickle *m, const vd_pickle_arg *arg) {
  size_t n;
  vd_pickle_value args, callee;
  const vd_pickle_value *at = vd_pickle_take(m, &n);
  VD_TRY(vd_pickle_items_new(m, VD_PICKLE_TUPLE, at, n, &args));
  VD_TRY(check_name(m, arg->text, arg->second));
  VD_TRY(vd_pickle_global_get(m, arg->text, arg->second, &callee));
  return push_call(m, callee, args, VD_PICKLE_CALLED);
}

// ---- what is put into objects -------------------------------------------------------------------

// A tensor is called as the key or attribute says that it is stored under.
static void name_value(vd_pickle_value key, vd_pickle_value v) {
  if (v.kind == VD_PICKLE_CALL && key.kind == VD_PICKLE_STR && v.call->name.ptr == NULL)
    v.call->name = vd_pickle_view(key);
}

static vd_code store_kept(vd_pickle *m, vd_pickle_items *to, const vd_pickle_value *at, size_t n) {
  vd_pickle_weigh(m, to, at, n);
  size_t room = to->count >= VD_PICKLE_KEPT_MAX ? 0 : (size_t)VD_PICKLE_KEPT_MAX - to->count;
  if (n > room) {
    to->cut = true;
    n = room & ~(size_t)1;
  }
  return vd_pickle_items_add(m, to, at, n);
}

// Items put into a module's own object: sys.modules, os.environ, a function's __globals__.
static vd_code store_foreign(vd_pickle *m, vd_pickle_value to, const vd_pickle_value *at,
                             bool pairs) {
  char text[VD_EVIDENCE_TEXT_MAX + 1], target[200], item[120];
  vd_view t = vd_pickle_write(target, sizeof target, to);
  vd_view i = vd_pickle_write(item, sizeof item, at[0]);
  (void)snprintf(text, sizeof text, pairs ? "%.*s[%.*s] = ..." : "%.*s.append(%.*s)", VD_ARG(t),
                 VD_ARG(i));
  return vd_pickle_report(m, VD_REACH_INDIRECT, VD_SEVERITY_HIGH, vd_view_of(text));
}

static bool is_tensor(vd_pickle_value v) {
  return v.kind == VD_PICKLE_CALL && v.call->callee.kind == VD_PICKLE_GLOBAL &&
         vd_view_eq(v.call->callee.global->module, VD_VIEW("torch._utils")) &&
         vd_view_starts(v.call->callee.global->name, VD_VIEW("_rebuild_"));
}

// Pairs go into dictionaries. torch before 2.10 let them write through a tensor or list, out of
// bounds.
static vd_code check_target(vd_pickle *m, vd_pickle_value to, vd_pickle_value key) {
  char target[200], item[120];
  if (m->quiet || !(is_tensor(to) || to.kind == VD_PICKLE_LIST || to.kind == VD_PICKLE_SET))
    return VD_OK;
  vd_view t = vd_pickle_write(target, sizeof target, to);
  vd_view i = vd_pickle_write(item, sizeof item, key);
  return vd_observe(m->in, VD_CHECK_PICKLE_SETITEM, m->op, "%.*s[%.*s] = ...", VD_ARG(t),
                    VD_ARG(i));
}

static vd_code store(vd_pickle *m, vd_pickle_value to, const vd_pickle_value *at, size_t n,
                     bool pairs) {
  if (n == 0)
    return VD_OK;
  if (pairs)
    VD_TRY(check_target(m, to, at[0]));
  for (size_t i = 0; pairs && i + 1 < n; i += 2)
    name_value(at[i], at[i + 1]);
  switch (to.kind) {
  case VD_PICKLE_LIST:
  case VD_PICKLE_SET:
  case VD_PICKLE_DICT: return store_kept(m, to.items, at, n);
  case VD_PICKLE_CALL: return store_kept(m, &to.call->items, at, n);
  case VD_PICKLE_GLOBAL:
  case VD_PICKLE_ATTR: return store_foreign(m, to, at, pairs);
  case VD_PICKLE_UNKNOWN:
  case VD_PICKLE_PERSID:
  case VD_PICKLE_BYTES: return VD_OK;
  default: return vd_pickle_odd(m, "items are put into what holds none");
  }
}

static vd_code store_taken(vd_pickle *m, bool pairs) {
  size_t n;
  const vd_pickle_value *at = vd_pickle_take(m, &n);
  if (vd_pickle_height(m) == 0)
    return vd_pickle_fault(m, "the stack is too short");
  if (pairs && n % 2 != 0)
    return vd_pickle_fault(m, "a dictionary has a key without value");
  return store(m, m->stack.at[m->stack.count - 1], at, n, pairs);
}

vd_code vd_pickle_op_append(vd_pickle *m, const vd_pickle_arg *arg) {
  vd_pickle_value v = vd_pickle_pop(m);
  (void)arg;
  return store(m, m->stack.at[m->stack.count - 1], &v, 1, false);
}

vd_code vd_pickle_op_appends(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return store_taken(m, false);
}

vd_code vd_pickle_op_additems(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return store_taken(m, false);
}

vd_code vd_pickle_op_setitem(vd_pickle *m, const vd_pickle_arg *arg) {
  vd_pickle_value pair[2];
  (void)arg;
  pair[1] = vd_pickle_pop(m);
  pair[0] = vd_pickle_pop(m);
  return store(m, m->stack.at[m->stack.count - 1], pair, 2, true);
}

vd_code vd_pickle_op_setitems(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return store_taken(m, true);
}

static vd_code push_stored(vd_pickle *m, vd_pickle_kind kind) {
  size_t n;
  vd_pickle_value v;
  const vd_pickle_value *at = vd_pickle_take(m, &n);
  if (kind == VD_PICKLE_DICT && n % 2 != 0)
    return vd_pickle_fault(m, "a dictionary has a key without value");
  VD_TRY(vd_pickle_items_new(m, kind, NULL, 0, &v));
  VD_TRY(store(m, v, at, n, kind == VD_PICKLE_DICT));
  return vd_pickle_push(m, v);
}

vd_code vd_pickle_op_dict(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return push_stored(m, VD_PICKLE_DICT);
}

vd_code vd_pickle_op_list(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return push_stored(m, VD_PICKLE_LIST);
}

// ---- BUILD --------------------------------------------------------------------------------------

static bool is_callable(vd_pickle_value v) {
  return v.kind == VD_PICKLE_GLOBAL || v.kind == VD_PICKLE_CALL || v.kind == VD_PICKLE_ATTR;
}

// Attributes that make an object call something when it is used, copied or thrown away.
static vd_code check_hooks(vd_pickle *m, vd_pickle_value object, vd_pickle_value state) {
  static const char *const hooks[] = {"__setstate__", "__reduce__",       "__reduce_ex__",
                                      "__getattr__",  "__getattribute__", "__del__",
                                      "__call__",     "__class__"};
  char text[VD_EVIDENCE_TEXT_MAX + 1], what[160];
  vd_pickle_value v;
  for (size_t i = 0; i < VD_COUNT(hooks); i++) {
    if (!vd_pickle_lookup(state, hooks[i], &v) || !is_callable(v))
      continue;
    vd_view w = vd_pickle_write(what, sizeof what, v);
    (void)snprintf(text, sizeof text, "sets %s to %.*s", hooks[i], VD_ARG(w));
    if (object.kind == VD_PICKLE_CALL && i == 0)
      object.call->setter = v;
    VD_TRY(vd_pickle_report(m, VD_REACH_INDIRECT, VD_SEVERITY_HIGH, vd_view_of(text)));
  }
  return VD_OK;
}

static void note_version(vd_pickle *m, const vd_pickle_call *c) {
  vd_pickle_value version;
  const vd_callable *known = c->callee.kind == VD_PICKLE_GLOBAL ? c->callee.global->known : NULL;
  if (known != NULL && m->version.ptr == NULL && strcmp(known->framework, "sklearn") == 0 &&
      vd_pickle_lookup(c->state, "_sklearn_version", &version))
    m->version = vd_view_first(vd_pickle_view(version), 40);
}

static vd_code fill_call(vd_pickle *m, vd_pickle_value object, vd_pickle_value state) {
  vd_pickle_call *c = object.call;
  if (is_callable(c->setter)) {
    vd_pickle_value args, ignored;
    VD_TRY(vd_pickle_items_new(m, VD_PICKLE_TUPLE, &state, 1, &args));
    return vd_pickle_invoke(m, c->setter, args, VD_PICKLE_CALLED, &ignored);
  }
  c->state = state;
  note_version(m, c);
  for (size_t i = 0; state.kind == VD_PICKLE_DICT && i + 1 < vd_pickle_count(state); i += 2)
    name_value(vd_pickle_item(state, i), vd_pickle_item(state, i + 1));
  if (c->callee.kind == VD_PICKLE_GLOBAL &&
      vd_view_ends(c->callee.global->module, VD_VIEW("joblib.numpy_pickle")))
    return vd_pickle_joblib_array(m, c);
  if (vd_pickle_names(c->callee, "functools", "partial") && vd_pickle_count(state) > 1)
    return vd_pickle_report_call(m, vd_pickle_item(state, 0), vd_pickle_item(state, 1),
                                 VD_PICKLE_CALLED);
  return VD_OK;
}

vd_code vd_pickle_op_build(vd_pickle *m, const vd_pickle_arg *arg) {
  vd_pickle_value state = vd_pickle_pop(m), object = m->stack.at[m->stack.count - 1];
  (void)arg;
  VD_TRY(check_hooks(m, object, state));
  if (state.kind == VD_PICKLE_TUPLE && vd_pickle_count(state) == 2) {
    VD_TRY(check_hooks(m, object, vd_pickle_item(state, 0)));
    VD_TRY(check_hooks(m, object, vd_pickle_item(state, 1)));
  }
  if (object.kind == VD_PICKLE_CALL)
    return fill_call(m, object, state);
  if (object.kind != VD_PICKLE_GLOBAL && object.kind != VD_PICKLE_ATTR)
    return VD_OK;
  char text[VD_EVIDENCE_TEXT_MAX + 1], target[160], what[200];
  vd_view t = vd_pickle_write(target, sizeof target, object);
  vd_view w = vd_pickle_write(what, sizeof what, state);
  (void)snprintf(text, sizeof text, "%.*s.__dict__.update(%.*s)", VD_ARG(t), VD_ARG(w));
  return vd_pickle_report(m, VD_REACH_INDIRECT, VD_SEVERITY_HIGH, vd_view_of(text));
}
