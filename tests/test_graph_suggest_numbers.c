#include "graph/random.h"
#include "graph/suggest/dense.h"
#include "graph/suggest/logistic.h"

#include <criterion/criterion.h>
#include <math.h>

// Solves m x = b by Gauss-Jordan elimination, which needs no pivots here; m is n * n, b is n *
// width, both are used up.
static void naive_solve(double *m, double *b, size_t n, size_t width) {
  for (size_t k = 0; k < n; k++)
    for (size_t i = 0; i < n; i++) {
      double f = i == k ? 0 : m[i * n + k] / m[k * n + k];
      for (size_t j = 0; j < n; j++)
        m[i * n + j] -= f * m[k * n + j];
      for (size_t j = 0; j < width; j++)
        b[i * width + j] -= f * b[k * width + j];
    }
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < width; j++)
      b[i * width + j] /= m[i * n + i];
}

// A random matrix g g' + 1 on the diagonal, whole and as the lower triangle of a system.
static double *sample_matrix(vd_arena *a, vd_random *r, size_t n, vd_dense *d) {
  double *g = vd_new_array(a, double, n *n), *m = vd_new_array(a, double, n *n);
  cr_assert(vd_dense_new(a, n, d, NULL) == VD_OK);
  for (size_t i = 0; i < n * n; i++)
    g[i] = vd_random_unit(r) - 0.5;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      m[i * n + j] = i == j ? 1 : 0;
      for (size_t k = 0; k < n; k++)
        m[i * n + j] += g[i * n + k] * g[j * n + k];
      if (j <= i)
        d->a[i * d->size + j] = m[i * n + j];
    }
  for (size_t i = n; i < d->size; i++)
    d->a[i * d->size + i] = 1;
  return m;
}

static void check_dense(size_t n, size_t width) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  vd_random r = {n};
  vd_dense d = {0};
  double *m = sample_matrix(&a, &r, n, &d);
  double *b = vd_new_array(&a, double, d.size *width), *x = vd_new_array(&a, double, n *width);
  double *inverse = vd_new_array(&a, double, n *n), *copy = vd_new_array(&a, double, n *n);
  double *panel = vd_new_array(&a, double, d.size *VD_BLOCK);
  double *diagonal = vd_new_array(&a, double, d.size);
  for (size_t i = 0; i < n * width; i++)
    b[i] = x[i] = vd_random_unit(&r);
  for (size_t i = 0; i < n; i++)
    inverse[i * n + i] = 1;
  memcpy(copy, m, n * n * sizeof *m);
  naive_solve(m, x, n, width);
  naive_solve(copy, inverse, n, n);
  cr_assert(vd_dense_factor(&d, NULL) == VD_OK);
  vd_dense_solve(&d, b, width);
  vd_dense_inverse_diagonal(&d, panel, diagonal);
  for (size_t i = 0; i < n * width; i++)
    cr_assert(fabs(b[i] - x[i]) < 1e-9, "n %zu, %zu: %g, not %g", n, i, b[i], x[i]);
  for (size_t i = 0; i < n; i++)
    cr_assert(fabs(diagonal[i] - inverse[i * n + i]) < 1e-9);
  for (size_t i = n * width; i < d.size * width; i++)
    cr_assert(b[i] == 0);
}

Test(dense, agrees_with_elimination) {
  static const size_t sizes[] = {1, 5, 63, 64, 65, 130, 200};
  for (size_t i = 0; i < VD_COUNT(sizes); i++)
    check_dense(sizes[i], 4 * (i + 1));
  check_dense(70, 132);
}

Test(dense, what_is_not_positive_definite_is_refused) {
  static const double bad[] = {0, -1, NAN, INFINITY};
  for (size_t i = 0; i < VD_COUNT(bad); i++) {
    VD_SCOPED_ARENA a = VD_ARENA(4 << 20);
    vd_dense d = {0};
    vd_error err = {0};
    cr_assert(vd_dense_new(&a, 100, &d, NULL) == VD_OK && d.size == 128);
    for (size_t k = 0; k < d.size; k++)
      d.a[k * d.size + k] = k == 90 ? bad[i] : 1;
    cr_assert(vd_dense_factor(&d, &err) == VD_FORMAT && err.code == VD_FORMAT);
  }
}

// Scores of an example learned without it, by really leaving it out.
Test(dense, leaving_out_needs_no_second_solution) {
  enum { N = 40 };
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  vd_random r = {7};
  vd_dense d = {0};
  double y[N], alpha[64 * 4] = {0}, panel[64 * VD_BLOCK], diagonal[64];
  double *m = sample_matrix(&a, &r, N, &d);
  for (size_t i = 0; i < N; i++)
    alpha[i * 4] = y[i] = vd_random_unit(&r) < 0.3;
  cr_assert(vd_dense_factor(&d, NULL) == VD_OK);
  vd_dense_solve(&d, alpha, 4);
  vd_dense_inverse_diagonal(&d, panel, diagonal);
  for (size_t out = 0; out < N; out++) {
    double rest[(N - 1) * (N - 1)], b[N - 1], score = 0;
    for (size_t i = 0; i < N - 1; i++) {
      size_t from = i + (i >= out);
      b[i] = y[from];
      for (size_t j = 0; j < N - 1; j++)
        rest[i * (N - 1) + j] = m[from * N + j + (j >= out)];
    }
    naive_solve(rest, b, N - 1, 1);
    for (size_t i = 0; i < N - 1; i++)
      score += m[out * N + i + (i >= out)] * b[i];
    cr_assert(fabs(score - (y[out] - alpha[out * 4] / diagonal[out])) < 1e-9);
  }
}

