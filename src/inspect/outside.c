// Paths that leave the folder they are joined to, on any of the systems models are loaded on.
#include "inspect/outside.h"

static bool is_separator(char c) { return c == '/' || c == '\\'; }

static bool climbs(vd_view path) {
  for (size_t i = 0; i + 1 < path.len; i++)
    if (path.ptr[i] == '.' && path.ptr[i + 1] == '.' && (i == 0 || is_separator(path.ptr[i - 1])) &&
        (i + 2 == path.len || is_separator(path.ptr[i + 2])))
      return true;
  return false;
}

static bool has_scheme(vd_view path) {
  size_t colon = vd_view_find(path, ':');
  return colon > 1 && vd_view_starts(vd_view_from(path, colon), VD_VIEW("://"));
}

static bool has_drive(vd_view path) {
  return path.len > 2 && path.ptr[1] == ':' && is_separator(path.ptr[2]);
}

const char *vd_path_outside(vd_view path) {
  if (path.len == 0)
    return NULL;
  if (memchr(path.ptr, 0, path.len) != NULL)
    return "has a NUL inside";
  if (vd_view_starts(path, VD_VIEW("/dev/")) || vd_view_starts(path, VD_VIEW("/proc/")) ||
      vd_view_starts(path, VD_VIEW("/sys/")))
    return "is a device or system file";
  if (is_separator(path.ptr[0]) || has_drive(path))
    return "is absolute";
  if (path.ptr[0] == '~')
    return "is in a home folder";
  if (climbs(path))
    return "climbs with ..";
  return has_scheme(path) ? "is a URL" : NULL;
}
