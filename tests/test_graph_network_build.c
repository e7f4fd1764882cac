#include "network_sample.h"

static void expect_rows(const sample *s, const vd_rows *rows, const uint32_t *from,
                        const uint32_t *to) {
  uint32_t last = 0;
  cr_assert(rows->offset[0] == 0 && rows->offset[s->list.nodes] == s->list.edges);
  for (uint32_t v = 0; v < s->list.nodes; v++)
    for (uint32_t i = rows->offset[v]; i < rows->offset[v + 1]; i++) {
      uint32_t e = vd_rows_edge(rows, i);
      cr_assert(from[e] == v && to[e] == rows->target[i]);
      cr_assert((double)vd_rows_weight(rows, i) == sample_weight(s, e));
      cr_assert(i == rows->offset[v] || e > last, "the order of the edges is kept");
      last = e;
    }
}

Test(network_build, rows_hold_every_edge_once_in_both_directions) {
  vd_random r = {1};
  for (uint32_t i = 0; i < 200; i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    sample s = {0};
    sample_any(&a, &s, &r, 20, 60);
    expect_rows(&s, &s.net.out, s.src, s.dst);
    expect_rows(&s, &s.net.in, s.dst, s.src);
    for (uint32_t v = 0; v < s.list.nodes; v++) {
      uint32_t degree = 0;
      for (uint32_t e = 0; e < s.list.edges; e++)
        degree += (s.src[e] == v ? 1U : 0) + (s.dst[e] == v ? 1U : 0);
      cr_assert(vd_network_degree(&s.net, v) == degree);
    }
  }
}

Test(network_build, a_graph_may_be_empty) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  sample s = {0};
  sample_build(&a, &s);
  cr_assert(s.net.nodes == 0 && s.net.edges == 0 && s.net.out.offset[0] == 0);
}

Test(network_build, what_is_no_graph_is_refused) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_error err = {0};
  vd_network out = {.nodes = 77};
  uint32_t src = 0, dst = 2;
  float weight = 1;
  vd_edge_list list = {2, 1, &src, &dst, &weight};
  cr_assert(vd_network_build(&a, &list, &out, &err) == VD_USAGE);
  cr_assert(strcmp(err.text, "edge 0 ends at no node") == 0);
  dst = 1;
  const float bad[] = {0, -1, 1.5F, NAN, INFINITY};
  for (size_t i = 0; i < VD_COUNT(bad); i++) {
    weight = bad[i];
    cr_assert(vd_network_build(&a, &list, &out, &err) == VD_USAGE);
  }
  list.nodes = VD_NETWORK_NODES_MAX + 1U;
  cr_assert(vd_network_build(&a, &list, &out, &err) == VD_LIMIT);
  cr_assert(out.nodes == 77);
}

Test(network_build, every_failed_allocation_is_reported) {
  uint32_t src = 0, dst = 1;
  float weight = 1;
  vd_edge_list list = {2, 1, &src, &dst, &weight};
  vd_network out = {.nodes = 77};
  EVERY_ALLOCATION_FAILS(a, vd_network_build(&a, &list, &out, NULL), out.nodes == 77)
}
