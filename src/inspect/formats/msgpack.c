// MessagePack checkpoints of Flax: nested maps of arrays, which are extension type 1.
// https://github.com/msgpack/msgpack/blob/master/spec.md, https://github.com/google/flax
// (serialization.py)
#include "inspect/weights/weights.h"

enum { EXT_ARRAY = 1, EXT_COMPLEX = 2, EXT_SCALAR = 3 };

typedef enum item_kind {
  ITEM_NUMBER,
  ITEM_TEXT,
  ITEM_BYTES,
  ITEM_LIST,
  ITEM_MAP,
  ITEM_EXT
} item_kind;

typedef struct item {
  item_kind kind;
  uint64_t number; // integers; members of lists and maps
  uint8_t ext;     // extension type; those of applications are below 128
  vd_view bytes;   // of texts, bytes and extensions
} item;

// An open list or map.
typedef struct level {
  uint64_t left; // values still to come, keys included
  bool map;
  vd_view key;
} level;

typedef struct msgpack {
  vd_inspection *in;
  vd_view bytes;
  vd_reader r;
  level open[VD_MSGPACK_DEPTH_MAX];
  unsigned depth;
  uint64_t arrays, values;
} msgpack;

static uint64_t read_be(vd_reader *r, unsigned size) {
  switch (size) {
  case 1: return vd_read_u8(r);
  case 2: return vd_read_u16be(r);
  case 4: return vd_read_u32be(r);
  default: return vd_read_u64be(r);
  }
}

static void read_ext(vd_reader *r, item *i, uint64_t n) {
  i->kind = ITEM_EXT;
  i->ext = vd_read_u8(r);
  i->bytes = vd_read_bytes(r, n);
}

// What follows the first byte 0xc0 to 0xdf: kind, and the size of the number that says how much.
static void read_long(vd_reader *r, item *i, uint8_t first) {
  static const struct {
    item_kind kind;
    uint8_t size;
  } forms[32] = {[0x04] = {ITEM_BYTES, 1},  [0x05] = {ITEM_BYTES, 2},  [0x06] = {ITEM_BYTES, 4},
                 [0x07] = {ITEM_EXT, 1},    [0x08] = {ITEM_EXT, 2},    [0x09] = {ITEM_EXT, 4},
                 [0x0a] = {ITEM_NUMBER, 4}, [0x0b] = {ITEM_NUMBER, 8}, [0x0c] = {ITEM_NUMBER, 1},
                 [0x0d] = {ITEM_NUMBER, 2}, [0x0e] = {ITEM_NUMBER, 4}, [0x0f] = {ITEM_NUMBER, 8},
                 [0x10] = {ITEM_NUMBER, 1}, [0x11] = {ITEM_NUMBER, 2}, [0x12] = {ITEM_NUMBER, 4},
                 [0x13] = {ITEM_NUMBER, 8}, [0x19] = {ITEM_TEXT, 1},   [0x1a] = {ITEM_TEXT, 2},
                 [0x1b] = {ITEM_TEXT, 4},   [0x1c] = {ITEM_LIST, 2},   [0x1d] = {ITEM_LIST, 4},
                 [0x1e] = {ITEM_MAP, 2},    [0x1f] = {ITEM_MAP, 4}};
  unsigned form = first & 0x1f;
  i->kind = forms[form].kind;
  if (form >= 0x14 && form <= 0x18) {
    read_ext(r, i, 1ULL << (form - 0x14));
    return;
  }
  if (forms[form].size == 0) // nil, false, true; 0xc1 is never used
    return;
  i->number = read_be(r, forms[form].size);
  if (i->kind == ITEM_TEXT || i->kind == ITEM_BYTES)
    i->bytes = vd_read_bytes(r, i->number);
  else if (i->kind == ITEM_EXT)
    read_ext(r, i, i->number);
}

static bool read_item(vd_reader *r, item *i) {
  *i = (item){0};
  uint8_t first = vd_read_u8(r);
  if (r->failed || first == 0xc1) {
    r->failed = true;
    return false;
  }
  if (first < 0x80 || first >= 0xe0)
    *i = (item){.kind = ITEM_NUMBER, .number = first};
  else if (first < 0xa0)
    *i = (item){.kind = first < 0x90 ? ITEM_MAP : ITEM_LIST, .number = first & 0x0f};
  else if (first < 0xc0)
    *i = (item){.kind = ITEM_TEXT, .bytes = vd_read_bytes(r, first & 0x1f)};
  else
    read_long(r, i, first);
  return !r->failed;
}

