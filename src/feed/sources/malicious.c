// OpenSSF malicious packages: one report a document, in OSV's form.
#include "feed/sources/sources.h"

vd_code vd_read_malicious(vd_arena *a, const vd_input *in, const vd_feed_sink *sink,
                          vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_json_parse(a, in->bytes, &doc, err));
  return vd_osv_read(a, doc, sink, err);
}
