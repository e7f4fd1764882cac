// One member of an archive. Private to package.
#pragma once

#include "package/package.h"

// Copies into a the first member, one folder deep, whose path matches the pattern
// ("*.dist-info/METADATA"). NOTFOUND when there is none, else as vd_archive_walk.
vd_code vd_archive_member(vd_arena *a, vd_view archive, vd_view pattern, vd_view *out,
                          vd_error *err) VD_MUST_USE;
