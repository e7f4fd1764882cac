// The best paths between two nodes: the set of all paths is cut into regions, the region that may
// hold the cheapest is searched, and when it does, it is cut around that path.
#include "graph/network/path.h"

typedef struct atlas {
  vd_search search;
  VD_VEC(vd_region) regions;
  vd_heap queue; // regions by least
  vd_paths found;
} atlas;

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

static vd_code add_region(atlas *t, const vd_region *region) {
  vd_region *slot = vd_vec_push(t->search.arena, &t->regions);
  if (slot == NULL)
    return VD_NOMEM;
  *slot = *region;
  uint32_t index = (uint32_t)(t->regions.count - 1);
  return vd_heap_push(t->search.arena, &t->queue, region->least, index) ? VD_OK : VD_NOMEM;
}

static vd_code add_path(atlas *t, const vd_region *region) {
  vd_path *slot = vd_vec_push(t->search.arena, &t->found.list);
  if (slot == NULL)
    return VD_NOMEM;
  const vd_trail *r = &region->trail;
  *slot = (vd_path){r->hops, r->node, r->edge, r->cost[r->hops]};
  return VD_OK;
}

// What is left of a region without its cheapest path, by where paths leave that one.
static vd_code split(atlas *t, vd_region region) {
  for (uint32_t i = region.spur; i < region.trail.hops; i++) {
    vd_ban *ban = vd_new(t->search.arena, vd_ban);
    if (ban == NULL)
      return VD_NOMEM;
    *ban = (vd_ban){region.trail.node[i + 1], i == region.spur ? region.banned : NULL};
    VD_TRY(add_region(t, &(vd_region){region.trail, i, ban, region.least, 0, false}));
  }
  return VD_OK;
}

// A region is searched only as far as it may be the best one, but each time it comes up much
// farther than the last, since every search starts anew.
static double bound_of(const atlas *t, vd_region *region) {
  double next = t->queue.count == 0 ? 0 : t->queue.at[0].key;
  double step = region->least + (t->search.shortest + 1) / 32 * (1U << region->tries);
  region->tries += region->tries < 16;
  return next > step && isfinite(next) ? next : step;
}

static vd_code search_best(atlas *t) {
  while (t->queue.count != 0 && t->found.list.count < t->search.query->count) {
    uint32_t index = vd_heap_pop(&t->queue).value;
    vd_region *region = &t->regions.at[index];
    if (region->solved) {
      VD_TRY(add_path(t, region));
      VD_TRY(split(t, *region));
      continue;
    }
    if (t->search.tired)
      continue;
    VD_TRY(vd_search_widen(&t->search));
    VD_TRY(vd_search_region(&t->search, region, bound_of(t, region)));
    if ((region->solved || isfinite(region->least)) &&
        !vd_heap_push(t->search.arena, &t->queue, region->least, index))
      return VD_NOMEM;
  }
  return VD_OK;
}

// All paths there are: those from the start.
static vd_code first_region(atlas *t) {
  uint32_t *node = vd_new(t->search.arena, uint32_t);
  double *cost = vd_new(t->search.arena, double);
  if (node == NULL || cost == NULL)
    return VD_NOMEM;
  *node = t->search.query->from;
  return add_region(t, &(vd_region){.trail = {.node = node, .cost = cost},
                                    .solved = t->search.query->from == t->search.query->to,
                                    .least = t->search.shortest});
}

static vd_code run(atlas *t) {
  vd_search *s = &t->search;
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
    VD_TRY(first_region(t));
    VD_TRY(search_best(t));
  }
  t->found.work = s->work;
  t->found.complete = !s->tired;
  return VD_OK;
}

vd_code vd_network_paths(vd_arena *a, const vd_network *n, const vd_path_query *q, vd_paths *out,
                         vd_error *err) {
  VD_TRY(check(n, q, err));
  atlas t = {.search = {.arena = a, .network = n, .query = q}};
  t.search.work_max = q->work_max == 0 ? VD_PATH_WORK_MAX : q->work_max;
  if (run(&t) != VD_OK)
    return vd_fail(err, VD_NOMEM, "no memory for paths in a graph of %u nodes", n->nodes);
  *out = t.found;
  return VD_OK;
}
