// Inside of the worker: the process that inspects.
#pragma once

#include "base/base.h"

enum {
  VD_REQUEST_PATH_MAX = 4096,
  VD_WORKER_READY = 'R', // the first byte a worker sends: it is behind its sandbox
};

// In front of the path and, when there is no descriptor, of the file's bytes.
typedef struct vd_request {
  uint32_t path_len, bytes_len;
  uint8_t list_tensors, has_fd;
} vd_request;

// Runs in a process just forked: gives up what it does not need, then answers until the channel
// closes or the caller is gone. Counts in *begun, which the caller shares, the files it begins
// with.
_Noreturn void vd_serve(int fd, int caller, uint64_t *begun);
