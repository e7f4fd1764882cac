// Names of archive members, as a careless reader would use them.
#pragma once

#include "inspect/inspect.h"

// Observes a name that leads out of the folder it is unpacked to, or that readers cut differently.
vd_code vd_member_name_check(vd_inspection *in, vd_view name, uint64_t offset) VD_MUST_USE;
// True when the relative link target, seen from the folder of name, leaves the archive's folder.
bool vd_member_link_escapes(vd_view name, vd_view target);
