// The header of a .npy file: a Python literal.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include "inspect/inspect.h"

typedef struct vd_npy_header {
  vd_dtype dtype;
  uint64_t item; // bytes of one element; 0 when not known
  bool objects;  // elements are Python objects: a pickle follows
  bool fortran;
  unsigned rank;
  uint64_t shape[VD_TENSOR_RANK_MAX];
  vd_view descr; // as written
} vd_npy_header;

// Reads the literal without evaluating it. FORMAT with the offset of what NumPy would not write.
vd_code vd_npy_header_read(vd_view text, vd_npy_header *out, vd_error *err) VD_MUST_USE;
