// OSV event lists evaluated into the intervals of affected versions that facts tables hold.
#pragma once

#include "feed/feed.h"
#include "package/package.h"

// The versions some range affects, by the evaluation algorithm of the OSV schema: events in version
// order (document order among equals), introduced switches on, fixed off, last_affected off for
// what is above it; a `limit` cuts everything at or above the largest one. Ascending, disjoint
// and not touching, so that one set of versions has one list. Texts are borrowed.
vd_code vd_osv_evaluate(vd_arena *a, const vd_events *ranges, size_t n, vd_ranges *out) VD_MUST_USE;
// As vd_ranges_contain, for lists made here: logarithmic, since a feed may list a million versions.
bool vd_osv_contains(const vd_ranges *s, const vd_version *v);
// "[,1.2) [2.0,2.3]"; {NULL} on NOMEM.
vd_view vd_osv_format(vd_arena *a, const vd_ranges *s);
