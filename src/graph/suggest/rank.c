// Ranking the techniques for one flaw, and saying what speaks for each.
#include "graph/suggest/explain.h"

// A convention, not an estimate: too few texts name a technique to measure how often they are
// right.
static const double STATED_CONFIDENCE = 0.95;

static vd_code out_of_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the suggestions");
}

static vd_code make_room(const vd_suggester *s, vd_arena *a, vd_question *q, vd_error *err) {
  q->likeness = vd_new_array(a, double, s->examples);
  q->score = vd_new_array(a, double, s->stride);
  q->text = vd_new_array(a, double, s->label_count);
  q->priors = vd_new_array(a, const vd_known_prior *, s->label_count);
  q->stated = vd_new_array(a, vd_view, s->label_count);
  if (q->likeness == NULL || q->score == NULL || q->text == NULL || q->priors == NULL ||
      q->stated == NULL)
    return out_of_memory(err);
  return VD_OK;
}

// ---- techniques the text names ---------------------------------------------------------------

static bool in_id(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
}

static bool has_digit(vd_view v) {
  for (size_t i = 0; i < v.len; i++)
    if (v.ptr[i] >= '0' && v.ptr[i] <= '9')
      return true;
  return false;
}

static vd_view without_dots(vd_view v) {
  while (v.len != 0 && v.ptr[v.len - 1] == '.')
    v.len--;
  while (v.len != 0 && v.ptr[0] == '.')
    v = vd_view_from(v, 1);
  return v;
}

// Any run of letters, digits and dots may be an id; one without a digit is a word.
static void find_stated(const vd_suggester *s, vd_view text, vd_view *stated) {
  text = vd_view_first(text, VD_TEXT_BYTES_MAX);
  for (size_t i = 0, end; i < text.len; i = end + 1) {
    for (end = i; end < text.len && in_id(text.ptr[end]);)
      end++;
    vd_view id = without_dots((vd_view){text.ptr + i, end - i});
    const uint32_t *label = has_digit(id) ? vd_suggest_label(s, id) : NULL;
    if (label != NULL && stated[*label].ptr == NULL)
      stated[*label] = id;
  }
}

// ---- weighing ----------------------------------------------------------------------------------

typedef struct ranked {
  uint32_t label;
  bool stated;
  double confidence;
  vd_suggest_method method;
} ranked;

static vd_suggest_method loudest(const double c[VD_COEFFICIENTS], const double x[VD_FEATURES]) {
  double learned = c[VD_FEATURE_LEARNED] * x[VD_FEATURE_LEARNED];
  double prior = c[VD_FEATURE_PRIOR] * x[VD_FEATURE_PRIOR];
  double text = c[VD_FEATURE_TEXT] * x[VD_FEATURE_TEXT];
  if (prior > 0 && prior > learned && prior >= text)
    return VD_SUGGEST_CHAIN;
  return text > 0 && text > learned ? VD_SUGGEST_TEXT : VD_SUGGEST_LEARNED;
}

static ranked weigh(const vd_suggester *s, const vd_question *q, uint32_t label) {
  double x[VD_FEATURES], z = s->coefficient[VD_FEATURES];
  uint32_t column = s->column_of_label[label];
  double score = column == VD_COLUMN_NONE ? 0 : q->score[column];
  double prior = q->priors[label] == NULL ? 0 : q->priors[label]->weight;
  vd_suggest_features(score, prior, q->text[label], x);
  for (unsigned f = 0; f < VD_FEATURES; f++)
    z += s->coefficient[f] * x[f];
  ranked r = {label, q->stated[label].ptr != NULL, vd_logistic_chance(z),
              loudest(s->coefficient, x)};
  if (r.stated) {
    r.method = VD_SUGGEST_STATED;
    r.confidence = r.confidence > STATED_CONFIDENCE ? r.confidence : STATED_CONFIDENCE;
  }
  return r;
}

static int best_first(const void *x, const void *y) {
  const ranked *a = x, *b = y;
  if (a->stated != b->stated)
    return a->stated ? -1 : 1;
  if (a->confidence != b->confidence)
    return a->confidence > b->confidence ? -1 : 1;
  return (a->label > b->label) - (a->label < b->label);
}

static vd_code ask(const vd_suggester *s, vd_arena *a, const vd_suggest_example *e, vd_question *q,
                   vd_error *err) {
  vd_reading r;
  VD_TRY(make_room(s, a, q, err));
  VD_TRY(vd_suggest_read(a, e, s->pairs, &r, err));
  VD_TRY(vd_suggest_vector(s, a, &r, &q->vector, err));
  vd_suggest_likeness(s, &q->vector, q->likeness);
  vd_suggest_score(s, q->likeness, q->score);
  vd_suggest_text(s, &q->vector, q->text);
  vd_suggest_priors(s, e, q->priors);
  find_stated(s, e->text, q->stated);
  return VD_OK;
}

static vd_code weigh_all(const vd_suggester *s, vd_arena *a, const vd_question *q, ranked **out,
                         vd_error *err) {
  ranked *all = vd_new_array(a, ranked, s->label_count);
  if (all == NULL)
    return out_of_memory(err);
  for (uint32_t i = 0; i < s->label_count; i++)
    all[i] = weigh(s, q, i);
  if (s->label_count > 1)
    qsort(all, s->label_count, sizeof *all, best_first);
  *out = all;
  return VD_OK;
}

vd_code vd_suggester_rank(const vd_suggester *s, vd_arena *a, const vd_suggest_query *q,
                          vd_suggestions *out, vd_error *err) {
  vd_question question = {0};
  vd_suggestions list = {0};
  ranked *all = NULL;
  VD_TRY(ask(s, a, q->flaw, &question, err));
  VD_TRY(weigh_all(s, a, &question, &all, err));
  for (size_t i = 0; i < s->label_count && i < q->top; i++) {
    vd_suggestion *g = vd_vec_push(a, &list);
    if (g == NULL)
      return out_of_memory(err);
    g->label = all[i].label;
    g->confidence = all[i].confidence;
    g->method = all[i].method;
    VD_TRY(vd_suggest_explain(s, a, &question, g, err));
  }
  *out = list;
  return VD_OK;
}
