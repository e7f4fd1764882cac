// Configurations of Hugging Face repositories: code they name, paths, tokens, chat templates.
// https://huggingface.co/docs/transformers/custom_models, .../diffusers/using-diffusers/loading
#include "inspect/text/hub.h"

typedef struct hub {
  vd_inspection *in;
  const vd_source *source;
  size_t templates;
} hub;

static vd_code say(hub *h, const vd_value *at, vd_check_id check, vd_severity severity,
                   const char *text) {
  return vd_observe_as(h->in, check, severity, vd_source_offset(h->source, at), vd_view_of(text));
}

#define SAY(h, at, check, ...)                                                                     \
  (snprintf(line, sizeof line, __VA_ARGS__) < 0                                                    \
       ? VD_OK                                                                                     \
       : say(h, at, check, vd_checks[check].severity, line))

static vd_view shown(vd_view v) { return vd_view_first(v, 160); }

// ---- code -------------------------------------------------------------------------------------

// "module.Class" is code of the repository, "owner/name--module.Class" that of another one.
static vd_code check_reference(hub *h, vd_view key, const vd_value *v) {
  char line[VD_EVIDENCE_TEXT_MAX];
  vd_view text = vd_text(v);
  if (text.len == 0)
    return VD_OK;
  if (vd_view_has(text, VD_VIEW("--")) || vd_view_has(text, VD_VIEW("/")))
    return SAY(h, v, VD_CHECK_HUB_FOREIGN_CODE, "%.*s: %.*s", VD_ARG(shown(key)),
               VD_ARG(shown(text)));
  return SAY(h, v, VD_CHECK_HUB_REMOTE_CODE, "%.*s: %.*s", VD_ARG(shown(key)), VD_ARG(shown(text)));
}

static vd_code check_references(hub *h, const vd_value *map) {
  vd_tree t = vd_tree_of(map);
  for (const vd_value *v = vd_tree_next(&t); v != NULL; v = vd_tree_next(&t))
    if (v->kind == VD_KIND_STRING)
      VD_TRY(check_reference(h, v->key.len != 0 ? v->key : vd_tree_parent(&t)->key, v));
  return VD_OK;
}

// The class of an adapter's base model: a library and a class, imported by name.
static vd_code check_auto_mapping(hub *h, const vd_value *map) {
  char line[VD_EVIDENCE_TEXT_MAX];
  vd_view library = vd_text_at(map, "parent_library"), class = vd_text_at(map, "base_model_class");
  if (library.len == 0 || vd_view_starts(library, VD_VIEW("transformers")) ||
      vd_view_starts(library, VD_VIEW("peft")) || vd_view_starts(library, VD_VIEW("diffusers")))
    return VD_OK;
  const vd_callable *c = vd_callable_find(library, class);
  if (c != NULL && vd_reach_harms(c->reach))
    return SAY(h, map, VD_CHECK_HUB_NAMES_CODE, "%.*s.%.*s %s", VD_ARG(shown(library)),
               VD_ARG(shown(class)), vd_reach_text(c->reach));
  return SAY(h, map, VD_CHECK_HUB_REMOTE_CODE, "auto_mapping imports %.*s.%.*s",
             VD_ARG(shown(library)), VD_ARG(shown(class)));
}

static vd_code check_trust(hub *h, const vd_value *v) {
  if (!vd_is(v, VD_KIND_BOOL) || !v->boolean)
    return VD_OK;
  return say(h, v, VD_CHECK_HUB_FOREIGN_CODE, VD_SEVERITY_HIGH,
             "trust_remote_code: true, which is the caller's to say");
}

// "eager" and its like are built in; "owner/name" is a kernel fetched and run.
static vd_code check_attention(hub *h, const vd_value *v) {
  char line[VD_EVIDENCE_TEXT_MAX];
  if (!vd_view_has(vd_text(v), VD_VIEW("/")))
    return VD_OK;
  return SAY(h, v, VD_CHECK_HUB_FOREIGN_CODE, "%.*s: kernel of %.*s", VD_ARG(shown(v->key)),
             VD_ARG(shown(vd_text(v))));
}

static bool is_library(vd_view name) {
  static const char *const known[] = {
      "diffusers", "transformers", "stable_diffusion",     "onnxruntime",
      "flax",      "optimum",      "sentence_transformers"};
  for (size_t i = 0; i < VD_COUNT(known); i++)
    if (vd_view_starts(name, vd_view_of(known[i])))
      return true;
  return false;
}

