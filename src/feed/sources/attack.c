// MITRE ATT&CK in STIX 2.0 or 2.1: live tactics, techniques and mitigations with their relations,
// and the successors of revoked techniques, which older sources still name.
#include "feed/stix.h"

typedef struct links { // of one object, as external ids
  vd_id_list parents, techniques, successors;
} links;

typedef struct reader {
  vd_stix stix;
  vd_map tactics;   // shortname -> const vd_stix_object *
  vd_map positions; // STIX id -> size_t * (1 = first in the matrix)
  links *links;     // parallel to stix.at
  const vd_feed_sink *sink;
} reader;

static links *links_of(reader *r, vd_view stix_id) {
  const vd_stix_object *o = vd_map_get(&r->stix.by_id, stix_id);
  return o == NULL ? NULL : &r->links[o - r->stix.at];
}

// ---- first pass: relations, tactics and their order ---------------------------------------------

static vd_code read_relationship(reader *r, const vd_value *value) {
  vd_view kind = vd_text_at(value, "relationship_type");
  links *from = links_of(r, vd_text_at(value, "source_ref"));
  const vd_stix_object *to =
      vd_stix_find(&r->stix, vd_text_at(value, "target_ref"), "attack-pattern");
  if (from == NULL || to == NULL)
    return VD_OK;
  if (vd_view_eq(kind, VD_VIEW("subtechnique-of")))
    return vd_id_list_add(&from->parents, "", to->external);
  if (vd_view_eq(kind, VD_VIEW("mitigates")))
    return vd_id_list_add(&from->techniques, "", to->external);
  return VD_OK;
}

// The successor may be revoked in its turn, so it need not be live.
static vd_code read_successor(reader *r, const vd_value *value) {
  links *from = links_of(r, vd_text_at(value, "source_ref"));
  const vd_stix_object *to = vd_map_get(&r->stix.by_id, vd_text_at(value, "target_ref"));
  if (from == NULL || !vd_stix_is(to, "attack-pattern"))
    return VD_OK;
  return vd_id_list_add(&from->successors, "", to->external);
}

static vd_code read_matrix(reader *r, const vd_value *matrix) {
  size_t position = 0;
  for (VD_EACH (ref, vd_get(matrix, VD_VIEW("tactic_refs")))) {
    size_t *slot = vd_new(r->stix.arena, size_t);
    if (slot == NULL)
      return VD_NOMEM;
    *slot = ++position;
    if (vd_text(ref).len != 0)
      VD_TRY(vd_map_put(&r->positions, vd_text(ref), slot));
  }
  return VD_OK;
}

static vd_code read_relations(reader *r, vd_stix_object *o) {
  if (!o->live)
    return VD_OK;
  if (vd_stix_is(o, "x-mitre-matrix"))
    return read_matrix(r, o->value);
  vd_view shortname = vd_text_at(o->value, "x_mitre_shortname");
  if (vd_stix_is(o, "x-mitre-tactic") && shortname.len != 0)
    return vd_map_put(&r->tactics, shortname, o);
  if (!vd_stix_is(o, "relationship"))
    return VD_OK;
  bool revoked = vd_view_eq(vd_text_at(o->value, "relationship_type"), VD_VIEW("revoked-by"));
  return revoked ? read_successor(r, o->value) : read_relationship(r, o->value);
}

// ---- second pass: nodes -----------------------------------------------------------------------

static vd_code read_tactic(reader *r, const vd_stix_object *o) {
  const size_t *position = vd_map_get(&r->positions, vd_text_at(o->value, "id"));
  vd_node_columns columns = {.at = {VD_VIEW("attack")}, .count = 3};
  if (position != NULL) {
    columns.at[1] = vd_arena_printf(r->stix.arena, "%zu", *position);
    if (columns.at[1].ptr == NULL)
      return VD_NOMEM;
  }
  return vd_feed_node(r->sink, "tactics", o->external, vd_text_at(o->value, "name"), &columns);
}

