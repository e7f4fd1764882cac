// CISA Vulnrichment: CVE JSON 5 records with CISA's container, one a document.
#include "feed/cve5.h"
#include "feed/sources/sources.h"

vd_code vd_read_vulnrichment(vd_arena *a, const vd_input *in, const vd_feed_sink *sink,
                             vd_error *err) {
  return vd_cve5_read(a, in, sink, err);
}
