// Calls that put texts together: names of functions are hidden in them.
#include "inspect/pickle/eval.h"

static vd_code give(vd_pickle *m, vd_pickle_step *s, vd_pickle_kind kind, vd_view text) {
  if (text.ptr == NULL)
    return VD_OK;
  s->silent = true;
  s->result = vd_pickle_text(kind, text);
  return kind == VD_PICKLE_BYTES ? vd_pickle_nested(m, s->result, "decoded bytes") : VD_OK;
}

static vd_view argument(const vd_pickle_step *s, size_t n) {
  return vd_pickle_view(vd_pickle_item(s->args, n));
}

static vd_view codec(const vd_pickle_step *s, size_t n, char *buf, size_t size) {
  vd_view name = argument(s, n);
  (void)snprintf(buf, size, "%.*s",
                 name.ptr == NULL ? 5 : (int)(name.len < size ? name.len : size - 1),
                 name.ptr == NULL ? "utf-8" : name.ptr);
  return vd_view_of(buf);
}

static bool gives_bytes(const char *name) {
  return strstr(name, "64") != NULL || strstr(name, "hex") != NULL ||
         strstr(name, "zlib") != NULL || strstr(name, "zip") != NULL;
}

vd_code vd_pickle_run_decode(vd_pickle *m, vd_pickle_step *s) {
  char name[32];
  vd_view text = argument(s, 0);
  (void)codec(s, 1, name, sizeof name);
  if (text.ptr == NULL)
    return VD_OK;
  return give(m, s, gives_bytes(name) ? VD_PICKLE_BYTES : VD_PICKLE_STR,
              vd_pickle_decode(m, name, text));
}

// Protocols 0-2 write bytes as _codecs.encode(text, "latin1").
vd_code vd_pickle_run_encode(vd_pickle *m, vd_pickle_step *s) {
  char name[32];
  vd_view text = argument(s, 0);
  (void)codec(s, 1, name, sizeof name);
  if (text.ptr == NULL || gives_bytes(name))
    return VD_OK;
  bool rot = vd_view_has(vd_view_of(name), VD_VIEW("rot"));
  return give(m, s, rot ? VD_PICKLE_STR : VD_PICKLE_BYTES, vd_pickle_decode(m, name, text));
}

static vd_code decoded(vd_pickle *m, vd_pickle_step *s, const char *name) {
  vd_view text = argument(s, 0);
  return text.ptr == NULL ? VD_OK : give(m, s, VD_PICKLE_BYTES, vd_pickle_decode(m, name, text));
}

vd_code vd_pickle_run_base64(vd_pickle *m, vd_pickle_step *s) { return decoded(m, s, "base64"); }
vd_code vd_pickle_run_hex(vd_pickle *m, vd_pickle_step *s) { return decoded(m, s, "hex"); }
vd_code vd_pickle_run_inflate(vd_pickle *m, vd_pickle_step *s) { return decoded(m, s, "zlib"); }

// bytes([111, 115]).
static vd_view from_numbers(vd_pickle *m, vd_pickle_value list) {
  size_t n = vd_pickle_count(list);
  char *out = vd_pickle_room(m, n);
  for (size_t i = 0; out != NULL && i < n; i++)
    out[i] = (char)vd_pickle_item(list, i).number;
  return (vd_view){out, n};
}

vd_code vd_pickle_run_bytes(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value v = vd_pickle_item(s->args, 0);
  if (vd_pickle_count(s->args) == 0)
    return give(m, s, VD_PICKLE_BYTES, VD_VIEW(""));
  if (v.kind == VD_PICKLE_LIST || v.kind == VD_PICKLE_TUPLE)
    return give(m, s, VD_PICKLE_BYTES, from_numbers(m, v));
  if (v.kind == VD_PICKLE_STR)
    return vd_pickle_run_encode(m, s);
  return give(m, s, VD_PICKLE_BYTES, argument(s, 0));
}

vd_code vd_pickle_run_str(vd_pickle *m, vd_pickle_step *s) {
  return give(m, s, VD_PICKLE_STR, argument(s, 0));
}

vd_code vd_pickle_run_chr(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value v = vd_pickle_item(s->args, 0);
  if (v.kind != VD_PICKLE_INT || v.number < 0 || v.number > 0x10ffff)
    return VD_OK;
  char *out = vd_new_array(m->in->scratch, char, 4);
  if (out == NULL)
    return VD_NOMEM;
  return give(m, s, VD_PICKLE_STR, (vd_view){out, vd_utf8_encode((uint32_t)v.number, out)});
}

