// The reader of R's serialisation: no recursion, but a stack of places that are still to be filled.
#include "inspect/r/r_stream_private.h"

enum {
  FLAG_ATTRIBUTES = 1 << 9,
  FLAG_TAG = 1 << 10,
  MISSING_STRING = -1, // length of NA
};

// ---- nodes and tasks ----------------------------------------------------------------------------

vd_r_node *vd_r_new(vd_r_stream *s, vd_r_type type, vd_r_when when) {
  vd_r_node *node = NULL;
  if (s->tree->nodes >= VD_R_NODES_MAX)
    s->too_large = true;
  else
    node = vd_new(s->arena, vd_r_node);
  if (node == NULL) {
    s->no_memory = !s->too_large;
    return NULL;
  }
  s->tree->nodes++;
  *node = (vd_r_node){.type = type, .when = when, .offset = vd_reader_offset(&s->r)};
  return node;
}

void vd_r_push(vd_r_stream *s, vd_r_task t) {
  if (s->tasks.count >= VD_R_DEPTH_MAX) {
    s->too_large = true;
    return;
  }
  vd_r_task *kept = vd_vec_push(s->arena, &s->tasks);
  if (kept == NULL)
    s->no_memory = true;
  else
    *kept = t;
}

void vd_r_push_item(vd_r_stream *s, vd_r_node **slot, vd_r_when when) {
  vd_r_push(s, (vd_r_task){.kind = VD_R_TASK_ITEM, .slot = slot, .when = when});
}

void vd_r_keep(vd_r_stream *s, vd_r_refs *refs, vd_r_node *node) {
  vd_r_ref *kept = vd_vec_push(s->arena, refs);
  if (kept == NULL)
    s->no_memory = true;
  else
    kept->node = node;
}

// ---- objects ------------------------------------------------------------------------------------

static vd_view read_chars(vd_r_stream *s) {
  uint32_t flags = (uint32_t)vd_r_int(s);
  int32_t length = vd_r_int(s);
  if (length < MISSING_STRING || (flags & 0xff) != VD_R_CHARS)
    s->r.failed = true;
  return length <= 0 || s->r.failed ? VD_VIEW("") : vd_r_text(s, length);
}

static void read_strings(vd_r_stream *s, vd_r_node *node, uint64_t n) {
  for (uint64_t i = 0; i < n && !s->r.failed; i++) {
    vd_view text = read_chars(s);
    if (node->text.ptr == NULL)
      node->text = text;
  }
}

// Parts in the order of the stream, so pushed from the last to the first.
static void read_pair(vd_r_stream *s, vd_r_node *node, uint32_t flags) {
  vd_r_when inner =
      node->type == VD_R_CLOSURE && node->when == VD_R_NEVER ? VD_R_CALLED : node->when;
  if (node->type == VD_R_PROMISE)
    vd_r_push(
        s,
        (vd_r_task){.kind = VD_R_TASK_CODE, .slot = &node->cdr, .owner = node, .when = node->when});
  else
    vd_r_push_item(s, &node->cdr, inner);
  vd_r_push_item(s, &node->car, inner);
  if ((flags & FLAG_TAG) != 0)
    vd_r_push_item(s, &node->tag, VD_R_NEVER);
  if ((flags & FLAG_ATTRIBUTES) != 0)
    vd_r_push_item(s, &node->attributes, VD_R_NEVER);
  s->tree->closures += node->type == VD_R_CLOSURE;
  if (node->type == VD_R_CALL)
    vd_r_keep(s, &s->tree->calls, node);
}

static void read_environment(vd_r_stream *s, vd_r_node *node) {
  (void)vd_r_int(s);
  s->tree->environments++;
  vd_r_keep(s, &s->references, node);
  vd_r_push_item(s, &node->attributes, VD_R_NEVER);
  vd_r_push_item(s, &node->tag, VD_R_NEVER); // hash table
  vd_r_push_item(s, &node->cdr, VD_R_NEVER); // frame
  vd_r_push_item(s, &node->car, VD_R_NEVER); // enclosing environment
}

static void read_names(vd_r_stream *s, vd_r_node *node) {
  (void)vd_r_int(s);
  int32_t n = vd_r_int(s);
  s->r.failed = s->r.failed || n < 0;
  read_strings(s, node, n < 0 ? 0 : (uint64_t)n);
  vd_r_keep(s, &s->references, node);
}

