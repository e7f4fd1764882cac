// Programs, told by their first bytes.
#pragma once

#include "inspect/inspect.h"

// "an ELF program", "a Windows program", "a macOS program"; NULL for anything else. Looks at fields
// that must agree, not at a magic alone.
const char *vd_program_of(vd_view bytes);
// "a script" when the first line names an interpreter.
const char *vd_script_of(vd_view bytes);
// True for names that programs and libraries have: *.so, *.exe, no suffix at all.
bool vd_program_named(vd_view name);
