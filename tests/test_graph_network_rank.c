#include "network_sample.h"

enum { NODES = 12 };

// ---- PageRank ---------------------------------------------------------------------------------

// The definition: a walker follows an edge by weight, or jumps anywhere.
static void naive_pagerank(const sample *s, double damping, double *rank) {
  uint32_t n = s->list.nodes;
  double outward[NODES] = {0};
  for (uint32_t e = 0; e < s->list.edges; e++)
    outward[s->src[e]] += sample_weight(s, e);
  for (uint32_t v = 0; v < n; v++)
    rank[v] = 1.0 / n;
  for (uint32_t round = 0; round < 2000; round++) {
    double next[NODES] = {0}, dangling = 0;
    for (uint32_t v = 0; v < n; v++)
      dangling += outward[v] == 0 ? rank[v] : 0;
    for (uint32_t e = 0; e < s->list.edges; e++)
      next[s->dst[e]] += rank[s->src[e]] * sample_weight(s, e) / outward[s->src[e]];
    for (uint32_t v = 0; v < n; v++)
      rank[v] = damping * (next[v] + dangling / n) + (1 - damping) / n;
  }
}

Test(pagerank, is_the_share_of_time_of_the_walker_within_the_error_it_states) {
  static const double dampings[] = {0, 0.5, 0.85, 0.97};
  vd_random r = {2};
  for (uint32_t i = 0; i < 300; i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    sample s = {0};
    vd_pagerank out = {0};
    sample_any(&a, &s, &r, NODES, 40);
    double truth[NODES], total = 0, off = 0, damping = dampings[i % VD_COUNT(dampings)];
    vd_pagerank_options o = {damping, i % 2 == 0 ? 1e-10 : 1e-3, 10000};
    naive_pagerank(&s, damping, truth);
    cr_assert(vd_network_pagerank(&a, &s.net, &o, &out, NULL) == VD_OK);
    for (uint32_t v = 0; v < s.list.nodes; v++) {
      total += out.score[v];
      off += fabs(out.score[v] - truth[v]);
    }
    cr_assert(fabs(total - 1) < 1e-12);
    cr_assert(out.converged && out.rounds >= 1 && out.error <= o.tolerance);
    cr_assert(off <= out.error + 1e-13, "off by %g, said %g", off, out.error);
  }
}

Test(pagerank, says_when_it_ran_out_of_rounds) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  sample s = {.list = {.nodes = 3}};
  vd_pagerank out = {0};
  sample_add(&s, 0, 1);
  sample_add(&s, 1, 0);
  sample_add(&s, 1, 2);
  sample_build(&a, &s);
  vd_pagerank_options o = {0.85, 1e-12, 3};
  cr_assert(vd_network_pagerank(&a, &s.net, &o, &out, NULL) == VD_OK);
  cr_assert(!out.converged && out.rounds == 3 && out.error > 1e-12 && out.error < INFINITY);
}

Test(pagerank, refuses_what_has_no_answer) {
  static const vd_pagerank_options bad[] = {{1, 1e-6, 9}, {-0.1, 1e-6, 9}, {NAN, 1e-6, 9},
                                            {0.5, 0, 9},  {0.5, NAN, 9},   {0.5, 1e-6, 0}};
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  sample s = {.list = {.nodes = 3}};
  vd_pagerank out = {.rounds = 77};
  sample_build(&a, &s);
  for (size_t i = 0; i < VD_COUNT(bad); i++)
    cr_assert(vd_network_pagerank(&a, &s.net, &bad[i], &out, NULL) == VD_USAGE);
  cr_assert(out.rounds == 77);
}

// ---- betweenness ------------------------------------------------------------------------------

typedef struct pairs {
  uint32_t n;
  double links[NODES][NODES]; // parallel edges, or either way when undirected
  double depth[NODES][NODES], paths[NODES][NODES];
} pairs;

// Paths to the nodes one hop farther than those at `depth`.
static void count_farther(pairs *p, uint32_t from, uint32_t depth) {
  for (uint32_t v = 0; v < p->n; v++)
    for (uint32_t to = 0; p->depth[from][v] == depth && to < p->n; to++)
      if (p->links[v][to] > 0 && p->depth[from][to] > depth) {
        p->depth[from][to] = depth + 1;
        p->paths[from][to] += p->paths[from][v] * p->links[v][to];
      }
}

static void count_pairs(const sample *s, bool directed, pairs *p) {
  *p = (pairs){.n = s->list.nodes};
  for (uint32_t e = 0; e < s->list.edges; e++) {
    p->links[s->src[e]][s->dst[e]]++;
    if (!directed)
      p->links[s->dst[e]][s->src[e]]++;
  }
  for (uint32_t from = 0; from < p->n; from++) {
    for (uint32_t to = 0; to < p->n; to++)
      p->depth[from][to] = from == to ? 0 : INFINITY;
    p->paths[from][from] = 1;
    for (uint32_t depth = 0; depth < p->n; depth++)
      count_farther(p, from, depth);
  }
}

// The definition: for every pair, the share of its shortest paths that pass through v.
static double naive_betweenness(const pairs *p, uint32_t v) {
  double sum = 0;
  for (uint32_t s = 0; s < p->n; s++)
    for (uint32_t t = 0; t < p->n; t++)
      if (s != t && s != v && t != v && isfinite(p->depth[s][t]) &&
          p->depth[s][v] + p->depth[v][t] == p->depth[s][t])
        sum += p->paths[s][v] * p->paths[v][t] / p->paths[s][t];
  return sum;
}

