// HDF5: Keras models and weights. What leads out of the file, code in the model's configuration,
// datasets that are not what they seem.
// https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html
#include "inspect/arrays/hdf5.h"

#include "inspect/text/keras.h"

typedef struct h5 {
  vd_inspection *in;
  const vd_artefact *a;
  hid_t file;
  vd_map seen; // addresses of objects that were looked at
  vd_hdf5_objects queue;
  vd_hdf5_exits exits;
} h5;

static const char signature[] = "\x89HDF\r\n\x1a\n";

// The superblock is at 0, or behind a user block of 512 bytes or a power of two above.
static size_t superblock(vd_view v) {
  for (size_t at = 0; at + 8 <= v.len && at <= VD_SORT_BYTES_MAX; at = at == 0 ? 512 : at * 2)
    if (memcmp(v.ptr + at, signature, 8) == 0)
      return at;
  return v.len;
}

static bool recognise(const vd_artefact *a) { return superblock(a->bytes) != a->bytes.len; }

// ---- datasets ---------------------------------------------------------------------------------

static vd_code check_external(h5 *h, hid_t plan, vd_view name) {
  char file[256] = "";
  off_t offset = 0;
  hsize_t size = 0;
  int n = H5Pget_external_count(plan);
  for (int i = 0; i < n && i < VD_OBSERVATIONS_OF_CHECK_MAX; i++)
    if (H5Pget_external(plan, (unsigned)i, sizeof file - 1, file, &offset, &size) >= 0)
      VD_TRY(vd_observe(h->in, VD_CHECK_HDF5_EXTERNAL, 0, "dataset %.*s is stored in %s",
                        VD_ARG(vd_view_first(name, 100)), file));
  return VD_OK;
}

static vd_code check_virtual(h5 *h, hid_t plan, vd_view name) {
  char file[256] = "";
  size_t n = 0;
  if (H5Pget_virtual_count(plan, &n) < 0)
    n = 0;
  for (size_t i = 0; i < n && i < VD_OBSERVATIONS_OF_CHECK_MAX; i++)
    if (H5Pget_virtual_filename(plan, i, file, sizeof file - 1) >= 0 && strcmp(file, ".") != 0)
      VD_TRY(vd_observe(h->in, VD_CHECK_HDF5_EXTERNAL, 0, "dataset %.*s is mapped from %s",
                        VD_ARG(vd_view_first(name, 100)), file));
  return VD_OK;
}

// Filters of the library itself, and h5py's own LZF.
static bool is_known_filter(H5Z_filter_t id) { return (id >= 1 && id <= 6) || id == 32000; }

static vd_code check_filters(h5 *h, hid_t plan, vd_view name) {
  int n = H5Pget_nfilters(plan);
  for (int i = 0; i < n && i < 32; i++) {
    char text[64] = "";
    unsigned flags = 0, config = 0;
    size_t values = 0;
    H5Z_filter_t id =
        H5Pget_filter2(plan, (unsigned)i, &flags, &values, NULL, sizeof text - 1, text, &config);
    if (id >= 0 && !is_known_filter(id))
      VD_TRY(vd_observe(h->in, VD_CHECK_HDF5_FILTER, 0, "dataset %.*s needs filter %d %s",
                        VD_ARG(vd_view_first(name, 100)), (int)id, text));
  }
  return VD_OK;
}

static uint64_t stated_bytes(const vd_tensor *t, size_t element) {
  uint64_t n = vd_tensor_elements(t);
  return __builtin_mul_overflow(n, (uint64_t)element, &n) ? UINT64_MAX : n;
}

static vd_code check_bomb(h5 *h, const vd_tensor *t, uint64_t stated, uint64_t stored) {
  if (stated <= VD_HDF5_STATED_MAX || stated / VD_HDF5_RATIO_MAX <= stored)
    return VD_OK;
  return vd_observe(h->in, VD_CHECK_HDF5_BOMB, 0, "dataset %.*s states %llu bytes and stores %llu",
                    VD_ARG(vd_view_first(t->name, 100)), (unsigned long long)stated,
                    (unsigned long long)stored);
}

static bool read_shape(hid_t dataset, vd_tensor *t) {
  hsize_t sizes[H5S_MAX_RANK];
  VD_HDF5 space = H5Dget_space(dataset);
  int rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
  if (rank < 0 || rank > VD_TENSOR_RANK_MAX ||
      H5Sget_simple_extent_dims(space, sizes, NULL) != rank)
    return false;
  t->rank = (unsigned)rank;
  for (unsigned i = 0; i < t->rank; i++)
    t->shape[i] = sizes[i];
  return true;
}

