// OpenVINO IR: an XML network whose constants are in a .bin file beside it.
// https://docs.openvino.ai/ (Operation sets, IR format)
#include "format/format.h"
#include "inspect/inspect.h"

static vd_view head_of(vd_view bytes) {
  vd_view head = vd_view_first(bytes, VD_HEAD_BYTES);
  return vd_view_starts(head, VD_VIEW("\xef\xbb\xbf")) ? vd_view_from(head, 3) : head;
}

// A network, or a document type that claims to be one.
static bool recognise(const vd_artefact *a) {
  vd_view head = vd_view_trim(head_of(a->bytes));
  return vd_view_starts(head, VD_VIEW("<")) &&
         (vd_view_has(head, VD_VIEW("<net ")) || vd_view_has(head, VD_VIEW("<!DOCTYPE net"))) &&
         !vd_view_has(head, VD_VIEW("<html"));
}

static vd_code report_doctype(vd_inspection *in, vd_view bytes, uint64_t at) {
  vd_view text = vd_view_first(vd_view_from(bytes, at), VD_HEAD_BYTES);
  const char *entity = memmem(text.ptr, text.len, "<!ENTITY", 8);
  vd_view shown = entity == NULL ? text : vd_view_from(text, (size_t)(entity - text.ptr));
  shown = vd_view_first(shown, vd_view_find(shown, '>'));
  return vd_observe(in, VD_CHECK_XML_ENTITY, at, "%.*s>",
                    VD_ARG(vd_view_first(shown, VD_QUOTE_MAX)));
}

typedef struct body {
  const vd_value *net;
} body;

typedef struct network {
  vd_inspection *in;
  VD_VEC(body) bodies; // loops and branches hold networks
  uint64_t layers;
} network;

static vd_dtype dtype_of(vd_view name) {
  static const struct {
    const char *name;
    vd_dtype dtype;
  } types[] = {{"f64", VD_DTYPE_F64},   {"f32", VD_DTYPE_F32}, {"f16", VD_DTYPE_F16},
               {"bf16", VD_DTYPE_BF16}, {"i64", VD_DTYPE_I64}, {"i32", VD_DTYPE_I32},
               {"i16", VD_DTYPE_I16},   {"i8", VD_DTYPE_I8},   {"u64", VD_DTYPE_U64},
               {"u32", VD_DTYPE_U32},   {"u16", VD_DTYPE_U16}, {"u8", VD_DTYPE_U8}};
  for (size_t i = 0; i < VD_COUNT(types); i++)
    if (vd_view_eq(name, vd_view_of(types[i].name)))
      return types[i].dtype;
  return VD_DTYPE_OTHER;
}

static bool shape_of(vd_view text, vd_tensor *t) {
  while (vd_view_trim(text).len != 0) {
    vd_view part = vd_view_trim(vd_view_cut(&text, ','));
    if (t->rank == VD_TENSOR_RANK_MAX || !vd_view_u64(part, &t->shape[t->rank]))
      return false;
    t->rank++;
  }
  return true;
}

static vd_code read_constant(network *n, const vd_value *layer) {
  const vd_value *data = vd_get(layer, VD_VIEW("data"));
  vd_tensor t = {.name = vd_text_at(layer, "@name"),
                 .dtype = dtype_of(vd_text_at(data, "@element_type"))};
  uint64_t offset = 0, size = 0, end;
  if (vd_get(data, VD_VIEW("@offset")) == NULL)
    return VD_OK;
  if (!vd_view_u64(vd_text_at(data, "@offset"), &offset) ||
      !vd_view_u64(vd_text_at(data, "@size"), &size) ||
      __builtin_add_overflow(offset, size, &end) || end > INT64_MAX ||
      !shape_of(vd_text_at(data, "@shape"), &t) || !vd_tensor_fits(&t, size))
    return vd_observe(n->in, VD_CHECK_MODEL_BOUNDS, 0,
                      "line %u: constant %.*s states a shape that is not of its %llu bytes",
                      layer->line, VD_ARG(vd_view_first(t.name, 80)), (unsigned long long)size);
  return vd_model_tensor(n->in, &t);
}

