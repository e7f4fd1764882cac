// deflate without a wrapper (RFC 1951), as zip members have it.
#include "inspect/archive/codecs/deflate.h"

#define ZLIB_CONST // input is only read
#include <zlib.h>

static void end_stream(z_stream *z) { (void)inflateEnd(z); }

// zlib counts in 32 bits.
static void feed(z_stream *z, vd_view bytes, size_t *fed) {
  size_t left = bytes.len - *fed, n = left < (1U << 30) ? left : (1U << 30);
  z->next_in = (const Bytef *)(bytes.ptr + *fed);
  z->avail_in = (uInt)n;
  *fed += n;
}

vd_code vd_inflate(vd_unpack *u, vd_view bytes, int window, vd_error *err) {
  VD_CLEANUP(end_stream) z_stream z = {0};
  Bytef piece[64 << 10];
  size_t fed = 0;
  if (inflateInit2(&z, window) != Z_OK)
    return vd_fail(err, VD_NOMEM, "no memory to unpack it");
  for (;;) {
    if (z.avail_in == 0 && fed < bytes.len)
      feed(&z, bytes, &fed);
    z.next_out = piece;
    z.avail_out = sizeof piece;
    int r = inflate(&z, Z_NO_FLUSH);
    size_t got = sizeof piece - z.avail_out;
    if (got != 0)
      VD_TRY(vd_unpack_put(u, (vd_view){(const char *)piece, got}, err));
    if (r != Z_OK || (got == 0 && z.avail_in == 0 && fed == bytes.len)) {
      u->used += fed - z.avail_in;
      return r == Z_STREAM_END ? VD_OK : vd_unpack_damaged(u, err, "deflate");
    }
  }
}

static bool never(vd_view bytes) {
  (void)bytes;
  return false;
}

static vd_code unpack(vd_unpack *u, vd_view bytes, vd_error *err) {
  return vd_inflate(u, bytes, -15, err);
}

const vd_codec vd_codec_deflate = {"deflate", "", never, unpack};
