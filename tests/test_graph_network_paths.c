#include "network_sample.h"

enum { SMALL = 8, LARGE = 60, PATHS = 100000 };

typedef struct trial {
  sample s;
  vd_path_query q;
  uint8_t node_kind[LARGE], edge_kind[SAMPLE_EDGES_MAX];
  double step[LARGE][LARGE]; // the cheapest edge between two nodes; INFINITY when there is none
} trial;

// ---- all paths, one by one --------------------------------------------------------------------

static bool left_out(vd_kinds kinds, uint32_t i) {
  return kinds.of != NULL && (kinds.without >> kinds.of[i] & 1) != 0;
}

static bool leads(const trial *t, uint32_t e, uint32_t from, uint32_t to) {
  bool ahead = t->s.src[e] == from && t->s.dst[e] == to;
  bool back = t->s.src[e] == to && t->s.dst[e] == from;
  return (ahead || (t->q.undirected && back)) && !left_out(t->q.edges, e);
}

static double edge_cost(const trial *t, uint32_t e) {
  return t->q.hop_cost - log(sample_weight(&t->s, e));
}

static void fill_step(trial *t, uint32_t e, uint32_t from, uint32_t to) {
  if (leads(t, e, from, to) && edge_cost(t, e) < t->step[from][to])
    t->step[from][to] = edge_cost(t, e);
}

static void fill_steps(trial *t) {
  for (uint32_t from = 0; from < LARGE; from++)
    for (uint32_t to = 0; to < LARGE; to++)
      t->step[from][to] = INFINITY;
  for (uint32_t e = 0; e < t->s.list.edges; e++) {
    fill_step(t, e, t->s.src[e], t->s.dst[e]);
    fill_step(t, e, t->s.dst[e], t->s.src[e]);
  }
}

static double pass_cost(const trial *t, uint32_t v) {
  uint32_t degree = vd_network_degree(&t->s.net, v);
  return degree < 2 ? 0 : t->q.hub_factor * log((double)degree);
}

static double path_cost(const trial *t, const uint32_t *node, uint32_t hops) {
  double cost = 0;
  for (uint32_t i = 0; i < hops; i++)
    cost += t->step[node[i]][node[i + 1]] + (i == 0 ? 0 : pass_cost(t, node[i]));
  return cost;
}

typedef struct all {
  double cost[PATHS];
  size_t count;
} all;

static bool on_path(const uint32_t *path, uint32_t length, uint32_t v) {
  for (uint32_t i = 0; i < length; i++)
    if (path[i] == v)
      return true;
  return false;
}

static bool may_follow(const trial *t, const uint32_t *path, uint32_t length, uint32_t v) {
  return !on_path(path, length, v) && (v == t->q.to || !left_out(t->q.nodes, v)) &&
         isfinite(t->step[path[length - 1]][v]);
}

// Depth first with the next node to try at each place kept in `next`.
static void enumerate(const trial *t, all *found) {
  uint32_t path[LARGE + 1] = {t->q.from}, next[LARGE + 1] = {0}, length = 1;
  found->count = 0;
  while (length != 0) {
    if (path[length - 1] == t->q.to) {
      cr_assert(found->count < PATHS);
      found->cost[found->count++] = path_cost(t, path, length - 1);
      length--;
      continue;
    }
    uint32_t v = length > t->q.hops_max ? t->s.list.nodes : next[length - 1]++;
    if (v == t->s.list.nodes) {
      length--;
    } else if (may_follow(t, path, length, v)) {
      path[length] = v;
      next[length++] = 0;
    }
  }
}

