// Requirements that setuptools is given, with the group and scope of the argument they stand in.
#include "package/setup_args.h"

#include "package/pip.h"

vd_setup_arg vd_setup_arg_of(vd_view name) {
  static const vd_view names[] = {VD_VIEW_INIT("install_requires"), VD_VIEW_INIT("setup_requires"),
                                  VD_VIEW_INIT("tests_require"), VD_VIEW_INIT("extras_require")};
  for (size_t i = 0; i < VD_COUNT(names); i++) {
    size_t k = 0;
    while (k < name.len && k < names[i].len &&
           (name.ptr[k] == names[i].ptr[k] || (name.ptr[k] == '-' && names[i].ptr[k] == '_')))
      k++;
    if (k == name.len && k == names[i].len)
      return (vd_setup_arg)i;
  }
  return VD_SETUP_NONE;
}

vd_scope vd_setup_scope(vd_setup_arg arg, vd_view extra) {
  switch (arg) {
  case VD_SETUP_INSTALL: return VD_SCOPE_RUNTIME;
  case VD_SETUP_BUILD: return VD_SCOPE_BUILD;
  case VD_SETUP_TESTS: return VD_SCOPE_DEV;
  case VD_SETUP_EXTRAS:
  case VD_SETUP_NONE: break;
  }
  return vd_group_scope(vd_view_first(extra, vd_view_find(extra, ':')));
}

static vd_code copy_optional(vd_arena *a, vd_view v, vd_view *out) {
  if (v.len != 0)
    *out = vd_arena_copy(a, v);
  return v.len != 0 && out->ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_code place(vd_inventory *inv, vd_component *c, vd_setup_arg arg, vd_view extra) {
  vd_view marker = extra, group = vd_view_trim(vd_view_cut(&marker, ':'));
  c->direct = VD_DIRECT_YES;
  c->scope = vd_setup_scope(arg, extra);
  if (c->marker.ptr == NULL)
    VD_TRY(copy_optional(inv->arena, vd_view_trim(marker), &c->marker));
  return copy_optional(inv->arena, group, &c->group);
}

vd_code vd_setup_requirement_add(vd_inventory *inv, const vd_setup_place *at, vd_view text,
                                 vd_component **added) {
  VD_TRY(vd_pip_target_add(inv, text, false, at->line, added));
  if (*added == NULL)
    return VD_OK;
  return place(inv, *added, at->arg, at->arg == VD_SETUP_TESTS ? VD_VIEW("tests") : at->extra);
}
