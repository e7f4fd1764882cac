// The reader of R's serialisation: no recursion, but a stack of places that are still to be filled.
#include "inspect/r_stream.h"

enum {
  FLAG_ATTRIBUTES = 1 << 9,
  FLAG_TAG = 1 << 10,
  MISSING_STRING = -1, // length of NA
};

typedef enum task_kind {
  TASK_ITEM,      // an object
  TASK_ELEMENTS,  // `left` elements of a vector
  TASK_CODE,      // the expression of a promise
  TASK_BYTECODE,  // the body of byte code: a vector, then constants
  TASK_CONSTANTS, // the number of constants, then those
  TASK_CONSTANT,  // `left` constants
  TASK_LANGUAGE,  // a part of a call among constants, with its type in front
} task_kind;

// Parts of byte code that stand in several places.
typedef struct repeats {
  vd_r_node **at;
  size_t count;
} repeats;

typedef struct task {
  task_kind kind;
  vd_r_when when;
  uint32_t left;
  vd_r_node **slot; // what is read goes here
  vd_r_node *owner; // of TASK_CODE: the promise
  repeats *repeats;
} task;

typedef struct stream {
  vd_arena *arena;
  vd_reader r;
  char form; // 'X': big-endian, 'B': little-endian, 'A': text
  vd_r_tree *tree;
  VD_VEC(task) tasks;
  VD_VEC(vd_r_node *) references;
  bool no_memory, too_large;
} stream;

// ---- primitives ---------------------------------------------------------------------------------

static vd_view read_word(stream *s) {
  while (s->r.at < s->r.end && (*s->r.at == ' ' || *s->r.at == '\n' || *s->r.at == '\r'))
    s->r.at++;
  const uint8_t *start = s->r.at;
  while (s->r.at<s->r.end && * s->r.at> ' ')
    s->r.at++;
  s->r.failed = s->r.failed || s->r.at == start;
  return (vd_view){(const char *)start, (size_t)(s->r.at - start)};
}

static int32_t read_int(stream *s) {
  if (s->form == 'X')
    return (int32_t)vd_read_u32be(&s->r);
  if (s->form == 'B')
    return (int32_t)vd_read_u32le(&s->r);
  vd_view word = read_word(s);
  uint64_t n = 0;
  bool negative = vd_view_starts(word, VD_VIEW("-"));
  if (vd_view_eq(word, VD_VIEW("NA")))
    return INT32_MIN;
  if (!vd_view_u64(vd_view_from(word, negative), &n) || n > INT32_MAX)
    s->r.failed = true;
  return negative ? -(int32_t)n : (int32_t)n;
}

// In text, bytes of a string may be escaped; they are kept as written.
static vd_view read_text(stream *s, int32_t length) {
  if (s->form != 'A')
    return vd_read_bytes(&s->r, (uint64_t)length);
  (void)vd_read_bytes(&s->r, 1);
  const uint8_t *start = s->r.at;
  for (int32_t i = 0; i < length && !s->r.failed; i++)
    if (vd_read_u8(&s->r) == '\\') {
      uint8_t c = vd_read_u8(&s->r);
      for (int k = 0; k < 2 && c >= '0' && c <= '7' && s->r.at < s->r.end && *s->r.at >= '0' &&
                      *s->r.at <= '7';
           k++)
        s->r.at++;
    }
  return (vd_view){(const char *)start, (size_t)(s->r.at - start)};
}

static uint64_t read_length(stream *s) {
  int32_t n = read_int(s);
  if (n >= 0)
    return (uint64_t)n;
  s->r.failed = s->r.failed || n != -1;
  uint64_t high = (uint32_t)read_int(s);
  return high << 32 | (uint32_t)read_int(s);
}

// n numbers of a size; in text each is a word, complex numbers are two.
static void skip_numbers(stream *s, uint64_t n, unsigned size) {
  uint64_t bytes;
  if (s->form != 'A') {
    if (__builtin_mul_overflow(n, size, &bytes))
      s->r.failed = true;
    else
      (void)vd_read_bytes(&s->r, bytes);
    return;
  }
  for (uint64_t i = 0; i < n && !s->r.failed; i++)
    (void)read_word(s);
}

// ---- nodes and tasks ----------------------------------------------------------------------------

