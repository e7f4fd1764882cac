// The tracker of exploits and incidents that stands beside OWASP's list for agents.
#pragma once

#include "feed/feed.h"

// True for a document with the tracker's table.
bool vd_owasp_is_tracker(vd_view document);
// One incident a row, with the entries of the list and the flaws it names. NOMEM.
vd_code vd_owasp_tracker(vd_arena *a, vd_view document, const vd_feed_sink *sink) VD_MUST_USE;
