// Tensors: counted, and sampled for what weights should not hold.
#include "inspect/weights/weights.h"

#include "inspect/program.h"

static vd_code keep(vd_inspection *in, const vd_tensor *t) {
  if (in->model.tensors.count >= VD_TENSORS_LISTED_MAX)
    return VD_OK;
  vd_tensor *kept = vd_vec_push(in->arena, &in->model.tensors);
  vd_view name = vd_arena_copy(in->arena, t->name);
  if (kept == NULL || name.ptr == NULL)
    return VD_NOMEM;
  *kept = *t;
  kept->name = name;
  kept->bytes = (vd_view){NULL, t->bytes.len};
  return VD_OK;
}

vd_float_layout vd_float_layout_of(vd_dtype d) {
  static const vd_float_layout layouts[] = {
      [VD_DTYPE_F16] = {2, 5, 10},  [VD_DTYPE_BF16] = {2, 8, 7}, [VD_DTYPE_F32] = {4, 8, 23},
      [VD_DTYPE_F64] = {8, 11, 52}, [VD_DTYPE_C64] = {4, 8, 23}, [VD_DTYPE_C128] = {8, 11, 52},
  };
  return (size_t)d < VD_COUNT(layouts) ? layouts[d] : (vd_float_layout){0};
}

// The share of a tensor falls as the file's is used up, so that the last tensors get some too.
static size_t share_of(const vd_inspection *in) {
  uint64_t share = in->sample / 64 / VD_WEIGHTS_PAGE;
  return share < 1 ? 1 : share > VD_WEIGHTS_PAGES_MAX ? VD_WEIGHTS_PAGES_MAX : (size_t)share;
}

// A tensor that fits is looked at whole; else a quarter of the pages is its beginning, where hidden
// data starts, and the rest is spread evenly up to its end.
void vd_weights_sample_of(vd_inspection *in, const vd_tensor *t, vd_weights_sample *out) {
  size_t all = (t->bytes.len + VD_WEIGHTS_PAGE - 1) / VD_WEIGHTS_PAGE;
  size_t want = share_of(in), head = want < all ? (want + 3) / 4 : all;
  out->count = 0;
  want = want < all ? want : all;
  for (size_t i = 0; i < want; i++) {
    size_t page = i < head ? i : all - 1 - (want - 1 - i) * ((all - head) / (want - head));
    out->pages[out->count++] =
        vd_view_first(vd_view_from(t->bytes, page * VD_WEIGHTS_PAGE), VD_WEIGHTS_PAGE);
  }
  uint64_t bytes = (uint64_t)out->count * VD_WEIGHTS_PAGE;
  in->sample -= bytes < in->sample ? bytes : in->sample;
}

vd_code vd_weights_look(vd_inspection *in, const vd_tensor *t) {
  vd_weights_sample s;
  uint64_t cost = (uint64_t)VD_WEIGHTS_PAGES_MAX * VD_WEIGHTS_PAGE / 4;
  if (in->work < cost)
    return vd_model_set(in, "weights", "not all tensors were sampled");
  bool whole = in->sample >= VD_WEIGHTS_PAGE;
  vd_weights_sample_of(in, t, &s);
  in->work -= cost < t->bytes.len ? cost : t->bytes.len;
  VD_TRY(vd_weights_search(in, t, &s));
  if (!whole)
    return vd_model_set(in, "weights", "only the beginning of some tensors was looked at");
  return vd_weights_measure(in, t, &s);
}

vd_code vd_model_tensor(vd_inspection *in, const vd_tensor *t) {
  uint64_t n = vd_tensor_elements(t);
  in->model.tensor_count++;
  if (__builtin_add_overflow(in->model.parameters, n, &in->model.parameters))
    in->model.parameters = UINT64_MAX;
  if (t->bytes.ptr != NULL && t->bytes.len != 0)
    VD_TRY(vd_weights_look(in, t));
  return in->list_tensors ? keep(in, t) : VD_OK;
}
