// What the keyword arguments of setuptools mean, in setup.py and setup.cfg. Private to package.
#pragma once

#include "package/package.h"

typedef enum vd_setup_arg {
  VD_SETUP_INSTALL, // install_requires
  VD_SETUP_BUILD,   // setup_requires
  VD_SETUP_TESTS,   // tests_require
  VD_SETUP_EXTRAS,  // extras_require
  VD_SETUP_NONE,
} vd_setup_arg;

// The argument of that name ('-' and '_' are one), or VD_SETUP_NONE.
vd_setup_arg vd_setup_arg_of(vd_view name);

typedef struct vd_setup_place {
  vd_setup_arg arg;
  vd_view extra; // key of extras_require ("gpu", "gpu:python_version<'3'")
  uint32_t line;
} vd_setup_place;

// Adds one requirement that stands there. *added is NULL when there was nothing to add.
vd_code vd_setup_requirement_add(vd_inventory *inv, const vd_setup_place *at, vd_view text,
                                 vd_component **added) VD_MUST_USE;

// The scope of an extra: development for "dev", "test", "docs" and the like, else optional.
vd_scope vd_setup_scope(vd_setup_arg arg, vd_view extra);
