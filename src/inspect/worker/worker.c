// The caller's side of a worker: starting it, sending files, reading answers, outliving its end.
#include "inspect/worker/worker.h"

#include "inspect/worker/serve.h"
#include "inspect/worker/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
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

static vd_code share_counter(vd_worker *w, vd_error *err) {
  void *at = w->begun;
  if (at == NULL)
    at = mmap(NULL, sizeof *w->begun, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED)
    return vd_fail(err, VD_IO, "cannot share memory with a worker: %s", strerror(errno));
  w->begun = at;
  *w->begun = 0;
  return VD_OK;
}

static vd_code start(vd_worker *w, vd_error *err) {
  int ends[2];
  VD_TRY(share_counter(w, err));
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return vd_fail(err, VD_IO, "cannot make a channel to a worker: %s", strerror(errno));
  pid_t caller = getpid(), pid = fork();
  if (pid == 0)
    vd_serve(ends[1], caller, w->begun);
  (void)close(ends[1]);
  if (pid < 0) {
    (void)close(ends[0]);
    return vd_fail(err, VD_IO, "cannot start a worker: %s", strerror(errno));
  }
  w->pid = pid;
  w->channel = ends[0];
  w->answered = 0;
  w->ready = false;
  w->in_start = w->in_end = 0;
  w->out.len = 0;
  return VD_OK;
}

