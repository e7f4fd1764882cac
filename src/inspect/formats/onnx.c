// ONNX: a protobuf ModelProto. https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
#include "inspect/inspect.h"
#include "inspect/outside.h"
#include "inspect/protobuf.h"

// Field numbers of onnx.proto, by message.
enum {
  MODEL_IR = 1,
  MODEL_PRODUCER = 2,
  MODEL_PRODUCER_VERSION = 3,
  MODEL_DOMAIN = 4,
  MODEL_VERSION = 5,
  MODEL_GRAPH = 7,
  MODEL_OPSET = 8,
  MODEL_METADATA = 14,
  MODEL_TRAINING = 20,
  MODEL_FUNCTION = 25,
  GRAPH_NODE = 1,
  GRAPH_INITIALIZER = 5,
  GRAPH_SPARSE = 15,
  FUNCTION_NODE = 7,
  FUNCTION_DOMAIN = 10,
  NODE_NAME = 3,
  NODE_TYPE = 4,
  NODE_ATTRIBUTE = 5,
  NODE_DOMAIN = 7,
  ATTRIBUTE_TEXT = 4,
  ATTRIBUTE_TENSOR = 5,
  ATTRIBUTE_GRAPH = 6,
  ATTRIBUTE_TENSORS = 10,
  ATTRIBUTE_GRAPHS = 11,
  ATTRIBUTE_SPARSE = 22,
  ATTRIBUTE_SPARSES = 23,
  TENSOR_DIMS = 1,
  TENSOR_TYPE = 2,
  TENSOR_NAME = 8,
  TENSOR_RAW = 9,
  TENSOR_EXTERNAL = 13,
};

typedef enum part_kind { PART_GRAPH, PART_FUNCTION } part_kind;

// Something with nodes that is still to be walked: graphs nest in attributes.
typedef struct part {
  part_kind kind;
  vd_view bytes;
} part;

typedef struct onnx {
  vd_inspection *in;
  const vd_artefact *a;
  VD_VEC(part) parts;
  vd_map domains; // of functions the model itself defines
  uint64_t nodes, external;
} onnx;

static const vd_field_rule model_rules[] = {
    {MODEL_IR, VD_WIRE_VARINT, true},   {MODEL_PRODUCER, VD_WIRE_BYTES, false},
    {3, VD_WIRE_BYTES, false},          {MODEL_DOMAIN, VD_WIRE_BYTES, false},
    {5, VD_WIRE_VARINT, false},         {6, VD_WIRE_BYTES, false},
    {MODEL_GRAPH, VD_WIRE_BYTES, true}, {MODEL_OPSET, VD_WIRE_BYTES, false},
    {14, VD_WIRE_BYTES, false},         {20, VD_WIRE_BYTES, false},
    {25, VD_WIRE_BYTES, false}};

static const vd_field_rule graph_rules[] = {{1, VD_WIRE_BYTES, false},  {2, VD_WIRE_BYTES, false},
                                            {5, VD_WIRE_BYTES, false},  {10, VD_WIRE_BYTES, false},
                                            {11, VD_WIRE_BYTES, false}, {12, VD_WIRE_BYTES, false},
                                            {13, VD_WIRE_BYTES, false}, {15, VD_WIRE_BYTES, false}};

static const vd_field_rule node_rules[] = {
    {1, VD_WIRE_BYTES, false},        {2, VD_WIRE_BYTES, false}, {3, VD_WIRE_BYTES, false},
    {NODE_TYPE, VD_WIRE_BYTES, true}, {5, VD_WIRE_BYTES, false}, {7, VD_WIRE_BYTES, false}};

