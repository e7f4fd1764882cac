// exposure: every vulnerability class of the graph with how it can be and is exploited, for kernels
// that look at all of them at once.
#pragma once

#include "graph/graph.h"

typedef struct vd_exposure {
  int64_t node; // stands for the class
  vd_view key;
  vd_view cvss;      // a 3.x vector where one is known, else 4.0, else 2.0; {NULL} when none
  double epss;       // 0-1; negative when not scored
  uint32_t exploits; // entries of exploit lists
  bool kev, ransomware;
  int exploitation; // SSVC: 0 none, 1 proof of concept, 2 active; -1 not assessed
} vd_exposure;
typedef VD_VEC(vd_exposure) vd_exposures;

// By node id; classes of which nothing of this is known are left out.
vd_code vd_exposures_read(vd_graph *g, vd_arena *a, vd_exposures *out, vd_error *err) VD_MUST_USE;
