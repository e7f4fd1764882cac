// Members of archives that libarchive reads, from memory, one after another.
#pragma once

#include "inspect/inspect.h"

// Gives the members to the driver: 7z, rar, cab, and tar in any stream that libarchive unpacks.
// UNSUPPORTED when it is none of these.
vd_code vd_archive_members(vd_inspection *in, vd_view bytes, vd_error *err) VD_MUST_USE;
