// Orbax checkpoints of JAX, and the Zarr arrays in them: JSON beside chunks of numbers.
// https://zarr-specs.readthedocs.io/, https://google.github.io/tensorstore/kvstore/ocdbt/
#include "format/format.h"
#include "inspect/inspect.h"

static const char names[] = "_METADATA _CHECKPOINT_METADATA .zarray .zmetadata zarr.json";

static bool is_manifest(vd_view bytes) {
  return bytes.len > 13 && vd_view_starts(bytes, VD_VIEW("\x0c\xdb\x3a\x2a"));
}

static bool recognise(const vd_artefact *a) {
  return is_manifest(a->bytes) ||
         (vd_artefact_matches(a, names) &&
          vd_view_starts(vd_view_trim(vd_view_first(a->bytes, 64)), VD_VIEW("{")));
}

static vd_view codec_name(const vd_value *codec) {
  vd_view id = vd_text_at(codec, "id");
  return id.len != 0 ? id : vd_text_at(codec, "name");
}

// Texts and bytes of any length are objects in NumPy; these codecs store them as data.
static bool is_plain(vd_view codec) {
  return vd_view_starts(codec, VD_VIEW("vlen-")) || vd_view_starts(codec, VD_VIEW("json")) ||
         vd_view_starts(codec, VD_VIEW("msgpack")) || vd_view_eq(codec, VD_VIEW("categorize"));
}

static bool is_pickle(vd_view codec) {
  return vd_view_eq(codec, VD_VIEW("pickle")) || vd_view_eq(codec, VD_VIEW("numcodecs.pickle"));
}

static vd_dtype dtype_of(vd_view name) {
  static const struct {
    const char *short_name, *long_name;
    vd_dtype dtype;
  } types[] = {{"b1", "bool", VD_DTYPE_BOOL},
               {"u1", "uint8", VD_DTYPE_U8},
               {"i1", "int8", VD_DTYPE_I8},
               {"u2", "uint16", VD_DTYPE_U16},
               {"i2", "int16", VD_DTYPE_I16},
               {"u4", "uint32", VD_DTYPE_U32},
               {"i4", "int32", VD_DTYPE_I32},
               {"u8", "uint64", VD_DTYPE_U64},
               {"i8", "int64", VD_DTYPE_I64},
               {"f2", "float16", VD_DTYPE_F16},
               {"f4", "float32", VD_DTYPE_F32},
               {"f8", "float64", VD_DTYPE_F64},
               {"c8", "complex64", VD_DTYPE_C64},
               {"c16", "complex128", VD_DTYPE_C128},
               {"bfloat16", "bfloat16", VD_DTYPE_BF16}};
  vd_view base =
      name.len > 1 && vd_view_find(VD_VIEW("<>|="), name.ptr[0]) < 4 ? vd_view_from(name, 1) : name;
  for (size_t i = 0; i < VD_COUNT(types); i++)
    if (vd_view_eq(base, vd_view_of(types[i].short_name)) ||
        vd_view_eq(name, vd_view_of(types[i].long_name)))
      return types[i].dtype;
  return VD_DTYPE_OTHER;
}

static vd_code read_shape(vd_inspection *in, vd_view name, const vd_value *array, vd_view dtype) {
  vd_tensor t = {.name = name.len == 0 ? VD_VIEW("array") : name, .dtype = dtype_of(dtype)};
  for (VD_EACH (d, vd_get(array, VD_VIEW("shape")))) {
    if (!vd_is(d, VD_KIND_INT) || d->integer < 0 || t.rank == VD_TENSOR_RANK_MAX)
      return vd_observe(in, VD_CHECK_MODEL_BOUNDS, 0, "array %.*s has no valid shape",
                        VD_ARG(vd_view_first(t.name, 80)));
    t.shape[t.rank++] = (uint64_t)d->integer;
  }
  return vd_model_tensor(in, &t);
}

