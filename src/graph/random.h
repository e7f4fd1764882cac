// Seeded random numbers for algorithms that need any choice, but the same one each time.
#pragma once

#include <stdint.h>

// splitmix64 (Steele, Lea and Flood 2014): 2^64 numbers, each once. Not for secrets.
typedef struct vd_random {
  uint64_t state;
} vd_random;

static inline uint64_t vd_random_next(vd_random *r) {
  uint64_t z = r->state += 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

// In [0, 1).
static inline double vd_random_unit(vd_random *r) {
  return (double)(vd_random_next(r) >> 11) * 0x1p-53;
}

// Below n, which is not 0; exactly uniform (Lemire 2019).
static inline uint32_t vd_random_below(vd_random *r, uint32_t n) {
  uint32_t reject = -n % n;
  uint64_t product;
  do
    product = (vd_random_next(r) >> 32) * n;
  while ((uint32_t)product < reject);
  return (uint32_t)(product >> 32);
}

// The numbers below n in random order.
static inline void vd_random_order(vd_random *r, uint32_t *order, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    uint32_t j = vd_random_below(r, i + 1);
    order[i] = order[j];
    order[j] = i;
  }
}
