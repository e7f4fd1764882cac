// The caller's side of a worker: starting it, sending files, reading answers, outliving its end.
#include "inspect/worker.h"

#include "inspect/serve.h"
#include "inspect/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ms(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static vd_code start(vd_worker *w, vd_error *err) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return vd_fail(err, VD_IO, "cannot make a channel to a worker: %s", strerror(errno));
  pid_t caller = getpid(), pid = fork();
  if (pid == 0)
    vd_serve(ends[1], caller);
  (void)close(ends[1]);
  if (pid < 0) {
    (void)close(ends[0]);
    return vd_fail(err, VD_IO, "cannot start a worker: %s", strerror(errno));
  }
  w->pid = pid;
  w->channel = ends[0];
  return VD_OK;
}

// How the process ended, when it did so by itself within a second of closing its channel.
static bool has_ended(const vd_worker *w, int *status) {
  const struct timespec moment = {.tv_nsec = 2000000};
  for (int i = 0; i < 500; i++) {
    if (waitpid(w->pid, status, WNOHANG) == w->pid)
      return true;
    (void)nanosleep(&moment, NULL);
  }
  return false;
}

// Ends the process; its status.
static int end(vd_worker *w, bool by_itself) {
  int status = 0;
  if (w->channel >= 0)
    (void)close(w->channel);
  if (w->pid > 0 && !(by_itself && has_ended(w, &status))) {
    (void)kill(w->pid, SIGKILL);
    while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
      continue;
  }
  w->channel = -1;
  w->pid = 0;
  return status;
}

void vd_worker_stop(vd_worker *w) {
  (void)end(w, false);
  for (size_t i = 0; i < w->count; i++)
    (void)close(w->sent[(w->first + i) % VD_WORKER_QUEUE_MAX].fd);
  w->count = 0;
}

// A worker that is gone shows when its answer is read; sending does not fail for that.
static void post(const vd_worker *w, size_t i) {
  vd_request r = {.path_len = (uint32_t)vd_view_first(w->sent[i].path, VD_REQUEST_PATH_MAX).len,
                  .list_tensors = w->list_tensors};
  struct iovec parts[2] = {{&r, sizeof r}, {NULL, r.path_len}};
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control = {.bytes = {0}};
  struct msghdr m = {.msg_iov = parts,
                     .msg_iovlen = 2,
                     .msg_control = control.bytes,
                     .msg_controllen = sizeof control.bytes};
  struct cmsghdr *c = CMSG_FIRSTHDR(&m);
  char path[VD_REQUEST_PATH_MAX];
  memcpy(path, w->sent[i].path.ptr, r.path_len);
  parts[1].iov_base = path;
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(c), &w->sent[i].fd, sizeof(int));
  while (sendmsg(w->channel, &m, MSG_NOSIGNAL) < 0 && errno == EINTR)
    continue;
}

vd_code vd_worker_send(vd_worker *w, vd_view path, int fd, vd_error *err) {
  struct stat st;
  vd_code code = w->pid != 0 ? VD_OK : start(w, err);
  if (code == VD_OK && w->count == VD_WORKER_QUEUE_MAX)
    code = vd_fail(err, VD_LIMIT, "too many files wait for one worker");
  if (code == VD_OK && fstat(fd, &st) != 0)
    code = vd_fail(err, VD_IO, "cannot look at the file: %s", strerror(errno));
  if (code != VD_OK) {
    (void)close(fd);
    return code;
  }
  size_t i = (w->first + w->count++) % VD_WORKER_QUEUE_MAX;
  w->sent[i].fd = fd;
  w->sent[i].path = path;
  w->sent[i].size = (uint64_t)st.st_size;
  post(w, i);
  return VD_OK;
}

// ---- answers
// ---------------------------------------------------------------------------------------

typedef enum wait_result { ANSWERED, ENDED, LATE } wait_result;

