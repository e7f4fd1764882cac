// The manifest of a TorchServe model archive: which Python file the server runs.
// https://github.com/pytorch/serve/tree/master/model-archiver
#include "format/format.h"
#include "inspect/inspect.h"

static bool recognise(const vd_artefact *a) {
  vd_view place = a->member.len != 0 ? a->member : a->path;
  return vd_view_ends(place, VD_VIEW("MAR-INF/MANIFEST.json"));
}

static bool is_built_in(vd_view handler) {
  static const char *const names[] = {"image_classifier", "image_segmenter", "object_detector",
                                      "text_classifier", "base_handler"};
  vd_view name = vd_view_cut(&handler, ':');
  for (size_t i = 0; i < VD_COUNT(names); i++)
    if (vd_view_eq(name, vd_view_of(names[i])))
      return true;
  return false;
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  const vd_value *doc;
  if (a->bytes.len > VD_CONFIG_BYTES_MAX)
    return vd_fail(err, VD_LIMIT, "a manifest of %zu bytes", a->bytes.len);
  VD_TRY(vd_json_parse(in->scratch, a->bytes, &doc, err));
  const vd_value *model = vd_get(doc, VD_VIEW("model"));
  vd_view handler = vd_text_at(model, "handler"), needs = vd_text_at(model, "requirementsFile");
  if (handler.len != 0 && !is_built_in(handler))
    VD_TRY(vd_observe(in, VD_CHECK_SERVE_HANDLER, 0, "handler: %.*s",
                      VD_ARG(vd_view_first(handler, 200))));
  if (needs.len != 0)
    VD_TRY(vd_observe(in, VD_CHECK_SERVE_HANDLER, 0, "installs packages when it is served: %.*s",
                      VD_ARG(vd_view_first(needs, 200))));
  vd_view name = vd_text_at(model, "modelName");
  return name.len == 0 ? VD_OK : vd_model_set(in, "name", "%.*s", VD_ARG(vd_view_first(name, 200)));
}

// No name of a file matches the pattern: the folder decides.
const vd_format vd_format_mar = {
    .name = "mar",
    .description = "TorchServe manifests",
    .patterns = "MAR-INF/MANIFEST.json",
    .recognise = recognise,
    .inspect = inspect,
};