static vd_view joined(vd_pickle *m, vd_view a, vd_view b) {
  char *out = a.ptr == NULL || b.ptr == NULL ? NULL : vd_pickle_room(m, a.len + b.len);
  if (out == NULL)
    return (vd_view){0};
  memcpy(out, a.ptr, a.len);
  memcpy(out + a.len, b.ptr, b.len);
  return (vd_view){out, a.len + b.len};
}

vd_code vd_pickle_run_add(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value a = vd_pickle_item(s->args, 0), b = vd_pickle_item(s->args, 1);
  if (a.kind != b.kind)
    return VD_OK;
  return give(m, s, (vd_pickle_kind)a.kind, joined(m, vd_pickle_view(a), vd_pickle_view(b)));
}

// ---- sequences ----------------------------------------------------------------------------------

vd_code vd_pickle_run_same(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value v = vd_pickle_item(s->args, 0);
  (void)m;
  if (v.kind != VD_PICKLE_LIST && v.kind != VD_PICKLE_TUPLE)
    return VD_OK;
  s->silent = true;
  s->result = v;
  return VD_OK;
}

static vd_code reversed_list(vd_pickle *m, vd_pickle_step *s, vd_pickle_value v) {
  VD_TRY(vd_pickle_items_new(m, VD_PICKLE_LIST, v.items->at, v.items->count, &s->result));
  vd_pickle_items *items = s->result.items;
  for (uint32_t i = 0; i < items->count / 2; i++) {
    vd_pickle_value kept = items->at[i];
    items->at[i] = items->at[items->count - 1 - i];
    items->at[items->count - 1 - i] = kept;
  }
  s->silent = true;
  return VD_OK;
}

// reversed("metsys") is as good as the reversed text, since only join can make use of it.
vd_code vd_pickle_run_reversed(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value v = vd_pickle_item(s->args, 0);
  vd_view text = vd_pickle_view(v);
  if (v.kind == VD_PICKLE_LIST || v.kind == VD_PICKLE_TUPLE)
    return reversed_list(m, s, v);
  char *out = text.ptr == NULL ? NULL : vd_pickle_room(m, text.len);
  if (out == NULL)
    return VD_OK;
  for (size_t i = 0; i < text.len; i++)
    out[i] = text.ptr[text.len - 1 - i];
  return give(m, s, VD_PICKLE_STR, (vd_view){out, text.len});
}

// starmap(f, [(a, b)]): the first call.
vd_code vd_pickle_run_starmap(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value f = vd_pickle_item(s->args, 0);
  vd_pickle_value args = vd_pickle_item(vd_pickle_item(s->args, 1), 0);
  (void)m;
  if (args.kind != VD_PICKLE_TUPLE)
    return VD_OK;
  s->callee = f;
  s->args = args;
  s->silent = s->again = true;
  return VD_OK;
}

// torch's f(func, type, args, state) calls func(*args).
vd_code vd_pickle_run_apply_middle(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value f = vd_pickle_item(s->args, 0), args = vd_pickle_item(s->args, 2);
  (void)m;
  if (args.kind != VD_PICKLE_TUPLE)
    return VD_OK;
  s->callee = f;
  s->args = args;
  s->silent = s->again = true;
  return VD_OK;
}

// ---- methods of texts ---------------------------------------------------------------------------

static vd_code join(vd_pickle *m, vd_pickle_step *s, vd_pickle_value self) {
  vd_pickle_value list = vd_pickle_item(s->args, 0);
  vd_view between = vd_pickle_view(self), text = VD_VIEW("");
  if (list.kind == VD_PICKLE_STR && between.len == 0)
    return give(m, s, VD_PICKLE_STR, vd_pickle_view(list));
  if ((list.kind != VD_PICKLE_LIST && list.kind != VD_PICKLE_TUPLE) || list.items->cut)
    return VD_OK;
  size_t n = vd_pickle_count(list);
  for (size_t i = 0; i < n && text.ptr != NULL; i++) {
    if (i != 0 && between.len != 0)
      text = joined(m, text, between);
    text = joined(m, text, vd_pickle_view(vd_pickle_item(list, i)));
  }
  return give(m, s, (vd_pickle_kind)self.kind, text);
}

