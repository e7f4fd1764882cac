// Output of `conda list --export`, which people store as requirements.txt. Private to package.
#pragma once

#include "package/package.h"

bool vd_conda_list_is(vd_view text);
vd_code vd_conda_list_read(vd_inventory *inv, vd_view text) VD_MUST_USE;
