// UBJSON draft 12 as XGBoost writes it: optimised containers ("[#count", "[$type#count"),
// big-endian. https://ubjson.org/type-reference/container-types/
#include "inspect/text/ubjson.h"

typedef struct level {
  char open; // '{' or '['
  bool counted;
  uint64_t left; // values still to come, when counted
  vd_view key;   // of the value in hand, in an object
} level;

typedef struct ubjson {
  vd_inspection *in;
  vd_view bytes;
  vd_reader r;
  level open[VD_NEST_MAX];
  unsigned depth;
  uint64_t values;
} ubjson;

// Sizes behind the one-letter types; containers and texts are handled apart.
static int size_of_type(uint8_t type) {
  static const struct {
    char type;
    int size;
  } types[] = {{'i', 1}, {'U', 1}, {'I', 2}, {'l', 4}, {'L', 8}, {'d', 4},
               {'D', 8}, {'C', 1}, {'Z', 0}, {'T', 0}, {'F', 0}, {'N', 0}};
  for (size_t i = 0; i < VD_COUNT(types); i++)
    if (type == (uint8_t)types[i].type)
      return types[i].size;
  return -1;
}

static int64_t read_integer_of(vd_reader *r, uint8_t type) {
  switch (type) {
  case 'i': return (int8_t)vd_read_u8(r);
  case 'U': return vd_read_u8(r);
  case 'I': return (int16_t)vd_read_u16be(r);
  case 'l': return (int32_t)vd_read_u32be(r);
  case 'L': return (int64_t)vd_read_u64be(r);
  default: r->failed = true; return 0;
  }
}

static uint64_t read_count(vd_reader *r) {
  int64_t n = read_integer_of(r, vd_read_u8(r));
  if (n < 0)
    r->failed = true;
  return n < 0 ? 0 : (uint64_t)n;
}

static bool comes(const vd_reader *r, char c) { return r->at < r->end && *r->at == (uint8_t)c; }

static vd_view key_at(const ubjson *u, unsigned above) {
  return u->depth < above ? (vd_view){0} : u->open[u->depth - above].key;
}

// A child is the number of a node of the same tree, or -1.
static vd_code check_children(ubjson *u, vd_view elements, uint8_t type, uint64_t count) {
  vd_view key = key_at(u, 1);
  bool children =
      vd_view_eq(key, VD_VIEW("left_children")) || vd_view_eq(key, VD_VIEW("right_children"));
  vd_reader r = vd_reader_of(elements);
  if (!children || strchr("iUIlL", type) == NULL)
    return VD_OK;
  for (uint64_t i = 0; i < count && vd_reader_left(&r) != 0; i++) {
    uint64_t at = (uint64_t)(elements.ptr - u->bytes.ptr) + vd_reader_offset(&r);
    int64_t child = read_integer_of(&r, type);
    if (child < -1 || child >= (int64_t)count)
      return vd_observe(u->in, VD_CHECK_TREE_STRUCTURE, at,
                        "%.*s: node %lld of a tree of %llu nodes", VD_ARG(key), (long long)child,
                        (unsigned long long)count);
  }
  return VD_OK;
}

// "[$type#count" states all elements at once: but for children they are skipped, not read.
static vd_code read_typed(ubjson *u) {
  (void)vd_read_u8(&u->r);
  uint8_t type = vd_read_u8(&u->r);
  int size = size_of_type(type);
  uint64_t bytes = 0;
  if (vd_read_u8(&u->r) != '#' || size < 0) {
    u->r.failed = true;
    return VD_OK;
  }
  uint64_t count = read_count(&u->r);
  if (__builtin_mul_overflow(count, (uint64_t)size, &bytes))
    u->r.failed = true;
  vd_view elements = vd_read_bytes(&u->r, bytes);
  return u->r.failed ? VD_OK : check_children(u, elements, type, count);
}

static vd_code open_container(ubjson *u, uint8_t type) {
  level l = {.open = (char)type};
  if (comes(&u->r, '$'))
    return read_typed(u);
  if (comes(&u->r, '#')) {
    (void)vd_read_u8(&u->r);
    l.counted = true;
    l.left = read_count(&u->r);
    if (l.left > vd_reader_left(&u->r)) // a value has a byte at least
      u->r.failed = true;
    else if (vd_view_eq(key_at(u, 1), VD_VIEW("trees")))
      VD_TRY(vd_model_set(u->in, "trees", "%llu", (unsigned long long)l.left));
  }
  if (u->depth == VD_NEST_MAX)
    u->r.failed = true;
  else
    u->open[u->depth++] = l;
  return VD_OK;
}

static vd_code read_text(ubjson *u) {
  uint64_t at = vd_reader_offset(&u->r);
  vd_view text = vd_read_bytes(&u->r, read_count(&u->r));
  if (!u->r.failed && vd_view_eq(key_at(u, 1), VD_VIEW("name")) &&
      vd_view_eq(key_at(u, 2), VD_VIEW("objective")))
    return vd_booster_objective(u->in, text, at);
  return VD_OK;
}

static vd_code read_value(ubjson *u, uint8_t type) {
  if (type == '{' || type == '[')
    return open_container(u, type);
  if (type == 'S' || type == 'H')
    return read_text(u);
  if (size_of_type(type) >= 0)
    (void)vd_read_bytes(&u->r, (uint64_t)size_of_type(type));
  else
    u->r.failed = true;
  return VD_OK;
}

// True when the innermost container ended. One with a count has no closing bracket.
static bool is_closed(ubjson *u) {
  const level *l = &u->open[u->depth - 1];
  if (l->counted ? l->left != 0 : !comes(&u->r, l->open == '{' ? '}' : ']'))
    return false;
  if (!l->counted)
    (void)vd_read_u8(&u->r);
  u->depth--;
  return true;
}

static vd_code read_member(ubjson *u) {
  level *l = &u->open[u->depth - 1];
  if (is_closed(u))
    return VD_OK;
  l->left -= l->counted;
  if (l->open == '{')
    l->key = vd_read_bytes(&u->r, read_count(&u->r));
  return read_value(u, vd_read_u8(&u->r));
}

static vd_code fail_at(vd_code code, uint64_t offset, vd_error *err) {
  (void)vd_fail(err, code,
                code == VD_LIMIT ? "its UBJSON has too many values" : "its UBJSON is broken");
  if (err != NULL)
    err->offset = offset;
  return code;
}

vd_code vd_ubjson_read(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  ubjson u = {.in = in, .bytes = a->bytes, .r = vd_reader_of(a->bytes)};
  VD_TRY(read_value(&u, vd_read_u8(&u.r)));
  while (u.depth != 0 && !u.r.failed && u.values++ < VD_NODES_MAX)
    VD_TRY(read_member(&u));
  uint64_t end = vd_reader_offset(&u.r);
  if (u.r.failed || u.depth != 0)
    return fail_at(u.r.failed ? VD_FORMAT : VD_LIMIT, end, err);
  if (end == a->bytes.len)
    return VD_OK;
  VD_TRY(vd_observe(in, VD_CHECK_TRAILING, end, "%zu bytes follow the model",
                    a->bytes.len - (size_t)end));
  return vd_inspect_nested(in, VD_VIEW("data after the model"), vd_view_from(a->bytes, end));
}