static vd_code replace(vd_pickle *m, vd_pickle_step *s, vd_pickle_value self) {
  vd_view text = vd_pickle_view(self), old = argument(s, 0), now = argument(s, 1);
  VD_SCOPED_BUF out = VD_BUF(VD_PICKLE_TEXT_MAX);
  if (old.len == 0 || now.ptr == NULL)
    return VD_OK;
  for (const char *at; (at = memmem(text.ptr, text.len, old.ptr, old.len)) != NULL;) {
    vd_buf_put(&out, (vd_view){text.ptr, (size_t)(at - text.ptr)});
    vd_buf_put(&out, now);
    text = vd_view_from(text, (size_t)(at - text.ptr) + old.len);
  }
  vd_buf_put(&out, text);
  if (out.failed)
    return VD_OK;
  vd_view kept = vd_arena_copy(m->in->scratch, vd_buf_view(&out));
  return kept.ptr == NULL ? VD_NOMEM : give(m, s, (vd_pickle_kind)self.kind, kept);
}

static vd_code lower(vd_pickle *m, vd_pickle_step *s, vd_pickle_value self) {
  vd_view text = vd_pickle_view(self);
  char *out = vd_new_array(m->in->scratch, char, text.len + 1);
  if (out == NULL)
    return VD_NOMEM;
  for (size_t i = 0; i < text.len; i++)
    out[i] = (char)(text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? text.ptr[i] + 32 : text.ptr[i]);
  return give(m, s, (vd_pickle_kind)self.kind, (vd_view){out, text.len});
}

static vd_code strip(vd_pickle *m, vd_pickle_step *s, vd_pickle_value self) {
  if (vd_pickle_count(s->args) != 0)
    return VD_OK;
  return give(m, s, (vd_pickle_kind)self.kind, vd_view_trim(vd_pickle_view(self)));
}

// decode and encode as functions get the text as their first argument.
static vd_code recode(vd_pickle *m, vd_pickle_step *s, vd_pickle_value self) {
  char name[32];
  (void)codec(s, 0, name, sizeof name);
  bool encodes = self.kind == VD_PICKLE_STR;
  return give(m, s, encodes ? VD_PICKLE_BYTES : VD_PICKLE_STR,
              vd_pickle_decode(m, name, vd_pickle_view(self)));
}

static vd_code method_add(vd_pickle *m, vd_pickle_step *s, vd_pickle_value self) {
  return give(m, s, (vd_pickle_kind)self.kind, joined(m, vd_pickle_view(self), argument(s, 0)));
}

vd_code vd_pickle_method(vd_pickle *m, vd_pickle_step *s, vd_pickle_value self, vd_view name) {
  static const struct {
    const char *name;
    vd_code (*run)(vd_pickle *m, vd_pickle_step *s, vd_pickle_value self);
  } methods[] = {{"join", join},     {"replace", replace}, {"lower", lower},       {"strip", strip},
                 {"decode", recode}, {"encode", recode},   {"__add__", method_add}};
  if (vd_pickle_view(self).ptr == NULL || s->args.kind != VD_PICKLE_TUPLE)
    return VD_OK;
  for (size_t i = 0; i < VD_COUNT(methods); i++)
    if (vd_view_eq(name, vd_view_of(methods[i].name)))
      return methods[i].run(m, s, self);
  return VD_OK;
}

// str.join("", [...]): a method taken from its class.
vd_code vd_pickle_run_unbound(vd_pickle *m, vd_pickle_step *s) {
  vd_pickle_value self = vd_pickle_item(s->args, 0);
  vd_view name = s->callee.global->name;
  if (vd_pickle_count(s->args) == 0)
    return VD_OK;
  vd_pickle_step inner = *s;
  VD_TRY(vd_pickle_items_new(m, VD_PICKLE_TUPLE, s->args.items->at + 1, s->args.items->count - 1,
                             &inner.args));
  VD_TRY(vd_pickle_method(m, &inner, self, vd_view_from(name, vd_view_find(name, '.') + 1)));
  s->silent = inner.silent;
  s->result = inner.result;
  return VD_OK;
}

// ---- lookup -------------------------------------------------------------------------------------

const vd_pickle_builtin *vd_pickle_builtin_find(vd_view module, vd_view name) {
  static const vd_pickle_builtin builtins[] = {
#define BUILTIN(module, name, run) {module, name, vd_pickle_run_##run},
#include "inspect/pickle/builtins.def"
#undef BUILTIN
  };
  size_t low = 0, high = VD_COUNT(builtins);
  module = vd_module_canonical(module);
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = vd_view_cmp(module, vd_view_of(builtins[middle].module));
    order = order != 0 ? order : vd_view_cmp(name, vd_view_of(builtins[middle].name));
    if (order == 0)
      return &builtins[middle];
    low = order > 0 ? middle + 1 : low;
    high = order < 0 ? middle : high;
  }
  return NULL;
}
