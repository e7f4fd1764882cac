// Relative paths, and whether they stay inside the target.
#include "scan/inventory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// The real path of an open descriptor, as the kernel knows it; 0 when it cannot be told.
static size_t real_path(int fd, char *out, size_t size) {
  char link[64];
  (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = fd < 0 ? -1 : readlink(link, out, size);
  return n < 0 ? 0 : (size_t)n;
}

bool vd_path_inside(const vd_job *job, vd_view path) {
  char root[4096], full[4096];
  VD_SCOPED_FD fd = openat(job->root, path.ptr, O_PATH | O_CLOEXEC);
  size_t n = real_path(job->root, root, sizeof root), m = real_path(fd, full, sizeof full);
  return n != 0 && m > n && memcmp(full, root, n) == 0 && (n == 1 || full[n] == '/');
}

vd_view vd_inode_key(vd_arena *a, const struct stat *st) {
  return vd_arena_printf(a, "%llx:%llx", (unsigned long long)st->st_dev,
                         (unsigned long long)st->st_ino);
}

// Appends one path part to out, or takes one away for "..". False when that leads above the root.
static bool push_part(char *out, size_t *len, vd_view part) {
  if (part.len == 0 || vd_view_eq(part, VD_VIEW(".")))
    return true;
  if (vd_view_eq(part, VD_VIEW(".."))) {
    if (*len == 0)
      return false;
    while (*len != 0 && out[--*len] != '/') {
    }
    return true;
  }
  if (*len != 0)
    out[(*len)++] = '/';
  memcpy(out + *len, part.ptr, part.len);
  *len += part.len;
  return true;
}

vd_view vd_path_join(vd_arena *a, vd_view file, vd_view relative) {
  size_t folder = file.len;
  while (folder != 0 && file.ptr[folder - 1] != '/')
    folder--;
  char *out = vd_new_array(a, char, folder + relative.len + 2);
  if (out == NULL || relative.len == 0 || relative.ptr[0] == '/' ||
      memchr(relative.ptr, '\0', relative.len) != NULL)
    return (vd_view){0};
  size_t len = 0;
  vd_view parts[] = {vd_view_first(file, folder), relative};
  for (size_t i = 0; i < VD_COUNT(parts); i++)
    while (parts[i].len != 0)
      if (!push_part(out, &len, vd_view_cut(&parts[i], '/')))
        return (vd_view){0};
  out[len] = '\0';
  return (vd_view){out, len};
}
