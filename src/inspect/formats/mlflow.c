// MLmodel: the description of an MLflow model, whose flavours say what loads it.
// https://mlflow.org/docs/latest/ml/model/
#include "inspect/text/yaml_objects.h"

typedef struct mlflow {
  vd_inspection *in;
  vd_source source;
} mlflow;

static bool recognise(const vd_artefact *a) {
  vd_view v = vd_view_first(a->bytes, VD_SORT_BYTES_MAX);
  return vd_artefact_matches(a, "MLmodel") && vd_view_has(v, VD_VIEW("flavors"));
}

static vd_view shown(vd_view v) { return vd_view_first(v, 160); }

static vd_code check_loader(mlflow *m, const vd_value *flavour) {
  const vd_value *loader = vd_get(flavour, VD_VIEW("loader_module"));
  const vd_value *code = vd_get(flavour, VD_VIEW("code"));
  vd_view module = vd_text(loader);
  const vd_callable *c = vd_callable_find(module, VD_VIEW("_load_pyfunc"));
  char line[VD_EVIDENCE_TEXT_MAX];
  if (c != NULL && vd_reach_harms(c->reach)) {
    (void)snprintf(line, sizeof line, "loader_module: %.*s %s", VD_ARG(shown(module)),
                   vd_reach_text(c->reach));
    VD_TRY(vd_observe_as(m->in, VD_CHECK_MLFLOW_CODE, VD_SEVERITY_HIGH,
                         vd_source_offset(&m->source, loader), vd_view_of(line)));
  } else if (module.len != 0 && !vd_view_starts(module, VD_VIEW("mlflow."))) {
    VD_TRY(vd_observe(m->in, VD_CHECK_MLFLOW_CODE, vd_source_offset(&m->source, loader),
                      "loader_module: %.*s", VD_ARG(shown(module))));
  }
  if (vd_text(code).len == 0)
    return VD_OK;
  (void)snprintf(line, sizeof line, "code: %.*s", VD_ARG(shown(vd_text(code))));
  return vd_observe_as(m->in, VD_CHECK_MLFLOW_CODE,
                       module.len != 0 && !vd_view_starts(module, VD_VIEW("mlflow."))
                           ? VD_SEVERITY_MEDIUM
                           : VD_SEVERITY_LOW,
                       vd_source_offset(&m->source, code), vd_view_of(line));
}

// Keys under which flavours name a file that is unpickled.
static bool names_pickle(const vd_value *v) {
  static const char *const keys[] = {"pickled_model", "python_model", "model_data", "data"};
  bool key = false;
  for (size_t i = 0; i < VD_COUNT(keys); i++)
    key = key || vd_view_eq(v->key, vd_view_of(keys[i]));
  return key &&
         (vd_view_has(v->text, VD_VIEW(".pkl")) || vd_view_has(v->text, VD_VIEW(".pickle")) ||
          vd_view_has(v->text, VD_VIEW(".joblib")) || vd_view_has(v->text, VD_VIEW(".pth")));
}

static vd_code check_text(mlflow *m, const vd_value *v) {
  uint64_t at = vd_source_offset(&m->source, v);
  if (names_pickle(v))
    return vd_observe(m->in, VD_CHECK_MLFLOW_PICKLE, at, "%.*s: %.*s", VD_ARG(shown(v->key)),
                      VD_ARG(shown(v->text)));
  const char *place = vd_place_of(v->text);
  bool follows = vd_view_ends(v->key, VD_VIEW("path")) || vd_view_eq(v->key, VD_VIEW("code")) ||
                 vd_view_eq(v->key, VD_VIEW("data")) || vd_view_eq(v->key, VD_VIEW("env")) ||
                 vd_view_ends(v->key, VD_VIEW("_model"));
  if (place == NULL || !follows || vd_view_eq(v->key, VD_VIEW("artifact_path")))
    return VD_OK;
  return vd_observe(m->in, VD_CHECK_HUB_FILE, at, "%.*s: %s %.*s", VD_ARG(shown(v->key)), place,
                    VD_ARG(shown(v->text)));
}

static vd_code set_properties(mlflow *m, const vd_value *doc) {
  static const char *const names[] = {"mlflow_version", "model_uuid", "run_id", "model_id"};
  for (size_t i = 0; i < VD_COUNT(names); i++) {
    vd_view text = vd_text_at(doc, names[i]);
    if (text.len != 0)
      VD_TRY(vd_model_set(m->in, names[i], "%.*s", VD_ARG(text)));
  }
  return VD_OK;
}

static vd_code check_flavours(mlflow *m, const vd_value *flavours) {
  for (VD_EACH (f, flavours)) {
    if (!vd_view_eq(f->key, VD_VIEW("python_function")))
      VD_TRY(vd_model_set(m->in, "flavour", "%.*s", VD_ARG(f->key)));
    VD_TRY(check_loader(m, f));
  }
  return VD_OK;
}

static vd_code check_document(mlflow *m, const vd_value *doc) {
  vd_tree t = vd_tree_of(doc);
  VD_TRY(set_properties(m, doc));
  VD_TRY(check_flavours(m, vd_get(doc, VD_VIEW("flavors"))));
  for (const vd_value *v = vd_tree_next(&t); v != NULL; v = vd_tree_next(&t))
    if (v->kind == VD_KIND_STRING)
      VD_TRY(check_text(m, v));
  return VD_OK;
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  const vd_value *doc;
  mlflow m = {in, {a->bytes, 0}};
  if (a->bytes.len > VD_TEMPLATE_BYTES_MAX)
    return vd_fail(err, VD_LIMIT, "a description of %zu bytes", a->bytes.len);
  VD_TRY(vd_yaml_check_python(in, &m.source));
  VD_TRY(vd_yaml_parse(in->scratch, a->bytes, &doc, err));
  return check_document(&m, doc);
}

const vd_format vd_format_mlflow = {
    .name = "mlflow",
    .description = "MLmodel: description of an MLflow model",
    .patterns = "MLmodel",
    .text = true,
    .recognise = recognise,
    .inspect = inspect,
};
