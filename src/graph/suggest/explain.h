// Inside of suggest: one question with all its evidence, and the words for it.
#pragma once

#include "graph/suggest/model.h"

typedef struct vd_question {
  vd_text_vector vector;
  double *likeness;              // [examples]
  double *score;                 // [stride]
  double *text;                  // [label_count]
  const vd_known_prior **priors; // [label_count]
  vd_view *stated;               // [label_count]: how the text writes its id, {NULL} when not
} vd_question;

// Fills terms and nearest of *g from its label and method.
vd_code vd_suggest_explain(const vd_suggester *s, vd_arena *a, const vd_question *q,
                           vd_suggestion *g, vd_error *err) VD_MUST_USE;
