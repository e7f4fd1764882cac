// The CVE list: one CVE JSON 5 record a document.
#include "feed/cve5.h"

#include "feed/sources/sources.h"

vd_code vd_read_cve5(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  return vd_cve5_read(a, in, sink, err);
}
