// Loads the part of the graph that mapping walks.
#include "graph/atlas.h"

static const vd_node_kind node_kinds[] = {VD_NODE_WEAKNESS, VD_NODE_PATTERN, VD_NODE_TECHNIQUE,
                                          VD_NODE_TACTIC,   VD_NODE_ROLE,    VD_NODE_STAGE,
                                          VD_NODE_LAYER};
static const vd_edge_kind edge_kinds[] = {VD_EDGE_CHILD_OF, VD_EDGE_EXPLOITED_BY,
                                          VD_EDGE_USES,     VD_EDGE_ENABLES,
                                          VD_EDGE_ACHIEVES, VD_EDGE_OCCURS_IN};

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the technique graph");
}

static vd_code load_nodes(vd_graph *g, vd_atlas *atlas, vd_node_kind kind, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_NODES);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(g, "read nodes", err);
  (void)sqlite3_bind_int64(s, 1, g->node_kind[kind]);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    if (!row)
      break;
    vd_atlas_node *n = vd_vec_push(&g->arena, &atlas->nodes);
    if (n == NULL || !vd_sql_copy(&g->arena, s, 1, &n->key) ||
        !vd_sql_copy(&g->arena, s, 2, &n->name) || !vd_sql_copy(&g->arena, s, 3, &n->class))
      return no_memory(err);
    n->id = sqlite3_column_int64(s, 0);
    n->position = sqlite3_column_int64(s, 4);
    n->kind = kind;
  }
  return VD_OK;
}

static int by_id(const void *a, const void *b) {
  int64_t x = ((const vd_atlas_node *)a)->id, y = ((const vd_atlas_node *)b)->id;
  return (x > y) - (x < y);
}

uint32_t vd_atlas_index(const vd_atlas *atlas, int64_t id) {
  vd_atlas_node key = {.id = id};
  const vd_atlas_node *n = atlas->nodes.count == 0 ? NULL
                                                   : bsearch(&key, atlas->nodes.at,
                                                             atlas->nodes.count, sizeof key, by_id);
  return n == NULL ? VD_ATLAS_NONE : (uint32_t)(n - atlas->nodes.at);
}

static vd_code index_nodes(vd_graph *g, vd_atlas *atlas, vd_error *err) {
  if (atlas->nodes.count >= VD_ATLAS_NONE)
    return vd_fail(err, VD_LIMIT, "the knowledge base has too many nodes");
  if (atlas->nodes.count != 0)
    qsort(atlas->nodes.at, atlas->nodes.count, sizeof *atlas->nodes.at, by_id);
  atlas->weaknesses = VD_MAP(&g->arena);
  for (size_t i = 0; i < atlas->nodes.count; i++) {
    vd_atlas_node *n = &atlas->nodes.at[i];
    if (n->kind == VD_NODE_WEAKNESS && vd_map_put(&atlas->weaknesses, n->key, n) != VD_OK)
      return no_memory(err);
  }
  return VD_OK;
}

// By insertion: there are 19.
static vd_code order_stages(vd_graph *g, vd_atlas *atlas, vd_error *err) {
  for (uint32_t i = 0; i < atlas->nodes.count; i++) {
    if (atlas->nodes.at[i].kind != VD_NODE_STAGE)
      continue;
    if (atlas->stages.count == VD_STAGES_MAX)
      return vd_fail(err, VD_LIMIT, "the knowledge base has more than %d stages", VD_STAGES_MAX);
    if (vd_vec_push(&g->arena, &atlas->stages) == NULL)
      return no_memory(err);
    size_t at = atlas->stages.count - 1;
    for (;
         at > 0 && atlas->nodes.at[atlas->stages.at[at - 1]].position > atlas->nodes.at[i].position;
         at--)
      atlas->stages.at[at] = atlas->stages.at[at - 1];
    atlas->stages.at[at] = i;
  }
  return VD_OK;
}

// Edges to nodes of other kinds (mitigations, packages) are not walked and not kept.
static vd_code keep_edge(vd_graph *g, const vd_atlas *atlas, vd_atlas_edges *to, sqlite3_stmt *s,
                         vd_error *err) {
  vd_atlas_edge e = {.src = vd_atlas_index(atlas, sqlite3_column_int64(s, 0)),
                     .dst = vd_atlas_index(atlas, sqlite3_column_int64(s, 1)),
                     .context = vd_atlas_index(atlas, sqlite3_column_int64(s, 2)),
                     .confidence = sqlite3_column_double(s, 3)};
  if (e.src == VD_ATLAS_NONE || e.dst == VD_ATLAS_NONE)
    return VD_OK;
  vd_atlas_edge *slot = vd_vec_push(&g->arena, to);
  if (slot == NULL || !vd_sql_copy(&g->arena, s, 4, &e.evidence) ||
      !vd_sql_copy(&g->arena, s, 5, &e.source))
    return no_memory(err);
  *slot = e;
  return VD_OK;
}

// Every flaw occurs somewhere too, but mapping asks only where roles do.
static vd_code load_edges(vd_graph *g, vd_atlas *atlas, vd_edge_kind kind, vd_error *err) {
  bool of_roles = kind == VD_EDGE_OCCURS_IN, row = true;
  VD_SCOPED_SQL *s = vd_store_sql(g, of_roles ? VD_SQL_EDGES_OF_ROLES : VD_SQL_EDGES);
  if (s == NULL)
    return vd_store_fail(g, "read edges", err);
  (void)sqlite3_bind_int64(s, 1, g->edge_kind[kind]);
  if (of_roles)
    (void)sqlite3_bind_int64(s, 2, g->node_kind[VD_NODE_ROLE]);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    if (row)
      VD_TRY(keep_edge(g, atlas, &atlas->edges[kind], s, err));
  }
  return VD_OK;
}

vd_atlas_edges vd_atlas_from(const vd_atlas *atlas, vd_edge_kind kind, uint32_t src) {
  const vd_atlas_edges *all = &atlas->edges[kind];
  size_t low = 0, high = all->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (all->at[middle].src < src)
      low = middle + 1;
    else
      high = middle;
  }
  size_t end = low;
  while (end < all->count && all->at[end].src == src)
    end++;
  return (vd_atlas_edges){.at = end == low ? NULL : all->at + low, .count = end - low};
}

static vd_code load(vd_graph *g, vd_atlas *atlas, vd_error *err) {
  for (size_t i = 0; i < VD_COUNT(node_kinds); i++)
    VD_TRY(load_nodes(g, atlas, node_kinds[i], err));
  VD_TRY(index_nodes(g, atlas, err));
  VD_TRY(order_stages(g, atlas, err));
  for (size_t i = 0; i < VD_COUNT(edge_kinds); i++)
    VD_TRY(load_edges(g, atlas, edge_kinds[i], err));
  return vd_atlas_weigh(g, atlas, err);
}

vd_code vd_atlas_load(vd_graph *g, const vd_atlas **out, vd_error *err) {
  if (g->atlas == NULL) {
    vd_atlas *atlas = vd_new(&g->arena, vd_atlas);
    if (atlas == NULL)
      return no_memory(err);
    VD_TRY(load(g, atlas, err));
    g->atlas = atlas;
  }
  *out = g->atlas;
  return VD_OK;
}
