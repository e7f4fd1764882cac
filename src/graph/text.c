// Words and TF-IDF. Words are short and many, so they lie one behind the other in one block.
#include "graph/text.h"

#include <math.h>

// Words that say nothing about a flaw; sorted for bsearch.
static const char *const function_words[] = {
    "a",   "an",   "and", "are",  "as", "at",  "be",  "by",   "can",   "could",
    "for", "from", "in",  "into", "is", "it",  "its", "may",  "of",    "on",
    "or",  "that", "the", "this", "to", "via", "was", "were", "which", "with",
};

static int against_word(const void *key, const void *word) {
  const char *const *w = word;
  return vd_view_cmp(*(const vd_view *)key, vd_view_of(*w));
}

static bool is_function_word(vd_view w) {
  return bsearch(&w, function_words, VD_COUNT(function_words), sizeof *function_words,
                 against_word) != NULL;
}

static char lower_alnum(char c) {
  if (c >= 'A' && c <= 'Z')
    return (char)(c - 'A' + 'a');
  bool alnum = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  return (char)(alnum ? c : 0);
}

static bool is_number(vd_view w) {
  for (size_t i = 0; i < w.len; i++)
    if (w.ptr[i] < '0' || w.ptr[i] > '9')
      return false;
  return true;
}

// "servers" and "server" are one word; "access", "analysis" and "apparatus" stay whole.
static vd_view without_plural(vd_view w) {
  char before = (char)(w.len < 4 ? 's' : w.ptr[w.len - 2]);
  bool whole = w.ptr[w.len - 1] != 's' || before == 's' || before == 'u' || before == 'i';
  return vd_view_first(w, w.len - !whole);
}

static vd_code out_of_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the words of a text");
}

static bool keep_word(vd_arena *a, vd_view w, vd_views *out) {
  if (w.len < 2 || w.len > VD_WORD_BYTES_MAX || is_number(w) || is_function_word(w))
    return true;
  vd_view *slot = vd_vec_push(a, out);
  if (slot != NULL)
    *slot = without_plural(w);
  return slot != NULL;
}

static bool add_pairs(vd_arena *a, vd_views *words) {
  for (size_t i = 1, n = words->count; i < n; i++) {
    vd_view pair = vd_arena_printf(a, "%.*s %.*s", VD_ARG(words->at[i - 1]), VD_ARG(words->at[i]));
    vd_view *slot = pair.ptr == NULL ? NULL : vd_vec_push(a, words);
    if (slot == NULL)
      return false;
    *slot = pair;
  }
  return true;
}

vd_code vd_text_words(vd_arena *a, vd_view text, bool pairs, vd_views *out, vd_error *err) {
  vd_views words = {0};
  text = vd_view_first(text, VD_TEXT_BYTES_MAX);
  char *low = vd_new_array(a, char, text.len + 1);
  if (low == NULL)
    return out_of_memory(err);
  for (size_t i = 0; i < text.len; i++)
    low[i] = lower_alnum(text.ptr[i]);
  for (size_t i = 0; i < text.len && words.count < VD_TEXT_WORDS_MAX; i++) {
    vd_view word = {low + i, strlen(low + i)};
    if (!keep_word(a, word, &words))
      return out_of_memory(err);
    i += word.len;
  }
  if (pairs && !add_pairs(a, &words))
    return out_of_memory(err);
  *out = words;
  return VD_OK;
}

// ---- vocabulary ------------------------------------------------------------------------------

typedef struct counted {
  size_t documents;
  size_t last; // 1 + number of the document counted last
} counted;

typedef struct counter {
  vd_arena *arena;
  vd_map seen; // word to counted
  vd_views words;
} counter;

static vd_code count_word(counter *c, vd_view word, size_t document, vd_error *err) {
  counted *entry = vd_map_get(&c->seen, word);
  if (entry == NULL) {
    if (c->words.count == VD_VOCABULARY_MAX)
      return vd_fail(err, VD_LIMIT, "more than %d different words", VD_VOCABULARY_MAX);
    entry = vd_new(c->arena, counted);
    vd_view *slot = entry == NULL ? NULL : vd_vec_push(c->arena, &c->words);
    if (slot == NULL || vd_map_put(&c->seen, word, entry) != VD_OK)
      return out_of_memory(err);
    *slot = word;
  }
  entry->documents += entry->last != document + 1;
  entry->last = document + 1;
  return VD_OK;
}