static vd_code add_tensor(h5 *h, hid_t dataset, hid_t plan, vd_view name) {
  vd_tensor t = {.name = vd_view_from(name, 1)};
  VD_HDF5 type = H5Dget_type(dataset);
  if (type < 0 || !read_shape(dataset, &t))
    return vd_observe(h->in, VD_CHECK_UNREADABLE, 0, "hdf5: dataset %.*s has no shape",
                      VD_ARG(vd_view_first(name, 100)));
  t.dtype = vd_hdf5_dtype(type);
  uint64_t stated = stated_bytes(&t, H5Tget_size(type));
  if (H5Pget_external_count(plan) <= 0)
    VD_TRY(check_bomb(h, &t, stated, H5Dget_storage_size(dataset)));
  haddr_t at = H5Pget_layout(plan) == H5D_CONTIGUOUS ? H5Dget_offset(dataset) : HADDR_UNDEF;
  if (at != HADDR_UNDEF && H5Tget_order(type) == H5T_ORDER_LE && at < h->a->bytes.len &&
      stated <= h->a->bytes.len - at) {
    t.bytes = vd_view_first(vd_view_from(h->a->bytes, at), stated);
    t.offset = at;
  }
  return vd_model_tensor(h->in, &t);
}

// The shape of a virtual dataset is asked of its sources, which are not to be opened.
static vd_code check_dataset(h5 *h, hid_t dataset, vd_view name) {
  VD_HDF5 plan = H5Dget_create_plist(dataset);
  if (plan < 0)
    return vd_observe(h->in, VD_CHECK_UNREADABLE, 0, "hdf5: dataset %.*s cannot be read",
                      VD_ARG(vd_view_first(name, 100)));
  VD_TRY(check_filters(h, plan, name));
  if (H5Pget_layout(plan) == H5D_VIRTUAL)
    return check_virtual(h, plan, name);
  VD_TRY(check_external(h, plan, name));
  return add_tensor(h, dataset, plan, name);
}

// ---- configurations ---------------------------------------------------------------------------

static vd_code check_config(h5 *h, hid_t object, const char *name) {
  vd_view text = vd_hdf5_text(h->in->scratch, object, name);
  const vd_value *doc;
  vd_source source = {{0}, 0};
  vd_error e = {0};
  if (text.ptr == NULL && H5Aexists(object, name) > 0)
    return vd_observe(h->in, VD_CHECK_UNREADABLE, 0, "hdf5: attribute %s cannot be read", name);
  if (text.ptr == NULL || text.len == 0)
    return VD_OK;
  const char *found =
      memmem(h->a->bytes.ptr, h->a->bytes.len, text.ptr, text.len < 64 ? text.len : 64);
  source.base = found == NULL ? 0 : (uint64_t)(found - h->a->bytes.ptr);
  vd_code code = vd_python_json(h->in, text, &doc, &e);
  if (code != VD_OK)
    return vd_observe(h->in, VD_CHECK_UNREADABLE, source.base, "hdf5: attribute %s: %s", name,
                      e.text);
  return vd_keras_check(h->in, &source, doc, true);
}

static vd_code check_attributes(h5 *h, hid_t group) {
  static const char *const configs[] = {"model_config", "training_config", "layer_config"};
  static const char *const facts[] = {"keras_version", "backend", "model_config_version"};
  for (size_t i = 0; i < VD_COUNT(configs); i++)
    VD_TRY(check_config(h, group, configs[i]));
  for (size_t i = 0; i < VD_COUNT(facts); i++) {
    vd_view text = vd_hdf5_text(h->in->scratch, group, facts[i]);
    if (text.len != 0)
      VD_TRY(vd_model_set(h->in, facts[i], "%.*s", VD_ARG(text)));
  }
  return VD_OK;
}

// ---- the walk ---------------------------------------------------------------------------------

static vd_code check_exits(h5 *h) {
  for (size_t i = 0; i < h->exits.count; i++) {
    const vd_hdf5_exit *e = &h->exits.at[i];
    if (e->file.len == 0)
      VD_TRY(vd_observe(h->in, VD_CHECK_HDF5_EXTERNAL, 0, "link %.*s is of a user's own kind",
                        VD_ARG(vd_view_first(e->name, 100))));
    else
      VD_TRY(vd_observe(h->in, VD_CHECK_HDF5_EXTERNAL, 0, "link %.*s leads to %.*s in %.*s",
                        VD_ARG(vd_view_first(e->name, 100)), VD_ARG(vd_view_first(e->object, 80)),
                        VD_ARG(vd_view_first(e->file, 120))));
  }
  return VD_OK;
}

// Marks an address as looked at; false when it was before.
static vd_code is_new(h5 *h, haddr_t address, bool *fresh) {
  char *key = vd_arena_alloc(h->in->scratch, sizeof address, 1);
  if (key == NULL)
    return VD_NOMEM;
  memcpy(key, &address, sizeof address);
  vd_view k = {key, sizeof address};
  *fresh = vd_map_get(&h->seen, k) == NULL;
  return *fresh ? vd_map_put(&h->seen, k, key) : VD_OK;
}

