// Configurations of Hugging Face repositories: model, tokenizer, processor, pipeline, adapter.
#include "inspect/text/hub.h"
#include "inspect/text/keras.h"

// Names that only the Hub's libraries use, and those that a head may not be enough for.
static const char names[] = "tokenizer_config.json adapter_config.json preprocessor_config.json "
                            "generation_config.json processor_config.json model_index.json";

static bool recognise(const vd_artefact *a) {
  vd_sort sort = vd_sort_of(a);
  return sort == VD_SORT_HUB || (sort == VD_SORT_NONE && vd_is_cut_head(a) &&
                                 vd_artefact_matches(a, "config.json modules.json"));
}

// A tokenizer has up to a million entries: only its shape is looked at.
static vd_code walk_tokenizer(vd_view text, vd_error *err) {
  vd_json_walk w;
  vd_json_item item;
  VD_TRY(vd_json_walk_of(text, &w, err));
  for (;;) {
    vd_code code = vd_json_walk_next(&w, &item, err);
    if (code == VD_NOTFOUND)
      return VD_OK;
    VD_TRY(code);
  }
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  const vd_value *doc;
  vd_source source = {a->bytes, 0};
  if (vd_artefact_matches(a, "tokenizer.json"))
    return walk_tokenizer(a->bytes, err);
  if (a->bytes.len > VD_DOCUMENT_BYTES_MAX)
    return vd_fail(err, VD_LIMIT, "a configuration of %zu bytes", a->bytes.len);
  VD_TRY(vd_python_json(in, a->bytes, &doc, err));
  VD_TRY(vd_hub_check(in, &source, doc));
  return vd_get(doc, VD_VIEW("class_name")) == NULL ? VD_OK
                                                    : vd_keras_check(in, &source, doc, false);
}

const vd_format vd_format_hf_config = {
    .name = "hf_config",
    .description = "configuration of a Hugging Face repository",
    .patterns = names,
    .text = true,
    .recognise = recognise,
    .inspect = inspect,
};
