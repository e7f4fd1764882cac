// What a configuration of a Hugging Face repository would make its loader do.
#pragma once

#include "inspect/text/document.h"

vd_code vd_hub_check(vd_inspection *in, const vd_source *source, const vd_value *doc) VD_MUST_USE;
