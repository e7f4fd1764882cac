// Betweenness by Brandes' accumulation, from all nodes or from a sample of them.
#include "graph/network.h"
#include "graph/random.h"

#include <math.h>

// Sources are dealt to a fixed number of lanes, so that sums do not depend on the threads. While a
// level of a search is worked on, its numbers stay in `draft`: a row can then be summed without
// asking which neighbours lie in the level before or after, for all others still hold 0.
typedef struct lane {
  uint64_t *seen;        // a bit for each node
  uint32_t *queue;       // nodes reached, nearest first
  uint32_t *level;       // where in the queue each level starts
  double *paths;         // shortest paths from the source
  double *share;         // (1 + dependency) / paths
  double *draft;         // by place in the queue
  double *sum, *squares; // of the dependencies; squares only for a sample
  bool overflow;
} lane;

typedef struct job {
  const vd_network *n;
  vd_rows ahead, back;
  const uint32_t *source;
  uint32_t sources;
  lane lanes[VD_BETWEENNESS_LANES];
} job;

static uint32_t spread(lane *l, const vd_rows *rows, uint32_t v, uint32_t filled) {
  for (uint32_t i = rows->offset[v]; i < rows->offset[v + 1]; i++) {
    uint32_t to = rows->target[i];
    uint64_t bit = (uint64_t)1 << (to % 64), *word = &l->seen[to / 64];
    if ((*word & bit) != 0)
      continue;
    *word |= bit;
    l->queue[filled++] = to;
  }
  return filled;
}

static double gather(const vd_rows *rows, const double *of, uint32_t v) {
  double sum = 0;
  for (uint32_t i = rows->offset[v]; i < rows->offset[v + 1]; i++)
    sum += of[rows->target[i]];
  return sum;
}

static void count_paths(const job *j, lane *l, uint32_t start, uint32_t end) {
  for (uint32_t i = start; i < end; i++) {
    l->draft[i] = gather(&j->back, l->paths, l->queue[i]);
    l->overflow |= !isfinite(l->draft[i]);
  }
  for (uint32_t i = start; i < end; i++)
    l->paths[l->queue[i]] = l->draft[i];
}

// Breadth first; returns the number of levels.
static uint32_t search(const job *j, lane *l, uint32_t source) {
  uint32_t levels = 0, start = 0, end = 1;
  l->queue[0] = source;
  l->seen[source / 64] |= (uint64_t)1 << (source % 64);
  l->paths[source] = 1;
  while (start < end) {
    uint32_t filled = end;
    l->level[levels++] = start;
    for (; start < end; start++)
      filled = spread(l, &j->ahead, l->queue[start], filled);
    count_paths(j, l, end, filled);
    end = filled;
  }
  l->level[levels] = end;
  return levels;
}

static void depend(const job *j, lane *l, uint32_t start, uint32_t end) {
  for (uint32_t i = start; i < end; i++) {
    uint32_t v = l->queue[i];
    double dependency = gather(&j->ahead, l->share, v) * l->paths[v];
    l->draft[i] = (1 + dependency) / l->paths[v];
    l->sum[v] += dependency;
    if (l->squares != NULL)
      l->squares[v] += dependency * dependency;
  }
  for (uint32_t i = start; i < end; i++)
    l->share[l->queue[i]] = l->draft[i];
}

static void accumulate(const job *j, lane *l, uint32_t source) {
  uint32_t levels = search(j, l, source), reached = l->level[levels];
  for (uint32_t level = levels; level-- > 1;)
    depend(j, l, l->level[level], l->level[level + 1]);
  for (uint32_t i = 0; i < reached; i++) {
    uint32_t v = l->queue[i];
    l->paths[v] = l->share[v] = 0;
    l->seen[v / 64] = 0;
  }
}

static void run_lane(void *ctx, size_t i) {
  job *j = ctx;
  for (uint32_t s = (uint32_t)i; s < j->sources; s += VD_BETWEENNESS_LANES)
    accumulate(j, &j->lanes[i], j->source == NULL ? s : j->source[s]);
}

