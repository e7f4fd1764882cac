// Shared by the tests of the graph kernels: small random graphs.
#pragma once

#include "graph/network.h"
#include "graph/random.h"
#include "kernel.h"

#include <criterion/criterion.h>
#include <math.h>

enum { SAMPLE_EDGES_MAX = 512 };

typedef struct sample {
  uint32_t src[SAMPLE_EDGES_MAX], dst[SAMPLE_EDGES_MAX];
  float weight[SAMPLE_EDGES_MAX];
  vd_edge_list list;
  vd_network net;
} sample;

__attribute__((unused)) static void sample_build(vd_arena *a, sample *s) {
  vd_error err = {0};
  cr_assert(vd_network_build(a, &s->list, &s->net, &err) == VD_OK, "%s", err.text);
}

// Any edges: loops, parallel ones, nodes without any.
__attribute__((unused)) static void sample_random(vd_arena *a, sample *s, vd_random *r,
                                                  uint32_t nodes, uint32_t edges) {
  cr_assert(edges <= SAMPLE_EDGES_MAX);
  bool weighted = vd_random_below(r, 4) != 0;
  for (uint32_t e = 0; e < edges; e++) {
    s->src[e] = vd_random_below(r, nodes);
    s->dst[e] = vd_random_below(r, nodes);
    s->weight[e] = (float)(1 - 0.9 * vd_random_unit(r));
  }
  s->list = (vd_edge_list){nodes, edges, s->src, s->dst, weighted ? s->weight : NULL};
  sample_build(a, s);
}

// The same of any size: 1 to nodes_max nodes, up to edges_max edges.
__attribute__((unused)) static void sample_any(vd_arena *a, sample *s, vd_random *r,
                                               uint32_t nodes_max, uint32_t edges_max) {
  uint32_t nodes = 1 + vd_random_below(r, nodes_max);
  sample_random(a, s, r, nodes, vd_random_below(r, edges_max + 1));
}

__attribute__((unused)) static double sample_weight(const sample *s, uint32_t e) {
  return s->list.weight == NULL ? 1 : (double)s->list.weight[e];
}

__attribute__((unused)) static void sample_add(sample *s, uint32_t src, uint32_t dst) {
  cr_assert(s->list.edges < SAMPLE_EDGES_MAX);
  s->src[s->list.edges] = src;
  s->dst[s->list.edges++] = dst;
  s->list.src = s->src;
  s->list.dst = s->dst;
}
