// A node as a STIX object: the members all kinds have, and those of each.
#include "report/export/stix.h"

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the export");
}

// ---- lists -------------------------------------------------------------------------------------

static int by_phase(const void *pa, const void *pb) {
  const vd_stix_phase *a = pa, *b = pb;
  int order = strcmp(a->chain, b->chain);
  return order != 0 ? order : vd_view_cmp(a->name, b->name);
}

static void put_phases(vd_stix_object *o) {
  vd_json_out *j = &o->s->j;
  if (o->phases.count == 0)
    return;
  qsort(o->phases.at, o->phases.count, sizeof *o->phases.at, by_phase);
  vd_json_key(j, "kill_chain_phases");
  vd_json_open(j, '[');
  for (size_t i = 0; i < o->phases.count; i++) {
    if (i != 0 && by_phase(&o->phases.at[i], &o->phases.at[i - 1]) == 0)
      continue;
    vd_json_open(j, '{');
    vd_json_member(j, "kill_chain_name", vd_view_of(o->phases.at[i].chain));
    vd_json_member(j, "phase_name", o->phases.at[i].name);
    vd_json_close(j, '}');
  }
  vd_json_close(j, ']');
}

static int by_reference(const void *pa, const void *pb) {
  const vd_stix_reference *a = pa, *b = pb;
  int order = vd_view_cmp(a->source_name, b->source_name);
  if (order == 0)
    order = vd_view_cmp(a->external_id, b->external_id);
  return order != 0 ? order : vd_view_cmp(a->url, b->url);
}

// The object's own reference stays first, as programs that look for its id expect.
static vd_code collect_references(vd_stix_object *o, vd_error *err) {
  const vd_walk_node *n = o->n;
  size_t aliases = n->aliases.count;
  for (size_t i = 0; i < aliases; i++)
    VD_TRY(vd_stix_add_reference(o, &n->aliases.at[i], err));
  for (size_t i = 0; i < n->properties.count; i++) {
    const vd_walk_property *p = &n->properties.at[i];
    vd_stix_reference r = {.source_name = p->origin.source, .url = p->value};
    if (!vd_view_eq(p->name, VD_VIEW("url")) || !vd_stix_reference_fits(&r))
      continue;
    vd_stix_reference *slot = vd_vec_push(&o->s->arena, &o->references);
    if (slot == NULL)
      return no_memory(err);
    *slot = r;
  }
  return VD_OK;
}

static void put_reference(vd_json_out *j, const vd_stix_reference *r) {
  vd_json_open(j, '{');
  vd_json_member(j, "source_name", r->source_name);
  if (r->external_id.len != 0)
    vd_json_member(j, "external_id", r->external_id);
  if (r->url.len != 0)
    vd_json_member(j, "url", r->url);
  vd_json_close(j, '}');
}

static vd_code put_references(vd_stix_object *o, const vd_stix_reference *own, vd_error *err) {
  vd_json_out *j = &o->s->j;
  VD_TRY(collect_references(o, err));
  size_t count = o->references.count;
  if (count > 1)
    qsort(o->references.at, count, sizeof *o->references.at, by_reference);
  if (count == 0 && own == NULL)
    return VD_OK;
  vd_json_key(j, "external_references");
  vd_json_open(j, '[');
  if (own != NULL)
    put_reference(j, own);
  for (size_t i = 0; i < count; i++) {
    const vd_stix_reference *r = &o->references.at[i];
    bool again =
        (i != 0 && by_reference(r, r - 1) == 0) || (own != NULL && by_reference(r, own) == 0);
    if (!again)
      put_reference(j, r);
  }
  vd_json_close(j, ']');
  return VD_OK;
}

static void put_text_list(vd_json_out *j, const char *key, const vd_views *list) {
  if (list->count == 0)
    return;
  vd_json_key(j, key);
  vd_json_open(j, '[');
  for (size_t i = 0; i < list->count; i++)
    vd_json_text(j, list->at[i]);
  vd_json_close(j, ']');
}