// The graph of a model: one that has nodes of the right shape, or tensors, or names its ends.
static bool recognise(const vd_artefact *a) {
  if (!vd_message_is(a->bytes, model_rules, VD_COUNT(model_rules), true))
    return false;
  vd_view graph = vd_message_bytes(a->bytes, MODEL_GRAPH);
  vd_view node = vd_message_bytes(graph, GRAPH_NODE);
  uint64_t ir = vd_message_int(a->bytes, MODEL_IR);
  if (graph.ptr == NULL)
    return vd_artefact_matches(a, "*.onnx");
  return ir != 0 && ir < 1000 && vd_message_is(graph, graph_rules, VD_COUNT(graph_rules), false) &&
         (node.ptr == NULL || vd_message_is(node, node_rules, VD_COUNT(node_rules), false));
}

static uint64_t place_of(const onnx *o, vd_view v) {
  return v.ptr == NULL ? 0 : (uint64_t)(v.ptr - o->a->bytes.ptr);
}

static vd_view quoted(vd_view v) { return vd_view_first(v, VD_QUOTE_MAX); }

// ---- tensors ------------------------------------------------------------------------------------

static vd_dtype dtype_of(uint64_t type) {
  static const vd_dtype types[] = {
      VD_DTYPE_OTHER, VD_DTYPE_F32, VD_DTYPE_U8,    VD_DTYPE_I8,   VD_DTYPE_U16,  VD_DTYPE_I16,
      VD_DTYPE_I32,   VD_DTYPE_I64, VD_DTYPE_OTHER, VD_DTYPE_BOOL, VD_DTYPE_F16,  VD_DTYPE_F64,
      VD_DTYPE_U32,   VD_DTYPE_U64, VD_DTYPE_C64,   VD_DTYPE_C128, VD_DTYPE_BF16, VD_DTYPE_F8,
      VD_DTYPE_F8,    VD_DTYPE_F8,  VD_DTYPE_F8};
  return type < VD_COUNT(types) ? types[type] : VD_DTYPE_OTHER;
}

static vd_code check_number(onnx *o, vd_view key, vd_view value) {
  uint64_t n;
  if (vd_view_u64(value, &n) && n <= INT64_MAX)
    return VD_OK;
  return vd_observe(o->in, VD_CHECK_ONNX_EXTERNAL_DATA, place_of(o, value), "%.*s = \"%.*s\"",
                    VD_ARG(key), VD_ARG(quoted(value)));
}

static vd_code check_location(onnx *o, vd_view tensor, vd_view path) {
  const char *why = vd_path_outside(path);
  if (why != NULL)
    return vd_observe(o->in, VD_CHECK_ONNX_EXTERNAL_PATH, place_of(o, path),
                      "tensor %.*s is read from \"%.*s\", which %s",
                      VD_ARG(vd_view_first(tensor, 80)), VD_ARG(quoted(path)), why);
  return vd_model_set(o->in, "external data", "%.*s", VD_ARG(quoted(path)));
}

// One key and value of external_data. onnx before 1.21 sets any key as an attribute of its object.
static vd_code read_external(onnx *o, vd_view tensor, vd_view entry) {
  vd_view key = vd_message_bytes(entry, 1), value = vd_message_bytes(entry, 2);
  if (vd_view_eq(key, VD_VIEW("location")))
    return check_location(o, tensor, value);
  if (vd_view_eq(key, VD_VIEW("offset")) || vd_view_eq(key, VD_VIEW("length")))
    return check_number(o, key, value);
  if (vd_view_eq(key, VD_VIEW("checksum")) || vd_view_eq(key, VD_VIEW("prepacked")) ||
      vd_view_starts(key, VD_VIEW("prepacked_")))
    return VD_OK;
  return vd_observe(o->in, VD_CHECK_ONNX_EXTERNAL_DATA, place_of(o, key),
                    "tensor %.*s: external data has the key \"%.*s\" = \"%.*s\"",
                    VD_ARG(vd_view_first(tensor, 80)), VD_ARG(quoted(key)), VD_ARG(quoted(value)));
}

