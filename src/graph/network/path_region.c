// A* in a region: from the end of its fixed start to the goal, by cost and by hops, since a way
// that costs more but has fewer hops may be the only one within the bound on hops.
#include "graph/network/path.h"

enum { FAR = UINT8_MAX };

typedef struct spur {
  double bound, over; // over: least cost of what was above the bound
  uint64_t begun;     // work before this search
  uint64_t patience;  // work of this search at which to look for a pocket
  bool first;         // at the first step, when bans count
  bool pocket;        // the goal's pocket is known: nothing outside it leads there
} spur;

// A lower bound on the cost from v to the goal. Where it is not known, the next node either told v
// its cost or is not settled itself. It never drops by more than a step costs, as A* wants it.
static double ahead(const vd_search *s, uint32_t v) {
  const vd_place *p = &s->place[v];
  double beyond = s->radius[VD_TO] + s->query->hop_cost;
  bool known = p->settled[VD_TO] || (p->reached[VD_TO] && p->reach[VD_TO] < beyond);
  return vd_search_entry(s, v) + (known ? p->reach[VD_TO] : beyond);
}

static vd_place *visit(const vd_search *s, uint32_t v) {
  vd_place *p = &s->place[v];
  if (p->mark != s->number) {
    p->mark = s->number;
    p->cost = INFINITY;
    p->hops = p->least_hops = FAR;
  }
  return p;
}

static bool label(vd_search *s, const vd_label *l, double total) {
  vd_label *slot = vd_vec_push(s->arena, &s->labels);
  if (slot == NULL)
    return false;
  *slot = *l;
  vd_place *p = visit(s, l->node);
  if (l->cost < p->cost) {
    p->cost = l->cost;
    p->hops = (uint8_t)l->hops;
  }
  return vd_heap_push(s->arena, &s->heap, total, (uint32_t)(s->labels.count - 1));
}

static bool may_enter(const vd_search *s, const spur *p, const vd_place *at) {
  return at->shut != s->number && !(p->first && at->banned == s->number);
}

static bool step(vd_search *s, spur *p, const vd_label *next) {
  const vd_place *at = visit(s, next->node);
  if ((next->cost >= at->cost && next->hops >= at->hops) || next->hops >= at->least_hops)
    return true;
  double total = next->cost + ahead(s, next->node);
  if (total <= p->bound)
    return label(s, next, total);
  p->over = total < p->over ? total : p->over;
  return true;
}

// Most neighbours of a hub are too far for the bound, which one number tells without a look at
// them.
static bool expand_row(vd_search *s, spur *p, const vd_rows *rows, vd_label next) {
  uint32_t v = s->labels.at[next.parent].node;
  double here = s->labels.at[next.parent].cost + vd_search_entry(s, v);
  double beyond = s->radius[VD_TO] + s->query->hop_cost;
  bool last = next.hops == s->query->hops_max;
  for (uint32_t i = rows->offset[v]; i < rows->offset[v + 1]; i++) {
    next.node = rows->target[i];
    if (p->pocket && s->place[next.node].pocket != s->flood)
      continue;
    double toward = (double)s->toward[next.node];
    double least = here + s->query->hop_cost + (toward > 0 && toward < beyond ? toward : beyond);
    if (least > p->bound) {
      p->over = least < p->over ? least : p->over;
      continue;
    }
    s->work++;
    if ((last && next.node != s->query->to) || !may_enter(s, p, &s->place[next.node]) ||
        !vd_search_open(s, rows, i))
      continue;
    next.edge = vd_rows_edge(rows, i);
    next.cost = here + vd_search_edge_cost(s, rows, i);
    if (!step(s, p, &next))
      return false;
  }
  return true;
}

static bool expand(vd_search *s, spur *p, uint32_t index) {
  const vd_label *from = &s->labels.at[index];
  vd_label next = {.parent = index, .hops = from->hops + 1};
  s->work += vd_search_degree(s, VD_FROM, from->node) / VD_PATH_GLANCES;
  for (size_t r = 0; r < 2 && s->rows[VD_FROM][r] != NULL; r++)
    if (!expand_row(s, p, s->rows[VD_FROM][r], next))
      return false;
  return true;
}

// Puts what leads to v into the pocket.
static bool flood(vd_search *s, uint32_t v) {
  for (size_t r = 0; r < 2 && s->rows[VD_TO][r] != NULL; r++) {
    const vd_rows *rows = s->rows[VD_TO][r];
    for (uint32_t i = rows->offset[v]; i < rows->offset[v + 1]; i++) {
      vd_place *at = &s->place[rows->target[i]];
      if (at->pocket == s->flood || at->shut == s->number || !vd_search_open(s, rows, i))
        continue;
      at->pocket = s->flood;
      uint32_t *slot = vd_vec_push(s->arena, &s->queue);
      if (slot == NULL)
        return false;
      *slot = rows->target[i];
    }
  }
  return true;
}