// Other names, as the sources spell them.
static vd_code put_synonyms(vd_stix_object *o, vd_error *err) {
  vd_views values;
  vd_view name;
  for (size_t at = 0; vd_export_values(&o->s->arena, o->n, &at, &name, &values);) {
    if (values.at == NULL)
      return no_memory(err);
    if (vd_view_eq(name, VD_VIEW("synonym")))
      put_text_list(&o->s->j, "aliases", &values);
  }
  return VD_OK;
}

// ---- extension ---------------------------------------------------------------------------------

static vd_code put_properties(vd_stix_object *o, vd_error *err) {
  vd_json_out *j = &o->s->j;
  vd_views values;
  vd_view name;
  vd_json_key(j, "properties");
  vd_json_open(j, '{');
  for (size_t at = 0; vd_export_values(&o->s->arena, o->n, &at, &name, &values);) {
    if (values.at == NULL)
      return no_memory(err);
    put_text_list(j, name.ptr, &values);
  }
  vd_json_close(j, '}');
  return VD_OK;
}

static void put_stated_by(vd_json_out *j, const vd_walk_node *n) {
  vd_json_key(j, "stated_by");
  vd_json_open(j, '[');
  for (size_t i = 0; i < n->definitions.count; i++) {
    vd_json_open(j, '{');
    vd_export_put_origin(j, &n->definitions.at[i].origin);
    vd_json_close(j, '}');
  }
  vd_json_close(j, ']');
}

// The key of a package is type/name, normalised; what a purl cannot hold is percent-encoded.
static void put_purl(vd_json_out *j, vd_view key) {
  VD_SCOPED_BUF b = VD_BUF(VD_PURL_BYTES_MAX);
  vd_buf_put(&b, VD_VIEW("pkg:"));
  for (size_t i = 0; i < key.len; i++) {
    char c = key.ptr[i];
    bool plain = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '/' ||
                 c == '.' || c == '-' || c == '_' || c == '~';
    if (plain)
      vd_buf_put_c(&b, c);
    else
      vd_buf_printf(&b, "%%%02X", (unsigned)(unsigned char)c);
  }
  vd_json_member(j, "purl", vd_buf_view(&b));
}

static void put_scores(vd_json_out *j, const vd_walk_node *n) {
  if (n->epss < 0)
    return;
  vd_json_key(j, "epss");
  vd_json_real(j, (double)n->epss / 1e5, 5);
  vd_json_key(j, "epss_percentile");
  vd_json_real(j, (double)n->percentile / 1e5, 5);
}

static void put_new_type(vd_json_out *j) {
  char id[VD_STIX_ID];
  vd_stix_extension_id(true, id);
  vd_json_key(j, id);
  vd_json_open(j, '{');
  vd_json_member(j, "extension_type", VD_VIEW("new-sdo"));
  vd_json_close(j, '}');
}

static vd_code put_extensions(vd_stix_object *o, vd_error *err) {
  vd_json_out *j = &o->s->j;
  const vd_walk_node *n = o->n;
  char id[VD_STIX_ID];
  vd_json_key(j, "extensions");
  vd_json_open(j, '{');
  if (o->type == vd_stix_custom)
    put_new_type(j);
  vd_stix_extension_id(false, id);
  vd_json_key(j, id);
  vd_json_open(j, '{');
  vd_json_member(j, "extension_type", VD_VIEW("property-extension"));
  vd_json_member(j, "node_kind", vd_view_of(vd_node_kind_text(n->self.kind)));
  vd_json_member(j, "node_key", n->self.key);
  if (n->class.len != 0)
    vd_json_member(j, "node_class", n->class);
  if (n->self.kind == VD_NODE_PACKAGE)
    put_purl(j, n->self.key);
  put_scores(j, n);
  if (n->properties.count != 0)
    VD_TRY(put_properties(o, err));
  if (n->definitions.count != 0)
    put_stated_by(j, n);
  vd_json_close(j, '}');
  vd_json_close(j, '}');
  return VD_OK;
}

