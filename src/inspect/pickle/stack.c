// Values of the pickle machine, its stack and its memo.
#include "inspect/pickle/pickle.h"

static const uint32_t ABSENT = UINT32_MAX; // kind of a memo entry that was not put

vd_pickle_value vd_pickle_text(vd_pickle_kind kind, vd_view v) {
  return (vd_pickle_value){
      .kind = kind, .len = v.len > UINT32_MAX ? UINT32_MAX : (uint32_t)v.len, .text = v.ptr};
}

vd_pickle_value vd_pickle_number(int64_t n) {
  return (vd_pickle_value){.kind = VD_PICKLE_INT, .number = n};
}

vd_view vd_pickle_view(vd_pickle_value v) {
  bool text = v.kind == VD_PICKLE_STR || v.kind == VD_PICKLE_BYTES;
  if (!text)
    return (vd_view){0};
  return (vd_view){v.text == NULL ? "" : v.text, v.len};
}

bool vd_pickle_is(vd_pickle_value v, vd_pickle_kind kind) { return v.kind == (uint32_t)kind; }

// ---- stack --------------------------------------------------------------------------------------

vd_code vd_pickle_push(vd_pickle *m, vd_pickle_value v) {
  if (m->stack.count >= VD_PICKLE_STACK_MAX) {
    m->end = VD_PICKLE_EXHAUSTED;
    m->fault = "its stack grows too large";
    return VD_OK;
  }
  vd_pickle_value *at = vd_vec_push(m->in->scratch, &m->stack);
  if (at == NULL)
    return VD_NOMEM;
  *at = v;
  return VD_OK;
}

vd_pickle_value vd_pickle_pop(vd_pickle *m) { return m->stack.at[--m->stack.count]; }

static size_t fence(const vd_pickle *m) {
  return m->marks.count == 0 ? 0 : m->marks.at[m->marks.count - 1];
}

size_t vd_pickle_height(const vd_pickle *m) { return m->stack.count - fence(m); }

vd_pickle_value *vd_pickle_take(vd_pickle *m, size_t *n) {
  size_t from = fence(m);
  m->marks.count--;
  *n = m->stack.count - from;
  m->stack.count = from;
  return m->stack.at == NULL ? NULL : m->stack.at + from;
}

vd_code vd_pickle_op_mark(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  if (m->marks.count >= VD_PICKLE_STACK_MAX) {
    m->end = VD_PICKLE_EXHAUSTED;
    m->fault = "it sets too many marks";
    return VD_OK;
  }
  size_t *at = vd_vec_push(m->in->scratch, &m->marks);
  if (at == NULL)
    return VD_NOMEM;
  *at = m->stack.count;
  return VD_OK;
}

// A mark on top is taken off like a value.
vd_code vd_pickle_op_pop(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  if (vd_pickle_height(m) != 0)
    m->stack.count--;
  else if (m->marks.count != 0)
    m->marks.count--;
  else
    return vd_pickle_fault(m, "the stack is too short");
  return VD_OK;
}

vd_code vd_pickle_op_pop_mark(vd_pickle *m, const vd_pickle_arg *arg) {
  size_t n;
  (void)arg;
  (void)vd_pickle_take(m, &n);
  return VD_OK;
}

vd_code vd_pickle_op_dup(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return vd_pickle_push(m, m->stack.at[m->stack.count - 1]);
}

// ---- memo ---------------------------------------------------------------------------------------

static vd_code put_far(vd_pickle *m, uint64_t id, vd_pickle_value v) {
  (void)vd_pickle_spend(m, m->far.count / 4);
  for (size_t i = 0; i < m->far.count; i++)
    if (m->far.at[i].id == id)
      return m->far.at[i].value = v, VD_OK;
  if (m->far.count >= VD_PICKLE_MEMO_FAR_MAX) {
    m->end = VD_PICKLE_EXHAUSTED;
    m->fault = "its memo grows too large";
    return VD_OK;
  }
  vd_pickle_memo *at = vd_vec_push(m->in->scratch, &m->far);
  if (at == NULL)
    return VD_NOMEM;
  *at = (vd_pickle_memo){id, v};
  m->ids++;
  return vd_pickle_odd(m, "a memo id is far above the others");
}

static const vd_pickle_value *far_of(const vd_pickle *m, uint64_t id) {
  for (size_t i = 0; i < m->far.count; i++)
    if (m->far.at[i].id == id)
      return &m->far.at[i].value;
  return NULL;
}

vd_code vd_pickle_memo_put(vd_pickle *m, uint64_t id) {
  vd_pickle_value v = m->stack.at[m->stack.count - 1];
  if (id < m->memo.count) {
    bool taken = m->memo.at[id].kind != ABSENT;
    m->memo.at[id] = v;
    m->ids += !taken;
    return taken ? vd_pickle_odd(m, "a memo id is given away twice") : VD_OK;
  }
  if (id > m->memo.count + 4096 || id >= VD_PICKLE_MEMO_MAX)
    return put_far(m, id, v);
  while (m->memo.count <= id) {
    vd_pickle_value *at = vd_vec_push(m->in->scratch, &m->memo);
    if (at == NULL)
      return VD_NOMEM;
    at->kind = ABSENT;
  }
  m->memo.at[id] = v;
  m->ids++;
  return VD_OK;
}

vd_code vd_pickle_memo_get(vd_pickle *m, uint64_t id) {
  const vd_pickle_value *at = id < m->memo.count ? &m->memo.at[id] : NULL;
  if (at == NULL || at->kind == ABSENT) {
    (void)vd_pickle_spend(m, m->far.count / 4);
    at = far_of(m, id);
  }
  if (at == NULL)
    return vd_pickle_fault(m, "it gets what is not in its memo");
  return vd_pickle_push(m, *at);
}

