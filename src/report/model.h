// What reports say of a model.
#pragma once

#include "format/format.h"
#include "inspect/worker/worker.h"
#include "report/report.h"

// The members "formats", "properties", "tensor_count", "parameters" and, when listed, "tensors" of
// an open object.
void vd_report_json_model(vd_json_out *j, const vd_model *m);

typedef struct vd_model_report {
  vd_view path;
  uint64_t size;
  vd_inspected found;
} vd_model_report;

// `vedette model info`.
vd_code vd_report_model(const vd_model_report *r, const vd_report_options *options,
                        vd_buf *out) VD_MUST_USE;
vd_code vd_report_model_json(const vd_model_report *r, vd_buf *out) VD_MUST_USE;
