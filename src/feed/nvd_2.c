// NVD 2.0: what one flaw says. https://csrc.nist.gov/schema/nvd/api/2.0/cve_api_json_2.0.schema
#include "feed/nvd.h"

static const vd_value *cve_of(const vd_value *item) { return vd_get(item, VD_VIEW("cve")); }

static vd_view id_of(const vd_value *item) { return vd_text_at(cve_of(item), "id"); }

static void read_vectors(vd_cve *c, const vd_value *metrics, bool primary) {
  static const char *const versions[] = {"cvssMetricV40", "cvssMetricV31", "cvssMetricV30",
                                         "cvssMetricV2"};
  for (size_t i = 0; i < VD_COUNT(versions); i++)
    for (VD_EACH (metric, vd_get(metrics, vd_view_of(versions[i]))))
      if (vd_view_eq(vd_text_at(metric, "type"), VD_VIEW("Primary")) == primary)
        vd_cve_cvss(c, vd_text_at(vd_get(metric, VD_VIEW("cvssData")), "vectorString"));
}

static void read_metrics(vd_cve *c, const vd_value *metrics) {
  read_vectors(c, metrics, true);
  read_vectors(c, metrics, false);
  for (VD_EACH (metric, vd_get(metrics, VD_VIEW("ssvcV203"))))
    for (VD_EACH (option, vd_get(vd_get(metric, VD_VIEW("ssvcData")), VD_VIEW("options"))))
      for (VD_EACH (point, option))
        vd_cve_ssvc(c, point->key, vd_text(point));
}

static void read_weaknesses(vd_cve *c, const vd_value *list) {
  for (VD_EACH (weakness, list)) {
    vd_cve_speaker(c, "weaknesses", vd_text_at(weakness, "source"));
    for (VD_EACH (d, vd_get(weakness, VD_VIEW("description"))))
      (void)vd_cve_weakness(c, vd_text_at(d, "value"));
  }
}

static void read_references(vd_cve *c, const vd_value *list) {
  vd_cve_speaker(c, "references", (vd_view){0});
  for (VD_EACH (r, list))
    vd_cve_reference(c, vd_text_at(r, "url"), vd_cve_tags_exploit(vd_get(r, VD_VIEW("tags"))));
}

static void read_affected(vd_cve *c, const vd_value *list) {
  for (VD_EACH (part, list)) {
    vd_cve_speaker(c, "affected", vd_text_at(part, "source"));
    for (VD_EACH (entry, vd_get(part, VD_VIEW("affectedData"))))
      vd_cve_affected(c, entry);
  }
}

static void read_tags(vd_cve *c, const vd_value *list) {
  for (VD_EACH (part, list))
    for (VD_EACH (tag, vd_get(part, VD_VIEW("tags"))))
      if (vd_token_valid(vd_text(tag)))
        vd_cve_property(c, "tag", vd_text(tag));
}

static void read_flaw(vd_cve *c, const vd_value *item) {
  const vd_value *cve = cve_of(item);
  vd_cve_dated(c, vd_text_at(cve, "published"));
  if (vd_view_eq(vd_text_at(cve, "vulnStatus"), VD_VIEW("Rejected"))) {
    vd_cve_reject(c);
    return;
  }
  vd_cve_define(c, (vd_view){0}, vd_cve_english(vd_get(cve, VD_VIEW("descriptions"))));
  vd_cve_date(c, "published", vd_text_at(cve, "published"));
  vd_cve_date(c, "modified", vd_text_at(cve, "lastModified"));
  vd_cve_date(c, "kev_added", vd_text_at(cve, "cisaExploitAdd"));
  vd_cve_date(c, "kev_due", vd_text_at(cve, "cisaActionDue"));
  read_metrics(c, vd_get(cve, VD_VIEW("metrics")));
  read_weaknesses(c, vd_get(cve, VD_VIEW("weaknesses")));
  vd_cve_speaker(c, "configurations", (vd_view){0});
  vd_cve_configurations(c, vd_get(cve, VD_VIEW("configurations")));
  read_affected(c, vd_get(cve, VD_VIEW("affected")));
  read_references(c, vd_get(cve, VD_VIEW("references")));
  read_tags(c, vd_get(cve, VD_VIEW("cveTags")));
}

const vd_nvd_edition vd_nvd_2 = {
    .list = VD_VIEW_INIT("vulnerabilities"),
    .date = VD_VIEW_INIT("timestamp"),
    .id = id_of,
    .read = read_flaw,
};
