// The search from both ends. It gives the distances to the goal that later searches steer by, so
// the goal's side is made larger: it is paid for once, the other side by every search.
#include "graph/network/path.h"

#include <float.h>

// Work on the goal's side: times that on the start's until they meet, then a part of all.
enum { GOAL_SHARE = 8, GOAL_PART = 3 };

// What is too far to matter before the sides have met waits outside the heap.
static bool put(vd_search *s, vd_ball *b, uint32_t v, double leaving) {
  vd_side other = b->side == VD_FROM ? VD_TO : VD_FROM;
  if (s->met || leaving + s->radius[other] < s->shortest)
    return vd_heap_push(s->arena, &b->heap, leaving, v);
  b->cut = leaving < b->cut ? leaving : b->cut;
  if (b->side == VD_FROM) // which ends with the meeting
    return true;
  uint32_t *slot = vd_vec_push(s->arena, &b->waiting);
  if (slot != NULL)
    *slot = v;
  return slot != NULL;
}

static bool reach(vd_search *s, vd_ball *b, uint32_t v, double cost) {
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
  return put(s, b, v, leaving);
}

// Nodes come up by the cost of leaving them, so a hub that costs much does so late or never: it is
// enough for a path that both its neighbours have reached it.
static bool expand_row(vd_search *s, vd_ball *b, const vd_rows *rows, uint32_t v) {
  double here = s->place[v].reach[b->side] + vd_search_entry(s, v);
  for (uint32_t i = rows->offset[v]; i < rows->offset[v + 1]; i++) {
    uint32_t to = rows->target[i];
    if (!s->place[to].settled[b->side] && vd_search_open(s, rows, i) &&
        !reach(s, b, to, here + vd_search_edge_cost(s, rows, i)))
      return false;
  }
  return true;
}

static uint32_t end_of(const vd_search *s, vd_side side) {
  return side == VD_FROM ? s->query->to : s->query->from;
}

// Paths end where they first come to the other end.
static bool expand(vd_search *s, vd_ball *b, uint32_t v) {
  s->place[v].settled[b->side] = true;
  if (v == end_of(s, b->side))
    return true;
  uint64_t degree = vd_search_degree(s, b->side, v);
  b->work += degree;
  s->work += degree;
  for (size_t r = 0; r < 2 && s->rows[b->side][r] != NULL; r++)
    if (!expand_row(s, b, s->rows[b->side][r], v))
      return false;
  return true;
}

// Drops what was settled meanwhile and finds the next node.
static void look(vd_search *s, vd_ball *b) {
  while (b->heap.count != 0 && s->place[b->heap.at[0].value].settled[b->side])
    (void)vd_heap_pop(&b->heap);
  b->spent = b->heap.count == 0;
  vd_heap_item top = {.key = INFINITY};
  if (!b->spent)
    top = b->heap.at[0];
  b->next = top.value;
  s->radius[b->side] = top.key < b->cut ? top.key : b->cut;
}

static uint64_t work_with_next(const vd_search *s, const vd_ball *b) {
  return b->work + (b->next == end_of(s, b->side) ? 0 : vd_search_degree(s, b->side, b->next));
}

vd_code vd_search_meet(vd_search *s) {
  vd_ball from = {.side = VD_FROM, .cut = INFINITY}, *to = &s->goal;
  *to = (vd_ball){.side = VD_TO, .cut = INFINITY};
  s->shortest = INFINITY;
  if (!reach(s, &from, s->query->from, 0) || !reach(s, to, s->query->to, 0))
    return VD_NOMEM;
  look(s, &from);
  look(s, to);
  while (!from.spent && !to->spent && s->radius[VD_FROM] + s->radius[VD_TO] < s->shortest &&
         !s->tired) {
    vd_ball *b = work_with_next(s, &from) * GOAL_SHARE <= work_with_next(s, to) ? &from : to;
    if (!expand(s, b, b->next))
      return VD_NOMEM;
    look(s, b);
    s->tired = s->work > s->work_max;
  }
  s->met = true;
  return VD_OK;
}

vd_code vd_search_widen(vd_search *s) {
  vd_ball *goal = &s->goal;
  for (size_t i = 0; i < goal->waiting.count; i++) {
    uint32_t v = goal->waiting.at[i];
    if (!put(s, goal, v, s->place[v].reach[VD_TO] + vd_search_entry(s, v)))
      return VD_NOMEM;
  }
  goal->waiting.count = 0;
  goal->cut = INFINITY;
  look(s, goal);
  while (!goal->spent && work_with_next(s, goal) < s->work / GOAL_PART) {
    if (!expand(s, goal, goal->next))
      return VD_NOMEM;
    look(s, goal);
  }
  return VD_OK;
}
