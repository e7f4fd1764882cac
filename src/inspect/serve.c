// The worker's side: one file after the other, each answer a length and what was found.
#include "inspect/serve.h"

#include "inspect/inspect.h"
#include "inspect/sandbox.h"
#include "inspect/wire.h"

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

static bool write_all(int fd, vd_view v) {
  while (v.len != 0) {
    ssize_t n = write(fd, v.ptr, v.len);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    v = vd_view_from(v, (size_t)n);
  }
  return true;
}

static bool answer(int channel, const vd_inspection *in) {
  VD_SCOPED_BUF b = VD_BUF(VD_INSPECT_REPORT_MAX);
  uint64_t size = 0;
  vd_buf_put(&b, (vd_view){(const char *)&size, sizeof size});
  vd_wire_put(&b, in);
  if (b.failed)
    return false;
  size = b.len - sizeof size;
  memcpy(b.ptr, &size, sizeof size);
  return write_all(channel, vd_buf_view(&b));
}

static bool read_path(int channel, char *path, size_t n) {
  for (size_t got = 0; got < n;) {
    ssize_t k = read(channel, path + got, n - got);
    if (k < 0 && errno == EINTR)
      continue;
    if (k <= 0)
      return false;
    got += (size_t)k;
  }
  return true;
}

// The next request; false when there is none any more.
static bool receive(int channel, vd_request *r, char *path, int *fd) {
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  struct iovec part = {r, sizeof *r};
  struct msghdr m = {.msg_iov = &part,
                     .msg_iovlen = 1,
                     .msg_control = control.bytes,
                     .msg_controllen = sizeof control.bytes};
  ssize_t n = recvmsg(channel, &m, MSG_WAITALL);
  const struct cmsghdr *c = CMSG_FIRSTHDR(&m);
  if (n != (ssize_t)sizeof *r || c == NULL || c->cmsg_type != SCM_RIGHTS ||
      r->path_len > VD_REQUEST_PATH_MAX)
    return false;
  memcpy(fd, CMSG_DATA(c), sizeof(int));
  return read_path(channel, path, r->path_len);
}

static bool serve_one(int channel) {
  char path[VD_REQUEST_PATH_MAX];
  vd_request r;
  int fd = -1;
  mapping m = {0};
  if (!receive(channel, &r, path, &fd))
    return false;
  VD_SCOPED_ARENA arena = VD_ARENA(VD_INSPECT_REPORT_MAX),
                  scratch = VD_ARENA(VD_INSPECT_MEMORY_MAX);
  vd_inspection in = {.arena = &arena, .scratch = &scratch, .list_tensors = r.list_tensors != 0};
  bool done = map_file(fd, &m) &&
              vd_inspect(&in, (vd_view){path, r.path_len}, (vd_view){m.at, m.len}, NULL) == VD_OK &&
              answer(channel, &in);
  unmap_file(&m);
  (void)close(fd);
  return done;
}

void vd_serve(int channel, int caller) {
  enum { CHANNEL = 3 };
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  (void)prctl(PR_SET_DUMPABLE, 0);
  (void)signal(SIGPIPE, SIG_IGN);
  if (getppid() != caller) // it was gone before it could be said to end with it
    _exit(1);
  int null = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < CHANNEL; fd++)
    (void)dup2(null, fd);
  if (channel != CHANNEL)
    (void)dup2(channel, CHANNEL);
  (void)syscall(SYS_close_range, CHANNEL + 1, ~0U, 0);
  if (!vd_sandbox_enter())
    _exit(1);
  while (serve_one(CHANNEL))
    continue;
  _exit(0);
}
