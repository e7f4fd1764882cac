// MITRE CWE as its REST API serves it: {"ContentVersion": ...}, {"Weaknesses": [...]} or the
// categories, which old advisories still name as if they were weaknesses.
#include "feed/sources/sources.h"

static bool is(const vd_value *table, const char *key, const char *text) {
  return vd_view_eq(vd_text_at(table, key), vd_view_of(text));
}

static vd_code read_parents(vd_arena *a, const vd_value *weakness, vd_view *out) {
  vd_id_list list = {.arena = a, .numbered = true};
  for (VD_EACH (r, vd_get(weakness, VD_VIEW("RelatedWeaknesses"))))
    if (is(r, "Nature", "ChildOf") && is(r, "ViewID", "1000"))
      VD_TRY(vd_id_list_add(&list, "CWE-", vd_scalar_at(r, "CweID")));
  *out = vd_id_list_join(&list);
  return out->ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_code read_patterns(vd_arena *a, const vd_value *weakness, vd_view *out) {
  vd_id_list list = {.arena = a, .numbered = true};
  for (VD_EACH (id, vd_get(weakness, VD_VIEW("RelatedAttackPatterns"))))
    VD_TRY(vd_id_list_add(&list, "CAPEC-", vd_scalar(id)));
  *out = vd_id_list_join(&list);
  return out->ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_code read_weakness(vd_arena *a, const vd_value *w, vd_view abstraction,
                             const vd_feed_sink *sink) {
  vd_view number = vd_scalar_at(w, "ID"), id = {0};
  vd_node_columns columns = {.at = {abstraction}, .count = 3};
  if (vd_token_valid(number)) {
    id = vd_arena_printf(a, "CWE-%.*s", VD_ARG(number));
    if (id.ptr == NULL)
      return VD_NOMEM;
  }
  VD_TRY(read_parents(a, w, &columns.at[1]));
  VD_TRY(read_patterns(a, w, &columns.at[2]));
  return vd_feed_node(sink, "weaknesses", id, vd_text_at(w, "Name"), &columns);
}

static vd_code read_lists(vd_arena *a, const vd_value *weaknesses, const vd_value *categories,
                          const vd_feed_sink *sink) {
  for (VD_EACH (w, weaknesses))
    VD_TRY(read_weakness(a, w, vd_text_at(w, "Abstraction"), sink));
  for (VD_EACH (c, categories))
    VD_TRY(read_weakness(a, c, VD_VIEW("Category"), sink));
  return VD_OK;
}

vd_code vd_read_cwe(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_json_parse(a, in->bytes, &doc, err));
  vd_view version = vd_scalar_at(doc, "ContentVersion");
  const vd_value *weaknesses = vd_get(doc, VD_VIEW("Weaknesses"));
  const vd_value *categories = vd_is(doc, VD_KIND_ARRAY) ? doc : vd_get(doc, VD_VIEW("Categories"));
  if (version.len == 0 && weaknesses == NULL && categories == NULL)
    return vd_fail(err, VD_FORMAT, "neither a version, weaknesses nor categories of CWE");
  if (version.len != 0)
    VD_TRY(sink->snapshot(sink->ctx, version, vd_scalar_at(doc, "ContentDate")));
  return read_lists(a, weaknesses, categories, sink);
}