static bool lane_room(vd_arena *a, lane *l, uint32_t nodes, bool sample) {
  double **reals[] = {&l->paths, &l->share, &l->draft, &l->sum, &l->squares};
  l->seen = vd_new_array(a, uint64_t, nodes / 64 + 1);
  l->queue = vd_new_array(a, uint32_t, nodes);
  l->level = vd_new_array(a, uint32_t, (size_t)nodes + 1);
  bool room = l->seen != NULL && l->queue != NULL && l->level != NULL;
  for (size_t i = 0; room && i < VD_COUNT(reals) - !sample; i++)
    room = (*reals[i] = vd_new_array(a, double, nodes)) != NULL;
  return room;
}

// The lanes are added up into the first.
static bool join(job *j, bool sample) {
  lane *first = &j->lanes[0];
  for (size_t i = 1; i < VD_BETWEENNESS_LANES; i++) {
    const lane *l = &j->lanes[i];
    first->overflow |= l->overflow;
    for (uint32_t v = 0; v < j->n->nodes; v++) {
      first->sum[v] += l->sum[v];
      if (sample)
        first->squares[v] += l->squares[v];
    }
  }
  return !first->overflow;
}

// Sums over k of n sources, drawn without replacement, become estimates with standard errors.
static void estimate(job *j, double half) {
  lane *l = &j->lanes[0];
  double k = j->sources, n = j->n->nodes;
  for (uint32_t v = 0; v < j->n->nodes; v++) {
    double mean = l->sum[v] / k, spread_of = (l->squares[v] - k * mean * mean) / (k - 1);
    l->sum[v] = half * n * mean;
    l->squares[v] = half * n * sqrt((1 - k / n) * fmax(spread_of, 0) / k);
  }
}

static bool draw(vd_arena *a, const vd_betweenness_options *o, job *j) {
  uint32_t *order = vd_new_array(a, uint32_t, j->n->nodes);
  if (order == NULL)
    return false;
  vd_random_order(&(vd_random){o->seed}, order, j->n->nodes);
  j->source = order;
  j->sources = o->pivots;
  return true;
}

// Rows of the graph without directions; loops, on no shortest path, are left out.
static bool merge(vd_arena *a, const vd_network *n, vd_rows *out) {
  uint32_t *offset = vd_new_array(a, uint32_t, (size_t)n->nodes + 1), filled = 0;
  uint32_t *target = vd_new_array(a, uint32_t, (size_t)n->edges * 2);
  if (offset == NULL || target == NULL)
    return false;
  const vd_rows *sides[] = {&n->out, &n->in};
  for (uint32_t v = 0; v < n->nodes; v++) {
    for (size_t s = 0; s < VD_COUNT(sides); s++)
      for (uint32_t i = sides[s]->offset[v]; i < sides[s]->offset[v + 1]; i++)
        if (sides[s]->target[i] != v)
          target[filled++] = sides[s]->target[i];
    offset[v + 1] = filled;
  }
  *out = (vd_rows){.offset = offset, .target = target};
  return true;
}

static bool prepare(vd_arena *a, const vd_betweenness_options *o, job *j, bool sample) {
  if (!o->directed) {
    if (!merge(a, j->n, &j->ahead))
      return false;
    j->back = j->ahead;
  }
  for (size_t i = 0; i < VD_BETWEENNESS_LANES; i++)
    if (!lane_room(a, &j->lanes[i], j->n->nodes, sample))
      return false;
  return !sample || draw(a, o, j);
}

vd_code vd_network_betweenness(vd_arena *a, const vd_network *n, const vd_betweenness_options *o,
                               vd_betweenness *out, vd_error *err) {
  bool sample = o->pivots != 0 && o->pivots < n->nodes;
  job j = {.n = n, .ahead = n->out, .back = n->in, .sources = n->nodes};
  if (o->pivots == 1)
    return vd_fail(err, VD_USAGE, "one pivot says nothing about the error");
  if (!prepare(a, o, &j, sample))
    return vd_fail(err, VD_NOMEM, "no memory for the betweenness of %u nodes", n->nodes);
  vd_pool_run(o->jobs, VD_BETWEENNESS_LANES, run_lane, &j);
  if (!join(&j, sample))
    return vd_fail(err, VD_LIMIT, "more shortest paths between two nodes than can be counted");
  if (sample)
    estimate(&j, o->directed ? 1 : 0.5);
  for (uint32_t v = 0; !sample && !o->directed && v < n->nodes; v++)
    j.lanes[0].sum[v] /= 2;
  *out = (vd_betweenness){j.lanes[0].sum, j.lanes[0].squares, j.sources};
  return VD_OK;
}
