// Core ML: a protobuf Model. https://apple.github.io/coremltools/mlmodel/Format/Model.html
#include "inspect/inspect.h"
#include "inspect/outside.h"
#include "inspect/protobuf.h"

enum {
  MODEL_VERSION = 1,
  MODEL_DESCRIPTION = 2,
  PIPELINE_CLASSIFIER = 200,
  PIPELINE_REGRESSOR = 201,
  PIPELINE = 202,
  NETWORK_REGRESSOR = 303,
  NETWORK_CLASSIFIER = 403,
  NETWORK = 500,
  ML_PROGRAM = 502,
  CUSTOM_MODEL = 555,
  LINKED_MODEL = 556,
  DESCRIPTION_METADATA = 100,
  LAYER_CUSTOM = 500,
  CUSTOM_CLASS = 10,
  CUSTOM_DESCRIPTION = 40,
};

typedef struct coreml {
  vd_inspection *in;
  const vd_artefact *a;
  vd_views models; // pipelines nest: those still to be read
  uint64_t layers;
} coreml;

static const struct {
  uint32_t number;
  const char *name;
} types[] = {{200, "pipeline classifier"},
             {201, "pipeline regressor"},
             {202, "pipeline"},
             {300, "GLM regressor"},
             {301, "SVM regressor"},
             {302, "tree ensemble regressor"},
             {303, "neural network regressor"},
             {304, "Bayesian probit regressor"},
             {400, "GLM classifier"},
             {401, "SVM classifier"},
             {402, "tree ensemble classifier"},
             {403, "neural network classifier"},
             {404, "nearest neighbours"},
             {500, "neural network"},
             {501, "item recommender"},
             {502, "ML program"},
             {555, "custom model"},
             {556, "linked model"},
             {560, "confidence thresholding"},
             {600, "one-hot encoder"},
             {601, "imputer"},
             {602, "feature vectorizer"},
             {603, "dictionary vectorizer"},
             {604, "scaler"},
             {606, "categorical mapping"},
             {607, "normalizer"},
             {609, "array feature extractor"},
             {610, "non-maximum suppression"},
             {900, "identity"},
             {2000, "text classifier"},
             {2001, "word tagger"},
             {2002, "vision feature print"},
             {2003, "sound analysis"},
             {2004, "gazetteer"},
             {2005, "word embedding"},
             {2006, "audio feature print"},
             {3000, "serialized model"}};

static const char *type_of(uint32_t number) {
  for (size_t i = 0; i < VD_COUNT(types); i++)
    if (types[i].number == number)
      return types[i].name;
  return NULL;
}

static const vd_field_rule model_rules[] = {{MODEL_VERSION, VD_WIRE_VARINT, true},
                                            {MODEL_DESCRIPTION, VD_WIRE_BYTES, true}};

// A version, a description, and one of the model types.
static bool recognise(const vd_artefact *a) {
  if (!vd_message_is(a->bytes, model_rules, VD_COUNT(model_rules), true))
    return false;
  vd_reader r = vd_reader_of(a->bytes);
  vd_field f;
  uint64_t version = vd_message_int(a->bytes, MODEL_VERSION);
  while (vd_field_next(&r, &f))
    if (f.wire == VD_WIRE_BYTES && type_of(f.number) != NULL)
      return version != 0 && version < 100;
  return false;
}

static uint64_t place_of(const coreml *m, vd_view v) { return (uint64_t)(v.ptr - m->a->bytes.ptr); }

static vd_code add_models(coreml *m, vd_view pipeline) {
  vd_reader r = vd_reader_of(pipeline);
  vd_view model;
  while (vd_message_each(&r, 1, &model)) {
    vd_view *kept = vd_vec_push(m->in->scratch, &m->models);
    if (kept == NULL)
      return VD_NOMEM;
    *kept = model;
  }
  return VD_OK;
}

static vd_code report_custom(coreml *m, vd_view custom, const char *what) {
  vd_view name = vd_view_first(vd_message_bytes(custom, CUSTOM_CLASS), VD_QUOTE_MAX);
  vd_view text = vd_view_first(vd_message_bytes(custom, CUSTOM_DESCRIPTION), 80);
  return vd_observe(m->in, VD_CHECK_COREML_CUSTOM, place_of(m, custom), "%s of class %.*s%s%.*s",
                    what, VD_ARG(name), text.len == 0 ? "" : ": ", VD_ARG(text));
}

