// Newton's method with step halving; four coefficients need no library.
#include "graph/suggest/logistic.h"

#include <math.h>

enum { STEPS_MAX = 50, HALVINGS_MAX = 20 };

double vd_logistic_chance(double z) { return z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z)); }

static double softplus(double z) { return z > 0 ? z + log1p(exp(-z)) : log1p(exp(z)); }

static double dot(const double *x, const double *b) {
  double z = b[VD_FEATURES];
  for (unsigned i = 0; i < VD_FEATURES; i++)
    z += x[i] * b[i];
  return z;
}

static void add_slope(vd_logistic_slope *s, const double *x, double error, double spread) {
  for (unsigned i = 0; i < VD_COEFFICIENTS; i++) {
    double xi = i < VD_FEATURES ? x[i] : 1;
    s->gradient[i] += error * xi;
    for (unsigned j = 0; j <= i; j++)
      s->curvature[i][j] += spread * xi * (j < VD_FEATURES ? x[j] : 1);
  }
}

double vd_logistic_loss(const vd_logistic *l, const double b[VD_COEFFICIENTS],
                        vd_logistic_slope *slope) {
  double loss = 0;
  if (slope != NULL)
    *slope = (vd_logistic_slope){0};
  for (size_t r = 0; r < l->rows; r++) {
    const double *x = l->x + r * VD_FEATURES;
    double z = dot(x, b), w = l->weight[r];
    loss += w * (softplus(z) - (l->y[r] != 0 ? z : 0));
    if (slope == NULL)
      continue;
    double p = vd_logistic_chance(z);
    add_slope(slope, x, w * (p - l->y[r]), w * p * (1 - p));
  }
  for (unsigned i = 0; i < VD_FEATURES; i++) {
    loss += l->penalty[i] * b[i] * b[i] / 2;
    if (slope != NULL) {
      slope->gradient[i] += l->penalty[i] * b[i];
      slope->curvature[i][i] += l->penalty[i];
    }
  }
  return loss;
}

// Rows and columns that are not free become those of the identity, so they do not move.
static void hold(vd_logistic_slope *s, const bool use[VD_FEATURES]) {
  for (unsigned k = 0; k < VD_FEATURES; k++) {
    if (use[k])
      continue;
    for (unsigned j = 0; j < k; j++)
      s->curvature[k][j] = 0;
    for (unsigned i = k + 1; i < VD_COEFFICIENTS; i++)
      s->curvature[i][k] = 0;
    s->curvature[k][k] = 1;
    s->gradient[k] = 0;
  }
}

// Cholesky factor of the curvature, in place; the small terms keep empty features solvable.
static void factor(double l[VD_COEFFICIENTS][VD_COEFFICIENTS]) {
  for (unsigned j = 0; j < VD_COEFFICIENTS; j++) {
    l[j][j] += 1e-9;
    for (unsigned k = 0; k < j; k++)
      l[j][j] -= l[j][k] * l[j][k];
    l[j][j] = sqrt(fmax(l[j][j], 1e-12));
    for (unsigned i = j + 1; i < VD_COEFFICIENTS; i++) {
      for (unsigned k = 0; k < j; k++)
        l[i][j] -= l[i][k] * l[j][k];
      l[i][j] /= l[j][j];
    }
  }
}

// The step that curvature * step = gradient.
static void newton_step(vd_logistic_slope *s, double step[VD_COEFFICIENTS]) {
  double(*l)[VD_COEFFICIENTS] = s->curvature;
  factor(l);
  for (unsigned i = 0; i < VD_COEFFICIENTS; i++) {
    step[i] = s->gradient[i];
    for (unsigned k = 0; k < i; k++)
      step[i] -= l[i][k] * step[k];
    step[i] /= l[i][i];
  }
  for (unsigned i = VD_COEFFICIENTS; i-- > 0;) {
    for (unsigned k = i + 1; k < VD_COEFFICIENTS; k++)
      step[i] -= l[k][i] * step[k];
    step[i] /= l[i][i];
  }
}

// Moves b towards b - step, half as far each time the loss does not fall; false when it never does.
static bool move(const vd_logistic *l, double b[VD_COEFFICIENTS],
                 const double step[VD_COEFFICIENTS], double *loss) {
  double next[VD_COEFFICIENTS];
  for (int h = 0; h < HALVINGS_MAX; h++) {
    for (unsigned i = 0; i < VD_COEFFICIENTS; i++)
      next[i] = b[i] - ldexp(step[i], -h);
    double there = vd_logistic_loss(l, next, NULL);
    if (there < *loss) {
      bool enough = *loss - there > 1e-9 * (1 + fabs(*loss));
      memcpy(b, next, sizeof next);
      *loss = there;
      return enough;
    }
  }
  return false;
}

static void fit_free(const vd_logistic *l, const bool use[VD_FEATURES], double b[VD_COEFFICIENTS]) {
  double step[VD_COEFFICIENTS];
  vd_logistic_slope slope;
  memset(b, 0, VD_COEFFICIENTS * sizeof *b);
  double loss = vd_logistic_loss(l, b, NULL);
  for (unsigned i = 0; i < STEPS_MAX; i++) {
    (void)vd_logistic_loss(l, b, &slope);
    hold(&slope, use);
    newton_step(&slope, step);
    if (!move(l, b, step, &loss))
      return;
  }
}

void vd_logistic_fit(const vd_logistic *l, const bool use[VD_FEATURES], double b[VD_COEFFICIENTS]) {
  bool free_features[VD_FEATURES];
  memcpy(free_features, use, sizeof free_features);
  for (;;) {
    unsigned worst = 0;
    fit_free(l, free_features, b);
    for (unsigned i = 1; i < VD_FEATURES; i++)
      worst = b[i] < b[worst] ? i : worst;
    if (b[worst] >= 0)
      return;
    free_features[worst] = false;
  }
}
