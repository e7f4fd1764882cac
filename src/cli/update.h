// update: where the user's knowledge base lives, and what `vedette update` says.
#pragma once

#include "cli/cli.h"
#include "feed/feed.h"

// The day an update counts as: --date YYYY-MM-DD, else today (UTC); and the moment, RFC 3339.
vd_code vd_update_day(vd_arena *a, const char *date, int64_t *today, vd_view *now, vd_error *err);
void vd_update_print(const vd_update_result *r);
vd_code vd_update_status(vd_graph *g, vd_error *err);
