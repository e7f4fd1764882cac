// CISA KEV: the catalogue of flaws known to be exploited.
#include "feed/sources/sources.h"

// NULL when the entry is usable, else what is wrong with it.
static const char *check(const vd_kev *k) {
  if (!vd_token_valid(k->cve) || !vd_view_starts(k->cve, VD_VIEW("CVE-")))
    return "cveID is not a CVE id";
  return vd_date_valid(k->added) ? NULL : "dateAdded is not a date";
}

static vd_code read_entry(const vd_value *entry, size_t number, const vd_feed_sink *sink) {
  vd_kev k = {.cve = vd_text_at(entry, "cveID"), .added = vd_text_at(entry, "dateAdded")};
  vd_view due = vd_text_at(entry, "dueDate");
  const char *wrong = check(&k);
  if (wrong != NULL) {
    vd_feed_bad_record(sink, number, wrong);
    return VD_OK;
  }
  k.due = vd_date_valid(due) ? due : (vd_view){0};
  k.ransomware = vd_view_ieq(vd_text_at(entry, "knownRansomwareCampaignUse"), VD_VIEW("Known"));
  return sink->kev(sink->ctx, &k);
}

vd_code vd_read_kev(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_json_parse(a, in->bytes, &doc, err));
  const vd_value *list = vd_get(doc, VD_VIEW("vulnerabilities"));
  if (!vd_is(list, VD_KIND_ARRAY))
    return vd_fail(err, VD_FORMAT, "the catalogue has no list named vulnerabilities");
  VD_TRY(sink->snapshot(sink->ctx, vd_scalar_at(doc, "catalogVersion"),
                        vd_scalar_at(doc, "dateReleased")));
  size_t number = 0;
  for (VD_EACH (entry, list))
    VD_TRY(read_entry(entry, ++number, sink));
  return VD_OK;
}
