// Types of the storages of torch.save.
#pragma once

#include "inspect/inspect.h"

// Puts a vd_dtype (in in->scratch) for every storage whose key the pickle names into *types.
// A pickle that is none, or hides them, gives fewer. NOMEM.
vd_code vd_torch_storages(vd_inspection *in, vd_view pickle, vd_map *types) VD_MUST_USE;
