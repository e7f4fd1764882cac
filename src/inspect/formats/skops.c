// skops: schema.json of a .skops file, the tree of types that is built when it is loaded.
// https://skops.readthedocs.io/en/stable/persistence.html
#include "inspect/text/document.h"

typedef struct skops {
  vd_inspection *in;
  vd_source source;
} skops;

static bool recognise(const vd_artefact *a) { return vd_sort_of(a) == VD_SORT_SKOPS; }

static vd_code say(skops *s, const vd_value *at, vd_check_id check, vd_severity severity,
                   const char *text) {
  return vd_observe_as(s->in, check, severity, vd_source_offset(&s->source, at), vd_view_of(text));
}

static vd_view shown(vd_view v) { return vd_view_first(v, 100); }

// Packages whose types skops trusts; what they reach is in the table of callables.
static bool is_trusted(vd_view module) {
  static const char *const packages[] = {
      "sklearn",  "numpy",           "scipy",    "builtins", "collections", "xgboost",  "lightgbm",
      "catboost", "quantile_forest", "operator", "pandas",   "functools",   "datetime", "skops"};
  for (size_t i = 0; i < VD_COUNT(packages); i++) {
    vd_view p = vd_view_of(packages[i]);
    if (vd_view_starts(module, p) && (module.len == p.len || module.ptr[p.len] == '.'))
      return true;
  }
  return false;
}

// What a loader builds whatever __module__ and __class__ say, so another type there is for show.
static const struct {
  const char *loader, *module, *classes; // classes: blank-separated, "" any
} builders[] = {
    {"OperatorFuncNode", "operator", "attrgetter itemgetter methodcaller"},
    {"PartialNode", "functools", "partial"},
    {"BytesNode", "builtins", "bytes"},
    {"BytearrayNode", "builtins", "bytearray"},
    {"SliceNode", "builtins", "slice"},
    {"JsonNode", "builtins", "str int float bool NoneType"},
};

static vd_code check_builder(skops *s, const vd_value *v, vd_view loader, vd_view module,
                             vd_view class) {
  char line[VD_EVIDENCE_TEXT_MAX];
  for (size_t i = 0; i < VD_COUNT(builders); i++) {
    if (!vd_view_eq(loader, vd_view_of(builders[i].loader)))
      continue;
    if (vd_view_eq(module, vd_view_of(builders[i].module)) &&
        vd_view_among(class, builders[i].classes))
      return VD_OK;
    (void)snprintf(line, sizeof line, "%.*s shows %.*s.%.*s", VD_ARG(shown(loader)),
                   VD_ARG(shown(module)), VD_ARG(shown(class)));
    return say(s, v, VD_CHECK_SKOPS_MISMATCH, VD_SEVERITY_HIGH, line);
  }
  return VD_OK;
}

// A method is taken from the object inside, whose type must be the one that is shown.
static vd_code check_method(skops *s, const vd_value *v, vd_view module, vd_view class) {
  char line[VD_EVIDENCE_TEXT_MAX];
  const vd_value *content = vd_get(v, VD_VIEW("content"));
  const vd_value *object = vd_get(content, VD_VIEW("obj"));
  vd_view function = vd_text_at(content, "func");
  vd_view m = vd_text_at(object, "__module__"), c = vd_text_at(object, "__class__");
  if (m.len != 0 && (!vd_view_eq(m, module) || !vd_view_eq(c, class))) {
    (void)snprintf(line, sizeof line, "MethodNode shows %.*s.%.*s and takes %.*s of %.*s.%.*s",
                   VD_ARG(shown(module)), VD_ARG(shown(class)), VD_ARG(shown(function)),
                   VD_ARG(shown(m)), VD_ARG(shown(c)));
    VD_TRY(say(s, v, VD_CHECK_SKOPS_MISMATCH, VD_SEVERITY_HIGH, line));
  }
  if (!vd_view_starts(function, VD_VIEW("__")))
    return VD_OK;
  (void)snprintf(line, sizeof line, "MethodNode takes %.*s of %.*s.%.*s", VD_ARG(shown(function)),
                 VD_ARG(shown(m)), VD_ARG(shown(c)));
  return say(s, v, VD_CHECK_SKOPS_CODE, VD_SEVERITY_HIGH, line);
}

static vd_code check_type(skops *s, const vd_value *v, vd_view module, vd_view class) {
  char line[VD_EVIDENCE_TEXT_MAX];
  const vd_callable *c = vd_callable_find(module, class);
  vd_reach r = c == NULL ? VD_REACH_UNKNOWN : c->reach;
  if (vd_reach_harms(r) && !vd_view_among(class, "partial attrgetter itemgetter methodcaller")) {
    (void)snprintf(line, sizeof line, "%.*s.%.*s %s", VD_ARG(shown(module)), VD_ARG(shown(class)),
                   vd_reach_text(r));
    return say(s, v, VD_CHECK_SKOPS_CODE, vd_severity_of_reach(r), line);
  }
  if (r == VD_REACH_SAFE || is_trusted(module))
    return VD_OK;
  (void)snprintf(line, sizeof line, "%.*s.%.*s", VD_ARG(shown(module)), VD_ARG(shown(class)));
  return say(s, v, VD_CHECK_SKOPS_TYPE, VD_SEVERITY_LOW, line);
}

static vd_code check_file(skops *s, const vd_value *v) {
  char line[VD_EVIDENCE_TEXT_MAX];
  vd_view file = vd_text_at(v, "file");
  if (vd_place_of(file) == NULL)
    return VD_OK;
  (void)snprintf(line, sizeof line, "content is read from %.*s", VD_ARG(shown(file)));
  return say(s, v, VD_CHECK_SKOPS_MISMATCH, VD_SEVERITY_MEDIUM, line);
}

static vd_code check_node(skops *s, const vd_value *v) {
  vd_view module = vd_text_at(v, "__module__"), class = vd_text_at(v, "__class__");
  vd_view loader = vd_text_at(v, "__loader__");
  if (loader.len == 0)
    return VD_OK;
  VD_TRY(check_builder(s, v, loader, module, class));
  VD_TRY(check_file(s, v));
  if (vd_view_eq(loader, VD_VIEW("MethodNode")))
    VD_TRY(check_method(s, v, module, class));
  return class.len == 0 ? VD_OK : check_type(s, v, module, class);
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  skops s = {in, {a->bytes, 0}};
  const vd_value *doc;
  if (a->bytes.len > VD_DOCUMENT_BYTES_MAX)
    return vd_fail(err, VD_LIMIT, "a schema of %zu bytes", a->bytes.len);
  VD_TRY(vd_python_json(in, a->bytes, &doc, err));
  vd_view version = vd_text_at(doc, "_skops_version"), class = vd_text_at(doc, "__class__");
  if (version.len != 0)
    VD_TRY(vd_model_set(in, "skops_version", "%.*s", VD_ARG(version)));
  VD_TRY(vd_model_set(in, "architecture", "%.*s", VD_ARG(class)));
  vd_tree t = vd_tree_of(doc);
  for (const vd_value *v = vd_tree_next(&t); v != NULL; v = vd_tree_next(&t))
    if (v->kind == VD_KIND_TABLE)
      VD_TRY(check_node(&s, v));
  return VD_OK;
}

const vd_format vd_format_skops = {
    .name = "skops",
    .description = "skops: schema of a scikit-learn model",
    .patterns = "",
    .recognise = recognise,
    .inspect = inspect,
};
