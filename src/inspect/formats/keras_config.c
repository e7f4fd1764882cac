// The JSON of Keras models: config.json of a .keras file, model.to_json(), metadata of SavedModels.
#include "inspect/text/hub.h"
#include "inspect/text/keras.h"

static bool recognise(const vd_artefact *a) { return vd_sort_of(a) == VD_SORT_KERAS; }

// A loader of the Hub may read the same file, so its keys are looked at too.
static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  const vd_value *doc;
  vd_source source = {a->bytes, 0};
  if (a->bytes.len > VD_DOCUMENT_BYTES_MAX)
    return vd_fail(err, VD_LIMIT, "a configuration of %zu bytes", a->bytes.len);
  VD_TRY(vd_python_json(in, a->bytes, &doc, err));
  VD_TRY(vd_keras_check(in, &source, doc, false));
  return vd_get(doc, VD_VIEW("auto_map")) == NULL ? VD_OK : vd_hub_check(in, &source, doc);
}

const vd_format vd_format_keras_config = {
    .name = "keras_config",
    .description = "Keras model configuration in JSON",
    .patterns = "*keras_metadata.json",
    .text = true,
    .recognise = recognise,
    .inspect = inspect,
};
