// The registry of manifest kinds: which file is read by whom, and reading it all or nothing.
#include "package/ascii.h"
#include "package/package.h"

#define MANIFEST(name, summary, paths)                                                             \
  vd_code vd_manifest_##name(vd_inventory *inv, vd_view bytes, vd_error *err);
#define ARCHIVE(name, summary, paths) MANIFEST(name, summary, paths)
#include "package/manifests.def"
#undef ARCHIVE
#undef MANIFEST

const vd_manifest vd_manifests[] = {
#define MANIFEST(name, summary, paths) {#name, summary, paths, false, vd_manifest_##name},
#define ARCHIVE(name, summary, paths)  {#name, summary, paths, true, vd_manifest_##name},
#include "package/manifests.def"
#undef ARCHIVE
#undef MANIFEST
    {0},
};

// The whole of s against p. Only the last '*' is ever retried, so a name costs |p| * |s| at worst.
static bool glob(vd_view p, vd_view s) {
  size_t i = 0, j = 0, star = SIZE_MAX, mark = 0;
  while (j < s.len) {
    if (i < p.len && p.ptr[i] == '*') {
      star = i++;
      mark = j;
    } else if (i < p.len && vd_lower(p.ptr[i]) == vd_lower(s.ptr[j])) {
      i++;
      j++;
    } else if (star != SIZE_MAX && s.ptr[mark] != '/') {
      i = star + 1;
      j = ++mark;
    } else {
      return false;
    }
  }
  while (i < p.len && p.ptr[i] == '*')
    i++;
  return i == p.len;
}

// As many trailing parts of path as the pattern has; {NULL} when the path is shorter.
static vd_view trailing_parts(vd_view path, vd_view pattern) {
  size_t start = path.len, parts = 1;
  for (size_t i = 0; i < pattern.len; i++)
    parts += pattern.ptr[i] == '/';
  while (start != 0 && (path.ptr[start - 1] != '/' || --parts != 0))
    start--;
  return parts > 1 ? (vd_view){0} : vd_view_from(path, start);
}

// Most patterns end in a letter the path does not end in.
static bool ends_alike(vd_view pattern, vd_view path) {
  if (pattern.len == 0 || path.len == 0)
    return false;
  char end = pattern.ptr[pattern.len - 1];
  return end == '*' || vd_lower(end) == vd_lower(path.ptr[path.len - 1]);
}

bool vd_path_matches(vd_view patterns, vd_view path) {
  while (patterns.len != 0) {
    vd_view p = vd_view_cut(&patterns, ' ');
    if (ends_alike(p, path) && glob(p, trailing_parts(path, p)))
      return true;
  }
  return false;
}

const vd_manifest *vd_manifest_by_name(vd_view name) {
  for (const vd_manifest *m = vd_manifests; m->name != NULL; m++)
    if (vd_view_eq(vd_view_of(m->name), name))
      return m;
  return NULL;
}

const vd_manifest *vd_manifest_for_path(vd_view path) { return vd_manifest_after(NULL, path); }

const vd_manifest *vd_manifest_after(const vd_manifest *kind, vd_view path) {
  for (const vd_manifest *m = kind == NULL ? vd_manifests : kind + 1; m->name != NULL; m++)
    if (vd_path_matches(vd_view_of(m->paths), path))
      return m;
  return NULL;
}

// Elements taken back are zeroed: a later push promises a fresh one.
#define ROLL_BACK(vec, kept)                                                                       \
  do {                                                                                             \
    if ((vec)->count > (kept))                                                                     \
      memset((vec)->at + (kept), 0, ((vec)->count - (kept)) * sizeof *(vec)->at);                  \
    (vec)->count = (kept);                                                                         \
  } while (0)

vd_code vd_manifest_parse(const vd_manifest *kind, vd_inventory *inv, vd_view bytes,
                          vd_error *err) {
  size_t components = inv->components.count, notices = inv->notices.count,
         includes = inv->includes.count;
  vd_code code = kind->parse(inv, bytes, err);
  if (code == VD_OK)
    return VD_OK;
  ROLL_BACK(&inv->components, components);
  ROLL_BACK(&inv->notices, notices);
  ROLL_BACK(&inv->includes, includes);
  return code;
}
