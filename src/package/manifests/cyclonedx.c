// CycloneDX bills of materials in JSON, 1.2 to 1.6.
#include "package/document.h"

vd_code vd_manifest_cyclonedx(vd_inventory *inv, vd_view bytes, vd_error *err);

// A list of components that is being read.
typedef struct level {
  const vd_value *next;
} level;

typedef struct bom {
  vd_inventory *inv;
  vd_arena *scratch;
  vd_map known;  // refs in the dependency graph, other than the subject's
  vd_map direct; // refs the subject depends on
  VD_VEC(level) open;
  size_t nameless; // software without a purl
  uint32_t nameless_line;
} bom;

// What the document calls a component in its dependency graph.
static vd_view ref_of(const vd_value *component) {
  vd_view ref = vd_text_at(component, "bom-ref");
  return ref.ptr != NULL ? ref : vd_text_at(component, "purl");
}

static vd_code put_all(vd_map *refs, const vd_value *list, bom *b) {
  for (VD_EACH (ref, vd_is(list, VD_KIND_ARRAY) ? list : NULL))
    if (vd_is(ref, VD_KIND_STRING))
      VD_TRY(vd_map_put(refs, ref->text, b));
  return VD_OK;
}

static vd_code read_graph(bom *b, const vd_value *doc) {
  vd_view subject = ref_of(vd_path(doc, "metadata", "component"));
  for (VD_EACH (entry, vd_path(doc, "dependencies"))) {
    const vd_value *targets = vd_path(entry, "dependsOn");
    VD_TRY(put_all(&b->known, targets, b));
    if (subject.ptr != NULL && vd_view_eq(vd_text_at(entry, "ref"), subject))
      VD_TRY(put_all(&b->direct, targets, b));
  }
  return VD_OK;
}

static vd_scope scope_of(const vd_value *component) {
  vd_view scope = vd_text_at(component, "scope");
  if (vd_view_eq(scope, VD_VIEW("optional")))
    return VD_SCOPE_OPTIONAL;
  return vd_view_eq(scope, VD_VIEW("excluded")) ? VD_SCOPE_DEV : VD_SCOPE_RUNTIME;
}

static bool is_software(const vd_value *component) {
  vd_view type = vd_text_at(component, "type");
  return vd_view_eq(type, VD_VIEW("library")) || vd_view_eq(type, VD_VIEW("framework"));
}

static vd_direct direct_of(const bom *b, vd_view ref) {
  if (ref.ptr == NULL || b->direct.count == 0)
    return VD_DIRECT_UNKNOWN;
  if (vd_map_get(&b->direct, ref) != NULL)
    return VD_DIRECT_YES;
  return vd_map_get(&b->known, ref) != NULL ? VD_DIRECT_NO : VD_DIRECT_UNKNOWN;
}

static vd_code add(bom *b, const vd_value *component) {
  const vd_value *purl = vd_path(component, "purl");
  vd_component *c = NULL;
  if (!vd_is(purl, VD_KIND_STRING)) {
    if (is_software(component) && b->nameless++ == 0)
      b->nameless_line = component->line;
    return VD_OK;
  }
  VD_TRY(vd_purl_add(b->inv, purl, &c));
  if (c == NULL)
    return VD_OK;
  c->scope = scope_of(component);
  c->direct = direct_of(b, ref_of(component));
  c->hashed = vd_first(vd_path(component, "hashes")) != NULL;
  vd_view version = vd_text_at(component, "version");
  return c->version.ptr != NULL || version.len == 0 ? VD_OK : vd_keep(b->inv, &c->version, version);
}

static vd_code open_list(bom *b, const vd_value *list) {
  if (!vd_is(list, VD_KIND_ARRAY) || list->first == NULL)
    return VD_OK;
  level *slot = vd_vec_push(b->scratch, &b->open);
  if (slot == NULL)
    return VD_NOMEM;
  slot->next = list->first;
  return VD_OK;
}

static vd_code read_components(bom *b, const vd_value *list) {
  VD_TRY(open_list(b, list));
  while (b->open.count != 0) {
    const vd_value *component = b->open.at[b->open.count - 1].next;
    if (component == NULL) {
      b->open.count--;
      continue;
    }
    b->open.at[b->open.count - 1].next = component->next;
    VD_TRY(add(b, component));
    VD_TRY(open_list(b, vd_path(component, "components")));
  }
  return VD_OK;
}

static vd_code read(bom *b, const vd_value *doc) {
  VD_TRY(read_graph(b, doc));
  VD_TRY(read_components(b, vd_path(doc, "metadata", "component", "components")));
  VD_TRY(read_components(b, vd_path(doc, "components")));
  if (b->nameless == 0)
    return VD_OK;
  return vd_notice_add(b->inv, b->nameless_line, VD_UNSUPPORTED,
                       "%zu libraries without a package URL", b->nameless);
}

vd_code vd_manifest_cyclonedx(vd_inventory *inv, vd_view bytes, vd_error *err) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  bom b = {.inv = inv, .scratch = &scratch, .known = VD_MAP(&scratch), .direct = VD_MAP(&scratch)};
  const vd_value *doc = NULL;
  if (!vd_view_has(bytes, VD_VIEW("CycloneDX")))
    return vd_fail(err, VD_UNSUPPORTED, "not a CycloneDX document");
  VD_TRY(vd_json_parse(&scratch, bytes, &doc, err));
  if (!vd_view_eq(vd_text_at(doc, "bomFormat"), VD_VIEW("CycloneDX")))
    return vd_fail(err, VD_UNSUPPORTED, "not a CycloneDX document");
  return vd_document_done(read(&b, doc), err);
}
