// Name and version from the e-mail style headers of METADATA and PKG-INFO.
#include "package/metadata.h"

#include "package/text_decode.h"

typedef struct headers {
  vd_view name, version;
  uint32_t line; // of the version
} headers;

static bool continues(vd_view line) {
  return line.len != 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t');
}

// Headers end at the first empty line; of a header given twice the first counts.
static headers read_headers(vd_view rest) {
  headers h = {0};
  vd_view line;
  for (uint32_t number = 1; vd_view_line(&rest, &line) && line.len != 0; number++) {
    if (continues(line))
      continue;
    vd_view value = line, key = vd_view_cut(&value, ':');
    if (h.name.ptr == NULL && vd_view_ieq(key, VD_VIEW("Name")))
      h.name = vd_view_trim(value);
    if (h.version.ptr == NULL && vd_view_ieq(key, VD_VIEW("Version"))) {
      h.version = vd_view_trim(value);
      h.line = number;
    }
  }
  return h;
}

vd_code vd_metadata_add_version(vd_inventory *inv, vd_view name, vd_view version, uint32_t line,
                                vd_component **added) {
  vd_component *c = vd_component_add(inv, name, line);
  *added = c;
  if (c == NULL)
    return VD_NOMEM;
  c->requirement = vd_arena_printf(inv->arena, "==%.*s", VD_ARG(version));
  c->version = vd_view_from(c->requirement, 2);
  c->specifiers = c->requirement;
  return c->requirement.ptr == NULL ? VD_NOMEM : VD_OK;
}

vd_code vd_metadata_add(vd_inventory *inv, vd_view bytes, vd_component **added, vd_error *err) {
  vd_view text;
  VD_TRY(vd_text_decode(inv->arena, bytes, &text, err));
  headers h = read_headers(text);
  if (!vd_pypi_name_valid(h.name))
    return vd_fail(err, VD_FORMAT, "no header names the distribution");
  if (h.version.len == 0 || h.version.len > VD_VERSION_MAX)
    return vd_fail(err, VD_FORMAT, "no header states the version of %.*s", VD_ARG(h.name));
  return vd_metadata_add_version(inv, h.name, h.version, h.line, added);
}
