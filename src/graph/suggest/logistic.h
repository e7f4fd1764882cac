// logistic: a weighted logistic regression on a handful of features whose weights cannot be
// negative.
#pragma once

#include "base/base.h"

enum {
  VD_FEATURES = 3,                   // of one (flaw, technique) pair
  VD_COEFFICIENTS = VD_FEATURES + 1, // the last is the constant
};

typedef struct vd_logistic {
  const double *x;      // rows * VD_FEATURES
  const uint8_t *y;     // rows: 0 or 1
  const double *weight; // rows
  size_t rows;
  double penalty[VD_FEATURES]; // of half the squared coefficient
} vd_logistic;

typedef struct vd_logistic_slope {
  double gradient[VD_COEFFICIENTS];
  double curvature[VD_COEFFICIENTS][VD_COEFFICIENTS]; // lower triangle
} vd_logistic_slope;

// Sum over rows of weight * (log(1 + exp z) - y z), z = x . b + constant, and the penalty; slope
// may be NULL.
double vd_logistic_loss(const vd_logistic *l, const double b[VD_COEFFICIENTS],
                        vd_logistic_slope *slope);
// The b of least loss by Newton's method; a feature whose coefficient would be negative is left
// out, the most negative first. `use` tells which features may be used at all.
void vd_logistic_fit(const vd_logistic *l, const bool use[VD_FEATURES], double b[VD_COEFFICIENTS]);
double vd_logistic_chance(double z); // 1 / (1 + exp -z)
