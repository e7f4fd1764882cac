// Inside of the worker: the process that inspects.
#pragma once

#include "base/base.h"

enum { VD_REQUEST_PATH_MAX = 4096 };

// In front of the path; the descriptor comes with it.
typedef struct vd_request {
  uint32_t path_len;
  uint32_t list_tensors;
} vd_request;

// Runs in a process just forked: gives up what it does not need, then answers until the channel
// closes or the caller is gone.
_Noreturn void vd_serve(int channel, int caller);
