// A TensorFlow GraphDef: what its nodes, and those of its functions, reach.
#pragma once

#include "inspect/inspect.h"

// Names of nodes whose constant is the place of an asset when the model was written: loaders put
// the asset in their place.
typedef struct vd_tf_graph {
  vd_view bytes;        // the GraphDef, as one message
  const vd_map *assets; // NULL: none
} vd_tf_graph;

// Reports what reaches out, what TensorFlow does not know, and the constants as tensors. Offsets
// count from the artefact in hand when bytes lie in it. FORMAT for a damaged message, NOMEM.
vd_code vd_tf_graph_inspect(vd_inspection *in, const vd_artefact *a, const vd_tf_graph *of,
                            vd_error *err) VD_MUST_USE;

// Whether bytes are a GraphDef, by its fields and those of its first node.
bool vd_tf_graph_is(vd_view bytes);