// A component of a pipeline is ["library", "Class"]; another library is code of the repository.
static vd_code check_component(hub *h, const vd_value *v) {
  char line[VD_EVIDENCE_TEXT_MAX];
  if (!vd_is(v, VD_KIND_ARRAY) || v->count != 2 || vd_text(v->first).len == 0 ||
      vd_text(v->last).len == 0)
    return VD_OK;
  vd_view library = v->first->text, class = v->last->text;
  const vd_callable *c = vd_callable_find(library, class);
  if (c != NULL && vd_reach_harms(c->reach))
    return SAY(h, v, VD_CHECK_HUB_NAMES_CODE, "%.*s: %.*s.%.*s %s", VD_ARG(shown(v->key)),
               VD_ARG(shown(library)), VD_ARG(shown(class)), vd_reach_text(c->reach));
  if (is_library(library) || vd_view_eq(library, v->key))
    return VD_OK;
  return SAY(h, v, VD_CHECK_HUB_REMOTE_CODE, "%.*s: %.*s.%.*s", VD_ARG(shown(v->key)),
             VD_ARG(shown(library)), VD_ARG(shown(class)));
}

static vd_code check_pipeline(hub *h, const vd_value *doc) {
  if (vd_get(doc, VD_VIEW("_class_name")) == NULL)
    return VD_OK;
  const vd_value *class = vd_get(doc, VD_VIEW("_class_name"));
  if (vd_is(class, VD_KIND_ARRAY) && class->count != 2) // two make a component
    VD_TRY(check_references(h, class));
  for (VD_EACH (v, doc))
    VD_TRY(check_component(h, v));
  return VD_OK;
}

// Modules of sentence-transformers: a type outside of it is imported by name.
static vd_code check_modules(hub *h, const vd_value *doc) {
  char line[VD_EVIDENCE_TEXT_MAX];
  for (VD_EACH (v, doc)) {
    vd_view type = vd_text_at(v, "type"), path = vd_text_at(v, "path");
    const vd_callable *c = vd_callable_of(type);
    if (c != NULL && vd_reach_harms(c->reach))
      VD_TRY(SAY(h, v, VD_CHECK_HUB_NAMES_CODE, "%.*s %s", VD_ARG(shown(type)),
                 vd_reach_text(c->reach)));
    else if (type.len != 0 && !vd_view_starts(type, VD_VIEW("sentence_transformers.")))
      VD_TRY(SAY(h, v, VD_CHECK_HUB_REMOTE_CODE, "module %.*s", VD_ARG(shown(type))));
    if (vd_place_of(path) != NULL)
      VD_TRY(SAY(h, v, VD_CHECK_HUB_FILE, "path: %.*s", VD_ARG(shown(path))));
  }
  return VD_OK;
}

// ---- texts ------------------------------------------------------------------------------------

// A token of the Hub or a cloud: its known start, then letters and digits.
static const char *secret_of(vd_view v) {
  static const struct {
    const char *start;
    size_t least;
  } kinds[] = {{"hf_", 30},         {"api_org_", 30}, {"sk-", 40},    {"ghp_", 36},
               {"AKIA", 20},        {"xoxb-", 40},    {"glpat-", 20}, {"AIza", 35},
               {"github_pat_", 40}, {"sk-ant-", 40},  {"nvapi-", 40}};
  for (size_t i = 0; i < VD_COUNT(kinds); i++) {
    if (!vd_view_starts(v, vd_view_of(kinds[i].start)) || v.len < kinds[i].least ||
        v.len > VD_TOKEN_TEXT_MAX)
      continue;
    for (size_t j = 0; j < v.len; j++)
      if (v.ptr[j] <= ' ' || v.ptr[j] > 'z' || v.ptr[j] == '/' || v.ptr[j] == '.')
        return NULL;
    return kinds[i].start;
  }
  return NULL;
}

static vd_code check_secret(hub *h, const vd_value *v, const char *start) {
  char line[VD_EVIDENCE_TEXT_MAX];
  return SAY(h, v, VD_CHECK_HUB_SECRET, "%.*s: %s... (%zu characters)", VD_ARG(shown(v->key)),
             start, v->text.len);
}

// Where a file's name says where it was trained, it is shown; elsewhere it is followed.
static bool names_origin(vd_view key) {
  return vd_view_eq(key, VD_VIEW("_name_or_path")) || vd_view_eq(key, VD_VIEW("name_or_path")) ||
         vd_view_eq(key, VD_VIEW("base_model_name_or_path")) ||
         vd_view_eq(key, VD_VIEW("special_tokens_map_file")) ||
         vd_view_eq(key, VD_VIEW("tokenizer_file"));
}

static bool follows(vd_view key) {
  return vd_view_ends(key, VD_VIEW("_file")) || vd_view_ends(key, VD_VIEW("path")) ||
         vd_view_ends(key, VD_VIEW("_dir")) || vd_view_ends(key, VD_VIEW("_config")) ||
         vd_view_ends(key, VD_VIEW("filename"));
}

