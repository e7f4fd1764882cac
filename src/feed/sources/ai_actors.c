// Threat actors that use AI themselves: who was reported to use it, with which techniques and tools
// (STIX 2.1 of a public tracker).
#include "feed/stix.h"

typedef struct reader {
  vd_stix stix;
  const vd_feed_sink *sink;
} reader;

// "intrusion-set--UUID" as "ai-actors/UUID"; without a key when the id has another form.
static vd_ref node_of(vd_record *r, vd_node_kind kind, vd_view id) {
  const char *dashes = id.len < 3 ? NULL : memmem(id.ptr, id.len, "--", 2);
  if (dashes == NULL || !vd_token_valid(id))
    return vd_ref_of(kind, (vd_view){0});
  vd_view uuid = vd_view_from(id, (size_t)(dashes - id.ptr) + 2);
  vd_view key = vd_arena_printf(r->arena, "ai-actors/%.*s", VD_ARG(uuid));
  r->failed |= key.ptr == NULL;
  return vd_ref_of(kind, key);
}

// A technique of ATT&CK is linked; what the tracker names itself becomes a label.
static void link_to(const reader *r, vd_record *record, vd_ref from, vd_view target) {
  const vd_stix_object *technique = vd_stix_find(&r->stix, target, "attack-pattern");
  const vd_stix_object *malware = vd_stix_find(&r->stix, target, "malware");
  const vd_stix_object *actor = vd_stix_find(&r->stix, target, "intrusion-set");
  vd_edge_kind kind = from.kind == VD_NODE_ACTOR ? VD_EDGE_USES : VD_EDGE_REFERENCES;
  vd_ref to = {0};
  if (technique != NULL && vd_token_valid(technique->external))
    to = vd_ref_of(VD_NODE_TECHNIQUE, technique->external);
  else if (technique != NULL)
    vd_record_property(record, from, "labels", vd_text_at(technique->value, "name"));
  else if (malware != NULL)
    to = node_of(record, VD_NODE_SOFTWARE, target);
  else if (actor != NULL)
    to = node_of(record, VD_NODE_ACTOR, target);
  vd_record_link(record, from, kind, to)->evidence =
      kind == VD_EDGE_USES ? VD_VIEW("relationship uses") : VD_VIEW("object_refs");
}

static void read_actor(const reader *r, vd_record *record, vd_ref node, const vd_stix_object *o) {
  for (VD_EACH (alias, vd_get(o->value, VD_VIEW("aliases"))))
    vd_record_property(record, node, "alias", vd_text(alias));
  for (VD_STIX_EACH(use, o, "uses"))
    link_to(r, record, node, vd_text_at(use->value, "target_ref"));
}

static void read_report(const reader *r, vd_record *record, vd_ref node, const vd_stix_object *o) {
  vd_view published = vd_text_at(o->value, "published");
  if (vd_date_valid(published))
    vd_record_property(record, node, "published", vd_view_first(published, 10));
  for (VD_EACH (id, vd_get(o->value, VD_VIEW("object_refs"))))
    link_to(r, record, node, vd_text(id));
}

static void read_malware(const reader *r, vd_record *record, vd_ref node, const vd_stix_object *o) {
  (void)r;
  (void)o;
  vd_record_property(record, node, "tag", VD_VIEW("ai-actors"));
}

static vd_view address_of(const vd_value *object) {
  vd_view url = vd_text_at(vd_first(vd_get(object, VD_VIEW("external_references"))), "url");
  return vd_token_valid(url) ? url : (vd_view){0};
}

static const struct family {
  const char *type;
  vd_node_kind kind;
  vd_view class;
  void (*read)(const reader *r, vd_record *record, vd_ref node, const vd_stix_object *o);
} families[] = {
    {"intrusion-set", VD_NODE_ACTOR, VD_VIEW_INIT("ai-actors"), read_actor},
    {"malware", VD_NODE_SOFTWARE, VD_VIEW_INIT("malware"), read_malware},
    {"report", VD_NODE_DOCUMENT, VD_VIEW_INIT("report"), read_report},
};

// A report is the page it stands on, where the tracker says which.
static vd_code read_object(const reader *r, const vd_stix_object *o, const struct family *f) {
  vd_view id = vd_text_at(o->value, "id"), url = address_of(o->value);
  vd_view name = vd_view_trim(vd_text_at(o->value, "name"));
  vd_record record = vd_record_of(r->stix.arena, id, vd_stix_created(o));
  vd_ref node = node_of(&record, f->kind, id);
  if (!record.failed && (node.key.len == 0 || name.len == 0)) {
    vd_feed_bad(r->sink, vd_view_first(id, 60), "an object without an id or a name", o->type);
    return VD_OK;
  }
  if (f->kind == VD_NODE_DOCUMENT && url.len > 0)
    node.key = url;
  vd_definition *d = vd_record_define(&record, node, name);
  d->class = f->class;
  d->text = vd_feed_text(vd_text_at(o->value, "description"));
  vd_record_property(&record, node, "url", url);
  f->read(r, &record, node, o);
  return vd_feed_record(r->sink, &record);
}

vd_code vd_read_ai_actors(vd_arena *a, const vd_input *in, const vd_feed_sink *sink,
                          vd_error *err) {
  reader r = {.sink = sink};
  VD_TRY(vd_stix_open(a, in->bytes, "mitre-attack", &r.stix, err));
  VD_TRY(sink->snapshot(sink->ctx, (vd_view){0}, vd_view_first(r.stix.modified, 10)));
  for (size_t i = 0; i < r.stix.count; i++)
    for (size_t k = 0; k < VD_COUNT(families); k++)
      if (r.stix.at[i].live && vd_stix_is(&r.stix.at[i], families[k].type))
        VD_TRY(read_object(&r, &r.stix.at[i], &families[k]));
  return VD_OK;
}
