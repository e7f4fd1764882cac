// MITRE CAPEC in STIX 2.1: live attack patterns, their parents and the ATT&CK techniques they name;
// the weaknesses they exploit, and what mitigates them.
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
  columns.text = vd_feed_plain(s->arena, vd_text_at(o->value, "description"));
  if (columns.text.ptr == NULL)
    return VD_NOMEM;
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

// ---- records ------------------------------------------------------------------------------------

// Kept by CAPEC "for historical purposes": no row of the facts tables, but a node of the graph.
static bool is_obsolete(const vd_stix_object *o) {
  return vd_view_eq(vd_text_at(o->value, "x_capec_status"), VD_VIEW("Obsolete"));
}

static vd_ref pattern_of(const vd_stix_object *o) {
  bool usable =
      vd_stix_is(o, "attack-pattern") && (o->live || is_obsolete(o)) && vd_token_valid(o->external);
  return usable ? vd_ref_of(VD_NODE_PATTERN, o->external) : (vd_ref){0};
}

static vd_view severity_of(vd_view words) {
  static const char *const levels[][2] = {{"Very High", "critical"},
                                          {"High", "high"},
                                          {"Medium", "medium"},
                                          {"Low", "low"},
                                          {"Very Low", "low"}};
  for (size_t i = 0; i < VD_COUNT(levels); i++)
    if (vd_view_eq(words, vd_view_of(levels[i][0])))
      return vd_view_of(levels[i][1]);
  return (vd_view){0};
}

static void add_lower(vd_record *r, vd_ref node, const char *name, vd_view value) {
  vd_view lower = vd_feed_lower(r->arena, value);
  r->failed |= lower.ptr == NULL;
  vd_record_property(r, node, name, lower);
}

// A weakness may be named twice.
static vd_code add_weaknesses(vd_record *r, vd_ref node, const vd_value *pattern) {
  vd_map seen = VD_MAP(r->arena);
  for (VD_EACH (ref, vd_get(pattern, VD_VIEW("external_references")))) {
    vd_view id = vd_text_at(ref, "external_id");
    if (!vd_view_eq(vd_text_at(ref, "source_name"), VD_VIEW("cwe")) || !vd_token_valid(id) ||
        vd_map_get(&seen, id) != NULL)
      continue;
    (void)vd_record_link(r, vd_ref_of(VD_NODE_WEAKNESS, id), VD_EDGE_EXPLOITED_BY, node);
    VD_TRY(vd_map_put(&seen, id, r));
  }
  return VD_OK;
}

static vd_code add_pattern(vd_record *r, const vd_stix_object *o) {
  vd_ref node = pattern_of(o);
  vd_record_property(r, node, "modified", vd_stix_modified(o));
  add_lower(r, node, "status", vd_text_at(o->value, "x_capec_status"));
  add_lower(r, node, "likelihood", vd_text_at(o->value, "x_capec_likelihood_of_attack"));
  vd_record_property(r, node, "severity",
                     severity_of(vd_text_at(o->value, "x_capec_typical_severity")));
  for (VD_EACH (ref, vd_get(o->value, VD_VIEW("external_references"))))
    if (vd_view_eq(vd_text_at(ref, "external_id"), o->external))
      vd_record_property(r, node, "url", vd_text_at(ref, "url"));
  return add_weaknesses(r, node, o->value);
}

// Under a key of its own, as the facts row is a record too.
static vd_code about_pattern(const vd_stix *s, const vd_stix_object *o, const vd_feed_sink *sink) {
  vd_record r = vd_record_of(s->arena, (vd_view){0}, vd_stix_created(o));
  if (pattern_of(o).key.len == 0) // reported with its facts row
    return VD_OK;
  r.key = vd_arena_printf(s->arena, "about/%.*s", VD_ARG(o->external));
  VD_TRY(add_pattern(&r, o));
  return r.key.ptr == NULL ? VD_NOMEM : vd_feed_record(sink, &r);
}

