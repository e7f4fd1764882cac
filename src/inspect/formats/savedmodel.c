// TensorFlow SavedModel: saved_model.pb, or saved_model.pbtxt.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/saved_model.proto
#include "inspect/outside.h"
#include "inspect/protobuf.h"
#include "inspect/tensorflow/graph.h"
#include "inspect/tensorflow/text.h"

enum {
  MODEL_META_GRAPH = 2,
  META_INFO = 1,
  META_GRAPH = 2,
  META_SIGNATURE = 5,
  META_ASSET = 6,
  META_OBJECTS = 7,
  INFO_TAG = 4,
  INFO_VERSION = 5,
  OBJECTS_NODE = 1,
  OBJECT_USER = 4,
  USER_METADATA = 3,
};

static const vd_field_rule model_rules[] = {{1, VD_WIRE_VARINT, false},
                                            {MODEL_META_GRAPH, VD_WIRE_BYTES, true}};
static const vd_field_rule meta_rules[] = {
    {META_INFO, VD_WIRE_BYTES, false}, {META_GRAPH, VD_WIRE_BYTES, true}, {3, VD_WIRE_BYTES, false},
    {4, VD_WIRE_BYTES, false},         {5, VD_WIRE_BYTES, false},         {6, VD_WIRE_BYTES, false},
    {7, VD_WIRE_BYTES, false}};

static bool recognise(const vd_artefact *a) {
  if (vd_tf_text_is(a->bytes, VD_TF_TEXT_SAVED_MODEL))
    return true;
  if (!vd_message_is(a->bytes, model_rules, VD_COUNT(model_rules), false))
    return false;
  vd_view meta = vd_message_bytes(a->bytes, MODEL_META_GRAPH);
  return vd_message_is(meta, meta_rules, VD_COUNT(meta_rules), false) &&
         vd_tf_graph_is(vd_message_bytes(meta, META_GRAPH));
}

// Assets are files below the model's own folder.
static vd_code read_assets(vd_inspection *in, vd_view meta, vd_map *assets) {
  vd_reader r = vd_reader_of(meta);
  vd_view asset;
  while (vd_message_each(&r, META_ASSET, &asset)) {
    vd_view file = vd_message_bytes(asset, 2);
    vd_view tensor = vd_message_bytes(vd_message_bytes(asset, 1), 1);
    const char *why = vd_path_outside(file);
    if (why != NULL)
      VD_TRY(vd_observe(in, VD_CHECK_MODEL_PATH, 0, "asset \"%.*s\" %s",
                        VD_ARG(vd_view_first(file, VD_QUOTE_MAX)), why));
    VD_TRY(vd_map_put(assets, vd_view_cut(&tensor, ':'), in));
  }
  return VD_OK;
}

static vd_code describe(vd_inspection *in, vd_view meta) {
  vd_view info = vd_message_bytes(meta, META_INFO), part;
  vd_view version = vd_message_bytes(info, INFO_VERSION);
  vd_reader r = vd_reader_of(info);
  VD_SCOPED_BUF tags = VD_BUF(512);
  if (version.len != 0)
    VD_TRY(vd_model_set(in, "producer", "tensorflow %.*s", VD_ARG(version)));
  while (vd_message_each(&r, INFO_TAG, &part))
    vd_buf_printf(&tags, "%s%.*s", tags.len == 0 ? "" : " ", VD_ARG(vd_view_first(part, 80)));
  if (tags.len != 0)
    VD_TRY(vd_model_set(in, "tags", "%.*s", VD_ARG(vd_buf_view(&tags))));
  r = vd_reader_of(meta);
  while (vd_message_each(&r, META_SIGNATURE, &part)) {
    vd_view name = vd_message_bytes(part, 1);
    if (name.len != 0 && !vd_view_starts(name, VD_VIEW("__")))
      return vd_model_set(in, "signature", "%.*s", VD_ARG(name));
  }
  return VD_OK;
}

// Keras before 2.5 kept the configuration of each layer with its object.
static vd_code read_objects(vd_inspection *in, vd_view meta) {
  vd_reader r = vd_reader_of(vd_message_bytes(meta, META_OBJECTS));
  vd_view object;
  while (vd_message_each(&r, OBJECTS_NODE, &object)) {
    vd_view text = vd_message_bytes(vd_message_bytes(object, OBJECT_USER), USER_METADATA);
    if (vd_view_starts(text, VD_VIEW("{")))
      VD_TRY(vd_inspect_nested(in, VD_VIEW("keras_metadata.json"), text));
  }
  return VD_OK;
}

static vd_code read_meta(vd_inspection *in, const vd_artefact *a, vd_view meta, vd_error *err) {
  vd_map assets = VD_MAP(in->scratch);
  vd_reader r = vd_reader_of(meta);
  vd_view graph;
  VD_TRY(describe(in, meta));
  VD_TRY(read_assets(in, meta, &assets));
  VD_TRY(read_objects(in, meta));
  while (vd_message_each(&r, META_GRAPH, &graph))
    VD_TRY(vd_tf_graph_inspect(in, a, &(vd_tf_graph){graph, &assets}, err));
  return r.failed ? vd_fail(err, VD_FORMAT, "a meta graph is cut or damaged") : VD_OK;
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  vd_view bytes = a->bytes, meta;
  if (vd_tf_text_is(bytes, VD_TF_TEXT_SAVED_MODEL))
    VD_TRY(vd_tf_text_read(in->scratch, a->bytes, VD_TF_TEXT_SAVED_MODEL, &bytes, err));
  vd_reader r = vd_reader_of(bytes);
  unsigned n = 0;
  for (; vd_message_each(&r, MODEL_META_GRAPH, &meta); n++)
    VD_TRY(read_meta(in, a, meta, err));
  if (!r.failed && n != 0)
    return VD_OK;
  (void)vd_fail(err, VD_FORMAT, r.failed ? "it is cut or damaged" : "it has no graph");
  err->offset = vd_reader_offset(&r);
  return VD_FORMAT;
}

const vd_format vd_format_savedmodel = {
    .name = "savedmodel",
    .description = "TensorFlow SavedModel",
    .patterns = "saved_model.pb saved_model.pbtxt",
    .recognise = recognise,
    .inspect = inspect,
};