// ---- logistic regression -----------------------------------------------------------------------

enum { ROWS = 400 };

typedef struct sample {
  double x[ROWS * VD_FEATURES], weight[ROWS];
  uint8_t y[ROWS];
  vd_logistic l;
} sample;

static void make_sample(sample *s, const double truth[VD_COEFFICIENTS], uint64_t seed) {
  vd_random r = {seed};
  for (size_t i = 0; i < ROWS; i++) {
    double z = truth[VD_FEATURES];
    for (unsigned f = 0; f < VD_FEATURES; f++) {
      s->x[i * VD_FEATURES + f] = 4 * vd_random_unit(&r) - 2;
      z += truth[f] * s->x[i * VD_FEATURES + f];
    }
    s->y[i] = vd_random_unit(&r) < vd_logistic_chance(z);
    s->weight[i] = 0.1 + vd_random_unit(&r);
  }
  s->l = (vd_logistic){
      .x = s->x, .y = s->y, .weight = s->weight, .rows = ROWS, .penalty = {0.5, 0, 2}};
}

static double naive_loss(const vd_logistic *l, const double *b) {
  double loss = 0;
  for (size_t i = 0; i < l->rows; i++) {
    double z = b[VD_FEATURES];
    for (unsigned f = 0; f < VD_FEATURES; f++)
      z += b[f] * l->x[i * VD_FEATURES + f];
    double p = 1 / (1 + exp(-z));
    loss -= l->weight[i] * log(l->y[i] ? p : 1 - p);
  }
  for (unsigned f = 0; f < VD_FEATURES; f++)
    loss += l->penalty[f] * b[f] * b[f] / 2;
  return loss;
}

Test(logistic, loss_gradient_and_curvature_agree_with_differences) {
  static sample s;
  static const double truth[] = {1, 0.5, 2, -1}, b[] = {0.3, -0.2, 0.7, 0.1};
  const double h = 1e-4;
  make_sample(&s, truth, 3);
  vd_logistic_slope slope, up, down;
  double loss = vd_logistic_loss(&s.l, b, &slope);
  cr_assert(fabs(loss - naive_loss(&s.l, b)) < 1e-9 * loss);
  cr_assert(vd_logistic_loss(&s.l, b, NULL) == loss);
  for (unsigned i = 0; i < VD_COEFFICIENTS; i++) {
    double above[VD_COEFFICIENTS], below[VD_COEFFICIENTS];
    memcpy(above, b, sizeof above);
    memcpy(below, b, sizeof below);
    above[i] += h;
    below[i] -= h;
    double rise = (naive_loss(&s.l, above) - naive_loss(&s.l, below)) / (2 * h);
    cr_assert(fabs(rise - slope.gradient[i]) < 1e-4, "%u: %g, not %g", i, slope.gradient[i], rise);
    (void)vd_logistic_loss(&s.l, above, &up);
    (void)vd_logistic_loss(&s.l, below, &down);
    for (unsigned j = 0; j <= i; j++) {
      double bend = (up.gradient[j] - down.gradient[j]) / (2 * h);
      cr_assert(fabs(bend - slope.curvature[i][j]) < 1e-3);
    }
  }
}

Test(logistic, the_fit_is_the_minimum) {
  static sample s;
  static const double truth[] = {1, 0.5, 2, -1};
  static const bool all[] = {true, true, true};
  double b[VD_COEFFICIENTS];
  vd_logistic_slope slope;
  make_sample(&s, truth, 4);
  vd_logistic_fit(&s.l, all, b);
  (void)vd_logistic_loss(&s.l, b, &slope);
  for (unsigned i = 0; i < VD_COEFFICIENTS; i++) {
    cr_assert(fabs(slope.gradient[i]) < 1e-3);
    cr_assert(fabs(b[i] - truth[i]) < 0.6, "%g, not %g", b[i], truth[i]);
  }
}

Test(logistic, coefficients_are_never_negative) {
  static sample s;
  static const double truth[] = {1, -1.5, 2, 0};
  static const bool all[] = {true, true, true}, some[] = {true, true, false};
  double b[VD_COEFFICIENTS];
  make_sample(&s, truth, 5);
  vd_logistic_fit(&s.l, all, b);
  cr_assert(b[0] > 0 && b[1] == 0 && b[2] > 0);
  vd_logistic_fit(&s.l, some, b);
  cr_assert(b[0] > 0 && b[1] == 0 && b[2] == 0);
}

Test(logistic, separable_and_empty_features_do_no_harm) {
  static sample s;
  static const double truth[] = {0, 0, 0, 0};
  static const bool all[] = {true, true, true};
  double b[VD_COEFFICIENTS];
  make_sample(&s, truth, 6);
  for (size_t i = 0; i < ROWS; i++) {
    s.y[i] = s.x[i * VD_FEATURES] > 0;
    s.x[i * VD_FEATURES + 1] = 0;
  }
  s.l.penalty[0] = 0;
  vd_logistic_fit(&s.l, all, b);
  for (unsigned i = 0; i < VD_COEFFICIENTS; i++)
    cr_assert(isfinite(b[i]));
  cr_assert(b[0] > 1 && b[1] == 0);
  cr_assert(vd_logistic_chance(-800) == 0 && vd_logistic_chance(800) == 1);
  memset(s.y, 0, sizeof s.y);
  vd_logistic_fit(&s.l, all, b);
  cr_assert(isfinite(b[VD_FEATURES]) && b[VD_FEATURES] < -3);
}