static vd_code define_obsolete(const vd_stix *s, const vd_stix_object *o,
                               const vd_feed_sink *sink) {
  vd_record r = vd_record_of(s->arena, o->external, vd_stix_created(o));
  vd_view name = vd_text_at(o->value, "name"), parents, techniques;
  if (pattern_of(o).key.len == 0 || name.len == 0) {
    vd_feed_bad(sink, vd_text_at(o->value, "id"), "no usable id or name", o->type);
    return VD_OK;
  }
  vd_definition *d = vd_record_define(&r, pattern_of(o), name);
  d->class = vd_text_at(o->value, "x_capec_abstraction");
  d->text = vd_feed_plain(s->arena, vd_text_at(o->value, "description"));
  VD_TRY(read_parents(s, o->value, &parents));
  VD_TRY(read_techniques(s, o->value, &techniques));
  while (parents.len > 0)
    (void)vd_record_link(&r, pattern_of(o), VD_EDGE_CHILD_OF,
                         vd_ref_of(VD_NODE_PATTERN, vd_view_cut(&parents, ' ')));
  while (techniques.len > 0)
    (void)vd_record_link(&r, pattern_of(o), VD_EDGE_USES,
                         vd_ref_of(VD_NODE_TECHNIQUE, vd_view_cut(&techniques, ' ')));
  VD_TRY(add_pattern(&r, o));
  return d->text.ptr == NULL ? VD_NOMEM : vd_feed_record(sink, &r);
}

// Their names are numbers that change between editions ("coa-102-0"): the first sentence says more.
static vd_view first_sentence(vd_view text) {
  vd_view line = vd_text_cut(text, VD_EVIDENCE_MAX);
  for (size_t i = 0; i + 1 < line.len; i++)
    if (line.ptr[i] == '.' && line.ptr[i + 1] == ' ')
      return vd_view_first(line, i + 1);
  return line;
}

static vd_code define_mitigation(const vd_stix *s, const vd_stix_object *o,
                                 const vd_feed_sink *sink) {
  vd_view id = vd_text_at(o->value, "id"), prefix = VD_VIEW("course-of-action--");
  vd_view text = vd_feed_plain(s->arena, vd_text_at(o->value, "description"));
  vd_view key = vd_arena_printf(s->arena, "capec/%.*s", VD_ARG(vd_view_from(id, prefix.len)));
  vd_record r = vd_record_of(s->arena, key, vd_stix_created(o));
  if (text.ptr == NULL || key.ptr == NULL)
    return VD_NOMEM;
  if (!vd_view_starts(id, prefix) || id.len == prefix.len || !vd_token_valid(id) || text.len == 0) {
    vd_feed_bad(sink, id, "a mitigation without an id or words", (vd_view){0});
    return VD_OK;
  }
  vd_ref node = vd_ref_of(VD_NODE_MITIGATION, key);
  vd_definition *d = vd_record_define(&r, node, first_sentence(text));
  d->class = VD_VIEW("capec");
  d->text = text;
  vd_record_property(&r, node, "modified", vd_stix_modified(o));
  for (VD_STIX_EACH(m, o, "mitigates"))
    (void)vd_record_link(&r, node, VD_EDGE_MITIGATES, pattern_of(m->to));
  return vd_feed_record(sink, &r);
}

static vd_code read_object(const vd_stix *s, const vd_stix_object *o, const vd_feed_sink *sink) {
  if (o->live && vd_stix_is(o, "course-of-action"))
    return define_mitigation(s, o, sink);
  if (!vd_stix_is(o, "attack-pattern"))
    return VD_OK;
  if (!o->live)
    return is_obsolete(o) ? define_obsolete(s, o, sink) : VD_OK;
  VD_TRY(read_pattern(s, o, sink));
  return about_pattern(s, o, sink);
}

vd_code vd_read_capec(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  vd_stix s;
  VD_TRY(vd_stix_open(a, in->bytes, "capec", &s, err));
  VD_TRY(sink->snapshot(sink->ctx, version_of(&s), s.modified));
  for (size_t i = 0; i < s.count; i++)
    VD_TRY(read_object(&s, &s.at[i], sink));
  return VD_OK;
}
