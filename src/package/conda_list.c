// Lines "name=version=build" of `conda list --export`.
#include "package/conda_list.h"

bool vd_conda_list_is(vd_view text) {
  vd_view line;
  while (vd_view_line(&text, &line) && line.len != 0 && line.ptr[0] == '#')
    if (vd_view_has(line, VD_VIEW("may be used to create an environment using")))
      return true;
  return false;
}

static vd_code add(vd_inventory *inv, vd_view name, vd_view version, bool pypi, uint32_t line) {
  vd_component *c = vd_component_add(inv, name, line);
  if (c == NULL)
    return VD_NOMEM;
  c->column = 1;
  c->version = vd_arena_copy(inv->arena, version);
  c->requirement = vd_arena_printf(inv->arena, "==%.*s", VD_ARG(version));
  if (pypi) {
    c->specifiers = c->requirement;
  } else {
    c->type = VD_VIEW("conda");
    c->name = vd_arena_copy(inv->arena, name); // conda keeps '_' and '.'
  }
  return c->version.ptr == NULL || c->requirement.ptr == NULL || c->name.ptr == NULL ? VD_NOMEM
                                                                                     : VD_OK;
}

static vd_code read_line(vd_inventory *inv, vd_view line, uint32_t number) {
  vd_view rest = vd_view_trim(line);
  if (rest.len == 0 || rest.ptr[0] == '#' || rest.ptr[0] == '@')
    return VD_OK;
  vd_view whole = rest, name = vd_view_cut(&rest, '='), version = vd_view_cut(&rest, '=');
  vd_version parsed;
  if (!vd_pypi_name_valid(vd_view_trim(name)) && name.ptr[0] != '_')
    return vd_notice_add(inv, number, VD_FORMAT, "not a conda package: %.*s", VD_ARG(whole));
  if (version.len == 0 || version.len > VD_VERSION_MAX)
    return vd_notice_add(inv, number, VD_FORMAT, "no version: %.*s", VD_ARG(whole));
  bool pypi =
      vd_view_starts(rest, VD_VIEW("pypi")) && vd_version_parse(version, &parsed, NULL) == VD_OK;
  return add(inv, name, version, pypi, number);
}

vd_code vd_conda_list_read(vd_inventory *inv, vd_view text) {
  vd_view line;
  for (uint32_t number = 1; vd_view_line(&text, &line); number++)
    VD_TRY(read_line(inv, line, number));
  return VD_OK;
}
