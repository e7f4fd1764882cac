// Name-based UUIDs (version 5, RFC 9562 section 5.5) over SHA-1 (RFC 3174).
#include "base/base.h"

typedef struct sha1 {
  uint32_t h[5];
  uint8_t block[64];
  uint64_t length; // bytes taken in
} sha1;

static uint32_t rotate(uint32_t x, unsigned n) { return x << n | x >> (32 - n); }

// The function and constant of each quarter of the 80 rounds.
static uint32_t mix(unsigned round, const uint32_t v[5]) {
  static const uint32_t k[] = {0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};
  uint32_t f = v[1] ^ v[2] ^ v[3];
  if (round < 20)
    f = (v[1] & v[2]) | (~v[1] & v[3]);
  else if (round >= 40 && round < 60)
    f = (v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3]);
  return f + k[round / 20];
}

static void take_block(sha1 *s) {
  uint32_t w[80], v[5];
  for (size_t i = 0; i < 16; i++)
    w[i] = (uint32_t)s->block[4 * i] << 24 | (uint32_t)s->block[4 * i + 1] << 16 |
           (uint32_t)s->block[4 * i + 2] << 8 | s->block[4 * i + 3];
  for (size_t i = 16; i < 80; i++)
    w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  memcpy(v, s->h, sizeof v);
  for (unsigned i = 0; i < 80; i++) {
    uint32_t next = rotate(v[0], 5) + mix(i, v) + v[4] + w[i];
    v[4] = v[3];
    v[3] = v[2];
    v[2] = rotate(v[1], 30);
    v[1] = v[0];
    v[0] = next;
  }
  for (unsigned i = 0; i < 5; i++)
    s->h[i] += v[i];
}

static void take_byte(sha1 *s, uint8_t byte) {
  s->block[s->length++ % 64] = byte;
  if (s->length % 64 == 0)
    take_block(s);
}

static void take(sha1 *s, const void *bytes, size_t n) {
  for (size_t i = 0; i < n; i++)
    take_byte(s, ((const uint8_t *)bytes)[i]);
}

static void finish(sha1 *s, uint8_t out[20]) {
  uint64_t bits = s->length * 8;
  take_byte(s, 0x80);
  while (s->length % 64 != 56)
    take_byte(s, 0);
  for (unsigned i = 0; i < 8; i++)
    take_byte(s, (uint8_t)(bits >> (56 - 8 * i)));
  for (unsigned i = 0; i < 20; i++)
    out[i] = (uint8_t)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}

void vd_uuid5(const uint8_t space[16], vd_view name, char out[VD_UUID_TEXT]) {
  static const char digits[] = "0123456789abcdef";
  sha1 s = {.h = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0}};
  uint8_t d[20];
  take(&s, space, 16);
  take(&s, name.ptr, name.len);
  finish(&s, d);
  d[6] = (uint8_t)((d[6] & 0x0F) | 0x50); // version
  d[8] = (uint8_t)((d[8] & 0x3F) | 0x80); // variant
  for (unsigned i = 0; i < 16; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10)
      *out++ = '-';
    *out++ = digits[d[i] >> 4];
    *out++ = digits[d[i] & 15];
  }
  *out = '\0';
}
