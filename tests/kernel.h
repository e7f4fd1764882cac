// Shared by the tests of kernels on arrays: equal numbers, and failing allocations.
#pragma once

#include "base/base.h"

// The same numbers, not only close ones.
__attribute__((unused)) static bool same_numbers(const double *a, const double *b, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (a[i] != b[i])
      return false;
  return true;
}

// Runs a kernel with allocation 1, 2, ... of its arena failing, until it goes through. `run` uses
// the arena and gives a code; `untouched` tells whether its output still is.
#define EVERY_ALLOCATION_FAILS(arena, run, untouched)                                              \
  for (unsigned nth = 1;; nth++) {                                                                 \
    VD_SCOPED_ARENA arena = VD_ARENA(1 << 24);                                                     \
    (arena).fail_at = nth;                                                                         \
    vd_code code_ = (run);                                                                         \
    if ((arena).fail_at != 0) {                                                                    \
      cr_assert(code_ == VD_OK && nth > 1, "attempt %u: %d", nth, code_);                          \
      break;                                                                                       \
    }                                                                                              \
    cr_assert(code_ == VD_NOMEM, "attempt %u: %d", nth, code_);                                    \
    cr_assert((untouched), "attempt %u touched the output", nth);                                  \
  }
