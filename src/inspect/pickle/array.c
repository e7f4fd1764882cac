// Arrays and tensors in pickles: what they are called, their type and shape, and where their bytes
// lie. https://numpy.org/doc/stable/reference/generated/numpy.dtype.html for the type codes.
#include "inspect/pickle/pickle.h"

vd_pickle_makes vd_pickle_makes_of(vd_view module, vd_view name) {
  if (vd_view_eq(module, VD_VIEW("torch._utils"))) {
    if (vd_view_starts(name, VD_VIEW("_rebuild_tensor")))
      return VD_PICKLE_TENSOR;
    return vd_view_starts(name, VD_VIEW("_rebuild_parameter")) ? VD_PICKLE_PARAMETER
                                                               : VD_PICKLE_NO_ARRAY;
  }
  if (vd_view_ends(module, VD_VIEW("joblib.numpy_pickle")))
    return vd_view_eq(name, VD_VIEW("NumpyArrayWrapper")) ? VD_PICKLE_RAW : VD_PICKLE_NO_ARRAY;
  bool numpy =
      vd_view_starts(module, VD_VIEW("numpy.")) && vd_view_ends(module, VD_VIEW("multiarray"));
  return numpy && vd_view_eq(name, VD_VIEW("_reconstruct")) ? VD_PICKLE_NDARRAY
                                                            : VD_PICKLE_NO_ARRAY;
}

// ---- torch --------------------------------------------------------------------------------------

typedef struct named_dtype {
  const char *name;
  vd_dtype dtype;
} named_dtype;

static const named_dtype torch_names[] = {
    {"FloatStorage", VD_DTYPE_F32},
    {"float32", VD_DTYPE_F32},
    {"DoubleStorage", VD_DTYPE_F64},
    {"float64", VD_DTYPE_F64},
    {"HalfStorage", VD_DTYPE_F16},
    {"float16", VD_DTYPE_F16},
    {"BFloat16Storage", VD_DTYPE_BF16},
    {"bfloat16", VD_DTYPE_BF16},
    {"LongStorage", VD_DTYPE_I64},
    {"int64", VD_DTYPE_I64},
    {"IntStorage", VD_DTYPE_I32},
    {"int32", VD_DTYPE_I32},
    {"ShortStorage", VD_DTYPE_I16},
    {"int16", VD_DTYPE_I16},
    {"CharStorage", VD_DTYPE_I8},
    {"int8", VD_DTYPE_I8},
    {"ByteStorage", VD_DTYPE_U8},
    {"uint8", VD_DTYPE_U8},
    {"BoolStorage", VD_DTYPE_BOOL},
    {"bool", VD_DTYPE_BOOL},
    {"ComplexFloatStorage", VD_DTYPE_C64},
    {"complex64", VD_DTYPE_C64},
    {"ComplexDoubleStorage", VD_DTYPE_C128},
    {"complex128", VD_DTYPE_C128},
    {"QInt8Storage", VD_DTYPE_I8},
    {"QUInt8Storage", VD_DTYPE_U8},
    {"QInt32Storage", VD_DTYPE_I32},
    {"uint16", VD_DTYPE_U16},
    {"uint32", VD_DTYPE_U32},
    {"uint64", VD_DTYPE_U64},
    {"UntypedStorage", VD_DTYPE_OTHER},
    {"float8_e4m3fn", VD_DTYPE_F8},
    {"float8_e5m2", VD_DTYPE_F8},
    {"float8_e4m3fnuz", VD_DTYPE_F8},
    {"float8_e5m2fnuz", VD_DTYPE_F8},
};

static const named_dtype *torch_dtype(vd_pickle_value v) {
  for (size_t i = 0; v.kind == VD_PICKLE_GLOBAL && i < VD_COUNT(torch_names); i++)
    if (vd_view_eq(v.global->name, vd_view_of(torch_names[i].name)))
      return &torch_names[i];
  return NULL;
}

// ("storage", type, key, device, elements, ...).
vd_code vd_pickle_storage_note(vd_pickle *m, vd_pickle_value id) {
  const named_dtype *d = torch_dtype(vd_pickle_item(id, 1));
  vd_view key = vd_pickle_view(vd_pickle_item(id, 2));
  if (m->quiet || d == NULL || key.ptr == NULL || m->storages.count >= VD_TENSORS_LISTED_MAX)
    return VD_OK;
  vd_dtype *kept = vd_new(m->in->scratch, vd_dtype);
  if (kept == NULL)
    return VD_NOMEM;
  *kept = d->dtype;
  return vd_map_put(&m->storages, key, kept);
}

// ---- numpy --------------------------------------------------------------------------------------

