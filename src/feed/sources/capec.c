// MITRE CAPEC in STIX 2.1: live attack patterns, their parents and the ATT&CK techniques they name.
#include "feed/stix.h"
#include "package/package.h"

static vd_code read_parents(const vd_stix *s, const vd_value *pattern, vd_view *out) {
  vd_id_list list = {.arena = s->arena, .numbered = true};
  for (VD_EACH (ref, vd_get(pattern, VD_VIEW("x_capec_child_of_refs")))) {
    const vd_stix_object *parent = vd_stix_find(s, vd_text(ref), "attack-pattern");
    if (parent != NULL)
      VD_TRY(vd_id_list_add(&list, "", parent->external));
  }
  *out = vd_id_list_join(&list);
  return out->ptr == NULL ? VD_NOMEM : VD_OK;
}

// Ids come bare ("1574.010") in some editions and whole ("T1574.010") in others.
static vd_code read_techniques(const vd_stix *s, const vd_value *pattern, vd_view *out) {
  vd_id_list list = {.arena = s->arena};
  for (VD_EACH (r, vd_get(pattern, VD_VIEW("external_references")))) {
    vd_view id = vd_scalar_at(r, "external_id");
    bool bare = id.len > 0 && id.ptr[0] >= '0' && id.ptr[0] <= '9';
    if (vd_view_eq(vd_text_at(r, "source_name"), VD_VIEW("ATTACK")))
      VD_TRY(vd_id_list_add(&list, bare ? "T" : "", id));
  }
  *out = vd_id_list_join(&list);
  return out->ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_code read_pattern(const vd_stix *s, const vd_stix_object *o, const vd_feed_sink *sink) {
  vd_node_columns columns = {.at = {vd_text_at(o->value, "x_capec_abstraction")}, .count = 3};
  VD_TRY(read_parents(s, o->value, &columns.at[1]));
  VD_TRY(read_techniques(s, o->value, &columns.at[2]));
  return vd_feed_node(sink, "patterns", o->external, vd_text_at(o->value, "name"), &columns);
}

// Every object says in which CAPEC version it last changed; the newest is the bundle's.
static vd_view version_of(const vd_stix *s) {
  vd_view best = {0};
  for (size_t i = 0; i < s->count; i++) {
    vd_view text = vd_text_at(s->at[i].value, "x_capec_version");
    vd_version a = vd_version_read(text), b = vd_version_read(best);
    if (vd_token_valid(text) && (best.len == 0 || vd_version_compare(&a, &b) > 0))
      best = text;
  }
  return best;
}

vd_code vd_read_capec(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  vd_stix s;
  VD_TRY(vd_stix_open(a, in->bytes, "capec", &s, err));
  VD_TRY(sink->snapshot(sink->ctx, version_of(&s), s.modified));
  for (size_t i = 0; i < s.count; i++)
    if (s.at[i].live && vd_stix_is(&s.at[i], "attack-pattern"))
      VD_TRY(read_pattern(&s, &s.at[i], sink));
  return VD_OK;
}
