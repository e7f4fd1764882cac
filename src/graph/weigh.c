// How much a chain weakness - pattern - technique is worth: the more alternatives stand beside each
// hop, the higher the weakness in the tree and the more flaws the technique would land on, the less
// (docs/mapping.md).
#include "graph/atlas.h"

#include <math.h>

typedef struct weigher {
  vd_graph *g;
  vd_atlas *atlas;
  unsigned *depth;   // of each weakness below its pillar
  unsigned *claimed; // weaknesses that name each pattern
  unsigned *spread;  // flaws each technique lands on by any chain
  unsigned *seen;    // the last flaw that counted for a technique
  unsigned flaws;    // flaws with a weakness
} weigher;

// A pillar is 0; relaxed level by level, so a weakness gets its shortest way up.
static void measure_depth(weigher *w) {
  const vd_atlas_edges *up = &w->atlas->edges[VD_EDGE_CHILD_OF];
  for (size_t i = 0; i < up->count; i++)
    w->depth[up->at[i].src] = VD_WEAKNESS_DEPTH_MAX;
  for (unsigned round = 0; round < VD_WEAKNESS_DEPTH_MAX; round++)
    for (size_t i = 0; i < up->count; i++)
      if (w->depth[up->at[i].dst] + 1 < w->depth[up->at[i].src])
        w->depth[up->at[i].src] = w->depth[up->at[i].dst] + 1;
}

static void count_flaw(weigher *w, uint32_t weakness, unsigned flaw) {
  vd_atlas_edges patterns = vd_atlas_from(w->atlas, VD_EDGE_EXPLOITED_BY, weakness);
  for (size_t i = 0; i < patterns.count; i++) {
    vd_atlas_edges uses = vd_atlas_from(w->atlas, VD_EDGE_USES, patterns.at[i].dst);
    for (size_t j = 0; j < uses.count; j++) {
      uint32_t technique = uses.at[j].dst;
      w->spread[technique] += w->seen[technique] != flaw;
      w->seen[technique] = flaw;
    }
  }
}

// A flaw counts when one of its weaknesses is known.
static void count_weaknesses(weigher *w, vd_view cwe) {
  bool counted = false;
  while (cwe.len > 0) {
    const vd_atlas_node *node = vd_map_get(&w->atlas->weaknesses, vd_view_cut(&cwe, ' '));
    if (node == NULL)
      continue;
    w->flaws += !counted;
    counted = true;
    count_flaw(w, (uint32_t)(node - w->atlas->nodes.at), w->flaws);
  }
}

static vd_code measure_spread(weigher *w, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(w->g, VD_SQL_WEAKNESSES_OF_FLAWS);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(w->g, "read flaws", err);
  while (row) {
    VD_TRY(vd_sql_next(w->g, s, &row, err));
    if (row)
      count_weaknesses(w, vd_sql_view(s, 0));
  }
  return VD_OK;
}

// 1 for a technique that one flaw reaches, 0 for one that every flaw reaches.
static double rarity(const weigher *w, uint32_t technique) {
  unsigned on = w->spread[technique];
  if (on <= 1 || w->flaws <= 2)
    return 1;
  return log((double)w->flaws / on) / log((double)w->flaws);
}

static vd_code keep_chain(weigher *w, size_t first, vd_chain chain, vd_error *err) {
  for (size_t i = first; i < w->atlas->chains.count; i++) {
    vd_chain *known = &w->atlas->chains.at[i];
    if (known->technique == chain.technique) {
      *known = chain.weight > known->weight ? chain : *known;
      return VD_OK;
    }
  }
  if (w->atlas->chains.count - first == VD_CHAINS_MAX)
    return vd_fail(err, VD_LIMIT, "a weakness leads to more than %d techniques", VD_CHAINS_MAX);
  vd_chain *slot = vd_vec_push(&w->g->arena, &w->atlas->chains);
  if (slot == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the technique graph");
  *slot = chain;
  return VD_OK;
}

static vd_code weigh_weakness(weigher *w, uint32_t weakness, vd_error *err) {
  vd_atlas_edges patterns = vd_atlas_from(w->atlas, VD_EDGE_EXPLOITED_BY, weakness);
  double general = 1 - pow(2, -(double)w->depth[weakness]);
  size_t first = w->atlas->chains.count;
  for (size_t i = 0; i < patterns.count; i++) {
    uint32_t pattern = patterns.at[i].dst;
    vd_atlas_edges uses = vd_atlas_from(w->atlas, VD_EDGE_USES, pattern);
    for (size_t j = 0; j < uses.count; j++) {
      double hops = 1.0 / (double)patterns.count / (double)uses.count / sqrt(w->claimed[pattern]);
      vd_chain chain = {.weakness = weakness,
                        .pattern = pattern,
                        .technique = uses.at[j].dst,
                        .weight = general * hops * rarity(w, uses.at[j].dst)};
      VD_TRY(keep_chain(w, first, chain, err));
    }
  }
  return VD_OK;
}

static int by_weakness(const void *a, const void *b) {
  const vd_chain *x = a, *y = b;
  if (x->weakness != y->weakness)
    return x->weakness < y->weakness ? -1 : 1;
  if (x->weight != y->weight)
    return x->weight > y->weight ? -1 : 1;
  return (x->technique > y->technique) - (x->technique < y->technique);
}

vd_code vd_atlas_weigh(vd_graph *g, vd_atlas *atlas, vd_error *err) {
  size_t n = atlas->nodes.count + 1;
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_GRAPH_MEMORY_MAX);
  unsigned *counts = vd_new_array(&scratch, unsigned, n * 4);
  if (counts == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the technique graph");
  weigher w = {.g = g,
               .atlas = atlas,
               .depth = counts,
               .claimed = counts + n,
               .spread = counts + 2 * n,
               .seen = counts + 3 * n};
  measure_depth(&w);
  for (size_t i = 0; i < atlas->edges[VD_EDGE_EXPLOITED_BY].count; i++)
    w.claimed[atlas->edges[VD_EDGE_EXPLOITED_BY].at[i].dst]++;
  VD_TRY(measure_spread(&w, err));
  for (uint32_t i = 0; i < atlas->nodes.count; i++)
    if (atlas->nodes.at[i].kind == VD_NODE_WEAKNESS)
      VD_TRY(weigh_weakness(&w, i, err));
  if (atlas->chains.count != 0)
    qsort(atlas->chains.at, atlas->chains.count, sizeof *atlas->chains.at, by_weakness);
  return VD_OK;
}
