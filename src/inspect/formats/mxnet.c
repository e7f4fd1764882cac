// MXNet: .params files of arrays, and -symbol.json files of the graph.
// https://github.com/apache/mxnet/blob/master/src/ndarray/ndarray.cc (Save, Load)
#include "format/format.h"
#include "inspect/inspect.h"

// What arrays begin with, by version: older ones begin with their rank.
enum { LIST_MAGIC = 0x112 };
#define ARRAY_V1 0xF993FAC8U
#define ARRAY_V2 0xF993FAC9U
#define ARRAY_V3 0xF993FACAU

typedef struct mxnet {
  vd_inspection *in;
  vd_view bytes;
  vd_reader r;
  vd_tensors tensors; // named only behind the last of them
} mxnet;

static bool is_params(vd_view bytes) {
  vd_reader r = vd_reader_of(bytes);
  uint64_t magic = vd_read_u64le(&r), reserved = vd_read_u64le(&r);
  return !r.failed && magic == LIST_MAGIC && reserved == 0;
}

// The first member of a symbol is "nodes", and its nodes have an "op".
static bool is_symbol(vd_view bytes) {
  vd_view text = vd_view_trim(vd_view_first(bytes, VD_HEAD_BYTES));
  if (!vd_view_starts(text, VD_VIEW("{")))
    return false;
  return vd_view_starts(vd_view_trim(vd_view_from(text, 1)), VD_VIEW("\"nodes\"")) &&
         vd_view_has(text, VD_VIEW("\"op\"")) && vd_view_has(text, VD_VIEW("\"inputs\""));
}

static bool recognise(const vd_artefact *a) { return is_params(a->bytes) || is_symbol(a->bytes); }

static vd_code broken(const mxnet *m, vd_error *err, const char *what) {
  (void)vd_fail(err, VD_FORMAT, "%s", what);
  return err->offset = vd_reader_offset(&m->r), VD_FORMAT;
}

// ---- arrays -------------------------------------------------------------------------------------

static vd_dtype dtype_of(uint32_t type) {
  static const vd_dtype types[] = {VD_DTYPE_F32, VD_DTYPE_F64, VD_DTYPE_F16, VD_DTYPE_U8,
                                   VD_DTYPE_I32, VD_DTYPE_I8,  VD_DTYPE_I64, VD_DTYPE_BOOL,
                                   VD_DTYPE_I16, VD_DTYPE_U16, VD_DTYPE_U32, VD_DTYPE_U64,
                                   VD_DTYPE_BF16};
  return type < VD_COUNT(types) ? types[type] : VD_DTYPE_OTHER;
}

static void read_shape(mxnet *m, vd_tensor *t, uint32_t rank, bool wide) {
  m->r.failed = m->r.failed || rank > VD_TENSOR_RANK_MAX;
  for (t->rank = 0; t->rank < rank && !m->r.failed; t->rank++)
    t->shape[t->rank] = wide ? vd_read_u64le(&m->r) : vd_read_u32le(&m->r);
}

static vd_code read_data(mxnet *m, vd_tensor *t, vd_error *err) {
  uint64_t n = vd_tensor_bytes(t);
  if (t->dtype == VD_DTYPE_OTHER)
    return broken(m, err, "an array has no known type");
  if (n > vd_reader_left(&m->r)) {
    VD_TRY(vd_observe(m->in, VD_CHECK_MODEL_BOUNDS, vd_reader_offset(&m->r),
                      "array %zu ends past the file", m->tensors.count - 1));
    return broken(m, err, "an array is longer than the file");
  }
  t->offset = vd_reader_offset(&m->r);
  t->bytes = vd_read_bytes(&m->r, n);
  return VD_OK;
}

static vd_code read_array(mxnet *m, vd_error *err) {
  vd_tensor *t = vd_vec_push(m->in->scratch, &m->tensors);
  if (t == NULL)
    return VD_NOMEM;
  uint32_t magic = vd_read_u32le(&m->r);
  if (magic == ARRAY_V2 || magic == ARRAY_V3) {
    if (vd_read_u32le(&m->r) != 0)
      return broken(m, err, "a sparse array, which is not read");
    read_shape(m, t, vd_read_u32le(&m->r), true);
  } else if (magic == ARRAY_V1)
    read_shape(m, t, vd_read_u32le(&m->r), true);
  else
    read_shape(m, t, magic, false);
  if (t->rank == 0 && magic != ARRAY_V3)
    return m->r.failed ? broken(m, err, "an array is cut or damaged") : VD_OK;
  (void)vd_read_u64le(&m->r); // kind and number of the device
  t->dtype = dtype_of(vd_read_u32le(&m->r));
  return m->r.failed ? broken(m, err, "an array is cut or damaged") : read_data(m, t, err);
}

static vd_code read_names(mxnet *m, vd_error *err) {
  uint64_t n = vd_read_u64le(&m->r);
  if (m->r.failed || (n != 0 && n != m->tensors.count))
    return broken(m, err, "its names are not as many as its arrays");
  for (size_t i = 0; i < n; i++)
    m->tensors.at[i].name = vd_read_bytes(&m->r, vd_read_u64le(&m->r));
  if (m->r.failed)
    return broken(m, err, "a name is cut or damaged");
  for (size_t i = 0; i < m->tensors.count; i++)
    VD_TRY(vd_model_tensor(m->in, &m->tensors.at[i]));
  return VD_OK;
}

