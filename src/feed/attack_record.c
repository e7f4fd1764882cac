// Records of ATT&CK objects: groups, software, campaigns, detections, and what techniques have
// beyond their row in the facts tables.
#include "feed/attack.h"
#include "feed/mentions.h"

typedef struct sort {
  const char *type; // STIX
  vd_node_kind kind;
  const char *class; // NULL: the facts tables define these
} sort;

static const sort sorts[] = {
    {"attack-pattern", VD_NODE_TECHNIQUE, NULL},
    {"course-of-action", VD_NODE_MITIGATION, NULL},
    {"intrusion-set", VD_NODE_ACTOR, "group"},
    {"malware", VD_NODE_SOFTWARE, "malware"},
    {"tool", VD_NODE_SOFTWARE, "tool"},
    {"campaign", VD_NODE_CAMPAIGN, ""},
    {"x-mitre-detection-strategy", VD_NODE_DETECTION, "strategy"},
    {"x-mitre-analytic", VD_NODE_DETECTION, "analytic"},
};

static const sort *sort_of(const vd_stix_object *o) {
  for (size_t i = 0; i < VD_COUNT(sorts); i++)
    if (vd_stix_is(o, sorts[i].type))
      return &sorts[i];
  return NULL;
}

// The node of an object; without a key when it has none.
static vd_ref node_of(const vd_stix_object *o) {
  const sort *s = sort_of(o);
  bool usable = s != NULL && vd_token_valid(o->external);
  return usable ? vd_ref_of(s->kind, o->external) : (vd_ref){0};
}

static vd_ref live_node_of(const vd_stix_object *o) { return o->live ? node_of(o) : (vd_ref){0}; }

// ---- relations ----------------------------------------------------------------------------------

static vd_link *add_link(vd_record *r, vd_ref from, vd_edge_kind kind,
                         const vd_stix_relation *relation) {
  vd_view date = vd_text_at(relation->value, "created");
  vd_view words = vd_view_trim(vd_text_at(relation->value, "description"));
  vd_link *l = vd_record_link(r, from, kind, live_node_of(relation->to));
  if (words.len > 0)
    l->evidence = vd_text_cut(words, VD_EVIDENCE_MAX);
  if (vd_date_valid(date))
    l->since = vd_view_first(date, 10);
  return l;
}

// A procedure that names a flaw says that the technique was carried out by means of it.
static vd_code add_flaws(vd_record *r, const vd_stix_relation *relation) {
  vd_view words = vd_text_at(relation->value, "description");
  vd_ref technique = live_node_of(relation->to);
  vd_nameds named = {0};
  if (technique.key.len == 0 || technique.kind != VD_NODE_TECHNIQUE)
    return VD_OK;
  VD_TRY(vd_mentions_list(r->arena, words, &named));
  for (size_t i = 0; i < named.count; i++)
    if (named.at[i].node.kind == VD_NODE_VULNERABILITY) {
      vd_link *l = vd_record_link(r, named.at[i].node, VD_EDGE_MAPS_TO, technique);
      l->method = "text";
      l->confidence = 0.7;
      l->evidence = vd_text_around(words, named.at[i].offset);
    }
  return VD_OK;
}

static vd_code add_relations(vd_record *r, vd_ref node, const vd_stix_object *o) {
  for (VD_STIX_EACH(u, o, "uses")) {
    (void)add_link(r, node, VD_EDGE_USES, u);
    VD_TRY(add_flaws(r, u));
  }
  for (VD_STIX_EACH(a, o, "attributed-to"))
    (void)add_link(r, node, VD_EDGE_ATTRIBUTED_TO, a);
  for (VD_STIX_EACH(d, o, "detects"))
    (void)add_link(r, node, VD_EDGE_DETECTS, d);
  return VD_OK;
}

// An analytic belongs to one detection strategy and serves to detect what that one detects.
static void add_strategy(const vd_attack *x, vd_record *r, vd_ref node, const vd_stix_object *o) {
  const vd_stix_object *strategy = vd_map_get(&x->strategies, vd_text_at(o->value, "id"));
  if (strategy == NULL)
    return;
  (void)vd_record_link(r, node, VD_EDGE_CHILD_OF, live_node_of(strategy));
  for (VD_STIX_EACH(d, strategy, "detects"))
    add_link(r, node, VD_EDGE_DETECTS, d)->evidence = strategy->external;
}

