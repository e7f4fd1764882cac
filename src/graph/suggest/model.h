// Inside of suggest: what training leaves behind and ranking reads.
#pragma once

#include "graph/suggest.h"
#include "graph/suggest/logistic.h"

// Where a term stands: an example or a label, and its weight in that vector.
typedef struct vd_posting {
  uint32_t in;
  double weight;
} vd_posting;

typedef struct vd_vectors {
  const vd_text_vector *at;
  size_t count;
  size_t terms; // above every index
} vd_vectors;

typedef struct vd_postings {
  size_t terms;
  size_t *start; // terms + 1; the postings of t are at[start[t]] to at[start[t + 1]], by `in`
  vd_posting *at;
} vd_postings;

typedef struct vd_known_prior {
  vd_view key;
  uint32_t label;
  double weight;
} vd_known_prior;

// The features of a (flaw, technique) pair.
enum { VD_FEATURE_LEARNED, VD_FEATURE_PRIOR, VD_FEATURE_TEXT };

static const uint32_t VD_COLUMN_NONE = UINT32_MAX;

// Terms are numbered: first the words, then the facets. A column is a label some example has.
struct vd_suggester {
  const vd_suggest_technique *labels;
  size_t label_count;
  vd_map label_index; // id in capitals to its number, an element of numbers
  uint32_t *numbers;
  vd_known_prior *priors; // by key
  size_t prior_count;
  vd_map prior_index; // key to the first prior with it
  vd_vocabulary words, facets;
  double word_scale, facet_scale; // of the two parts of a vector
  bool pairs;
  size_t examples, columns, stride; // stride: columns rounded up to whole registers
  vd_view *ids;                     // of the examples
  vd_postings by_term;              // examples that have a term
  vd_postings by_word;              // labels whose text has a word
  uint32_t *column_of_label, *label_of_column;
  uint8_t *mapped; // examples * stride: 1 where the example has the label
  double *alpha;   // examples * stride: weight of the example in the score of the label
  double coefficient[VD_COEFFICIENTS];
};

// ---- reading (read.c) ------------------------------------------------------------------------

// What an example says, as two documents.
typedef struct vd_reading {
  vd_views words, facets; // facets: weaknesses, then facets
} vd_reading;

vd_code vd_suggest_read(vd_arena *a, const vd_suggest_example *e, bool pairs, vd_reading *out,
                        vd_error *err) VD_MUST_USE;
double vd_suggest_weight(const vd_suggest_example *e); // 1 when none is given
// The vector of an example: words and facets scaled so that its length is at most 1.
vd_code vd_suggest_vector(const vd_suggester *s, vd_arena *a, const vd_reading *r,
                          vd_text_vector *out, vd_error *err) VD_MUST_USE;
// Turns vectors over.
vd_code vd_postings_make(vd_arena *a, const vd_vectors *v, vd_postings *out,
                         vd_error *err) VD_MUST_USE;
// The label with that id, whatever its case, or NULL.
const uint32_t *vd_suggest_label(const vd_suggester *s, vd_view id);
vd_view vd_suggest_term_text(const vd_suggester *s, uint32_t term);

// ---- evidence (evidence.c) ----------------------------------------------------------------------

// All arrays are zeroed by the function that fills them.
// likeness[examples]: of each example to the vector.
void vd_suggest_likeness(const vd_suggester *s, const vd_text_vector *x, double *likeness);
// score[stride]: what the learned part gives each column.
void vd_suggest_score(const vd_suggester *s, const double *likeness, double *score);
// text[label_count]: how like the words are to the text of each label.
void vd_suggest_text(const vd_suggester *s, const vd_text_vector *x, double *text);
// which[label_count]: the heaviest prior of the example to each label, or NULL.
void vd_suggest_priors(const vd_suggester *s, const vd_suggest_example *e,
                       const vd_known_prior **which);
void vd_suggest_features(double score, double prior, double text, double x[VD_FEATURES]);

// ---- training -----------------------------------------------------------------------------------

typedef struct vd_trainer {
  vd_arena *arena, *scratch;
  const vd_suggest_input *in;
  vd_suggest_options options;
  vd_suggester *s;
  const vd_suggest_example **examples; // those with a known label
  vd_text_vector *vectors;             // parallel
  double *left_out; // examples * columns: scores learned without the example itself
  vd_error *err;
} vd_trainer;

// Checks the input and fills everything but alpha and coefficient (index.c).
vd_code vd_trainer_index(vd_trainer *t) VD_MUST_USE;
// Fills alpha and left_out (learn.c).
vd_code vd_trainer_learn(vd_trainer *t) VD_MUST_USE;
// Fills coefficient (calibrate.c).
vd_code vd_trainer_calibrate(vd_trainer *t) VD_MUST_USE;
