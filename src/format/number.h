// Numbers as formats write them; private to this module.
#pragma once

#include "base/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// The nearest double of decimal text [-]digits[.digits][e[+-]digits], whatever the locale says.
double vd_real_of(vd_view text);

#ifdef __cplusplus
}
#endif