static vd_code read_tensor(onnx *o, vd_view bytes) {
  vd_tensor t = {.name = vd_message_bytes(bytes, TENSOR_NAME),
                 .dtype = dtype_of(vd_message_int(bytes, TENSOR_TYPE)),
                 .bytes = vd_message_bytes(bytes, TENSOR_RAW)};
  vd_reader r = vd_reader_of(bytes);
  vd_field f;
  bool external = false;
  while (vd_field_next(&r, &f))
    if (f.number == TENSOR_DIMS)
      vd_field_numbers(&f, t.shape, VD_TENSOR_RANK_MAX, &t.rank);
    else if (f.number == TENSOR_EXTERNAL && f.wire == VD_WIRE_BYTES) {
      external = true;
      VD_TRY(read_external(o, t.name, f.bytes));
    }
  o->external += external;
  t.offset = place_of(o, t.bytes);
  if (t.rank > VD_TENSOR_RANK_MAX)
    return vd_observe(o->in, VD_CHECK_MODEL_BOUNDS, place_of(o, bytes),
                      "tensor %.*s has %u dimensions", VD_ARG(vd_view_first(t.name, 80)), t.rank);
  if (t.bytes.ptr != NULL && !external && !vd_tensor_fits(&t, t.bytes.len))
    VD_TRY(vd_observe(o->in, VD_CHECK_MODEL_BOUNDS, t.offset,
                      "tensor %.*s states a shape that is not of its %zu bytes",
                      VD_ARG(vd_view_first(t.name, 80)), t.bytes.len));
  return vd_model_tensor(o->in, &t);
}

static vd_code read_sparse(onnx *o, vd_view bytes) {
  vd_reader r = vd_reader_of(bytes);
  vd_field f;
  while (vd_field_next(&r, &f))
    if ((f.number == 1 || f.number == 2) && f.wire == VD_WIRE_BYTES)
      VD_TRY(read_tensor(o, f.bytes));
  return VD_OK;
}

// ---- nodes --------------------------------------------------------------------------------------

// Operator sets of ONNX itself, of onnxruntime and of the exporters; all others need a library.
static bool domain_known(const onnx *o, vd_view domain) {
  static const char *const known[] = {"",
                                      "ai.onnx",
                                      "ai.onnx.ml",
                                      "ai.onnx.training",
                                      "ai.onnx.preview",
                                      "ai.onnx.preview.training",
                                      "com.microsoft",
                                      "com.microsoft.nchwc",
                                      "com.microsoft.experimental",
                                      "com.microsoft.dml",
                                      "com.ms.internal.nhwc",
                                      "org.pytorch.aten",
                                      "org.pytorch.prim"};
  for (size_t i = 0; i < VD_COUNT(known); i++)
    if (vd_view_eq(domain, vd_view_of(known[i])))
      return true;
  return vd_map_get(&o->domains, domain) != NULL;
}

static vd_view attribute_text(vd_view node, const char *name) {
  vd_reader r = vd_reader_of(node);
  vd_view attribute;
  while (vd_message_each(&r, NODE_ATTRIBUTE, &attribute))
    if (vd_view_eq(vd_message_bytes(attribute, 1), vd_view_of(name)))
      return vd_message_bytes(attribute, ATTRIBUTE_TEXT);
  return (vd_view){"", 0};
}

