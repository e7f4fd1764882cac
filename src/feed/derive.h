// derive: what follows from the feeds together, recomputed after an update that changed something.
#pragma once

#include "feed/feed.h"

// Brings everything that is derived to the state of the graph; does nothing when it is there
// already, also after an update that was killed in between.
vd_code vd_derive(vd_graph *g, int64_t today, vd_error *err) VD_MUST_USE;
// The tables of matching, inside the caller's transaction.
vd_code vd_derive_matching(vd_graph *g, vd_error *err) VD_MUST_USE;
// The phase, software layer and surface of every flaw of a PyPI package, as an edition of the
// source "levels".
vd_code vd_derive_levels(vd_graph *g, int64_t today, vd_error *err) VD_MUST_USE;
// Clusters of vulnerabilities, as an edition of the source "clusters".
vd_code vd_derive_clusters(vd_graph *g, int64_t today, vd_error *err) VD_MUST_USE;