static void read_vector(vd_r_stream *s, vd_r_node *node) {
  static const uint8_t sizes[] = {
      [VD_R_LOGICAL] = 4, [VD_R_INTEGER] = 4, [VD_R_REAL] = 8, [VD_R_COMPLEX] = 16, [VD_R_RAW] = 1};
  uint64_t n = vd_r_length(s);
  if (node->type == VD_R_STRINGS)
    read_strings(s, node, n);
  else if (node->type == VD_R_VECTOR || node->type == VD_R_EXPRESSION) {
    if (n > vd_reader_left(&s->r))
      s->r.failed = true;
    else
      vd_r_push(s, (vd_r_task){.kind = VD_R_TASK_ELEMENTS,
                               .left = (uint32_t)n,
                               .slot = &node->car,
                               .when = node->when});
  } else
    vd_r_skip(s, s->form == 'A' && node->type == VD_R_COMPLEX ? 2 * n : n, sizes[node->type]);
}

// Everything that is not a pair, as far as it has a body.
static void read_body(vd_r_stream *s, vd_r_node *node) {
  switch ((int)node->type) {
  case VD_R_SYMBOL:
    node->text = read_chars(s);
    vd_r_keep(s, &s->references, node);
    break;
  case VD_R_ENVIRONMENT: read_environment(s, node); break;
  case VD_R_SPECIAL:
  case VD_R_BUILTIN: {
    int32_t n = vd_r_int(s);
    s->r.failed = s->r.failed || n < 0;
    node->text = s->r.failed ? VD_VIEW("") : vd_r_text(s, n);
    break;
  }
  case VD_R_CHARS: {
    int32_t n = vd_r_int(s);
    s->r.failed = s->r.failed || n < MISSING_STRING;
    node->text = n <= 0 || s->r.failed ? VD_VIEW("") : vd_r_text(s, n);
    break;
  }
  case VD_R_BYTECODE: vd_r_bytecode(s, node); break;
  case VD_R_POINTER:
    s->tree->pointers++;
    vd_r_keep(s, &s->references, node);
    vd_r_push_item(s, &node->tag, VD_R_NEVER);
    vd_r_push_item(s, &node->car, VD_R_NEVER);
    break;
  case VD_R_WEAK: vd_r_keep(s, &s->references, node); break;
  case VD_R_ALTREP:
    vd_r_push_item(s, &node->tag, VD_R_NEVER);
    vd_r_push_item(s, &node->cdr, node->when);
    vd_r_push_item(s, &node->car, VD_R_NEVER);
    break;
  case VD_R_PERSISTENT:
  case VD_R_PACKAGE:
  case VD_R_NAMESPACE: read_names(s, node); break;
  default: break;
  }
}

static bool is_pair(uint32_t type) {
  return type == VD_R_LIST || type == VD_R_CLOSURE || type == VD_R_PROMISE || type == VD_R_CALL ||
         type == VD_R_DOTS;
}

static bool is_vector(uint32_t type) {
  return type == VD_R_LOGICAL || (type >= VD_R_INTEGER && type <= VD_R_STRINGS) ||
         type == VD_R_VECTOR || type == VD_R_EXPRESSION || type == VD_R_RAW;
}

static bool is_known(uint32_t type) {
  return is_pair(type) || is_vector(type) || (type >= VD_R_SYMBOL && type <= VD_R_CHARS) ||
         (type >= VD_R_BYTECODE && type <= VD_R_S4) || (type >= 241 && type <= 242) ||
         type == VD_R_ALTREP || (type >= VD_R_PERSISTENT && type <= VD_R_NULL);
}

static void read_reference(vd_r_stream *s, uint32_t flags, vd_r_node **slot) {
  uint32_t index = flags >> 8;
  index = index == 0 ? (uint32_t)vd_r_int(s) : index;
  if (index == 0 || index > s->references.count)
    s->r.failed = true;
  else
    *slot = s->references.at[index - 1].node;
}

static void read_item(vd_r_stream *s, const vd_r_task *t) {
  uint32_t flags = (uint32_t)vd_r_int(s), type = flags & 0xff;
  if (s->r.failed)
    return;
  if (type == VD_R_REFERENCE) {
    read_reference(s, flags, t->slot);
    return;
  }
  vd_r_node *node = is_known(type) ? vd_r_new(s, (vd_r_type)type, t->when) : NULL;
  if (node == NULL) {
    s->r.failed = true;
    return;
  }
  *t->slot = node;
  if (is_pair(type)) {
    read_pair(s, node, flags);
    return;
  }
  bool attributes = (flags & FLAG_ATTRIBUTES) != 0 && type != VD_R_ALTREP &&
                    type != VD_R_ENVIRONMENT && type != VD_R_SYMBOL && type < 238;
  if (attributes)
    vd_r_push_item(s, &node->attributes, VD_R_NEVER);
  if (is_vector(type))
    read_vector(s, node);
  else
    read_body(s, node);
}

