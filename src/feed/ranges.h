// OSV event lists evaluated into the intervals of affected versions that facts tables hold.
#pragma once

#include "feed/feed.h"
#include "package/package.h"

typedef struct vd_osv_interval {
  bool from_start; // no lower bound (introduced "0"): holds even versions that are not PEP 440
  bool to_end;     // no upper bound
  bool closed;     // high itself is affected (last_affected)
  vd_version low, high;
} vd_osv_interval;

// Ascending, disjoint, and not touching: one list per set of versions.
typedef VD_VEC(vd_osv_interval) vd_osv_intervals;

// The versions some range affects, by the evaluation algorithm of the OSV schema: events in version
// order (document order among equals), introduced switches on, fixed off, last_affected off for
// what is above it; a `limit` cuts everything at or above the largest one. Texts are borrowed.
vd_code vd_osv_evaluate(vd_arena *a, const vd_events *ranges, size_t n,
                        vd_osv_intervals *out) VD_MUST_USE;
bool vd_osv_contains(const vd_osv_intervals *s, const vd_version *v);
// "[,1.2) [2.0,2.3]"; {NULL} on NOMEM.
vd_view vd_osv_format(vd_arena *a, const vd_osv_intervals *s);
