// dense: solving one symmetric positive definite system, and the diagonal of its inverse.
#pragma once

#include "base/base.h"

enum { VD_BLOCK = 64 }; // rows and columns of a block; three of them fit the first-level cache

// A system of `size` rows, a multiple of VD_BLOCK. Before vd_dense_factor the lower triangle of a
// holds the matrix, after it the factor L of A = L L'. Rows of the matrix lie one after the other.
typedef struct vd_dense {
  size_t size;
  double *a;       // size * size
  double *inverse; // size * VD_BLOCK: the inverted diagonal blocks of L
} vd_dense;

// NOMEM. The matrix is all zero.
vd_code vd_dense_new(vd_arena *a, size_t rows, vd_dense *out, vd_error *err) VD_MUST_USE;
// Cholesky factor in place, size^3 / 3 steps, the same order of sums on every machine. FORMAT when
// the matrix is not positive definite.
vd_code vd_dense_factor(vd_dense *d, vd_error *err) VD_MUST_USE;
// b = inverse(A) b, in place; b has size rows of width columns, width a multiple of 4.
void vd_dense_solve(const vd_dense *d, double *b, size_t width);
// The diagonal of inverse(A) to out[size]; panel is room for size * VD_BLOCK numbers.
void vd_dense_inverse_diagonal(const vd_dense *d, double *panel, double *out);