// ---- members of each kind ----------------------------------------------------------------------

// CPE 2.3 in its bound form: part, vendor and product, the rest any. False when a character cannot
// be written in it.
static bool put_cpe_part(vd_buf *b, vd_view part) {
  static const char quoted[] = "\\*?!\"#$%&'()+,/:;<=>@[]^`{|}~";
  vd_buf_put_c(b, ':');
  for (size_t i = 0; i < part.len; i++) {
    char c = part.ptr[i];
    bool plain = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' ||
                 c == '.' || c == '_';
    if (!plain && (c == '\0' || strchr(quoted, c) == NULL))
      return false;
    if (!plain)
      vd_buf_put_c(b, '\\');
    vd_buf_put_c(b, c);
  }
  return part.len != 0;
}

static bool put_cpe(vd_json_out *j, vd_view key) {
  VD_SCOPED_BUF b = VD_BUF(VD_GRAPH_VALUE_MAX);
  vd_view product = key, part = vd_view_cut(&product, ':'), vendor = vd_view_cut(&product, ':');
  vd_buf_put(&b, VD_VIEW("cpe:2.3:"));
  vd_buf_put(&b, part);
  bool known = part.len == 1 && strchr("aho", part.ptr[0]) != NULL;
  if (!known || !put_cpe_part(&b, vendor) || !put_cpe_part(&b, product))
    return false;
  vd_buf_put(&b, VD_VIEW(":*:*:*:*:*:*:*:*"));
  vd_json_member(j, "cpe", vd_buf_view(&b));
  return true;
}

// A product that is the same as a package lends it its CPE.
static void put_software(const vd_stix_object *o) {
  const vd_walk_node *n = o->n;
  vd_json_out *j = &o->s->j;
  vd_view name = n->self.key,
          before = vd_view_cut(&name, n->self.kind == VD_NODE_PRODUCT ? ':' : '/');
  vd_view vendor = n->self.kind == VD_NODE_PRODUCT ? vd_view_cut(&name, ':') : (vd_view){0};
  vd_json_member(j, "name", name.len != 0 ? name : before);
  if (vendor.len != 0)
    vd_json_member(j, "vendor", vendor);
  bool told = n->self.kind == VD_NODE_PRODUCT && put_cpe(j, n->self.key);
  for (size_t i = 0; !told && i < n->aliases.count; i++)
    told = n->aliases.at[i].kind == VD_NODE_PRODUCT && put_cpe(j, n->aliases.at[i].key);
}

static int by_id(const void *pa, const void *pb) {
  const vd_walk_id *a = pa, *b = pb;
  return (a->id > b->id) - (a->id < b->id);
}

static void put_about(vd_stix_object *o) {
  vd_json_out *j = &o->s->j;
  qsort(o->about.at, o->about.count, sizeof *o->about.at, by_id);
  vd_json_key(j, "object_refs");
  vd_json_open(j, '[');
  for (size_t i = 0; i < o->about.count; i++) {
    char id[VD_STIX_ID];
    if (i != 0 && o->about.at[i].id == o->about.at[i - 1].id)
      continue;
    vd_stix_node_id(o->s, &o->about.at[i], id);
    vd_json_text(j, vd_view_of(id));
  }
  vd_json_close(j, ']');
}

static void put_report(vd_stix_object *o) {
  int64_t day = vd_stix_day_of(o->n, "published", false);
  day = day != 0 ? day : vd_stix_day_of(o->n, "date", false);
  vd_stix_put_time(&o->s->j, "published", day != 0 ? day : o->created);
  put_about(o);
}

static void put_seen(vd_stix_object *o) {
  int64_t first = vd_stix_day_of(o->n, "first_seen", false);
  int64_t last = vd_stix_day_of(o->n, "last_seen", true);
  if (first != 0)
    vd_stix_put_time(&o->s->j, "first_seen", first);
  if (last != 0 && last >= first)
    vd_stix_put_time(&o->s->j, "last_seen", last);
}

