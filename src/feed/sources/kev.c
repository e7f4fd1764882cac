// CISA KEV: the catalogue of flaws known to be exploited, as JSON or as CSV.
#include "feed/cve.h"
#include "feed/sheet.h"

typedef struct entry {
  vd_view cve, added, due, ransomware;
  vd_view vendor, product, name, text;
  const vd_value *cwes; // JSON: an array
  vd_view cwe_cell;     // CSV: "CWE-59, CWE-436"
} entry;

// NULL when the entry is usable, else what is wrong with it.
static const char *check(const entry *e) {
  if (!vd_cve_valid(e->cve))
    return "cveID is not a CVE id";
  return vd_date_valid(e->added) ? NULL : "dateAdded is not a date";
}

static void add_weaknesses(vd_cve *c, const entry *e) {
  vd_view cell = e->cwe_cell;
  vd_cve_speaker(c, "cwes", (vd_view){0});
  for (VD_EACH (cwe, e->cwes))
    (void)vd_cve_weakness(c, vd_text(cwe));
  while (cell.len > 0)
    (void)vd_cve_weakness(c, vd_view_cut(&cell, ','));
}

static vd_code hand_over(vd_arena *a, const entry *e, const vd_feed_sink *sink, vd_error *err) {
  vd_kev k = {.cve = e->cve, .added = e->added};
  k.due = vd_date_valid(e->due) ? e->due : (vd_view){0};
  k.ransomware = vd_view_ieq(e->ransomware, VD_VIEW("Known"));
  vd_cve c = vd_cve_of(a, sink, e->cve);
  vd_cve_dated(&c, e->added);
  vd_cve_define(&c, e->name, e->text);
  vd_cve_date(&c, "kev_added", e->added);
  vd_cve_date(&c, "kev_due", k.due);
  vd_cve_property(&c, "kev_ransomware", k.ransomware ? VD_VIEW("known") : VD_VIEW(""));
  vd_cve_property(&c, "vendor", vd_text_cut(e->vendor, VD_PRODUCT_NAME_MAX));
  vd_cve_property(&c, "product", vd_text_cut(e->product, VD_PRODUCT_NAME_MAX));
  add_weaknesses(&c, e);
  VD_TRY(sink->kev(sink->ctx, &k));
  return vd_cve_finish(&c, err);
}

// ---- JSON ---------------------------------------------------------------------------------------

static entry of_object(const vd_value *object) {
  return (entry){
      .cve = vd_text_at(object, "cveID"),
      .added = vd_text_at(object, "dateAdded"),
      .due = vd_text_at(object, "dueDate"),
      .ransomware = vd_text_at(object, "knownRansomwareCampaignUse"),
      .vendor = vd_text_at(object, "vendorProject"),
      .product = vd_text_at(object, "product"),
      .name = vd_text_at(object, "vulnerabilityName"),
      .text = vd_text_at(object, "shortDescription"),
      .cwes = vd_get(object, VD_VIEW("cwes")),
  };
}

static vd_code read_catalogue(vd_arena *a, vd_view bytes, const vd_feed_sink *sink, vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_json_parse(a, bytes, &doc, err));
  const vd_value *list = vd_get(doc, VD_VIEW("vulnerabilities"));
  if (!vd_is(list, VD_KIND_ARRAY))
    return vd_fail(err, VD_FORMAT, "the catalogue has no list named vulnerabilities");
  VD_TRY(sink->snapshot(sink->ctx, vd_scalar_at(doc, "catalogVersion"),
                        vd_scalar_at(doc, "dateReleased")));
  size_t number = 0;
  for (VD_EACH (object, list)) {
    entry e = of_object(object);
    const char *wrong = check(&e);
    number++;
    if (wrong != NULL)
      vd_feed_bad_record(sink, number, wrong);
    else
      VD_TRY(hand_over(a, &e, sink, err));
  }
  return VD_OK;
}

// ---- CSV ----------------------------------------------------------------------------------------

static entry of_row(const vd_sheet *s) {
  return (entry){
      .cve = vd_sheet_cell(s, "cveID"),
      .added = vd_sheet_cell(s, "dateAdded"),
      .due = vd_sheet_cell(s, "dueDate"),
      .ransomware = vd_sheet_cell(s, "knownRansomwareCampaignUse"),
      .vendor = vd_sheet_cell(s, "vendorProject"),
      .product = vd_sheet_cell(s, "product"),
      .name = vd_sheet_cell(s, "vulnerabilityName"),
      .text = vd_sheet_cell(s, "shortDescription"),
      .cwe_cell = vd_sheet_cell(s, "cwes"),
  };
}

// The table does not say when it was made: its newest entry does.
static vd_code read_table(vd_arena *a, vd_view bytes, const vd_feed_sink *sink, vd_error *err) {
  vd_sheet sheet;
  vd_view newest = {0};
  VD_TRY(vd_sheet_open(a, bytes, sink, &sheet, err));
  if (!vd_sheet_has(&sheet, "cveID") || !vd_sheet_has(&sheet, "dateAdded"))
    return vd_fail(err, VD_FORMAT, "the table has no columns named cveID and dateAdded");
  vd_code code = vd_sheet_next(&sheet, err);
  for (; code == VD_OK; code = vd_sheet_next(&sheet, err)) {
    entry e = of_row(&sheet);
    const char *wrong = check(&e);
    if (wrong != NULL) {
      vd_sheet_bad(&sheet, wrong, (vd_view){0});
      continue;
    }
    newest = vd_date_later(e.added, newest);
    VD_TRY(hand_over(a, &e, sink, err));
  }
  if (code != VD_NOTFOUND)
    return code;
  if (newest.len == 0)
    return vd_fail(err, VD_FORMAT, "the table has no entries");
  return sink->snapshot(sink->ctx, (vd_view){0}, newest);
}

vd_code vd_read_kev(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  static const vd_view mark = VD_VIEW_INIT("\xEF\xBB\xBF");
  vd_view bytes = vd_view_starts(in->bytes, mark) ? vd_view_from(in->bytes, mark.len) : in->bytes;
  vd_view start = vd_view_trim(bytes);
  bool table = vd_view_starts(start, VD_VIEW("cveID")) || vd_view_starts(start, VD_VIEW("\"cveID"));
  return table ? read_table(a, bytes, sink, err) : read_catalogue(a, bytes, sink, err);
}
