// Python objects that a YAML text would build when it is read by an unsafe loader.
#pragma once

#include "inspect/text/document.h"

// True when the text has a tag of Python objects; one pass, nothing parsed.
bool vd_yaml_has_python(vd_view text);

// Says which, at the places where YAML has tags; not in block scalars, quotes and comments of a
// text that parses.
vd_code vd_yaml_check_python(vd_inspection *in, const vd_source *source) VD_MUST_USE;
