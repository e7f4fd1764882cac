// k-means: seeds by k-means++, then Lloyd's rounds; the best of several runs.
#include "graph/points/distance.h"
#include "graph/random.h"

#include <math.h>

enum { BLOCK_ROWS = 1024 }; // points a thread takes at a time

typedef struct lloyd {
  const vd_points *p;
  const vd_kmeans_options *o;
  vd_random random;
  double *centre, *moved; // before and after a round
  uint32_t *cluster, *size;
  double *distance; // of each point to its centre, squared
  double *trial;    // of each point to the centre that is tried
  double variance;  // mean of the columns
  double inertia;
  uint32_t rounds;
  bool changed;
} lloyd;

static size_t width(const lloyd *l) { return (size_t)l->o->clusters * l->p->columns; }

static void copy_point(const lloyd *l, double *centre, uint32_t row) {
  for (uint32_t c = 0; c < l->p->columns; c++)
    centre[c] = (double)vd_points_row(l->p, row)[c];
}

static bool prepare(vd_arena *a, lloyd *l) {
  const vd_points *p = l->p;
  l->centre = vd_new_array(a, double, width(l));
  l->moved = vd_new_array(a, double, width(l));
  l->cluster = vd_new_array(a, uint32_t, p->rows);
  l->size = vd_new_array(a, uint32_t, l->o->clusters);
  l->distance = vd_new_array(a, double, p->rows);
  l->trial = vd_new_array(a, double, p->rows);
  return l->centre != NULL && l->moved != NULL && l->cluster != NULL && l->size != NULL &&
         l->distance != NULL && l->trial != NULL;
}

// Two passes: means of large numbers leave no digits for one.
static double mean_variance(const vd_points *p) {
  double sum = 0;
  for (uint32_t c = 0; c < p->columns; c++) {
    double mean = 0, squares = 0;
    for (size_t i = 0; i < p->rows; i++)
      mean += (double)vd_points_row(p, i)[c];
    mean /= p->rows;
    for (size_t i = 0; i < p->rows; i++) {
      double d = (double)vd_points_row(p, i)[c] - mean;
      squares += d * d;
    }
    sum += squares / p->rows;
  }
  return sum / p->columns;
}

// ---- seeds ----------------------------------------------------------------------------------

// A point with probability by its squared distance to the nearest seed; any when all are 0.
static uint32_t draw(lloyd *l, double total) {
  if (!(total > 0))
    return vd_random_below(&l->random, l->p->rows);
  double at = vd_random_unit(&l->random) * total;
  uint32_t last = 0;
  for (uint32_t i = 0; i < l->p->rows; i++) {
    if (l->distance[i] > 0)
      last = i;
    at -= l->distance[i];
    if (at < 0)
      return last;
  }
  return last;
}

// Sum of distances with one more seed; leaves them in trial.
static double try_seed(lloyd *l, const double *seed) {
  double total = 0;
  for (uint32_t i = 0; i < l->p->rows; i++) {
    double d = vd_distance(vd_points_row(l->p, i), seed, l->p->columns);
    l->trial[i] = d < l->distance[i] ? d : l->distance[i];
    total += l->trial[i];
  }
  return total;
}

// The best of a few draws becomes seed number k; `moved` holds the seed that is tried.
static double add_seed(lloyd *l, uint32_t k, double total) {
  uint32_t draws = 2 + (uint32_t)log((double)l->o->clusters), best_row = 0;
  double least = INFINITY;
  for (uint32_t i = 0; i < draws; i++) {
    uint32_t row = draw(l, total);
    copy_point(l, l->moved, row);
    double with = try_seed(l, l->moved);
    if (with < least) {
      least = with;
      best_row = row;
    }
  }
  double *seed = l->centre + (size_t)k * l->p->columns;
  copy_point(l, seed, best_row);
  (void)try_seed(l, seed);
  memcpy(l->distance, l->trial, l->p->rows * sizeof *l->distance);
  return least;
}

static void seed(lloyd *l) {
  for (uint32_t i = 0; i < l->p->rows; i++)
    l->distance[i] = INFINITY;
  copy_point(l, l->centre, vd_random_below(&l->random, l->p->rows));
  double total = try_seed(l, l->centre);
  memcpy(l->distance, l->trial, l->p->rows * sizeof *l->distance);
  for (uint32_t k = 1; k < l->o->clusters; k++)
    total = add_seed(l, k, total);
}

// ---- rounds ---------------------------------------------------------------------------------