vd_code vd_pickle_op_put(vd_pickle *m, const vd_pickle_arg *arg) {
  return vd_pickle_memo_put(m, arg->number);
}

vd_code vd_pickle_op_get(vd_pickle *m, const vd_pickle_arg *arg) {
  return vd_pickle_memo_get(m, arg->number);
}

vd_code vd_pickle_op_put_line(vd_pickle *m, const vd_pickle_arg *arg) {
  uint64_t id;
  if (!vd_view_u64(vd_view_trim(arg->text), &id))
    return vd_pickle_fault(m, "a memo id is no number");
  return vd_pickle_memo_put(m, id);
}

vd_code vd_pickle_op_get_line(vd_pickle *m, const vd_pickle_arg *arg) {
  uint64_t id;
  if (!vd_view_u64(vd_view_trim(arg->text), &id))
    return vd_pickle_fault(m, "a memo id is no number");
  return vd_pickle_memo_get(m, id);
}

// The id is the number of ids, not the highest one.
vd_code vd_pickle_op_memoize(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return vd_pickle_memo_put(m, m->ids);
}

// ---- containers ---------------------------------------------------------------------------------

vd_code vd_pickle_items_add(vd_pickle *m, vd_pickle_items *to, const vd_pickle_value *at,
                            size_t n) {
  size_t need = to->count + n;
  if (n == 0)
    return VD_OK;
  if (need > to->cap) {
    size_t cap = to->cap == 0 ? n : need < 2 * (size_t)to->cap ? 2 * (size_t)to->cap : need;
    if (m->kept + cap * sizeof *at > VD_PICKLE_ITEMS_BYTES_MAX)
      return to->cut = true, VD_OK;
    vd_pickle_value *grown = vd_new_array(m->in->scratch, vd_pickle_value, cap);
    if (grown == NULL)
      return VD_NOMEM;
    if (to->count != 0)
      memcpy(grown, to->at, to->count * sizeof *grown);
    m->kept += cap * sizeof *at;
    to->at = grown;
    to->cap = (uint32_t)cap;
  }
  memcpy(to->at + to->count, at, n * sizeof *at);
  to->count += (uint32_t)n;
  return VD_OK;
}

// Only what builtin containers hold counts: graphs of objects share and refer back as they like.
static double weight_of(vd_pickle_value v) {
  bool container = v.kind == VD_PICKLE_TUPLE || v.kind == VD_PICKLE_LIST ||
                   v.kind == VD_PICKLE_SET || v.kind == VD_PICKLE_DICT;
  return container ? 1 + v.items->weight : 1;
}

void vd_pickle_weigh(vd_pickle *m, vd_pickle_items *to, const vd_pickle_value *at, size_t n) {
  if (to == &m->nothing)
    return;
  for (size_t i = 0; i < n; i++) {
    bool self = at[i].kind == VD_PICKLE_LIST && at[i].items == to;
    to->weight += self ? 1 : weight_of(at[i]);
    to->selves += self;
  }
  m->selfish = m->selfish || to->selves > VD_PICKLE_SELVES_MAX;
  if (m->heaviest == NULL || to->weight > m->heaviest->weight) {
    m->heaviest = to;
    m->heaviest_at = m->op;
  }
}

vd_code vd_pickle_items_new(vd_pickle *m, vd_pickle_kind kind, const vd_pickle_value *at, size_t n,
                            vd_pickle_value *out) {
  m->nothing.cut = true;
  *out = (vd_pickle_value){.kind = kind, .items = &m->nothing};
  if (m->kept > VD_PICKLE_ITEMS_BYTES_MAX)
    return VD_OK;
  size_t head = (sizeof(vd_pickle_items) + 15) & ~(size_t)15, size = head + n * sizeof *at;
  char *memory = vd_arena_alloc(m->in->scratch, 1, size);
  if (memory == NULL)
    return VD_NOMEM;
  m->kept += size;
  out->items = (vd_pickle_items *)(void *)memory;
  *out->items = (vd_pickle_items){
      .at = (vd_pickle_value *)(void *)(memory + head), .count = (uint32_t)n, .cap = (uint32_t)n};
  if (n != 0)
    memcpy(out->items->at, at, n * sizeof *at);
  vd_pickle_weigh(m, out->items, at, n);
  return VD_OK;
}

static const vd_pickle_items *items_of(vd_pickle_value v) {
  switch (v.kind) {
  case VD_PICKLE_TUPLE:
  case VD_PICKLE_LIST:
  case VD_PICKLE_SET:
  case VD_PICKLE_DICT:
  case VD_PICKLE_PERSID: return v.items;
  case VD_PICKLE_CALL: return &v.call->items;
  default: return NULL;
  }
}

size_t vd_pickle_count(vd_pickle_value of) {
  const vd_pickle_items *items = items_of(of);
  return items == NULL ? 0 : items->count;
}

vd_pickle_value vd_pickle_item(vd_pickle_value of, size_t n) {
  const vd_pickle_items *items = items_of(of);
  return items == NULL || n >= items->count ? (vd_pickle_value){0} : items->at[n];
}

bool vd_pickle_lookup(vd_pickle_value of, const char *key, vd_pickle_value *out) {
  const vd_pickle_items *items = items_of(of);
  if (items == NULL || (of.kind != VD_PICKLE_DICT && of.kind != VD_PICKLE_CALL))
    return false;
  for (size_t i = items->count / 2; i != 0; i--)
    if (vd_view_eq(vd_pickle_view(items->at[2 * i - 2]), vd_view_of(key)))
      return *out = items->at[2 * i - 1], true;
  return false;
}
