// Levels of Leiden: the graph without directions, and the graph of its parts.
#include "graph/network/leiden.h"

static bool level_room(vd_arena *a, vd_level *l, uint32_t nodes, size_t ends) {
  l->offset = vd_new_array(a, uint32_t, (size_t)nodes + 1);
  l->target = vd_new_array(a, uint32_t, ends);
  l->weight = vd_new_array(a, double, ends);
  l->mass = vd_new_array(a, double, nodes);
  return l->offset != NULL && l->target != NULL && l->weight != NULL && l->mass != NULL;
}

static uint32_t copy_row(vd_level *l, const vd_rows *rows, uint32_t v, uint32_t filled) {
  for (uint32_t i = rows->offset[v]; i < rows->offset[v + 1]; i++)
    if (rows->target[i] != v) {
      l->target[filled] = rows->target[i];
      l->weight[filled++] = (double)vd_rows_weight(rows, i);
    }
  return filled;
}

static void read_base(vd_leiden *l, const vd_network *n, const vd_leiden_options *o) {
  uint32_t filled = 0;
  for (uint32_t v = 0; v < n->nodes; v++) {
    filled = copy_row(&l->base, &n->out, v, filled);
    filled = copy_row(&l->base, &n->in, v, filled);
    l->base.offset[v + 1] = filled;
    l->base.mass[v] = o->objective == VD_MODULARITY ? vd_network_strength(n, v) : 1;
  }
  l->base.nodes = n->nodes;
}

// Steps need room for the largest level only, which is the graph itself.
static bool step_room(vd_leiden *l, uint32_t n) {
  vd_arena *a = l->arena;
  uint32_t **ints[] = {&l->node, &l->community, &l->size,  &l->part,
                       &l->part_size, &l->touched, &l->order, &l->queue, &l->empty};
  double **reals[] = {&l->total, &l->part_mass, &l->part_cut, &l->link};
  for (size_t i = 0; i < VD_COUNT(ints); i++)
    if ((*ints[i] = vd_new_array(a, uint32_t, n)) == NULL)
      return false;
  for (size_t i = 0; i < VD_COUNT(reals); i++)
    if ((*reals[i] = vd_new_array(a, double, n)) == NULL)
      return false;
  l->queued = vd_new_array(a, bool, n);
  return l->queued != NULL;
}

vd_code vd_leiden_open(vd_leiden *l, const vd_network *n, const vd_leiden_options *o) {
  size_t ends = (size_t)n->edges * 2;
  if (!level_room(l->arena, &l->base, n->nodes, ends) ||
      !level_room(l->arena, &l->level, n->nodes, ends) ||
      !level_room(l->arena, &l->spare, n->nodes, ends) || !step_room(l, n->nodes))
    return VD_NOMEM;
  double weight = vd_network_weight(n), mean = n->edges == 0 ? 1 : weight / (double)ends;
  read_base(l, n, o);
  l->resolution = o->resolution / (o->objective == VD_MODULARITY && weight > 0 ? weight : 1);
  l->slack = 1e-10 * mean + 1e-13 * weight; // more than sums of that many terms can be off
  l->heat = 0.01 * mean;
  l->random.state = o->seed;
  for (uint32_t v = 0; v < n->nodes; v++)
    l->community[v] = v;
  return VD_OK;
}

uint32_t vd_leiden_renumber(uint32_t *label, uint32_t n, uint32_t *scratch) {
  uint32_t count = 0;
  memset(scratch, 0, n * sizeof *scratch);
  for (uint32_t v = 0; v < n; v++) {
    if (scratch[label[v]] == 0)
      scratch[label[v]] = ++count;
    label[v] = scratch[label[v]] - 1;
  }
  return count;
}

// Nodes in order of their part.
static void group(vd_leiden *l, uint32_t parts) {
  uint32_t *start = l->part_size;
  memset(start, 0, parts * sizeof *start);
  for (uint32_t v = 0; v < l->level.nodes; v++)
    start[l->part[v]]++;
  for (uint32_t p = 0, sum = 0; p < parts; p++) {
    uint32_t size = start[p];
    start[p] = sum;
    sum += size;
  }
  for (uint32_t v = 0; v < l->level.nodes; v++)
    l->order[start[l->part[v]]++] = v; // start[p] ends as the end of p
}

// Adds up what v has with other parts; returns how many parts are touched.
static uint32_t add_links(vd_leiden *l, uint32_t v, uint32_t touched) {
  for (uint32_t i = l->level.offset[v]; i < l->level.offset[v + 1]; i++) {
    uint32_t to = l->part[l->level.target[i]];
    if (to == l->part[v])
      continue;
    if (l->link[to] == 0)
      l->touched[touched++] = to;
    l->link[to] += l->level.weight[i];
  }
  return touched;
}

static uint32_t put_links(vd_leiden *l, uint32_t touched, uint32_t filled) {
  for (uint32_t i = 0; i < touched; i++, filled++) {
    l->spare.target[filled] = l->touched[i];
    l->spare.weight[filled] = l->link[l->touched[i]];
    l->link[l->touched[i]] = 0;
  }
  return filled;
}

void vd_leiden_aggregate(vd_leiden *l) {
  (void)vd_leiden_renumber(l->community, l->level.nodes, l->queue);
  uint32_t parts = vd_leiden_renumber(l->part, l->level.nodes, l->queue), filled = 0, at = 0;
  group(l, parts);
  for (uint32_t p = 0; p < parts; p++) {
    uint32_t touched = 0;
    l->spare.mass[p] = 0;
    l->queue[p] = l->community[l->order[at]];
    for (; at < l->part_size[p]; at++) {
      l->spare.mass[p] += l->level.mass[l->order[at]];
      touched = add_links(l, l->order[at], touched);
    }
    filled = put_links(l, touched, filled);
    l->spare.offset[p + 1] = filled;
  }
  memcpy(l->community, l->queue, parts * sizeof *l->queue);
  for (uint32_t v = 0; v < l->base.nodes; v++)
    l->node[v] = l->part[l->node[v]];
  vd_level done = l->level;
  l->spare.nodes = parts;
  l->level = l->spare;
  l->spare = done;
}
