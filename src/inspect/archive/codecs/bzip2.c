// bzip2 streams.
#include "inspect/archive/codec.h"

#include <bzlib.h>

static bool recognise(vd_view bytes) {
  return bytes.len >= 10 && vd_view_starts(bytes, VD_VIEW("BZh")) && bytes.ptr[3] >= '1' &&
         bytes.ptr[3] <= '9' &&
         (vd_view_starts(vd_view_from(bytes, 4), VD_VIEW("1AY&SY")) ||
          vd_view_starts(vd_view_from(bytes, 4), VD_VIEW("\x17rE8P\x90")));
}

static void end_stream(bz_stream *z) { (void)BZ2_bzDecompressEnd(z); }

static void feed(bz_stream *z, vd_view bytes, size_t *fed) {
  size_t left = bytes.len - *fed, n = left < (1U << 30) ? left : (1U << 30);
  const char *next = bytes.ptr + *fed;
  memcpy(&z->next_in, &next, sizeof next); // the library reads it only, and does not say so
  z->avail_in = (unsigned)n;
  *fed += n;
}

static vd_code unpack(vd_unpack *u, vd_view bytes, vd_error *err) {
  VD_CLEANUP(end_stream) bz_stream z = {0};
  char piece[64 << 10];
  size_t fed = 0;
  if (BZ2_bzDecompressInit(&z, 0, 0) != BZ_OK)
    return vd_fail(err, VD_NOMEM, "no memory to unpack it");
  for (;;) {
    if (z.avail_in == 0 && fed < bytes.len)
      feed(&z, bytes, &fed);
    z.next_out = piece;
    z.avail_out = sizeof piece;
    int r = BZ2_bzDecompress(&z);
    size_t got = sizeof piece - z.avail_out;
    if (got != 0)
      VD_TRY(vd_unpack_put(u, (vd_view){piece, got}, err));
    if (r != BZ_OK || (got == 0 && z.avail_in == 0 && fed == bytes.len)) {
      u->used += fed - z.avail_in;
      return r == BZ_STREAM_END ? VD_OK : vd_unpack_damaged(u, err, "bzip2");
    }
  }
}

const vd_codec vd_codec_bzip2 = {"bzip2", "*.bz2 *.bz *.tbz *.tbz2", recognise, unpack};
