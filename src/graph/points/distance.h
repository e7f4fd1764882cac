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

// Squared distances. Four sums, so that one addition need not wait for the last.
static inline double vd_distance_real(const double *a, const double *b, uint32_t columns) {
  double sum[4] = {0};
  uint32_t c = 0;
  for (; c + 4 <= columns; c += 4)
    for (uint32_t k = 0; k < 4; k++) {
      double d = a[c + k] - b[c + k];
      sum[k] += d * d;
    }
  for (; c < columns; c++)
    sum[0] += (a[c] - b[c]) * (a[c] - b[c]);
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static inline double vd_distance(const float *a, const double *b, uint32_t columns) {
  double sum[4] = {0};
  uint32_t c = 0;
  for (; c + 4 <= columns; c += 4)
    for (uint32_t k = 0; k < 4; k++) {
      double d = (double)a[c + k] - b[c + k];
      sum[k] += d * d;
    }
  for (; c < columns; c++)
    sum[0] += ((double)a[c] - b[c]) * ((double)a[c] - b[c]);
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}
