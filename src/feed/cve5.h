// CVE JSON 5 records, which several sources publish.
#pragma once

#include "feed/feed.h"

// One record of https://cveproject.github.io/cve-schema/: its CNA and every ADP container. FORMAT
// when it has no CVE id or is neither published nor rejected.
vd_code vd_cve5_read(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err);
