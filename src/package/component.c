// Helpers every manifest kind uses to put what it read into the inventory.
#include "package/package.h"

#include <stdarg.h>

const char *vd_scope_text(vd_scope scope) {
  static const char *const texts[] = {"runtime", "optional", "dev", "build"};
  return (size_t)scope < VD_COUNT(texts) ? texts[scope] : "unknown";
}

vd_component *vd_component_add(vd_inventory *inv, vd_view name, uint32_t line) {
  vd_view normal = vd_pypi_normalize(inv->arena, name);
  vd_component *c = normal.ptr == NULL || inv->components.count >= VD_COMPONENTS_MAX
                        ? NULL
                        : vd_vec_push(inv->arena, &inv->components);
  if (c != NULL)
    *c = (vd_component){.type = VD_VIEW("pypi"),
                        .name = normal,
                        .constraint = inv->constraint,
                        .path = inv->path,
                        .line = line};
  return c;
}

// Whether the last VD_NOTICES_MAX notices are all of this file.
static bool notices_full(const vd_inventory *inv, size_t most) {
  return inv->notices.count >= most &&
         vd_view_eq(inv->notices.at[inv->notices.count - most].path, inv->path);
}

vd_code vd_notice_add(vd_inventory *inv, uint32_t line, vd_code code, const char *fmt, ...) {
  if (notices_full(inv, VD_NOTICES_MAX))
    return VD_OK;
  vd_error message = {0};
  va_list ap;
  va_start(ap, fmt);
  (void)vsnprintf(message.text, sizeof message.text, fmt, ap);
  va_end(ap);
  bool last = notices_full(inv, VD_NOTICES_MAX - 1);
  vd_view text = last ? VD_VIEW("too many unreadable places; further ones are not listed")
                      : vd_arena_copy(inv->arena, vd_view_of(message.text));
  vd_notice *n = text.ptr == NULL ? NULL : vd_vec_push(inv->arena, &inv->notices);
  if (n == NULL)
    return VD_NOMEM;
  *n = (vd_notice){.path = inv->path, .line = line, .code = code, .text = text};
  return VD_OK;
}