// How the process ended, when it did so by itself within a second of closing its channel.
static bool has_ended(const vd_worker *w, int *status) {
  const struct timespec moment = {.tv_nsec = VD_WORKER_END_MS * 1000000L};
  for (int i = 0; i < VD_WORKER_END_LOOKS; i++) {
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

static vd_worker_file *file_at(vd_worker *w, size_t i) {
  return &w->sent[(w->first + i) % VD_WORKER_QUEUE_MAX];
}

static void forget(vd_worker *w, vd_worker_file *f) {
  if (f->fd >= 0) {
    (void)close(f->fd);
    w->files--;
  }
  w->ahead -= f->request_len;
  free(f->request);
}

void vd_worker_stop(vd_worker *w) {
  (void)end(w, false);
  for (size_t i = 0; i < w->count; i++)
    forget(w, file_at(w, i));
  w->count = 0;
  vd_buf_free(&w->out);
  free(w->in);
  w->in = NULL;
  w->in_cap = 0;
  if (w->begun != NULL)
    (void)munmap(w->begun, sizeof *w->begun);
  w->begun = NULL;
}

// ---- requests ----

// Hands the requests that wait over, the last of them with its descriptor. A worker that is gone
// shows when its answer is read; sending does not fail for that.
static void hand_over(vd_worker *w, const int *fd) {
  struct iovec part = {w->out.ptr, w->out.len};
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control = {.bytes = {0}};
  struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
  if (fd != NULL) {
    m.msg_control = control.bytes;
    m.msg_controllen = sizeof control.bytes;
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(c), fd, sizeof(int));
  }
  while (part.iov_len != 0) {
    ssize_t n = sendmsg(w->channel, &m, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    part = (struct iovec){(char *)part.iov_base + n, part.iov_len - (size_t)n};
    m.msg_control = NULL;
    m.msg_controllen = 0;
  }
  w->out.len = 0;
}

static void post(vd_worker *w, const vd_worker_file *f) {
  if (f->fd >= 0 && w->out.len != 0)
    hand_over(w, NULL); // a descriptor goes with the first byte of its own request
  vd_buf_put(&w->out, (vd_view){f->request, f->request_len});
  if (f->fd >= 0 || w->out.len >= VD_WORKER_PORTION)
    hand_over(w, f->fd >= 0 ? &f->fd : NULL);
}

static bool write_request(const vd_worker *w, vd_worker_file *f, vd_view path, vd_view whole) {
  path = vd_view_first(path, VD_REQUEST_PATH_MAX);
  vd_request r = {.path_len = (uint32_t)path.len,
                  .bytes_len = (uint32_t)whole.len,
                  .list_tensors = w->list_tensors,
                  .has_fd = whole.ptr == NULL};
  f->request_len = sizeof r + path.len + whole.len;
  f->request = malloc(f->request_len);
  if (f->request == NULL)
    return false;
  memcpy(f->request, &r, sizeof r);
  if (path.ptr != NULL)
    memcpy(f->request + sizeof r, path.ptr, path.len);
  if (whole.ptr != NULL)
    memcpy(f->request + sizeof r + path.len, whole.ptr, whole.len);
  return true;
}

bool vd_worker_full(const vd_worker *w) {
  return w->count == VD_WORKER_QUEUE_MAX || w->files == VD_WORKER_FILES_MAX ||
         w->ahead >= VD_WORKER_AHEAD_MAX;
}

static vd_code make_file(const vd_worker *w, vd_worker_file *f, vd_view path, vd_view whole,
                         vd_error *err) {
  struct stat st;
  if (vd_worker_full(w))
    return vd_fail(err, VD_LIMIT, "too many files wait for one worker");
  f->size = whole.len;
  if (whole.ptr == NULL && fstat(f->fd, &st) != 0)
    return vd_fail(err, VD_IO, "cannot look at the file: %s", strerror(errno));
  if (whole.ptr == NULL)
    f->size = (uint64_t)st.st_size;
  return write_request(w, f, path, whole) ? VD_OK
                                          : vd_fail(err, VD_NOMEM, "no memory for a request");
}

vd_code vd_worker_send(vd_worker *w, vd_view path, int fd, vd_view whole, vd_error *err) {
  vd_worker_file f = {.fd = fd};
  vd_code code = w->pid != 0 ? VD_OK : start(w, err);
  if (code == VD_OK)
    code = make_file(w, &f, path, whole, err);
  if (code != VD_OK || whole.ptr != NULL) {
    (void)close(fd);
    f.fd = -1;
  }
  if (code != VD_OK)
    return code;
  w->files += f.fd >= 0;
  w->ahead += f.request_len;
  *file_at(w, w->count++) = f;
  post(w, &f);
  return VD_OK;
}

// ---- answers ------------------------------------------------------------------------------------

typedef enum wait_result { ANSWERED, ENDED, LATE } wait_result;

// Room for n bytes of answers from in_start on.
static bool make_room(vd_worker *w, size_t n) {
  if (w->in_start != 0 && w->in_cap - w->in_start < n) {
    memmove(w->in, w->in + w->in_start, w->in_end - w->in_start);
    w->in_end -= w->in_start;
    w->in_start = 0;
  }
  if (w->in_cap >= n)
    return true;
  size_t cap = n < VD_WORKER_READ_AHEAD ? VD_WORKER_READ_AHEAD : n;
  char *grown = realloc(w->in, cap);
  if (grown == NULL)
    return false;
  w->in = grown;
  w->in_cap = cap;
  return true;
}

static wait_result read_more(vd_worker *w, uint64_t deadline) {
  struct pollfd p = {.fd = w->channel, .events = POLLIN};
  uint64_t now = now_ms();
  int ready = poll(&p, 1, now >= deadline ? 0 : (int)(deadline - now));
  if (ready == 0)
    return LATE;
  ssize_t got = ready < 0 ? -1 : read(w->channel, w->in + w->in_end, w->in_cap - w->in_end);
  if (got > 0)
    w->in_end += (size_t)got;
  return got > 0 || (got < 0 && errno == EINTR) ? ANSWERED : ENDED;
}

// Reads until n bytes of answers are there.
static wait_result need(vd_worker *w, size_t n, uint64_t deadline) {
  if (!make_room(w, n))
    return ENDED;
  if (w->in_end - w->in_start < n && w->out.len != 0)
    hand_over(w, NULL);
  wait_result r = ANSWERED;
  while (r == ANSWERED && w->in_end - w->in_start < n)
    r = read_more(w, deadline);
  return r;
}

// The file the worker has begun with last. It may lie about that, but not beyond the files it was
// sent.
static vd_worker_file *in_hand(vd_worker *w) {
  uint64_t begun = __atomic_load_n(w->begun, __ATOMIC_ACQUIRE);
  uint64_t before = begun <= w->answered ? 0 : begun - w->answered - 1;
  vd_worker_file *last = file_at(w, 0);
  for (size_t i = 0; i < w->count; i++) {
    if (file_at(w, i)->ended)
      continue;
    last = file_at(w, i);
    if (before-- == 0)
      break;
  }
  return last;
}

static unsigned seconds_for(const vd_worker *w, const vd_worker_file *f) {
  uint64_t share = f->size / VD_INSPECT_BYTES_A_SECOND;
  if (w->patience != 0)
    return w->patience;
  return VD_INSPECT_SECONDS +
         (unsigned)(share < VD_INSPECT_SECONDS_SHARE ? share : VD_INSPECT_SECONDS_SHARE);
}

static wait_result await_ready(vd_worker *w, uint64_t deadline) {
  wait_result r = need(w, 1, deadline);
  if (r != ANSWERED)
    return r;
  w->ready = w->in[w->in_start++] == VD_WORKER_READY;
  return w->ready ? ANSWERED : ENDED;
}

// The bytes of one answer, until the next is read.
static wait_result read_answer(vd_worker *w, vd_view *out) {
  uint64_t deadline = now_ms() + (uint64_t)seconds_for(w, file_at(w, 0)) * 1000, size = 0;
  wait_result r = w->ready ? ANSWERED : await_ready(w, deadline);
  if (r == ANSWERED)
    r = need(w, sizeof size, deadline);
  if (r != ANSWERED)
    return r;
  memcpy(&size, w->in + w->in_start, sizeof size);
  if (size > VD_INSPECT_REPORT_MAX)
    return ENDED;
  r = need(w, sizeof size + (size_t)size, deadline);
  if (r != ANSWERED)
    return r;
  *out = (vd_view){w->in + w->in_start + sizeof size, (size_t)size};
  w->in_start += sizeof size + (size_t)size;
  return ANSWERED;
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

static void blame(vd_worker *w, vd_worker_file *f, wait_result why) {
  int status = end(w, why == ENDED);
  f->ended = true;
  f->check = why == LATE ? VD_CHECK_LIMIT : VD_CHECK_CRASH;
  if (why == LATE)
    (void)snprintf(f->reason, sizeof f->reason, "no end after %u seconds", seconds_for(w, f));
  else if (WIFSIGNALED(status))
    (void)snprintf(f->reason, sizeof f->reason, "the worker ended by signal %d (%s)",
                   WTERMSIG(status), strsignal(WTERMSIG(status)));
  else
    (void)snprintf(f->reason, sizeof f->reason, "the worker ended without an answer");
}

// All files but those that ended their worker go to a new one, which answers in the same order.
static vd_code restart(vd_worker *w, vd_error *err) {
  VD_TRY(start(w, err));
  for (size_t i = 0; i < w->count; i++)
    if (!file_at(w, i)->ended)
      post(w, file_at(w, i));
  return VD_OK;
}

// Reads until the oldest file has an answer or is known to have none. Each worker that ends takes
// one file out, so this comes to an end.
static vd_code await(vd_worker *w, vd_view *answer, vd_error *err) {
  while (!file_at(w, 0)->ended) {
    wait_result r = read_answer(w, answer);
    if (r == ANSWERED)
      return VD_OK;
    if (!w->ready && r == ENDED)
      return vd_fail(err, VD_UNSUPPORTED,
                     "this system refuses the sandbox models are inspected in");
    blame(w, in_hand(w), r);
    VD_TRY(restart(w, err));
  }
  return VD_OK;
}

vd_code vd_worker_receive(vd_worker *w, vd_arena *a, vd_inspected *out, vd_error *err) {
  vd_view answer = {0};
  if (w->count == 0)
    return vd_fail(err, VD_NOTFOUND, "no file was sent");
  VD_TRY(await(w, &answer, err));
  vd_worker_file *f = file_at(w, 0);
  vd_code code = VD_FORMAT;
  if (!f->ended) {
    w->answered++;
    code = vd_wire_get(a, answer, out, err);
  }
  if (code == VD_FORMAT)
    code = report_end(a, f->ended ? f->check : VD_CHECK_CRASH,
                      vd_arena_copy(a, vd_view_of(f->ended ? f->reason : "its answer is damaged")),
                      out, err);
  forget(w, f);
  w->first = (w->first + 1) % VD_WORKER_QUEUE_MAX;
  w->count--;
  return code;
}
