// GGUF, the format of llama.cpp: pairs of metadata, tensor infos, then aligned tensor data.
// https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
#include "inspect/inspect.h"

// Types of metadata values.
enum { GGUF_BOOL = 7, GGUF_TEXT = 8, GGUF_ARRAY = 9, GGUF_TYPES = 13 };

typedef struct gguf {
  vd_inspection *in;
  vd_view bytes;
  vd_reader r;
  uint32_t version;
  bool big; // endian
  uint64_t tensors, pairs, alignment;
  uint64_t longest; // stated of any text
  vd_map seen;      // keys, then names of tensors
} gguf;

typedef struct span {
  uint64_t from, to;
  vd_view name;
} span;

typedef VD_VEC(span) spans;

static uint32_t read_u32(gguf *g) { return g->big ? vd_read_u32be(&g->r) : vd_read_u32le(&g->r); }

static uint64_t read_u64(gguf *g) { return g->big ? vd_read_u64be(&g->r) : vd_read_u64le(&g->r); }

// Counts and lengths: 32 bits in version 1.
static uint64_t read_size(gguf *g) { return g->version == 1 ? read_u32(g) : read_u64(g); }

static vd_view read_text(gguf *g) {
  uint64_t n = read_size(g);
  g->longest = n > g->longest ? n : g->longest;
  return vd_read_bytes(&g->r, n);
}

static bool version_of(vd_view bytes, bool *big, uint32_t *version) {
  vd_reader r = vd_reader_of(vd_view_from(bytes, 4));
  *version = vd_read_u32le(&r);
  *big = *version != 0 && (*version & 0xffff) == 0;
  *version = *big ? __builtin_bswap32(*version) : *version;
  return vd_view_starts(bytes, VD_VIEW("GGUF")) && !r.failed;
}

static bool recognise(const vd_artefact *a) {
  bool big;
  uint32_t version;
  return version_of(a->bytes, &big, &version) && version < 1000;
}

// A text above 4 GB is no cut file, but one made to overflow.
static vd_code broken(const gguf *g, vd_error *err, const char *what) {
  if (g->longest > UINT32_MAX)
    VD_TRY(vd_observe(g->in, VD_CHECK_GGUF_HEADER, vd_reader_offset(&g->r),
                      "a text states %llu bytes", (unsigned long long)g->longest));
  (void)vd_fail(err, VD_FORMAT, "%s", what);
  err->offset = vd_reader_offset(&g->r);
  return VD_FORMAT;
}

// ---- metadata -----------------------------------------------------------------------------------

static size_t size_of_type(uint32_t type) {
  static const uint8_t sizes[GGUF_TYPES] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  return type < GGUF_TYPES ? sizes[type] : 0;
}

// Text and arrays go on; all else is a number of 1, 2, 4 or 8 bytes.
static uint64_t read_number(gguf *g, uint32_t type) {
  switch (size_of_type(type)) {
  case 1: return vd_read_u8(&g->r);
  case 2: return g->big ? vd_read_u16be(&g->r) : vd_read_u16le(&g->r);
  case 4: return read_u32(g);
  default: return read_u64(g);
  }
}

static vd_code set_number(gguf *g, const char *name, uint32_t type, uint64_t n) {
  static const unsigned bits[GGUF_TYPES] = {[1] = 8, [3] = 16, [5] = 32, [11] = 64};
  double real = 0;
  float single = 0;
  uint32_t low = (uint32_t)n;
  memcpy(&single, &low, sizeof single);
  memcpy(&real, &n, sizeof real);
  if (type == 6 || type == 12)
    return vd_model_set(g->in, name, "%.9g", type == 6 ? (double)single : real);
  if (type == GGUF_BOOL)
    return vd_model_set(g->in, name, "%s", n != 0 ? "true" : "false");
  if (bits[type] != 0)
    return vd_model_set(g->in, name, "%lld",
                        (long long)(n << (64 - bits[type])) >> (64 - bits[type]));
  return vd_model_set(g->in, name, "%llu", (unsigned long long)n);
}

