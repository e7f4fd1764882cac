// What the formats made of JSON, YAML and XML share.
#include "inspect/text/document.h"

// ---- whose JSON -------------------------------------------------------------------------------

enum {
  KEY_CLASS_NAME = 1 << 0,
  KEY_CONFIG = 1 << 1,
  KEY_KERAS_VERSION = 1 << 2,
  KEY_HUB = 1 << 3,  // no other program writes it
  KEY_HINT = 1 << 4, // the Hub's in a file with a name of the Hub's
  KEY_SKOPS_CLASS = 1 << 5,
  KEY_SKOPS_MODULE = 1 << 6,
  KEY_SKOPS_LOADER = 1 << 7,
  KEY_LEARNER = 1 << 8,
  KEY_LEARNER_PART = 1 << 9,
  KEY_TYPE = 1 << 10,
  KEY_IDX = 1 << 11,
  KEY_TOKENS = 1 << 12,
  KEY_MODEL = 1 << 13,
};

typedef struct known_key {
  const char *name;
  unsigned depth; // of brackets around it
  unsigned bit;
} known_key;

static const known_key known_keys[] = {
    {"class_name", 1, KEY_CLASS_NAME},
    {"config", 1, KEY_CONFIG},
    {"keras_version", 1, KEY_KERAS_VERSION},
    {"auto_map", 1, KEY_HUB},
    {"architectures", 1, KEY_HUB},
    {"transformers_version", 1, KEY_HUB},
    {"tokenizer_class", 1, KEY_HUB},
    {"chat_template", 1, KEY_HUB},
    {"_diffusers_version", 1, KEY_HUB},
    {"peft_type", 1, KEY_HUB},
    {"base_model_name_or_path", 1, KEY_HUB},
    {"image_processor_type", 1, KEY_HUB},
    {"feature_extractor_type", 1, KEY_HUB},
    {"processor_class", 1, KEY_HUB},
    {"custom_pipelines", 1, KEY_HUB},
    {"_attn_implementation_internal", 1, KEY_HUB},
    {"trust_remote_code", 1, KEY_HINT},
    {"model_type", 1, KEY_HINT},
    {"_class_name", 1, KEY_HINT},
    {"_name_or_path", 1, KEY_HINT},
    {"torch_dtype", 1, KEY_HINT},
    {"attn_implementation", 1, KEY_HINT},
    {"bos_token", 1, KEY_HINT},
    {"bos_token_id", 1, KEY_HINT},
    {"eos_token_id", 1, KEY_HINT},
    {"do_sample", 1, KEY_HINT},
    {"use_auth_token", 1, KEY_HINT},
    {"_from_model_config", 1, KEY_HINT},
    {"do_resize", 1, KEY_HINT},
    {"added_tokens", 1, KEY_TOKENS},
    {"model", 1, KEY_MODEL},
    {"__class__", 1, KEY_SKOPS_CLASS},
    {"__module__", 1, KEY_SKOPS_MODULE},
    {"__loader__", 1, KEY_SKOPS_LOADER},
    {"learner", 1, KEY_LEARNER},
    {"gradient_booster", 2, KEY_LEARNER_PART},
    {"learner_model_param", 2, KEY_LEARNER_PART},
    {"objective", 2, KEY_LEARNER_PART},
    {"attributes", 2, KEY_LEARNER_PART},
    {"feature_names", 2, KEY_LEARNER_PART},
    {"type", 2, KEY_TYPE},
    {"idx", 2, KEY_IDX},
};

static unsigned bit_of(vd_view key, unsigned depth) {
  for (size_t i = 0; i < VD_COUNT(known_keys); i++)
    if (known_keys[i].depth == depth && vd_view_eq(key, vd_view_of(known_keys[i].name)))
      return known_keys[i].bit;
  return 0;
}

