// Finding the bindings of names in a Python file.
#include "package/py_names.h"

bool vd_py_is(const vd_py_tokens *t, uint32_t i, const char *text) {
  return i < t->count && (t->at[i].kind == VD_PY_NAME || t->at[i].kind == VD_PY_OTHER) &&
         vd_view_eq(t->at[i].text, vd_view_of(text));
}

static bool is_string(const vd_py_tokens *t, uint32_t i) {
  return i < t->count && t->at[i].kind == VD_PY_STRING;
}

static bool is_name(const vd_py_tokens *t, uint32_t i) {
  return i < t->count && t->at[i].kind == VD_PY_NAME;
}

static bool one_of(const vd_py_tokens *t, uint32_t i, const char *chars) {
  return i < t->count && t->at[i].kind == VD_PY_OTHER && t->at[i].text.len == 1 &&
         strchr(chars, t->at[i].text.ptr[0]) != NULL;
}

uint32_t vd_py_skip(const vd_py_tokens *t, uint32_t i) {
  return one_of(t, i, "([{") && t->at[i].match > i ? t->at[i].match + 1 : i + 1;
}

uint32_t vd_py_expression_end(const vd_py_tokens *t, uint32_t i, uint32_t limit) {
  while (i < limit && t->at[i].kind != VD_PY_NEWLINE && t->at[i].kind != VD_PY_END &&
         !one_of(t, i, ",)]}"))
    i = vd_py_skip(t, i);
  return i < limit ? i : limit;
}

// Whether the statement that i is past the start of ends before i.
static bool ends_statement(const vd_py_tokens *t, uint32_t i) {
  return i >= t->count || t->at[i].kind == VD_PY_NEWLINE || t->at[i].kind == VD_PY_END ||
         t->at[i].first;
}

static uint32_t statement_end(const vd_py_tokens *t, uint32_t i) {
  while (!ends_statement(t, i))
    i = vd_py_skip(t, i);
  return i < t->count ? i : (uint32_t)t->count - 1;
}

// ---- adding -------------------------------------------------------------------------------------

static vd_py_bindings *slot_of(vd_py_names *n, vd_map *map, vd_view key) {
  vd_py_bindings *list = vd_map_get(map, key);
  if (list != NULL)
    return list;
  vd_view own = vd_arena_copy(n->arena, key);
  list = own.ptr == NULL ? NULL : vd_new(n->arena, vd_py_bindings);
  return list != NULL && vd_map_put(map, own, list) == VD_OK ? list : NULL;
}

static bool append(vd_py_names *n, vd_py_bindings *list, const vd_py_binding *b) {
  vd_py_binding *own = list == NULL ? NULL : vd_new(n->arena, vd_py_binding);
  if (own == NULL)
    return false;
  *own = *b;
  if (list->last == NULL)
    list->first = own;
  else
    list->last->next = own;
  list->last = own;
  return true;
}

static bool composite(vd_view name, vd_view key, char out[VD_PY_NAME_MAX], vd_view *text) {
  if (name.len + key.len + 1 > VD_PY_NAME_MAX || key.ptr == NULL)
    return false;
  if (name.len != 0)
    memcpy(out, name.ptr, name.len);
  out[name.len] = '\0';
  if (key.len != 0)
    memcpy(out + name.len + 1, key.ptr, key.len);
  *text = (vd_view){out, name.len + key.len + 1};
  return true;
}

static vd_code bind(vd_py_names *n, vd_view name, const vd_py_binding *b) {
  char bytes[VD_PY_NAME_MAX];
  vd_view key;
  if (b->to <= b->from)
    return VD_OK;
  if (!append(n, slot_of(n, &n->names, name), b))
    return VD_NOMEM;
  if (b->keyed && composite(name, b->key, bytes, &key) && !append(n, slot_of(n, &n->keys, key), b))
    return VD_NOMEM;
  return VD_OK;
}

static vd_code bind_range(vd_py_names *n, vd_view name, uint32_t from, uint32_t to) {
  return bind(n, name, &(vd_py_binding){.from = from, .to = to});
}

// Entries "key": value of a literal dict can be asked for one by one.
static vd_code bind_entries(vd_py_names *n, vd_view name, uint32_t open) {
  const vd_py_tokens *t = n->tokens;
  uint32_t close = t->at[open].match;
  for (uint32_t i = open + 1; i < close;) {
    uint32_t end = vd_py_expression_end(t, i, close);
    if (is_string(t, i) && vd_py_is(t, i + 1, ":"))
      VD_TRY(bind(n, name,
                  &(vd_py_binding){.from = i + 2, .to = end, .keyed = true, .key = t->at[i].text}));
    i = end + 1;
  }
  return VD_OK;
}

// ---- statements ---------------------------------------------------------------------------------

static bool assigns(const vd_py_tokens *t, uint32_t i) {
  return vd_py_is(t, i, "=") || vd_py_is(t, i, "+=") || vd_py_is(t, i, "|=");
}

static vd_code read_assignment(vd_py_names *n, uint32_t i, uint32_t value) {
  const vd_py_tokens *t = n->tokens;
  vd_view name = t->at[i].text;
  VD_TRY(bind_range(n, name, value, statement_end(t, value)));
  return one_of(t, value, "{") ? bind_entries(n, name, value) : VD_OK;
}

