// Frozen TensorFlow graphs: one GraphDef, binary or in protobuf's text form.
#include "inspect/tensorflow/graph.h"
#include "inspect/tensorflow/text.h"

static bool recognise(const vd_artefact *a) {
  return vd_tf_graph_is(a->bytes) || vd_tf_text_is(a->bytes, VD_TF_TEXT_GRAPH);
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  vd_tf_graph graph = {.bytes = a->bytes};
  if (vd_tf_text_is(a->bytes, VD_TF_TEXT_GRAPH))
    VD_TRY(vd_tf_text_read(in->scratch, a->bytes, VD_TF_TEXT_GRAPH, &graph.bytes, err));
  return vd_tf_graph_inspect(in, a, &graph, err);
}

const vd_format vd_format_graphdef = {
    .name = "graphdef",
    .description = "frozen TensorFlow graphs",
    .patterns = "frozen*.pb *graph*.pb *graph*.pbtxt",
    .recognise = recognise,
    .inspect = inspect,
};