static vd_r_node *new_node(stream *s, vd_r_type type, vd_r_when when) {
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

static void push(stream *s, task t) {
  if (s->tasks.count >= VD_R_DEPTH_MAX) {
    s->too_large = true;
    return;
  }
  task *kept = vd_vec_push(s->arena, &s->tasks);
  if (kept == NULL)
    s->no_memory = true;
  else
    *kept = t;
}

static void push_item(stream *s, vd_r_node **slot, vd_r_when when) {
  push(s, (task){.kind = TASK_ITEM, .slot = slot, .when = when});
}

static void add_reference(stream *s, vd_r_node *node) {
  vd_r_node **kept = vd_vec_push(s->arena, &s->references);
  if (kept == NULL)
    s->no_memory = true;
  else
    *kept = node;
}

static void add_call(stream *s, vd_r_node *node) {
  vd_r_node **kept = vd_vec_push(s->arena, &s->tree->calls);
  if (kept == NULL)
    s->no_memory = true;
  else
    *kept = node;
}

static void add_promise(stream *s, vd_r_node *node) {
  vd_r_node **kept = vd_vec_push(s->arena, &s->tree->promises);
  if (kept == NULL)
    s->no_memory = true;
  else
    *kept = node;
}

// ---- objects ------------------------------------------------------------------------------------

static vd_view read_chars(stream *s) {
  uint32_t flags = (uint32_t)read_int(s);
  int32_t length = read_int(s);
  if (length < MISSING_STRING || (flags & 0xff) != VD_R_CHARS)
    s->r.failed = true;
  return length <= 0 || s->r.failed ? VD_VIEW("") : read_text(s, length);
}

static void read_strings(stream *s, vd_r_node *node, uint64_t n) {
  for (uint64_t i = 0; i < n && !s->r.failed; i++) {
    vd_view text = read_chars(s);
    if (node->text.ptr == NULL)
      node->text = text;
  }
}

// Parts in the order of the stream, so pushed from the last to the first.
static void read_pair(stream *s, vd_r_node *node, uint32_t flags) {
  vd_r_when inner =
      node->type == VD_R_CLOSURE && node->when == VD_R_NEVER ? VD_R_CALLED : node->when;
  if (node->type == VD_R_PROMISE)
    push(s, (task){.kind = TASK_CODE, .slot = &node->cdr, .owner = node, .when = node->when});
  else
    push_item(s, &node->cdr, inner);
  push_item(s, &node->car, inner);
  if ((flags & FLAG_TAG) != 0)
    push_item(s, &node->tag, VD_R_NEVER);
  if ((flags & FLAG_ATTRIBUTES) != 0)
    push_item(s, &node->attributes, VD_R_NEVER);
  s->tree->closures += node->type == VD_R_CLOSURE;
  if (node->type == VD_R_CALL)
    add_call(s, node);
}

static void read_environment(stream *s, vd_r_node *node) {
  (void)read_int(s);
  s->tree->environments++;
  add_reference(s, node);
  push_item(s, &node->attributes, VD_R_NEVER);
  push_item(s, &node->tag, VD_R_NEVER); // hash table
  push_item(s, &node->cdr, VD_R_NEVER); // frame
  push_item(s, &node->car, VD_R_NEVER); // enclosing environment
}

static void read_names(stream *s, vd_r_node *node) {
  (void)read_int(s);
  int32_t n = read_int(s);
  s->r.failed = s->r.failed || n < 0;
  read_strings(s, node, n < 0 ? 0 : (uint64_t)n);
  add_reference(s, node);
}

static void read_vector(stream *s, vd_r_node *node) {
  static const uint8_t sizes[] = {
      [VD_R_LOGICAL] = 4, [VD_R_INTEGER] = 4, [VD_R_REAL] = 8, [VD_R_COMPLEX] = 16, [VD_R_RAW] = 1};
  uint64_t n = read_length(s);
  if (node->type == VD_R_STRINGS)
    read_strings(s, node, n);
  else if (node->type == VD_R_VECTOR || node->type == VD_R_EXPRESSION) {
    if (n > vd_reader_left(&s->r))
      s->r.failed = true;
    else
      push(s,
           (task){
               .kind = TASK_ELEMENTS, .left = (uint32_t)n, .slot = &node->car, .when = node->when});
  } else
    skip_numbers(s, s->form == 'A' && node->type == VD_R_COMPLEX ? 2 * n : n, sizes[node->type]);
}

static void read_bytecode(stream *s, vd_r_node *node) {
  int32_t n = read_int(s);
  repeats *shared = vd_new(s->arena, repeats);
  if (n < 0 || (uint64_t)n > vd_reader_left(&s->r)) {
    s->r.failed = true;
    return;
  }
  if (shared != NULL)
    *shared = (repeats){vd_new_array(s->arena, vd_r_node *, (size_t)n + 1), (size_t)n};
  if (shared == NULL || shared->at == NULL)
    s->no_memory = true;
  else
    push(s,
         (task){.kind = TASK_BYTECODE, .slot = &node->car, .when = node->when, .repeats = shared});
}

// Everything that is not a pair, as far as it has a body.
static void read_body(stream *s, vd_r_node *node) {
  switch ((int)node->type) {
  case VD_R_SYMBOL:
    node->text = read_chars(s);
    add_reference(s, node);
    break;
  case VD_R_ENVIRONMENT: read_environment(s, node); break;
  case VD_R_SPECIAL:
  case VD_R_BUILTIN: {
    int32_t n = read_int(s);
    s->r.failed = s->r.failed || n < 0;
    node->text = s->r.failed ? VD_VIEW("") : read_text(s, n);
    break;
  }
  case VD_R_CHARS: {
    int32_t n = read_int(s);
    s->r.failed = s->r.failed || n < MISSING_STRING;
    node->text = n <= 0 || s->r.failed ? VD_VIEW("") : read_text(s, n);
    break;
  }
  case VD_R_BYTECODE: read_bytecode(s, node); break;
  case VD_R_POINTER:
    s->tree->pointers++;
    add_reference(s, node);
    push_item(s, &node->tag, VD_R_NEVER);
    push_item(s, &node->car, VD_R_NEVER);
    break;
  case VD_R_WEAK: add_reference(s, node); break;
  case VD_R_ALTREP:
    push_item(s, &node->tag, VD_R_NEVER);
    push_item(s, &node->cdr, node->when);
    push_item(s, &node->car, VD_R_NEVER);
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

static void read_reference(stream *s, uint32_t flags, vd_r_node **slot) {
  uint32_t index = flags >> 8;
  index = index == 0 ? (uint32_t)read_int(s) : index;
  if (index == 0 || index > s->references.count)
    s->r.failed = true;
  else
    *slot = s->references.at[index - 1];
}

static void read_item(stream *s, const task *t) {
  uint32_t flags = (uint32_t)read_int(s), type = flags & 0xff;
  if (s->r.failed)
    return;
  if (type == VD_R_REFERENCE) {
    read_reference(s, flags, t->slot);
    return;
  }
  vd_r_node *node = is_known(type) ? new_node(s, (vd_r_type)type, t->when) : NULL;
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
    push_item(s, &node->attributes, VD_R_NEVER);
  if (is_vector(type))
    read_vector(s, node);
  else
    read_body(s, node);
}

// ---- byte code ----------------------------------------------------------------------------------

static void read_repeat(stream *s, const task *t) {
  int32_t index = read_int(s);
  if (index < 0 || (size_t)index >= t->repeats->count)
    s->r.failed = true;
  else
    *t->slot = t->repeats->at[index];
}

// A call or list among the constants, whose type was read.
static void read_language(stream *s, const task *t, int32_t type) {
  int32_t index = -1;
  if (type == VD_R_REPEATED) {
    read_repeat(s, t);
    return;
  }
  if (type == VD_R_REPEAT_DEFINED) {
    index = read_int(s);
    type = read_int(s);
    s->r.failed = s->r.failed || index < 0 || (size_t)index >= t->repeats->count;
  }
  bool attributes = type == VD_R_ATTRIBUTE_CALL || type == VD_R_ATTRIBUTE_LIST;
  bool call = type == VD_R_CALL || type == VD_R_ATTRIBUTE_CALL;
  if (!attributes && !call && type != VD_R_LIST) {
    push_item(s, t->slot, t->when);
    return;
  }
  vd_r_node *node = s->r.failed ? NULL : new_node(s, call ? VD_R_CALL : VD_R_LIST, t->when);
  if (node == NULL) {
    s->r.failed = true;
    return;
  }
  *t->slot = node;
  if (index >= 0)
    t->repeats->at[index] = node;
  if (call)
    add_call(s, node);
  task part = {.kind = TASK_LANGUAGE, .when = t->when, .repeats = t->repeats};
  part.slot = &node->cdr;
  push(s, part);
  part.slot = &node->car;
  push(s, part);
  push_item(s, &node->tag, VD_R_NEVER);
  if (attributes)
    push_item(s, &node->attributes, VD_R_NEVER);
}

// Constants are a list of their own below the slot.
static void read_constant(stream *s, task *t) {
  vd_r_node *cell = new_node(s, VD_R_LIST, t->when);
  int32_t type = read_int(s);
  if (cell == NULL || s->r.failed) {
    s->r.failed = true;
    return;
  }
  *t->slot = cell;
  if (--t->left != 0) {
    task rest = *t;
    rest.slot = &cell->cdr;
    push(s, rest);
  }
  task one = {.when = t->when, .slot = &cell->car, .repeats = t->repeats};
  one.kind = type == VD_R_BYTECODE ? TASK_BYTECODE : TASK_ITEM;
  bool language = type == VD_R_CALL || type == VD_R_LIST || type == VD_R_REPEATED ||
                  type == VD_R_REPEAT_DEFINED || type == VD_R_ATTRIBUTE_CALL ||
                  type == VD_R_ATTRIBUTE_LIST;
  if (language)
    read_language(s, &one, type);
  else
    push(s, one);
}

static void read_constants(stream *s, task *t) {
  int32_t n = read_int(s);
  if (n < 0 || (uint64_t)n > vd_reader_left(&s->r))
    s->r.failed = true;
  t->kind = TASK_CONSTANT;
  t->left = n < 0 ? 0 : (uint32_t)n;
  if (n > 0)
    push(s, *t);
}

static void start_bytecode(stream *s, task *t) {
  vd_r_node *code = new_node(s, VD_R_LIST, t->when);
  if (code == NULL)
    return;
  *t->slot = code;
  t->kind = TASK_CONSTANTS;
  t->slot = &code->cdr;
  push(s, *t);
  push_item(s, &code->car, VD_R_NEVER);
}

// ---- the walk -----------------------------------------------------------------------------------

static void read_elements(stream *s, task *t) {
  vd_r_node *cell = t->left == 0 ? NULL : new_node(s, VD_R_LIST, t->when);
  if (cell == NULL)
    return;
  *t->slot = cell;
  if (--t->left != 0) {
    t->slot = &cell->cdr;
    push(s, *t);
  }
  push_item(s, &cell->car, t->when);
}

// The expression of a promise runs at the first look when there is no value yet.
static void read_code(stream *s, const task *t) {
  bool unforced = t->owner->car != NULL && t->owner->car->type == VD_R_UNBOUND;
  if (unforced)
    add_promise(s, t->owner);
  push_item(s, t->slot, unforced ? VD_R_TOUCHED : t->when);
}

static void run(stream *s, task *t) {
  switch (t->kind) {
  case TASK_ITEM: read_item(s, t); break;
  case TASK_ELEMENTS: read_elements(s, t); break;
  case TASK_CODE: read_code(s, t); break;
  case TASK_BYTECODE: start_bytecode(s, t); break;
  case TASK_CONSTANTS: read_constants(s, t); break;
  case TASK_CONSTANT: read_constant(s, t); break;
  case TASK_LANGUAGE: read_language(s, t, read_int(s)); break;
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
static bool read_header(stream *s, vd_view bytes) {
  vd_view rest = vd_view_from(bytes, prefix_of(bytes));
  if (rest.len < 3 || rest.ptr[1] != '\n' || memchr("XAB", rest.ptr[0], 3) == NULL)
    return false;
  s->form = rest.ptr[0];
  s->r = vd_reader_of(bytes);
  (void)vd_read_bytes(&s->r, prefix_of(bytes) + 2);
  int32_t version = read_int(s);
  s->tree->version = version < 0 ? 0 : (unsigned)version;
  s->tree->writer = (uint32_t)read_int(s);
  uint32_t oldest = (uint32_t)read_int(s);
  if (version == 3) {
    int32_t n = read_int(s);
    if (n < 0 || n > 64)
      return false;
    (void)read_text(s, n);
  }
  return !s->r.failed && (version == 2 || version == 3) && oldest >> 16 >= 1 && oldest >> 16 < 16;
}

bool vd_r_stream_is(vd_view bytes) {
  vd_r_tree none = {0};
  stream s = {.tree = &none};
  return read_header(&s, bytes);
}

static vd_code end_of(stream *s, vd_error *err) {
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
  stream s = {.arena = a, .tree = out};
  if (!read_header(&s, bytes))
    return vd_fail(err, VD_FORMAT, "it does not begin as a serialisation of R");
  push_item(&s, &out->root, VD_R_NEVER);
  while (s.tasks.count != 0 && !s.r.failed && !s.no_memory && !s.too_large) {
    task t = s.tasks.at[--s.tasks.count];
    run(&s, &t);
  }
  return end_of(&s, err);
}
