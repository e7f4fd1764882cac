// NumPy arrays: magic, version, a Python literal, then the elements or, for objects, a pickle.
#include "inspect/arrays/npy_header.h"

static const char magic[] = "\x93NUMPY";

static bool recognise(const vd_artefact *a) {
  return a->bytes.len >= 10 && vd_view_starts(a->bytes, (vd_view){magic, 6}) &&
         a->bytes.ptr[6] >= 1 && a->bytes.ptr[6] <= 3 && a->bytes.ptr[7] == 0;
}

static bool data_size(const vd_npy_header *h, uint64_t *out) {
  *out = h->item;
  for (unsigned i = 0; i < h->rank; i++)
    if (__builtin_mul_overflow(*out, h->shape[i], out))
      return false;
  return h->item != 0;
}

static vd_code check_rest(vd_inspection *in, vd_view rest, uint64_t at) {
  if (rest.len == 0)
    return VD_OK;
  // numpy.save may be called on one open file again and again.
  if (!vd_view_starts(rest, (vd_view){magic, 6}))
    VD_TRY(vd_observe(in, VD_CHECK_TRAILING, at, "%zu bytes follow the array", rest.len));
  return vd_inspect_nested(in, VD_VIEW("data after the array"), rest);
}

static vd_code read_objects(vd_inspection *in, const vd_npy_header *h, vd_view data, uint64_t at) {
  VD_TRY(vd_observe(in, VD_CHECK_NPY_OBJECT, at,
                    "dtype %.*s: the elements are a pickle of %zu bytes",
                    VD_ARG(vd_view_first(h->descr, 200)), data.len));
  return vd_inspect_nested(in, VD_VIEW("objects.pkl"), data);
}

static vd_code read_numbers(vd_inspection *in, const vd_artefact *a, const vd_npy_header *h,
                            vd_view data) {
  vd_tensor t = {.name = vd_artefact_name(a), .dtype = h->dtype, .rank = h->rank};
  uint64_t size, at = a->bytes.len - data.len;
  memcpy(t.shape, h->shape, sizeof t.shape);
  if (!data_size(h, &size)) {
    t.bytes = data;
    t.offset = at;
    return vd_model_tensor(in, &t);
  }
  if (size > data.len)
    return vd_observe(in, VD_CHECK_UNREADABLE, at, "npy: the array needs %llu bytes, %zu are there",
                      (unsigned long long)size, data.len);
  t.bytes = vd_view_first(data, size);
  t.offset = at;
  VD_TRY(vd_model_tensor(in, &t));
  return check_rest(in, vd_view_from(data, size), at + size);
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  vd_npy_header h;
  vd_error why = {0};
  if (!recognise(a))
    return vd_fail(err, VD_FORMAT, "it does not begin with the magic of NumPy");
  vd_reader r = vd_reader_of(vd_view_from(a->bytes, 8));
  uint64_t len = a->bytes.ptr[6] == 1 ? vd_read_u16le(&r) : vd_read_u32le(&r);
  uint64_t start = 8 + vd_reader_offset(&r);
  vd_view text = vd_read_bytes(&r, len);
  if (r.failed)
    return vd_fail(err, VD_FORMAT, "its header is cut off");
  vd_view data = vd_view_from(a->bytes, start + len);
  if (len > VD_NPY_HEADER_MAX)
    return vd_fail(err, VD_LIMIT, "its header has %llu bytes", (unsigned long long)len);
  if (vd_npy_header_read(text, &h, &why) != VD_OK) {
    VD_TRY(vd_observe(in, VD_CHECK_NPY_HEADER, start + why.offset, "%s: %.*s", why.text,
                      VD_ARG(vd_view_first(vd_view_trim(vd_view_from(text, why.offset)), 160))));
    return vd_inspect_nested(in, VD_VIEW("data.pkl"), data);
  }
  return h.objects ? read_objects(in, &h, data, start + len) : read_numbers(in, a, &h, data);
}

const vd_format vd_format_npy = {
    .name = "npy",
    .description = "NumPy arrays",
    .patterns = "*.npy",
    .recognise = recognise,
    .inspect = inspect,
};
