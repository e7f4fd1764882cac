// One node of a TensorFlow graph (a NodeDef): what its attributes and constants hold.
#pragma once

#include "inspect/inspect.h"

enum { VD_TF_NODE_NAME = 1, VD_TF_NODE_OP = 2, VD_TF_NODE_INPUT = 3 }; // field numbers

// The AttrValue of a name; {NULL} when there is none.
vd_view vd_tf_attribute(vd_view node, const char *name);
// Its text, or the first of its list of texts.
vd_view vd_tf_attribute_text(vd_view node, const char *name);
// The first text a constant holds, in either form TensorFlow reads; {NULL} when it holds none.
vd_view vd_tf_constant_text(vd_view node);
// The numbers of a constant, with .offset still to be set; false when it holds texts.
bool vd_tf_constant_tensor(vd_view node, vd_tensor *out);