static void assign_block(void *ctx, size_t block) {
  lloyd *l = ctx;
  size_t end = (block + 1) * BLOCK_ROWS < l->p->rows ? (block + 1) * BLOCK_ROWS : l->p->rows;
  for (size_t i = block * BLOCK_ROWS; i < end; i++) {
    const float *row = vd_points_row(l->p, i);
    double least = INFINITY;
    uint32_t best = 0;
    for (uint32_t k = 0; k < l->o->clusters; k++) {
      double d = vd_distance(row, l->centre + (size_t)k * l->p->columns, l->p->columns);
      if (d < least) {
        least = d;
        best = k;
      }
    }
    l->trial[i] = l->cluster[i] != best; // whether it changed, for the sum below
    l->cluster[i] = best;
    l->distance[i] = least;
  }
}

static void assign(lloyd *l) {
  vd_pool_run(l->o->jobs, ((size_t)l->p->rows + BLOCK_ROWS - 1) / BLOCK_ROWS, assign_block, l);
  l->inertia = 0;
  l->changed = false;
  for (uint32_t i = 0; i < l->p->rows; i++) {
    l->inertia += l->distance[i];
    l->changed |= l->trial[i] != 0;
  }
}

// Moves the farthest point of a cluster of several into the empty cluster k.
static void refill(lloyd *l, uint32_t k) {
  uint32_t far = UINT32_MAX;
  for (uint32_t i = 0; i < l->p->rows; i++)
    if (l->size[l->cluster[i]] > 1 && (far == UINT32_MAX || l->distance[i] > l->distance[far]))
      far = i;
  l->size[l->cluster[far]]--;
  l->size[k] = 1;
  l->cluster[far] = k;
  l->distance[far] = 0;
  l->changed = true;
}

static void count(lloyd *l) {
  memset(l->size, 0, l->o->clusters * sizeof *l->size);
  for (uint32_t i = 0; i < l->p->rows; i++)
    l->size[l->cluster[i]]++;
  for (uint32_t k = 0; k < l->o->clusters; k++)
    if (l->size[k] == 0)
      refill(l, k);
}

// Puts every centre amid its points; returns how far they moved together, squared.
static double move(lloyd *l) {
  uint32_t columns = l->p->columns;
  memset(l->moved, 0, width(l) * sizeof *l->moved);
  for (uint32_t i = 0; i < l->p->rows; i++)
    for (uint32_t c = 0; c < columns; c++)
      l->moved[(size_t)l->cluster[i] * columns + c] += (double)vd_points_row(l->p, i)[c];
  for (uint32_t k = 0; k < l->o->clusters; k++)
    for (uint32_t c = 0; c < columns; c++)
      l->moved[(size_t)k * columns + c] /= l->size[k];
  double shift = 0;
  for (size_t i = 0; i < width(l); i++)
    shift += (l->moved[i] - l->centre[i]) * (l->moved[i] - l->centre[i]);
  double *old = l->centre;
  l->centre = l->moved;
  l->moved = old;
  return shift;
}

static void run(lloyd *l) {
  seed(l);
  for (uint32_t i = 0; i < l->p->rows; i++)
    l->cluster[i] = UINT32_MAX;
  assign(l);
  double shift = INFINITY;
  for (l->rounds = 0; l->changed && l->rounds < l->o->rounds_max; l->rounds++) {
    if (l->rounds != 0 && shift <= l->o->tolerance * l->variance)
      break;
    count(l);
    shift = move(l);
    assign(l);
  }
}

static bool keep(vd_arena *a, const lloyd *l, vd_kmeans *best) {
  if (best->cluster == NULL) {
    best->cluster = vd_new_array(a, uint32_t, l->p->rows);
    best->centre = vd_new_array(a, double, width(l));
  }
  if (best->cluster == NULL || best->centre == NULL)
    return false;
  memcpy(best->cluster, l->cluster, l->p->rows * sizeof *l->cluster);
  memcpy(best->centre, l->centre, width(l) * sizeof *l->centre);
  best->inertia = l->inertia;
  best->rounds = l->rounds;
  return true;
}

vd_code vd_points_kmeans(vd_arena *a, const vd_points *p, const vd_kmeans_options *o, vd_kmeans *out,
                         vd_error *err) {
  VD_TRY(vd_points_check_clusters(p, o, err));
  lloyd l = {.p = p, .o = o, .random = {o->seed}, .variance = mean_variance(p)};
  vd_kmeans best = {.inertia = INFINITY};
  bool room = prepare(a, &l);
  for (uint32_t i = 0; room && i < o->restarts; i++) {
    run(&l);
    if (l.inertia < best.inertia || i == 0)
      room = keep(a, &l, &best);
  }
  if (!room)
    return vd_fail(err, VD_NOMEM, "no memory for clusters of %u points", p->rows);
  *out = best;
  return VD_OK;
}
