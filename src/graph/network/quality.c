// Partitions of a graph: their quality, connected communities, communities by size.
#include "graph/network/leiden.h"

static double row_weight(const vd_rows *rows, uint32_t v) {
  double sum = 0;
  for (uint32_t i = rows->offset[v]; i < rows->offset[v + 1]; i++)
    sum += (double)vd_rows_weight(rows, i);
  return sum;
}

double vd_network_strength(const vd_network *n, uint32_t v) {
  return row_weight(&n->out, v) + row_weight(&n->in, v);
}

double vd_network_weight(const vd_network *n) {
  double sum = 0;
  for (uint32_t v = 0; v < n->nodes; v++)
    sum += 2 * row_weight(&n->out, v);
  return sum;
}

static double weight_inside(const vd_network *n, const uint32_t *community) {
  double sum = 0;
  for (uint32_t v = 0; v < n->nodes; v++)
    for (uint32_t i = n->out.offset[v]; i < n->out.offset[v + 1]; i++)
      sum += community[n->out.target[i]] == community[v] ? (double)vd_rows_weight(&n->out, i) : 0;
  return 2 * sum;
}

vd_code vd_network_quality(vd_arena *a, const vd_network *n, const vd_leiden_options *o,
                           const vd_partition *p, double *out) {
  bool modularity = o->objective == VD_MODULARITY;
  double *mass = vd_new_array(a, double, p->count), weight = vd_network_weight(n), expected = 0;
  if (mass == NULL)
    return VD_NOMEM;
  for (uint32_t v = 0; v < n->nodes; v++)
    mass[p->community[v]] += modularity ? vd_network_strength(n, v) : 1;
  for (uint32_t c = 0; c < p->count; c++)
    expected += mass[c] * mass[c];
  if (modularity && weight > 0)
    expected /= weight;
  double score = weight_inside(n, p->community) - o->resolution * expected;
  *out = weight > 0 ? score / weight : 0;
  return VD_OK;
}

typedef struct flood {
  const vd_rows *rows[2];
  const uint32_t *community;
  uint32_t *component, *queue;
} flood;

static void fill(const flood *f, uint32_t from, uint32_t number) {
  uint32_t filled = 1;
  f->queue[0] = from;
  f->component[from] = number;
  for (uint32_t at = 0; at < filled; at++) {
    uint32_t v = f->queue[at];
    for (size_t r = 0; r < VD_COUNT(f->rows); r++)
      for (uint32_t i = f->rows[r]->offset[v]; i < f->rows[r]->offset[v + 1]; i++) {
        uint32_t to = f->rows[r]->target[i];
        if (f->component[to] != UINT32_MAX || f->community[to] != f->community[v])
          continue;
        f->component[to] = number;
        f->queue[filled++] = to;
      }
  }
}

vd_code vd_partition_connect(vd_arena *a, const vd_network *n, uint32_t *community) {
  flood f = {.rows = {&n->out, &n->in}, .community = community};
  f.component = vd_new_array(a, uint32_t, n->nodes);
  f.queue = vd_new_array(a, uint32_t, n->nodes);
  if (f.component == NULL || f.queue == NULL)
    return VD_NOMEM;
  uint32_t number = 0;
  memset(f.component, 0xff, n->nodes * sizeof *f.component);
  for (uint32_t v = 0; v < n->nodes; v++)
    if (f.component[v] == UINT32_MAX)
      fill(&f, v, number++);
  memcpy(community, f.component, n->nodes * sizeof *community);
  return VD_OK;
}

typedef struct sized {
  uint32_t size, first, community;
} sized;

static int by_size(const void *x, const void *y) {
  const sized *a = x, *b = y;
  if (a->size != b->size)
    return a->size < b->size ? 1 : -1;
  return (a->first > b->first) - (a->first < b->first);
}

vd_code vd_partition_order(vd_arena *a, uint32_t nodes, vd_partition *p) {
  uint32_t *number = vd_new_array(a, uint32_t, nodes);
  sized *list = vd_new_array(a, sized, nodes);
  if (number == NULL || list == NULL)
    return VD_NOMEM;
  p->count = vd_leiden_renumber(p->community, nodes, number);
  for (uint32_t v = nodes; v-- != 0;) {
    sized *s = &list[p->community[v]];
    *s = (sized){s->size + 1, v, p->community[v]};
  }
  if (p->count != 0)
    qsort(list, p->count, sizeof *list, by_size);
  for (uint32_t i = 0; i < p->count; i++)
    number[list[i].community] = i;
  for (uint32_t v = 0; v < nodes; v++)
    p->community[v] = number[p->community[v]];
  return VD_OK;
}