static int by_word(const void *x, const void *y) {
  return vd_view_cmp(*(const vd_view *)x, *(const vd_view *)y);
}

static vd_code list_words(vd_arena *a, counter *c, size_t documents, vd_vocabulary *v,
                          vd_error *err) {
  size_t n = c->words.at == NULL ? 0 : c->words.count;
  v->index = VD_MAP(a);
  v->words = c->words;
  v->idf = vd_new_array(a, double, n);
  if (v->idf == NULL)
    return out_of_memory(err);
  if (n > 1)
    qsort(v->words.at, n, sizeof *v->words.at, by_word);
  for (size_t i = 0; i < n; i++) {
    const counted *w = vd_map_get(&c->seen, v->words.at[i]);
    v->words.at[i] = vd_arena_copy(a, v->words.at[i]);
    v->idf[i] = log((1 + (double)documents) / (1 + (double)w->documents)) + 1;
    if (v->words.at[i].ptr == NULL || vd_map_put(&v->index, v->words.at[i], &v->idf[i]) != VD_OK)
      return out_of_memory(err);
  }
  return VD_OK;
}

vd_code vd_vocabulary_learn(vd_arena *a, const vd_views *documents, size_t count,
                            vd_vocabulary *out, vd_error *err) {
  counter c = {.arena = a, .seen = VD_MAP(a)};
  vd_vocabulary v = {0};
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < documents[i].count; j++)
      VD_TRY(count_word(&c, documents[i].at[j], i, err));
  VD_TRY(list_words(a, &c, count, &v, err));
  *out = v;
  return VD_OK;
}

// ---- vectors -----------------------------------------------------------------------------------

static int by_index(const void *x, const void *y) {
  uint32_t a = ((const vd_text_term *)x)->index, b = ((const vd_text_term *)y)->index;
  return (a > b) - (a < b);
}

// Joins equal neighbours; the weights, each 1 so far, become how often the word stands there.
static void join_equal(vd_text_vector *t) {
  size_t kept = 0;
  for (size_t i = 0; i < t->count; i++)
    if (kept != 0 && t->at[kept - 1].index == t->at[i].index)
      t->at[kept - 1].weight += 1;
    else
      t->at[kept++] = t->at[i];
  t->count = kept;
}

vd_code vd_vocabulary_weigh(const vd_vocabulary *v, vd_arena *a, const vd_views *words,
                            vd_text_vector *out, vd_error *err) {
  vd_text_vector t = {0};
  for (size_t i = 0; i < words->count; i++) {
    const double *idf = vd_map_get(&v->index, words->at[i]);
    vd_text_term *slot = idf == NULL ? NULL : vd_vec_push(a, &t);
    if (idf != NULL && slot == NULL)
      return out_of_memory(err);
    if (idf != NULL)
      *slot = (vd_text_term){(uint32_t)(idf - v->idf), 1};
  }
  if (t.count > 1)
    qsort(t.at, t.count, sizeof *t.at, by_index);
  join_equal(&t);
  double sum = 0;
  for (size_t i = 0; i < t.count; i++) {
    t.at[i].weight = (1 + log(t.at[i].weight)) * v->idf[t.at[i].index];
    sum += t.at[i].weight * t.at[i].weight;
  }
  for (size_t i = 0; i < t.count; i++)
    t.at[i].weight /= sqrt(sum);
  *out = t;
  return VD_OK;
}

double vd_text_dot(const vd_text_vector *x, const vd_text_vector *y) {
  double sum = 0;
  for (size_t i = 0, j = 0; i < x->count && j < y->count;) {
    uint32_t a = x->at[i].index, b = y->at[j].index;
    if (a == b)
      sum += x->at[i].weight * y->at[j].weight;
    i += a <= b;
    j += b <= a;
  }
  return sum;
}

double vd_text_jaccard(const vd_text_vector *x, const vd_text_vector *y) {
  size_t both = 0;
  for (size_t i = 0, j = 0; i < x->count && j < y->count;) {
    uint32_t a = x->at[i].index, b = y->at[j].index;
    both += a == b;
    i += a <= b;
    j += b <= a;
  }
  size_t either = x->count + y->count - both;
  return either == 0 ? 0 : (double)both / (double)either;
}
