#include "network_sample.h"

enum { NODES = 8 };

// ---- quality ----------------------------------------------------------------------------------

// The definition, over all ordered pairs of nodes.
static double naive_quality(const sample *s, const vd_leiden_options *o,
                            const uint32_t *community) {
  double weight[NODES][NODES] = {0}, strength[NODES] = {0}, total = 0, sum = 0;
  for (uint32_t e = 0; e < s->list.edges; e++) {
    weight[s->src[e]][s->dst[e]] += sample_weight(s, e);
    weight[s->dst[e]][s->src[e]] += sample_weight(s, e);
    strength[s->src[e]] += sample_weight(s, e);
    strength[s->dst[e]] += sample_weight(s, e);
    total += 2 * sample_weight(s, e);
  }
  for (uint32_t i = 0; i < s->list.nodes; i++)
    for (uint32_t j = 0; j < s->list.nodes; j++) {
      double chance = o->objective == VD_CPM ? 1 : strength[i] * strength[j] / total;
      sum += community[i] == community[j] ? weight[i][j] - o->resolution * chance : 0;
    }
  return total > 0 ? sum / total : 0;
}

// The best of all partitions, each written as the numbers of first appearance.
static double best_quality(const sample *s, const vd_leiden_options *o) {
  uint32_t community[NODES] = {0};
  double best = naive_quality(s, o, community);
  for (;;) {
    uint32_t at = s->list.nodes, highest = 0;
    while (--at > 0) {
      highest = 0;
      for (uint32_t i = 0; i < at; i++)
        highest = community[i] > highest ? community[i] : highest;
      if (community[at] <= highest)
        break;
      community[at] = 0;
    }
    if (at == 0)
      return best;
    community[at]++;
    double quality = naive_quality(s, o, community);
    best = quality > best ? quality : best;
  }
}

static void expect_connected(const vd_network *n, const vd_partition *p) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 26);
  uint32_t *seen = vd_new_array(&a, uint32_t, n->nodes),
           *queue = vd_new_array(&a, uint32_t, n->nodes);
  uint32_t *first = vd_new_array(&a, uint32_t, p->count), filled = 0;
  for (uint32_t v = n->nodes; v-- != 0;)
    first[p->community[v]] = v;
  for (uint32_t c = 0; c < p->count; c++) {
    seen[first[c]] = 1;
    queue[filled++] = first[c];
  }
  for (uint32_t at = 0; at < filled; at++)
    for (uint32_t way = 0; way < 2; way++) {
      const vd_rows *rows = way == 0 ? &n->out : &n->in;
      for (uint32_t i = rows->offset[queue[at]]; i < rows->offset[queue[at] + 1]; i++) {
        uint32_t to = rows->target[i];
        if (seen[to] == 0 && p->community[to] == p->community[queue[at]]) {
          seen[to] = 1;
          queue[filled++] = to;
        }
      }
    }
  cr_assert(filled == n->nodes, "%u of %u nodes hang together", filled, n->nodes);
}

static void expect_ordered(const vd_partition *p, uint32_t nodes) {
  uint32_t size[NODES] = {0}, first[NODES];
  for (uint32_t v = nodes; v-- != 0;) {
    cr_assert(p->community[v] < p->count);
    size[p->community[v]]++;
    first[p->community[v]] = v;
  }
  for (uint32_t c = 0; c < p->count; c++) {
    cr_assert(size[c] != 0);
    cr_assert(c == 0 || size[c] < size[c - 1] ||
              (size[c] == size[c - 1] && first[c] > first[c - 1]));
  }
}

Test(leiden, comes_near_the_best_of_all_partitions) {
  static const double resolutions[] = {0.05, 0.3, 1, 2};
  vd_random r = {11};
  uint32_t best = 0, runs = 400;
  for (uint32_t i = 0; i < runs; i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    sample s = {0};
    vd_partition out = {0};
    vd_leiden_options o = {i % 2 == 0 ? VD_MODULARITY : VD_CPM, resolutions[i / 2 % 4], 0, i};
    sample_any(&a, &s, &r, NODES, 16);
    cr_assert(vd_network_leiden(&a, &s.net, &o, &out, NULL) == VD_OK);
    double truth = best_quality(&s, &o), own = naive_quality(&s, &o, out.community);
    expect_connected(&s.net, &out);
    expect_ordered(&out, s.list.nodes);
    cr_assert(fabs(out.quality - own) < 1e-9, "says %g, is %g", out.quality, own);
    cr_assert(own <= truth + 1e-9);
    best += own >= truth - 1e-9;
  }
  cr_assert(best >= runs * 9 / 10, "the best in %u of %u", best, runs);
}

