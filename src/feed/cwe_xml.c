// MITRE CWE in its official XML: the edition to fall back on where the REST API is not reached.
#include "feed/cwe.h"

static const vd_value *child(const vd_value *element, const char *name) {
  return vd_get(element, vd_view_of(name));
}

static bool is(const vd_value *element, const char *name) {
  return vd_view_eq(element->key, vd_view_of(name));
}

static bool states(const vd_value *element, const char *attribute, const char *value) {
  return vd_view_eq(vd_text_at(element, attribute), vd_view_of(value));
}

// The text of an element that holds no other.
static vd_view text_at(const vd_value *element, const char *name) {
  return vd_view_trim(vd_text_at(child(element, name), "#text"));
}

// ---- parts of an entry --------------------------------------------------------------------------

static vd_code read_relations(vd_arena *a, const vd_value *w, vd_cwe_entry *e) {
  for (VD_EACH (r, child(w, "Related_Weaknesses")))
    if (states(r, "@Nature", "ChildOf") && states(r, "@View_ID", "1000"))
      VD_TRY(vd_views_add(a, &e->parents, vd_text_at(r, "@CWE_ID")));
  for (VD_EACH (p, child(w, "Related_Attack_Patterns")))
    VD_TRY(vd_views_add(a, &e->patterns, vd_text_at(p, "@CAPEC_ID")));
  return VD_OK;
}

static vd_code read_words(vd_arena *a, const vd_value *w, vd_cwe_entry *e) {
  for (VD_EACH (p, child(w, "Applicable_Platforms"))) {
    vd_view name = vd_text_at(p, "@Name");
    VD_TRY(vd_views_add(a, &e->platforms, name.len > 0 ? name : vd_text_at(p, "@Class")));
  }
  for (VD_EACH (term, child(w, "Alternate_Terms")))
    VD_TRY(vd_views_add(a, &e->synonyms, text_at(term, "Term")));
  return VD_OK;
}

static vd_code read_examples(vd_arena *a, const vd_value *w, vd_cwe_entry *e) {
  for (VD_EACH (o, child(w, "Observed_Examples"))) {
    vd_cwe_example *example = vd_vec_push(a, &e->examples);
    vd_view words = vd_xml_text(a, child(o, "Description"));
    if (example == NULL || words.ptr == NULL)
      return VD_NOMEM;
    *example = (vd_cwe_example){text_at(o, "Reference"), words};
  }
  return VD_OK;
}

static void read_history(const vd_value *w, vd_cwe_entry *e) {
  for (VD_EACH (change, child(w, "Content_History"))) {
    if (is(change, "Submission") && e->created.len == 0)
      e->created = text_at(change, "Submission_Date");
    if (is(change, "Modification"))
      e->modified = text_at(change, "Modification_Date");
  }
}

static vd_code read_text(vd_arena *a, const vd_value *w, vd_cwe_entry *e) {
  static const char *const names[] = {"Description", "Summary", "Objective",
                                      "Extended_Description"};
  VD_SCOPED_BUF b = VD_BUF((size_t)4 * (VD_TEXT_MAX + 1));
  for (size_t i = 0; i < VD_COUNT(names); i++) {
    vd_view part = vd_xml_text(a, child(w, names[i]));
    if (part.ptr == NULL)
      return VD_NOMEM;
    if (b.len > 0 && part.len > 0)
      vd_buf_put_c(&b, '\n');
    vd_buf_put(&b, vd_feed_text(part));
  }
  e->text = b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
  return e->text.ptr == NULL ? VD_NOMEM : VD_OK;
}

// ---- documents ----------------------------------------------------------------------------------

static vd_code read_entry(vd_arena *a, const vd_value *w, vd_view class, const vd_feed_sink *sink) {
  vd_cwe_entry e = {.number = vd_text_at(w, "@ID"),
                    .name = vd_text_at(w, "@Name"),
                    .class = class,
                    .status = vd_text_at(w, "@Status"),
                    .likelihood = text_at(w, "Likelihood_Of_Exploit")};
  VD_TRY(read_text(a, w, &e));
  VD_TRY(read_relations(a, w, &e));
  VD_TRY(read_words(a, w, &e));
  VD_TRY(read_examples(a, w, &e));
  read_history(w, &e);
  return vd_cwe_state(a, sink, &e);
}

// A list may hold its attributes and stray text beside the entries.
static vd_code read_list(vd_arena *a, const vd_value *list, const char *name,
                         const vd_feed_sink *sink) {
  for (VD_EACH (w, list)) {
    bool weakness = is(w, "Weakness");
    vd_view class = weakness ? vd_text_at(w, "@Abstraction") : vd_view_of(name);
    if (is(w, name))
      VD_TRY(read_entry(a, w, class, sink));
  }
  return VD_OK;
}

vd_code vd_cwe_read_xml(vd_arena *a, vd_view bytes, const vd_feed_sink *sink, vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_xml_parse(a, bytes, &doc, err));
  if (!is(doc, "Weakness_Catalog"))
    return vd_fail(err, VD_FORMAT, "the document is no catalogue of weaknesses");
  VD_TRY(sink->snapshot(sink->ctx, vd_text_at(doc, "@Version"), vd_text_at(doc, "@Date")));
  VD_TRY(read_list(a, child(doc, "Weaknesses"), "Weakness", sink));
  VD_TRY(read_list(a, child(doc, "Categories"), "Category", sink));
  return read_list(a, child(doc, "Views"), "View", sink);
}
