// SPDX 2.2 and 2.3 documents in JSON.
#include "package/document.h"

vd_code vd_manifest_spdx(vd_inventory *inv, vd_view bytes, vd_error *err);

// What the relationships say of one package.
typedef struct element {
  bool described; // the document is about it
  bool required;  // something depends on it
  bool direct;    // something the document is about depends on it
  bool scoped;    // some relationship says its scope
  vd_scope scope;
} element;

typedef struct document {
  vd_inventory *inv;
  vd_arena *scratch;
  vd_map elements; // SPDXID -> element
  bool has_graph;
} document;

// Relationship types that say "depends on"; the subject is on the left unless `reversed`.
typedef struct relation {
  vd_view type;
  bool reversed;
  vd_scope scope;
} relation;

static const relation relations[] = {
    {VD_VIEW_INIT("DEPENDS_ON"), false, VD_SCOPE_RUNTIME},
    {VD_VIEW_INIT("DEPENDENCY_OF"), true, VD_SCOPE_RUNTIME},
    {VD_VIEW_INIT("RUNTIME_DEPENDENCY_OF"), true, VD_SCOPE_RUNTIME},
    {VD_VIEW_INIT("PROVIDED_DEPENDENCY_OF"), true, VD_SCOPE_RUNTIME},
    {VD_VIEW_INIT("OPTIONAL_DEPENDENCY_OF"), true, VD_SCOPE_OPTIONAL},
    {VD_VIEW_INIT("DEV_DEPENDENCY_OF"), true, VD_SCOPE_DEV},
    {VD_VIEW_INIT("TEST_DEPENDENCY_OF"), true, VD_SCOPE_DEV},
    {VD_VIEW_INIT("BUILD_DEPENDENCY_OF"), true, VD_SCOPE_BUILD},
};

static const relation *relation_of(vd_view type) {
  for (size_t i = 0; i < VD_COUNT(relations); i++)
    if (vd_view_ieq(relations[i].type, type))
      return &relations[i];
  return NULL;
}

// The element called id, made when absent; NULL on NOMEM.
static element *element_of(document *d, vd_view id) {
  element *e = vd_map_get(&d->elements, id);
  if (e != NULL)
    return e;
  e = vd_new(d->scratch, element);
  return e == NULL || vd_map_put(&d->elements, id, e) != VD_OK ? NULL : e;
}

static vd_code describe(document *d, vd_view id) {
  element *e = id.ptr == NULL ? NULL : element_of(d, id);
  if (e != NULL)
    e->described = true;
  return id.ptr != NULL && e == NULL ? VD_NOMEM : VD_OK;
}

static vd_code find_described(document *d, const vd_value *doc) {
  for (VD_EACH (id, vd_path(doc, "documentDescribes")))
    VD_TRY(describe(d, vd_text(id)));
  for (VD_EACH (item, vd_path(doc, "relationships"))) {
    vd_view type = vd_text_at(item, "relationshipType");
    if (vd_view_ieq(type, VD_VIEW("DESCRIBES")))
      VD_TRY(describe(d, vd_text_at(item, "relatedSpdxElement")));
    else if (vd_view_ieq(type, VD_VIEW("DESCRIBED_BY")))
      VD_TRY(describe(d, vd_text_at(item, "spdxElementId")));
  }
  return VD_OK;
}

// A package wanted at run time by one and for tests by another is wanted at run time.
static void set_scope(element *e, vd_scope scope) {
  if (!e->scoped || scope < e->scope)
    e->scope = scope;
  e->scoped = true;
}

static vd_code read_relation(document *d, const vd_value *item) {
  const relation *r = relation_of(vd_text_at(item, "relationshipType"));
  vd_view left = vd_text_at(item, "spdxElementId"), right = vd_text_at(item, "relatedSpdxElement");
  if (r == NULL || left.ptr == NULL || right.ptr == NULL)
    return VD_OK;
  element *from = element_of(d, r->reversed ? right : left);
  element *to = element_of(d, r->reversed ? left : right);
  if (from == NULL || to == NULL)
    return VD_NOMEM;
  to->required = true;
  to->direct |= from->described;
  d->has_graph |= from->described;
  set_scope(to, r->scope);
  return VD_OK;
}

// Categories are spelled "PACKAGE-MANAGER" in 2.3 and "PACKAGE_MANAGER" in 2.2.
static const vd_value *purl_of(const vd_value *package) {
  for (VD_EACH (ref, vd_path(package, "externalRefs")))
    if (vd_view_ieq(vd_text_at(ref, "referenceType"), VD_VIEW("purl")))
      return vd_path(ref, "referenceLocator");
  return NULL;
}

// Some tools put a requirement where the version belongs, and leave it out of the purl.
static vd_code set_version(document *d, vd_component *c, vd_view text) {
  vd_version version;
  text = vd_view_trim(text);
  if (c->version.ptr != NULL || text.len == 0 || vd_view_ieq(text, VD_VIEW("NOASSERTION")))
    return VD_OK;
  if (!vd_view_eq(c->type, VD_VIEW("pypi")) || vd_version_parse(text, &version, NULL) == VD_OK)
    return vd_keep(d->inv, &c->version, text);
  return vd_component_require(d->inv, c, text);
}

static vd_code add(document *d, const vd_value *package) {
  const vd_value *purl = purl_of(package);
  const element *e = vd_map_get(&d->elements, vd_text_at(package, "SPDXID"));
  vd_component *c = NULL;
  if (!vd_is(purl, VD_KIND_STRING))
    return VD_OK;
  VD_TRY(vd_purl_add(d->inv, purl, &c));
  if (c == NULL)
    return VD_OK;
  c->hashed = vd_first(vd_path(package, "checksums")) != NULL;
  if (e != NULL) {
    c->local = e->described && !e->required && d->has_graph;
    c->scope = e->scope;
    if (d->has_graph && e->required)
      c->direct = e->direct ? VD_DIRECT_YES : VD_DIRECT_NO;
  }
  return set_version(d, c, vd_text_at(package, "versionInfo"));
}

static vd_code read(document *d, const vd_value *doc) {
  VD_TRY(find_described(d, doc));
  for (VD_EACH (item, vd_path(doc, "relationships")))
    VD_TRY(read_relation(d, item));
  for (VD_EACH (package, vd_path(doc, "packages")))
    VD_TRY(add(d, package));
  return VD_OK;
}

vd_code vd_manifest_spdx(vd_inventory *inv, vd_view bytes, vd_error *err) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  document d = {.inv = inv, .scratch = &scratch, .elements = VD_MAP(&scratch)};
  const vd_value *doc = NULL;
  if (!vd_view_has(bytes, VD_VIEW("spdxVersion")))
    return vd_fail(err, VD_UNSUPPORTED, "not an SPDX 2 document");
  VD_TRY(vd_json_parse(&scratch, bytes, &doc, err));
  if (!vd_view_starts(vd_text_at(doc, "spdxVersion"), VD_VIEW("SPDX-2.")))
    return vd_fail(err, VD_UNSUPPORTED, "not an SPDX 2 document");
  return vd_document_done(read(&d, doc), err);
}
