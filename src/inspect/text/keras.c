// Keras configurations: what their objects name, the code they carry, the files they point to.
// https://keras.io/api/models/model_saving_apis/serialization_utils/
#include "inspect/text/keras.h"

typedef struct keras {
  vd_inspection *in;
  const vd_source *source;
  bool legacy;
} keras;

static vd_code say(keras *k, const vd_value *at, vd_check_id check, vd_severity severity,
                   const char *text) {
  return vd_observe_as(k->in, check, severity, vd_source_offset(k->source, at), vd_view_of(text));
}

#define SAY(k, at, check, severity, ...)                                                           \
  (snprintf(line, sizeof line, __VA_ARGS__) < 0 ? VD_OK : say(k, at, check, severity, line))

// ---- names ------------------------------------------------------------------------------------

// Functions of Keras itself that reach out; the rest of Keras builds layers.
static const struct {
  const char *name;
  const char *does;
} own[] = {
    {"get_file", "downloads and unpacks a file"},
    {"load_model", "loads another model"},
    {"load_weights", "loads other weights"},
    {"model_from_json", "builds another model"},
    {"model_from_config", "builds another model"},
    {"deserialize_keras_object", "builds what its arguments name"},
    {"enable_unsafe_deserialization", "turns safe_mode off"},
    {"set_global_attribute", "changes the settings of Keras"},
    {"func_load", "loads bytecode"},
    {"python_exit", "ends the interpreter"},
    {"extract_archive", "unpacks an archive"},
    {"save_model", "writes a file"},
    {"save_img", "writes a file"},
    {"load_img", "reads a file"},
    {"load_data", "downloads a data set"},
    {"plot_model", "writes a file"},
    {"image_dataset_from_directory", "reads files"},
    {"text_dataset_from_directory", "reads files"},
};

static const char *own_danger(vd_view name) {
  for (size_t i = 0; i < VD_COUNT(own); i++)
    if (vd_view_eq(name, vd_view_of(own[i].name)))
      return own[i].does;
  return NULL;
}

static bool is_below(vd_view module, const char *package) {
  vd_view p = vd_view_of(package);
  return vd_view_starts(module, p) && (module.len == p.len || module.ptr[p.len] == '.');
}

static bool is_keras(vd_view module) {
  static const char *const packages[] = {"keras",
                                         "tf_keras",
                                         "keras_hub",
                                         "keras_nlp",
                                         "keras_cv",
                                         "tensorflow.keras",
                                         "tensorflow.python.keras",
                                         "keras_core",
                                         "keras_tuner"};
  for (size_t i = 0; i < VD_COUNT(packages); i++)
    if (is_below(module, packages[i]))
      return true;
  return false;
}

// module.name is imported by name: what it does is what the loader does.
static vd_code check_name(keras *k, const vd_value *at, vd_view module, vd_view name) {
  char line[VD_EVIDENCE_TEXT_MAX];
  const char *does = is_keras(module) ? own_danger(name) : NULL;
  if (does != NULL)
    return SAY(k, at, VD_CHECK_KERAS_CODE, VD_SEVERITY_CRITICAL, "%.*s.%.*s %s",
               VD_ARG(vd_view_first(module, 120)), VD_ARG(vd_view_first(name, 120)), does);
  if (is_keras(module))
    return VD_OK;
  const vd_callable *c = vd_callable_find(module, name);
  vd_reach r = c == NULL ? VD_REACH_UNKNOWN : c->reach;
  if (vd_reach_harms(r))
    return SAY(k, at, VD_CHECK_KERAS_CODE, vd_severity_of_reach(r), "%.*s.%.*s %s",
               VD_ARG(vd_view_first(module, 120)), VD_ARG(vd_view_first(name, 120)),
               vd_reach_text(r));
  // Keras looks for names of "builtins" among its own first; what is in neither is not there.
  if (r == VD_REACH_SAFE || vd_view_eq(module, VD_VIEW("builtins")))
    return VD_OK;
  return SAY(k, at, VD_CHECK_KERAS_CUSTOM, VD_SEVERITY_MEDIUM, "%.*s.%.*s is not of Keras",
             VD_ARG(vd_view_first(module, 120)), VD_ARG(vd_view_first(name, 120)));
}

// A text that stands where a function is meant: "os.system", or a name the caller must supply.
static vd_code check_function_text(keras *k, const vd_value *v) {
  char line[VD_EVIDENCE_TEXT_MAX];
  vd_view name = vd_text(v);
  const vd_callable *c = vd_callable_of(name);
  if (c == NULL || !vd_reach_harms(c->reach))
    return VD_OK;
  return SAY(k, v, VD_CHECK_KERAS_CODE, vd_severity_of_reach(c->reach), "%.*s: %.*s %s",
             VD_ARG(vd_view_first(v->key, 40)), VD_ARG(vd_view_first(name, 120)),
             vd_reach_text(c->reach));
}