static vd_code check_operator(onnx *o, vd_view node) {
  vd_view type = quoted(vd_message_bytes(node, NODE_TYPE));
  vd_view domain = quoted(vd_message_bytes(node, NODE_DOMAIN));
  uint64_t at = place_of(o, node);
  if (vd_view_starts(type, VD_VIEW("PyOp")) || vd_view_starts(type, VD_VIEW("PyCustomOp")) ||
      vd_view_eq(type, VD_VIEW("PythonOp")) || vd_view_eq(type, VD_VIEW("PythonOpGrad"))) {
    vd_view module = quoted(attribute_text(node, "module"));
    vd_view name = attribute_text(node, "class_name");
    name = quoted(name.len != 0 ? name : attribute_text(node, "func_name"));
    return vd_observe(o->in, VD_CHECK_ONNX_PYTHON, at, "%.*s::%.*s(module=\"%.*s\", name=\"%.*s\")",
                      VD_ARG(domain), VD_ARG(type), VD_ARG(module), VD_ARG(name));
  }
  if (domain_known(o, domain))
    return VD_OK;
  return vd_observe(o->in, VD_CHECK_ONNX_CUSTOM, at, "%.*s::%.*s", VD_ARG(domain), VD_ARG(type));
}

static vd_code push(onnx *o, part_kind kind, vd_view bytes) {
  part *p = vd_vec_push(o->in->scratch, &o->parts);
  return p == NULL ? VD_NOMEM : (*p = (part){kind, bytes}, VD_OK);
}

static vd_code read_attribute(onnx *o, vd_view attribute) {
  vd_reader r = vd_reader_of(attribute);
  vd_field f;
  while (vd_field_next(&r, &f)) {
    if (f.wire != VD_WIRE_BYTES)
      continue;
    if (f.number == ATTRIBUTE_TENSOR || f.number == ATTRIBUTE_TENSORS)
      VD_TRY(read_tensor(o, f.bytes));
    else if (f.number == ATTRIBUTE_GRAPH || f.number == ATTRIBUTE_GRAPHS)
      VD_TRY(push(o, PART_GRAPH, f.bytes));
    else if (f.number == ATTRIBUTE_SPARSE || f.number == ATTRIBUTE_SPARSES)
      VD_TRY(read_sparse(o, f.bytes));
  }
  return VD_OK;
}

static vd_code read_node(onnx *o, vd_view node) {
  vd_reader r = vd_reader_of(node);
  vd_view attribute;
  o->nodes++;
  VD_TRY(check_operator(o, node));
  while (vd_message_each(&r, NODE_ATTRIBUTE, &attribute))
    VD_TRY(read_attribute(o, attribute));
  return VD_OK;
}

static vd_code broken(vd_error *err, uint64_t at) {
  (void)vd_fail(err, VD_FORMAT, "it is cut or damaged");
  err->offset = at;
  return VD_FORMAT;
}

static vd_code read_part(onnx *o, const part *p, vd_error *err) {
  uint32_t node = p->kind == PART_GRAPH ? GRAPH_NODE : FUNCTION_NODE;
  vd_reader r = vd_reader_of(p->bytes);
  vd_field f;
  while (vd_field_next(&r, &f)) {
    if (f.wire != VD_WIRE_BYTES)
      continue;
    if (f.number == node)
      VD_TRY(read_node(o, f.bytes));
    else if (p->kind == PART_GRAPH && f.number == GRAPH_INITIALIZER)
      VD_TRY(read_tensor(o, f.bytes));
    else if (p->kind == PART_GRAPH && f.number == GRAPH_SPARSE)
      VD_TRY(read_sparse(o, f.bytes));
  }
  return r.failed ? broken(err, place_of(o, p->bytes) + vd_reader_offset(&r)) : VD_OK;
}

// ---- the model ----------------------------------------------------------------------------------

static vd_code read_opset(onnx *o, vd_view opset) {
  char name[96];
  vd_view domain = vd_message_bytes(opset, 1);
  (void)snprintf(name, sizeof name, "opset %.*s", (int)(domain.len < 80 ? domain.len : 80),
                 domain.len == 0 ? "" : domain.ptr);
  return vd_model_set(o->in, domain.len == 0 ? "opset" : name, "%lld",
                      (long long)vd_message_int(opset, 2));
}

