// MITRE ATLAS in STIX 2.1: the addresses of its techniques, tactics and mitigations and the
// relations between them. Names and texts are those of ATLAS.yaml.
#include "feed/stix.h"

static vd_node_kind kind_of(const vd_stix_object *o) {
  if (vd_stix_is(o, "attack-pattern"))
    return VD_NODE_TECHNIQUE;
  if (vd_stix_is(o, "course-of-action"))
    return VD_NODE_MITIGATION;
  return vd_stix_is(o, "x-mitre-tactic") ? VD_NODE_TACTIC : VD_NODE_KIND_COUNT;
}

static vd_code index_tactics(const vd_stix *s, vd_map *tactics) {
  for (size_t i = 0; i < s->count; i++) {
    vd_view shortname = vd_text_at(s->at[i].value, "x_mitre_shortname");
    if (s->at[i].live && kind_of(&s->at[i]) == VD_NODE_TACTIC && shortname.len != 0)
      VD_TRY(vd_map_put(tactics, shortname, &s->at[i]));
  }
  return VD_OK;
}

static void add_tactics(vd_record *r, vd_ref node, const vd_stix_object *o, const vd_map *tactics) {
  for (VD_EACH (phase, vd_get(o->value, VD_VIEW("kill_chain_phases")))) {
    const vd_stix_object *tactic = vd_map_get(tactics, vd_text_at(phase, "phase_name"));
    if (tactic != NULL)
      (void)vd_record_link(r, node, VD_EDGE_ACHIEVES, vd_ref_of(VD_NODE_TACTIC, tactic->external));
  }
}

// Some relations stand in the bundle twice.
static vd_code add_techniques(vd_record *r, vd_ref node, const vd_stix_relation *first,
                              vd_edge_kind kind) {
  const char *type = kind == VD_EDGE_CHILD_OF ? "subtechnique-of" : "mitigates";
  vd_map seen = VD_MAP(r->arena);
  for (first = vd_stix_next(first, type); first != NULL; first = vd_stix_next(first->next, type)) {
    vd_view id = first->to->external;
    if (!first->to->live || !vd_stix_is(first->to, "attack-pattern") || id.len == 0 ||
        vd_map_get(&seen, id) != NULL)
      continue;
    (void)vd_record_link(r, node, kind, vd_ref_of(VD_NODE_TECHNIQUE, id));
    VD_TRY(vd_map_put(&seen, id, r));
  }
  return VD_OK;
}

static vd_code read_object(const vd_stix *s, const vd_stix_object *o, const vd_map *tactics,
                           const vd_feed_sink *sink) {
  vd_ref node = vd_ref_of(kind_of(o), o->external);
  vd_record r = vd_record_of(s->arena, o->external, vd_stix_created(o));
  if (!o->live || node.kind == VD_NODE_KIND_COUNT)
    return VD_OK;
  if (!vd_token_valid(o->external)) {
    vd_feed_bad(sink, vd_text_at(o->value, "id"), "no usable id", o->type);
    return VD_OK;
  }
  for (VD_EACH (ref, vd_get(o->value, VD_VIEW("external_references"))))
    if (vd_view_eq(vd_text_at(ref, "external_id"), o->external))
      vd_record_property(&r, node, "url", vd_text_at(ref, "url"));
  add_tactics(&r, node, o, tactics);
  VD_TRY(add_techniques(&r, node, o->relations, VD_EDGE_CHILD_OF));
  VD_TRY(add_techniques(&r, node, o->relations, VD_EDGE_MITIGATES));
  return vd_feed_record(sink, &r);
}

static vd_code read_objects(const vd_stix *s, const vd_feed_sink *sink) {
  vd_map tactics = VD_MAP(s->arena);
  VD_TRY(index_tactics(s, &tactics));
  VD_TRY(sink->snapshot(sink->ctx, (vd_view){0}, s->modified));
  for (size_t i = 0; i < s->count; i++)
    VD_TRY(read_object(s, &s->at[i], &tactics, sink));
  return VD_OK;
}

vd_code vd_read_atlas_stix(vd_arena *a, const vd_input *in, const vd_feed_sink *sink,
                           vd_error *err) {
  vd_stix s;
  VD_TRY(vd_stix_open(a, in->bytes, "mitre-atlas", &s, err));
  vd_code code = read_objects(&s, sink);
  return code == VD_NOMEM ? vd_fail(err, code, "out of memory while reading ATLAS") : code;
}
