// What speaks for one suggestion: the weightiest terms and the nearest examples.
#include "graph/suggest/explain.h"

enum { TERMS_MAX = 5, NEAREST_MAX = 3 };

// The best few of many, best first.
typedef struct best {
  uint32_t at[TERMS_MAX];
  double value[TERMS_MAX];
  size_t count, most;
} best;

static void offer(best *b, uint32_t what, double value) {
  if (b->count == b->most && b->value[b->most - 1] >= value)
    return;
  size_t i = b->count < b->most ? b->count++ : b->most - 1;
  for (; i > 0 && b->value[i - 1] < value; i--) {
    b->at[i] = b->at[i - 1];
    b->value[i] = b->value[i - 1];
  }
  b->at[i] = what;
  b->value[i] = value;
}

// What the examples with term t add to the score of a column.
static double term_weight(const vd_suggester *s, uint32_t t, uint32_t column) {
  double sum = 0;
  for (size_t j = s->by_term.start[t]; j < s->by_term.start[t + 1]; j++)
    sum += s->by_term.at[j].weight * s->alpha[s->by_term.at[j].in * s->stride + column];
  return sum;
}

static double text_weight(const vd_suggester *s, uint32_t t, uint32_t label) {
  if (t >= s->by_word.terms)
    return 0;
  for (size_t j = s->by_word.start[t]; j < s->by_word.start[t + 1]; j++)
    if (s->by_word.at[j].in == label)
      return s->by_word.at[j].weight;
  return 0;
}

static best best_terms(const vd_suggester *s, const vd_question *q, const vd_suggestion *g) {
  best b = {.most = TERMS_MAX};
  uint32_t column = s->column_of_label[g->label];
  for (size_t i = 0; i < q->vector.count; i++) {
    const vd_text_term *x = &q->vector.at[i];
    double w = 0;
    if (g->method == VD_SUGGEST_TEXT)
      w = x->weight * text_weight(s, x->index, g->label);
    else if (column != VD_COLUMN_NONE)
      w = x->weight * term_weight(s, x->index, column);
    if (w > 0)
      offer(&b, x->index, w);
  }
  return b;
}

static vd_code add_term(vd_arena *a, vd_suggestion *g, vd_view term, vd_error *err) {
  vd_view *slot = vd_vec_push(a, &g->terms);
  if (slot == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the evidence");
  *slot = term;
  return VD_OK;
}

static vd_code explain_terms(const vd_suggester *s, vd_arena *a, const vd_question *q,
                             vd_suggestion *g, vd_error *err) {
  if (g->method == VD_SUGGEST_STATED)
    return add_term(a, g, q->stated[g->label], err);
  if (g->method == VD_SUGGEST_CHAIN)
    return add_term(a, g, q->priors[g->label]->key, err);
  best b = best_terms(s, q, g);
  for (size_t i = 0; i < b.count; i++)
    VD_TRY(add_term(a, g, vd_suggest_term_text(s, b.at[i]), err));
  return VD_OK;
}

vd_code vd_suggest_explain(const vd_suggester *s, vd_arena *a, const vd_question *q,
                           vd_suggestion *g, vd_error *err) {
  uint32_t column = s->column_of_label[g->label];
  best b = {.most = NEAREST_MAX};
  VD_TRY(explain_terms(s, a, q, g, err));
  for (uint32_t i = 0; column != VD_COLUMN_NONE && i < s->examples; i++)
    if (s->mapped[i * s->stride + column] != 0 && q->likeness[i] > 0)
      offer(&b, i, q->likeness[i]);
  for (size_t i = 0; i < b.count; i++) {
    vd_suggest_neighbour *n = vd_vec_push(a, &g->nearest);
    if (n == NULL)
      return vd_fail(err, VD_NOMEM, "no memory for the evidence");
    *n = (vd_suggest_neighbour){s->ids[b.at[i]], b.value[i]};
  }
  return VD_OK;
}
