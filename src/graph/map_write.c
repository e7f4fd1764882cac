// Writes what the mapping found: each technique with its path and tactics, the stages and the
// layer.
#include "graph/map.h"

static vd_code no_memory(const vd_mapper *m) {
  return vd_fail(m->err, VD_NOMEM, "no memory for the mapping");
}

static const vd_atlas_node *node_at(const vd_mapper *m, uint32_t i) {
  return &m->atlas->nodes.at[i];
}

// ---- paths -----------------------------------------------------------------

typedef struct link_writer {
  vd_mapper *m;
  vd_technique_link *link;
  bool failed;
} link_writer;

static void put_step(link_writer *w, vd_view key, vd_view name, const char *edge, vd_view source) {
  vd_step *step = vd_vec_push(w->m->arena, &w->link->path);
  if (step == NULL) {
    w->failed = true;
    return;
  }
  step->key = vd_arena_copy(w->m->arena, key);
  step->name = vd_arena_copy(w->m->arena, name);
  step->source = edge == NULL ? (vd_view){0} : vd_arena_copy(w->m->arena, source);
  step->edge = edge == NULL ? (vd_view){0} : vd_view_of(edge);
  w->failed |=
      step->key.ptr == NULL || step->name.ptr == NULL || (edge != NULL && step->source.ptr == NULL);
}

static void put_node(link_writer *w, uint32_t i, vd_edge_kind edge, vd_view source) {
  const vd_atlas_node *n = node_at(w->m, i);
  put_step(w, n->key, n->name.ptr == NULL ? n->key : n->name, vd_edge_kind_text(edge), source);
}

// The flaw; for a rule of a role, the package and that role; the weakness and its ancestors; the
// pattern of a chain; the technique.
static void put_path(link_writer *w, const vd_map_candidate *c) {
  vd_mapper *m = w->m;
  vd_view said = m->said;
  put_step(w, m->flaw->id, (vd_view){0}, NULL, said);
  if (c->role != VD_ATLAS_NONE) {
    put_step(w, m->package, (vd_view){0}, vd_edge_kind_text(VD_EDGE_AFFECTS), said);
    put_node(w, c->role, VD_EDGE_PLAYS, VD_VIEW("curated"));
  }
  put_node(w, c->line[0].node, VD_EDGE_HAS_WEAKNESS, said);
  for (unsigned i = 1; i < c->line_count; i++)
    put_node(w, c->line[i].node, VD_EDGE_CHILD_OF, c->line[i].source);
  if (c->pattern == VD_ATLAS_NONE) {
    put_node(w, c->technique, VD_EDGE_ENABLES, c->source);
    return;
  }
  put_node(w, c->pattern, VD_EDGE_EXPLOITED_BY, VD_VIEW("cwe"));
  put_node(w, c->technique, VD_EDGE_USES, VD_VIEW("capec"));
}

static void put_tactic(link_writer *w, const vd_atlas_edge *edge) {
  const vd_atlas_node *n = node_at(w->m, edge->dst);
  vd_arena *a = w->m->arena;
  vd_step *step = vd_vec_push(a, &w->link->tactics);
  if (step == NULL) {
    w->failed = true;
    return;
  }
  *step = (vd_step){.key = vd_arena_copy(a, n->key),
                    .name = vd_arena_copy(a, n->name),
                    .edge = vd_view_of(vd_edge_kind_text(VD_EDGE_ACHIEVES)),
                    .source = vd_arena_copy(a, edge->source)};
  w->failed |= step->key.ptr == NULL || step->name.ptr == NULL || step->source.ptr == NULL;
}

// In the order of the matrix; a technique has at most a handful.
static void put_tactics(link_writer *w, uint32_t technique) {
  vd_atlas_edges edges = vd_atlas_from(w->m->atlas, VD_EDGE_ACHIEVES, technique);
  int64_t done = -1;
  for (size_t i = 0; i < edges.count && i < 32; i++) {
    const vd_atlas_edge *next = NULL;
    for (size_t j = 0; j < edges.count && j < 32; j++) {
      int64_t at = node_at(w->m, edges.at[j].dst)->position;
      if (at > done && (next == NULL || at < node_at(w->m, next->dst)->position))
        next = &edges.at[j];
    }
    if (next == NULL)
      return;
    done = node_at(w->m, next->dst)->position;
    put_tactic(w, next);
  }
}