static const struct {
  char kind;
  uint8_t size;
  vd_dtype dtype;
} numpy_types[] = {
    {'b', 1, VD_DTYPE_BOOL}, {'i', 1, VD_DTYPE_I8},    {'i', 2, VD_DTYPE_I16},
    {'i', 4, VD_DTYPE_I32},  {'i', 8, VD_DTYPE_I64},   {'u', 1, VD_DTYPE_U8},
    {'u', 2, VD_DTYPE_U16},  {'u', 4, VD_DTYPE_U32},   {'u', 8, VD_DTYPE_U64},
    {'f', 2, VD_DTYPE_F16},  {'f', 4, VD_DTYPE_F32},   {'f', 8, VD_DTYPE_F64},
    {'c', 8, VD_DTYPE_C64},  {'c', 16, VD_DTYPE_C128},
};

static uint64_t size_in(vd_view code) {
  uint64_t n = 0;
  for (size_t i = 1; i < code.len && code.ptr[i] >= '0' && code.ptr[i] <= '9' && n < 1U << 30; i++)
    n = n * 10 + (uint64_t)(code.ptr[i] - '0');
  return code.ptr[0] == 'U' ? 4 * n : code.ptr[0] == 'M' || code.ptr[0] == 'm' ? 8 : n;
}

// The state that BUILD gives a dtype: (version, order, subtype, names, fields, size, align, flags).
static bool dtype_state(vd_pickle_value state, uint64_t *size, bool *object) {
  vd_pickle_value bytes = vd_pickle_item(state, 5), flags = vd_pickle_item(state, 7);
  if (bytes.kind == VD_PICKLE_INT && bytes.number > 0)
    *size = (uint64_t)bytes.number;
  if (flags.kind == VD_PICKLE_INT && (flags.number & 1) != 0)
    *object = true;
  return bytes.kind == VD_PICKLE_INT || state.kind == VD_PICKLE_UNKNOWN;
}

bool vd_pickle_dtype(vd_pickle_value dtype, vd_dtype *out, uint64_t *size, bool *object) {
  if (dtype.kind != VD_PICKLE_CALL)
    return false;
  vd_view code = vd_pickle_view(vd_pickle_item(dtype.call->args, 0));
  if (code.len == 0 || !vd_pickle_names(dtype.call->callee, "numpy", "dtype"))
    return false;
  *out = VD_DTYPE_OTHER;
  *size = size_in(code);
  *object = code.ptr[0] == 'O';
  for (size_t i = 0; i < VD_COUNT(numpy_types); i++)
    if (numpy_types[i].kind == code.ptr[0] && numpy_types[i].size == *size)
      *out = numpy_types[i].dtype;
  return dtype_state(dtype.call->state, size, object);
}

static bool shape_of(vd_pickle_value shape, vd_tensor *t, uint64_t *elements) {
  *elements = 1;
  if (shape.kind != VD_PICKLE_TUPLE || vd_pickle_count(shape) > VD_TENSOR_RANK_MAX)
    return false;
  for (size_t i = 0; i < vd_pickle_count(shape); i++) {
    vd_pickle_value d = vd_pickle_item(shape, i);
    if (d.kind != VD_PICKLE_INT || d.number < 0 ||
        __builtin_mul_overflow(*elements, (uint64_t)d.number, elements))
      return false;
    t->shape[t->rank++] = (uint64_t)d.number;
  }
  return true;
}

// ---- joblib -------------------------------------------------------------------------------------

// One byte says how many follow in front of an aligned array; older files have neither.
static bool skip_padding(vd_pickle *m, vd_pickle_value state) {
  vd_pickle_value aligned;
  if (!vd_pickle_lookup(state, "numpy_array_alignment_bytes", &aligned) ||
      aligned.kind == VD_PICKLE_NONE)
    return true;
  if (m->at >= m->bytes.len)
    return false;
  size_t n = 1 + (size_t)(unsigned char)m->bytes.ptr[m->at];
  if (n > m->bytes.len - m->at)
    return false;
  m->at += n;
  return true;
}

static vd_code skip_array(vd_pickle *m, vd_pickle_call *wrapper, uint64_t bytes) {
  if (!skip_padding(m, wrapper->state) || bytes > m->bytes.len - m->at)
    return vd_pickle_fault(m, "an array is cut off");
  wrapper->raw = m->at;
  m->at += (size_t)bytes;
  m->frame.end = 0;
  return VD_OK;
}

static bool wrapped(const vd_pickle_call *wrapper, vd_tensor *t, uint64_t *bytes, bool *object) {
  vd_pickle_value dtype = {0}, shape = {0};
  uint64_t size, elements;
  (void)vd_pickle_lookup(wrapper->state, "dtype", &dtype);
  (void)vd_pickle_lookup(wrapper->state, "shape", &shape);
  return vd_pickle_dtype(dtype, &t->dtype, &size, object) && shape_of(shape, t, &elements) &&
         !__builtin_mul_overflow(size, elements, bytes);
}

