// Names of archive members, as a careless reader would use them.
#include "inspect/archive/member_name.h"

// Folders below the start at the end of path; negative as soon as it was left.
static int depth_after(vd_view path, int depth) {
  while (path.len != 0 && depth >= 0) {
    vd_view part = vd_view_cut(&path, '/');
    if (vd_view_eq(part, VD_VIEW("..")))
      depth--;
    else if (part.len != 0 && !vd_view_eq(part, VD_VIEW(".")))
      depth++;
  }
  return depth;
}

static vd_view folder_of(vd_view name) {
  while (name.len != 0 && name.ptr[name.len - 1] != '/')
    name.len--;
  return name;
}

bool vd_member_link_escapes(vd_view name, vd_view target) {
  return depth_after(target, depth_after(folder_of(name), 0)) < 0;
}

static bool is_absolute(vd_view name) {
  bool drive = name.len > 2 && name.ptr[1] == ':' && (name.ptr[2] == '\\' || name.ptr[2] == '/');
  return vd_view_starts(name, VD_VIEW("/")) || vd_view_starts(name, VD_VIEW("\\\\")) || drive;
}

static const char *flaw_of(vd_view name) {
  if (is_absolute(name))
    return "is an absolute path";
  if (depth_after(name, 0) < 0)
    return "leads out of the archive's folder";
  if (vd_view_has(name, VD_VIEW("..\\")))
    return "leads out of the archive's folder on Windows";
  return NULL;
}

vd_code vd_member_name_check(vd_inspection *in, vd_view name, uint64_t offset) {
  const char *flaw = flaw_of(name);
  vd_view shown = vd_view_first(name, 200);
  if (flaw != NULL)
    return vd_observe(in, VD_CHECK_ARCHIVE_PATH, offset, "%.*s %s", VD_ARG(shown), flaw);
  if (name.len != 0 && memchr(name.ptr, 0, name.len) != NULL)
    return vd_observe(in, VD_CHECK_ARCHIVE_DIFFERENTIAL, offset,
                      "the name %.*s goes on behind a zero byte, where some readers end it",
                      (int)vd_view_find(shown, '\0'), shown.ptr);
  return VD_OK;
}