// ---- properties ---------------------------------------------------------------------------------

static void add_list(vd_record *r, vd_ref node, const char *name, const vd_value *list) {
  for (VD_EACH (item, list))
    vd_record_property(r, node, name, vd_view_trim(vd_text(item)));
}

// The name itself stands among the aliases of most.
static void add_synonyms(vd_record *r, vd_ref node, const vd_stix_object *o, const char *key) {
  vd_view name = vd_text_at(o->value, "name");
  for (VD_EACH (alias, vd_get(o->value, vd_view_of(key))))
    if (!vd_view_eq(vd_text(alias), name))
      vd_record_property(r, node, "synonym", vd_view_trim(vd_text(alias)));
}

static void add_date(vd_record *r, vd_ref node, const char *name, const vd_stix_object *o) {
  vd_view date = vd_text_at(o->value, name);
  if (vd_date_valid(date))
    vd_record_property(r, node, name, vd_view_first(date, 10));
}

static void add_properties(vd_record *r, vd_ref node, const vd_stix_object *o) {
  for (VD_EACH (ref, vd_get(o->value, VD_VIEW("external_references"))))
    if (vd_view_eq(vd_text_at(ref, "external_id"), o->external))
      vd_record_property(r, node, "url", vd_text_at(ref, "url"));
  add_date(r, node, "modified", o);
  add_date(r, node, "first_seen", o);
  add_date(r, node, "last_seen", o);
  add_list(r, node, "platform", vd_get(o->value, VD_VIEW("x_mitre_platforms")));
  add_synonyms(r, node, o, "aliases");
  add_synonyms(r, node, o, "x_mitre_aliases");
}

// ---- records ------------------------------------------------------------------------------------

// Under a key of its own, as the facts row is a record too. Not at all when it states nothing.
static vd_code hand_over_beside(const vd_attack *x, vd_record *r, const char *what, vd_view id) {
  if (r->properties.count == 0 && r->links.count == 0 && !r->failed)
    return VD_OK;
  r->key = vd_arena_printf(r->arena, "%s/%.*s", what, VD_ARG(id));
  return r->key.ptr == NULL ? VD_NOMEM : vd_feed_record(x->sink, r);
}

static vd_code about_technique(const vd_attack *x, const vd_stix_object *o) {
  vd_record r = vd_record_of(x->stix.arena, (vd_view){0}, vd_stix_created(o));
  add_properties(&r, node_of(o), o);
  return hand_over_beside(x, &r, "about", o->external);
}

static vd_code revoked(const vd_attack *x, const vd_stix_object *o) {
  vd_record r = vd_record_of(x->stix.arena, (vd_view){0}, vd_stix_created(o));
  // The successor may be revoked in its turn, so it need not be live.
  for (VD_STIX_EACH(successor, o, "revoked-by"))
    (void)vd_record_link(&r, node_of(o), VD_EDGE_REVOKED_BY, node_of(successor->to));
  return hand_over_beside(x, &r, "revoked", o->external);
}

static vd_code define(const vd_attack *x, const vd_stix_object *o, const char *class) {
  vd_ref node = node_of(o);
  vd_view name = vd_text_at(o->value, "name");
  vd_record r = vd_record_of(x->stix.arena, node.key, vd_stix_created(o));
  if (node.key.len == 0 || name.len == 0) {
    vd_feed_bad(x->sink, vd_text_at(o->value, "id"), "no usable id or name", o->type);
    return VD_OK;
  }
  vd_definition *d = vd_record_define(&r, node, name);
  d->class = vd_view_of(class);
  d->text = vd_feed_text(vd_text_at(o->value, "description"));
  add_properties(&r, node, o);
  VD_TRY(add_relations(&r, node, o));
  add_strategy(x, &r, node, o);
  return vd_feed_record(x->sink, &r);
}

vd_code vd_attack_record(const vd_attack *x, const vd_stix_object *o) {
  const sort *s = sort_of(o);
  if (s == NULL)
    return VD_OK;
  if (!o->live)
    return revoked(x, o);
  if (s->class != NULL)
    return define(x, o, s->class);
  return s->kind == VD_NODE_TECHNIQUE ? about_technique(x, o) : VD_OK;
}
