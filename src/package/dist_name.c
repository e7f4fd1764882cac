// Names and versions that file names of wheels and source distributions carry.
#include "package/ascii.h"
#include "package/pip.h"

vd_view vd_base_name(vd_view path) {
  size_t i = path.len;
  while (i != 0 && path.ptr[i - 1] != '/')
    i--;
  return vd_view_from(path, i);
}

static int hex(char c) {
  if (vd_is_digit(c))
    return c - '0';
  char l = vd_lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

static vd_view percent_decoded(vd_arena *a, vd_view v) {
  char *out = vd_new_array(a, char, v.len + 1);
  size_t n = 0;
  if (out == NULL)
    return (vd_view){0};
  for (size_t i = 0; i < v.len; i++) {
    int high = v.ptr[i] == '%' && i + 2 < v.len ? hex(v.ptr[i + 1]) : -1;
    int low = high < 0 ? -1 : hex(v.ptr[i + 2]);
    out[n++] = v.ptr[i];
    if (low < 0)
      continue;
    out[n - 1] = (char)(high * 16 + low);
    i += 2;
  }
  return (vd_view){out, n};
}

static bool is_version(vd_view v) {
  vd_version parsed;
  return vd_version_parse(v, &parsed, NULL) == VD_OK;
}

// NAME-VERSION(-BUILD)?-PYTHON-ABI-PLATFORM.whl
static bool wheel_name(vd_view stem, vd_view *name, vd_view *version) {
  size_t dashes = 0;
  for (size_t i = 0; i < stem.len; i++)
    dashes += stem.ptr[i] == '-';
  vd_view rest = stem, first = vd_view_cut(&rest, '-'), second = vd_view_cut(&rest, '-');
  if ((dashes != 4 && dashes != 5) || !vd_pypi_name_valid(first) || !is_version(second))
    return false;
  *name = first;
  *version = second;
  return true;
}

// NAME-VERSION, where NAME may hold dashes: cut at the first dash with a version after it. Real
// names have few dashes before a digit; hostile ones would cost their length squared.
static bool sdist_name(vd_view stem, vd_view *name, vd_view *version) {
  unsigned tries = 8;
  for (size_t i = 1; i + 1 < stem.len && tries != 0; i++) {
    char after = stem.ptr[i + 1];
    if (stem.ptr[i] != '-' || after < '0' || after > '9')
      continue;
    vd_view head = vd_view_first(stem, i), tail = vd_view_from(stem, i + 1);
    tries--;
    if (!vd_pypi_name_valid(head) || !is_version(tail))
      continue;
    *name = head;
    *version = tail;
    return true;
  }
  return false;
}

bool vd_dist_file_name(vd_arena *a, vd_view file, vd_view *name, vd_view *version) {
  static const vd_view sdist_ends[] = {VD_VIEW_INIT(".tar.gz"), VD_VIEW_INIT(".zip"),
                                       VD_VIEW_INIT(".tgz"),    VD_VIEW_INIT(".tar.bz2"),
                                       VD_VIEW_INIT(".tar.xz"), VD_VIEW_INIT(".tar")};
  if (vd_view_find(file, '%') != file.len)
    file = percent_decoded(a, file);
  if (vd_view_ends(file, VD_VIEW(".whl")))
    return wheel_name(vd_view_first(file, file.len - 4), name, version);
  for (size_t i = 0; i < VD_COUNT(sdist_ends); i++)
    if (vd_view_ends(file, sdist_ends[i]))
      return sdist_name(vd_view_first(file, file.len - sdist_ends[i].len), name, version);
  return false;
}
