// Python code that downloads from a model hub: what it fetches and whether that is pinned.
#pragma once

#include "inspect/inspect.h"

// True when the text holds one of the words at all. One pass, without lexing.
bool vd_hub_code_named(vd_view text);

// Says what the calls in a Python text fetch; base is added to the offsets.
vd_code vd_hub_code_check(vd_inspection *in, vd_view text, uint64_t base) VD_MUST_USE;
