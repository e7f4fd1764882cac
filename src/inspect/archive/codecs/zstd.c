// Zstandard frames (RFC 8878).
#include "inspect/archive/codec.h"
#include "inspect/archive/codecs/frames.h"

#include <zstd.h>

static bool recognise(vd_view bytes) { return vd_frame_begins(bytes, 0xFD2FB528); }

static void free_stream(ZSTD_DStream **z) { (void)ZSTD_freeDStream(*z); }

static vd_code unpack(vd_unpack *u, vd_view bytes, vd_error *err) {
  VD_CLEANUP(free_stream) ZSTD_DStream *z = ZSTD_createDStream();
  char piece[64 << 10];
  ZSTD_inBuffer in = {bytes.ptr, bytes.len, 0};
  if (z == NULL)
    return vd_fail(err, VD_NOMEM, "no memory to unpack it");
  for (;;) {
    size_t before = in.pos;
    ZSTD_outBuffer out = {piece, sizeof piece, 0};
    size_t hint = ZSTD_decompressStream(z, &out, &in);
    if (out.pos != 0)
      VD_TRY(vd_unpack_put(u, (vd_view){piece, out.pos}, err));
    bool stuck = out.pos == 0 && in.pos == before;
    if (hint == 0 || ZSTD_isError(hint) || stuck) {
      u->used += in.pos;
      return hint == 0 ? VD_OK : vd_unpack_damaged(u, err, "zstd");
    }
  }
}

const vd_codec vd_codec_zstd = {"zstd", "*.zst *.zstd *.tzst", recognise, unpack};