// ---- structures with a known answer -----------------------------------------------------------

// Cliques in a ring, one edge from each to the next (Fortunato and Barthélemy 2007).
static void ring_of_cliques(vd_arena *a, sample *s, uint32_t cliques, uint32_t size) {
  *s = (sample){.list = {.nodes = cliques * size}};
  for (uint32_t c = 0; c < cliques; c++) {
    for (uint32_t i = 0; i < size; i++)
      for (uint32_t j = 0; j < i; j++)
        sample_add(s, c * size + i, c * size + j);
    sample_add(s, c * size, (c + 1) % cliques * size + 1);
  }
  sample_build(a, s);
}

static bool cliques_are_communities(const vd_partition *p, uint32_t cliques, uint32_t size) {
  for (uint32_t v = 0; v < cliques * size; v++)
    if (p->community[v] != p->community[v - v % size])
      return false;
  return p->count == cliques;
}

Test(leiden, finds_cliques_where_they_are_the_best_partition) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 22);
  sample s;
  vd_partition out = {0};
  ring_of_cliques(&a, &s, 30, 5);
  for (uint64_t seed = 0; seed < 20; seed++) {
    vd_leiden_options o = {VD_CPM, 0.5, 0, seed};
    cr_assert(vd_network_leiden(&a, &s.net, &o, &out, NULL) == VD_OK);
    cr_assert(cliques_are_communities(&out, 30, 5), "seed %u", (unsigned)seed);
  }
}

// Modularity cannot resolve 30 such cliques: pairs of them score more, 0.8879 against 0.8758. At a
// higher resolution the cliques come back.
Test(leiden, has_the_resolution_limit_of_modularity) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 22);
  sample s;
  vd_partition out = {0};
  ring_of_cliques(&a, &s, 30, 5);
  vd_leiden_options o = {VD_MODULARITY, 1, 0, 1};
  cr_assert(vd_network_leiden(&a, &s.net, &o, &out, NULL) == VD_OK);
  cr_assert(out.quality > 0.8758 + 0.005 && out.quality <= 0.8879 && out.count < 30);
  o.resolution = 4;
  cr_assert(vd_network_leiden(&a, &s.net, &o, &out, NULL) == VD_OK);
  cr_assert(cliques_are_communities(&out, 30, 5));
}

Test(leiden, is_the_same_for_a_seed) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  sample s;
  vd_random r = {12};
  vd_partition one = {0}, two = {0};
  sample_random(&a, &s, &r, 200, 500);
  vd_leiden_options o = {VD_MODULARITY, 1, 2, 3};
  cr_assert(vd_network_leiden(&a, &s.net, &o, &one, NULL) == VD_OK && one.rounds <= 2);
  cr_assert(vd_network_leiden(&a, &s.net, &o, &two, NULL) == VD_OK);
  cr_assert(memcmp(one.community, two.community, 200 * sizeof *one.community) == 0);
}

Test(leiden, a_graph_without_edges_has_single_nodes) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  sample s = {.list = {.nodes = 5}};
  vd_partition out = {0};
  sample_build(&a, &s);
  cr_assert(vd_network_leiden(&a, &s.net, &(vd_leiden_options){.resolution = 1}, &out, NULL) ==
            VD_OK);
  cr_assert(out.count == 5 && out.quality == 0);
  s.list.nodes = 0;
  sample_build(&a, &s);
  cr_assert(vd_network_leiden(&a, &s.net, &(vd_leiden_options){.resolution = 1}, &out, NULL) ==
            VD_OK);
  cr_assert(out.count == 0);
}

Test(leiden, refuses_a_resolution_that_is_none) {
  static const double bad[] = {0, -1, NAN, INFINITY};
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  sample s = {.list = {.nodes = 5}};
  vd_partition out = {.rounds = 77};
  sample_build(&a, &s);
  for (size_t i = 0; i < VD_COUNT(bad); i++)
    cr_assert(vd_network_leiden(&a, &s.net, &(vd_leiden_options){.resolution = bad[i]}, &out,
                                NULL) == VD_USAGE);
  cr_assert(out.rounds == 77);
}

Test(leiden, every_failed_allocation_is_reported) {
  VD_SCOPED_ARENA kept = VD_ARENA(1 << 20);
  sample s;
  vd_partition out = {.rounds = 77};
  vd_leiden_options o = {VD_MODULARITY, 1, 0, 1};
  ring_of_cliques(&kept, &s, 5, 4);
  EVERY_ALLOCATION_FAILS(a, vd_network_leiden(&a, &s.net, &o, &out, NULL), out.rounds == 77)
}
