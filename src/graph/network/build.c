// Edges into rows, by counting sort.
#include "graph/network.h"

static vd_code check(const vd_edge_list *list, vd_error *err) {
  if (list->nodes > VD_NETWORK_NODES_MAX || list->edges > VD_NETWORK_EDGES_MAX)
    return vd_fail(err, VD_LIMIT, "a graph of more than %d nodes or %d edges", VD_NETWORK_NODES_MAX,
                   VD_NETWORK_EDGES_MAX);
  for (uint32_t e = 0; e < list->edges; e++) {
    if (list->src[e] >= list->nodes || list->dst[e] >= list->nodes)
      return vd_fail(err, VD_USAGE, "edge %u ends at no node", e);
    if (list->weight != NULL && !(list->weight[e] > 0 && list->weight[e] <= 1))
      return vd_fail(err, VD_USAGE, "edge %u has weight %g, not one above 0 and at most 1", e,
                     (double)list->weight[e]);
  }
  return VD_OK;
}

// offset[v + 1] starts as the first free place of row v and ends as the end of it.
static bool fill(vd_arena *a, const vd_edge_list *list, bool reverse, vd_rows *out) {
  const uint32_t *from = reverse ? list->dst : list->src, *to = reverse ? list->src : list->dst;
  uint32_t *offset = vd_new_array(a, uint32_t, (size_t)list->nodes + 2);
  uint32_t *target = vd_new_array(a, uint32_t, list->edges);
  uint32_t *edge = vd_new_array(a, uint32_t, list->edges);
  float *weight = list->weight == NULL ? NULL : vd_new_array(a, float, list->edges);
  if (offset == NULL || target == NULL || edge == NULL || (list->weight != NULL && weight == NULL))
    return false;
  for (uint32_t e = 0; e < list->edges; e++)
    offset[from[e] + 2]++;
  for (uint32_t v = 0; v < list->nodes; v++)
    offset[v + 2] += offset[v + 1];
  for (uint32_t e = 0; e < list->edges; e++) {
    uint32_t at = offset[from[e] + 1]++;
    target[at] = to[e];
    edge[at] = e;
    if (weight != NULL)
      weight[at] = list->weight[e];
  }
  *out = (vd_rows){offset, target, weight, edge};
  return true;
}

vd_code vd_network_build(vd_arena *a, const vd_edge_list *list, vd_network *out, vd_error *err) {
  vd_network n = {.nodes = list->nodes, .edges = list->edges};
  VD_TRY(check(list, err));
  if (!fill(a, list, false, &n.out) || !fill(a, list, true, &n.in))
    return vd_fail(err, VD_NOMEM, "no memory for a graph of %u edges", list->edges);
  *out = n;
  return VD_OK;
}
