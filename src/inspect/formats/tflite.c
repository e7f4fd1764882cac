// TensorFlow Lite: a flatbuffer of operator codes, graphs and buffers.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs
#include "inspect/flatbuffer.h"
#include "inspect/tensorflow/ops.h"

// Field indices of the schema, by table.
enum {
  MODEL_VERSION = 0,
  MODEL_CODES = 1,
  MODEL_GRAPHS = 2,
  MODEL_DESCRIPTION = 3,
  MODEL_BUFFERS = 4,
  MODEL_METADATA = 6,
  CODE_OLD = 0,
  CODE_CUSTOM = 1,
  CODE_NEW = 3,
  GRAPH_TENSORS = 0,
  GRAPH_OPERATORS = 3,
  TENSOR_SHAPE = 0,
  TENSOR_TYPE = 1,
  TENSOR_BUFFER = 2,
  TENSOR_NAME = 3,
  TENSOR_SPARSITY = 6,
  OPERATOR_CODE = 0,
  OPERATOR_INPUTS = 1,
  OPERATOR_OPTIONS = 5,
  BUFFER_DATA = 0,
  BUFFER_OFFSET = 1,
  BUFFER_SIZE = 2,
  METADATA_NAME = 0,
  METADATA_BUFFER = 1,
  BUILTIN_CUSTOM = 32,
};

typedef struct tflite {
  vd_inspection *in;
  vd_flat flat;
  vd_flat_vector codes, buffers;
  uint64_t operators;
} tflite;

static bool recognise(const vd_artefact *a) {
  return vd_view_starts(vd_view_from(a->bytes, 4), VD_VIEW("TFL3"));
}

// ---- tensors ------------------------------------------------------------------------------------

static vd_dtype dtype_of(uint8_t type) {
  static const vd_dtype types[] = {VD_DTYPE_F32, VD_DTYPE_F16,   VD_DTYPE_I32,   VD_DTYPE_U8,
                                   VD_DTYPE_I64, VD_DTYPE_OTHER, VD_DTYPE_BOOL,  VD_DTYPE_I16,
                                   VD_DTYPE_C64, VD_DTYPE_I8,    VD_DTYPE_F64,   VD_DTYPE_C128,
                                   VD_DTYPE_U64, VD_DTYPE_OTHER, VD_DTYPE_OTHER, VD_DTYPE_U32,
                                   VD_DTYPE_U16, VD_DTYPE_OTHER, VD_DTYPE_BF16};
  return type < VD_COUNT(types) ? types[type] : VD_DTYPE_OTHER;
}

// The bytes of a buffer: inside the flatbuffer, or behind it in files above 2 GB.
static bool buffer_bytes(tflite *m, uint32_t index, vd_view *out) {
  vd_flat_table buffer = vd_flat_item(&m->buffers, index);
  uint64_t offset = vd_flat_u64(&buffer, BUFFER_OFFSET, 0);
  uint64_t size = vd_flat_u64(&buffer, BUFFER_SIZE, 0);
  *out = vd_flat_bytes(&buffer, BUFFER_DATA);
  if (offset <= 1)
    return true;
  *out = (vd_view){0};
  if (offset > m->flat.bytes.len || size > m->flat.bytes.len - offset)
    return false;
  *out = vd_view_first(vd_view_from(m->flat.bytes, offset), size);
  return true;
}

// Tensors without bytes are computed when the model runs.
static vd_code read_tensor(tflite *m, const vd_flat_table *tensor) {
  vd_tensor t = {.name = vd_flat_text(tensor, TENSOR_NAME),
                 .dtype = dtype_of(vd_flat_u8(tensor, TENSOR_TYPE, 0))};
  vd_flat_vector shape = vd_flat_vector_of(tensor, TENSOR_SHAPE, 4);
  uint32_t index = vd_flat_u32(tensor, TENSOR_BUFFER, 0);
  vd_view name = vd_view_first(t.name, 80);
  if (shape.count > VD_TENSOR_RANK_MAX)
    return vd_observe(m->in, VD_CHECK_MODEL_BOUNDS, tensor->at, "tensor %.*s has %u dimensions",
                      VD_ARG(name), shape.count);
  for (t.rank = 0; t.rank < shape.count; t.rank++) {
    uint32_t n = vd_flat_item_u32(&shape, t.rank);
    t.shape[t.rank] = n > INT32_MAX ? 0 : n;
  }
  if ((index != 0 && index >= m->buffers.count) || !buffer_bytes(m, index, &t.bytes))
    return vd_observe(m->in, VD_CHECK_MODEL_BOUNDS, tensor->at,
                      "tensor %.*s is in buffer %u, which is not in the file", VD_ARG(name), index);
  if (t.bytes.len == 0)
    return VD_OK;
  t.offset = (uint64_t)(t.bytes.ptr - m->flat.bytes.ptr);
  if (vd_flat_child(tensor, TENSOR_SPARSITY).at == 0 && t.bytes.len != 0 &&
      vd_tensor_bytes(&t) > t.bytes.len)
    VD_TRY(vd_observe(m->in, VD_CHECK_MODEL_BOUNDS, tensor->at,
                      "tensor %.*s states a shape larger than its %zu bytes", VD_ARG(name),
                      t.bytes.len));
  return vd_model_tensor(m->in, &t);
}

