// worker: inspections in processes of their own, which hold nothing but the file in hand: no
// network, no files, no programs, bounded memory (seccomp, Landlock, rlimits; docs/models.md). A
// file that ends its worker, or takes too long, is a finding; the next file gets a new worker.
//
//   caller --- path + descriptor (SCM_RIGHTS) ---> worker
//          <-- length + what was found ----------
#pragma once

#include "inspect/inspect.h"

typedef struct vd_inspected {
  vd_observations observations;
  vd_model model;
  size_t omitted; // observations above the bound
} vd_inspected;

// A process, and the files it has been sent and not yet answered for, oldest first.
typedef struct vd_worker {
  int pid; // 0 = not running
  int channel;
  bool list_tensors;
  unsigned patience; // seconds for one file; 0 = VD_INSPECT_SECONDS plus a share for its size
  struct {
    int fd;
    vd_view path; // borrowed until received
    uint64_t size;
  } sent[VD_WORKER_QUEUE_MAX];
  size_t first, count;
} vd_worker;

#define VD_WORKER ((vd_worker){.channel = -1})

// Hands an open regular file over; takes fd. At most VD_WORKER_QUEUE_MAX files may wait: receive
// first. Starts the process when there is none. IO when no process can be had.
vd_code vd_worker_send(vd_worker *w, vd_view path, int fd, vd_error *err) VD_MUST_USE;
// What the oldest file sent holds; waits for it. *out lives in a. A worker that ended or took too
// long gives VD_CHECK_CRASH or VD_CHECK_LIMIT, and the files behind are given to a new one.
vd_code vd_worker_receive(vd_worker *w, vd_arena *a, vd_inspected *out, vd_error *err) VD_MUST_USE;
void vd_worker_stop(vd_worker *w); // for VD_CLEANUP
