// The worker's side: one file after the other, each answer a length and what was found.
#include "inspect/worker/serve.h"

#include "inspect/inspect.h"
#include "inspect/worker/sandbox.h"
#include "inspect/worker/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// The file in memory: mapped, or read when it is small.
typedef struct mapping {
  char *at;
  size_t len;
  bool mapped;
} mapping;

static bool read_small(int fd, mapping *m) {
  size_t got = 0;
  m->at = malloc(m->len + (m->len == 0));
  while (m->at != NULL && got < m->len) {
    ssize_t n = pread(fd, m->at + got, m->len - got, (off_t)got);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    got += (size_t)n;
  }
  m->len = got;
  return m->at != NULL;
}

static bool map_file(int fd, mapping *m) {
  off_t size = lseek(fd, 0, SEEK_END); // fstat may be a call that looks files up by name
  if (size < 0)
    return false;
  m->len = (size_t)size;
  if (m->len <= VD_WORKER_READ_MAX)
    return read_small(fd, m);
  void *at = mmap(NULL, m->len, PROT_READ, MAP_PRIVATE, fd, 0);
  m->at = at == MAP_FAILED ? NULL : at;
  m->mapped = true;
  return m->at != NULL;
}

static void unmap_file(const mapping *m) {
  if (m->mapped)
    (void)munmap(m->at, m->len);
  else
    free(m->at);
}

// The channel: requests read ahead, answers not yet written, descriptors not yet used.
typedef struct channel {
  int fd;
  uint64_t *begun;
  char in[VD_WORKER_OUT_MAX];
  size_t start, end;
  vd_buf out;
  int files[VD_WORKER_FILES_MAX];
  size_t file_count;
} channel;

static bool flush(channel *c) {
  vd_view v = vd_buf_view(&c->out);
  while (v.len != 0) {
    ssize_t n = write(c->fd, v.ptr, v.len);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    v = vd_view_from(v, (size_t)n);
  }
  c->out.len = 0;
  return true;
}

// The descriptor that came with these bytes. The kernel never hands over two in one read.
static bool keep_file(channel *c, struct msghdr *m) {
  const struct cmsghdr *h = CMSG_FIRSTHDR(m);
  if (h == NULL || h->cmsg_type != SCM_RIGHTS)
    return true;
  if (c->file_count == VD_WORKER_FILES_MAX)
    return false;
  memcpy(&c->files[c->file_count++], CMSG_DATA(h), sizeof(int));
  return true;
}

static bool fill(channel *c) {
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  memmove(c->in, c->in + c->start, c->end - c->start);
  c->end -= c->start;
  c->start = 0;
  struct iovec part = {c->in + c->end, sizeof c->in - c->end};
  struct msghdr m = {.msg_iov = &part,
                     .msg_iovlen = 1,
                     .msg_control = control.bytes,
                     .msg_controllen = sizeof control.bytes};
  ssize_t n;
  do
    n = recvmsg(c->fd, &m, 0);
  while (n < 0 && errno == EINTR);
  if (n <= 0 || !keep_file(c, &m))
    return false;
  c->end += (size_t)n;
  return true;
}

// Whether a whole request is there; *r is its head.
static bool is_there(const channel *c, vd_request *r) {
  size_t n = c->end - c->start;
  if (n < sizeof *r)
    return false;
  memcpy(r, c->in + c->start, sizeof *r);
  return n - sizeof *r >= (size_t)r->path_len + r->bytes_len;
}

static bool answer(channel *c, const vd_inspection *in) {
  size_t at = c->out.len;
  uint64_t size = 0;
  vd_buf_put(&c->out, (vd_view){(const char *)&size, sizeof size});
  vd_wire_put(&c->out, in);
  if (c->out.failed)
    return false;
  size = c->out.len - at - sizeof size;
  memcpy(c->out.ptr + at, &size, sizeof size);
  return c->out.len < VD_WORKER_PORTION || flush(c);
}

static bool inspect(channel *c, const vd_request *r, vd_view path, vd_view bytes) {
  VD_SCOPED_ARENA arena = VD_ARENA(VD_INSPECT_REPORT_MAX),
                  scratch = VD_ARENA(VD_INSPECT_MEMORY_MAX);
  vd_inspection in = {.arena = &arena, .scratch = &scratch, .list_tensors = r->list_tensors != 0};
  return vd_inspect(&in, path, bytes, NULL) == VD_OK && answer(c, &in);
}

static bool inspect_file(channel *c, const vd_request *r, vd_view path) {
  if (c->file_count == 0)
    return false;
  int fd = c->files[0];
  mapping m = {0};
  memmove(c->files, c->files + 1, --c->file_count * sizeof *c->files);
  bool done = map_file(fd, &m) && inspect(c, r, path, (vd_view){m.at, m.len});
  unmap_file(&m);
  (void)close(fd);
  return done;
}

// A copy, so that a read past the end of a small file is one past the end of its memory.
static bool inspect_bytes(channel *c, const vd_request *r, vd_view path, vd_view bytes) {
  mapping m = {.at = malloc(bytes.len + (bytes.len == 0)), .len = bytes.len};
  if (m.at == NULL)
    return false;
  memcpy(m.at, bytes.ptr, bytes.len);
  bool done = inspect(c, r, path, (vd_view){m.at, m.len});
  unmap_file(&m);
  return done;
}

static bool serve_one(channel *c) {
  vd_request r;
  while (!is_there(c, &r))
    if (!flush(c) || !fill(c))
      return false;
  vd_view path = {c->in + c->start + sizeof r, r.path_len};
  vd_view bytes = {path.ptr + path.len, r.bytes_len};
  __atomic_add_fetch(c->begun, 1, __ATOMIC_RELEASE);
  bool done = r.has_fd != 0 ? inspect_file(c, &r, path) : inspect_bytes(c, &r, path, bytes);
  c->start += sizeof r + path.len + bytes.len;
  return done;
}

void vd_serve(int fd, int caller, uint64_t *begun) {
  enum { CHANNEL = 3 };
  static channel c; // of this process, which does nothing else
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  (void)prctl(PR_SET_DUMPABLE, 0);
  (void)signal(SIGPIPE, SIG_IGN);
  if (getppid() != caller) // it was gone before it could be said to end with it
    _exit(1);
  int null = open("/dev/null", O_RDWR);
  for (int i = 0; i < CHANNEL; i++)
    (void)dup2(null, i);
  if (fd != CHANNEL)
    (void)dup2(fd, CHANNEL);
  (void)syscall(SYS_close_range, CHANNEL + 1, ~0U, 0);
  c.fd = CHANNEL;
  c.begun = begun;
  c.out = VD_BUF(VD_INSPECT_REPORT_MAX);
  if (!vd_sandbox_enter())
    _exit(1);
  vd_buf_put_c(&c.out, VD_WORKER_READY);
  while (serve_one(&c))
    continue;
  _exit(0);
}
