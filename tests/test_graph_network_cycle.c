#include "network_sample.h"

enum { NODES = 10 };

static void close_over(const sample *s, bool reach[NODES][NODES]) {
  memset(reach, 0, sizeof(bool[NODES][NODES]));
  for (uint32_t e = 0; e < s->list.edges; e++)
    reach[s->src[e]][s->dst[e]] = true;
  for (uint32_t k = 0; k < NODES; k++)
    for (uint32_t i = 0; i < NODES; i++)
      for (uint32_t j = 0; j < NODES; j++)
        reach[i][j] |= reach[i][k] && reach[k][j];
}

static void expect_components(const sample *s, const vd_components *c, bool reach[NODES][NODES]) {
  for (uint32_t i = 0; i < s->list.nodes; i++) {
    cr_assert(c->component[i] < c->count);
    for (uint32_t j = 0; j < s->list.nodes; j++)
      cr_assert((c->component[i] == c->component[j]) == (i == j || (reach[i][j] && reach[j][i])));
  }
  for (uint32_t e = 0; e < s->list.edges; e++)
    cr_assert(c->component[s->src[e]] >= c->component[s->dst[e]]);
}

// Length of a shortest cycle through v by trying lengths: walks of that length from v to v.
static uint32_t shortest_through(const sample *s, uint32_t v) {
  bool at[NODES] = {0};
  at[v] = true;
  for (uint32_t length = 1; length <= NODES; length++) {
    bool next[NODES] = {0};
    for (uint32_t e = 0; e < s->list.edges; e++)
      next[s->dst[e]] |= at[s->src[e]];
    if (next[v])
      return length;
    memcpy(at, next, sizeof at);
  }
  return 0;
}

static void expect_cycle(const sample *s, const vd_cycle *c, bool reach[NODES][NODES]) {
  uint32_t lowest = 0;
  while (lowest < s->list.nodes && !reach[lowest][lowest])
    lowest++;
  if (lowest == s->list.nodes) {
    cr_assert(c->length == 0);
    return;
  }
  cr_assert(c->length == shortest_through(s, lowest) && c->node[0] == lowest);
  for (uint32_t i = 0; i < c->length; i++) {
    cr_assert(s->src[c->edge[i]] == c->node[i]);
    cr_assert(s->dst[c->edge[i]] == c->node[(i + 1) % c->length]);
  }
}

Test(cycle, components_and_cycles_are_those_of_the_closure) {
  vd_random r = {6};
  for (uint32_t i = 0; i < 2000; i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    sample s = {0};
    bool reach[NODES][NODES];
    vd_components components = {0};
    vd_cycle cycle = {0};
    sample_any(&a, &s, &r, NODES, 18);
    close_over(&s, reach);
    cr_assert(vd_network_components(&a, &s.net, &components, NULL) == VD_OK);
    cr_assert(vd_network_cycle(&a, &s.net, &cycle, NULL) == VD_OK);
    expect_components(&s, &components, reach);
    expect_cycle(&s, &cycle, reach);
  }
}

// A chain as long as the largest graph would overflow any stack of calls.
Test(cycle, a_long_chain_needs_no_stack) {
  enum { LONG = 1000000 };
  VD_SCOPED_ARENA a = VD_ARENA((size_t)256 << 20);
  uint32_t *src = vd_new_array(&a, uint32_t, LONG), *dst = vd_new_array(&a, uint32_t, LONG);
  vd_network n;
  vd_components c = {0};
  vd_cycle cycle = {.length = 77};
  for (uint32_t i = 0; i < LONG; i++) {
    src[i] = i;
    dst[i] = i + 1;
  }
  vd_edge_list list = {LONG + 1, LONG, src, dst, NULL};
  cr_assert(vd_network_build(&a, &list, &n, NULL) == VD_OK);
  cr_assert(vd_network_components(&a, &n, &c, NULL) == VD_OK && c.count == LONG + 1);
  cr_assert(vd_network_cycle(&a, &n, &cycle, NULL) == VD_OK && cycle.length == 0);
  dst[LONG - 1] = 0;
  cr_assert(vd_network_build(&a, &list, &n, NULL) == VD_OK);
  cr_assert(vd_network_cycle(&a, &n, &cycle, NULL) == VD_OK && cycle.length == LONG);
}

Test(cycle, every_failed_allocation_is_reported) {
  VD_SCOPED_ARENA kept = VD_ARENA(1 << 20);
  sample s = {.list = {.nodes = 3}};
  vd_components components = {.count = 77};
  vd_cycle cycle = {.length = 77};
  for (uint32_t i = 0; i < 3; i++)
    sample_add(&s, i, (i + 1) % 3);
  sample_build(&kept, &s);
  EVERY_ALLOCATION_FAILS(a, vd_network_components(&a, &s.net, &components, NULL),
                         components.count == 77)
  EVERY_ALLOCATION_FAILS(a, vd_network_cycle(&a, &s.net, &cycle, NULL), cycle.length == 77)
  cr_assert(components.count == 1 && cycle.length == 3);
}