// ---- operators ----------------------------------------------------------------------------------

// The first text of a tensor of texts: a count, offsets, then their bytes.
static vd_view first_text(vd_view bytes) {
  vd_reader r = vd_reader_of(bytes);
  uint32_t count = vd_read_u32le(&r), from = vd_read_u32le(&r), to = vd_read_u32le(&r);
  if (r.failed || count == 0 || from > to || to > bytes.len)
    return (vd_view){0};
  return vd_view_first(vd_view_from(bytes, from), to - from);
}

static vd_view input_text(tflite *m, const vd_flat_table *graph, const vd_flat_table *operator,
                          uint32_t input) {
  vd_flat_vector inputs = vd_flat_vector_of(operator, OPERATOR_INPUTS, 4);
  vd_flat_vector tensors = vd_flat_vector_of(graph, GRAPH_TENSORS, 4);
  vd_view bytes = {0};
  if (input >= inputs.count)
    return bytes;
  uint32_t index = vd_flat_item_u32(&inputs, input);
  vd_flat_table tensor = vd_flat_item(&tensors, index);
  (void)buffer_bytes(m, vd_flat_u32(&tensor, TENSOR_BUFFER, 0), &bytes);
  return first_text(bytes);
}

static bool is_visible(char c) { return c > ' ' && c < 0x7f; }

// The URL inside the options of a Flex operator, which hold a NodeDef.
static vd_view option_url(const vd_flat_table *operator) {
  vd_view options = vd_flat_bytes(operator, OPERATOR_OPTIONS);
  const char *at = options.len == 0 ? NULL : memmem(options.ptr, options.len, "://", 3);
  if (at == NULL)
    return (vd_view){0};
  const char *from = at, *end = options.ptr + options.len;
  while (from > options.ptr && from[-1] >= 'a' && from[-1] <= 'z')
    from--;
  while (at < end && is_visible(*at))
    at++;
  return (vd_view){from, (size_t)(at - from)};
}

// The Flex delegate runs operators of full TensorFlow inside TensorFlow Lite.
static vd_code check_flex(tflite *m, const vd_flat_table *graph, const vd_flat_table *operator,
                          vd_view name) {
  const vd_tf_op *op = vd_tf_op_find(name);
  vd_view text = {0};
  if (op == NULL && vd_tf_op_known(name))
    return vd_model_set(m->in, "delegate", "Flex: runs operators of TensorFlow");
  if (op == NULL)
    return vd_observe(m->in, VD_CHECK_TF_CUSTOM, operator->at, "Flex%.*s",
                      VD_ARG(vd_view_first(name, VD_QUOTE_MAX)));
  if (op->place[0] == '@')
    text = option_url(operator);
  else if (op->place[0] != 0)
    text = input_text(m, graph, operator, (uint32_t)(op->place[0] - '0'));
  return vd_tf_op_report(m->in, op, operator->at, text, VD_VIEW(" by the Flex delegate"));
}

// Custom operators that TensorFlow Lite's own converters, tasks and delegates bring along.
static bool is_common(vd_view name) {
  static const char *const names[] = {"TFLite_Detection_PostProcess",
                                      "Convolution2DTransposeBias",
                                      "MaxPoolingWithArgmax2D",
                                      "MaxUnpooling2D",
                                      "AudioSpectrogram",
                                      "Mfcc",
                                      "edgetpu-custom-op",
                                      "NumericVerify"};
  for (size_t i = 0; i < VD_COUNT(names); i++)
    if (vd_view_eq(name, vd_view_of(names[i])))
      return true;
  return false;
}

static vd_code check_operator(tflite *m, const vd_flat_table *graph,
                              const vd_flat_table *operator) {
  uint32_t index = vd_flat_u32(operator, OPERATOR_CODE, 0);
  vd_flat_table code = vd_flat_item(&m->codes, index);
  m->operators++;
  if (index >= m->codes.count)
    return vd_observe(m->in, VD_CHECK_MODEL_BOUNDS, operator->at, "an operator has code %u of %u",
                      index, m->codes.count);
  uint32_t number = vd_flat_u32(&code, CODE_NEW, 0);
  number = number == 0 ? vd_flat_u8(&code, CODE_OLD, 0) : number;
  vd_view name = vd_flat_text(&code, CODE_CUSTOM);
  if (number != BUILTIN_CUSTOM || is_common(name))
    return VD_OK;
  if (vd_view_starts(name, VD_VIEW("Flex")))
    return check_flex(m, graph, operator, vd_view_from(name, 4));
  return vd_observe(m->in, VD_CHECK_TFLITE_CUSTOM, code.at, "%.*s",
                    VD_ARG(vd_view_first(name, VD_QUOTE_MAX)));
}