static vd_code check_place(hub *h, const vd_value *v) {
  char line[VD_EVIDENCE_TEXT_MAX];
  const char *place = vd_place_of(v->text);
  if (place == NULL || vd_view_has(v->key, VD_VIEW("template")))
    return VD_OK;
  if (names_origin(v->key))
    return SAY(h, v, VD_CHECK_HUB_PATH, "%.*s: %s %.*s", VD_ARG(shown(v->key)), place,
               VD_ARG(shown(v->text)));
  if (!follows(v->key))
    return VD_OK;
  return SAY(h, v, VD_CHECK_HUB_FILE, "%.*s: %s %.*s", VD_ARG(shown(v->key)), place,
             VD_ARG(shown(v->text)));
}

static vd_code add_template(hub *h, vd_view text) {
  char name[64];
  (void)snprintf(name, sizeof name, h->templates == 0 ? "chat_template" : "%zu.chat_template",
                 h->templates);
  h->templates++;
  return vd_inspect_nested(h->in, vd_view_of(name), text);
}

// One template, or a list of {"name": ..., "template": ...}, or a table of them.
static vd_code check_template(hub *h, const vd_value *v) {
  vd_tree t = vd_tree_of(v);
  for (const vd_value *s = vd_tree_next(&t); s != NULL; s = vd_tree_next(&t))
    if (s->kind == VD_KIND_STRING && !vd_view_eq(s->key, VD_VIEW("name")) && s->text.len != 0)
      VD_TRY(add_template(h, s->text));
  return VD_OK;
}

static vd_code check_safetensors(hub *h, const vd_value *v) {
  if (!vd_is(v, VD_KIND_BOOL) || v->boolean)
    return VD_OK;
  return say(h, v, VD_CHECK_HUB_PICKLED, VD_SEVERITY_LOW, "use_safetensors: false");
}

static vd_code check_target(hub *h, const vd_value *v) {
  char line[VD_EVIDENCE_TEXT_MAX];
  const vd_callable *c = vd_callable_of(vd_text(v));
  if (c == NULL || !vd_reach_harms(c->reach))
    return VD_OK;
  return SAY(h, v, VD_CHECK_CONFIG_TARGET, "%.*s: %.*s %s", VD_ARG(shown(v->key)),
             VD_ARG(shown(vd_text(v))), vd_reach_text(c->reach));
}

// ---- the whole --------------------------------------------------------------------------------

static const struct {
  const char *key;
  vd_code (*check)(hub *h, const vd_value *v);
} keys[] = {
    {"auto_map", check_references},
    {"custom_pipelines", check_references},
    {"auto_mapping", check_auto_mapping},
    {"trust_remote_code", check_trust},
    {"attn_implementation", check_attention},
    {"_attn_implementation", check_attention},
    {"_attn_implementation_internal", check_attention},
    {"chat_template", check_template},
    {"default_chat_template", check_template},
    {"use_safetensors", check_safetensors},
    {"_target_", check_target},
};

static vd_code check_member(hub *h, const vd_value *v) {
  for (size_t i = 0; i < VD_COUNT(keys); i++)
    if (vd_view_eq(v->key, vd_view_of(keys[i].key)))
      VD_TRY(keys[i].check(h, v));
  if (v->kind != VD_KIND_STRING)
    return VD_OK;
  const char *secret = secret_of(v->text);
  return secret != NULL ? check_secret(h, v, secret) : check_place(h, v);
}

static vd_code set_properties(vd_inspection *in, const vd_value *doc) {
  static const char *const names[] = {"model_type",      "transformers_version",
                                      "torch_dtype",     "_diffusers_version",
                                      "peft_type",       "base_model_name_or_path",
                                      "tokenizer_class", "processor_class",
                                      "_name_or_path",   "license",
                                      "revision",        "_class_name"};
  for (size_t i = 0; i < VD_COUNT(names); i++) {
    vd_view text = vd_text_at(doc, names[i]);
    if (text.len != 0)
      VD_TRY(vd_model_set(in, names[i], "%.*s", VD_ARG(text)));
  }
  vd_view first = vd_text(vd_first(vd_get(doc, VD_VIEW("architectures"))));
  return first.len == 0 ? VD_OK : vd_model_set(in, "architecture", "%.*s", VD_ARG(first));
}

vd_code vd_hub_check(vd_inspection *in, const vd_source *source, const vd_value *doc) {
  hub h = {.in = in, .source = source};
  vd_tree t = vd_tree_of(doc);
  VD_TRY(set_properties(in, doc));
  if (vd_is(doc, VD_KIND_ARRAY))
    return check_modules(&h, doc);
  VD_TRY(check_pipeline(&h, doc));
  for (const vd_value *v = vd_tree_next(&t); v != NULL; v = vd_tree_next(&t))
    if (v->key.len != 0)
      VD_TRY(check_member(&h, v));
  return VD_OK;
}
