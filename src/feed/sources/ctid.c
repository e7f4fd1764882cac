// CTID Mappings Explorer: which techniques a flaw known to be exploited makes use of, and which a
// security control mitigates. One document a framework; the newest edition stands in feeds.def.
#include "feed/mentions.h"
#include "feed/sources/sources.h"

typedef struct framework {
  const char *name;  // as the document states it
  const char *class; // of the controls; NULL: the mapped things are flaws
  bool padded;       // "AC-02" for what the catalogue itself calls AC-2
} framework;

static const framework frameworks[] = {{"kev", NULL, false},
                                       {"cve", NULL, false},
                                       {"nist_800_53", "nist-800-53", true},
                                       {"csa_ccm", "csa-ccm", false}};

typedef struct capability { // a flaw or control, with all its mappings
  vd_record record;
  vd_ref node;
  vd_map seen; // "TYPE TECHNIQUE"
  struct capability *next;
} capability;

typedef struct reader {
  vd_arena *arena;
  const framework *framework;
  vd_view domain, date;
  const vd_value *groups; // key -> name
  vd_map by_id;
  capability *first, *last; // in the order of the document
  const vd_feed_sink *sink;
} reader;

// ---- the document's head ------------------------------------------------------------------------

static const framework *framework_of(vd_view name) {
  for (size_t i = 0; i < VD_COUNT(frameworks); i++)
    if (vd_view_eq(name, vd_view_of(frameworks[i].name)))
      return &frameworks[i];
  return NULL;
}

// "07/28/2025" as a date of ours; {NULL} when it is none.
static vd_view date_of(vd_arena *a, vd_view us, vd_code *code) {
  vd_view month = vd_view_cut(&us, '/'), day = vd_view_cut(&us, '/');
  char text[11] = {0};
  *code = VD_OK;
  if (month.len != 2 || day.len != 2 || us.len != 4)
    return (vd_view){0};
  (void)snprintf(text, sizeof text, "%.4s-%.2s-%.2s", us.ptr, month.ptr, day.ptr);
  if (!vd_date_valid(vd_view_of(text)))
    return (vd_view){0};
  vd_view date = vd_arena_copy(a, vd_view_of(text));
  *code = date.ptr == NULL ? VD_NOMEM : VD_OK;
  return date;
}

// ---- one mapping --------------------------------------------------------------------------------

// "nist-800-53/AC-2" for "AC-02".
static vd_view control_key(const reader *r, vd_view id) {
  size_t dash = vd_view_find(id, '-');
  vd_view family = vd_view_first(id, dash), number = vd_view_from(id, dash + 1);
  while (r->framework->padded && number.len > 1 && number.ptr[0] == '0')
    number = vd_view_from(number, 1);
  return vd_arena_printf(r->arena, "%s/%.*s%s%.*s", r->framework->class, VD_ARG(family),
                         dash < id.len ? "-" : "", VD_ARG(number));
}

// The node of an id; without a key when it is none. NOMEM.
static vd_code node_of(const reader *r, vd_view id, vd_ref *out) {
  vd_mention m;
  *out = (vd_ref){0};
  if (!vd_token_valid(id))
    return VD_OK;
  if (r->framework->class != NULL)
    *out = vd_ref_of(VD_NODE_MITIGATION, control_key(r, id));
  else if (vd_mention_whole(id, &m) && m.kind == VD_NODE_VULNERABILITY)
    *out = vd_ref_of(VD_NODE_VULNERABILITY, vd_mention_key(r->arena, &m));
  else
    return VD_OK;
  return out->key.ptr == NULL ? VD_NOMEM : VD_OK;
}

static void describe(const reader *r, capability *c, const vd_value *mapping) {
  vd_view name = vd_view_trim(vd_text_at(mapping, "capability_description"));
  vd_view group = vd_text_at(mapping, "capability_group");
  if (r->framework->class == NULL)
    return;
  vd_definition *d = vd_record_define(&c->record, c->node, name.len > 0 ? name : c->node.key);
  d->class = vd_view_of(r->framework->class);
  vd_record_property(&c->record, c->node, "category", vd_text(vd_get(r->groups, group)));
}

