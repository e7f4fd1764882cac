// Byte code in R's serialisation: constants, and calls among them that may stand in several places.
#include "inspect/r/r_stream_private.h"

void vd_r_bytecode(vd_r_stream *s, vd_r_node *node) {
  int32_t n = vd_r_int(s);
  vd_r_repeats *shared = vd_new(s->arena, vd_r_repeats);
  if (n < 0 || (uint64_t)n > vd_reader_left(&s->r)) {
    s->r.failed = true;
    return;
  }
  if (shared != NULL)
    *shared = (vd_r_repeats){vd_new_array(s->arena, vd_r_node *, (size_t)n + 1), (size_t)n};
  if (shared == NULL || shared->at == NULL)
    s->no_memory = true;
  else
    vd_r_push(s, (vd_r_task){.kind = VD_R_TASK_BYTECODE,
                             .slot = &node->car,
                             .when = node->when,
                             .repeats = shared});
}

static void read_repeat(vd_r_stream *s, const vd_r_task *t) {
  int32_t index = vd_r_int(s);
  if (index < 0 || (size_t)index >= t->repeats->count)
    s->r.failed = true;
  else
    *t->slot = t->repeats->at[index];
}

// A call or list among the constants, whose type was read.
static void read_language(vd_r_stream *s, const vd_r_task *t, int32_t type) {
  int32_t index = -1;
  if (type == VD_R_REPEATED) {
    read_repeat(s, t);
    return;
  }
  if (type == VD_R_REPEAT_DEFINED) {
    index = vd_r_int(s);
    type = vd_r_int(s);
    s->r.failed = s->r.failed || index < 0 || (size_t)index >= t->repeats->count;
  }
  bool attributes = type == VD_R_ATTRIBUTE_CALL || type == VD_R_ATTRIBUTE_LIST;
  bool call = type == VD_R_CALL || type == VD_R_ATTRIBUTE_CALL;
  if (!attributes && !call && type != VD_R_LIST) {
    vd_r_push_item(s, t->slot, t->when);
    return;
  }
  vd_r_node *node = s->r.failed ? NULL : vd_r_new(s, call ? VD_R_CALL : VD_R_LIST, t->when);
  if (node == NULL) {
    s->r.failed = true;
    return;
  }
  *t->slot = node;
  if (index >= 0)
    t->repeats->at[index] = node;
  if (call)
    vd_r_keep(s, &s->tree->calls, node);
  vd_r_task part = {.kind = VD_R_TASK_LANGUAGE, .when = t->when, .repeats = t->repeats};
  part.slot = &node->cdr;
  vd_r_push(s, part);
  part.slot = &node->car;
  vd_r_push(s, part);
  vd_r_push_item(s, &node->tag, VD_R_NEVER);
  if (attributes)
    vd_r_push_item(s, &node->attributes, VD_R_NEVER);
}

// Constants are a list of their own below the slot.
static void read_constant(vd_r_stream *s, vd_r_task *t) {
  vd_r_node *cell = vd_r_new(s, VD_R_LIST, t->when);
  int32_t type = vd_r_int(s);
  if (cell == NULL || s->r.failed) {
    s->r.failed = true;
    return;
  }
  *t->slot = cell;
  if (--t->left != 0) {
    vd_r_task rest = *t;
    rest.slot = &cell->cdr;
    vd_r_push(s, rest);
  }
  vd_r_task one = {.when = t->when, .slot = &cell->car, .repeats = t->repeats};
  one.kind = type == VD_R_BYTECODE ? VD_R_TASK_BYTECODE : VD_R_TASK_ITEM;
  bool language = type == VD_R_CALL || type == VD_R_LIST || type == VD_R_REPEATED ||
                  type == VD_R_REPEAT_DEFINED || type == VD_R_ATTRIBUTE_CALL ||
                  type == VD_R_ATTRIBUTE_LIST;
  if (language)
    read_language(s, &one, type);
  else
    vd_r_push(s, one);
}

static void read_constants(vd_r_stream *s, vd_r_task *t) {
  int32_t n = vd_r_int(s);
  if (n < 0 || (uint64_t)n > vd_reader_left(&s->r))
    s->r.failed = true;
  t->kind = VD_R_TASK_CONSTANT;
  t->left = n < 0 ? 0 : (uint32_t)n;
  if (n > 0)
    vd_r_push(s, *t);
}

static void start_bytecode(vd_r_stream *s, vd_r_task *t) {
  vd_r_node *code = vd_r_new(s, VD_R_LIST, t->when);
  if (code == NULL)
    return;
  *t->slot = code;
  t->kind = VD_R_TASK_CONSTANTS;
  t->slot = &code->cdr;
  vd_r_push(s, *t);
  vd_r_push_item(s, &code->car, VD_R_NEVER);
}

void vd_r_bytecode_run(vd_r_stream *s, vd_r_task *t) {
  if (t->kind == VD_R_TASK_BYTECODE)
    start_bytecode(s, t);
  else if (t->kind == VD_R_TASK_CONSTANTS)
    read_constants(s, t);
  else if (t->kind == VD_R_TASK_CONSTANT)
    read_constant(s, t);
  else
    read_language(s, t, vd_r_int(s));
}
