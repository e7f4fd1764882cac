// Refinement: inside every community nodes start over alone and join parts they are well tied to.
#include "graph/network/leiden.h"

#include <math.h>

static void start(vd_leiden *l) {
  for (uint32_t v = 0; v < l->level.nodes; v++) {
    l->part[v] = v;
    l->part_size[v] = 1;
    l->part_mass[v] = l->level.mass[v];
    l->part_cut[v] = 0;
    for (uint32_t i = l->level.offset[v]; i < l->level.offset[v + 1]; i++)
      if (l->community[l->level.target[i]] == l->community[v])
        l->part_cut[v] += l->level.weight[i];
  }
}

// Whether a part of a community is tied to the rest of it as the objective wants.
static bool well_tied(const vd_leiden *l, uint32_t part, uint32_t community) {
  double mass = l->part_mass[part];
  return l->part_cut[part] >= l->resolution * mass * (l->total[community] - mass) - l->slack;
}

static uint32_t gather(vd_leiden *l, uint32_t v) {
  uint32_t touched = 0;
  for (uint32_t i = l->level.offset[v]; i < l->level.offset[v + 1]; i++) {
    uint32_t u = l->level.target[i];
    if (l->community[u] != l->community[v])
      continue;
    if (l->link[l->part[u]] == 0)
      l->touched[touched++] = l->part[u];
    l->link[l->part[u]] += l->level.weight[i];
  }
  return touched;
}

static double gain(const vd_leiden *l, uint32_t v, uint32_t part) {
  return l->link[part] - l->resolution * l->level.mass[v] * l->part_mass[part];
}

// Keeps, first in touched, the parts v may join; returns how many. *most is the largest gain or 0.
static uint32_t sift(vd_leiden *l, uint32_t v, uint32_t touched, double *most) {
  uint32_t kept = 0;
  *most = 0;
  for (uint32_t i = 0; i < touched; i++) {
    uint32_t part = l->touched[i];
    double g = gain(l, v, part);
    if (g < 0 || !well_tied(l, part, l->community[v])) {
      l->link[part] = 0;
      continue;
    }
    l->touched[kept++] = part;
    *most = g > *most ? g : *most;
  }
  return kept;
}

// Draws a part with probability exp(gain / heat), scaled so that nothing overflows; staying alone
// gains 0.
static uint32_t draw(vd_leiden *l, uint32_t v, uint32_t kept, double most) {
  double alone = exp(-most / l->heat), sum = alone;
  for (uint32_t i = 0; i < kept; i++)
    sum += exp((gain(l, v, l->touched[i]) - most) / l->heat);
  double at = vd_random_unit(&l->random) * sum - alone;
  if (at < 0 || kept == 0)
    return v;
  for (uint32_t i = 0; i + 1 < kept; i++) {
    at -= exp((gain(l, v, l->touched[i]) - most) / l->heat);
    if (at < 0)
      return l->touched[i];
  }
  return l->touched[kept - 1];
}

static void join(vd_leiden *l, uint32_t v, uint32_t to) {
  l->part_cut[to] += l->part_cut[v] - 2 * l->link[to];
  l->part_mass[to] += l->part_mass[v];
  l->part_size[to]++;
  l->part_size[v] = 0;
  l->part[v] = to;
}

uint32_t vd_leiden_refine(vd_leiden *l) {
  uint32_t parts = l->level.nodes;
  start(l);
  vd_random_order(&l->random, l->order, l->level.nodes);
  for (uint32_t at = 0; at < l->level.nodes; at++) {
    uint32_t v = l->order[at];
    if (l->part_size[v] != 1 || l->part[v] != v || !well_tied(l, v, l->community[v]))
      continue;
    double most;
    uint32_t kept = sift(l, v, gather(l, v), &most), to = draw(l, v, kept, most);
    if (to != v) {
      join(l, v, to);
      parts--;
    }
    for (uint32_t i = 0; i < kept; i++)
      l->link[l->touched[i]] = 0;
  }
  return parts;
}