static bool is_standard(vd_view version) {
  return version.len == 0 || vd_view_starts(version, VD_VIEW("opset")) ||
         vd_view_eq(version, VD_VIEW("type_relaxed_opset")) ||
         vd_view_eq(version, VD_VIEW("ie_internal_opset"));
}

static vd_code add_body(network *n, const vd_value *net) {
  body *kept = net == NULL ? NULL : vd_vec_push(n->in->scratch, &n->bodies);
  if (kept != NULL)
    kept->net = net;
  return net == NULL || kept != NULL ? VD_OK : VD_NOMEM;
}

static vd_code read_layer(network *n, const vd_value *layer) {
  static const char *const inner[] = {"body", "then_body", "else_body", "port_map_body"};
  vd_view type = vd_text_at(layer, "@type"), version = vd_text_at(layer, "@version");
  n->layers++;
  if (!is_standard(version))
    VD_TRY(vd_observe(n->in, VD_CHECK_OPENVINO_CUSTOM, 0, "line %u: %.*s::%.*s", layer->line,
                      VD_ARG(vd_view_first(version, 80)), VD_ARG(vd_view_first(type, 80))));
  for (size_t i = 0; i < VD_COUNT(inner); i++)
    VD_TRY(add_body(n, vd_get(layer, vd_view_of(inner[i]))));
  return vd_view_eq(type, VD_VIEW("Const")) ? read_constant(n, layer) : VD_OK;
}

static vd_code describe(network *n, const vd_value *net) {
  const vd_value *info = vd_get(net, VD_VIEW("rt_info"));
  vd_view runtime = vd_text_at(vd_get(info, VD_VIEW("Runtime_version")), "@value");
  vd_view optimizer = vd_text_at(vd_get(info, VD_VIEW("MO_version")), "@value");
  vd_view producer = runtime.len != 0 ? runtime : optimizer;
  VD_TRY(vd_model_set(n->in, "name", "%.*s", VD_ARG(vd_text_at(net, "@name"))));
  VD_TRY(vd_model_set(n->in, "ir version", "%.*s", VD_ARG(vd_text_at(net, "@version"))));
  return producer.len == 0 ? VD_OK
                           : vd_model_set(n->in, "producer", "openvino %.*s", VD_ARG(producer));
}

static vd_code read_bodies(network *n) {
  for (size_t i = 0; i < n->bodies.count; i++)
    for (VD_EACH (layer, vd_get(n->bodies.at[i].net, VD_VIEW("layers"))))
      if (vd_is(layer, VD_KIND_TABLE))
        VD_TRY(read_layer(n, layer));
  return VD_OK;
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  const vd_value *net;
  network n = {.in = in};
  vd_view head = head_of(a->bytes);
  const char *doctype = memmem(head.ptr, head.len, "<!DOCTYPE", 9);
  if (doctype != NULL)
    return report_doctype(in, a->bytes, (uint64_t)(doctype - a->bytes.ptr));
  VD_TRY(vd_xml_parse(in->scratch, a->bytes, &net, err));
  if (!vd_view_eq(net->key, VD_VIEW("net")))
    return vd_fail(err, VD_FORMAT, "its root is no network");
  VD_TRY(describe(&n, net));
  VD_TRY(add_body(&n, net));
  VD_TRY(read_bodies(&n));
  return vd_model_set(in, "layers", "%llu", (unsigned long long)n.layers);
}

const vd_format vd_format_openvino = {
    .name = "openvino",
    .description = "OpenVINO networks",
    .patterns = "openvino_*.xml",
    .text = true,
    .recognise = recognise,
    .inspect = inspect,
};