// The capability of a mapping, made when it is the first of it; NULL with *code set when there is
// none or no memory.
static capability *capability_of(reader *r, const vd_value *mapping, vd_code *code) {
  vd_view id = vd_scalar_at(mapping, "capability_id");
  capability *c = vd_map_get(&r->by_id, id);
  vd_ref node = {0};
  *code = c != NULL ? VD_OK : node_of(r, id, &node);
  if (c != NULL || node.key.len == 0)
    return c;
  c = vd_new(r->arena, capability);
  vd_view key =
      vd_arena_printf(r->arena, "%s/%.*s/%.*s", r->framework->name, VD_ARG(r->domain), VD_ARG(id));
  *code = c == NULL || key.ptr == NULL ? VD_NOMEM : vd_map_put(&r->by_id, id, c);
  if (*code != VD_OK)
    return NULL;
  c->record = vd_record_of(r->arena, key, r->date);
  c->node = node;
  c->seen = VD_MAP(r->arena);
  *(r->first == NULL ? &r->first : &r->last->next) = c;
  r->last = c;
  describe(r, c, mapping);
  return c;
}

// "primary_impact: words"; the type alone says nothing more than the edge for a control.
static vd_view evidence_of(const reader *r, vd_view type, vd_view words) {
  if (r->framework->class != NULL)
    return words;
  return vd_arena_printf(r->arena, "%.*s%s%.*s", VD_ARG(type), words.len > 0 ? ": " : "",
                         VD_ARG(words));
}

static vd_code add_link(const reader *r, capability *c, const vd_value *mapping,
                        const vd_mention *technique) {
  vd_view type = vd_text_at(mapping, "mapping_type");
  vd_view words = vd_view_trim(vd_text_at(mapping, "comments"));
  vd_view key = vd_mention_key(r->arena, technique);
  vd_view once = vd_arena_printf(r->arena, "%.*s %.*s", VD_ARG(type), VD_ARG(key));
  vd_view said = evidence_of(r, type, words);
  bool flaw = r->framework->class == NULL;
  if (key.ptr == NULL || once.ptr == NULL || (flaw && said.ptr == NULL))
    return VD_NOMEM;
  if (vd_map_get(&c->seen, once) != NULL)
    return VD_OK;
  vd_link *l = vd_record_link(&c->record, c->node, flaw ? VD_EDGE_MAPS_TO : VD_EDGE_MITIGATES,
                              vd_ref_of(VD_NODE_TECHNIQUE, key));
  if (said.len > 0)
    l->evidence = vd_text_cut(said, VD_EVIDENCE_MAX);
  return vd_map_put(&c->seen, once, c);
}

// What is not mappable states a control without a technique, or a technique without a control.
static vd_code read_mapping(reader *r, const vd_value *mapping, size_t number) {
  bool none = vd_view_eq(vd_text_at(mapping, "status"), VD_VIEW("non_mappable"));
  vd_view technique = vd_scalar_at(mapping, "attack_object_id");
  vd_code code;
  vd_mention m;
  capability *c = capability_of(r, mapping, &code);
  VD_TRY(code);
  if (none)
    return VD_OK;
  if (c == NULL || !vd_mention_whole(technique, &m) || m.kind != VD_NODE_TECHNIQUE) {
    vd_feed_bad_record(r->sink, number,
                       c == NULL ? "capability_id is not one of its framework"
                                 : "attack_object_id is not a technique");
    return VD_OK;
  }
  return add_link(r, c, mapping, &m);
}

static vd_code read_mappings(reader *r, const vd_value *list) {
  size_t number = 0;
  for (VD_EACH (mapping, list))
    VD_TRY(read_mapping(r, mapping, ++number));
  for (const capability *c = r->first; c != NULL; c = c->next)
    if (c->record.failed || c->record.definitions.count + c->record.links.count > 0)
      VD_TRY(vd_feed_record(r->sink, &c->record));
  return VD_OK;
}

vd_code vd_read_ctid(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  const vd_value *doc;
  vd_code code;
  VD_TRY(vd_json_parse(a, in->bytes, &doc, err));
  const vd_value *head = vd_get(doc, VD_VIEW("metadata"));
  const vd_value *list = vd_get(doc, VD_VIEW("mapping_objects"));
  reader r = {.arena = a,
              .framework = framework_of(vd_text_at(head, "mapping_framework")),
              .domain = vd_text_at(head, "technology_domain"),
              .groups = vd_get(head, VD_VIEW("capability_groups")),
              .by_id = VD_MAP(a),
              .sink = sink};
  if (r.framework == NULL || !vd_token_valid(r.domain) || !vd_is(list, VD_KIND_ARRAY))
    return vd_fail(err, VD_FORMAT, "the document is not a mapping of a known framework");
  r.date = date_of(a, vd_text_at(head, "creation_date"), &code);
  VD_TRY(code);
  vd_view changed = date_of(a, vd_text_at(head, "last_update"), &code);
  VD_TRY(code);
  VD_TRY(sink->snapshot(sink->ctx, vd_text_at(head, "mapping_framework_version"), changed));
  return read_mappings(&r, list);
}
