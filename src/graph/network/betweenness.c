// Betweenness by Brandes' accumulation, from all nodes or from a sample of them.
#include "graph/network.h"
#include "graph/random.h"

#include <math.h>

enum { UNSEEN = 0 };

typedef struct stop { // a node as one search sees it
  double paths;       // shortest paths from the source
  double share;       // (1 + dependency) / paths
  uint32_t depth;     // hops from the source + 1
} stop;

// Sources are dealt to a fixed number of lanes, so that sums do not depend on the threads.
typedef struct lane {
  stop *stop;
  uint32_t *queue;
  double *sum, *squares; // of the dependencies; squares only for a sample
  bool overflow;
} lane;

typedef struct job {
  const vd_network *n;
  const vd_rows *ways[2]; // rows to follow; the second is NULL when directed
  const uint32_t *source;
  uint32_t sources;
  lane lanes[VD_BETWEENNESS_LANES];
} job;

static uint32_t spread(lane *l, const vd_rows *rows, uint32_t v, uint32_t filled) {
  stop from = l->stop[v];
  for (uint32_t i = rows->offset[v]; i < rows->offset[v + 1]; i++) {
    stop *to = &l->stop[rows->target[i]];
    if (to->depth == UNSEEN) {
      *to = (stop){.depth = from.depth + 1};
      l->queue[filled++] = rows->target[i];
    }
    if (to->depth == from.depth + 1)
      to->paths += from.paths;
  }
  return filled;
}

// Breadth first; the queue ends as all nodes reached, nearest first.
static uint32_t search(const job *j, lane *l, uint32_t source) {
  uint32_t filled = 1;
  l->queue[0] = source;
  l->stop[source] = (stop){.paths = 1, .depth = 1};
  for (uint32_t at = 0; at < filled; at++)
    for (size_t w = 0; w < VD_COUNT(j->ways) && j->ways[w] != NULL; w++)
      filled = spread(l, j->ways[w], l->queue[at], filled);
  return filled;
}

static double dependency(const job *j, const lane *l, uint32_t v) {
  double sum = 0;
  for (size_t w = 0; w < VD_COUNT(j->ways) && j->ways[w] != NULL; w++)
    for (uint32_t i = j->ways[w]->offset[v]; i < j->ways[w]->offset[v + 1]; i++) {
      const stop *to = &l->stop[j->ways[w]->target[i]];
      sum += to->depth == l->stop[v].depth + 1 ? to->share : 0;
    }
  return sum * l->stop[v].paths;
}

static void accumulate(const job *j, lane *l, uint32_t source) {
  uint32_t reached = search(j, l, source);
  for (uint32_t at = reached; at-- > 1;) {
    uint32_t v = l->queue[at];
    double d = dependency(j, l, v);
    l->overflow |= !isfinite(l->stop[v].paths);
    l->stop[v].share = (1 + d) / l->stop[v].paths;
    l->sum[v] += d;
    if (l->squares != NULL)
      l->squares[v] += d * d;
  }
  for (uint32_t at = 0; at < reached; at++)
    l->stop[l->queue[at]].depth = UNSEEN;
}

static void run_lane(void *ctx, size_t i) {
  job *j = ctx;
  for (uint32_t s = (uint32_t)i; s < j->sources; s += VD_BETWEENNESS_LANES)
    accumulate(j, &j->lanes[i], j->source == NULL ? s : j->source[s]);
}

static bool lane_room(vd_arena *a, lane *l, uint32_t nodes, bool sample) {
  l->stop = vd_new_array(a, stop, nodes);
  l->queue = vd_new_array(a, uint32_t, nodes);
  l->sum = vd_new_array(a, double, nodes);
  l->squares = sample ? vd_new_array(a, double, nodes) : NULL;
  return l->stop != NULL && l->queue != NULL && l->sum != NULL && (!sample || l->squares != NULL);
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

vd_code vd_network_betweenness(vd_arena *a, const vd_network *n, const vd_betweenness_options *o,
                               vd_betweenness *out, vd_error *err) {
  bool sample = o->pivots != 0 && o->pivots < n->nodes;
  job j = {.n = n, .ways = {&n->out, o->directed ? NULL : &n->in}, .sources = n->nodes};
  if (o->pivots == 1)
    return vd_fail(err, VD_USAGE, "one pivot says nothing about the error");
  bool room = !sample || draw(a, o, &j);
  for (size_t i = 0; room && i < VD_BETWEENNESS_LANES; i++)
    room = lane_room(a, &j.lanes[i], n->nodes, sample);
  if (!room)
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
