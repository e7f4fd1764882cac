// What a Keras configuration would make its loader do; the same in .keras, H5 and plain JSON.
#pragma once

#include "inspect/text/document.h"

// Looks at the configuration tree of a model, its compile and build configurations included.
// legacy: of an H5 file, for which safe_mode does nothing.
vd_code vd_keras_check(vd_inspection *in, const vd_source *source, const vd_value *doc,
                       bool legacy) VD_MUST_USE;

// ---- bytecode.c

// Names in v, marshalled Python code: what it names, as one line; {NULL} when it is not marshalled
// code. *reach is the worst thing any of the names does.
vd_view vd_bytecode_names(vd_inspection *in, vd_view v, vd_reach *reach);

// The worst thing that any word of a Python source text does.
vd_reach vd_source_reach(vd_view text);