// Where a fixed start cuts the goal off but for a few nodes, going ahead would walk the whole graph
// without coming there. Gathers all that leads to the goal, unless that is more work than going
// ahead was so far; then asks again when that has grown.
static bool find_pocket(vd_search *s, spur *p, uint32_t start) {
  uint64_t work = 0;
  s->queue.count = 0;
  uint32_t *slot = vd_vec_push(s->arena, &s->queue);
  if (slot == NULL)
    return false;
  *slot = s->query->to;
  s->place[s->query->to].pocket = ++s->flood;
  s->place[start].shut = s->number;
  for (size_t at = 0; at < s->queue.count; at++) {
    work += vd_search_degree(s, VD_TO, s->queue.at[at]);
    if (work > p->patience)
      break;
    if (!flood(s, s->queue.at[at]))
      return false;
  }
  p->pocket = work <= p->patience;
  s->work += p->pocket ? work : p->patience;
  p->patience *= 4;
  return true;
}

static bool begin(vd_search *s, const vd_region *region) {
  const vd_trail *t = &region->trail;
  s->number++;
  s->heap.count = s->labels.count = 0;
  for (uint32_t i = 0; i < region->spur; i++)
    s->place[t->node[i]].shut = s->number;
  for (const vd_ban *b = region->banned; b != NULL; b = b->next)
    s->place[b->node].banned = s->number;
  vd_label start = {.cost = t->cost[region->spur],
                    .node = t->node[region->spur],
                    .parent = UINT32_MAX,
                    .hops = region->spur};
  return label(s, &start, start.cost);
}

// Index of a label at the goal; UINT32_MAX when the region has none within the bound, or when a
// pocket was found, in which to start again.
static bool run(vd_search *s, spur *p, uint32_t *found) {
  bool confined = p->pocket;
  uint32_t start = s->labels.at[0].node;
  while (s->heap.count != 0 && !s->tired && p->pocket == confined) {
    uint32_t index = vd_heap_pop(&s->heap).value;
    const vd_label *l = &s->labels.at[index];
    vd_place *at = &s->place[l->node];
    if (l->node == s->query->to) {
      *found = index;
      return true;
    }
    if (l->hops >= at->least_hops)
      continue;
    at->least_hops = (uint8_t)l->hops;
    if (!expand(s, p, index))
      return false;
    p->first = false;
    s->tired = s->work > s->work_max;
    if (!p->pocket && s->work - p->begun > p->patience && !find_pocket(s, p, start))
      return false;
  }
  return true;
}

static vd_code keep(vd_search *s, vd_region *region, uint32_t found) {
  const vd_label *labels = s->labels.at;
  uint32_t hops = labels[found].hops;
  uint32_t *node = vd_new_array(s->arena, uint32_t, (size_t)hops + 1);
  uint32_t *edge = vd_new_array(s->arena, uint32_t, (size_t)hops + 1);
  double *cost = vd_new_array(s->arena, double, (size_t)hops + 1);
  if (node == NULL || edge == NULL || cost == NULL)
    return VD_NOMEM;
  if (region->spur != 0) {
    memcpy(node, region->trail.node, region->spur * sizeof *node);
    memcpy(edge, region->trail.edge, region->spur * sizeof *edge);
    memcpy(cost, region->trail.cost, region->spur * sizeof *cost);
  }
  for (uint32_t i = hops, at = found; at != UINT32_MAX; i--, at = labels[at].parent) {
    node[i] = labels[at].node;
    cost[i] = labels[at].cost;
    if (i > region->spur)
      edge[i - 1] = labels[at].edge;
  }
  region->trail = (vd_trail){node, edge, cost, hops};
  region->least = cost[hops];
  region->solved = true;
  return VD_OK;
}

vd_code vd_search_region(vd_search *s, vd_region *region, double bound) {
  spur p = {.bound = bound, .begun = s->work, .patience = VD_PATH_PATIENCE};
  uint32_t found = UINT32_MAX;
  bool confined;
  do {
    confined = p.pocket;
    p.first = true;
    p.over = INFINITY;
    if (!begin(s, region) || !run(s, &p, &found))
      return VD_NOMEM;
  } while (p.pocket != confined && found == UINT32_MAX && !s->tired);
  if (found != UINT32_MAX)
    return keep(s, region, found);
  region->least = p.over;
  return VD_OK;
}
