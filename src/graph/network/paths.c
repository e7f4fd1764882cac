// The best paths between two nodes: the set of all paths is cut into regions, the region that may
// hold the cheapest is searched, and when it does, it is cut around that path.
#include "graph/network/path.h"

enum { STEPS = 32, TRIES_MAX = 16 };

typedef struct yen {
  vd_search search;
  VD_VEC(vd_region) regions;
  vd_heap queue; // regions by least
  vd_paths found;
} yen;

static vd_code check(const vd_network *n, const vd_path_query *q, vd_error *err) {
  if (q->from >= n->nodes || q->to >= n->nodes)
    return vd_fail(err, VD_USAGE, "a path needs two nodes of the graph");
  if (q->count == 0 || q->count > VD_PATHS_MAX)
    return vd_fail(err, VD_USAGE, "from 1 to %d paths can be asked for", VD_PATHS_MAX);
  if (q->hops_max == 0 || q->hops_max > VD_PATH_HOPS_MAX)
    return vd_fail(err, VD_USAGE, "a path may have from 1 to %d hops", VD_PATH_HOPS_MAX);
  if (q->work_max > VD_PATH_WORK_MAX)
    return vd_fail(err, VD_USAGE, "at most %d edges can be looked at", VD_PATH_WORK_MAX);
  if (!(q->hop_cost >= 0 && q->hub_factor >= 0 && q->hop_cost <= 1e9 && q->hub_factor <= 1e9))
    return vd_fail(err, VD_USAGE, "costs of a path cannot be negative");
  return VD_OK;
}

static vd_code add_region(yen *y, const vd_region *region) {
  vd_region *slot = vd_vec_push(y->search.arena, &y->regions);
  if (slot == NULL)
    return VD_NOMEM;
  *slot = *region;
  uint32_t index = (uint32_t)(y->regions.count - 1);
  return vd_heap_push(y->search.arena, &y->queue, region->least, index) ? VD_OK : VD_NOMEM;
}

static vd_code add_path(yen *y, const vd_region *region) {
  vd_path *slot = vd_vec_push(y->search.arena, &y->found.list);
  if (slot == NULL)
    return VD_NOMEM;
  const vd_trail *r = &region->trail;
  *slot = (vd_path){r->hops, r->node, r->edge, r->cost[r->hops]};
  return VD_OK;
}

// What is left of a region without its cheapest path, by where paths leave that one.
static vd_code split(yen *y, vd_region region) {
  for (uint32_t i = region.spur; i < region.trail.hops; i++) {
    vd_ban *ban = vd_new(y->search.arena, vd_ban);
    if (ban == NULL)
      return VD_NOMEM;
    *ban = (vd_ban){region.trail.node[i + 1], i == region.spur ? region.banned : NULL};
    VD_TRY(add_region(y, &(vd_region){region.trail, i, ban, region.least, 0, false}));
  }
  return VD_OK;
}

// A region is searched only as far as it may be the best one, but each time it comes up much
// farther than the last, since every search starts anew. The 1 is for paths that cost nothing.
static double bound_of(const yen *y, vd_region *region) {
  double next = y->queue.count == 0 ? 0 : y->queue.at[0].key;
  double step = region->least + (y->search.shortest + 1) / STEPS * (1U << region->tries);
  region->tries += region->tries < TRIES_MAX;
  return next > step && isfinite(next) ? next : step;
}

static vd_code search_best(yen *y) {
  while (y->queue.count != 0 && y->found.list.count < y->search.query->count) {
    uint32_t index = vd_heap_pop(&y->queue).value;
    vd_region *region = &y->regions.at[index];
    if (region->solved) {
      VD_TRY(add_path(y, region));
      VD_TRY(split(y, *region));
      continue;
    }
    if (y->search.tired)
      continue;
    VD_TRY(vd_search_widen(&y->search));
    VD_TRY(vd_search_region(&y->search, region, bound_of(y, region)));
    if ((region->solved || isfinite(region->least)) &&
        !vd_heap_push(y->search.arena, &y->queue, region->least, index))
      return VD_NOMEM;
  }
  return VD_OK;
}

// All paths there are: those from the start.
static vd_code first_region(yen *y) {
  uint32_t *node = vd_new(y->search.arena, uint32_t);
  double *cost = vd_new(y->search.arena, double);
  if (node == NULL || cost == NULL)
    return VD_NOMEM;
  *node = y->search.query->from;
  return add_region(y, &(vd_region){.trail = {.node = node, .cost = cost},
                                    .solved = y->search.query->from == y->search.query->to,
                                    .least = y->search.shortest});
}

static vd_code run(yen *y) {
  vd_search *s = &y->search;
  const vd_network *n = s->network;
  s->place = vd_new_array(s->arena, vd_place, n->nodes);
  s->toward = vd_new_array(s->arena, float, n->nodes);
  if (s->place == NULL || s->toward == NULL)
    return VD_NOMEM;
  s->rows[VD_FROM][0] = s->rows[VD_TO][1] = &n->out;
  s->rows[VD_FROM][1] = s->rows[VD_TO][0] = &n->in;
  if (!s->query->undirected)
    s->rows[VD_FROM][1] = s->rows[VD_TO][1] = NULL;
  VD_TRY(vd_search_meet(s));
  if (isfinite(s->shortest)) {
    VD_TRY(first_region(y));
    VD_TRY(search_best(y));
  }
  y->found.work = s->work;
  y->found.complete = !s->tired;
  return VD_OK;
}

vd_code vd_network_paths(vd_arena *a, const vd_network *n, const vd_path_query *q, vd_paths *out,
                         vd_error *err) {
  VD_TRY(check(n, q, err));
  yen y = {.search = {.arena = a, .network = n, .query = q}};
  y.search.work_max = q->work_max == 0 ? VD_PATH_WORK_MAX : q->work_max;
  if (run(&y) != VD_OK)
    return vd_fail(err, VD_NOMEM, "no memory for paths in a graph of %u nodes", n->nodes);
  *out = y.found;
  return VD_OK;
}
