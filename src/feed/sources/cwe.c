// MITRE CWE: as its REST API serves it, {"ContentVersion": ...}, {"Weaknesses": [...]}, the
// categories, which old advisories still name as if they were weaknesses, and the views; or all of
// that as the official XML.
#include "feed/cwe.h"

static bool is(const vd_value *table, const char *key, const char *text) {
  return vd_view_eq(vd_text_at(table, key), vd_view_of(text));
}

static const vd_value *list(const vd_value *entry, const char *key) {
  return vd_get(entry, vd_view_of(key));
}

// ---- parts of an entry --------------------------------------------------------------------------

static vd_code read_relations(vd_arena *a, const vd_value *w, vd_cwe_entry *e) {
  for (VD_EACH (r, list(w, "RelatedWeaknesses")))
    if (is(r, "Nature", "ChildOf") && is(r, "ViewID", "1000"))
      VD_TRY(vd_views_add(a, &e->parents, vd_scalar_at(r, "CweID")));
  for (VD_EACH (id, list(w, "RelatedAttackPatterns")))
    VD_TRY(vd_views_add(a, &e->patterns, vd_scalar(id)));
  return VD_OK;
}

static vd_code read_words(vd_arena *a, const vd_value *w, vd_cwe_entry *e) {
  for (VD_EACH (p, list(w, "ApplicablePlatforms"))) {
    vd_view name = vd_text_at(p, "Name");
    VD_TRY(vd_views_add(a, &e->platforms, name.len > 0 ? name : vd_text_at(p, "Class")));
  }
  for (VD_EACH (term, list(w, "AlternateTerms")))
    VD_TRY(vd_views_add(a, &e->synonyms, vd_text_at(term, "Term")));
  return VD_OK;
}

static vd_code read_examples(vd_arena *a, const vd_value *w, vd_cwe_entry *e) {
  for (VD_EACH (o, list(w, "ObservedExamples"))) {
    vd_cwe_example *example = vd_vec_push(a, &e->examples);
    if (example == NULL)
      return VD_NOMEM;
    *example = (vd_cwe_example){vd_text_at(o, "Reference"), vd_text_at(o, "Description")};
  }
  return VD_OK;
}

static void read_history(const vd_value *w, vd_cwe_entry *e) {
  for (VD_EACH (change, list(w, "ContentHistory"))) {
    if (is(change, "Type", "Submission") && e->created.len == 0)
      e->created = vd_text_at(change, "SubmissionDate");
    if (is(change, "Type", "Modification"))
      e->modified = vd_text_at(change, "ModificationDate");
  }
}

static vd_code read_text(vd_arena *a, const vd_value *w, vd_cwe_entry *e) {
  static const char *const keys[] = {"Description", "Summary", "Objective"};
  for (size_t i = 0; i < VD_COUNT(keys) && e->text.len == 0; i++)
    e->text = vd_text_at(w, keys[i]);
  vd_view more = vd_text_at(w, "ExtendedDescription");
  if (more.len == 0)
    return VD_OK;
  // Cut to what is kept, as a formatted text takes but a part of a long view.
  vd_view head = vd_feed_text(e->text), tail = vd_feed_text(more);
  VD_SCOPED_BUF b = VD_BUF((size_t)2 * VD_TEXT_MAX + 1);
  vd_buf_put(&b, head);
  vd_buf_put_c(&b, '\n');
  vd_buf_put(&b, tail);
  e->text = b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
  return e->text.ptr == NULL ? VD_NOMEM : VD_OK;
}

// ---- documents ----------------------------------------------------------------------------------

static vd_code read_entry(vd_arena *a, const vd_value *w, vd_view class, const vd_feed_sink *sink) {
  vd_cwe_entry e = {.number = vd_scalar_at(w, "ID"),
                    .name = vd_text_at(w, "Name"),
                    .class = class,
                    .status = vd_text_at(w, "Status"),
                    .likelihood = vd_text_at(w, "LikelihoodOfExploit")};
  VD_TRY(read_text(a, w, &e));
  VD_TRY(read_relations(a, w, &e));
  VD_TRY(read_words(a, w, &e));
  VD_TRY(read_examples(a, w, &e));
  read_history(w, &e);
  return vd_cwe_state(a, sink, &e);
}

// Categories and views come as bare lists too; only views have an objective.
static vd_code read_groups(vd_arena *a, const vd_value *groups, const vd_feed_sink *sink) {
  for (VD_EACH (g, groups)) {
    bool view = vd_get(g, VD_VIEW("Objective")) != NULL;
    VD_TRY(read_entry(a, g, view ? VD_VIEW("View") : VD_VIEW("Category"), sink));
  }
  return VD_OK;
}

static vd_code read_json(vd_arena *a, vd_view bytes, const vd_feed_sink *sink, vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_json_parse(a, bytes, &doc, err));
  vd_view version = vd_scalar_at(doc, "ContentVersion");
  const vd_value *weaknesses = list(doc, "Weaknesses"), *views = list(doc, "Views");
  const vd_value *groups = vd_is(doc, VD_KIND_ARRAY) ? doc : list(doc, "Categories");
  if (version.len == 0 && weaknesses == NULL && groups == NULL && views == NULL)
    return vd_fail(err, VD_FORMAT, "neither a version, weaknesses nor categories of CWE");
  if (version.len != 0)
    VD_TRY(sink->snapshot(sink->ctx, version, vd_scalar_at(doc, "ContentDate")));
  for (VD_EACH (w, weaknesses))
    VD_TRY(read_entry(a, w, vd_text_at(w, "Abstraction"), sink));
  VD_TRY(read_groups(a, groups, sink));
  return read_groups(a, views, sink);
}

vd_code vd_read_cwe(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  bool xml = vd_view_starts(vd_view_trim(vd_view_first(in->bytes, VD_LINE_MAX)), VD_VIEW("<"));
  return xml ? vd_cwe_read_xml(a, in->bytes, sink, err) : read_json(a, in->bytes, sink, err);
}
