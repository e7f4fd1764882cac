// Element types and sizes of tensors.
#include "inspect/inspect.h"

static const struct {
  const char *name;
  unsigned bits;
} dtypes[] = {
#define DTYPE(id, name, bits) {name, bits},
#include "inspect/dtypes.def"
#undef DTYPE
};

const char *vd_dtype_text(vd_dtype d) { return dtypes[d].name; }

unsigned vd_dtype_bits(vd_dtype d) { return dtypes[d].bits; }

uint64_t vd_tensor_elements(const vd_tensor *t) {
  uint64_t n = 1;
  for (unsigned i = 0; i < t->rank; i++)
    if (__builtin_mul_overflow(n, t->shape[i], &n))
      return UINT64_MAX;
  return n;
}

uint64_t vd_tensor_bytes(const vd_tensor *t) {
  uint64_t n = vd_tensor_elements(t);
  if (n == UINT64_MAX || __builtin_mul_overflow(n, (uint64_t)vd_dtype_bits(t->dtype), &n))
    return UINT64_MAX;
  return n / 8;
}

bool vd_tensor_fits(const vd_tensor *t, uint64_t bytes) {
  uint64_t n = vd_tensor_bytes(t);
  return n != UINT64_MAX && (vd_dtype_bits(t->dtype) == 0 || n == bytes);
}
