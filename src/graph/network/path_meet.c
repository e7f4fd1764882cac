// The search from both ends. It gives the distances to the goal that later searches steer by, so the
// goal's side is made larger: it is paid for once, the other side by every search.
#include "graph/network/path.h"

#include <float.h>

enum { GOAL_SHARE = 8 };

typedef struct ball {
  vd_side side;
  vd_heap heap;
  uint64_t work;
  double cut; // least cost of leaving of what was reached but is not worth coming to
  bool spent; // nothing left to come to
} ball;

static bool reach(vd_search *s, ball *b, uint32_t v, double cost) {
  vd_place *p = &s->place[v];
  if (p->reached[b->side] && p->reach[b->side] <= cost)
    return true;
  p->reached[b->side] = true;
  p->reach[b->side] = cost;
  double leaving = cost + vd_search_entry(s, v);
  vd_side other = b->side == VD_FROM ? VD_TO : VD_FROM;
  if (p->reached[other] && leaving + p->reach[other] < s->shortest)
    s->shortest = leaving + p->reach[other];
  if (b->side == VD_TO)
    s->toward[v] = (float)(cost * (1 - 1e-6)) + FLT_MIN;
  if (leaving + s->radius[other] < s->shortest)
    return vd_heap_push(s->arena, &b->heap, leaving, v);
  b->cut = leaving < b->cut ? leaving : b->cut;
  return true;
}

// Nodes come up by the cost of leaving them, so a hub that costs much does so late or never: it is
// enough for a path that both its neighbours have reached it.
static bool expand_row(vd_search *s, ball *b, const vd_rows *rows, uint32_t v) {
  double here = s->place[v].reach[b->side] + vd_search_entry(s, v);
  for (uint32_t i = rows->offset[v]; i < rows->offset[v + 1]; i++) {
    uint32_t to = rows->target[i];
    if (!s->place[to].settled[b->side] && vd_search_open(s, rows, i) &&
        !reach(s, b, to, here + vd_search_edge_cost(s, rows, i)))
      return false;
  }
  return true;
}

// Paths end where they first come to the other end.
static bool expand(vd_search *s, ball *b, uint32_t v) {
  uint64_t degree = vd_search_degree(s, b->side, v);
  s->place[v].settled[b->side] = true;
  if (v == (b->side == VD_FROM ? s->query->to : s->query->from))
    return true;
  b->work += degree;
  s->work += degree;
  for (size_t r = 0; r < 2 && s->rows[b->side][r] != NULL; r++)
    if (!expand_row(s, b, s->rows[b->side][r], v))
      return false;
  return true;
}

// Drops what was settled meanwhile; the next node of the ball is then on top.
static void look(vd_search *s, ball *b) {
  while (b->heap.count != 0 && s->place[b->heap.at[0].value].settled[b->side])
    (void)vd_heap_pop(&b->heap);
  b->spent = b->heap.count == 0;
  double next = b->spent ? INFINITY : b->heap.at[0].key;
  s->radius[b->side] = next < b->cut ? next : b->cut;
}

static uint64_t work_with_next(const vd_search *s, const ball *b) {
  return b->work + vd_search_degree(s, b->side, b->heap.at[0].value);
}

vd_code vd_search_meet(vd_search *s) {
  ball from = {.side = VD_FROM, .cut = INFINITY}, to = {.side = VD_TO, .cut = INFINITY};
  s->shortest = INFINITY;
  if (!reach(s, &from, s->query->from, 0) || !reach(s, &to, s->query->to, 0))
    return VD_NOMEM;
  while (!from.spent && !to.spent && s->radius[VD_FROM] + s->radius[VD_TO] < s->shortest &&
         !s->tired) {
    ball *b = work_with_next(s, &from) * GOAL_SHARE <= work_with_next(s, &to) ? &from : &to;
    if (!expand(s, b, b->heap.at[0].value))
      return VD_NOMEM;
    look(s, b);
    s->tired = s->work > s->work_max;
  }
  return VD_OK;
}
