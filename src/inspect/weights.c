// Tensors: counted, and sampled for what weights should not hold.
#include "inspect/inspect.h"

static uint64_t elements_of(const vd_tensor *t) {
  uint64_t n = 1;
  for (unsigned i = 0; i < t->rank; i++)
    if (__builtin_mul_overflow(n, t->shape[i], &n))
      return UINT64_MAX;
  return n;
}

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

// Programs begin with these; no float or integer tensor does by chance in both places.
static bool is_executable(vd_view v) {
  static const char elf[] = "\x7f"
                            "ELF",
                    macho[] = "\xcf\xfa\xed\xfe";
  if (vd_view_starts(v, (vd_view){elf, 4}))
    return v.len > 20 && (v.ptr[4] == 1 || v.ptr[4] == 2) && v.ptr[6] == 1;
  if (vd_view_starts(v, (vd_view){macho, 4}))
    return v.len > 16 && v.ptr[7] == 1;
  if (!vd_view_starts(v, VD_VIEW("MZ")) || v.len < 0x40)
    return false;
  vd_reader r = vd_reader_of(vd_view_from(v, 0x3c));
  uint32_t header = vd_read_u32le(&r);
  return vd_view_starts(vd_view_from(v, header), (vd_view){"PE\0\0", 4});
}

vd_code vd_model_tensor(vd_inspection *in, const vd_tensor *t) {
  uint64_t n = elements_of(t);
  in->model.tensor_count++;
  if (__builtin_add_overflow(in->model.parameters, n, &in->model.parameters))
    in->model.parameters = UINT64_MAX;
  if (t->bytes.ptr != NULL && is_executable(t->bytes))
    VD_TRY(vd_observe(in, VD_CHECK_EXECUTABLE, t->offset, "tensor %.*s begins with a program",
                      VD_ARG(vd_view_first(t->name, 80))));
  return in->list_tensors ? keep(in, t) : VD_OK;
}
