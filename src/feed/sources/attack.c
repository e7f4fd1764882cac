// MITRE ATT&CK in STIX 2.0 or 2.1: live tactics, techniques and mitigations with their relations,
// and the successors of revoked techniques, which older sources still name.
#include "feed/attack.h"

// ---- first pass: tactics, their order, and the strategies of analytics --------------------------

static vd_code read_matrix(vd_attack *x, const vd_value *matrix) {
  size_t position = 0;
  for (VD_EACH (ref, vd_get(matrix, VD_VIEW("tactic_refs")))) {
    size_t *slot = vd_new(x->stix.arena, size_t);
    if (slot == NULL)
      return VD_NOMEM;
    *slot = ++position;
    if (vd_text(ref).len != 0)
      VD_TRY(vd_map_put(&x->positions, vd_text(ref), slot));
  }
  return VD_OK;
}

static vd_code read_strategy(vd_attack *x, vd_stix_object *o) {
  for (VD_EACH (ref, vd_get(o->value, VD_VIEW("x_mitre_analytic_refs"))))
    if (vd_text(ref).len != 0)
      VD_TRY(vd_map_put(&x->strategies, vd_text(ref), o));
  return VD_OK;
}

static vd_code index_object(vd_attack *x, vd_stix_object *o) {
  if (!o->live)
    return VD_OK;
  if (vd_stix_is(o, "x-mitre-matrix"))
    return read_matrix(x, o->value);
  if (vd_stix_is(o, "x-mitre-detection-strategy"))
    return read_strategy(x, o);
  vd_view shortname = vd_text_at(o->value, "x_mitre_shortname");
  if (vd_stix_is(o, "x-mitre-tactic") && shortname.len != 0)
    return vd_map_put(&x->tactics, shortname, o);
  return VD_OK;
}

// ---- second pass: nodes -----------------------------------------------------------------------

// The live techniques that relations of that kind lead to, as a cell.
static vd_code read_techniques(const vd_attack *x, const vd_stix_object *o, const char *kind,
                               vd_view *out) {
  vd_id_list list = {.arena = x->stix.arena};
  for (VD_STIX_EACH(r, o, kind))
    if (r->to->live && vd_stix_is(r->to, "attack-pattern"))
      VD_TRY(vd_id_list_add(&list, "", r->to->external));
  *out = vd_id_list_join(&list);
  return out->ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_code read_tactics(const vd_attack *x, const vd_value *technique, vd_view *out) {
  vd_id_list list = {.arena = x->stix.arena};
  for (VD_EACH (phase, vd_get(technique, VD_VIEW("kill_chain_phases")))) {
    const vd_stix_object *tactic = vd_map_get(&x->tactics, vd_text_at(phase, "phase_name"));
    if (tactic != NULL)
      VD_TRY(vd_id_list_add(&list, "", tactic->external));
  }
  *out = vd_id_list_join(&list);
  return out->ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_node_columns columns_of(const vd_attack *x, const vd_stix_object *o, size_t count) {
  return (vd_node_columns){
      .at = {x->domain}, .count = count, .text = vd_text_at(o->value, "description")};
}

static vd_code put_node(const vd_attack *x, const char *table, const vd_stix_object *o,
                        const vd_node_columns *columns) {
  return vd_feed_node(x->sink, table, o->external, vd_text_at(o->value, "name"), columns);
}

static vd_code read_tactic(const vd_attack *x, const vd_stix_object *o) {
  const size_t *position = vd_map_get(&x->positions, vd_text_at(o->value, "id"));
  vd_node_columns columns = columns_of(x, o, 3);
  if (position != NULL) {
    columns.at[1] = vd_arena_printf(x->stix.arena, "%zu", *position);
    if (columns.at[1].ptr == NULL)
      return VD_NOMEM;
  }
  return put_node(x, "tactics", o, &columns);
}

static vd_code read_technique(const vd_attack *x, const vd_stix_object *o) {
  vd_node_columns columns = columns_of(x, o, 4);
  VD_TRY(read_tactics(x, o->value, &columns.at[1]));
  VD_TRY(read_techniques(x, o, "subtechnique-of", &columns.at[2]));
  return put_node(x, "techniques", o, &columns);
}

static vd_code read_mitigation(const vd_attack *x, const vd_stix_object *o) {
  vd_node_columns columns = columns_of(x, o, 2);
  VD_TRY(read_techniques(x, o, "mitigates", &columns.at[1]));
  return put_node(x, "mitigations", o, &columns);
}

// A row of the internal table "revoked": old id, successor, which may be revoked in its turn.
static vd_code read_revoked(const vd_attack *x, const vd_stix_object *o) {
  for (VD_STIX_EACH(r, o, "revoked-by"))
    if (vd_stix_is(r->to, "attack-pattern") && vd_token_valid(r->to->external))
      return vd_feed_node(x->sink, "revoked", o->external, r->to->external, &(vd_node_columns){0});
  return VD_OK;
}

static vd_code read_object(const vd_attack *x, const vd_stix_object *o) {
  if (vd_stix_is(o, "attack-pattern"))
    return o->live ? read_technique(x, o) : read_revoked(x, o);
  if (o->live && vd_stix_is(o, "x-mitre-tactic"))
    return read_tactic(x, o);
  return o->live && vd_stix_is(o, "course-of-action") ? read_mitigation(x, o) : VD_OK;
}

// Bundles from attack-stix-data carry a collection object with the version; those from cti do not.
static vd_view version_of(const vd_stix *s) {
  for (size_t i = 0; i < s->count; i++)
    if (vd_stix_is(&s->at[i], "x-mitre-collection"))
      return vd_text_at(s->at[i].value, "x_mitre_version");
  return (vd_view){0};
}

static vd_code read_objects(vd_attack *x) {
  for (size_t i = 0; i < x->stix.count; i++)
    VD_TRY(index_object(x, &x->stix.at[i]));
  for (size_t i = 0; i < x->stix.count; i++) {
    VD_TRY(read_object(x, &x->stix.at[i]));
    VD_TRY(vd_attack_record(x, &x->stix.at[i]));
  }
  return VD_OK;
}

static vd_code read_bundle(vd_attack *x, vd_arena *a, vd_view bytes, vd_error *err) {
  x->tactics = x->positions = x->strategies = VD_MAP(a);
  VD_TRY(vd_stix_open(a, bytes, "mitre-attack", &x->stix, err));
  VD_TRY(x->sink->snapshot(x->sink->ctx, version_of(&x->stix), x->stix.modified));
  vd_code code = read_objects(x);
  return code == VD_NOMEM ? vd_fail(err, code, "out of memory while reading ATT&CK") : code;
}

vd_code vd_read_attack(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  vd_attack x = {.domain = VD_VIEW("attack"), .sink = sink};
  return read_bundle(&x, a, in->bytes, err);
}

vd_code vd_read_attack_ics(vd_arena *a, const vd_input *in, const vd_feed_sink *sink,
                           vd_error *err) {
  vd_attack x = {.domain = VD_VIEW("attack-ics"), .sink = sink};
  return read_bundle(&x, a, in->bytes, err);
}

vd_code vd_read_attack_mobile(vd_arena *a, const vd_input *in, const vd_feed_sink *sink,
                              vd_error *err) {
  vd_attack x = {.domain = VD_VIEW("attack-mobile"), .sink = sink};
  return read_bundle(&x, a, in->bytes, err);
}
