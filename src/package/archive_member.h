// One member of an archive. Private to package.
#pragma once

#include "package/package.h"

// Copies into a the first member whose path is FOLDER/file with FOLDER ending in folder_end ("" for
// any). NOTFOUND when there is none, else as vd_archive_walk.
vd_code vd_archive_member(vd_arena *a, vd_view archive, vd_view folder_end, vd_view file,
                          vd_view *out, vd_error *err) VD_MUST_USE;
