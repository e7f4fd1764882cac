// Reading and writing whole files without surprises.
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

void vd_close_file(FILE **f) {
  if (*f != NULL)
    (void)fclose(*f);
}

void vd_close_fd(const int *fd) {
  if (*fd >= 0)
    (void)close(*fd);
}

vd_code vd_file_open(int folder, const char *path, int *fd, vd_error *err) {
  int opened = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (opened < 0)
    return vd_fail(err, errno == ENOENT || errno == ENOTDIR ? VD_NOTFOUND : VD_IO,
                   "cannot open '%.100s': %s", path, strerror(errno));
  *fd = opened;
  return VD_OK;
}

static vd_code read_all(int fd, char *to, size_t size, size_t *got) {
  while (*got < size) {
    ssize_t n = read(fd, to + *got, size - *got);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return VD_IO;
    if (n == 0)
      break;
    *got += (size_t)n;
  }
  return VD_OK;
}

static vd_code measure(int fd, size_t max, size_t *size, vd_error *err) {
  struct stat st;
  if (fstat(fd, &st) != 0)
    return vd_fail(err, VD_IO, "cannot measure the file: %s", strerror(errno));
  if (!S_ISREG(st.st_mode))
    return vd_fail(err, VD_UNSUPPORTED, "not a regular file");
  if ((uint64_t)st.st_size > max)
    return vd_fail(err, VD_LIMIT, "file has %lld bytes, the limit is %zu", (long long)st.st_size,
                   max);
  *size = (size_t)st.st_size;
  return VD_OK;
}

vd_code vd_fd_read(vd_arena *a, int fd, size_t max, vd_view *out, vd_error *err) {
  size_t size = 0, got = 0;
  VD_TRY(measure(fd, max, &size, err));
  char *p = vd_new_array(a, char, size + 1);
  if (p == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for a file of %zu bytes", size);
  if (read_all(fd, p, size, &got) != VD_OK)
    return vd_fail(err, VD_IO, "cannot read the file: %s", strerror(errno));
  *out = (vd_view){p, got};
  return VD_OK;
}

vd_code vd_file_read(vd_arena *a, const char *path, size_t max, vd_view *out, vd_error *err) {
  VD_SCOPED_FD fd = -1;
  VD_TRY(vd_file_open(AT_FDCWD, path, &fd, err));
  return vd_fd_read(a, fd, max, out, err);
}

vd_code vd_stream_write(FILE *out, vd_view bytes, vd_error *err) {
  if (fwrite(bytes.ptr, 1, bytes.len, out) != bytes.len || fflush(out) != 0)
    return vd_fail(err, VD_IO, "cannot write: %s", strerror(errno));
  return VD_OK;
}

static vd_code write_all(int fd, vd_view bytes, vd_error *err) {
  while (bytes.len != 0) {
    ssize_t n = write(fd, bytes.ptr, bytes.len);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return vd_fail(err, VD_IO, "cannot write: %s", strerror(errno));
    bytes = vd_view_from(bytes, (size_t)n);
  }
  return VD_OK;
}

// Devices, FIFOs and links keep what they are: only a regular file may be replaced.
static vd_code write_through(const char *path, vd_view bytes, vd_error *err) {
  VD_SCOPED_FD fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY);
  if (fd < 0)
    return vd_fail(err, VD_IO, "cannot write '%.100s': %s", path, strerror(errno));
  return write_all(fd, bytes, err);
}

static vd_code write_temporary(int fd, mode_t mode, vd_view bytes, vd_error *err) {
  VD_TRY(write_all(fd, bytes, err));
  if (fchmod(fd, mode) != 0 || fsync(fd) != 0)
    return vd_fail(err, VD_IO, "cannot write: %s", strerror(errno));
  return VD_OK;
}

vd_code vd_file_write(const char *path, vd_view bytes, vd_error *err) {
  struct stat st;
  bool exists = lstat(path, &st) == 0;
  if (exists && !S_ISREG(st.st_mode))
    return write_through(path, bytes, err);
  char temporary[4096];
  int n = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
  if (n < 0 || (size_t)n >= sizeof temporary)
    return vd_fail(err, VD_LIMIT, "path is too long");
  VD_SCOPED_FD fd = mkostemp(temporary, O_CLOEXEC);
  if (fd < 0)
    return vd_fail(err, VD_IO, "cannot create '%.100s': %s", path, strerror(errno));
  vd_code code = write_temporary(fd, exists ? st.st_mode & 07777 : 0644, bytes, err);
  if (code == VD_OK && rename(temporary, path) != 0)
    code = vd_fail(err, VD_IO, "cannot replace '%.100s': %s", path, strerror(errno));
  if (code != VD_OK)
    (void)unlink(temporary);
  return code;
}
