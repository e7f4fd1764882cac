// suggest: ranks the techniques a flaw opens, learned from curated mappings and helped by weighted
// chains and by likeness to what a technique is (docs/mapping.md). Knows nothing of the database.
#pragma once

#include "graph/text.h"

// A technique that can be suggested.
typedef struct vd_suggest_technique {
  vd_view id, name, description;
} vd_suggest_technique;

// A flaw: with labels to learn from, without as a question.
typedef struct vd_suggest_example {
  vd_view id;      // "CVE-2024-1234"
  vd_view text;    // what is written about the flaw
  vd_views cwe;    // "CWE-502"
  vd_views facets; // whatever else holds of it, in any fixed spelling: "AV:N", "role:serving"
  vd_views labels; // ids; those that are no label are passed over
  double weight;   // how far the labels are to be trusted, above 0 up to 1; 0 stands for 1
} vd_suggest_example;

// What a weakness or facet says about a technique before anything is learned, 0-1: the weight of a
// chain or the confidence of a rule.
typedef struct vd_suggest_prior {
  vd_view key; // "CWE-502", or a facet
  vd_view label;
  double weight;
} vd_suggest_prior;

typedef struct vd_suggest_input {
  const vd_suggest_technique *labels;
  size_t label_count;
  const vd_suggest_example *examples;
  size_t example_count;
  const vd_suggest_prior *priors;
  size_t prior_count;
} vd_suggest_input;

// What may speak for a technique. The last three are learned from.
#define VD_SUGGEST_METHODS(X)                                                                      \
  X(STATED, "stated")   /* the text names the technique */                                         \
  X(LEARNED, "learned") /* flaws like this one are mapped to it */                                 \
  X(CHAIN, "chain")     /* a prior leads to it */                                                  \
  X(TEXT, "text")       /* the text is like its description */

typedef enum vd_suggest_method {
#define X(id, name) VD_SUGGEST_##id,
  VD_SUGGEST_METHODS(X)
#undef X
      VD_SUGGEST_METHOD_COUNT
} vd_suggest_method;

const char *vd_suggest_method_text(vd_suggest_method m);

// Zero in any field stands for the default.
typedef struct vd_suggest_options {
  double shrink;      // ridge: how strongly the learned part is drawn to the mean (2)
  double facet_share; // of the likeness of two flaws, what is due to weaknesses and facets (0.4)
  bool pairs;         // pairs of words beside words
  unsigned without;   // bits 1 << VD_SUGGEST_LEARNED and so on: evidence to leave out
  vd_arena *scratch;  // for what only training needs; the caller frees it
} vd_suggest_options;

typedef struct vd_suggester vd_suggester;

// Learns. Everything the views of `in` point to must outlive *out, which lives in the arena.
// Same input, same bits. `o` may be NULL. Costs time cubic and memory square in the examples
// (2,500: 2 s, 120 MB). USAGE: a weight outside its range, a label twice, or fewer than
// VD_SUGGEST_EXAMPLES_MIN examples with a label; LIMIT: too much of something; NOMEM.
vd_code vd_suggester_train(vd_arena *a, const vd_suggest_input *in, const vd_suggest_options *o,
                           const vd_suggester **out, vd_error *err) VD_MUST_USE;

typedef struct vd_suggest_neighbour {
  vd_view id;
  double likeness; // 0-1
} vd_suggest_neighbour;

typedef struct vd_suggestion {
  uint32_t label;                       // index into the labels
  double confidence;                    // estimated probability that a curator would name it
  vd_suggest_method method;             // what speaks most for it
  vd_views terms;                       // words, facets, or the key of the prior that speak for it
  VD_VEC(vd_suggest_neighbour) nearest; // examples mapped to it that are most alike, nearest first
} vd_suggestion;

typedef VD_VEC(vd_suggestion) vd_suggestions;

typedef struct vd_suggest_query {
  const vd_suggest_example *flaw; // its labels are not looked at
  size_t top;                     // how many techniques are wanted
} vd_suggest_query;

// The best techniques for a flaw, stated ones first, then by confidence, then by label index. Views
// in *out live in the arena or in the input of training. Safe to call from several threads at once,
// each with its own arena. NOMEM.
vd_code vd_suggester_rank(const vd_suggester *s, vd_arena *a, const vd_suggest_query *q,
                          vd_suggestions *out, vd_error *err) VD_MUST_USE;
