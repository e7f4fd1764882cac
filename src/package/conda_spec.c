// Conda package specifications: channel, name, version constraint and build.
#include "package/conda_spec.h"

#include "package/ascii.h"

static size_t name_end(vd_view text) {
  size_t n = 0;
  while (n < text.len && text.ptr[n] != 0 &&
         (vd_is_alnum(text.ptr[n]) || strchr("_-.", text.ptr[n]) != NULL))
    n++;
  return n;
}

static vd_view without_channel(vd_view text) {
  const char *colons = text.len == 0 ? NULL : memmem(text.ptr, text.len, "::", 2);
  return colons == NULL ? text : vd_view_from(text, (size_t)(colons - text.ptr) + 2);
}

static bool pep440(vd_view version) {
  vd_version parsed;
  return vd_version_parse(version, &parsed, NULL) == VD_OK;
}

// "=1.2" allows every 1.2.x; "==1.2" and "=1.2=build" are exact.
static vd_code set_equal(vd_arena *a, vd_component *c, vd_view rest) {
  bool exact = vd_view_starts(rest, VD_VIEW("=="));
  vd_view tail = vd_view_from(rest, exact ? 2 : 1);
  vd_view version = vd_view_trim(vd_view_cut(&tail, '='));
  bool wild = vd_view_ends(version, VD_VIEW("*"));
  while (wild && version.len != 0 && strchr("*.", version.ptr[version.len - 1]) != NULL)
    version.len--;
  if (version.len == 0 || version.len > VD_VERSION_MAX)
    return VD_OK;
  exact = !wild && (exact || tail.len != 0);
  if (exact)
    c->version = vd_arena_copy(a, version);
  if (pep440(version))
    c->specifiers = vd_arena_printf(a, "==%.*s%s", VD_ARG(version), exact ? "" : ".*");
  return (exact && c->version.ptr == NULL) || (pep440(version) && c->specifiers.ptr == NULL)
             ? VD_NOMEM
             : VD_OK;
}

static vd_code set_range(vd_arena *a, vd_component *c, vd_view rest) {
  vd_specifiers set = {0};
  vd_code code = vd_specifiers_parse(a, rest, &set, NULL);
  if (code == VD_OK) {
    c->specifiers = vd_specifiers_format(a, &set);
    return c->specifiers.ptr == NULL ? VD_NOMEM : VD_OK;
  }
  return code == VD_NOMEM ? code : VD_OK; // "1.2|1.3" and the like stay as written
}

vd_code vd_conda_spec_add(vd_inventory *inv, vd_view text, uint32_t line, vd_component **added) {
  vd_view spec = vd_view_trim(without_channel(text));
  vd_view name = vd_view_first(spec, name_end(spec));
  vd_view rest = vd_view_trim(vd_view_from(spec, name.len));
  *added = NULL;
  if (name.len == 0 || spec.len > VD_LINE_MAX)
    return vd_notice_add(inv, line, VD_FORMAT, "not a conda package: %.*s", VD_ARG(text));
  vd_component *c = vd_component_add(inv, name, line);
  if (c == NULL)
    return VD_NOMEM;
  c->type = VD_VIEW("conda");
  c->name = vd_arena_copy(inv->arena, name); // conda keeps '_' and '.'
  c->requirement = vd_arena_copy(inv->arena, rest);
  if (c->name.ptr == NULL || c->requirement.ptr == NULL)
    return VD_NOMEM;
  *added = c;
  if (rest.len != 0 && rest.ptr[0] == '=')
    return set_equal(inv->arena, c, rest);
  return rest.len == 0 ? VD_OK : set_range(inv->arena, c, rest);
}
