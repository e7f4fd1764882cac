// CVE JSON 5 records: a flaw as its CNA and every ADP container describe it.
#include "feed/cve5.h"

#include "feed/cve.h"
#include "package/ascii.h"

// ---- metrics ------------------------------------------------------------------------------------

// SSVC comes as options of one member each, as one object, and as selections {name, values}.
static void read_ssvc(vd_cve *c, const vd_value *content) {
  for (VD_EACH (option, vd_get(content, VD_VIEW("options"))))
    for (VD_EACH (point, option))
      vd_cve_ssvc(c, point->key, vd_text(point));
  for (VD_EACH (point, content))
    if (vd_is(point, VD_KIND_STRING))
      vd_cve_ssvc(c, point->key, vd_text(point));
  for (VD_EACH (selection, vd_get(content, VD_VIEW("selections"))))
    vd_cve_ssvc(c, vd_text_at(selection, "name"),
                vd_text(vd_first(vd_get(selection, VD_VIEW("values")))));
}

static void read_other(vd_cve *c, const vd_value *other) {
  vd_view type = vd_text_at(other, "type");
  const vd_value *content = vd_get(other, VD_VIEW("content"));
  if (vd_view_ieq(vd_view_first(type, 4), VD_VIEW("ssvc")))
    read_ssvc(c, content);
  else if (vd_view_ieq(type, VD_VIEW("kev")))
    vd_cve_date(c, "kev_added", vd_text_at(content, "dateAdded"));
}

static void read_metric(vd_cve *c, const vd_value *metric) {
  static const char *const versions[] = {"cvssV4_0", "cvssV3_1", "cvssV3_0", "cvssV2_0"};
  for (size_t i = 0; i < VD_COUNT(versions); i++)
    vd_cve_cvss(c, vd_text_at(vd_get(metric, vd_view_of(versions[i])), "vectorString"));
  read_other(c, vd_get(metric, VD_VIEW("other")));
}

// ---- what else a container says -----------------------------------------------------------------

static void read_problem(vd_cve *c, const vd_value *problem) {
  for (VD_EACH (d, vd_get(problem, VD_VIEW("descriptions"))))
    if (!vd_cve_weakness(c, vd_text_at(d, "cweId")))
      (void)vd_cve_weakness(c, vd_text_at(d, "description"));
}

// "disputed", "unsupported-when-assigned"
static void read_tags(vd_cve *c, const vd_value *tags) {
  for (VD_EACH (tag, tags))
    if (vd_token_valid(vd_text(tag)))
      vd_cve_property(c, "tag", vd_text(tag));
}

static bool is_technique(vd_view id) {
  vd_view digits = vd_view_from(id, 1);
  for (size_t i = 0; i < digits.len; i++)
    if (!vd_is_digit(digits.ptr[i]) && digits.ptr[i] != '.')
      return false;
  return vd_view_starts(id, VD_VIEW("T")) && id.len >= 5;
}

static void read_taxonomy(vd_cve *c, const vd_value *taxonomy) {
  if (!vd_view_ieq(vd_text_at(taxonomy, "taxonomyName"), VD_VIEW("ATT&CK")))
    return;
  for (VD_EACH (relation, vd_get(taxonomy, VD_VIEW("taxonomyRelations")))) {
    vd_view id = vd_text_at(relation, "taxonomyId");
    if (is_technique(id))
      vd_cve_link(c, VD_EDGE_MAPS_TO, vd_ref_of(VD_NODE_TECHNIQUE, id));
  }
}

static void read_container(vd_cve *c, const vd_value *container) {
  for (VD_EACH (metric, vd_get(container, VD_VIEW("metrics"))))
    read_metric(c, metric);
  for (VD_EACH (problem, vd_get(container, VD_VIEW("problemTypes"))))
    read_problem(c, problem);
  for (VD_EACH (entry, vd_get(container, VD_VIEW("affected"))))
    vd_cve_affected(c, entry);
  vd_cve_configurations(c, vd_get(container, VD_VIEW("cpeApplicability")));
  for (VD_EACH (r, vd_get(container, VD_VIEW("references"))))
    vd_cve_reference(c, vd_text_at(r, "url"), vd_cve_tags_exploit(vd_get(r, VD_VIEW("tags"))));
  read_tags(c, vd_get(container, VD_VIEW("tags")));
  for (VD_EACH (taxonomy, vd_get(container, VD_VIEW("taxonomyMappings"))))
    read_taxonomy(c, taxonomy);
}

// ---- the record ---------------------------------------------------------------------------------

static void read_published(vd_cve *c, const vd_value *meta, const vd_value *containers) {
  const vd_value *cna = vd_get(containers, VD_VIEW("cna"));
  vd_cve_define(c, vd_text_at(cna, "title"), vd_cve_english(vd_get(cna, VD_VIEW("descriptions"))));
  vd_cve_date(c, "published", vd_text_at(meta, "datePublished"));
  vd_cve_date(c, "modified", vd_text_at(meta, "dateUpdated"));
  vd_cve_speaker(c, "cna", (vd_view){0});
  read_container(c, cna);
  for (VD_EACH (adp, vd_get(containers, VD_VIEW("adp")))) {
    vd_cve_speaker(c, "adp", vd_text_at(vd_get(adp, VD_VIEW("providerMetadata")), "shortName"));
    read_container(c, adp);
  }
}

// Some that were rejected never were published.
static void read_rejected(vd_cve *c, const vd_value *meta) {
  vd_cve_reject(c);
  vd_cve_dated(c, vd_text_at(meta, "dateRejected"));
  vd_cve_dated(c, vd_text_at(meta, "dateUpdated"));
}

static vd_code read_record(vd_cve *c, const vd_value *doc, vd_error *err) {
  const vd_value *meta = vd_get(doc, VD_VIEW("cveMetadata"));
  vd_view state = vd_text_at(meta, "state");
  vd_cve_dated(c, vd_text_at(meta, "datePublished"));
  if (vd_view_eq(state, VD_VIEW("PUBLISHED")))
    read_published(c, meta, vd_get(doc, VD_VIEW("containers")));
  else if (vd_view_eq(state, VD_VIEW("REJECTED")))
    read_rejected(c, meta);
  else
    return vd_fail(err, VD_FORMAT, "the record is neither published nor rejected");
  return vd_cve_finish(c, err);
}

vd_code vd_cve5_read(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_json_parse(a, in->bytes, &doc, err));
  vd_view id = vd_text_at(vd_get(doc, VD_VIEW("cveMetadata")), "cveId");
  if (!vd_cve_valid(id))
    return vd_fail(err, VD_FORMAT, "the document has no CVE id");
  vd_cve c = vd_cve_of(a, sink, id);
  return read_record(&c, doc, err);
}
