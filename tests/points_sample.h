// Shared by the tests of the kernels on points: blobs, and clusters compared with them.
#pragma once

#include "graph/points.h"
#include "graph/random.h"
#include "kernel.h"

#include <criterion/criterion.h>
#include <math.h>

__attribute__((unused)) static float sample_gauss(vd_random *r) {
  double u = 1 - vd_random_unit(r), v = vd_random_unit(r);
  return (float)(sqrt(-2 * log(u)) * cos(2 * M_PI * v));
}

// Point i belongs to blob i % blobs; a wide spread of centres makes blobs that do not touch.
__attribute__((unused)) static vd_points sample_blobs(vd_arena *a, vd_random *r, vd_points shape,
                                                      uint32_t blobs, double spread) {
  float *centre = vd_new_array(a, float, (size_t)blobs *shape.columns);
  float *at = vd_new_array(a, float, (size_t)shape.rows *shape.columns);
  cr_assert(centre != NULL && at != NULL);
  for (uint32_t i = 0; i < blobs * shape.columns; i++)
    centre[i] = (float)spread * sample_gauss(r);
  for (uint32_t i = 0; i < shape.rows; i++)
    for (uint32_t c = 0; c < shape.columns; c++)
      at[i * shape.columns + c] = centre[i % blobs * shape.columns + c] + sample_gauss(r);
  return (vd_points){at, shape.rows, shape.columns};
}

__attribute__((unused)) static double sample_squared(const vd_points *p, uint32_t i, uint32_t j) {
  double sum = 0;
  for (uint32_t c = 0; c < p->columns; c++) {
    double d = (double)p->at[i * p->columns + c] - (double)p->at[j * p->columns + c];
    sum += d * d;
  }
  return sum;
}

// Whether clusters are the blobs, whatever their numbers.
__attribute__((unused)) static bool sample_same(const uint32_t *cluster, uint32_t rows,
                                                uint32_t blobs) {
  for (uint32_t i = 0; i < rows; i++)
    for (uint32_t j = 0; j < blobs && j < rows; j++)
      if ((cluster[i] == cluster[j]) != (i % blobs == j))
        return false;
  return true;
}