static wait_result read_all(const vd_worker *w, void *into, size_t n, uint64_t deadline) {
  char *at = into;
  while (n != 0) {
    struct pollfd p = {.fd = w->channel, .events = POLLIN};
    uint64_t now = now_ms();
    int ready = poll(&p, 1, now >= deadline ? 0 : (int)(deadline - now));
    if (ready == 0)
      return LATE;
    ssize_t got = ready < 0 ? -1 : read(w->channel, at, n);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return ENDED;
    at += got;
    n -= (size_t)got;
  }
  return ANSWERED;
}

static unsigned seconds_for(const vd_worker *w) {
  uint64_t share = w->sent[w->first].size / VD_INSPECT_BYTES_A_SECOND;
  if (w->patience != 0)
    return w->patience;
  return VD_INSPECT_SECONDS +
         (unsigned)(share < VD_INSPECT_SECONDS_SHARE ? share : VD_INSPECT_SECONDS_SHARE);
}

// The bytes of one answer, in a.
static wait_result read_answer(const vd_worker *w, vd_arena *a, vd_view *out) {
  uint64_t deadline = now_ms() + (uint64_t)seconds_for(w) * 1000, size = 0;
  wait_result r = read_all(w, &size, sizeof size, deadline);
  if (r != ANSWERED || size > VD_INSPECT_REPORT_MAX)
    return r == ANSWERED ? ENDED : r;
  char *bytes = vd_new_array(a, char, size + 1);
  if (bytes == NULL)
    return ENDED;
  *out = (vd_view){bytes, size};
  return read_all(w, bytes, size, deadline);
}

static vd_code report_end(vd_arena *a, vd_check_id check, vd_view evidence, vd_inspected *out,
                          vd_error *err) {
  vd_inspected one = {0};
  vd_observation *o = vd_vec_push(a, &one.observations);
  if (o == NULL || evidence.ptr == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for what the worker found");
  *o = (vd_observation){.check = check,
                        .severity = vd_checks[check].severity,
                        .member = VD_VIEW(""),
                        .evidence = evidence};
  *out = one;
  return VD_OK;
}

static vd_code blame(vd_worker *w, wait_result why, vd_arena *a, vd_inspected *out, vd_error *err) {
  unsigned seconds = seconds_for(w);
  int status = end(w, why == ENDED);
  if (why == LATE)
    return report_end(a, VD_CHECK_LIMIT, vd_arena_printf(a, "no end after %u seconds", seconds),
                      out, err);
  vd_view how = WIFSIGNALED(status) ? vd_arena_printf(a, "the worker ended by signal %d (%s)",
                                                      WTERMSIG(status), strsignal(WTERMSIG(status)))
                                    : VD_VIEW("the worker ended without an answer");
  return report_end(a, VD_CHECK_CRASH, how, out, err);
}

static void forget_first(vd_worker *w) {
  (void)close(w->sent[w->first].fd);
  w->first = (w->first + 1) % VD_WORKER_QUEUE_MAX;
  w->count--;
}

// What waited behind the file that ended the worker goes to a new one.
static vd_code restart(vd_worker *w, vd_error *err) {
  if (w->count == 0)
    return VD_OK; // the next file will start one
  VD_TRY(start(w, err));
  for (size_t i = 0; i < w->count; i++)
    post(w, (w->first + i) % VD_WORKER_QUEUE_MAX);
  return VD_OK;
}

vd_code vd_worker_receive(vd_worker *w, vd_arena *a, vd_inspected *out, vd_error *err) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_INSPECT_REPORT_MAX + VD_LINE_MAX);
  vd_view answer = {0};
  if (w->count == 0)
    return vd_fail(err, VD_NOTFOUND, "no file was sent");
  wait_result r = read_answer(w, &scratch, &answer);
  vd_code code = r == ANSWERED ? vd_wire_get(a, answer, out, err) : VD_FORMAT;
  if (code != VD_FORMAT)
    return forget_first(w), code;
  code = blame(w, r, a, out, err);
  forget_first(w);
  vd_code again = restart(w, err);
  return code != VD_OK ? code : again;
}
