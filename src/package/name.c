// Names of Python packages.
#include "package/ascii.h"
#include "package/package.h"

static bool is_joiner(char c) { return c == '-' || c == '_' || c == '.'; }

vd_view vd_pypi_normalize(vd_arena *a, vd_view name) {
  char *out = vd_new_array(a, char, name.len + 1);
  if (out == NULL)
    return (vd_view){0};
  size_t n = 0;
  for (size_t i = 0; i < name.len; i++) {
    if (!is_joiner(name.ptr[i]))
      out[n++] = vd_lower(name.ptr[i]);
    else if (i == 0 || !is_joiner(name.ptr[i - 1]))
      out[n++] = '-';
  }
  return (vd_view){out, n};
}

bool vd_pypi_name_valid(vd_view name) {
  if (name.len == 0 || !vd_is_alnum(name.ptr[0]) || !vd_is_alnum(name.ptr[name.len - 1]))
    return false;
  for (size_t i = 0; i < name.len; i++)
    if (!vd_is_alnum(name.ptr[i]) && !is_joiner(name.ptr[i]))
      return false;
  return true;
}
