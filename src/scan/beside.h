// What lies beside a model and says where it comes from.
#pragma once

#include "inspect/inspect.h"

// Adds the properties "signature" and, from the front matter of a README.md, "licence" to a model
// that does not state them itself. NOMEM.
vd_code vd_model_beside(vd_arena *a, const char *path, vd_model *m, vd_error *err) VD_MUST_USE;
