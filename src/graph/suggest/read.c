// From an example to its vector, and from vectors to postings.
#include "graph/suggest/model.h"

static vd_code out_of_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the suggestions");
}

static vd_code add_all(vd_arena *a, const vd_views *from, vd_views *to, vd_error *err) {
  for (size_t i = 0; i < from->count; i++) {
    vd_view *slot = vd_vec_push(a, to);
    if (slot == NULL)
      return out_of_memory(err);
    *slot = from->at[i];
  }
  return VD_OK;
}

vd_code vd_suggest_read(vd_arena *a, const vd_suggest_example *e, bool pairs, vd_reading *out,
                        vd_error *err) {
  vd_reading r = {0};
  VD_TRY(vd_text_words(a, e->text, pairs, &r.words, err));
  VD_TRY(add_all(a, &e->cwe, &r.facets, err));
  VD_TRY(add_all(a, &e->facets, &r.facets, err));
  *out = r;
  return VD_OK;
}

double vd_suggest_weight(const vd_suggest_example *e) { return e->weight == 0 ? 1 : e->weight; }

static vd_code add_scaled(vd_arena *a, const vd_text_vector *part, double scale, uint32_t offset,
                          vd_text_vector *to) {
  for (size_t i = 0; i < part->count; i++) {
    vd_text_term *slot = vd_vec_push(a, to);
    if (slot == NULL)
      return VD_NOMEM;
    *slot = (vd_text_term){part->at[i].index + offset, part->at[i].weight * scale};
  }
  return VD_OK;
}

vd_code vd_suggest_vector(const vd_suggester *s, vd_arena *a, const vd_reading *r,
                          vd_text_vector *out, vd_error *err) {
  vd_text_vector words, facets, all = {0};
  VD_TRY(vd_vocabulary_weigh(&s->words, a, &r->words, &words, err));
  VD_TRY(vd_vocabulary_weigh(&s->facets, a, &r->facets, &facets, err));
  if (add_scaled(a, &words, s->word_scale, 0, &all) != VD_OK ||
      add_scaled(a, &facets, s->facet_scale, (uint32_t)s->words.words.count, &all) != VD_OK)
    return out_of_memory(err);
  *out = all;
  return VD_OK;
}

vd_code vd_postings_make(vd_arena *a, const vd_vectors *v, vd_postings *out, vd_error *err) {
  vd_postings p = {.terms = v->terms, .start = vd_new_array(a, size_t, v->terms + 2)};
  size_t total = 0;
  if (p.start == NULL)
    return out_of_memory(err);
  for (size_t i = 0; i < v->count; i++) {
    for (size_t j = 0; j < v->at[i].count; j++)
      p.start[v->at[i].at[j].index + 2]++;
    total += v->at[i].count;
  }
  p.at = vd_new_array(a, vd_posting, total);
  if (p.at == NULL)
    return out_of_memory(err);
  for (size_t t = 0; t < v->terms; t++)
    p.start[t + 2] += p.start[t + 1];
  // start[t + 1] is where the next posting of t goes; in the end it is where t stops.
  for (size_t i = 0; i < v->count; i++)
    for (size_t j = 0; j < v->at[i].count; j++) {
      const vd_text_term *t = &v->at[i].at[j];
      p.at[p.start[t->index + 1]++] = (vd_posting){(uint32_t)i, t->weight};
    }
  *out = p;
  return VD_OK;
}

const uint32_t *vd_suggest_label(const vd_suggester *s, vd_view id) {
  char capitals[VD_LABEL_BYTES_MAX];
  if (id.len > sizeof capitals)
    return NULL;
  for (size_t i = 0; i < id.len; i++) {
    char c = id.ptr[i];
    capitals[i] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return vd_map_get(&s->label_index, (vd_view){capitals, id.len});
}

vd_view vd_suggest_term_text(const vd_suggester *s, uint32_t term) {
  size_t words = s->words.words.count;
  return term < words ? s->words.words.at[term] : s->facets.words.at[term - words];
}
