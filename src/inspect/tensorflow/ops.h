// The operators of TensorFlow, as far as it matters what they reach.
#pragma once

#include "inspect/inspect.h"

typedef enum vd_tf_when {
  VD_TF_ALWAYS, // a finding wherever it stands
  VD_TF_PATH,   // when a constant names its file, and that is not one of the model
  VD_TF_URL,    // when its constant is a URL
} vd_tf_when;

typedef struct vd_tf_op {
  const char *name;
  vd_check_id check;
  vd_tf_when when;
  const char *place; // "1": an input, "@f": an attribute, "": nowhere
} vd_tf_op;

// What reaches beyond the graph; NULL for all other operators.
const vd_tf_op *vd_tf_op_find(vd_view name);
// Whether TensorFlow itself has the operator, in any of its versions ("AddV2" is known by "Add").
bool vd_tf_op_known(vd_view name);

// Says what an operator does with the file or address that a constant names (text.ptr is NULL: what
// is computed). `where` ends the evidence: " in function f".
vd_code vd_tf_op_report(vd_inspection *in, const vd_tf_op *op, uint64_t offset, vd_view text,
                        vd_view where);