static bool is_name(vd_view v) {
  for (size_t i = 0; i < v.len; i++)
    if (v.ptr[i] < ' ' || v.ptr[i] > '~')
      return false;
  return v.len != 0;
}

// Maps in maps with names as keys, down to the first value, which is an array.
static bool recognise(const vd_artefact *a) {
  vd_reader r = vd_reader_of(a->bytes);
  item i, key;
  for (unsigned depth = 0; depth < VD_MSGPACK_DEPTH_MAX; depth++) {
    if (!read_item(&r, &i))
      return false;
    if (i.kind == ITEM_EXT)
      return depth != 0 && i.ext == EXT_ARRAY && vd_view_starts(i.bytes, VD_VIEW("\x93"));
    if (i.kind != ITEM_MAP || i.number == 0 || !read_item(&r, &key) || key.kind != ITEM_TEXT ||
        !is_name(key.bytes))
      return false;
  }
  return false;
}

// ---- arrays -------------------------------------------------------------------------------------

static const struct {
  const char *name;
  vd_dtype dtype;
} dtypes[] = {
    {"bool", VD_DTYPE_BOOL},        {"uint8", VD_DTYPE_U8},      {"int8", VD_DTYPE_I8},
    {"uint16", VD_DTYPE_U16},       {"int16", VD_DTYPE_I16},     {"uint32", VD_DTYPE_U32},
    {"int32", VD_DTYPE_I32},        {"uint64", VD_DTYPE_U64},    {"int64", VD_DTYPE_I64},
    {"float16", VD_DTYPE_F16},      {"bfloat16", VD_DTYPE_BF16}, {"float32", VD_DTYPE_F32},
    {"float64", VD_DTYPE_F64},      {"complex64", VD_DTYPE_C64}, {"complex128", VD_DTYPE_C128},
    {"float8_e4m3fn", VD_DTYPE_F8}, {"float8_e5m2", VD_DTYPE_F8}};

static vd_dtype dtype_of(vd_view name) {
  for (size_t i = 0; i < VD_COUNT(dtypes); i++)
    if (vd_view_eq(name, vd_view_of(dtypes[i].name)))
      return dtypes[i].dtype;
  return VD_DTYPE_OTHER;
}

// The keys that lead to where the reader is, as "params/dense/kernel".
static vd_view path_of(const msgpack *m, char *out, size_t size) {
  size_t n = 0;
  for (unsigned i = 0; i < m->depth && n + 2 < size; i++) {
    vd_view key = vd_view_first(m->open[i].key, size - n - 2);
    if (n != 0 && key.len != 0)
      out[n++] = '/';
    if (key.len != 0)
      memcpy(out + n, key.ptr, key.len);
    n += key.len;
  }
  return (vd_view){out, n};
}

// (shape, name of the element type, bytes); false when it is none.
static bool array_of(vd_view bytes, vd_tensor *t) {
  vd_reader r = vd_reader_of(bytes);
  item i;
  if (!read_item(&r, &i) || i.kind != ITEM_LIST || i.number != 3 || !read_item(&r, &i) ||
      i.kind != ITEM_LIST || i.number > VD_TENSOR_RANK_MAX)
    return false;
  uint64_t rank = i.number;
  for (t->rank = 0; t->rank < rank; t->rank++) {
    if (!read_item(&r, &i) || i.kind != ITEM_NUMBER)
      return false;
    t->shape[t->rank] = i.number;
  }
  if (!read_item(&r, &i) || (i.kind != ITEM_TEXT && i.kind != ITEM_BYTES))
    return false;
  t->dtype = dtype_of(i.bytes);
  if (!read_item(&r, &i) || (i.kind != ITEM_BYTES && i.kind != ITEM_TEXT))
    return false;
  t->bytes = i.bytes;
  return vd_reader_left(&r) == 0;
}