// One array of either version; its chunks are files of their own.
static vd_code read_array(vd_inspection *in, vd_view name, const vd_value *array) {
  vd_view dtype = vd_text_at(array, "dtype");
  bool plain = false;
  dtype = dtype.len != 0 ? dtype : vd_text_at(array, "data_type");
  const char *const lists[] = {"filters", "codecs"};
  for (size_t i = 0; i < VD_COUNT(lists); i++)
    for (VD_EACH (codec, vd_get(array, vd_view_of(lists[i])))) {
      plain = plain || is_plain(codec_name(codec));
      if (is_pickle(codec_name(codec)))
        return vd_observe(in, VD_CHECK_ZARR_PICKLE, 0, "array %.*s has the codec \"%.*s\"",
                          VD_ARG(vd_view_first(name, 80)), VD_ARG(codec_name(codec)));
    }
  if (is_pickle(codec_name(vd_get(array, VD_VIEW("compressor")))))
    return vd_observe(in, VD_CHECK_ZARR_PICKLE, 0, "array %.*s is compressed by pickle",
                      VD_ARG(vd_view_first(name, 80)));
  if (vd_view_eq(dtype, VD_VIEW("|O")) && !plain)
    return vd_observe(in, VD_CHECK_ZARR_PICKLE, 0, "array %.*s holds Python objects (dtype \"|O\")",
                      VD_ARG(vd_view_first(name, 80)));
  if (vd_get(array, VD_VIEW("shape")) == NULL)
    return VD_OK;
  VD_TRY(vd_model_set(in, "element type", "%.*s", VD_ARG(dtype)));
  return read_shape(in, name, array, dtype);
}

static vd_code read_arrays(vd_inspection *in, const vd_value *doc) {
  const vd_value *all = vd_get(doc, VD_VIEW("metadata"));
  if (all == NULL)
    all = vd_path(doc, "consolidated_metadata", "metadata");
  if (all == NULL)
    return read_array(in, VD_VIEW(""), doc);
  for (VD_EACH (array, all))
    VD_TRY(read_array(in, array->key, array));
  return VD_OK;
}

static vd_code read_values(vd_inspection *in, const vd_value *tree) {
  if (vd_first(tree) == NULL)
    return VD_OK;
  for (VD_EACH (entry, tree)) {
    vd_view type = vd_text(vd_path(entry, "value_metadata", "value_type"));
    if (type.len != 0)
      VD_TRY(vd_model_set(in, "value type", "%.*s", VD_ARG(type)));
  }
  return vd_model_set(in, "values", "%zu", tree->count);
}

// What Orbax says of the tree: names, types and the handlers that restore it.
static vd_code read_tree(vd_inspection *in, const vd_value *doc) {
  const vd_value *handlers = vd_get(doc, VD_VIEW("item_handlers"));
  VD_TRY(vd_model_set(in, "producer", "orbax"));
  VD_TRY(read_values(in, vd_get(doc, VD_VIEW("tree_metadata"))));
  if (vd_is(handlers, VD_KIND_STRING))
    VD_TRY(vd_model_set(in, "handler", "%.*s", VD_ARG(vd_text(handlers))));
  for (VD_EACH (handler, handlers))
    VD_TRY(vd_model_set(in, "handler", "%.*s", VD_ARG(vd_text(handler))));
  return VD_OK;
}

static vd_code read_manifest(vd_inspection *in, vd_view bytes, vd_error *err) {
  vd_reader r = vd_reader_of(vd_view_from(bytes, 4));
  uint64_t length = vd_read_u64le(&r), version = vd_read_varint(&r);
  if (r.failed || length > bytes.len)
    return vd_fail(err, VD_FORMAT, "it states %llu bytes and has %zu", (unsigned long long)length,
                   bytes.len);
  VD_TRY(vd_model_set(in, "ocdbt version", "%llu", (unsigned long long)version));
  if (length == bytes.len)
    return VD_OK;
  VD_TRY(vd_observe(in, VD_CHECK_TRAILING, length, "%llu bytes follow the manifest",
                    (unsigned long long)(bytes.len - length)));
  return vd_inspect_nested(in, VD_VIEW("data after the manifest"), vd_view_from(bytes, length));
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  const vd_value *doc;
  if (is_manifest(a->bytes))
    return read_manifest(in, a->bytes, err);
  VD_TRY(vd_json_parse(in->scratch, a->bytes, &doc, err));
  if (!vd_is(doc, VD_KIND_TABLE))
    return vd_fail(err, VD_FORMAT, "it is no JSON object");
  if (vd_get(doc, VD_VIEW("tree_metadata")) != NULL ||
      vd_get(doc, VD_VIEW("item_handlers")) != NULL)
    return read_tree(in, doc);
  return read_arrays(in, doc);
}

const vd_format vd_format_orbax = {
    .name = "orbax",
    .description = "Orbax checkpoints and Zarr arrays",
    .patterns = ".zarray .zmetadata zarr.json _METADATA _CHECKPOINT_METADATA manifest.ocdbt",
    .recognise = recognise,
    .inspect = inspect,
};