static vd_code put_link(vd_mapper *m, const vd_map_candidate *c, vd_mapping *out) {
  vd_technique_link *link = vd_vec_push(m->arena, &out->techniques);
  const vd_atlas_node *technique = node_at(m, c->technique);
  if (link == NULL)
    return no_memory(m);
  link_writer w = {.m = m, .link = link};
  link->id = vd_arena_copy(m->arena, technique->key);
  link->name = vd_arena_copy(m->arena, technique->name);
  link->method = c->pattern == VD_ATLAS_NONE ? VD_VIEW("curated") : VD_VIEW("chain");
  link->confidence = c->confidence;
  link->reason = c->reason.ptr == NULL ? c->reason : vd_arena_copy(m->arena, c->reason);
  put_path(&w, c);
  put_tactics(&w, c->technique);
  bool whole = link->id.ptr != NULL && link->name.ptr != NULL &&
               (link->reason.ptr != NULL || c->reason.ptr == NULL);
  return w.failed || !whole ? no_memory(m) : VD_OK;
}

// ---- order, stages and layer -----------------------------------------------

// The roles the flaw matters in: those on the paths, best first; else all of the package.
static size_t roles_of(const vd_mapper *m, uint32_t *out) {
  size_t count = 0;
  for (size_t i = 0; i < m->candidates.count && count < VD_MAP_ROLES_MAX; i++) {
    uint32_t role = m->candidates.at[i].role;
    bool known = role == VD_ATLAS_NONE;
    for (size_t j = 0; j < count; j++)
      known |= out[j] == role;
    if (!known)
      out[count++] = role;
  }
  for (size_t i = 0; count == 0 && i < m->role_count; i++)
    out[i] = m->roles[i];
  return count == 0 ? m->role_count : count;
}

static vd_code put_layer(vd_mapper *m, const uint32_t *roles, size_t count, vd_mapping *out) {
  for (size_t i = 0; i < count; i++) {
    vd_atlas_edges places = vd_atlas_from(m->atlas, VD_EDGE_OCCURS_IN, roles[i]);
    for (size_t j = 0; j < places.count; j++) {
      const vd_atlas_node *n = node_at(m, places.at[j].dst);
      if (n->kind != VD_NODE_LAYER)
        continue;
      out->layer = vd_arena_copy(m->arena, n->key);
      return out->layer.ptr == NULL ? no_memory(m) : VD_OK;
    }
  }
  return VD_OK;
}

static bool happens_in(const vd_mapper *m, uint32_t role, uint32_t stage) {
  vd_atlas_edges places = vd_atlas_from(m->atlas, VD_EDGE_OCCURS_IN, role);
  for (size_t i = 0; i < places.count; i++)
    if (places.at[i].dst == stage)
      return true;
  return false;
}

static vd_code put_stage(vd_mapper *m, uint32_t stage, vd_mapping *out) {
  vd_view *slot = vd_vec_push(m->arena, &out->stages);
  if (slot == NULL)
    return no_memory(m);
  *slot = vd_arena_copy(m->arena, node_at(m, stage)->key);
  return slot->ptr == NULL ? no_memory(m) : VD_OK;
}

static vd_code put_stages(vd_mapper *m, const uint32_t *roles, size_t count, vd_mapping *out) {
  for (size_t i = 0; i < m->atlas->stages.count; i++) {
    bool here = false;
    for (size_t j = 0; j < count; j++)
      here |= happens_in(m, roles[j], m->atlas->stages.at[i]);
    if (here)
      VD_TRY(put_stage(m, m->atlas->stages.at[i], out));
  }
  return VD_OK;
}

vd_code vd_map_write(vd_mapper *m, vd_mapping *out) {
  uint32_t roles[VD_MAP_ROLES_MAX];
  size_t count = roles_of(m, roles);
  for (size_t i = 0; i < m->candidates.count; i++)
    VD_TRY(put_link(m, &m->candidates.at[i], out));
  VD_TRY(put_stages(m, roles, count, out));
  return put_layer(m, roles, count, out);
}