static int by_value(const void *a, const void *b) {
  const double *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

// ---- what was found ---------------------------------------------------------------------------

static void expect_path(const trial *t, const vd_path *p) {
  cr_assert(p->hops <= t->q.hops_max && p->node[0] == t->q.from && p->node[p->hops] == t->q.to);
  cr_assert(fabs(p->cost - path_cost(t, p->node, p->hops)) < 1e-9);
  for (uint32_t i = 0; i < p->hops; i++) {
    cr_assert(leads(t, p->edge[i], p->node[i], p->node[i + 1]));
    cr_assert(!on_path(p->node, i + 1, p->node[i + 1]));
    cr_assert(i == 0 || !left_out(t->q.nodes, p->node[i]));
    cr_assert(edge_cost(t, p->edge[i]) <= t->step[p->node[i]][p->node[i + 1]]);
  }
}

static bool same(const vd_path *a, const vd_path *b) {
  return a->hops == b->hops && memcmp(a->node, b->node, (a->hops + 1) * sizeof *a->node) == 0;
}

static void expect_best(const trial *t, const vd_paths *out) {
  static all truth;
  enumerate(t, &truth);
  if (truth.count != 0)
    qsort(truth.cost, truth.count, sizeof *truth.cost, by_value);
  size_t wanted = truth.count < t->q.count ? truth.count : t->q.count;
  cr_assert(out->complete && out->list.count == wanted, "%zu paths, not %zu", out->list.count,
            wanted);
  for (size_t i = 0; i < wanted; i++) {
    expect_path(t, &out->list.at[i]);
    cr_assert(fabs(out->list.at[i].cost - truth.cost[i]) < 1e-9, "path %zu costs %g, not %g", i,
              out->list.at[i].cost, truth.cost[i]);
    for (size_t j = 0; j < i; j++)
      cr_assert(!same(&out->list.at[i], &out->list.at[j]));
  }
}

static void draw_query(trial *t, vd_random *r, uint32_t hops_max) {
  static const double costs[] = {0, 0.1, 1};
  uint32_t n = t->s.list.nodes;
  t->q = (vd_path_query){.from = vd_random_below(r, n), .to = vd_random_below(r, n)};
  t->q.count = 1 + vd_random_below(r, 12);
  t->q.undirected = vd_random_below(r, 2) == 0;
  t->q.hop_cost = costs[vd_random_below(r, VD_COUNT(costs))];
  t->q.hub_factor = costs[vd_random_below(r, VD_COUNT(costs))];
  t->q.hops_max = 1 + vd_random_below(r, hops_max);
  for (uint32_t v = 0; v < n; v++)
    t->node_kind[v] = (uint8_t)vd_random_below(r, 6);
  for (uint32_t e = 0; e < t->s.list.edges; e++)
    t->edge_kind[e] = (uint8_t)vd_random_below(r, 6);
  if (vd_random_below(r, 3) == 0)
    t->q.nodes = (vd_kinds){t->node_kind, vd_random_below(r, 64)};
  if (vd_random_below(r, 3) == 0)
    t->q.edges = (vd_kinds){t->edge_kind, vd_random_below(r, 64)};
  fill_steps(t);
}

static void try_query(trial *t) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  vd_paths out = {0};
  vd_error err = {0};
  cr_assert(vd_network_paths(&a, &t->s.net, &t->q, &out, &err) == VD_OK, "%s", err.text);
  expect_best(t, &out);
}

Test(paths, are_the_cheapest_of_all_there_are) {
  static trial t;
  vd_random r = {8};
  for (uint32_t i = 0; i < 20000; i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    sample_any(&a, &t.s, &r, SMALL, 24);
    draw_query(&t, &r, SMALL);
    try_query(&t);
  }
}

// Here searches end long before they have seen the whole graph.
Test(paths, are_the_cheapest_in_larger_graphs_too) {
  static trial t;
  vd_random r = {13};
  for (uint32_t i = 0; i < 1500; i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    sample_random(&a, &t.s, &r, LARGE, 150);
    draw_query(&t, &r, 5);
    try_query(&t);
  }
}

// ---- shapes -----------------------------------------------------------------------------------

// A crowd, where every node but the last three leads everywhere; from - 0 - hub - to; and leaves of
// the hub.
typedef struct shadow {
  uint32_t crowd, leaves;
} shadow;

