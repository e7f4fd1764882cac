// The best paths between two nodes: found in the snapshot, explained from the tables. Clusters are
// no way through: what they join is alike, not related.
#include "graph/explain.h"

typedef struct explainer {
  vd_graph *g;
  vd_arena *arena;
  const vd_explain_query *query;
  const vd_snapshot *snapshot;
  vd_error *err;
} explainer;

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the paths");
}

// The edge as it is stated: it may lead against the way we walk.
static vd_code explain_step(const explainer *e, uint32_t from, uint32_t to, uint32_t edge,
                            vd_path_step *out) {
  const vd_snapshot *s = e->snapshot;
  bool outgoing = s->src[edge] == from;
  vd_step_query q = {.src = s->node[outgoing ? from : to],
                     .dst = s->node[outgoing ? to : from],
                     .kind = s->edge_kind[edge],
                     .as_of = e->query->as_of};
  VD_TRY(vd_graph_step(e->g, e->arena, &q, &out->edge, e->err));
  out->edge.outgoing = outgoing;
  return vd_node_get(e->g, e->arena, s->node[to], &out->node, e->err);
}

static vd_code explain_path(const explainer *e, const vd_path *p, vd_explained_path *out) {
  out->cost = p->cost;
  out->confidence = 1;
  VD_TRY(vd_node_get(e->g, e->arena, e->snapshot->node[p->node[0]], &out->from, e->err));
  for (uint32_t i = 0; i < p->hops; i++) {
    vd_path_step *step = vd_vec_push(e->arena, &out->steps);
    if (step == NULL)
      return no_memory(e->err);
    VD_TRY(explain_step(e, p->node[i], p->node[i + 1], p->edge[i], step));
    out->confidence *= step->edge.confidence;
  }
  return VD_OK;
}

static vd_code explain_all(const explainer *e, const vd_paths *paths, vd_explained_paths *out) {
  for (size_t i = 0; i < paths->list.count; i++) {
    vd_explained_path *slot = vd_vec_push(e->arena, &out->list);
    if (slot == NULL)
      return no_memory(e->err);
    VD_TRY(explain_path(e, &paths->list.at[i], slot));
  }
  return VD_OK;
}

vd_code vd_graph_explain(vd_graph *g, vd_arena *a, const vd_explain_query *q,
                         vd_explained_paths *out, vd_error *err) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_GRAPH_MEMORY_MAX);
  vd_snapshot loaded;
  const vd_snapshot *snapshot = q->snapshot;
  vd_paths paths;
  if (snapshot == NULL) {
    VD_TRY(vd_snapshot_load(g, &scratch, q->as_of, &loaded, err));
    snapshot = &loaded;
  }
  vd_path_query query = {.from = vd_snapshot_index(snapshot, q->from),
                         .to = vd_snapshot_index(snapshot, q->to),
                         .count = q->count,
                         .undirected = true,
                         .hop_cost = VD_PATH_HOP_COST,
                         .hub_factor = VD_PATH_HUB_FACTOR,
                         .hops_max = VD_EXPLAIN_HOPS,
                         .work_max = VD_EXPLAIN_WORK_MAX,
                         .nodes = {snapshot->node_kind, UINT64_C(1) << VD_NODE_CLUSTER}};
  if (query.from == VD_SNAPSHOT_NONE || query.to == VD_SNAPSHOT_NONE)
    return vd_fail(err, VD_FORMAT, "the graph lacks a node that its tables name");
  VD_TRY(vd_network_paths(&scratch, &snapshot->network, &query, &paths, err));
  explainer e = {.g = g, .arena = a, .query = q, .snapshot = snapshot, .err = err};
  vd_explained_paths result = {.complete = paths.complete};
  VD_TRY(explain_all(&e, &paths, &result));
  *out = result;
  return VD_OK;
}
