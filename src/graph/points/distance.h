// What the kernels on points share: distances, and the checks of their input.
#pragma once

#include "graph/points.h"

// USAGE when there is no point or a number is not finite, LIMIT above the bounds on points.
vd_code vd_points_check(const vd_points *p, vd_error *err) VD_MUST_USE;
// The same, and that so many clusters can be made.
vd_code vd_points_check_clusters(const vd_points *p, const vd_kmeans_options *o,
                                 vd_error *err) VD_MUST_USE;

static inline const float *vd_points_row(const vd_points *p, size_t i) {
  return p->at + i * p->columns;
}

// Vectors of the compiler, so that a processor may do several columns at once: sums of numbers with
// a fraction are never reordered for that by itself.
typedef double vd_pair __attribute__((vector_size(16)));
typedef float vd_single_pair __attribute__((vector_size(8)));

static inline vd_pair vd_pair_load(const double *at) {
  vd_pair pair;
  memcpy(&pair, at, sizeof pair);
  return pair;
}

static inline vd_pair vd_pair_widen(const float *at) {
  vd_single_pair pair;
  memcpy(&pair, at, sizeof pair);
  return __builtin_convertvector(pair, vd_pair);
}

// Squared distance between two centres.
static inline double vd_distance_real(const double *a, const double *b, uint32_t columns) {
  vd_pair even = {0}, odd = {0};
  uint32_t c = 0;
  for (; c + 4 <= columns; c += 4) {
    vd_pair x = vd_pair_load(a + c) - vd_pair_load(b + c);
    vd_pair y = vd_pair_load(a + c + 2) - vd_pair_load(b + c + 2);
    even += x * x;
    odd += y * y;
  }
  double rest = 0;
  for (; c < columns; c++)
    rest += (a[c] - b[c]) * (a[c] - b[c]);
  vd_pair sum = even + odd;
  return sum[0] + sum[1] + rest;
}

// Squared distance of a point to a centre.
static inline double vd_distance(const float *a, const double *b, uint32_t columns) {
  vd_pair even = {0}, odd = {0};
  uint32_t c = 0;
  for (; c + 4 <= columns; c += 4) {
    vd_pair x = vd_pair_widen(a + c) - vd_pair_load(b + c);
    vd_pair y = vd_pair_widen(a + c + 2) - vd_pair_load(b + c + 2);
    even += x * x;
    odd += y * y;
  }
  double rest = 0;
  for (; c < columns; c++)
    rest += ((double)a[c] - b[c]) * ((double)a[c] - b[c]);
  vd_pair sum = even + odd;
  return sum[0] + sum[1] + rest;
}
