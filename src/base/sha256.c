// SHA-256 as in FIPS 180-4, with the SHA instructions of x86-64 where the processor has them.
#include "base/base.h"

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#endif

enum { BLOCK = 64, LENGTH_AT = 56 };

// FIPS 180-4, 4.2.2: fractional parts of the cube roots of the first 64 primes.
static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

vd_sha256 vd_sha256_start(void) {
  return (vd_sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                               0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

static uint32_t rotate(uint32_t x, unsigned n) { return x >> n | x << (32 - n); }

// 6.2.2, step 1: the message schedule.
static void schedule(const uint8_t block[BLOCK], uint32_t w[64]) {
  for (size_t i = 0; i < 16; i++)
    w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
           (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
  for (size_t i = 16; i < 64; i++) {
    uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
    uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
}

// 6.2.2, steps 2 to 4, with the standard's names.
static void compress(uint32_t state[8], const uint8_t block[BLOCK]) {
  uint32_t w[64];
  schedule(block, w);
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (size_t i = 0; i < 64; i++) {
    uint32_t s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + round_constants[i] + w[i];
    uint32_t s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1;
    d = c, c = b, b = a, a = t1 + t2;
  }
  const uint32_t sum[8] = {a, b, c, d, e, f, g, h};
  for (size_t i = 0; i < 8; i++)
    state[i] += sum[i];
}

static void compress_all(uint32_t state[8], const uint8_t *blocks, size_t count) {
  for (size_t i = 0; i < count; i++)
    compress(state, blocks + i * BLOCK);
}

#ifdef __x86_64__
#define VD_SHA_TARGET __attribute__((target("sha,sse4.1")))

// Four rounds for each step; the instructions want the state as (a b e f) and (c d g h).
VD_SHA_TARGET static void compress_fast(uint32_t state[8], const uint8_t *blocks, size_t count) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i abcd = _mm_loadu_si128((const __m128i *)(const void *)state);
  __m128i efgh = _mm_loadu_si128((const __m128i *)(const void *)(state + 4));
  __m128i cdab = _mm_shuffle_epi32(abcd, 0xb1), hgfe = _mm_shuffle_epi32(efgh, 0x1b);
  __m128i abef = _mm_alignr_epi8(cdab, hgfe, 8), cdgh = _mm_blend_epi16(hgfe, cdab, 0xf0);
  for (; count != 0; count--, blocks += BLOCK) {
    __m128i w[4], abef_before = abef, cdgh_before = cdgh;
#pragma GCC unroll 16
    for (size_t i = 0; i < 16; i++) {
      __m128i *now = &w[i % 4], last = w[(i + 3) % 4];
      if (i < 4)
        *now = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(blocks + 16 * i)),
                                swap);
      else
        *now = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(*now, w[(i + 1) % 4]),
                                                  _mm_alignr_epi8(last, w[(i + 2) % 4], 4)),
                                    last);
      __m128i k = _mm_loadu_si128((const __m128i *)(const void *)(round_constants + 4 * i));
      __m128i sum = _mm_add_epi32(*now, k);
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  _mm_storeu_si128((__m128i *)(void *)state, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128((__m128i *)(void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

// CPUID leaf 7, EBX bit 29, as Intel's manual has it; it is asked only for lengths that repay it.
static bool has_instructions(void) {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b >> 29 & 1) != 0 &&
         __builtin_cpu_supports("sse4.1") != 0;
}

enum { FAST_BLOCKS_MIN = 1024 };

static void compress_many(uint32_t state[8], const uint8_t *blocks, size_t count) {
  if (count >= FAST_BLOCKS_MIN && has_instructions())
    compress_fast(state, blocks, count);
  else
    compress_all(state, blocks, count);
}
#else
#define compress_many compress_all
#endif

// Whole blocks go without a copy once the one that was begun is full.
void vd_sha256_put(vd_sha256 *h, vd_view bytes) {
  while (bytes.len > 0) {
    size_t at = h->bytes % BLOCK, whole = at == 0 ? bytes.len / BLOCK : 0;
    size_t n = bytes.len < BLOCK - at ? bytes.len : BLOCK - at;
    if (whole != 0) {
      n = whole * BLOCK;
      compress_many(h->state, (const uint8_t *)bytes.ptr, whole);
    } else {
      memcpy(h->block + at, bytes.ptr, n);
      if (at + n == BLOCK)
        compress_many(h->state, h->block, 1);
    }
    h->bytes += n;
    bytes = vd_view_from(bytes, n);
  }
}

void vd_sha256_end(vd_sha256 *h, uint8_t digest[VD_SHA256_BYTES]) {
  static const char padding[BLOCK] = {(char)0x80};
  uint64_t bits = h->bytes * 8;
  size_t at = h->bytes % BLOCK;
  vd_sha256_put(h, (vd_view){padding, (at < LENGTH_AT ? LENGTH_AT : BLOCK + LENGTH_AT) - at});
  char length[8];
  for (size_t i = 0; i < 8; i++)
    length[i] = (char)(bits >> (56 - 8 * i));
  vd_sha256_put(h, (vd_view){length, sizeof length});
  for (size_t i = 0; i < VD_SHA256_BYTES; i++)
    digest[i] = (uint8_t)(h->state[i / 4] >> (24 - 8 * (i % 4)));
}
