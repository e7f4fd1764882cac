// NVD 1.1: what one flaw says.
// https://csrc.nist.gov/schema/nvd/feed/1.1/nvd_cve_feed_json_1.1.schema
#include "feed/nvd.h"

static vd_view id_of(const vd_value *item) {
  return vd_text(vd_path(item, "cve", "CVE_data_meta", "ID"));
}

static void read_weaknesses(vd_cve *c, const vd_value *list) {
  vd_cve_speaker(c, "problemtype", (vd_view){0});
  for (VD_EACH (type, list))
    for (VD_EACH (d, vd_get(type, VD_VIEW("description"))))
      (void)vd_cve_weakness(c, vd_text_at(d, "value"));
}

static void read_matches(vd_cve *c, const vd_value *list) {
  for (VD_EACH (match, list)) {
    const vd_value *vulnerable = vd_get(match, VD_VIEW("vulnerable"));
    if (!vd_is(vulnerable, VD_KIND_BOOL) || !vulnerable->boolean)
      continue;
    vd_view cpe = vd_text_at(match, "cpe23Uri");
    vd_cve_product(c, cpe.len > 0 ? cpe : vd_text_at(match, "cpe22Uri"));
  }
}

// Nodes hold matches or further nodes; a document is nested no deeper than VD_NEST_MAX.
static void read_nodes(vd_cve *c, const vd_value *list) {
  const vd_value *next[VD_NEST_MAX];
  size_t depth = 0;
  next[depth++] = vd_first(list);
  vd_cve_speaker(c, "configurations", (vd_view){0});
  while (depth > 0) {
    const vd_value *node = next[depth - 1];
    if (node == NULL) {
      depth--;
      continue;
    }
    next[depth - 1] = node->next;
    const vd_value *negate = vd_get(node, VD_VIEW("negate"));
    if (vd_is(negate, VD_KIND_BOOL) && negate->boolean)
      continue;
    read_matches(c, vd_get(node, VD_VIEW("cpe_match")));
    next[depth++] = vd_first(vd_get(node, VD_VIEW("children")));
  }
}

static void read_references(vd_cve *c, const vd_value *list) {
  vd_cve_speaker(c, "references", (vd_view){0});
  for (VD_EACH (r, list))
    vd_cve_reference(c, vd_text_at(r, "url"), vd_cve_tags_exploit(vd_get(r, VD_VIEW("tags"))));
}

static void read_flaw(vd_cve *c, const vd_value *item) {
  vd_view published = vd_text_at(item, "publishedDate");
  vd_view text = vd_cve_english(vd_path(item, "cve", "description", "description_data"));
  vd_cve_dated(c, published);
  if (vd_view_starts(text, VD_VIEW("** REJECT **"))) {
    vd_cve_reject(c);
    return;
  }
  vd_cve_define(c, (vd_view){0}, text);
  vd_cve_date(c, "published", published);
  vd_cve_date(c, "modified", vd_text_at(item, "lastModifiedDate"));
  vd_cve_cvss(c, vd_text(vd_path(item, "impact", "baseMetricV3", "cvssV3", "vectorString")));
  vd_cve_cvss(c, vd_text(vd_path(item, "impact", "baseMetricV2", "cvssV2", "vectorString")));
  read_weaknesses(c, vd_path(item, "cve", "problemtype", "problemtype_data"));
  read_nodes(c, vd_path(item, "configurations", "nodes"));
  read_references(c, vd_path(item, "cve", "references", "reference_data"));
}

const vd_nvd_edition vd_nvd_11 = {
    .list = VD_VIEW_INIT("CVE_Items"),
    .date = VD_VIEW_INIT("CVE_data_timestamp"),
    .id = id_of,
    .read = read_flaw,
};