// ---- the walk -----------------------------------------------------------------------------------

static void read_elements(vd_r_stream *s, vd_r_task *t) {
  vd_r_node *cell = t->left == 0 ? NULL : vd_r_new(s, VD_R_LIST, t->when);
  if (cell == NULL)
    return;
  *t->slot = cell;
  if (--t->left != 0) {
    t->slot = &cell->cdr;
    vd_r_push(s, *t);
  }
  vd_r_push_item(s, &cell->car, t->when);
}

// The expression of a promise runs at the first look when there is no value yet.
static void read_code(vd_r_stream *s, const vd_r_task *t) {
  bool unforced = t->owner->car != NULL && t->owner->car->type == VD_R_UNBOUND;
  if (unforced)
    vd_r_keep(s, &s->tree->promises, t->owner);
  vd_r_push_item(s, t->slot, unforced ? VD_R_TOUCHED : t->when);
}

static void run(vd_r_stream *s, vd_r_task *t) {
  switch (t->kind) {
  case VD_R_TASK_ITEM: read_item(s, t); break;
  case VD_R_TASK_ELEMENTS: read_elements(s, t); break;
  case VD_R_TASK_CODE: read_code(s, t); break;
  case VD_R_TASK_BYTECODE:
  case VD_R_TASK_CONSTANTS:
  case VD_R_TASK_CONSTANT:
  case VD_R_TASK_LANGUAGE: vd_r_bytecode_run(s, t); break;
  }
}

static size_t prefix_of(vd_view bytes) {
  return vd_view_starts(bytes, VD_VIEW("RDX2\n")) || vd_view_starts(bytes, VD_VIEW("RDX3\n")) ||
                 vd_view_starts(bytes, VD_VIEW("RDA2\n")) ||
                 vd_view_starts(bytes, VD_VIEW("RDA3\n")) ||
                 vd_view_starts(bytes, VD_VIEW("RDB2\n")) ||
                 vd_view_starts(bytes, VD_VIEW("RDB3\n"))
             ? 5
             : 0;
}

// Form and versions; false when they are none.
static bool read_header(vd_r_stream *s, vd_view bytes) {
  vd_view rest = vd_view_from(bytes, prefix_of(bytes));
  if (rest.len < 3 || rest.ptr[1] != '\n' || vd_view_find(VD_VIEW("XAB"), rest.ptr[0]) == 3)
    return false;
  s->form = rest.ptr[0];
  s->r = vd_reader_of(bytes);
  (void)vd_read_bytes(&s->r, prefix_of(bytes) + 2);
  int32_t version = vd_r_int(s);
  s->tree->version = version < 0 ? 0 : (unsigned)version;
  s->tree->writer = (uint32_t)vd_r_int(s);
  uint32_t oldest = (uint32_t)vd_r_int(s);
  if (version == 3) {
    int32_t n = vd_r_int(s);
    if (n < 0 || n > 64)
      return false;
    (void)vd_r_text(s, n);
  }
  return !s->r.failed && (version == 2 || version == 3) && oldest >> 16 >= 1 && oldest >> 16 < 16;
}

bool vd_r_stream_is(vd_view bytes) {
  vd_r_tree none = {0};
  vd_r_stream s = {.tree = &none};
  return read_header(&s, bytes);
}

static vd_code end_of(vd_r_stream *s, vd_error *err) {
  s->tree->end = vd_reader_offset(&s->r);
  if (s->no_memory)
    return vd_fail(err, VD_NOMEM, "no memory for its objects");
  if (s->too_large)
    return vd_fail(err, VD_LIMIT, "it has more than %d objects, or nests too deep", VD_R_NODES_MAX);
  if (!s->r.failed)
    return VD_OK;
  (void)vd_fail(err, VD_FORMAT, "it is cut or damaged");
  if (err != NULL)
    err->offset = s->tree->end;
  return VD_FORMAT;
}

vd_code vd_r_stream_read(vd_arena *a, vd_view bytes, vd_r_tree *out, vd_error *err) {
  *out = (vd_r_tree){0};
  vd_r_stream s = {.arena = a, .tree = out};
  if (!read_header(&s, bytes))
    return vd_fail(err, VD_FORMAT, "it does not begin as a serialisation of R");
  vd_r_push_item(&s, &out->root, VD_R_NEVER);
  while (s.tasks.count != 0 && !s.r.failed && !s.no_memory && !s.too_large) {
    vd_r_task t = s.tasks.at[--s.tasks.count];
    run(&s, &t);
  }
  return end_of(&s, err);
}
