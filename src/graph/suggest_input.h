// suggest_input: what the ranked mapper learns from and is asked, read from the graph.
#pragma once

#include "graph/graph.h"
#include "graph/suggest.h"

typedef struct vd_suggest_questions {
  vd_suggest_input
      input; // live ATT&CK techniques, flaws that curated mappings map, weighted chains
  VD_VEC(vd_suggest_example)
  flaws; // those that affect a package, are known exploited, or are mapped
} vd_suggest_questions;

// Everything lives in the arena. Curated mappings are the live maps_to edges that a structured
// field of another source states.
vd_code vd_suggest_questions_read(vd_graph *g, vd_arena *a, vd_suggest_questions *out,
                                  vd_error *err) VD_MUST_USE;
