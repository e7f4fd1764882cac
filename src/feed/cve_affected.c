// What a CVE record says is affected: products by CPE, PyPI packages, and names in plain words.
#include "feed/cpe.h"
#include "feed/cve.h"
#include "package/package.h"

void vd_cve_product(vd_cve *c, vd_view cpe) {
  vd_view key;
  if (vd_cpe_product(c->arena, cpe, &key) != VD_OK)
    c->record.failed = true;
  else
    vd_cve_link(c, VD_EDGE_AFFECTS, vd_ref_of(VD_NODE_PRODUCT, key));
}

// ---- configurations -----------------------------------------------------------------------------

static bool flag(const vd_value *object, const char *key) {
  const vd_value *v = vd_get(object, vd_view_of(key));
  return vd_is(v, VD_KIND_BOOL) && v->boolean;
}

static void read_node(vd_cve *c, const vd_value *node) {
  if (flag(node, "negate"))
    return;
  for (VD_EACH (match, vd_get(node, VD_VIEW("cpeMatch"))))
    if (flag(match, "vulnerable"))
      vd_cve_product(c, vd_text_at(match, "criteria"));
}

void vd_cve_configurations(vd_cve *c, const vd_value *list) {
  for (VD_EACH (configuration, list))
    for (VD_EACH (node, vd_get(configuration, VD_VIEW("nodes"))))
      read_node(c, node);
}

// ---- affected -----------------------------------------------------------------------------------

// An entry may also list what is not affected. The schema: a version that no item covers has the
// default status, which is "unknown" when it is not given.
static bool is_affected(const vd_value *entry) {
  static const vd_view affected = VD_VIEW_INIT("affected");
  const vd_value *versions = vd_get(entry, VD_VIEW("versions"));
  const vd_value *status = vd_get(entry, VD_VIEW("defaultStatus"));
  for (VD_EACH (version, versions))
    if (vd_view_eq(vd_text_at(version, "status"), affected))
      return true;
  return status == NULL ? versions == NULL : vd_view_eq(vd_text(status), affected);
}

// "n/a" and its like stand where the form wants a name and there is none.
static vd_view name_of(vd_view text) {
  static const vd_view nothing[] = {VD_VIEW_INIT("n/a"), VD_VIEW_INIT("unknown"),
                                    VD_VIEW_INIT("unspecified"), VD_VIEW_INIT("-")};
  vd_view name = vd_view_trim(text);
  for (size_t i = 0; i < VD_COUNT(nothing); i++)
    if (vd_view_ieq(name, nothing[i]))
      return (vd_view){0};
  return vd_text_cut(name, VD_PRODUCT_NAME_MAX);
}

static void add_package(vd_cve *c, vd_view name) {
  if (!vd_pypi_name_valid(name))
    return;
  vd_view plain = vd_pypi_normalize(c->arena, name);
  vd_view key = plain.ptr == NULL ? plain : vd_arena_printf(c->arena, "pypi/%.*s", VD_ARG(plain));
  c->record.failed |= key.ptr == NULL;
  vd_cve_link(c, VD_EDGE_AFFECTS, vd_ref_of(VD_NODE_PACKAGE, key));
}

// Behind "https://pypi.org/" or the older host; false for other collections.
static bool behind_pypi(vd_view url, vd_view *rest) {
  static const vd_view hosts[] = {VD_VIEW_INIT("pypi.org"), VD_VIEW_INIT("pypi.python.org")};
  vd_view scheme = vd_view_cut(&url, ':');
  if (!vd_view_ieq(scheme, VD_VIEW("https")) && !vd_view_ieq(scheme, VD_VIEW("http")))
    return false;
  url = vd_view_from(url, strlen("//"));
  vd_view host = vd_view_cut(&url, '/');
  *rest = url;
  return vd_view_ieq(host, hosts[0]) || vd_view_ieq(host, hosts[1]);
}

// NAME of ".../project/NAME/"; not "pip", which some write for any package that pip installs.
static vd_view project_of(vd_view rest) {
  bool project = vd_view_eq(vd_view_cut(&rest, '/'), VD_VIEW("project"));
  vd_view name = vd_view_cut(&rest, '/');
  return project && !vd_view_eq(name, VD_VIEW("pip")) ? name : (vd_view){0};
}

static void read_collection(vd_cve *c, const vd_value *entry) {
  vd_view name = vd_view_trim(vd_text_at(entry, "packageName")), rest;
  if (behind_pypi(vd_text_at(entry, "collectionURL"), &rest))
    add_package(c, name.len > 0 ? name : project_of(rest));
}

static void read_purl(vd_cve *c, vd_view text) {
  vd_purl purl;
  if (!vd_view_starts(text, VD_VIEW("pkg:pypi/")))
    return;
  vd_code code = vd_purl_parse(c->arena, text, &purl, NULL);
  c->record.failed |= code == VD_NOMEM;
  if (code == VD_OK)
    add_package(c, purl.name);
  else
    vd_feed_bad(c->sink, c->record.key, "not a package URL", text);
}

void vd_cve_affected(vd_cve *c, const vd_value *entry) {
  const vd_value *cpes = vd_get(entry, VD_VIEW("cpes"));
  if (!is_affected(entry))
    return;
  read_collection(c, entry);
  read_purl(c, vd_text_at(entry, "packageURL"));
  for (VD_EACH (cpe, cpes))
    vd_cve_product(c, vd_text(cpe));
  if (vd_first(cpes) != NULL)
    return;
  vd_cve_property(c, "vendor", name_of(vd_text_at(entry, "vendor")));
  vd_cve_property(c, "product", name_of(vd_text_at(entry, "product")));
}
