// Python objects and callables that a YAML text would build when it is read without care.
#pragma once

#include "inspect/document.h"

// True when the text has a tag of Python objects or a _target_; one pass, nothing parsed.
bool vd_yaml_python_named(vd_view text);

// Says which: tags from the text itself (the document tree has none), targets from the tree.
vd_code vd_yaml_python_check(vd_inspection *in, const vd_source *source) VD_MUST_USE;
