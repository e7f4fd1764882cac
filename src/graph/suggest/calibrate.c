// Training, third part: how much each kind of evidence is worth, as chances. Fitted on scores each
// example got without itself, so that they are as good as those of a flaw never seen.
#include "graph/suggest/model.h"

static const double PENALTY = 1; // on features scaled to variance 1; matters for tiny sets only

typedef struct pairs {
  double *x;      // rows * VD_FEATURES
  double *weight; // rows
  uint8_t *y;
  double *text;
  const vd_known_prior **priors;
} pairs;

static vd_code make_room(vd_trainer *t, pairs *p) {
  const vd_suggester *s = t->s;
  size_t rows = s->examples * s->columns;
  *p = (pairs){.x = vd_new_array(t->scratch, double, rows *VD_FEATURES),
               .weight = vd_new_array(t->scratch, double, rows),
               .y = vd_new_array(t->scratch, uint8_t, rows),
               .text = vd_new_array(t->scratch, double, s->label_count),
               .priors = vd_new_array(t->scratch, const vd_known_prior *, s->label_count)};
  if (p->x == NULL || p->weight == NULL || p->y == NULL || p->text == NULL || p->priors == NULL)
    return vd_fail(t->err, VD_NOMEM, "no memory for weighing the evidence");
  return VD_OK;
}

static void fill_example(const vd_trainer *t, const pairs *p, size_t i) {
  const vd_suggester *s = t->s;
  const vd_suggest_example *e = t->examples[i];
  vd_suggest_text(s, &t->vectors[i], p->text);
  vd_suggest_priors(s, e, p->priors);
  for (size_t c = 0; c < s->columns; c++) {
    size_t row = i * s->columns + c;
    uint32_t label = s->label_of_column[c];
    double prior = p->priors[label] == NULL ? 0 : p->priors[label]->weight;
    vd_suggest_features(t->left_out[row], prior, p->text[label], p->x + row * VD_FEATURES);
    p->y[row] = s->mapped[i * s->stride + c];
    p->weight[row] = vd_suggest_weight(e);
  }
}

static double variance(const pairs *p, size_t rows, unsigned feature) {
  double sum = 0, squares = 0, weights = 0;
  for (size_t r = 0; r < rows; r++) {
    double x = p->x[r * VD_FEATURES + feature];
    weights += p->weight[r];
    sum += p->weight[r] * x;
    squares += p->weight[r] * x * x;
  }
  double mean = sum / weights;
  return squares / weights - mean * mean;
}

vd_code vd_trainer_calibrate(vd_trainer *t) {
  vd_suggester *s = t->s;
  pairs p;
  VD_TRY(make_room(t, &p));
  for (size_t i = 0; i < s->examples; i++)
    fill_example(t, &p, i);
  size_t rows = s->examples * s->columns;
  vd_logistic l = {.x = p.x, .y = p.y, .weight = p.weight, .rows = rows};
  for (unsigned f = 0; f < VD_FEATURES; f++)
    l.penalty[f] = PENALTY * variance(&p, rows, f);
  unsigned without = t->options.without;
  const bool use[VD_FEATURES] = {
      [VD_FEATURE_LEARNED] = (without & 1U << VD_SUGGEST_LEARNED) == 0,
      [VD_FEATURE_PRIOR] = (without & 1U << VD_SUGGEST_CHAIN) == 0,
      [VD_FEATURE_TEXT] = (without & 1U << VD_SUGGEST_TEXT) == 0,
  };
  vd_logistic_fit(&l, use, s->coefficient);
  return VD_OK;
}
