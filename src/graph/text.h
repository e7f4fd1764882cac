// text: words of English text, their TF-IDF vectors, and how alike two vectors are.
#pragma once

#include "base/base.h"

// The words of a text, in order: runs of ASCII letters and digits in lower case, without function
// words, one-letter words, pure numbers and words above VD_WORD_BYTES_MAX; a plural s is cut off.
// With pairs, each two words that follow one another come after them as "first second". Reads the
// first VD_TEXT_BYTES_MAX bytes and keeps VD_TEXT_WORDS_MAX words. *out lives in the arena. NOMEM.
vd_code vd_text_words(vd_arena *a, vd_view text, bool pairs, vd_views *out,
                      vd_error *err) VD_MUST_USE;

typedef struct vd_text_term {
  uint32_t index; // into the vocabulary
  double weight;
} vd_text_term;

typedef VD_VEC(vd_text_term) vd_text_vector; // by index, each index once

// The words of a collection of documents and how much each says.
typedef struct vd_vocabulary {
  vd_views words; // in byte order
  double *idf;    // parallel: ln((1 + documents) / (1 + documents with the word)) + 1
  vd_map index;   // word to its place in idf
} vd_vocabulary;

// Learns, and copies, the words of the documents. LIMIT above VD_VOCABULARY_MAX different words,
// NOMEM.
vd_code vd_vocabulary_learn(vd_arena *a, const vd_views *documents, size_t count,
                            vd_vocabulary *out, vd_error *err) VD_MUST_USE;
// The TF-IDF vector of a document, of length 1, or empty when no word is known: (1 + ln times) idf.
// The same numbers as scikit-learn's TfidfVectorizer(sublinear_tf=True). NOMEM.
vd_code vd_vocabulary_weigh(const vd_vocabulary *v, vd_arena *a, const vd_views *words,
                            vd_text_vector *out, vd_error *err) VD_MUST_USE;

double vd_text_dot(const vd_text_vector *x, const vd_text_vector *y);
// |shared terms| / |terms of either|, 0 when both are empty: Jaccard similarity of the term sets.
double vd_text_jaccard(const vd_text_vector *x, const vd_text_vector *y);
