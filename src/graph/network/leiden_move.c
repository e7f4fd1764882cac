// Local moving: every node goes to the community that gains most, until no node wants to.
#include "graph/network/leiden.h"

static void count(vd_leiden *l) {
  uint32_t n = l->level.nodes;
  memset(l->total, 0, n * sizeof *l->total);
  memset(l->size, 0, n * sizeof *l->size);
  for (uint32_t v = 0; v < n; v++) {
    l->total[l->community[v]] += l->level.mass[v];
    l->size[l->community[v]]++;
  }
  l->empties = 0;
  for (uint32_t c = 0; c < n; c++)
    if (l->size[c] == 0)
      l->empty[l->empties++] = c;
}

static uint32_t gather(vd_leiden *l, uint32_t v) {
  uint32_t touched = 0;
  for (uint32_t i = l->level.offset[v]; i < l->level.offset[v + 1]; i++) {
    uint32_t c = l->community[l->level.target[i]];
    if (l->link[c] == 0)
      l->touched[touched++] = c;
    l->link[c] += l->level.weight[i];
  }
  return touched;
}

// The best community for v, which is in none; links are cleared. An empty one gains 0.
static uint32_t choose(vd_leiden *l, uint32_t v, uint32_t touched) {
  double pull = l->resolution * l->level.mass[v];
  uint32_t best = l->community[v];
  double most = l->link[best] - pull * l->total[best];
  if (most < -l->slack && l->size[best] != 0) {
    best = l->empty[l->empties - 1];
    most = 0;
  }
  for (uint32_t i = 0; i < touched; i++) {
    uint32_t c = l->touched[i];
    double gain = l->link[c] - pull * l->total[c];
    l->link[c] = 0;
    if (gain > most + l->slack) {
      best = c;
      most = gain;
    }
  }
  return best;
}

// Where v goes to; its own community when nothing gains more.
static uint32_t settle(vd_leiden *l, uint32_t v) {
  uint32_t from = l->community[v], touched = gather(l, v);
  l->total[from] -= l->level.mass[v];
  if (--l->size[from] == 0) {
    l->total[from] = 0; // whatever rounding left
    l->empty[l->empties++] = from;
  }
  uint32_t to = choose(l, v, touched);
  if (l->size[to] == 0) // it is the last of the empty ones: just emptied, or taken from there
    l->empties--;
  l->total[to] += l->level.mass[v];
  l->size[to]++;
  l->community[v] = to;
  return to;
}

void vd_leiden_move(vd_leiden *l) {
  uint32_t n = l->level.nodes, waiting = n, at = 0;
  count(l);
  vd_random_order(&l->random, l->queue, n);
  memset(l->queued, 1, n * sizeof *l->queued);
  for (; waiting != 0; waiting--, at = at + 1 == n ? 0 : at + 1) {
    uint32_t v = l->queue[at], from = l->community[v];
    l->queued[v] = false;
    uint32_t to = settle(l, v);
    if (to == from)
      continue;
    for (uint32_t i = l->level.offset[v]; i < l->level.offset[v + 1]; i++) {
      uint32_t u = l->level.target[i];
      if (l->queued[u] || l->community[u] == to)
        continue;
      l->queued[u] = true;
      l->queue[(at + waiting) % n] = u; // v has left, so one place is free
      waiting++;
    }
  }
}
