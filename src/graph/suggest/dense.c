// Blocked Cholesky. Everything is made of one product of blocks, written so that its inner loop
// stays in registers; sums run in one fixed order, so results do not depend on the machine.
#include "graph/suggest/dense.h"

#include <math.h>

typedef double pair __attribute__((vector_size(16), aligned(8)));

// A window into a matrix: its first number, and the numbers from one row to the next.
typedef struct window {
  double *at;
  size_t step;
} window;

static window block_of(const vd_dense *d, size_t i, size_t j) {
  return (window){d->a + i * VD_BLOCK * d->size + j * VD_BLOCK, d->size};
}

static window inverse_of(const vd_dense *d, size_t i) {
  return (window){d->inverse + i * VD_BLOCK * VD_BLOCK, VD_BLOCK};
}

static pair *pair_at(window w, size_t row, size_t column) {
  return (pair *)(void *)(w.at + row * w.step + column);
}

// Four rows and four columns of c -= a b: eight running sums, which is what SSE2 has registers for.
static void subtract_tile(window c, window a, window b) {
  pair s[4][2];
  for (size_t i = 0; i < 4; i++) {
    s[i][0] = *pair_at(c, i, 0);
    s[i][1] = *pair_at(c, i, 2);
  }
  for (size_t p = 0; p < VD_BLOCK; p++) {
    pair left = *pair_at(b, p, 0), right = *pair_at(b, p, 2);
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++) {
      double x = a.at[i * a.step + p];
      s[i][0] -= x * left;
      s[i][1] -= x * right;
    }
  }
  for (size_t i = 0; i < 4; i++) {
    *pair_at(c, i, 0) = s[i][0];
    *pair_at(c, i, 2) = s[i][1];
  }
}

// c -= a b, where a is a block, and b and c have VD_BLOCK rows and width columns.
static void subtract_product(window c, window a, window b, size_t width) {
  for (size_t j = 0; j < width; j += 4)
    for (size_t i = 0; i < VD_BLOCK; i += 4)
      subtract_tile((window){c.at + i * c.step + j, c.step}, (window){a.at + i * a.step, a.step},
                    (window){b.at + j, b.step});
}

static void transpose(window from, double *to) {
  for (size_t i = 0; i < VD_BLOCK; i++)
    for (size_t j = 0; j < VD_BLOCK; j++)
      to[j * VD_BLOCK + i] = from.at[i * from.step + j];
}

// b = m b for the block m, at most VD_BLOCK columns of b at a time.
static void multiply_by(window m, window b, size_t width) {
  double product[VD_BLOCK * VD_BLOCK];
  window p = {product, VD_BLOCK};
  for (size_t at = 0; at < width; at += VD_BLOCK) {
    size_t some = width - at < VD_BLOCK ? width - at : VD_BLOCK;
    window part = {b.at + at, b.step};
    memset(product, 0, sizeof product);
    subtract_product(p, m, part, some);
    for (size_t i = 0; i < VD_BLOCK; i++)
      for (size_t j = 0; j < some; j++)
        part.at[i * part.step + j] = -product[i * VD_BLOCK + j];
  }
}

// ---- factor ------------------------------------------------------------------------------------

static bool factor_block(window w) {
  for (size_t j = 0; j < VD_BLOCK; j++) {
    double *row = w.at + j * w.step;
    for (size_t k = 0; k < j; k++)
      row[j] -= row[k] * row[k];
    if (!(row[j] > 0) || !isfinite(row[j]))
      return false;
    row[j] = sqrt(row[j]);
    for (size_t i = j + 1; i < VD_BLOCK; i++) {
      double *below = w.at + i * w.step;
      for (size_t k = 0; k < j; k++)
        below[j] -= below[k] * row[k];
      below[j] /= row[j];
    }
  }
  return true;
}

static void invert_block(window l, window out) {
  for (size_t j = 0; j < VD_BLOCK; j++) {
    out.at[j * out.step + j] = 1 / l.at[j * l.step + j];
    for (size_t i = j + 1; i < VD_BLOCK; i++) {
      double sum = 0;
      for (size_t k = j; k < i; k++)
        sum -= l.at[i * l.step + k] * out.at[k * out.step + j];
      out.at[i * out.step + j] = sum / l.at[i * l.step + i];
    }
  }
}