static vd_code check_group(h5 *h, hid_t group, vd_view name) {
  if (name.len == 0)
    VD_TRY(check_attributes(h, group));
  vd_code code = vd_hdf5_list(h->in->scratch, group, name, &h->queue, &h->exits);
  if (code != VD_FORMAT)
    return code;
  return vd_observe(h->in, VD_CHECK_UNREADABLE, 0, "hdf5: group %.*s/ cannot be read",
                    VD_ARG(vd_view_first(name, 100)));
}

static vd_code check_object(h5 *h, const vd_hdf5_object *o) {
  bool fresh = false;
  VD_TRY(is_new(h, o->address, &fresh));
  if (!fresh)
    return VD_OK;
  VD_HDF5 id = H5Oopen_by_addr(h->file, o->address);
  H5I_type_t kind = id < 0 ? H5I_BADID : H5Iget_type(id);
  if (kind == H5I_GROUP)
    return check_group(h, id, o->name);
  if (kind == H5I_DATASET)
    return check_dataset(h, id, o->name);
  if (kind == H5I_DATATYPE)
    return VD_OK;
  return vd_observe(h->in, VD_CHECK_UNREADABLE, 0, "hdf5: object %.*s cannot be read",
                    VD_ARG(vd_view_first(o->name, 100)));
}

static vd_code walk(h5 *h, vd_error *err) {
  VD_HDF5 root = H5Gopen2(h->file, "/", H5P_DEFAULT);
  vd_code code = root < 0 ? vd_fail(err, VD_FORMAT, "its root group cannot be read")
                          : check_group(h, root, VD_VIEW(""));
  for (size_t i = 0; code == VD_OK && i < h->queue.count; i++) {
    vd_hdf5_object o = h->queue.at[i];
    code = check_object(h, &o);
  }
  if (code == VD_LIMIT)
    (void)vd_fail(err, VD_LIMIT, "more than %d objects", VD_HDF5_OBJECTS_MAX);
  VD_TRY(check_exits(h));
  return code;
}

// ---- around the file --------------------------------------------------------------------------

static bool is_blank(vd_view v) {
  for (size_t i = 0; i < v.len; i++)
    if (v.ptr[i] != 0)
      return false;
  return true;
}

// The end of the file as the superblock states it, which is where the library stops reading.
static uint64_t stated_end(vd_view v, size_t start) {
  vd_reader r = vd_reader_of(vd_view_from(v, start + 8));
  uint8_t version = vd_read_u8(&r);
  (void)vd_read_bytes(&r, version < 2 ? 4 : 0);
  uint8_t offsets = vd_read_u8(&r);
  (void)vd_read_bytes(&r, version == 0 ? 10 : version == 1 ? 14 : 2);
  if (offsets != 8)
    return v.len;
  uint64_t base = vd_read_u64le(&r);
  (void)vd_read_u64le(&r);
  uint64_t end = vd_read_u64le(&r);
  if (r.failed || __builtin_add_overflow(base, end, &end))
    return v.len;
  return end;
}

static vd_code check_around(h5 *h, size_t start) {
  uint64_t end = stated_end(h->a->bytes, start);
  if (start != 0 && !is_blank(vd_view_first(h->a->bytes, start))) {
    VD_TRY(vd_observe(h->in, VD_CHECK_TRAILING, 0, "a user block of %zu bytes", start));
    VD_TRY(vd_inspect_nested(h->in, VD_VIEW("user block"), vd_view_first(h->a->bytes, start)));
  }
  if (end >= h->a->bytes.len)
    return VD_OK;
  vd_view rest = vd_view_from(h->a->bytes, end);
  if (rest.len <= VD_HDF5_PADDING_MAX && is_blank(rest))
    return VD_OK;
  VD_TRY(vd_observe(h->in, VD_CHECK_TRAILING, end, "%zu bytes follow the last object", rest.len));
  return vd_inspect_nested(h->in, VD_VIEW("data after the file"), rest);
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  size_t start = superblock(a->bytes);
  if (start == a->bytes.len)
    return vd_fail(err, VD_FORMAT, "it has no HDF5 signature");
  VD_HDF5 file = vd_hdf5_open(a->bytes);
  if (file < 0)
    return vd_fail(err, VD_FORMAT, "the HDF5 library cannot open it");
  h5 h = {.in = in, .a = a, .file = file, .seen = VD_MAP(in->scratch)};
  VD_TRY(walk(&h, err));
  return check_around(&h, start);
}

const vd_format vd_format_hdf5 = {
    .name = "hdf5",
    .description = "HDF5: Keras models and weights",
    .patterns = "*.h5 *.hdf5",
    .recognise = recognise,
    .inspect = inspect,
};
