// Components named by package URLs, as bills of materials have them.
#include "package/document.h"

// Other ecosystems join the namespace to the name: "@scope/name", "group/artefact".
static vd_code set_name(vd_inventory *inv, vd_component *c, const vd_purl *purl) {
  if (vd_view_eq(purl->type, VD_VIEW("pypi")))
    return VD_OK;
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  vd_buf_put(&b, purl->namespace_);
  if (purl->namespace_.len != 0)
    vd_buf_put_c(&b, '/');
  vd_buf_put(&b, purl->name);
  VD_TRY(vd_keep(inv, &c->type, purl->type));
  return vd_keep(inv, &c->name, vd_buf_view(&b));
}

vd_code vd_purl_add(vd_inventory *inv, const vd_value *purl, vd_component **added) {
  VD_SCOPED_ARENA scratch = VD_ARENA(16u << 20);
  vd_purl parts;
  vd_error why = {0};
  *added = NULL;
  vd_code code = vd_purl_parse(&scratch, vd_text(purl), &parts, &why);
  if (code == VD_NOMEM)
    return VD_NOMEM;
  if (code != VD_OK)
    return vd_notice_add(inv, purl->line, code, "not a package URL: %s", why.text);
  vd_component *c = vd_component_add(inv, parts.name, purl->line);
  if (c == NULL)
    return VD_NOMEM;
  c->column = purl->column;
  *added = c;
  VD_TRY(set_name(inv, c, &parts));
  return parts.version.len == 0 ? VD_OK : vd_keep(inv, &c->version, parts.version);
}
