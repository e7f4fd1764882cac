// What the functions in pickle_builtins.def give; see vd_pickle_builtin in pickle.h.
#pragma once

#include "inspect/pickle/pickle.h"

#define BUILTIN(module, name, run) vd_code vd_pickle_run_##run(vd_pickle *m, vd_pickle_step *s);
#include "inspect/pickle/builtins.def"
#undef BUILTIN
