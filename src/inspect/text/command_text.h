// Code and commands in text that should be plain facts.
#pragma once

#include "inspect/inspect.h"

// "Python code that runs commands", "a shell command that ...", NULL when the text has none. *at is
// where the telling words begin. Strict: words about code, addresses and data are none.
const char *vd_command_in(vd_view text, size_t *at);