// The elements of an array: none is kept, all must be inside the file.
static vd_code skip_array(gguf *g, vd_view key, vd_error *err) {
  uint64_t at = vd_reader_offset(&g->r), bytes;
  uint32_t type = read_u32(g);
  uint64_t n = read_size(g);
  if (g->r.failed || type >= GGUF_TYPES || type == GGUF_ARRAY)
    return broken(g, err, type == GGUF_ARRAY ? "an array of arrays" : "an array is cut or damaged");
  if (type == GGUF_TEXT && n <= vd_reader_left(&g->r) / 4) {
    for (uint64_t i = 0; i < n && !g->r.failed; i++)
      (void)read_text(g);
    return g->r.failed ? broken(g, err, "a text is cut or damaged") : VD_OK;
  }
  if (type == GGUF_TEXT || __builtin_mul_overflow(n, size_of_type(type), &bytes) ||
      bytes > vd_reader_left(&g->r)) {
    VD_TRY(vd_observe(g->in, VD_CHECK_GGUF_HEADER, at, "%.*s has %llu elements, more than the file",
                      VD_ARG(vd_view_first(key, 80)), (unsigned long long)n));
    return broken(g, err, "an array is longer than the file");
  }
  (void)vd_read_bytes(&g->r, bytes);
  return VD_OK;
}

static bool is_template(vd_view key) {
  return vd_view_eq(key, VD_VIEW("tokenizer.chat_template")) ||
         vd_view_starts(key, VD_VIEW("tokenizer.chat_template."));
}

static vd_code read_template(gguf *g, vd_view key, vd_view text) {
  vd_view name = VD_VIEW("tokenizer.chat_template");
  if (key.len > name.len)
    name = vd_arena_printf(g->in->scratch, "%.*s.chat_template",
                           VD_ARG(vd_view_first(vd_view_from(key, 10), 64)));
  return name.ptr == NULL ? VD_NOMEM : vd_inspect_nested(g->in, name, text);
}

static vd_code set_text(gguf *g, vd_view key, const char *name, vd_view text) {
  if (is_template(key))
    return read_template(g, key, text);
  if (vd_view_eq(key, VD_VIEW("general.license")))
    VD_TRY(vd_model_set(g->in, "licence", "%.*s", VD_ARG(text)));
  if (vd_view_starts(key, VD_VIEW("tokenizer.")) && text.len > VD_QUOTE_MAX)
    return VD_OK;
  return vd_model_set(g->in, name, "%.*s", VD_ARG(text));
}

static vd_code check_key(gguf *g, vd_view key, const char *what, uint64_t at) {
  if (vd_map_get(&g->seen, key) != NULL)
    return vd_observe(g->in, VD_CHECK_GGUF_HEADER, at, "the %s %.*s is there twice", what,
                      VD_ARG(vd_view_first(key, 80)));
  return vd_map_put(&g->seen, key, g);
}

static vd_code set_alignment(gguf *g, uint64_t n, uint64_t at) {
  if (n != 0 && n <= 1U << 20 && (n & (n - 1)) == 0)
    g->alignment = n;
  else
    return vd_observe(g->in, VD_CHECK_GGUF_HEADER, at, "general.alignment is %llu",
                      (unsigned long long)n);
  return VD_OK;
}

static vd_code read_pair_value(gguf *g, vd_view key, uint32_t type, vd_error *err) {
  char name[80];
  uint64_t at = vd_reader_offset(&g->r);
  (void)snprintf(name, sizeof name, "%.*s", (int)(key.len < 79 ? key.len : 79),
                 key.len == 0 ? "" : key.ptr);
  if (type == GGUF_ARRAY)
    return skip_array(g, key, err);
  if (type == GGUF_TEXT) {
    vd_view text = read_text(g);
    return g->r.failed ? broken(g, err, "a text is cut or damaged") : set_text(g, key, name, text);
  }
  uint64_t n = read_number(g, type);
  if (g->r.failed)
    return broken(g, err, "a value is cut");
  if (vd_view_eq(key, VD_VIEW("general.alignment")))
    VD_TRY(set_alignment(g, n, at));
  return set_number(g, name, type, n);
}

static vd_code read_pair(gguf *g, vd_error *err) {
  uint64_t at = vd_reader_offset(&g->r);
  vd_view key = read_text(g);
  uint32_t type = read_u32(g);
  if (g->r.failed || type >= GGUF_TYPES)
    return broken(g, err, g->r.failed ? "a key is cut or damaged" : "a value has no known type");
  if (key.len > UINT16_MAX)
    VD_TRY(vd_observe(g->in, VD_CHECK_GGUF_HEADER, at, "a key has %zu bytes", key.len));
  VD_TRY(check_key(g, key, "key", at));
  return read_pair_value(g, key, type, err);
}

// ---- tensors ------------------------------------------------------------------------------------

// Elements and bytes of one block of each ggml type; {0, 0} for types that are no more.
static const struct {
  uint16_t elements, bytes;
  vd_dtype dtype;
  const char *name;
} types[] = {
#define GGML(elements, bytes, dtype, name) {elements, bytes, VD_DTYPE_##dtype, name},
#include "inspect/ggml_types.def"
#undef GGML
};

