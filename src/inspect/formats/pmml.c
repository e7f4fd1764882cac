// PMML: models in XML. Entities, extensions that carry scripts, functions that name Java classes.
// https://dmg.org/pmml/v4-4-1/GeneralStructure.html
#include "inspect/text/document.h"

// The name of the root element, behind declarations and comments; the head may be cut.
static vd_view root_of(vd_view v) {
  for (size_t i = 0; i + 1 < v.len; i++) {
    if (v.ptr[i] != '<' || v.ptr[i + 1] == '?' || v.ptr[i + 1] == '!')
      continue;
    size_t end = i + 1;
    while (end < v.len && strchr(" \t\r\n/>", v.ptr[end]) == NULL)
      end++;
    return (vd_view){v.ptr + i + 1, end - i - 1};
  }
  return (vd_view){0};
}

static bool recognise(const vd_artefact *a) {
  vd_view v = vd_view_first(a->bytes, VD_HEAD_BYTES);
  vd_view start = vd_view_trim(vd_view_first(v, 64));
  if (!vd_view_starts(start, VD_VIEW("<")) && !vd_view_starts(start, VD_VIEW("\xef\xbb\xbf<")))
    return false;
  vd_view root = root_of(v);
  return vd_view_eq(root, VD_VIEW("PMML")) || vd_view_ends(root, VD_VIEW(":PMML")) ||
         vd_view_has(v, VD_VIEW("<!DOCTYPE PMML"));
}

static vd_code check_doctype(vd_inspection *in, vd_view v) {
  const char *p = memmem(v.ptr, v.len, "<!DOCTYPE", 9);
  if (p == NULL)
    p = memmem(v.ptr, v.len, "<!ENTITY", 8);
  if (p == NULL)
    return VD_OK;
  size_t at = (size_t)(p - v.ptr);
  vd_view text = vd_view_first(vd_view_from(v, at), 200);
  bool outside = vd_view_has(vd_view_from(v, at), VD_VIEW("SYSTEM")) ||
                 vd_view_has(vd_view_from(v, at), VD_VIEW("<!ENTITY"));
  vd_view first = vd_view_first(text, vd_view_find(text, '\n'));
  return vd_observe_as(in, VD_CHECK_PMML_ENTITY, outside ? VD_SEVERITY_HIGH : VD_SEVERITY_MEDIUM,
                       at, first);
}

static bool has_script(vd_view v) {
  static const char *const marks[] = {
      "<script",    "javascript:", "eval(", "Runtime.getRuntime", "ProcessBuilder", "os.system",
      "subprocess", "__import__",  "exec(", "function(",          "java.lang.",     "ScriptEngine"};
  for (size_t i = 0; i < VD_COUNT(marks); i++)
    if (vd_view_has(v, vd_view_of(marks[i])))
      return true;
  return false;
}

// An extension says what other software is to do with it; a script in one is the thing itself.
static vd_code check_text(vd_inspection *in, const vd_source *s, const vd_tree *t,
                          const vd_value *v) {
  const vd_value *element = vd_tree_parent(t);
  if (!has_script(v->text))
    return VD_OK;
  return vd_observe(in, VD_CHECK_PMML_CODE, vd_source_offset(s, v), "%.*s %.*s: %.*s",
                    VD_ARG(vd_view_first(element == NULL ? VD_VIEW("") : element->key, 60)),
                    VD_ARG(vd_view_first(v->key, 40)), VD_ARG(vd_view_first(v->text, 200)));
}

// "x-com.example.Function" or a dotted name is a class that the evaluator loads.
static vd_code check_function(vd_inspection *in, const vd_source *s, const vd_value *v) {
  vd_view name = vd_text_at(v, "@function");
  if (!vd_view_eq(v->key, VD_VIEW("Apply")) || !vd_view_has(name, VD_VIEW(".")))
    return VD_OK;
  char line[VD_EVIDENCE_TEXT_MAX];
  (void)snprintf(line, sizeof line, "Apply loads the class %.*s", VD_ARG(vd_view_first(name, 160)));
  return vd_observe_as(in, VD_CHECK_PMML_CODE, VD_SEVERITY_MEDIUM, vd_source_offset(s, v),
                       vd_view_of(line));
}

static vd_code set_properties(vd_inspection *in, const vd_value *doc) {
  vd_view made = vd_text(vd_path(doc, "Header", "Application", "@name"));
  VD_TRY(vd_model_set(in, "pmml_version", "%.*s", VD_ARG(vd_text_at(doc, "@version"))));
  return made.len == 0 ? VD_OK : vd_model_set(in, "producer", "%.*s", VD_ARG(made));
}

static vd_code check_tree(vd_inspection *in, const vd_source *s, const vd_value *doc) {
  vd_tree t = vd_tree_of(doc);
  for (const vd_value *v = vd_tree_next(&t); v != NULL; v = vd_tree_next(&t)) {
    if (v->kind == VD_KIND_TABLE)
      VD_TRY(check_function(in, s, v));
    else if (v->kind == VD_KIND_STRING)
      VD_TRY(check_text(in, s, &t, v));
  }
  return VD_OK;
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  const vd_value *doc;
  vd_source s = {a->bytes, 0};
  if (a->bytes.len > VD_DOCUMENT_BYTES_MAX)
    return vd_fail(err, VD_LIMIT, "a model of %zu bytes", a->bytes.len);
  VD_TRY(check_doctype(in, a->bytes));
  VD_TRY(vd_xml_parse(in->scratch, a->bytes, &doc, err));
  VD_TRY(set_properties(in, doc));
  return check_tree(in, &s, doc);
}

const vd_format vd_format_pmml = {
    .name = "pmml",
    .description = "PMML model in XML",
    .patterns = "*.pmml",
    .text = true,
    .recognise = recognise,
    .inspect = inspect,
};
