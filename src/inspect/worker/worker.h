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

typedef struct vd_worker_file {
  int fd;        // -1: the whole file went with the request
  char *request; // its bytes, to send it again
  size_t request_len;
  uint64_t size;
  bool ended; // it ended its worker, or took too long: there will be no answer
  vd_check_id check;
  char reason[96];
} vd_worker_file;

// A process, and the files it has been sent and not yet answered for, oldest first.
typedef struct vd_worker {
  int pid; // 0 = not running
  int channel;
  bool ready; // it has said that it is behind its sandbox
  bool list_tensors;
  unsigned patience; // seconds for one file; 0 = VD_INSPECT_SECONDS plus a share for its size
  vd_worker_file sent[VD_WORKER_QUEUE_MAX];
  size_t first, count, files; // files: sent as descriptors
  size_t ahead;               // bytes of requests that are not answered
  vd_buf out;                 // requests not yet handed over
  char *in;                   // answers read ahead: in[in_start..in_end]
  size_t in_start, in_end, in_cap;
  uint64_t *begun;   // shared with the process: files it has begun with
  uint64_t answered; // by the process
} vd_worker;

#define VD_WORKER ((vd_worker){.channel = -1, .out = VD_BUF(VD_WORKER_OUT_MAX)})

// True when no more may be sent before an answer is received.
bool vd_worker_full(const vd_worker *w);
// Hands an open regular file over; takes fd. whole: all its bytes when the caller has read them and
// they are at most VD_HEAD_BYTES, else {NULL}. Starts the process when there is none. IO when no
// process can be had; LIMIT when the worker is full.
vd_code vd_worker_send(vd_worker *w, vd_view path, int fd, vd_view whole,
                       vd_error *err) VD_MUST_USE;
// What the oldest file sent holds; waits for it. *out lives in a. A worker that ended or took too
// long gives VD_CHECK_CRASH or VD_CHECK_LIMIT for the file it had begun with, and the others go to
// a new one.
vd_code vd_worker_receive(vd_worker *w, vd_arena *a, vd_inspected *out, vd_error *err) VD_MUST_USE;
void vd_worker_stop(vd_worker *w); // for VD_CLEANUP
