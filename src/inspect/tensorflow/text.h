// TensorFlow's messages in protobuf's text form, which TensorFlow loads as it does the binary one.
#pragma once

#include "base/base.h"

typedef enum vd_tf_text {
  VD_TF_TEXT_GRAPH,
  VD_TF_TEXT_SAVED_MODEL,
} vd_tf_text;

// Whether text begins as such a message does.
bool vd_tf_text_is(vd_view text, vd_tf_text kind);
// The same message in binary form, in the arena; fields that no inspection looks at are left out.
// FORMAT with line and offset, LIMIT, NOMEM.
vd_code vd_tf_text_read(vd_arena *a, vd_view text, vd_tf_text kind, vd_view *out,
                        vd_error *err) VD_MUST_USE;