static void expect_one_path(shadow of, uint64_t work_max) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)256 << 20);
  uint32_t edges = 8 * of.crowd, count = edges + of.leaves + 3;
  uint32_t from = of.crowd, hub = of.crowd + 1, to = of.crowd + 2;
  uint32_t *src = vd_new_array(&a, uint32_t, count), *dst = vd_new_array(&a, uint32_t, count);
  vd_random r = {9};
  for (uint32_t e = 0; e < count; e++) {
    bool leaf = e >= edges;
    src[e] = leaf ? hub : vd_random_below(&r, of.crowd);
    dst[e] = leaf ? to + e - edges : vd_random_below(&r, of.crowd);
  }
  src[count - 1] = from;
  dst[count - 1] = dst[count - 2] = 0;
  src[count - 2] = hub;
  vd_network n;
  vd_paths out = {0};
  vd_path_query q = {.from = from, .to = to, .count = 5, .undirected = true, .hops_max = 8};
  q.hop_cost = q.hub_factor = 1;
  vd_edge_list list = {to + of.leaves + 1, count, src, dst, NULL};
  cr_assert(vd_network_build(&a, &list, &n, NULL) == VD_OK);
  cr_assert(vd_network_paths(&a, &n, &q, &out, NULL) == VD_OK);
  cr_assert(out.complete && out.list.count == 1 && out.list.at[0].hops == 3);
  cr_assert(out.work < work_max, "%u edges looked at", (unsigned)out.work);
}

// The second path would be sought in all of the crowd, time and again, without a look from the
// goal.
Test(paths, a_goal_behind_one_node_is_not_sought_everywhere) {
  expect_one_path((shadow){20000, 0}, 40000);
  expect_one_path((shadow){80000, 20000}, 1000000);
}

static void ring(vd_arena *a, sample *s, uint32_t nodes) {
  *s = (sample){.list = {.nodes = nodes}};
  for (uint32_t i = 0; i < nodes; i++)
    sample_add(s, i, (i + 1) % nodes);
  sample_build(a, s);
}

Test(paths, what_work_allows_is_given_and_said_to_be_incomplete) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 22);
  sample s;
  vd_paths out = {0};
  ring(&a, &s, 60);
  vd_path_query q = {.from = 0, .to = 9, .count = 2, .undirected = true, .hops_max = 60};
  q.hop_cost = 1;
  cr_assert(vd_network_paths(&a, &s.net, &q, &out, NULL) == VD_OK);
  cr_assert(out.complete && out.list.count == 2);
  cr_assert(out.list.at[0].hops == 9 && out.list.at[1].hops == 51);
  q.work_max = out.work - 1;
  cr_assert(vd_network_paths(&a, &s.net, &q, &out, NULL) == VD_OK);
  cr_assert(!out.complete && out.list.count == 1 && out.list.at[0].hops == 9);
  q.work_max = 1;
  cr_assert(vd_network_paths(&a, &s.net, &q, &out, NULL) == VD_OK);
  cr_assert(!out.complete && out.list.count == 0);
}

Test(paths, queries_without_sense_are_refused) {
  static const vd_path_query bad[] = {
      {.from = 9, .to = 1, .count = 1, .hops_max = 1},
      {.from = 1, .to = 9, .count = 1, .hops_max = 1},
      {.count = 0, .hops_max = 1},
      {.count = VD_PATHS_MAX + 1, .hops_max = 1},
      {.count = 1, .hops_max = 0},
      {.count = 1, .hops_max = VD_PATH_HOPS_MAX + 1},
      {.count = 1, .hops_max = 1, .work_max = VD_PATH_WORK_MAX + 1},
      {.count = 1, .hops_max = 1, .hop_cost = -1},
      {.count = 1, .hops_max = 1, .hub_factor = NAN},
      {.count = 1, .hops_max = 1, .hub_factor = INFINITY},
  };
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  sample s;
  vd_paths out = {.work = 77};
  ring(&a, &s, 9);
  for (size_t i = 0; i < VD_COUNT(bad); i++)
    cr_assert(vd_network_paths(&a, &s.net, &bad[i], &out, NULL) == VD_USAGE, "query %zu", i);
  cr_assert(out.work == 77);
}

Test(paths, every_failed_allocation_is_reported) {
  VD_SCOPED_ARENA kept = VD_ARENA(1 << 20);
  sample s;
  vd_random r = {10};
  vd_paths out = {.work = 77};
  sample_random(&kept, &s, &r, 40, 160);
  vd_path_query q = {.from = 0, .to = 1, .count = 9, .undirected = true, .hops_max = 40};
  EVERY_ALLOCATION_FAILS(a, vd_network_paths(&a, &s.net, &q, &out, NULL), out.work == 77)
  cr_assert(out.list.count == 9);
}
