// AVID's working table of CVEs that a language model (gpt-4o-mini) took for flaws of AI systems or
// of their supply chain. Guesses of a machine: they mark a flaw, they prove nothing.
#include "feed/sheet.h"
#include "feed/sources/sources.h"

bool vd_entry_avid_labels(vd_view path) {
  return vd_view_has(path, VD_VIEW("/reports/review/cve_published_labeled_")) &&
         vd_view_ends(path, VD_VIEW(".csv"));
}

static bool cve_valid(vd_view id) {
  return vd_view_starts(id, VD_VIEW("CVE-")) && vd_token_valid(id) && id.len <= 20;
}

static vd_code read_row(vd_arena *a, const vd_sheet *s, vd_error *err) {
  vd_view id = vd_sheet_cell(s, "cve_id"), label = vd_sheet_cell(s, "Classification");
  vd_view categories = vd_sheet_cell(s, "NIST_IDs"); // of NIST AI 100-2
  if (!cve_valid(id) || !vd_token_valid(label)) {
    vd_sheet_bad(s, "not a CVE id and its class", vd_view_first(id, 60));
    return VD_OK;
  }
  if (vd_view_eq(label, VD_VIEW("Non-AI")))
    return VD_OK;
  vd_record r = vd_record_of(a, id, (vd_view){0});
  vd_ref flaw = vd_ref_of(VD_NODE_VULNERABILITY, id);
  vd_record_property(&r, flaw, "labels", label);
  while (categories.len > 0)
    vd_record_property(&r, flaw, "labels", vd_view_trim(vd_view_cut(&categories, ',')));
  return r.failed ? vd_fail(err, VD_NOMEM, "no memory for a label") : vd_feed_record(s->sink, &r);
}

vd_code vd_read_avid_labels(vd_arena *a, const vd_input *in, const vd_feed_sink *sink,
                            vd_error *err) {
  vd_sheet s;
  VD_TRY(vd_sheet_open(a, in->bytes, sink, &s, err));
  if (!vd_sheet_has(&s, "cve_id") || !vd_sheet_has(&s, "Classification"))
    return vd_fail(err, VD_FORMAT, "the table has no columns cve_id and Classification");
  vd_code code;
  while ((code = vd_sheet_next(&s, err)) == VD_OK)
    VD_TRY(read_row(a, &s, err));
  return code == VD_NOTFOUND ? VD_OK : code;
}
