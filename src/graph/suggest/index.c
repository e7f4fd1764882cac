// Training, first part: labels, priors, vocabularies, vectors and columns.
#include "graph/suggest/model.h"

#include <math.h>

static vd_code out_of_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for learning techniques");
}

// ---- input -----------------------------------------------------------------------------------

static vd_code check_sizes(const vd_suggest_input *in, vd_error *err) {
  if (in->example_count > VD_SUGGEST_EXAMPLES_MAX)
    return vd_fail(err, VD_LIMIT, "more than %d examples to learn from", VD_SUGGEST_EXAMPLES_MAX);
  if (in->label_count > VD_SUGGEST_LABELS_MAX)
    return vd_fail(err, VD_LIMIT, "more than %d techniques", VD_SUGGEST_LABELS_MAX);
  return VD_OK;
}

static bool is_share(double w) { return w >= 0 && w <= 1; } // false for NaN

static vd_code check_weights(const vd_suggest_input *in, vd_error *err) {
  for (size_t i = 0; i < in->example_count; i++)
    if (!is_share(in->examples[i].weight))
      return vd_fail(err, VD_USAGE, "the weight of %.*s is not between 0 and 1",
                     VD_ARG(in->examples[i].id));
  for (size_t i = 0; i < in->prior_count; i++)
    if (!is_share(in->priors[i].weight))
      return vd_fail(err, VD_USAGE, "the weight of the prior of %.*s is not between 0 and 1",
                     VD_ARG(in->priors[i].key));
  return VD_OK;
}

// ---- labels ------------------------------------------------------------------------------------

static vd_code add_label(vd_trainer *t, uint32_t i) {
  vd_view id = t->in->labels[i].id;
  if (id.len == 0 || id.len > VD_LABEL_BYTES_MAX)
    return vd_fail(t->err, VD_USAGE, "a technique id is empty or too long");
  if (vd_suggest_label(t->s, id) != NULL)
    return vd_fail(t->err, VD_USAGE, "technique %.*s comes twice", VD_ARG(id));
  char *capitals = vd_new_array(t->arena, char, id.len);
  if (capitals == NULL)
    return out_of_memory(t->err);
  for (size_t k = 0; k < id.len; k++)
    capitals[k] = (char)(id.ptr[k] >= 'a' && id.ptr[k] <= 'z' ? id.ptr[k] - 'a' + 'A' : id.ptr[k]);
  t->s->numbers[i] = i;
  if (vd_map_put(&t->s->label_index, (vd_view){capitals, id.len}, &t->s->numbers[i]) != VD_OK)
    return out_of_memory(t->err);
  return VD_OK;
}

static vd_code index_labels(vd_trainer *t) {
  vd_suggester *s = t->s;
  s->labels = t->in->labels;
  s->label_count = t->in->label_count;
  s->label_index = VD_MAP(t->arena);
  s->numbers = vd_new_array(t->arena, uint32_t, s->label_count);
  if (s->numbers == NULL)
    return out_of_memory(t->err);
  for (uint32_t i = 0; i < s->label_count; i++)
    VD_TRY(add_label(t, i));
  return VD_OK;
}

// ---- priors ------------------------------------------------------------------------------------

static int by_key(const void *x, const void *y) {
  const vd_known_prior *a = x, *b = y;
  int order = vd_view_cmp(a->key, b->key);
  return order != 0 ? order : (a->label > b->label) - (a->label < b->label);
}

static vd_code index_priors(vd_trainer *t) {
  vd_suggester *s = t->s;
  s->prior_index = VD_MAP(t->arena);
  s->priors = vd_new_array(t->arena, vd_known_prior, t->in->prior_count);
  if (s->priors == NULL)
    return out_of_memory(t->err);
  for (size_t i = 0; i < t->in->prior_count; i++) {
    const vd_suggest_prior *p = &t->in->priors[i];
    const uint32_t *label = vd_suggest_label(s, p->label);
    if (label != NULL)
      s->priors[s->prior_count++] = (vd_known_prior){p->key, *label, p->weight};
  }
  if (s->prior_count > 1)
    qsort(s->priors, s->prior_count, sizeof *s->priors, by_key);
  for (size_t i = s->prior_count; i-- > 0;) // backwards, so the first of a key is what stays
    if (vd_map_put(&s->prior_index, s->priors[i].key, &s->priors[i]) != VD_OK)
      return out_of_memory(t->err);
  return VD_OK;
}

// ---- examples ----------------------------------------------------------------------------------

static bool has_known_label(const vd_suggester *s, const vd_suggest_example *e) {
  for (size_t i = 0; i < e->labels.count; i++)
    if (vd_suggest_label(s, e->labels.at[i]) != NULL)
      return true;
  return false;
}

static vd_code choose_examples(vd_trainer *t) {
  vd_suggester *s = t->s;
  t->examples = vd_new_array(t->scratch, const vd_suggest_example *, t->in->example_count);
  s->ids = vd_new_array(t->arena, vd_view, t->in->example_count);
  if (t->examples == NULL || s->ids == NULL)
    return out_of_memory(t->err);
  for (size_t i = 0; i < t->in->example_count; i++) {
    const vd_suggest_example *e = &t->in->examples[i];
    if (!has_known_label(s, e))
      continue;
    s->ids[s->examples] = e->id;
    t->examples[s->examples++] = e;
  }
  if (s->examples < VD_SUGGEST_EXAMPLES_MIN)
    return vd_fail(t->err, VD_USAGE, "fewer than %d examples to learn from",
                   VD_SUGGEST_EXAMPLES_MIN);
  return VD_OK;
}

