// verify: what must hold in every knowledge base, asked of the whole file.
#pragma once

#include "graph/graph.h"

typedef struct vd_check {
  const char *name;    // "no edge leads to a missing node"
  uint64_t violations; // 0 when it holds
  vd_view example;     // one of them, for people; {NULL} when it holds
} vd_check;
typedef VD_VEC(vd_check) vd_checks;

// Runs every check; *out has one entry each, in a fixed order. The call fails only when a check
// cannot be made (a damaged file: FORMAT).
vd_code vd_graph_verify(vd_graph *g, vd_arena *a, vd_checks *out, vd_error *err) VD_MUST_USE;