// Arrays of old files lie in files of their own beside the pickle.
static vd_code check_companion(vd_pickle *m, vd_pickle_value state) {
  vd_pickle_value file;
  if (!vd_pickle_lookup(state, "filename", &file))
    return VD_OK;
  vd_view name = vd_pickle_view(file);
  if (vd_view_find(name, '/') == name.len && vd_view_find(name, '\\') == name.len)
    return VD_OK;
  char text[VD_EVIDENCE_TEXT_MAX + 1];
  (void)snprintf(text, sizeof text, "loads an array from %.*s", VD_ARG(vd_view_first(name, 300)));
  return vd_pickle_report(m, VD_REACH_READ, VD_SEVERITY_HIGH, vd_view_of(text));
}

vd_code vd_pickle_joblib_array(vd_pickle *m, vd_pickle_call *wrapper) {
  vd_tensor t = {0};
  uint64_t bytes;
  bool object;
  if (wrapper->callee.global->makes != VD_PICKLE_RAW)
    return check_companion(m, wrapper->state);
  if (!wrapped(wrapper, &t, &bytes, &object))
    return vd_pickle_fault(m, "an array follows that has no known size");
  if (object)
    return m->end = VD_PICKLE_EMBEDDED, VD_OK;
  return skip_array(m, wrapper, bytes);
}

// ---- listing ------------------------------------------------------------------------------------

void vd_pickle_tensor_note(vd_pickle *m, vd_pickle_value v) {
  if (m->quiet || v.kind != VD_PICKLE_CALL || v.call->callee.kind != VD_PICKLE_GLOBAL ||
      v.call->callee.global->makes == VD_PICKLE_NO_ARRAY)
    return;
  if (m->last_tensor == NULL)
    m->first_tensor = v.call;
  else
    m->last_tensor->next = v.call;
  m->last_tensor = v.call;
}

static bool torch_tensor(const vd_pickle_call *c, vd_tensor *t) {
  uint64_t elements;
  const named_dtype *d =
      torch_dtype(vd_pickle_item(vd_pickle_item(vd_pickle_item(c->args, 0), 0), 1));
  if (d == NULL || d->dtype == VD_DTYPE_OTHER)
    d = torch_dtype(vd_pickle_item(c->args, 6));
  t->dtype = d == NULL ? VD_DTYPE_OTHER : d->dtype;
  return shape_of(vd_pickle_item(c->args, 2), t, &elements);
}

// (version, shape, dtype, Fortran order, bytes).
static bool numpy_array(const vd_pickle *m, const vd_pickle_call *c, vd_tensor *t) {
  uint64_t size, elements, bytes;
  bool object = false;
  vd_view data = vd_pickle_view(vd_pickle_item(c->state, 4));
  if (!vd_pickle_dtype(vd_pickle_item(c->state, 2), &t->dtype, &size, &object) || object ||
      !shape_of(vd_pickle_item(c->state, 1), t, &elements) ||
      __builtin_mul_overflow(size, elements, &bytes))
    return false;
  if (data.ptr >= m->bytes.ptr && data.ptr < m->bytes.ptr + m->bytes.len && data.len == bytes) {
    t->bytes = data;
    t->offset = (uint64_t)(data.ptr - m->bytes.ptr);
  }
  return true;
}

static bool raw_array(const vd_pickle *m, const vd_pickle_call *c, vd_tensor *t) {
  uint64_t bytes;
  bool object;
  if (c->raw == 0 || !wrapped(c, t, &bytes, &object) || bytes > m->bytes.len - c->raw)
    return false;
  t->bytes = (vd_view){m->bytes.ptr + c->raw, (size_t)bytes};
  t->offset = c->raw;
  return true;
}

static bool tensor_of(const vd_pickle *m, const vd_pickle_call *c, vd_tensor *t) {
  switch (c->callee.global->makes) {
  case VD_PICKLE_TENSOR: return torch_tensor(c, t);
  case VD_PICKLE_NDARRAY: return numpy_array(m, c, t);
  case VD_PICKLE_RAW: return raw_array(m, c, t);
  case VD_PICKLE_PARAMETER:
  case VD_PICKLE_NO_ARRAY: break;
  }
  return false;
}

// A parameter is its tensor under the parameter's name.
static void name_parameter(const vd_pickle_call *c) {
  vd_pickle_value of = vd_pickle_item(c->args, 0);
  if (of.kind == VD_PICKLE_CALL && of.call->name.ptr == NULL)
    of.call->name = c->name;
}

vd_code vd_pickle_tensors_list(vd_pickle *m) {
  for (const vd_pickle_call *c = m->first_tensor; c != NULL; c = c->next)
    if (c->callee.global->makes == VD_PICKLE_PARAMETER)
      name_parameter(c);
  for (const vd_pickle_call *c = m->first_tensor; c != NULL; c = c->next) {
    vd_tensor t = {.name = c->name.ptr == NULL ? VD_VIEW("") : c->name, .offset = c->offset};
    if (tensor_of(m, c, &t))
      VD_TRY(vd_model_tensor(m->in, &t));
  }
  return VD_OK;
}
