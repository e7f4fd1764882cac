// What a pickle of torch.save says of its storages, read from the opcodes alone: the pickle itself
// is inspected elsewhere, and what this does not understand is looked at as plain bytes.
#include "inspect/pickle/torch_storage.h"

#include "inspect/pickle/pickle.h"

typedef struct memo {
  uint64_t id;
  const vd_dtype *dtype;
} memo;

// The opcodes of ("storage", torch.FloatStorage, "0", "cpu", 16): type, then key.
typedef struct state {
  vd_arena *arena;
  memo memo[VD_STORAGE_TYPES_MAX];
  size_t memos;
  const vd_dtype *named; // by the last opcode
  const vd_dtype *type;  // whose key comes next
} state;

static const vd_dtype *dtype_of(vd_view name) {
  static const struct {
    const char *name;
    vd_dtype dtype;
  } types[] = {{"FloatStorage", VD_DTYPE_F32},        {"DoubleStorage", VD_DTYPE_F64},
               {"HalfStorage", VD_DTYPE_F16},         {"BFloat16Storage", VD_DTYPE_BF16},
               {"LongStorage", VD_DTYPE_I64},         {"IntStorage", VD_DTYPE_I32},
               {"ShortStorage", VD_DTYPE_I16},        {"CharStorage", VD_DTYPE_I8},
               {"ByteStorage", VD_DTYPE_U8},          {"BoolStorage", VD_DTYPE_BOOL},
               {"ComplexFloatStorage", VD_DTYPE_C64}, {"ComplexDoubleStorage", VD_DTYPE_C128},
               {"QInt8Storage", VD_DTYPE_I8},         {"QUInt8Storage", VD_DTYPE_U8},
               {"QInt32Storage", VD_DTYPE_I32}};
  for (size_t i = 0; i < VD_COUNT(types); i++)
    if (vd_view_eq(name, vd_view_of(types[i].name)))
      return &types[i].dtype;
  return NULL;
}

static void remember(state *s, uint64_t id) {
  if (s->named != NULL && s->memos < VD_STORAGE_TYPES_MAX)
    s->memo[s->memos++] = (memo){id, s->named};
}

static const vd_dtype *recall(const state *s, uint64_t id) {
  for (size_t i = s->memos; i != 0; i--)
    if (s->memo[i - 1].id == id)
      return s->memo[i - 1].dtype;
  return NULL;
}

static vd_code take_text(state *s, vd_view text, vd_map *types) {
  const vd_dtype *type = s->type;
  s->type = NULL;
  if (type == NULL || text.len == 0 || text.len > VD_KEY_MAX)
    return VD_OK;
  vd_dtype *kept = vd_new(s->arena, vd_dtype);
  if (kept == NULL)
    return VD_NOMEM;
  *kept = *type;
  return vd_map_put(types, text, kept);
}

static vd_code take(state *s, unsigned char op, const vd_pickle_arg *arg, vd_map *types) {
  const vd_dtype *named = NULL;
  if (op == 'q' || op == 'r') // BINPUT of what was named
    return remember(s, arg->number), VD_OK;
  if (op == 'c')
    named = dtype_of(arg->second);
  else if (op == 'h' || op == 'j')
    named = recall(s, arg->number);
  s->named = named;
  if (named != NULL)
    s->type = named;
  else if (op == 'X' || op == 0x8c || op == 'U')
    return take_text(s, arg->text, types);
  return VD_OK;
}

vd_code vd_torch_storages(vd_inspection *in, vd_view pickle, vd_map *types) {
  state s = {.arena = in->scratch};
  for (size_t at = 0, n = 0; at < pickle.len && n < VD_STORAGE_OPCODES_MAX && in->work != 0; n++) {
    unsigned char op = (unsigned char)pickle.ptr[at++];
    vd_pickle_arg arg = {0};
    in->work--;
    if (op == '.' || vd_pickle_opcodes[op].name == NULL ||
        !vd_pickle_argument_read(pickle, &at, NULL, vd_pickle_opcodes[op].argument, &arg))
      return VD_OK;
    VD_TRY(take(&s, op, &arg, types));
  }
  return VD_OK;
}
