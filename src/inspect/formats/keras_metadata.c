// keras_metadata.pb of a SavedModel: the configuration of each Keras object as JSON text.
#include "inspect/inspect.h"
#include "inspect/protobuf.h"

enum { METADATA_NODE = 1, NODE_PATH = 3, NODE_IDENTIFIER = 4, NODE_JSON = 5 };

static const vd_field_rule node_rules[] = {{2, VD_WIRE_VARINT, false},
                                           {NODE_PATH, VD_WIRE_BYTES, true},
                                           {NODE_IDENTIFIER, VD_WIRE_BYTES, true},
                                           {NODE_JSON, VD_WIRE_BYTES, true}};

static bool recognise(const vd_artefact *a) {
  vd_reader r = vd_reader_of(a->bytes);
  vd_view node;
  return vd_view_starts(a->bytes, VD_VIEW("\n")) && vd_message_each(&r, METADATA_NODE, &node) &&
         vd_message_is(node, node_rules, VD_COUNT(node_rules), false) &&
         vd_view_starts(vd_message_bytes(node, NODE_IDENTIFIER), VD_VIEW("_tf_keras_"));
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  vd_reader r = vd_reader_of(a->bytes);
  vd_view node;
  uint64_t n = 0;
  for (; vd_message_each(&r, METADATA_NODE, &node); n++) {
    vd_view json = vd_message_bytes(node, NODE_JSON);
    if (json.len != 0)
      VD_TRY(vd_inspect_nested(in, VD_VIEW("keras_metadata.json"), json));
  }
  VD_TRY(vd_model_set(in, "keras objects", "%llu", (unsigned long long)n));
  if (!r.failed && n != 0)
    return VD_OK;
  (void)vd_fail(err, VD_FORMAT, n == 0 ? "it has no objects" : "it is cut or damaged");
  err->offset = vd_reader_offset(&r);
  return VD_FORMAT;
}

const vd_format vd_format_keras_metadata = {
    .name = "keras_metadata",
    .description = "Keras objects of a SavedModel",
    .patterns = "keras_metadata.pb",
    .recognise = recognise,
    .inspect = inspect,
};