static vd_code read_graph(tflite *m, const vd_flat_table *graph) {
  vd_flat_vector tensors = vd_flat_vector_of(graph, GRAPH_TENSORS, 4);
  vd_flat_vector operators = vd_flat_vector_of(graph, GRAPH_OPERATORS, 4);
  uint64_t n = (uint64_t)tensors.count + operators.count;
  if (n > m->in->work)
    return VD_LIMIT;
  m->in->work -= n;
  for (uint32_t i = 0; i < tensors.count && !m->flat.failed; i++) {
    vd_flat_table tensor = vd_flat_item(&tensors, i);
    VD_TRY(read_tensor(m, &tensor));
  }
  for (uint32_t i = 0; i < operators.count && !m->flat.failed; i++) {
    vd_flat_table operator= vd_flat_item(&operators, i);
    VD_TRY(check_operator(m, graph, &operator));
  }
  return VD_OK;
}

// ---- metadata -----------------------------------------------------------------------------------

static vd_code read_metadata(tflite *m, const vd_flat_table *model) {
  vd_flat_vector entries = vd_flat_vector_of(model, MODEL_METADATA, 4);
  for (uint32_t i = 0; i < entries.count && i < 64 && !m->flat.failed; i++) {
    char name[64];
    vd_flat_table entry = vd_flat_item(&entries, i);
    vd_view key = vd_flat_text(&entry, METADATA_NAME), bytes = {0};
    if (!buffer_bytes(m, vd_flat_u32(&entry, METADATA_BUFFER, 0), &bytes) || key.len == 0)
      continue;
    (void)snprintf(name, sizeof name, "metadata.%.*s", (int)(key.len < 40 ? key.len : 40), key.ptr);
    VD_TRY(vd_model_set(m->in, name, "%zu bytes", bytes.len));
    if (vd_view_eq(key, VD_VIEW("min_runtime_version")))
      VD_TRY(vd_model_set(m->in, "runtime", "%.*s", VD_ARG(bytes)));
  }
  return VD_OK;
}

static vd_code describe(tflite *m, const vd_flat_table *model) {
  vd_view text = vd_flat_text(model, MODEL_DESCRIPTION);
  VD_TRY(vd_model_set(m->in, "schema version", "%u", vd_flat_u32(model, MODEL_VERSION, 0)));
  if (text.len != 0)
    VD_TRY(vd_model_set(m->in, "producer", "%.*s", VD_ARG(text)));
  VD_TRY(read_metadata(m, model));
  return vd_model_set(m->in, "operators", "%llu", (unsigned long long)m->operators);
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  tflite m = {.in = in, .flat = {.bytes = a->bytes}};
  vd_flat_table model = vd_flat_root(&m.flat);
  if (!recognise(a) || model.at == 0)
    return vd_fail(err, VD_FORMAT, "it does not begin as a model of TensorFlow Lite");
  m.codes = vd_flat_vector_of(&model, MODEL_CODES, 4);
  m.buffers = vd_flat_vector_of(&model, MODEL_BUFFERS, 4);
  vd_flat_vector graphs = vd_flat_vector_of(&model, MODEL_GRAPHS, 4);
  for (uint32_t i = 0; i < graphs.count && !m.flat.failed; i++) {
    vd_flat_table graph = vd_flat_item(&graphs, i);
    vd_code code = read_graph(&m, &graph);
    if (code == VD_LIMIT)
      return vd_fail(err, VD_LIMIT, "its graphs share too many tensors");
    VD_TRY(code);
  }
  VD_TRY(describe(&m, &model));
  if (!m.flat.failed)
    return VD_OK;
  VD_TRY(vd_observe(in, VD_CHECK_MODEL_BOUNDS, m.flat.failed_at,
                    "an offset leads to byte %llu of %zu", (unsigned long long)m.flat.failed_at,
                    a->bytes.len));
  (void)vd_fail(err, VD_FORMAT, "an offset of it leads out of the file");
  return err->offset = m.flat.failed_at, VD_FORMAT;
}

const vd_format vd_format_tflite = {
    .name = "tflite",
    .description = "TensorFlow Lite models",
    .patterns = "*.tflite *.lite",
    .recognise = recognise,
    .inspect = inspect,
};