// Position behind the string that opens at v.ptr[at]; v.len when it does not end.
static size_t string_end(vd_view v, size_t at) {
  for (at++; at < v.len && v.ptr[at] != '"'; at++)
    at += v.ptr[at] == '\\';
  return at < v.len ? at + 1 : v.len;
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static bool is_key_end(vd_view v, size_t at) {
  while (at < v.len && is_space(v.ptr[at]))
    at++;
  return at < v.len && v.ptr[at] == ':';
}

// Keys of the two outermost levels, by lexing alone.
static unsigned keys_of(vd_view v) {
  unsigned bits = 0, depth = 0;
  for (size_t i = 0; i < v.len; i++) {
    char c = v.ptr[i];
    if (c == '"') {
      size_t end = string_end(v, i);
      if (depth <= 2 && is_key_end(v, end))
        bits |= bit_of((vd_view){v.ptr + i + 1, end - i - 2}, depth);
      i = end - 1;
    } else if (c == '{' || c == '[') {
      depth++;
    } else if (c == '}' || c == ']') {
      if (depth-- <= 1)
        break;
    }
  }
  return bits;
}

static const char hub_names[] =
    "config.json tokenizer_config.json preprocessor_config.json processor_config.json "
    "generation_config.json model_index.json adapter_config.json chat_template.json "
    "video_preprocessor_config.json";

bool vd_is_cut_head(const vd_artefact *a) { return a->bytes.len == VD_HEAD_BYTES; }

static vd_sort sort_of_keys(const vd_artefact *a, unsigned k) {
  const unsigned skops = KEY_SKOPS_CLASS | KEY_SKOPS_MODULE | KEY_SKOPS_LOADER;
  if ((k & skops) == skops)
    return VD_SORT_SKOPS;
  if ((k & KEY_LEARNER) != 0 && (k & KEY_LEARNER_PART) != 0)
    return VD_SORT_XGBOOST;
  if ((k & KEY_KERAS_VERSION) != 0 || ((k & KEY_CLASS_NAME) != 0 && (k & KEY_CONFIG) != 0) ||
      vd_artefact_matches(a, "*keras_metadata.json"))
    return VD_SORT_KERAS;
  if ((k & KEY_HUB) != 0 || ((k & KEY_HINT) != 0 && vd_artefact_matches(a, hub_names)))
    return VD_SORT_HUB;
  if ((k & KEY_TOKENS) != 0 && (k & KEY_MODEL) != 0 && vd_artefact_matches(a, "tokenizer.json"))
    return VD_SORT_HUB;
  bool modules = (k & KEY_TYPE) != 0 && (k & KEY_IDX) != 0;
  return modules && vd_artefact_matches(a, "modules.json") ? VD_SORT_HUB : VD_SORT_NONE;
}

// Python's json also takes UTF-16 and UTF-32, which hides a text from whoever reads bytes.
static bool is_wide_json(vd_view v) {
  static const char *const starts[] = {"{\0", "\xff\xfe", "\xfe\xff", "\0{", "\0\0"};
  for (size_t i = 0; i < VD_COUNT(starts); i++)
    if (v.len > 4 && memcmp(v.ptr, starts[i], 2) == 0)
      return true;
  return false;
}

vd_sort vd_sort_of(const vd_artefact *a) {
  vd_view v = vd_view_first(a->bytes, VD_SORT_BYTES_MAX);
  if (is_wide_json(v))
    return vd_artefact_matches(a, hub_names) ? VD_SORT_HUB : VD_SORT_NONE;
  if (vd_view_starts(v, VD_VIEW("\xef\xbb\xbf")))
    v = vd_view_from(v, 3);
  while (v.len != 0 && is_space(v.ptr[0]))
    v = vd_view_from(v, 1);
  if (v.len == 0 || (v.ptr[0] != '{' && v.ptr[0] != '['))
    return VD_SORT_NONE;
  return sort_of_keys(a, keys_of(v));
}

// ---- JSON as Python reads it ------------------------------------------------------------------

static size_t word_at(vd_view v, size_t at) {
  static const char *const words[] = {"NaN", "Infinity", "-Infinity"};
  for (size_t i = 0; i < VD_COUNT(words); i++)
    if (vd_view_starts(vd_view_from(v, at), vd_view_of(words[i])))
      return strlen(words[i]);
  return 0;
}

// NaN has three letters, so it becomes 0 and the others null: places stay where they are.
static void blank_words(char *text, size_t len) {
  vd_view v = {text, len};
  for (size_t i = 0; i < len; i++) {
    if (text[i] == '"') {
      i = string_end(v, i) - 1;
      continue;
    }
    size_t n = word_at(v, i);
    if (n == 0)
      continue;
    memset(text + i, ' ', n);
    memcpy(text + i, n == 3 ? "0" : "null", n == 3 ? 1 : 4);
    i += n - 1;
  }
}

vd_code vd_python_json(vd_inspection *in, vd_view text, const vd_value **out, vd_error *err) {
  vd_code code = vd_json_parse(in->scratch, text, out, err);
  if (code != VD_FORMAT ||
      (!vd_view_has(text, VD_VIEW("NaN")) && !vd_view_has(text, VD_VIEW("Infinity"))))
    return code;
  char *copy = vd_arena_alloc(in->scratch, text.len + 1, 1);
  if (copy == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the document");
  memcpy(copy, text.ptr, text.len);
  blank_words(copy, text.len);
  return vd_json_parse(in->scratch, (vd_view){copy, text.len}, out, err);
}

// ---- walking ----------------------------------------------------------------------------------

vd_tree vd_tree_of(const vd_value *root) { return (vd_tree){.at = {root}}; }

// Leaves at[depth] at the next value that is not inside the one in hand; NULL at the end.
static void skip(vd_tree *t) {
  while (t->depth != 0 && t->at[t->depth]->next == NULL)
    t->depth--;
  t->at[t->depth] = t->depth == 0 ? NULL : t->at[t->depth]->next;
}

const vd_value *vd_tree_next(vd_tree *t) {
  if (!t->started)
    return t->started = true, t->at[0];
  const vd_value *below = vd_first(t->at[t->depth]);
  if (below != NULL && t->depth + 1 < VD_COUNT(t->at))
    return t->at[++t->depth] = below;
  skip(t);
  return t->at[t->depth];
}

const vd_value *vd_tree_parent(const vd_tree *t) {
  return t->depth == 0 ? NULL : t->at[t->depth - 1];
}

uint64_t vd_source_offset(const vd_source *s, const vd_value *v) {
  size_t at = 0;
  if (s->text.len == 0 || v == NULL || v->line == 0)
    return s->base;
  for (uint32_t line = 1; line < v->line && at < s->text.len; line++)
    at += vd_view_find(vd_view_from(s->text, at), '\n') + 1;
  at += v->column != 0 ? v->column - 1 : 0;
  return s->base + (at < s->text.len ? at : s->text.len);
}

// ---- texts ------------------------------------------------------------------------------------

static bool has_scheme(vd_view v) {
  static const char *const schemes[] = {"http://", "https://", "ftp://",  "file://", "s3://",
                                        "gs://",   "hdfs://",  "smb://",  "gcs://",  "az://",
                                        "abfs://", "jdbc:",    "sftp://", "ldap://", "rmi://"};
  for (size_t i = 0; i < VD_COUNT(schemes); i++)
    if (v.len > strlen(schemes[i]) &&
        vd_view_ieq(vd_view_first(v, strlen(schemes[i])), vd_view_of(schemes[i])))
      return true;
  return false;
}

static bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

const char *vd_place_of(vd_view v) {
  if (v.len < 3 || v.len > VD_PLACE_TEXT_MAX || memchr(v.ptr, '\n', v.len) != NULL)
    return NULL;
  if (has_scheme(v))
    return "address";
  if (v.ptr[0] == '/' && (is_letter(v.ptr[1]) || v.ptr[1] == '/' || v.ptr[1] == '.') &&
      memchr(v.ptr, ' ', v.len) == NULL && memchr(v.ptr + 1, '/', v.len - 1) != NULL)
    return "absolute path";
  if (vd_view_starts(v, VD_VIEW("~/")) || vd_view_starts(v, VD_VIEW("\\\\")) ||
      (is_letter(v.ptr[0]) && v.ptr[1] == ':' && (v.ptr[2] == '\\' || v.ptr[2] == '/')))
    return "absolute path";
  if (vd_view_starts(v, VD_VIEW("../")) || vd_view_starts(v, VD_VIEW("..\\")) ||
      vd_view_has(v, VD_VIEW("/../")))
    return "path to a parent folder";
  return NULL;
}

const vd_callable *vd_callable_of(vd_view dotted) {
  size_t cut = dotted.len;
  while (cut != 0 && dotted.ptr[cut - 1] != '.')
    cut--;
  if (cut < 2)
    return vd_callable_find(VD_VIEW("builtins"), dotted);
  return vd_callable_find(vd_view_first(dotted, cut - 1), vd_view_from(dotted, cut));
}

vd_severity vd_severity_of_reach(vd_reach r) {
  static const vd_severity severities[] = {
      [VD_REACH_UNKNOWN] = VD_SEVERITY_LOW,      [VD_REACH_SAFE] = VD_SEVERITY_INFO,
      [VD_REACH_EXECUTE] = VD_SEVERITY_CRITICAL, [VD_REACH_IMPORT] = VD_SEVERITY_HIGH,
      [VD_REACH_LOAD] = VD_SEVERITY_CRITICAL,    [VD_REACH_NETWORK] = VD_SEVERITY_CRITICAL,
      [VD_REACH_READ] = VD_SEVERITY_HIGH,        [VD_REACH_WRITE] = VD_SEVERITY_CRITICAL,
      [VD_REACH_ENVIRONMENT] = VD_SEVERITY_HIGH, [VD_REACH_INDIRECT] = VD_SEVERITY_HIGH,
  };
  return severities[r];
}

bool vd_reach_harms(vd_reach r) { return r != VD_REACH_UNKNOWN && r != VD_REACH_SAFE; }

vd_view vd_base64(vd_inspection *in, vd_view text) {
  char *out = vd_new_array(in->scratch, char, text.len + 1);
  size_t n = 0;
  return out != NULL && vd_base64_decode(text, false, out, &n) ? (vd_view){out, n} : (vd_view){0};
}
