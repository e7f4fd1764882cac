// Inside of the worker: giving up what it does not need.
#pragma once

#include "base/base.h"

// From here on the process can read, map and answer on the descriptors it holds, and nothing else:
// no files by name, no network, no programs, no memory above VD_WORKER_MEMORY_MAX. What the kernel
// lacks is left out: rlimits and seccomp are everywhere, Landlock since 5.13. False when seccomp
// was refused.
bool vd_sandbox_enter(void) VD_MUST_USE;
