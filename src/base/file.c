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

// ---- output --------------------------------------------------------------------------------

static vd_code refuse(const char *what, const char *path, vd_error *err) {
  return vd_fail(err, VD_IO, "cannot %s '%.100s': %s", what, path, strerror(errno));
}

// Devices, FIFOs and links keep what they are: only a regular file may be replaced.
static vd_code open_through(vd_output *o, vd_error *err) {
  o->stream = fopen(o->path, "we");
  return o->stream != NULL ? VD_OK : refuse("write", o->path, err);
}

static vd_code open_temporary(vd_output *o, mode_t mode, vd_error *err) {
  int n = snprintf(o->temporary, sizeof o->temporary, "%s.XXXXXX", o->path);
  int fd = n < 0 || (size_t)n >= sizeof o->temporary ? -1 : mkostemp(o->temporary, O_CLOEXEC);
  if (fd < 0) {
    o->temporary[0] = '\0';
    return refuse("create", o->path, err);
  }
  o->stream = fchmod(fd, mode) == 0 ? fdopen(fd, "w") : NULL;
  if (o->stream != NULL)
    return VD_OK;
  (void)close(fd);
  return refuse("create", o->path, err);
}

vd_code vd_folders_make(const char *path, vd_error *err) {
  char folder[4096];
  int n = snprintf(folder, sizeof folder, "%s", path);
  if (n <= 0 || (size_t)n >= sizeof folder)
    return vd_fail(err, VD_LIMIT, "the path '%.100s' is empty or too long", path);
  for (char *slash = strchr(folder + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    bool made = mkdir(folder, 0777) == 0 || errno == EEXIST;
    if (!made)
      return vd_fail(err, VD_IO, "cannot make the folder '%.150s': %s", folder, strerror(errno));
    *slash = '/';
  }
  return VD_OK;
}

vd_code vd_output_open(vd_output *o, const char *path, vd_error *err) {
  struct stat st;
  *o = (vd_output){.path = path};
  if (path == NULL) {
    o->stream = stdout;
    return VD_OK;
  }
  bool exists = lstat(path, &st) == 0;
  if (exists && !S_ISREG(st.st_mode))
    return open_through(o, err);
  return open_temporary(o, exists ? st.st_mode & 07777 : 0644, err);
}

vd_code vd_output_commit(vd_output *o, vd_error *err) {
  bool temporary = o->temporary[0] != '\0';
  if (fflush(o->stream) != 0 || ferror(o->stream) != 0 ||
      (temporary && fsync(fileno(o->stream)) != 0))
    return vd_fail(err, VD_IO, "cannot write: %s", strerror(errno));
  if (temporary && rename(o->temporary, o->path) != 0)
    return refuse("replace", o->path, err);
  o->temporary[0] = '\0';
  return VD_OK;
}

void vd_output_discard(vd_output *o) {
  if (o->path != NULL && o->stream != NULL)
    (void)fclose(o->stream);
  if (o->temporary[0] != '\0')
    (void)unlink(o->temporary);
  *o = (vd_output){0};
}

vd_code vd_file_write(const char *path, vd_view bytes, vd_error *err) {
  VD_CLEANUP(vd_output_discard) vd_output o = {0};
  VD_TRY(vd_output_open(&o, path, err));
  if (fwrite(bytes.ptr, 1, bytes.len, o.stream) != bytes.len)
    return refuse("write", path, err);
  return vd_output_commit(&o, err);
}
