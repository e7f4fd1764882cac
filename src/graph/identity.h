// identity: which nodes are one thing under several ids.
#pragma once

#include "graph/graph.h"

// Recomputes the classes of aliases from the live alias_of and revoked_by edges, and writes the
// canon of nodes where it changed.
vd_code vd_identity_settle(vd_graph *g, vd_error *err) VD_MUST_USE;
// Counts nodes whose canon is not what the edges make it, and names one. Changes nothing.
vd_code vd_identity_check(vd_graph *g, vd_arena *a, uint64_t *wrong, vd_view *example,
                          vd_error *err) VD_MUST_USE;