// ---- bytecode ---------------------------------------------------------------------------------

// Base64 of a marshalled code object begins with these: type 'c' with and without its flag.
static bool looks_marshalled(vd_view v) {
  v = vd_view_trim(v);
  return v.len >= 24 && (vd_view_starts(v, VD_VIEW("4w")) || vd_view_starts(v, VD_VIEW("Yw")));
}

static vd_code check_code(keras *k, const vd_value *v) {
  char line[VD_EVIDENCE_TEXT_MAX];
  vd_reach reach = VD_REACH_UNKNOWN;
  vd_view code = vd_base64(k->in, v->text);
  vd_view found = code.ptr == NULL ? code : vd_bytecode_names(k->in, code, &reach);
  if (found.ptr == NULL)
    return VD_OK;
  vd_severity s = vd_reach_harms(reach) ? vd_severity_of_reach(reach) : VD_SEVERITY_MEDIUM;
  return SAY(k, v, VD_CHECK_KERAS_LAMBDA, s, "%sbytecode that %s: %.*s",
             k->legacy ? "H5 (safe_mode does nothing): " : "",
             vd_reach_harms(reach) ? vd_reach_text(reach) : "names",
             VD_ARG(vd_view_first(found, 300)));
}

// Code that cannot be read is still code.
static vd_code check_lambda_object(keras *k, const vd_value *v) {
  const vd_value *config = vd_get(v, VD_VIEW("config"));
  vd_view code = vd_text_at(config, "code");
  if (code.ptr == NULL)
    code = vd_text_at(config, "value");
  if (code.ptr == NULL || looks_marshalled(code))
    return VD_OK;
  return say(k, v, VD_CHECK_KERAS_LAMBDA, VD_SEVERITY_HIGH,
             "__lambda__ whose code is not marshalled as Python does it");
}

// ---- objects ----------------------------------------------------------------------------------

static vd_code check_lambda_layer(keras *k, const vd_value *v) {
  char line[VD_EVIDENCE_TEXT_MAX];
  const vd_value *config = vd_get(v, VD_VIEW("config"));
  const vd_value *function = vd_get(config, VD_VIEW("function"));
  if (!vd_is(function, VD_KIND_STRING) || looks_marshalled(function->text))
    return VD_OK;
  vd_view module = vd_text_at(config, "module");
  const vd_callable *c =
      module.len == 0 ? vd_callable_of(function->text) : vd_callable_find(module, function->text);
  if (c != NULL && vd_reach_harms(c->reach)) // without a module, check_text says it
    return module.len == 0 ? VD_OK : check_name(k, v, module, function->text);
  vd_reach r = vd_source_reach(function->text);
  if (vd_reach_harms(r) && memchr(function->text.ptr, '(', function->text.len) != NULL)
    return SAY(k, v, VD_CHECK_KERAS_LAMBDA, vd_severity_of_reach(r), "source that %s: %.*s",
               vd_reach_text(r), VD_ARG(vd_view_first(function->text, 240)));
  return SAY(k, v, VD_CHECK_KERAS_CUSTOM, VD_SEVERITY_LOW, "Lambda layer calls %.*s",
             VD_ARG(vd_view_first(function->text, 120)));
}

static vd_code check_torch(keras *k, const vd_value *v) {
  const vd_value *module = vd_path(v, "config", "module");
  vd_view text = vd_text(module);
  if (text.ptr == NULL)
    text = vd_text(vd_path(module, "config", "value"));
  vd_view bytes = text.ptr == NULL ? text : vd_base64(k->in, text);
  VD_TRY(say(k, v, VD_CHECK_KERAS_TORCH, VD_SEVERITY_HIGH,
             "TorchModuleWrapper unpickles its module with torch.load"));
  return bytes.len == 0 ? VD_OK
                        : vd_inspect_nested(k->in, VD_VIEW("TorchModuleWrapper.module"), bytes);
}

static vd_code check_file(keras *k, const vd_value *v, const char *what, vd_view path) {
  char line[VD_EVIDENCE_TEXT_MAX];
  if (path.len == 0)
    return VD_OK;
  return SAY(k, v, VD_CHECK_KERAS_FILE, VD_SEVERITY_MEDIUM, "%s: %.*s", what,
             VD_ARG(vd_view_first(path, 200)));
}

static vd_code check_savedmodel(keras *k, const vd_value *v) {
  char line[VD_EVIDENCE_TEXT_MAX];
  vd_view path = vd_text(vd_path(v, "config", "filepath"));
  return SAY(k, v, VD_CHECK_KERAS_TFSM, VD_SEVERITY_HIGH, "TFSMLayer loads %.*s",
             VD_ARG(vd_view_first(path, 200)));
}

