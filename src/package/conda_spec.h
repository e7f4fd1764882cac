// Conda package specifications as command lines and environment files write them. Private to
// package.
#pragma once

#include "package/package.h"

// Adds "[channel::]name[ version][=build]" ("numpy=1.20", "conda-forge::numpy>=1.20,<2", "numpy
// ==1.20=py39_0", "numpy[version='>=1.2']"). "=1.20" and "1.20.*" allow every 1.20.x; "==1.20",
// "1.20" after a space and anything with a build are exact. *added is NULL when a notice was made.
vd_code vd_conda_spec_add(vd_inventory *inv, vd_view text, uint32_t line,
                          vd_component **added) VD_MUST_USE;

// A fresh component of type conda; its name keeps '_' and '.'. NULL on NOMEM.
vd_component *vd_conda_component_add(vd_inventory *inv, vd_view name, uint32_t line) VD_MUST_USE;