static void put_tool_type(vd_stix_object *o) {
  bool check = vd_view_starts(o->n->self.key, VD_VIEW("nuclei/"));
  vd_view type = check ? VD_VIEW("vulnerability-scanning") : VD_VIEW("exploitation");
  put_text_list(&o->s->j, "tool_types", &(vd_views){.at = &type, .count = 1});
}

static vd_code put_own_members(vd_stix_object *o, vd_error *err) {
  vd_node_kind kind = o->n->self.kind;
  if (strcmp(o->type, "report") == 0)
    put_report(o);
  if (kind == VD_NODE_EXPLOIT)
    put_tool_type(o);
  if (kind == VD_NODE_CAMPAIGN)
    put_seen(o);
  if (strcmp(o->type, "malware") == 0) {
    vd_json_key(&o->s->j, "is_family");
    vd_json_bool(&o->s->j, true);
  }
  bool named = kind == VD_NODE_CAMPAIGN || kind == VD_NODE_SOFTWARE || kind == VD_NODE_ACTOR;
  return named ? put_synonyms(o, err) : VD_OK;
}

// ---- objects -----------------------------------------------------------------------------------

// A flaw goes by its id in STIX; others by their name.
static vd_view name_of(const vd_walk_node *n) {
  return n->name.len == 0 || n->self.kind == VD_NODE_VULNERABILITY ? n->self.key : n->name;
}

static void put_description(vd_json_out *j, const vd_walk_node *n) {
  vd_view text = vd_export_text(n);
  if (text.len == 0 && n->self.kind == VD_NODE_VULNERABILITY)
    text = n->name;
  if (text.len != 0)
    vd_json_member(j, "description", text);
}

// What all domain objects have; observables have neither author nor dates.
static void put_common(vd_stix_object *o) {
  vd_json_out *j = &o->s->j;
  const vd_walk_node *n = o->n;
  if (n->definitions.count != 0) {
    char id[VD_STIX_ID];
    vd_stix_source_id(n->definitions.at[0].origin.source, id);
    vd_json_member(j, "created_by_ref", vd_view_of(id));
  }
  vd_stix_put_time(j, "created", o->created);
  vd_stix_put_time(j, "modified", o->modified);
  if (o->revoked) {
    vd_json_key(j, "revoked");
    vd_json_bool(j, true);
  }
  vd_json_member(j, "name", name_of(n));
  put_description(j, n);
}

static vd_code put_domain_object(vd_stix_object *o, vd_error *err) {
  vd_stix_reference own;
  put_common(o);
  VD_TRY(put_own_members(o, err));
  if (!vd_stix_reference_of(&o->s->arena, &o->n->self, &own))
    return no_memory(err);
  VD_TRY(put_references(o, vd_stix_reference_fits(&own) ? &own : NULL, err));
  put_phases(o);
  return VD_OK;
}

// A report must be about something.
static bool is_left_out(const vd_stix_object *o) {
  return strcmp(o->type, "report") == 0 && o->about.count == 0;
}

vd_code vd_stix_node(void *ctx, const vd_walk_node *n, vd_error *err) {
  vd_stix *s = ctx;
  vd_stix_object o = {.s = s, .n = n, .type = vd_stix_type(s, &n->self)};
  char id[VD_STIX_ID];
  if (o.type == NULL)
    return VD_OK;
  vd_arena_free(&s->arena);
  VD_TRY(vd_stix_object_read(&o, err));
  if (is_left_out(&o))
    return VD_OK;
  vd_stix_node_id(s, &n->self, id);
  vd_stix_begin(s, o.type, id);
  if (strcmp(o.type, "software") == 0)
    put_software(&o);
  else
    VD_TRY(put_domain_object(&o, err));
  VD_TRY(put_extensions(&o, err));
  return vd_stix_end(s, err);
}