static vd_code check_lookup(keras *k, const vd_value *v) {
  return check_file(k, v, "vocabulary is read from", vd_text(vd_path(v, "config", "vocabulary")));
}

static vd_code check_function(keras *k, const vd_value *v) {
  vd_view module = vd_text_at(v, "module");
  return check_name(k, v, module.ptr == NULL ? VD_VIEW("builtins") : module,
                    vd_text_at(v, "config"));
}

static vd_code check_typespec(keras *k, const vd_value *v) {
  vd_view module = vd_text_at(v, "module"), name = vd_text_at(v, "spec_name");
  return is_below(module, "tensorflow") || name.len == 0 ? VD_OK : check_name(k, v, module, name);
}

static const struct {
  const char *name;
  vd_code (*check)(keras *k, const vd_value *v);
} classes[] = {
    {"Lambda", check_lambda_layer},      {"__lambda__", check_lambda_object},
    {"TorchModuleWrapper", check_torch}, {"TFSMLayer", check_savedmodel},
    {"StringLookup", check_lookup},      {"IntegerLookup", check_lookup},
    {"TextVectorization", check_lookup}, {"IndexLookup", check_lookup},
    {"function", check_function},        {"__typespec__", check_typespec},
};

// "Package>Class" is resolved among what the caller has registered.
static vd_code check_registered(keras *k, const vd_value *v, vd_view name) {
  char line[VD_EVIDENCE_TEXT_MAX];
  if (!vd_view_has(name, VD_VIEW(">")) || vd_view_starts(name, VD_VIEW("keras")))
    return VD_OK;
  return SAY(k, v, VD_CHECK_KERAS_CUSTOM, VD_SEVERITY_LOW, "%.*s must be registered",
             VD_ARG(vd_view_first(name, 120)));
}

static vd_code check_object(keras *k, const vd_value *v) {
  vd_view module = vd_text_at(v, "module"), name = vd_text_at(v, "class_name");
  if (name.len == 0)
    return VD_OK;
  for (size_t i = 0; i < VD_COUNT(classes); i++)
    if (vd_view_eq(name, vd_view_of(classes[i].name)))
      return classes[i].check(k, v);
  if (module.len != 0)
    VD_TRY(check_name(k, v, module, name));
  return check_registered(k, v, module.len != 0 ? VD_VIEW("") : name);
}

// ---- texts ------------------------------------------------------------------------------------

static vd_code check_text(keras *k, const vd_value *v) {
  char line[VD_EVIDENCE_TEXT_MAX];
  if (looks_marshalled(v->text))
    return check_code(k, v);
  if (vd_view_among(v->key, "function fn call_fn activation loss metric callable"))
    VD_TRY(check_function_text(k, v));
  const char *place = vd_place_of(v->text);
  if (place == NULL || vd_view_eq(v->key, VD_VIEW("vocabulary"))) // the layer's check says that
    return VD_OK;
  return SAY(k, v, VD_CHECK_KERAS_FILE, VD_SEVERITY_MEDIUM, "%.*s: %s %.*s",
             VD_ARG(vd_view_first(v->key, 40)), place, VD_ARG(vd_view_first(v->text, 200)));
}

static vd_code set_properties(vd_inspection *in, const vd_value *doc) {
  vd_view version = vd_text_at(doc, "keras_version"), kind = vd_text_at(doc, "class_name");
  vd_view backend = vd_text_at(doc, "backend"), name = vd_text(vd_path(doc, "config", "name"));
  if (version.len != 0)
    VD_TRY(vd_model_set(in, "keras_version", "%.*s", VD_ARG(version)));
  if (backend.len != 0)
    VD_TRY(vd_model_set(in, "keras_backend", "%.*s", VD_ARG(backend)));
  if (kind.len != 0)
    VD_TRY(vd_model_set(in, "architecture", "%.*s", VD_ARG(kind)));
  return name.len == 0 ? VD_OK : vd_model_set(in, "name", "%.*s", VD_ARG(name));
}

vd_code vd_keras_check(vd_inspection *in, const vd_source *source, const vd_value *doc,
                       bool legacy) {
  keras k = {in, source, legacy};
  vd_tree t = vd_tree_of(doc);
  VD_TRY(set_properties(in, doc));
  for (const vd_value *v = vd_tree_next(&t); v != NULL; v = vd_tree_next(&t)) {
    if (v->kind == VD_KIND_TABLE)
      VD_TRY(check_object(&k, v));
    else if (v->kind == VD_KIND_STRING)
      VD_TRY(check_text(&k, v));
  }
  return VD_OK;
}