// The blocks below diagonal block k: X L' = A is X = A inverse(L)'.
static void factor_column(vd_dense *d, size_t k) {
  double turned[VD_BLOCK * VD_BLOCK], product[VD_BLOCK * VD_BLOCK];
  transpose(inverse_of(d, k), turned);
  for (size_t i = k + 1; i < d->size / VD_BLOCK; i++) {
    window a = block_of(d, i, k), p = {product, VD_BLOCK};
    memset(product, 0, sizeof product);
    subtract_product(p, a, (window){turned, VD_BLOCK}, VD_BLOCK);
    for (size_t r = 0; r < VD_BLOCK; r++)
      for (size_t c = 0; c < VD_BLOCK; c++)
        a.at[r * a.step + c] = -product[r * VD_BLOCK + c];
  }
}

static void update_rest(vd_dense *d, size_t k) {
  double turned[VD_BLOCK * VD_BLOCK];
  size_t blocks = d->size / VD_BLOCK;
  for (size_t j = k + 1; j < blocks; j++) {
    transpose(block_of(d, j, k), turned);
    for (size_t i = j; i < blocks; i++)
      subtract_product(block_of(d, i, j), block_of(d, i, k), (window){turned, VD_BLOCK}, VD_BLOCK);
  }
}

vd_code vd_dense_new(vd_arena *a, size_t rows, vd_dense *out, vd_error *err) {
  vd_dense d = {.size = (rows + VD_BLOCK - 1) / VD_BLOCK * VD_BLOCK};
  d.a = vd_arena_alloc(a, d.size, d.size * sizeof(double));
  d.inverse = vd_new_array(a, double, d.size *VD_BLOCK);
  if (d.a == NULL || d.inverse == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for a matrix of %zu rows", d.size);
  *out = d;
  return VD_OK;
}

vd_code vd_dense_factor(vd_dense *d, vd_error *err) {
  for (size_t k = 0; k < d->size / VD_BLOCK; k++) {
    if (!factor_block(block_of(d, k, k)))
      return vd_fail(err, VD_FORMAT, "the matrix is not positive definite");
    invert_block(block_of(d, k, k), inverse_of(d, k));
    factor_column(d, k);
    update_rest(d, k);
  }
  return VD_OK;
}

// ---- use ----------------------------------------------------------------------------------------

static window rows_of(double *b, size_t block, size_t width) {
  return (window){b + block * VD_BLOCK * width, width};
}

void vd_dense_solve(const vd_dense *d, double *b, size_t width) {
  double turned[VD_BLOCK * VD_BLOCK];
  size_t blocks = d->size / VD_BLOCK;
  for (size_t k = 0; k < blocks; k++) {
    multiply_by(inverse_of(d, k), rows_of(b, k, width), width);
    for (size_t i = k + 1; i < blocks; i++)
      subtract_product(rows_of(b, i, width), block_of(d, i, k), rows_of(b, k, width), width);
  }
  for (size_t k = blocks; k-- > 0;) {
    for (size_t i = k + 1; i < blocks; i++) {
      transpose(block_of(d, i, k), turned);
      subtract_product(rows_of(b, k, width), (window){turned, VD_BLOCK}, rows_of(b, i, width),
                       width);
    }
    transpose(inverse_of(d, k), turned);
    multiply_by((window){turned, VD_BLOCK}, rows_of(b, k, width), width);
  }
}

// inverse(A) = inverse(L)' inverse(L), so its diagonal is the squared length of each column of
// inverse(L), which is made here one block column at a time.
void vd_dense_inverse_diagonal(const vd_dense *d, double *panel, double *out) {
  size_t blocks = d->size / VD_BLOCK;
  for (size_t j = 0; j < blocks; j++) {
    memset(panel, 0, d->size * VD_BLOCK * sizeof(double));
    memset(out + j * VD_BLOCK, 0, VD_BLOCK * sizeof(double));
    memcpy(rows_of(panel, j, VD_BLOCK).at, inverse_of(d, j).at,
           sizeof(double) * VD_BLOCK * VD_BLOCK);
    for (size_t i = j; i < blocks; i++) {
      window x = rows_of(panel, i, VD_BLOCK);
      for (size_t k = j; k < i; k++)
        subtract_product(x, block_of(d, i, k), rows_of(panel, k, VD_BLOCK), VD_BLOCK);
      if (i > j)
        multiply_by(inverse_of(d, i), x, VD_BLOCK);
      for (size_t r = 0; r < VD_BLOCK; r++)
        for (size_t c = 0; c < VD_BLOCK; c++)
          out[j * VD_BLOCK + c] += x.at[r * VD_BLOCK + c] * x.at[r * VD_BLOCK + c];
    }
  }
}
