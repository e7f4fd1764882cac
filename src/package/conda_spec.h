// Conda package specifications as command lines write them. Private to package.
#pragma once

#include "package/package.h"

// Adds "[channel::]name[ version][=build]" ("numpy=1.20", "numpy>=1.20,<2", "numpy==1.20=py39_0").
// *added is NULL when a notice was made.
vd_code vd_conda_spec_add(vd_inventory *inv, vd_view text, uint32_t line,
                          vd_component **added) VD_MUST_USE;
