// The mapping of a check of ours: its techniques are stated with it, so only names, tactics, stages
// and layer are looked up.
#include "graph/map.h"

static uint32_t node_by_key(const vd_atlas *atlas, vd_node_kind kind, vd_view key) {
  for (uint32_t i = 0; i < atlas->nodes.count; i++)
    if (atlas->nodes.at[i].kind == kind && vd_view_eq(atlas->nodes.at[i].key, key))
      return i;
  return VD_ATLAS_NONE;
}

// A technique the knowledge base does not have is left out: an older one may not know it yet.
static vd_code add_technique(vd_mapper *m, const vd_check_query *q, vd_view id) {
  vd_map_candidate c = {.technique = node_by_key(m->atlas, VD_NODE_TECHNIQUE, id),
                        .role = VD_ATLAS_NONE,
                        .pattern = VD_ATLAS_NONE,
                        .confidence = q->confidence,
                        .line_count = 1,
                        .source = VD_VIEW("vedette"),
                        .reason = q->reason};
  c.line[0].node = node_by_key(m->atlas, VD_NODE_WEAKNESS, q->cwe);
  if (c.technique == VD_ATLAS_NONE || c.line[0].node == VD_ATLAS_NONE)
    return VD_OK;
  vd_map_candidate *slot = vd_vec_push(m->arena, &m->candidates);
  if (slot == NULL)
    return vd_fail(m->err, VD_NOMEM, "no memory for the mapping");
  *slot = c;
  return VD_OK;
}

static vd_code name_weakness(const vd_mapper *m, vd_view cwe, vd_view *out) {
  uint32_t i = node_by_key(m->atlas, VD_NODE_WEAKNESS, cwe);
  *out = i == VD_ATLAS_NONE ? VD_VIEW("") : vd_arena_copy(m->arena, m->atlas->nodes.at[i].name);
  return out->ptr == NULL ? vd_fail(m->err, VD_NOMEM, "no memory for the mapping") : VD_OK;
}

static vd_code prepare(vd_mapper *m, const vd_check_query *q, vd_view *name) {
  vd_view rest = q->techniques;
  VD_TRY(vd_atlas_load(m->g, &m->atlas, m->err));
  VD_TRY(name_weakness(m, q->cwe, name));
  while (rest.len != 0)
    VD_TRY(add_technique(m, q, vd_view_cut(&rest, ' ')));
  m->roles[0] = node_by_key(m->atlas, VD_NODE_ROLE, q->role);
  m->role_count = m->roles[0] == VD_ATLAS_NONE ? 0 : 1;
  return VD_OK;
}

vd_code vd_graph_map_check(vd_graph *g, vd_arena *a, const vd_check_query *q, vd_check_mapping *out,
                           vd_error *err) {
  vd_flaw said = {.id = q->check};
  vd_mapper m = {.g = g, .arena = a, .flaw = &said, .said = VD_VIEW("vedette"), .err = err};
  vd_check_mapping found = {0};
  VD_TRY(prepare(&m, q, &found.weakness));
  VD_TRY(vd_map_write(&m, &found.mapping));
  *out = found;
  return VD_OK;
}
