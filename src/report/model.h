// What reports say of a model.
#pragma once

#include "format/format.h"
#include "inspect/inspect.h"

// The members "formats", "properties", "tensor_count", "parameters" and, when listed, "tensors" of
// an open object.
void vd_report_json_model(vd_json_out *j, const vd_model *m);
