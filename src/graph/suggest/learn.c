// Training, second part: ridge regression of every label at once, in the form of kernels, and the
// scores each example would get had it not been there.
#include "graph/suggest/dense.h"
#include "graph/suggest/model.h"

// Lower triangle of likeness + 1, and shrink / weight on top of the diagonal.
static vd_code fill_matrix(vd_trainer *t, vd_dense *d) {
  const vd_suggester *s = t->s;
  double *likeness = vd_new_array(t->scratch, double, s->examples);
  if (likeness == NULL)
    return vd_fail(t->err, VD_NOMEM, "no memory for the likeness of the examples");
  for (size_t i = 0; i < s->examples; i++) {
    double *row = d->a + i * d->size;
    vd_suggest_likeness(s, &t->vectors[i], likeness);
    for (size_t j = 0; j <= i; j++)
      row[j] = likeness[j] + 1;
    row[i] += t->options.shrink / vd_suggest_weight(t->examples[i]);
  }
  for (size_t i = s->examples; i < d->size; i++) // unit rows, which solve to zero
    d->a[i * d->size + i] = 1;
  return VD_OK;
}

static vd_code solve(vd_trainer *t, const vd_dense *d) {
  vd_suggester *s = t->s;
  s->alpha = vd_new_array(t->arena, double, d->size * s->stride);
  if (s->alpha == NULL)
    return vd_fail(t->err, VD_NOMEM, "no memory for what was learned");
  for (size_t i = 0; i < s->examples * s->stride; i++)
    s->alpha[i] = s->mapped[i];
  vd_dense_solve(d, s->alpha, s->stride);
  return VD_OK;
}

// The score of example i learned without it is y - alpha / inverse(A)[i][i] (e.g. Rasmussen and
// Williams 2006, 5.12).
static vd_code leave_out(vd_trainer *t, const vd_dense *d) {
  const vd_suggester *s = t->s;
  double *panel = vd_new_array(t->scratch, double, d->size *VD_BLOCK);
  double *diagonal = vd_new_array(t->scratch, double, d->size);
  t->left_out = vd_new_array(t->scratch, double, s->examples * s->columns);
  if (panel == NULL || diagonal == NULL || t->left_out == NULL)
    return vd_fail(t->err, VD_NOMEM, "no memory for leaving each example out");
  vd_dense_inverse_diagonal(d, panel, diagonal);
  for (size_t i = 0; i < s->examples; i++)
    for (size_t c = 0; c < s->columns; c++)
      t->left_out[i * s->columns + c] =
          s->mapped[i * s->stride + c] - s->alpha[i * s->stride + c] / diagonal[i];
  return VD_OK;
}

vd_code vd_trainer_learn(vd_trainer *t) {
  vd_dense d = {0};
  VD_TRY(vd_dense_new(t->scratch, t->s->examples, &d, t->err));
  VD_TRY(fill_matrix(t, &d));
  VD_TRY(vd_dense_factor(&d, t->err));
  VD_TRY(solve(t, &d));
  return leave_out(t, &d);
}
