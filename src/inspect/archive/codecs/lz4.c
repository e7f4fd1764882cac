// lz4 frames.
#include "inspect/archive/codec.h"
#include "inspect/archive/codecs/frames.h"

#include <lz4frame.h>

static bool recognise(vd_view bytes) { return vd_frame_begins(bytes, 0x184D2204); }

static void free_context(LZ4F_dctx **c) { (void)LZ4F_freeDecompressionContext(*c); }

static vd_code unpack(vd_unpack *u, vd_view bytes, vd_error *err) {
  VD_CLEANUP(free_context) LZ4F_dctx *context = NULL;
  char piece[64 << 10];
  size_t at = 0;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)))
    return vd_fail(err, VD_NOMEM, "no memory to unpack it");
  for (;;) {
    size_t got = sizeof piece, taken = bytes.len - at;
    size_t hint = LZ4F_decompress(context, piece, &got, bytes.ptr + at, &taken, NULL);
    if (LZ4F_isError(hint))
      return u->used += at, vd_unpack_damaged(u, err, "lz4");
    at += taken;
    if (got != 0)
      VD_TRY(vd_unpack_put(u, (vd_view){piece, got}, err));
    if (hint == 0 || (got == 0 && taken == 0)) {
      u->used += at;
      return hint == 0 ? VD_OK : vd_unpack_damaged(u, err, "lz4");
    }
  }
}

const vd_codec vd_codec_lz4 = {"lz4", "*.lz4", recognise, unpack};