static vd_code learn_words(vd_trainer *t, const vd_reading *r) {
  vd_suggester *s = t->s;
  vd_views *documents = vd_new_array(t->scratch, vd_views, s->examples);
  if (documents == NULL)
    return out_of_memory(t->err);
  for (size_t i = 0; i < s->examples; i++)
    documents[i] = r[i].words;
  VD_TRY(vd_vocabulary_learn(t->arena, documents, s->examples, &s->words, t->err));
  for (size_t i = 0; i < s->examples; i++)
    documents[i] = r[i].facets;
  return vd_vocabulary_learn(t->arena, documents, s->examples, &s->facets, t->err);
}

static vd_code index_examples(vd_trainer *t) {
  vd_suggester *s = t->s;
  vd_reading *r = vd_new_array(t->scratch, vd_reading, s->examples);
  t->vectors = vd_new_array(t->scratch, vd_text_vector, s->examples);
  if (r == NULL || t->vectors == NULL)
    return out_of_memory(t->err);
  for (size_t i = 0; i < s->examples; i++)
    VD_TRY(vd_suggest_read(t->scratch, t->examples[i], s->pairs, &r[i], t->err));
  VD_TRY(learn_words(t, r));
  for (size_t i = 0; i < s->examples; i++)
    VD_TRY(vd_suggest_vector(s, t->scratch, &r[i], &t->vectors[i], t->err));
  size_t terms = s->words.words.count + s->facets.words.count;
  vd_vectors all = {t->vectors, s->examples, terms};
  return vd_postings_make(t->arena, &all, &s->by_term, t->err);
}

// ---- text of the labels -------------------------------------------------------------------------

// The name counts twice: it says in three words what the description needs a page for.
static vd_code label_vector(vd_trainer *t, const vd_suggest_technique *l, vd_text_vector *out) {
  vd_views words = {0}, more;
  vd_view parts[] = {l->name, l->name, l->description};
  for (size_t p = 0; p < VD_COUNT(parts); p++) {
    VD_TRY(vd_text_words(t->scratch, parts[p], t->s->pairs, &more, t->err));
    for (size_t i = 0; i < more.count; i++) {
      vd_view *slot = vd_vec_push(t->scratch, &words);
      if (slot == NULL)
        return out_of_memory(t->err);
      *slot = more.at[i];
    }
  }
  return vd_vocabulary_weigh(&t->s->words, t->scratch, &words, out, t->err);
}

static vd_code index_label_text(vd_trainer *t) {
  vd_suggester *s = t->s;
  vd_text_vector *vectors = vd_new_array(t->scratch, vd_text_vector, s->label_count);
  if (vectors == NULL)
    return out_of_memory(t->err);
  for (size_t i = 0; i < s->label_count; i++)
    VD_TRY(label_vector(t, &s->labels[i], &vectors[i]));
  vd_vectors all = {vectors, s->label_count, s->words.words.count};
  return vd_postings_make(t->arena, &all, &s->by_word, t->err);
}

// ---- columns ------------------------------------------------------------------------------------

static void number_columns(vd_trainer *t) {
  vd_suggester *s = t->s;
  for (size_t i = 0; i < s->label_count; i++)
    s->column_of_label[i] = VD_COLUMN_NONE;
  for (size_t i = 0; i < s->examples; i++)
    for (size_t j = 0; j < t->examples[i]->labels.count; j++) {
      const uint32_t *label = vd_suggest_label(s, t->examples[i]->labels.at[j]);
      if (label == NULL || s->column_of_label[*label] != VD_COLUMN_NONE)
        continue;
      s->label_of_column[s->columns] = *label;
      s->column_of_label[*label] = (uint32_t)s->columns++;
    }
  s->stride = (s->columns + 3) / 4 * 4;
}

static vd_code index_columns(vd_trainer *t) {
  vd_suggester *s = t->s;
  s->column_of_label = vd_new_array(t->arena, uint32_t, s->label_count);
  s->label_of_column = vd_new_array(t->arena, uint32_t, s->label_count);
  if (s->column_of_label == NULL || s->label_of_column == NULL)
    return out_of_memory(t->err);
  number_columns(t);
  if (s->examples * s->columns > VD_SUGGEST_PAIRS_MAX)
    return vd_fail(t->err, VD_LIMIT, "%zu examples with %zu techniques are too many", s->examples,
                   s->columns);
  s->mapped = vd_new_array(t->arena, uint8_t, s->examples * s->stride);
  if (s->mapped == NULL)
    return out_of_memory(t->err);
  for (size_t i = 0; i < s->examples; i++)
    for (size_t j = 0; j < t->examples[i]->labels.count; j++) {
      const uint32_t *label = vd_suggest_label(s, t->examples[i]->labels.at[j]);
      if (label != NULL)
        s->mapped[i * s->stride + s->column_of_label[*label]] = 1;
    }
  return VD_OK;
}

vd_code vd_trainer_index(vd_trainer *t) {
  static vd_code (*const steps[])(vd_trainer *) = {
      index_labels, index_priors, choose_examples, index_examples, index_label_text, index_columns,
  };
  VD_TRY(check_sizes(t->in, t->err));
  VD_TRY(check_weights(t->in, t->err));
  t->s->pairs = t->options.pairs;
  t->s->word_scale = sqrt(1 - t->options.facet_share);
  t->s->facet_scale = sqrt(t->options.facet_share);
  for (size_t i = 0; i < VD_COUNT(steps); i++)
    VD_TRY(steps[i](t));
  return VD_OK;
}
