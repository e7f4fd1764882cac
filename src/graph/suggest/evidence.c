// What speaks for each technique: flaws that are alike, priors, and likeness to its text.
#include "graph/suggest/model.h"

#include <math.h>

// The score is close to a chance already, but a regression may leave 0-1. The floor is one mapping
// in a few hundred: no evidence.
static const double SCORE_FLOOR = 3e-3, SCORE_CEILING = 0.97;

static double logit(double p) { return log(p / (1 - p)); }

static void accumulate(const vd_postings *p, const vd_text_vector *x, size_t terms, double *sums) {
  for (size_t i = 0; i < x->count && x->at[i].index < terms; i++) {
    uint32_t t = x->at[i].index;
    for (size_t j = p->start[t]; j < p->start[t + 1]; j++)
      sums[p->at[j].in] += x->at[i].weight * p->at[j].weight;
  }
}

void vd_suggest_likeness(const vd_suggester *s, const vd_text_vector *x, double *likeness) {
  memset(likeness, 0, s->examples * sizeof *likeness);
  accumulate(&s->by_term, x, s->by_term.terms, likeness);
}

void vd_suggest_score(const vd_suggester *s, const double *likeness, double *score) {
  memset(score, 0, s->stride * sizeof *score);
  for (size_t i = 0; i < s->examples; i++) {
    const double *alpha = s->alpha + i * s->stride;
    double k = likeness[i] + 1; // the constant kernel is the mean all scores start from
    for (size_t c = 0; c < s->columns; c++)
      score[c] += k * alpha[c];
  }
}

void vd_suggest_text(const vd_suggester *s, const vd_text_vector *x, double *text) {
  memset(text, 0, s->label_count * sizeof *text);
  accumulate(&s->by_word, x, s->by_word.terms, text);
  for (size_t i = 0; i < s->label_count; i++)
    text[i] /= s->word_scale;
}

static void use_priors(const vd_suggester *s, const vd_views *keys, const vd_known_prior **which) {
  for (size_t i = 0; i < keys->count; i++) {
    const vd_known_prior *p = vd_map_get(&s->prior_index, keys->at[i]);
    for (; p != NULL && p < s->priors + s->prior_count && vd_view_eq(p->key, keys->at[i]); p++)
      if (which[p->label] == NULL || which[p->label]->weight < p->weight)
        which[p->label] = p;
  }
}

void vd_suggest_priors(const vd_suggester *s, const vd_suggest_example *e,
                       const vd_known_prior **which) {
  for (size_t i = 0; i < s->label_count; i++)
    which[i] = NULL;
  use_priors(s, &e->cwe, which);
  use_priors(s, &e->facets, which);
}

void vd_suggest_features(double score, double prior, double text, double x[VD_FEATURES]) {
  x[VD_FEATURE_LEARNED] = logit(fmin(fmax(score, SCORE_FLOOR), SCORE_CEILING)) - logit(SCORE_FLOOR);
  x[VD_FEATURE_PRIOR] = prior;
  x[VD_FEATURE_TEXT] = text;
}
