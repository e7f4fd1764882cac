// Which nodes matter: PageRank and betweenness over the snapshot.
#include "graph/central.h"

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the centrality of the graph");
}

// What sources state: without the clusters, which join what is alike. both: every edge also the
// other way. PageRank needs that: a weakness that thousands of flaws have, and that leads nowhere
// itself, would otherwise swallow the walk.
// NOLINTNEXTLINE(readability-function-cognitive-complexity): two nested walks over rows
static vd_code stated_part(vd_arena *a, const vd_snapshot *s, bool both, vd_network *out,
                           vd_error *err) {
  size_t most = (size_t)s->network.edges * (both ? 2 : 1) + 1;
  uint32_t *src = vd_new_array(a, uint32_t, most), *dst = vd_new_array(a, uint32_t, most), n = 0;
  float *weight = vd_new_array(a, float, most);
  const vd_rows *rows = &s->network.out;
  if (src == NULL || dst == NULL || weight == NULL)
    return no_memory(err);
  for (uint32_t v = 0; v < s->network.nodes; v++)
    for (uint32_t e = rows->offset[v]; e < rows->offset[v + 1]; e++) {
      if (s->node_kind[rows->target[e]] == VD_NODE_CLUSTER)
        continue;
      for (int way = 0; way < (both ? 2 : 1); way++, n++) {
        src[n] = way == 0 ? v : rows->target[e];
        dst[n] = way == 0 ? rows->target[e] : v;
        weight[n] = vd_rows_weight(rows, e);
      }
    }
  vd_edge_list list = {s->network.nodes, n, src, dst, weight};
  return vd_network_build(a, &list, out, err);
}

typedef struct scores {
  const double *score, *error; // by snapshot index; error NULL when exact
} scores;

static vd_code measure(vd_arena *a, const vd_snapshot *s, vd_centrality by, scores *out,
                       vd_error *err) {
  vd_network part;
  if (by == VD_PAGERANK) {
    vd_pagerank_options o = {.damping = 0.85, .tolerance = 1e-9, .rounds_max = 500};
    vd_pagerank ranks;
    VD_TRY(stated_part(a, s, true, &part, err));
    VD_TRY(vd_network_pagerank(a, &part, &o, &ranks, err));
    *out = (scores){ranks.score, NULL};
    return VD_OK;
  }
  vd_betweenness_options o = {.pivots = VD_PIVOTS, .seed = 1, .jobs = vd_cpu_count()};
  vd_betweenness between;
  if (s->network.nodes <= VD_PIVOTS)
    o.pivots = 0;
  VD_TRY(stated_part(a, s, false, &part, err));
  VD_TRY(vd_network_betweenness(a, &part, &o, &between, err));
  *out = (scores){between.score, between.error};
  return VD_OK;
}

typedef struct place {
  double score;
  uint32_t index;
} place;

static int by_score(const void *pa, const void *pb) {
  const place *a = pa, *b = pb;
  if (a->score != b->score)
    return a->score > b->score ? -1 : 1;
  return (a->index > b->index) - (a->index < b->index);
}

// NOLINTNEXTLINE(readability-function-size): every VD_TRY counts as statements
vd_code vd_graph_central(vd_graph *g, vd_arena *a, const vd_central_query *q, vd_ranked_nodes *out,
                         vd_error *err) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_GRAPH_MEMORY_MAX);
  vd_snapshot s;
  scores found;
  VD_TRY(vd_snapshot_load(g, &scratch, q->as_of, &s, err));
  VD_TRY(measure(&scratch, &s, q->by, &found, err));
  place *order = vd_new_array(&scratch, place, (size_t)s.network.nodes + 1);
  size_t n = 0;
  if (order == NULL)
    return no_memory(err);
  for (uint32_t v = 0; v < s.network.nodes; v++)
    if (q->kind == VD_NODE_KIND_COUNT || s.node_kind[v] == q->kind)
      order[n++] = (place){found.score[v], v};
  qsort(order, n, sizeof *order, by_score);
  vd_ranked_nodes list = {0};
  for (size_t i = 0; i < n && i < q->limit; i++) {
    vd_ranked_node *slot = vd_vec_push(a, &list);
    if (slot == NULL)
      return no_memory(err);
    slot->score = order[i].score;
    slot->error = found.error == NULL ? 0 : found.error[order[i].index];
    VD_TRY(vd_node_get(g, a, s.node[order[i].index], &slot->node, err));
  }
  *out = list;
  return VD_OK;
}