static vd_code read_array(msgpack *m, const item *i) {
  char path[VD_MEMBER_NAME_MAX];
  vd_tensor t = {.name = path_of(m, path, sizeof path)};
  uint64_t at = (uint64_t)(i->bytes.ptr - m->bytes.ptr);
  if (!array_of(i->bytes, &t))
    return vd_observe(m->in, VD_CHECK_MODEL_BOUNDS, at, "array %.*s is damaged", VD_ARG(t.name));
  t.offset = (uint64_t)(t.bytes.ptr - m->bytes.ptr);
  m->arrays++;
  if (!vd_tensor_fits(&t, t.bytes.len))
    return vd_observe(m->in, VD_CHECK_MODEL_BOUNDS, at,
                      "array %.*s states a shape that is not of its %zu bytes", VD_ARG(t.name),
                      t.bytes.len);
  return vd_model_tensor(m->in, &t);
}

// msgpack-numpy unpickles arrays of objects, and hooks of applications what their own extensions
// hold: what begins as a pickle or another file does is read as one.
static vd_code read_bytes(msgpack *m, const item *i) {
  char path[VD_MEMBER_NAME_MAX];
  vd_view v = i->bytes;
  bool pickle = v.len > 2 && (uint8_t)v.ptr[0] == 0x80 && v.ptr[1] >= 2 && v.ptr[1] <= 5;
  if (!pickle && vd_payload_of(v, false) == NULL)
    return VD_OK;
  return vd_inspect_nested(m->in, path_of(m, path, sizeof path), v);
}

// ---- the tree -----------------------------------------------------------------------------------

static vd_code open_level(msgpack *m, const item *i, vd_error *err) {
  uint64_t values = i->number * (i->kind == ITEM_MAP ? 2 : 1);
  if (m->depth == VD_MSGPACK_DEPTH_MAX)
    return vd_fail(err, VD_LIMIT, "its values nest deeper than %d", VD_MSGPACK_DEPTH_MAX);
  if (values > vd_reader_left(&m->r)) {
    VD_TRY(vd_observe(m->in, VD_CHECK_MODEL_BOUNDS, vd_reader_offset(&m->r),
                      "a list or map states %llu members, more than the file can hold",
                      (unsigned long long)i->number));
    (void)vd_fail(err, VD_FORMAT, "a list or map is longer than the file");
    return err->offset = vd_reader_offset(&m->r), VD_FORMAT;
  }
  m->open[m->depth++] = (level){.left = values, .map = i->kind == ITEM_MAP};
  return VD_OK;
}

// Takes one value from the open list or map; true when that value was a key.
static bool take_value(msgpack *m, const item *i) {
  if (m->depth == 0)
    return false;
  level *l = &m->open[m->depth - 1];
  bool key = l->map && l->left % 2 == 0;
  l->left--;
  if (key)
    l->key = i->kind == ITEM_TEXT ? vd_view_first(i->bytes, 80) : VD_VIEW("?");
  return key;
}

static vd_code read_value(msgpack *m, vd_error *err) {
  item i;
  if (!read_item(&m->r, &i)) {
    (void)vd_fail(err, VD_FORMAT, "it is cut or damaged");
    return err->offset = vd_reader_offset(&m->r), VD_FORMAT;
  }
  m->values++;
  bool key = take_value(m, &i);
  if (i.kind == ITEM_LIST || i.kind == ITEM_MAP)
    return open_level(m, &i, err);
  if (key)
    return VD_OK;
  if (i.kind == ITEM_EXT && (i.ext == EXT_ARRAY || i.ext == EXT_SCALAR))
    return read_array(m, &i);
  return i.kind == ITEM_NUMBER ? VD_OK : read_bytes(m, &i);
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  msgpack m = {.in = in, .bytes = a->bytes, .r = vd_reader_of(a->bytes)};
  do {
    VD_TRY(read_value(&m, err));
    while (m.depth != 0 && m.open[m.depth - 1].left == 0)
      m.depth--;
  } while (m.depth != 0);
  VD_TRY(vd_model_set(in, "values", "%llu", (unsigned long long)m.values));
  VD_TRY(vd_model_set(in, "arrays", "%llu", (unsigned long long)m.arrays));
  size_t left = vd_reader_left(&m.r);
  if (left == 0)
    return VD_OK;
  VD_TRY(vd_observe(in, VD_CHECK_TRAILING, a->bytes.len - left, "%zu bytes follow the checkpoint",
                    left));
  return vd_inspect_nested(in, VD_VIEW("data after the checkpoint"),
                           vd_view_from(a->bytes, a->bytes.len - left));
}

const vd_format vd_format_msgpack = {
    .name = "msgpack",
    .description = "MessagePack checkpoints of Flax and JAX",
    .patterns = "*.msgpack",
    .recognise = recognise,
    .inspect = inspect,
};