static bool tensor_bytes(const vd_tensor *t, uint32_t type, uint64_t *bytes) {
  uint64_t n = vd_tensor_elements(t);
  if (n > INT64_MAX)
    return false;
  n = n / types[type].elements + (n % types[type].elements != 0);
  return !__builtin_mul_overflow(n, (uint64_t)types[type].bytes, bytes);
}

static vd_code bad_tensor(gguf *g, uint64_t at, vd_view name, const char *what, uint64_t n) {
  return vd_observe(g->in, VD_CHECK_GGUF_HEADER, at, "tensor %.*s %s (%llu)",
                    VD_ARG(vd_view_first(name, 80)), what, (unsigned long long)n);
}

// The alignment is a power of two.
static uint64_t aligned(const gguf *g, uint64_t at) {
  return (at + g->alignment - 1) & ~(g->alignment - 1);
}

// What a tensor info says, with its place still relative to the data.
typedef struct info {
  vd_tensor tensor;
  uint32_t type;
  uint64_t at, offset, bytes;
  bool sized;
} info;

static vd_code read_info(gguf *g, info *i, vd_error *err) {
  *i = (info){.at = vd_reader_offset(&g->r)};
  i->tensor.name = read_text(g);
  i->tensor.rank = read_u32(g);
  if (g->r.failed)
    return broken(g, err, "a tensor is cut or damaged");
  if (i->tensor.rank > 4) {
    VD_TRY(bad_tensor(g, i->at, i->tensor.name, "has too many dimensions", i->tensor.rank));
    return broken(g, err, "a tensor has more than 4 dimensions");
  }
  for (unsigned k = 0; k < i->tensor.rank; k++)
    i->tensor.shape[k] = read_size(g);
  i->type = read_u32(g);
  i->offset = read_u64(g);
  if (g->r.failed)
    return broken(g, err, "a tensor is cut or damaged");
  VD_TRY(check_key(g, i->tensor.name, "tensor", i->at));
  if (i->type >= VD_COUNT(types) || types[i->type].elements == 0)
    return i->type > INT32_MAX
               ? bad_tensor(g, i->at, i->tensor.name, "has a negative type", i->type)
               : VD_OK;
  i->tensor.dtype = types[i->type].dtype;
  i->sized = tensor_bytes(&i->tensor, i->type, &i->bytes);
  return i->sized ? VD_OK : bad_tensor(g, i->at, i->tensor.name, "overflows its size", 0);
}

static vd_code place_tensor(gguf *g, spans *s, info *i, uint64_t data) {
  uint64_t room = data < g->bytes.len ? g->bytes.len - data : 0;
  if ((i->offset & (g->alignment - 1)) != 0)
    VD_TRY(bad_tensor(g, i->at, i->tensor.name, "is not aligned", i->offset));
  if (i->offset > room || (i->sized && i->bytes > room - i->offset))
    return bad_tensor(g, i->at, i->tensor.name, "ends past the file", i->offset);
  if (i->sized) {
    span *p = vd_vec_push(g->in->scratch, s);
    if (p == NULL)
      return VD_NOMEM;
    *p = (span){i->offset, i->offset + i->bytes, vd_view_first(i->tensor.name, 80)};
    i->tensor.offset = data + i->offset;
    i->tensor.bytes = vd_view_first(vd_view_from(g->bytes, i->tensor.offset), i->bytes);
  }
  return vd_model_tensor(g->in, &i->tensor);
}

static int by_start(const void *a, const void *b) {
  const span *x = a, *y = b;
  return x->from != y->from ? (x->from < y->from ? -1 : 1) : (x->to > y->to) - (x->to < y->to);
}

// Each byte belongs to one tensor; padding up to the alignment follows each.
static vd_code check_spans(gguf *g, spans *s, uint64_t data, bool complete) {
  uint64_t at = 0;
  if (s->count != 0)
    qsort(s->at, s->count, sizeof *s->at, by_start);
  for (size_t i = 0; i < s->count; i++) {
    const span *p = &s->at[i];
    if (p->from < at && p->to != p->from)
      VD_TRY(vd_observe(g->in, VD_CHECK_GGUF_HEADER, data + p->from, "tensor %.*s overlaps another",
                        VD_ARG(p->name)));
    if (complete && p->from > at && p->from - at >= g->alignment)
      VD_TRY(vd_observe(g->in, VD_CHECK_TRAILING, data + at, "%llu bytes belong to no tensor",
                        (unsigned long long)(p->from - at)));
    at = p->to > at ? p->to : at;
  }
  uint64_t end = data + at, left = end < g->bytes.len ? g->bytes.len - end : 0;
  if (!complete || left < g->alignment)
    return VD_OK;
  VD_TRY(vd_observe(g->in, VD_CHECK_TRAILING, end, "%llu bytes follow the last tensor",
                    (unsigned long long)left));
  uint64_t padding = aligned(g, end) - end;
  return vd_inspect_nested(g->in, VD_VIEW("data after the tensors"),
                           vd_view_from(g->bytes, end + (left > padding ? padding : 0)));
}