static vd_code read_metadata(onnx *o, vd_view entry) {
  char name[64];
  vd_view key = vd_message_bytes(entry, 1), value = vd_message_bytes(entry, 2);
  (void)snprintf(name, sizeof name, "metadata.%.*s", (int)(key.len < 40 ? key.len : 40),
                 key.len == 0 ? "" : key.ptr);
  if (vd_view_ieq(key, VD_VIEW("license")) || vd_view_ieq(key, VD_VIEW("licence")))
    VD_TRY(vd_model_set(o->in, "licence", "%.*s", VD_ARG(value)));
  return vd_model_set(o->in, name, "%.*s", VD_ARG(value));
}

static vd_code read_training(onnx *o, vd_view training) {
  vd_reader r = vd_reader_of(training);
  vd_field f;
  VD_TRY(vd_model_set(o->in, "training", "yes"));
  while (vd_field_next(&r, &f))
    if ((f.number == 1 || f.number == 2) && f.wire == VD_WIRE_BYTES)
      VD_TRY(push(o, PART_GRAPH, f.bytes));
  return VD_OK;
}

static vd_code read_function(onnx *o, vd_view function) {
  vd_view domain = vd_message_bytes(function, FUNCTION_DOMAIN);
  VD_TRY(vd_map_put(&o->domains, domain, o));
  return push(o, PART_FUNCTION, function);
}

static vd_code read_field(onnx *o, const vd_field *f) {
  if (f->number == MODEL_GRAPH)
    return push(o, PART_GRAPH, f->bytes);
  if (f->number == MODEL_OPSET)
    return read_opset(o, f->bytes);
  if (f->number == MODEL_METADATA)
    return read_metadata(o, f->bytes);
  if (f->number == MODEL_TRAINING)
    return read_training(o, f->bytes);
  return f->number == MODEL_FUNCTION ? read_function(o, f->bytes) : VD_OK;
}

static vd_code describe(onnx *o) {
  vd_view bytes = o->a->bytes;
  vd_view producer = vd_message_bytes(bytes, MODEL_PRODUCER);
  vd_view version = vd_message_bytes(bytes, MODEL_PRODUCER_VERSION);
  vd_view domain = vd_message_bytes(bytes, MODEL_DOMAIN);
  uint64_t number = vd_message_int(bytes, MODEL_VERSION);
  VD_TRY(vd_model_set(o->in, "ir version", "%llu",
                      (unsigned long long)vd_message_int(bytes, MODEL_IR)));
  if (producer.len != 0)
    VD_TRY(vd_model_set(o->in, "producer", "%.*s%s%.*s", VD_ARG(producer), version.len ? " " : "",
                        VD_ARG(version)));
  if (domain.len != 0)
    VD_TRY(vd_model_set(o->in, "domain", "%.*s", VD_ARG(domain)));
  return number == 0 ? VD_OK : vd_model_set(o->in, "model version", "%lld", (long long)number);
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  onnx o = {.in = in, .a = a, .domains = VD_MAP(in->scratch)};
  vd_reader r = vd_reader_of(a->bytes);
  vd_field f;
  VD_TRY(describe(&o));
  while (vd_field_next(&r, &f))
    if (f.wire == VD_WIRE_BYTES)
      VD_TRY(read_field(&o, &f));
  vd_code code = r.failed ? broken(err, vd_reader_offset(&r)) : VD_OK;
  for (size_t i = 0; i < o.parts.count; i++) {
    part p = o.parts.at[i];
    vd_code read = read_part(&o, &p, err);
    if (read == VD_NOMEM)
      return read;
    code = read == VD_OK ? code : read;
  }
  if (o.parts.count == 0 && code == VD_OK)
    return vd_fail(err, VD_FORMAT, "it has no graph");
  VD_TRY(vd_model_set(in, "nodes", "%llu", (unsigned long long)o.nodes));
  return code;
}

const vd_format vd_format_onnx = {
    .name = "onnx",
    .description = "ONNX models",
    .patterns = "*.onnx",
    .recognise = recognise,
    .inspect = inspect,
};
