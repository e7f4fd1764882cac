// CatBoost models: "CBM1", the length of a flatbuffer, the flatbuffer, then further parts.
// https://github.com/catboost/catboost/tree/master/catboost/libs/model/flatbuffers
#include "inspect/flatbuffer.h"
#include "inspect/inspect.h"

enum { CORE_VERSION = 0, CORE_INFO = 2, CORE_PARTS = 3, PAIR_KEY = 0, PAIR_VALUE = 1 };

static bool recognise(const vd_artefact *a) { return vd_view_starts(a->bytes, VD_VIEW("CBM1")); }

static vd_code read_info(vd_inspection *in, const vd_flat_table *core) {
  vd_flat_vector info = vd_flat_vector_of(core, CORE_INFO, 4);
  for (uint32_t i = 0; i < info.count && i < VD_MODEL_PROPERTIES_MAX && !info.flat->failed; i++) {
    char name[64];
    vd_flat_table pair = vd_flat_item(&info, i);
    vd_view key = vd_flat_text(&pair, PAIR_KEY), value = vd_flat_text(&pair, PAIR_VALUE);
    if (key.len == 0)
      continue;
    if (vd_view_eq(key, VD_VIEW("catboost_version_info")))
      VD_TRY(vd_model_set(in, "producer", "catboost: %.*s",
                          VD_ARG(vd_view_first(value, VD_QUOTE_MAX))));
    (void)snprintf(name, sizeof name, "info.%.*s", (int)(key.len < 40 ? key.len : 40), key.ptr);
    VD_TRY(vd_model_set(in, name, "%.*s", VD_ARG(value)));
  }
  return VD_OK;
}

static vd_code out_of_bounds(vd_inspection *in, uint64_t at, uint64_t size, vd_error *err) {
  VD_TRY(vd_observe(in, VD_CHECK_MODEL_BOUNDS, at,
                    "something leads out of the %llu bytes there are", (unsigned long long)size));
  (void)vd_fail(err, VD_FORMAT, "it is cut or damaged");
  return err->offset = at, VD_FORMAT;
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  vd_reader r = vd_reader_of(vd_view_from(a->bytes, 4));
  uint32_t size = vd_read_u32le(&r);
  vd_flat flat = {.bytes = vd_view_first(vd_view_from(a->bytes, 8), size)};
  if (!recognise(a) || r.failed)
    return vd_fail(err, VD_FORMAT, "it does not begin as a CatBoost model");
  if (size > a->bytes.len - 8)
    return out_of_bounds(in, 4, a->bytes.len, err);
  vd_flat_table core = vd_flat_root(&flat);
  vd_view version = vd_flat_text(&core, CORE_VERSION);
  if (version.len != 0)
    VD_TRY(vd_model_set(in, "format version", "%.*s", VD_ARG(version)));
  VD_TRY(read_info(in, &core));
  vd_flat_vector parts = vd_flat_vector_of(&core, CORE_PARTS, 4);
  if (flat.failed || core.at == 0)
    return out_of_bounds(in, 8 + flat.failed_at, flat.bytes.len, err);
  uint64_t left = a->bytes.len - 8 - size;
  if (parts.count != 0 || left == 0)
    return VD_OK;
  VD_TRY(vd_observe(in, VD_CHECK_TRAILING, 8 + (uint64_t)size, "%llu bytes follow the model",
                    (unsigned long long)left));
  return vd_inspect_nested(in, VD_VIEW("data after the model"),
                           vd_view_from(a->bytes, 8 + (size_t)size));
}

const vd_format vd_format_catboost = {
    .name = "catboost",
    .description = "CatBoost models",
    .patterns = "*.cbm",
    .recognise = recognise,
    .inspect = inspect,
};
