// update: where the user's knowledge base lives, and what `vedette update` says.
#pragma once

#include "cli/cli.h"
#include "feed/mirror.h"

// The day an update counts as: --date YYYY-MM-DD, else today (UTC); and the moment, RFC 3339.
vd_code vd_update_day(vd_arena *a, const char *date, int64_t *today, vd_view *now, vd_error *err);

// Where the text of `update` goes.
typedef struct vd_update_text {
  vd_buf *out;
  bool json;
} vd_update_text;

// What was done, feed by feed.
void vd_update_print(const vd_update_text *t, const vd_update_result *r);
// Age, version, counts and failures of each source; today is YYYYMMDD.
vd_code vd_update_status(const vd_update_text *t, vd_graph *g, int64_t today, vd_error *err);
// Every feed there is.
void vd_update_list(const vd_update_text *t);
// The addresses that would be asked.
vd_code vd_update_addresses(const vd_update_text *t, const vd_mirror *m, const vd_update_options *o,
                            vd_error *err);