static vd_code describe_types(gguf *g, const uint64_t *counts) {
  VD_SCOPED_BUF b = VD_BUF(4096);
  for (size_t i = 0; i < VD_COUNT(types); i++)
    if (counts[i] != 0)
      vd_buf_printf(&b, "%s%s x %llu", b.len == 0 ? "" : ", ", types[i].name,
                    (unsigned long long)counts[i]);
  return b.len == 0 ? VD_OK : vd_model_set(g->in, "tensor types", "%.*s", VD_ARG(vd_buf_view(&b)));
}

// Where the tensors' data begins is known only behind the last info: the infos are read twice.
static vd_code find_data(gguf *g, uint64_t *data, bool *complete, vd_error *err) {
  uint64_t counts[VD_COUNT(types)] = {0};
  info i;
  *complete = true;
  for (uint64_t n = 0; n < g->tensors; n++) {
    VD_TRY(read_info(g, &i, err));
    *complete = *complete && i.sized;
    if (i.type < VD_COUNT(types))
      counts[i.type]++;
  }
  *data = aligned(g, vd_reader_offset(&g->r));
  return describe_types(g, counts);
}

static vd_code read_tensors(gguf *g, vd_error *err) {
  vd_reader start = g->r;
  info i;
  spans s = {0};
  uint64_t data;
  bool complete;
  VD_TRY(find_data(g, &data, &complete, err));
  g->r = start;
  g->seen = VD_MAP(g->in->scratch);
  for (uint64_t n = 0; n < g->tensors; n++) {
    VD_TRY(read_info(g, &i, err));
    VD_TRY(place_tensor(g, &s, &i, data));
  }
  return check_spans(g, &s, data, complete);
}

static vd_code read_counts(gguf *g, vd_error *err) {
  g->tensors = read_size(g);
  g->pairs = read_size(g);
  uint64_t left = vd_reader_left(&g->r);
  if (g->r.failed)
    return broken(g, err, "its header is cut");
  // A tensor info has 24 bytes at least, a pair 13: 20 and 9 in version 1.
  if (g->tensors > left / 20 || g->pairs > left / 9) {
    VD_TRY(vd_observe(g->in, VD_CHECK_GGUF_HEADER, 8,
                      "it states %llu tensors and %llu pairs, more than the file can hold",
                      (unsigned long long)g->tensors, (unsigned long long)g->pairs));
    return broken(g, err, "its counts are larger than the file");
  }
  if (g->tensors > VD_GGUF_ENTRIES_MAX || g->pairs > VD_GGUF_ENTRIES_MAX)
    return vd_fail(err, VD_LIMIT, "it has more than %d tensors or pairs", VD_GGUF_ENTRIES_MAX);
  return VD_OK;
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  gguf g = {.in = in, .bytes = a->bytes, .alignment = 32, .seen = VD_MAP(in->scratch)};
  if (!version_of(a->bytes, &g.big, &g.version))
    return vd_fail(err, VD_FORMAT, "it does not begin with GGUF and a version");
  if (g.version == 0 || g.version > 3)
    return vd_fail(err, VD_FORMAT, "its version %u is none of the format", g.version);
  g.r = vd_reader_of(a->bytes);
  (void)vd_read_bytes(&g.r, 8);
  VD_TRY(vd_model_set(in, "gguf version", "%u%s", g.version, g.big ? ", big-endian" : ""));
  VD_TRY(read_counts(&g, err));
  for (uint64_t i = 0; i < g.pairs; i++)
    VD_TRY(read_pair(&g, err));
  g.seen = VD_MAP(in->scratch);
  return read_tensors(&g, err);
}

const vd_format vd_format_gguf = {
    .name = "gguf",
    .description = "GGUF: models of llama.cpp",
    .patterns = "*.gguf",
    .recognise = recognise,
    .inspect = inspect,
};
