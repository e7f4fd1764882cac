// Inside of the worker: results as bytes. The reader trusts nothing: a worker may be in foreign
// hands.
#pragma once

#include "inspect/worker/worker.h"

void vd_wire_put(vd_buf *b, const vd_inspection *in);
// FORMAT when the bytes are not what vd_wire_put writes. Texts are copied.
vd_code vd_wire_get(vd_arena *a, vd_view bytes, vd_inspected *out, vd_error *err) VD_MUST_USE;
