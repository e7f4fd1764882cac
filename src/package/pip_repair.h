// Old spellings of requirements. Private to package.
#pragma once

#include "base/base.h"

// The text as PEP 508 would write it: "a=1" as "a==1", "a>=1 <2" as "a>=1,<2", "a==2004d" as
// "a===2004d", without stray commas. {NULL} when there is nothing to make of it, or on NOMEM.
vd_view vd_pip_repair(vd_arena *a, vd_view text);
