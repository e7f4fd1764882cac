// What a STIX object takes from around its node: tactics as phases of the kill chain, weaknesses as
// references, what a report is about, and dates where nothing else dates it.
#include "graph/table.h"
#include "report/export/stix.h"

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the export");
}

// ---- what lies around --------------------------------------------------------------------------

static const char *chain_of(vd_view framework) {
  static const char *const chains[][2] = {{"attack", "mitre-attack"},
                                          {"atlas", "mitre-atlas"},
                                          {"attack-ics", "mitre-ics-attack"},
                                          {"attack-mobile", "mitre-mobile-attack"}};
  for (size_t i = 0; i < VD_COUNT(chains); i++)
    if (vd_view_eq(framework, vd_view_of(chains[i][0])))
      return chains[i][1];
  return "vedette";
}

static vd_code add_phase(vd_stix_object *o, const vd_walk_neighbour *n, vd_error *err) {
  vd_view name = vd_export_phase(&o->s->arena, n->name.len != 0 ? n->name : n->node.key);
  const char *chain = chain_of(n->node.class);
  if (name.ptr == NULL)
    return no_memory(err);
  vd_stix_phase *slot = vd_vec_push(&o->s->arena, &o->phases);
  if (slot == NULL)
    return no_memory(err);
  *slot = (vd_stix_phase){chain, name};
  return VD_OK;
}

static bool copy_id(vd_arena *a, const vd_walk_id *id, vd_walk_id *out) {
  *out = (vd_walk_id){id->id, id->kind, vd_arena_copy(a, id->key), vd_arena_copy(a, id->class)};
  return out->key.ptr != NULL && out->class.ptr != NULL;
}

vd_code vd_stix_add_reference(vd_stix_object *o, const vd_walk_id *id, vd_error *err) {
  vd_stix_reference r;
  vd_walk_id own;
  if (!copy_id(&o->s->arena, id, &own) || !vd_stix_reference_of(&o->s->arena, &own, &r))
    return no_memory(err);
  if (!vd_stix_reference_fits(&r))
    return VD_OK;
  vd_stix_reference *slot = vd_vec_push(&o->s->arena, &o->references);
  if (slot == NULL)
    return no_memory(err);
  *slot = r;
  return VD_OK;
}

static vd_code add_about(vd_stix_object *o, const vd_walk_id *id, vd_error *err) {
  if (!vd_walk_has(o->s->walk, id->id) || vd_stix_type(o->s, id) == NULL)
    return VD_OK;
  vd_walk_id *slot = vd_vec_push(&o->s->arena, &o->about);
  return slot != NULL && copy_id(&o->s->arena, id, slot) ? VD_OK : no_memory(err);
}

static vd_code look_around(void *ctx, const vd_walk_neighbour *n, vd_error *err) {
  vd_stix_object *o = ctx;
  if (o->n->definitions.count == 0) { // nothing but its edges dates it
    o->created = o->created == 0 || n->since < o->created ? n->since : o->created;
    o->modified = n->since > o->modified ? n->since : o->modified;
  }
  if (strcmp(o->type, "report") == 0)
    return add_about(o, &n->node, err);
  if (n->kind == VD_EDGE_ACHIEVES && n->outgoing)
    return add_phase(o, n, err);
  if (n->node.kind == VD_NODE_WEAKNESS && o->n->self.kind != VD_NODE_WEAKNESS &&
      (n->kind == VD_EDGE_HAS_WEAKNESS || n->kind == VD_EDGE_EXPLOITED_BY))
    return vd_stix_add_reference(o, &n->node, err);
  return VD_OK;
}

static bool needs_surroundings(const vd_stix_object *o) {
  static const vd_node_kind kinds[] = {VD_NODE_TECHNIQUE, VD_NODE_VULNERABILITY, VD_NODE_PATTERN,
                                       VD_NODE_DOCUMENT, VD_NODE_ISSUE};
  for (size_t i = 0; i < VD_COUNT(kinds); i++)
    if (o->n->self.kind == kinds[i])
      return true;
  return o->n->definitions.count == 0;
}

// ---- dates -------------------------------------------------------------------------------------

int64_t vd_stix_day_of(const vd_walk_node *n, const char *name, bool last) {
  int64_t found = 0;
  for (size_t i = 0; i < n->properties.count; i++) {
    if (!vd_view_eq(n->properties.at[i].name, vd_view_of(name)))
      continue;
    int64_t day = vd_date_number(vd_view_first(n->properties.at[i].value, 10));
    if (day != 0 && (found == 0 || (last ? day > found : day < found)))
      found = day;
  }
  return found;
}

static void find_dates(vd_stix_object *o) {
  const vd_walk_node *n = o->n;
  for (size_t i = 0; i < n->definitions.count; i++) {
    int64_t since = n->definitions.at[i].origin.since;
    o->created = i == 0 || since < o->created ? since : o->created;
    o->modified = i == 0 || since > o->modified ? since : o->modified;
  }
  int64_t published = vd_stix_day_of(n, "published", false),
          modified = vd_stix_day_of(n, "modified", true);
  o->created = published != 0 ? published : o->created;
  o->modified = modified != 0 ? modified : o->modified;
  if (o->modified < o->created)
    o->modified = o->created;
}

// Withdrawn under every id that a source defines.
static vd_code is_withdrawn(const vd_stix_object *o, bool *out, vd_error *err) {
  vd_map withdrawn = VD_MAP(&o->s->arena);
  const vd_walk_node *n = o->n;
  *out = false;
  for (size_t i = 0; i < n->properties.count; i++) {
    vd_view id = {(const char *)&n->properties.at[i].node, sizeof n->properties.at[i].node};
    if (vd_view_eq(n->properties.at[i].name, VD_VIEW("withdrawn")) &&
        vd_map_put(&withdrawn, id, n->properties.at) != VD_OK)
      return no_memory(err);
  }
  if (withdrawn.count == 0)
    return VD_OK;
  *out = n->definitions.count != 0;
  for (size_t i = 0; i < n->definitions.count; i++) {
    vd_view id = {(const char *)&n->definitions.at[i].node, sizeof n->definitions.at[i].node};
    *out = *out && vd_map_get(&withdrawn, id) != NULL;
  }
  return VD_OK;
}

vd_code vd_stix_object_read(vd_stix_object *o, vd_error *err) {
  if (needs_surroundings(o))
    VD_TRY(vd_walk_near(o->s->walk, o->n->self.id, look_around, o, err));
  find_dates(o);
  return is_withdrawn(o, &o->revoked, err);
}