static vd_code read_network(coreml *m, vd_view network) {
  vd_reader r = vd_reader_of(network);
  vd_view layer;
  while (vd_message_each(&r, 1, &layer)) {
    vd_view custom = vd_message_bytes(layer, LAYER_CUSTOM);
    m->layers++;
    if (custom.ptr != NULL)
      VD_TRY(report_custom(m, custom, "layer"));
  }
  return VD_OK;
}

// The file of a linked model is looked for along a search path.
static vd_code read_linked(coreml *m, vd_view linked) {
  vd_view file = vd_message_bytes(linked, 1);
  for (uint32_t i = 1; i <= 2; i++) {
    vd_view path = vd_message_bytes(vd_message_bytes(file, i), 1);
    const char *why = vd_path_outside(path);
    if (why != NULL)
      VD_TRY(vd_observe(m->in, VD_CHECK_MODEL_PATH, place_of(m, path), "linked model \"%.*s\" %s",
                        VD_ARG(vd_view_first(path, VD_QUOTE_MAX)), why));
  }
  return VD_OK;
}

static vd_code read_part(coreml *m, const vd_field *f) {
  switch (f->number) {
  case PIPELINE_CLASSIFIER:
  case PIPELINE_REGRESSOR: return add_models(m, vd_message_bytes(f->bytes, 1));
  case PIPELINE: return add_models(m, f->bytes);
  case NETWORK:
  case NETWORK_REGRESSOR:
  case NETWORK_CLASSIFIER: return read_network(m, f->bytes);
  case CUSTOM_MODEL: return report_custom(m, f->bytes, "model");
  case LINKED_MODEL: return read_linked(m, f->bytes);
  default: return VD_OK;
  }
}

static vd_code describe(coreml *m, vd_view description) {
  static const char *const names[] = {NULL, "description", "model version", "author", "licence"};
  vd_view metadata = vd_message_bytes(description, DESCRIPTION_METADATA), entry;
  for (uint32_t i = 1; i < VD_COUNT(names); i++) {
    vd_view text = vd_message_bytes(metadata, i);
    if (text.len != 0)
      VD_TRY(vd_model_set(m->in, names[i], "%.*s", VD_ARG(text)));
  }
  vd_reader r = vd_reader_of(metadata);
  while (vd_message_each(&r, 100, &entry)) {
    vd_view key = vd_message_bytes(entry, 1), value = vd_message_bytes(entry, 2);
    if (vd_view_eq(key, VD_VIEW("com.github.apple.coremltools.version")))
      VD_TRY(vd_model_set(m->in, "producer", "coremltools %.*s", VD_ARG(value)));
    else if (vd_view_eq(key, VD_VIEW("com.github.apple.coremltools.source")))
      VD_TRY(vd_model_set(m->in, "source", "%.*s", VD_ARG(value)));
  }
  return VD_OK;
}

static vd_code read_model(coreml *m, vd_view model, vd_error *err) {
  vd_reader r = vd_reader_of(model);
  vd_field f;
  while (vd_field_next(&r, &f)) {
    if (f.wire != VD_WIRE_BYTES)
      continue;
    if (f.number == MODEL_DESCRIPTION)
      VD_TRY(describe(m, f.bytes));
    else if (type_of(f.number) != NULL)
      VD_TRY(vd_model_set(m->in, "type", "%s", type_of(f.number)));
    VD_TRY(read_part(m, &f));
  }
  if (!r.failed)
    return VD_OK;
  (void)vd_fail(err, VD_FORMAT, "it is cut or damaged");
  return err->offset = place_of(m, model) + vd_reader_offset(&r), VD_FORMAT;
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  coreml m = {.in = in, .a = a};
  uint64_t version = vd_message_int(a->bytes, MODEL_VERSION);
  VD_TRY(vd_model_set(in, "specification version", "%llu", (unsigned long long)version));
  VD_TRY(read_model(&m, a->bytes, err));
  for (size_t i = 0; i < m.models.count; i++) {
    vd_view model = m.models.at[i];
    VD_TRY(read_model(&m, model, err));
  }
  if (version == 0)
    return vd_fail(err, VD_FORMAT, "it states no version");
  return m.layers == 0 ? VD_OK : vd_model_set(in, "layers", "%llu", (unsigned long long)m.layers);
}

const vd_format vd_format_coreml = {
    .name = "coreml",
    .description = "Core ML models",
    .patterns = "*.mlmodel",
    .recognise = recognise,
    .inspect = inspect,
};