Test(betweenness, counts_the_paths_that_pass) {
  vd_random r = {3};
  for (uint32_t i = 0; i < 400; i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    sample s = {0};
    pairs p;
    bool directed = i % 2 == 0;
    vd_betweenness out = {0};
    sample_any(&a, &s, &r, NODES, 30);
    count_pairs(&s, directed, &p);
    vd_betweenness_options o = {.directed = directed, .jobs = i % 3};
    cr_assert(vd_network_betweenness(&a, &s.net, &o, &out, NULL) == VD_OK);
    cr_assert(out.sources == s.list.nodes && out.error == NULL);
    for (uint32_t v = 0; v < s.list.nodes; v++) {
      double truth = naive_betweenness(&p, v) / (directed ? 1 : 2);
      cr_assert(fabs(out.score[v] - truth) < 1e-9, "%g, not %g", out.score[v], truth);
    }
  }
}

static void sample_large(vd_arena *a, sample *s) {
  vd_random r = {4};
  sample_random(a, s, &r, 150, 450);
}

// Over many samples the mean is the exact score, and errors are as large as is said.
Test(betweenness, of_a_sample_is_unbiased_and_as_exact_as_it_says) {
  enum { RUNS = 400, PIVOTS = 40 };
  VD_SCOPED_ARENA a = VD_ARENA(1 << 26);
  sample s;
  vd_betweenness exact = {0};
  double mean[150] = {0}, off[150] = {0}, said[150] = {0};
  sample_large(&a, &s);
  cr_assert(vd_network_betweenness(&a, &s.net, &(vd_betweenness_options){0}, &exact, NULL) ==
            VD_OK);
  for (uint32_t i = 0; i < RUNS; i++) {
    VD_SCOPED_ARENA b = VD_ARENA(1 << 24);
    vd_betweenness out = {0};
    vd_betweenness_options o = {.pivots = PIVOTS, .seed = i};
    cr_assert(vd_network_betweenness(&b, &s.net, &o, &out, NULL) == VD_OK);
    cr_assert(out.sources == PIVOTS);
    for (uint32_t v = 0; v < 150; v++) {
      mean[v] += out.score[v] / RUNS;
      off[v] += (out.score[v] - exact.score[v]) * (out.score[v] - exact.score[v]) / RUNS;
      said[v] += out.error[v] * out.error[v] / RUNS;
    }
  }
  for (uint32_t v = 0; v < 150; v++) {
    cr_assert(fabs(mean[v] - exact.score[v]) <= 4.5 * sqrt(off[v] / RUNS) + 1e-9, "node %u", v);
    cr_assert(fabs(said[v] - off[v]) <= 0.35 * off[v] + 1e-9, "node %u: %g, said %g", v, off[v],
              said[v]);
  }
}

Test(betweenness, does_not_depend_on_the_threads) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  sample s;
  vd_betweenness one = {0}, two = {0};
  sample_large(&a, &s);
  for (uint32_t pivots = 0; pivots < 60; pivots += 30) {
    vd_betweenness_options o = {.pivots = pivots, .seed = 5, .jobs = 1};
    cr_assert(vd_network_betweenness(&a, &s.net, &o, &one, NULL) == VD_OK);
    o.jobs = 2;
    cr_assert(vd_network_betweenness(&a, &s.net, &o, &two, NULL) == VD_OK);
    cr_assert(same_numbers(one.score, two.score, 150));
    cr_assert(pivots == 0 || same_numbers(one.error, two.error, 150));
  }
}

// Each square of a chain of squares doubles the paths: 2^1100 of them are too many for a double.
Test(betweenness, refuses_more_paths_than_it_can_count) {
  enum { SQUARES = 1100 };
  static uint32_t src[4 * SQUARES], dst[4 * SQUARES];
  for (uint32_t i = 0, e = 0; i < SQUARES; i++)
    for (uint32_t side = 1; side <= 2; side++) {
      src[e] = 3 * i;
      dst[e++] = 3 * i + side;
      src[e] = 3 * i + side;
      dst[e++] = 3 * i + 3;
    }
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  vd_network n;
  vd_betweenness out = {.sources = 77};
  vd_betweenness_options o = {.directed = true};
  cr_assert(vd_network_build(&a, &(vd_edge_list){3 * SQUARES + 1, 4 * SQUARES, src, dst, NULL}, &n,
                             NULL) == VD_OK);
  cr_assert(vd_network_betweenness(&a, &n, &o, &out, NULL) == VD_LIMIT);
  o.pivots = 1;
  cr_assert(vd_network_betweenness(&a, &n, &o, &out, NULL) == VD_USAGE);
  cr_assert(out.sources == 77);
}

// ---- both -------------------------------------------------------------------------------------

Test(rank, every_failed_allocation_is_reported) {
  VD_SCOPED_ARENA kept = VD_ARENA(1 << 20);
  sample s;
  vd_pagerank rank = {.rounds = 77};
  vd_betweenness between = {.sources = 77};
  vd_pagerank_options o = {0.85, 1e-6, 100};
  vd_betweenness_options b = {.pivots = 10};
  sample_large(&kept, &s);
  EVERY_ALLOCATION_FAILS(a, vd_network_pagerank(&a, &s.net, &o, &rank, NULL), rank.rounds == 77)
  EVERY_ALLOCATION_FAILS(a, vd_network_betweenness(&a, &s.net, &b, &between, NULL),
                         between.sources == 77)
}

Test(rank, an_empty_graph_has_none) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  sample s = {0};
  vd_pagerank rank = {0};
  vd_betweenness between = {0};
  sample_build(&a, &s);
  cr_assert(vd_network_pagerank(&a, &s.net, &(vd_pagerank_options){0.85, 1e-6, 9}, &rank, NULL) ==
            VD_OK);
  cr_assert(vd_network_betweenness(&a, &s.net, &(vd_betweenness_options){0}, &between, NULL) ==
            VD_OK);
}