static bool adds(const vd_py_tokens *t, uint32_t i) {
  return vd_py_is(t, i, ".") && vd_py_is(t, i + 2, "(") &&
         (vd_py_is(t, i + 1, "append") || vd_py_is(t, i + 1, "extend") ||
          vd_py_is(t, i + 1, "insert") || vd_py_is(t, i + 1, "update"));
}

// name[key] = value, name[key] += value, name[key].append(value)
static vd_code read_subscript(vd_py_names *n, uint32_t i) {
  const vd_py_tokens *t = n->tokens;
  uint32_t close = t->at[i + 1].match, value = close + 1;
  bool literal = close == i + 3 && is_string(t, i + 2);
  vd_py_binding b = {.keyed = true, .key = literal ? t->at[i + 2].text : (vd_view){0}};
  if (close >= t->count - 1)
    return VD_OK;
  if (assigns(t, value)) {
    b.from = value + 1;
    b.to = statement_end(t, b.from);
  } else if (adds(t, value)) {
    b.from = value + 3;
    b.to = t->at[value + 2].match;
  }
  return bind(n, t->at[i].text, &b);
}

// "with open(x) as f:" and its like bind f to what stands before.
static vd_code read_with(vd_py_names *n, uint32_t i) {
  const vd_py_tokens *t = n->tokens;
  uint32_t from = i + 1;
  for (uint32_t k = from; !ends_statement(t, k) && !vd_py_is(t, k, ":"); k = vd_py_skip(t, k))
    if (vd_py_is(t, k, "as") && is_name(t, k + 1)) {
      VD_TRY(bind_range(n, t->at[k + 1].text, from, k));
      from = k + 3;
    }
  return VD_OK;
}

static vd_code read_for(vd_py_names *n, uint32_t i) {
  const vd_py_tokens *t = n->tokens;
  uint32_t end = i + 3;
  if (!is_name(t, i + 1) || !vd_py_is(t, i + 2, "in"))
    return VD_OK;
  while (!ends_statement(t, end) && !vd_py_is(t, end, ":"))
    end = vd_py_skip(t, end);
  return bind_range(n, t->at[i + 1].text, i + 3, end < t->count ? end : i + 3);
}

// Names a comprehension binds are known, though nothing follows from them.
static vd_code know_comprehension(vd_py_names *n, uint32_t i) {
  const vd_py_tokens *t = n->tokens;
  for (uint32_t k = i + 1; k < i + 8 && !vd_py_is(t, k, "in"); k++)
    if (is_name(t, k) && slot_of(n, &n->names, t->at[k].text) == NULL)
      return VD_NOMEM;
  return VD_OK;
}

// name: type = value
static vd_code read_annotated(vd_py_names *n, uint32_t i) {
  const vd_py_tokens *t = n->tokens;
  uint32_t k = i + 2;
  while (k < t->count && t->at[k].kind != VD_PY_NEWLINE && !vd_py_is(t, k, "=") &&
         !vd_py_is(t, k, ":"))
    k = vd_py_skip(t, k);
  return vd_py_is(t, k, "=") ? read_assignment(n, i, k + 1) : VD_OK;
}

static vd_code read_statement(vd_py_names *n, uint32_t i, vd_view *function) {
  const vd_py_tokens *t = n->tokens;
  if (vd_py_is(t, i, "def") && is_name(t, i + 1))
    return *function = t->at[i + 1].text, VD_OK;
  if (vd_py_is(t, i, "return") && function->len != 0)
    return bind_range(n, *function, i + 1, statement_end(t, i + 1));
  if (vd_py_is(t, i, "with"))
    return read_with(n, i);
  if (vd_py_is(t, i, "for"))
    return read_for(n, i);
  if (assigns(t, i + 1))
    return read_assignment(n, i, i + 2);
  if (vd_py_is(t, i + 1, "["))
    return read_subscript(n, i);
  if (adds(t, i + 1))
    return bind_range(n, t->at[i].text, i + 4, t->at[i + 3].match);
  return vd_py_is(t, i + 1, ":") ? read_annotated(n, i) : VD_OK;
}

vd_code vd_py_names_read(vd_arena *a, const vd_py_tokens *tokens, vd_py_names *out) {
  vd_py_names n = {.arena = a, .tokens = tokens, .names = VD_MAP(a), .keys = VD_MAP(a)};
  vd_view function = {0};
  for (uint32_t i = 0; i < tokens->count; i++) {
    if (!is_name(tokens, i))
      continue;
    if (tokens->at[i].first)
      VD_TRY(read_statement(&n, i, &function));
    else if (vd_py_is(tokens, i, "for"))
      VD_TRY(know_comprehension(&n, i));
  }
  *out = n;
  return VD_OK;
}

vd_py_bindings *vd_py_name(const vd_py_names *n, vd_view name) {
  return vd_map_get(&n->names, name);
}

vd_py_bindings *vd_py_name_key(const vd_py_names *n, vd_view name, vd_view key) {
  char bytes[VD_PY_NAME_MAX];
  vd_view text;
  return composite(name, key, bytes, &text) ? vd_map_get(&n->keys, text) : NULL;
}
