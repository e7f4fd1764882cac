// XGBoost models in Universal Binary JSON.
#pragma once

#include "inspect/inspect.h"

// Walks the model without a tree: objective and trees become properties, children that point
// outside their tree and objectives of others' code are observed, what follows the end is handed
// on. FORMAT and LIMIT with an offset.
vd_code vd_ubjson_read(vd_inspection *in, const vd_artefact *a, vd_error *err) VD_MUST_USE;

// Observes an objective that XGBoost itself does not have; else it becomes a property.
vd_code vd_booster_objective(vd_inspection *in, vd_view name, uint64_t offset) VD_MUST_USE;