static vd_code read_technique(reader *r, const vd_stix_object *o) {
  vd_id_list tactics = {.arena = r->stix.arena};
  for (VD_EACH (phase, vd_get(o->value, VD_VIEW("kill_chain_phases")))) {
    const vd_stix_object *tactic = vd_map_get(&r->tactics, vd_text_at(phase, "phase_name"));
    if (tactic != NULL)
      VD_TRY(vd_id_list_add(&tactics, "", tactic->external));
  }
  vd_node_columns columns = {.at = {VD_VIEW("attack"), vd_id_list_join(&tactics),
                                    vd_id_list_join(&r->links[o - r->stix.at].parents)},
                             .count = 4};
  if (columns.at[1].ptr == NULL || columns.at[2].ptr == NULL)
    return VD_NOMEM;
  return vd_feed_node(r->sink, "techniques", o->external, vd_text_at(o->value, "name"), &columns);
}

static vd_code read_mitigation(reader *r, const vd_stix_object *o) {
  vd_view techniques = vd_id_list_join(&r->links[o - r->stix.at].techniques);
  vd_node_columns columns = {.at = {VD_VIEW("attack"), techniques}, .count = 2};
  if (techniques.ptr == NULL)
    return VD_NOMEM;
  return vd_feed_node(r->sink, "mitigations", o->external, vd_text_at(o->value, "name"), &columns);
}

// A row of the internal table "revoked": old id, successor.
static vd_code read_revoked(reader *r, const vd_stix_object *o) {
  const vd_views *successors = &r->links[o - r->stix.at].successors.ids;
  if (successors->count == 0 || !vd_stix_is(o, "attack-pattern"))
    return VD_OK;
  return vd_feed_node(r->sink, "revoked", o->external, successors->at[0], &(vd_node_columns){0});
}

static vd_code read_object(reader *r, const vd_stix_object *o) {
  if (!o->live)
    return read_revoked(r, o);
  if (vd_stix_is(o, "x-mitre-tactic"))
    return read_tactic(r, o);
  if (vd_stix_is(o, "attack-pattern"))
    return read_technique(r, o);
  return vd_stix_is(o, "course-of-action") ? read_mitigation(r, o) : VD_OK;
}

// Bundles from attack-stix-data carry a collection object with the version; those from cti do not.
static vd_view version_of(const vd_stix *s) {
  for (size_t i = 0; i < s->count; i++)
    if (vd_stix_is(&s->at[i], "x-mitre-collection"))
      return vd_text_at(s->at[i].value, "x_mitre_version");
  return (vd_view){0};
}

static vd_code open_links(reader *r) {
  r->links = vd_new_array(r->stix.arena, links, r->stix.count + 1);
  if (r->links == NULL)
    return VD_NOMEM;
  for (size_t i = 0; i < r->stix.count; i++) {
    links *l = &r->links[i];
    l->parents.arena = l->techniques.arena = l->successors.arena = r->stix.arena;
  }
  return VD_OK;
}

static vd_code read_objects(reader *r) {
  for (size_t i = 0; i < r->stix.count; i++)
    VD_TRY(read_relations(r, &r->stix.at[i]));
  for (size_t i = 0; i < r->stix.count; i++)
    VD_TRY(read_object(r, &r->stix.at[i]));
  return VD_OK;
}

vd_code vd_read_attack(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  reader r = {.tactics = VD_MAP(a), .positions = VD_MAP(a), .sink = sink};
  VD_TRY(vd_stix_open(a, in->bytes, "mitre-attack", &r.stix, err));
  if (open_links(&r) != VD_OK)
    return vd_fail(err, VD_NOMEM, "out of memory while reading ATT&CK");
  VD_TRY(sink->snapshot(sink->ctx, version_of(&r.stix), r.stix.modified));
  return read_objects(&r);
}