static vd_code check_end(mxnet *m) {
  size_t left = vd_reader_left(&m->r);
  if (left == 0)
    return VD_OK;
  VD_TRY(vd_observe(m->in, VD_CHECK_TRAILING, vd_reader_offset(&m->r),
                    "%zu bytes follow the last name", left));
  return vd_inspect_nested(m->in, VD_VIEW("data after the arrays"),
                           vd_view_from(m->bytes, m->bytes.len - left));
}

static vd_code read_params(mxnet *m, vd_error *err) {
  (void)vd_read_bytes(&m->r, 16);
  uint64_t n = vd_read_u64le(&m->r);
  if (n > vd_reader_left(&m->r) / 4) {
    VD_TRY(vd_observe(m->in, VD_CHECK_MODEL_BOUNDS, 16,
                      "it states %llu arrays, more than it can hold", (unsigned long long)n));
    return broken(m, err, "its count is larger than the file");
  }
  VD_TRY(vd_model_set(m->in, "arrays", "%llu", (unsigned long long)n));
  for (uint64_t i = 0; i < n; i++)
    VD_TRY(read_array(m, err));
  VD_TRY(read_names(m, err));
  return check_end(m);
}

// ---- symbols ------------------------------------------------------------------------------------

// CVE-2022-24294: the name goes through a regular expression that backtracks.
static bool is_odd(vd_view name) {
  for (size_t i = 0; i < name.len; i++) {
    char c = name.ptr[i];
    if ((c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') &&
        vd_view_find(VD_VIEW("_.:-/"), c) == 5)
      return true;
  }
  return name.len > 128;
}

static const vd_value *attributes_of(const vd_value *node) {
  static const char *const keys[] = {"attrs", "attr", "param"};
  for (size_t i = 0; i < VD_COUNT(keys); i++) {
    const vd_value *v = vd_get(node, vd_view_of(keys[i]));
    if (vd_is(v, VD_KIND_TABLE))
      return v;
  }
  return NULL;
}

static vd_code check_node(vd_inspection *in, const vd_value *node) {
  vd_view op = vd_text_at(node, "op");
  vd_view type = vd_view_first(vd_text_at(attributes_of(node), "op_type"), VD_QUOTE_MAX);
  if (is_odd(op))
    return vd_observe(in, VD_CHECK_MXNET_NAME, 0, "line %u: operator \"%.*s\"", node->line,
                      VD_ARG(vd_view_first(op, VD_QUOTE_MAX)));
  if (vd_view_eq(op, VD_VIEW("Custom")))
    return vd_observe(in, VD_CHECK_MXNET_CUSTOM, 0, "line %u: Custom(op_type=\"%.*s\")", node->line,
                      VD_ARG(type));
  if (vd_view_eq(op, VD_VIEW("_Native")) || vd_view_eq(op, VD_VIEW("_NDArray")))
    return vd_observe(in, VD_CHECK_MXNET_CUSTOM, 0, "line %u: %.*s(info=\"%.*s\")", node->line,
                      VD_ARG(op), VD_ARG(vd_text_at(attributes_of(node), "info")));
  return VD_OK;
}

// ["int", 10901] is 1.9.1.
static vd_code set_producer(vd_inspection *in, const vd_value *version) {
  for (VD_EACH (v, version))
    if (vd_is(v, VD_KIND_INT))
      return vd_model_set(in, "producer", "mxnet %lld.%lld.%lld", (long long)v->integer / 10000,
                          (long long)v->integer / 100 % 100, (long long)v->integer % 100);
  return VD_OK;
}

static vd_code read_symbol(mxnet *m, vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_json_parse(m->in->scratch, m->bytes, &doc, err));
  const vd_value *nodes = vd_get(doc, VD_VIEW("nodes"));
  if (!vd_is(nodes, VD_KIND_ARRAY))
    return vd_fail(err, VD_FORMAT, "it has no list of nodes");
  VD_TRY(set_producer(m->in, vd_path(doc, "attrs", "mxnet_version")));
  VD_TRY(vd_model_set(m->in, "nodes", "%zu", nodes->count));
  for (VD_EACH (node, nodes))
    VD_TRY(check_node(m->in, node));
  return VD_OK;
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  mxnet m = {.in = in, .bytes = a->bytes, .r = vd_reader_of(a->bytes)};
  if (is_params(a->bytes))
    return read_params(&m, err);
  if (vd_view_starts(vd_view_trim(vd_view_first(a->bytes, 64)), VD_VIEW("{")))
    return read_symbol(&m, err);
  return vd_fail(err, VD_FORMAT, "it is neither arrays nor a symbol of MXNet");
}

const vd_format vd_format_mxnet = {
    .name = "mxnet",
    .description = "MXNet arrays and symbols",
    .patterns = "*-symbol.json *-0000.params",
    .recognise = recognise,
    .inspect = inspect,
};
