// xz streams.
#include "inspect/archive/codecs/lzma.h"

static bool recognise(vd_view bytes) {
  return bytes.len >= 12 && vd_view_starts(bytes, (vd_view){"\xfd"
                                                            "7zXZ",
                                                            6});
}

static vd_code unpack(vd_unpack *u, vd_view bytes, vd_error *err) {
  lzma_stream z = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&z, VD_UNPACK_DICTIONARY_MAX, 0) != LZMA_OK)
    return vd_fail(err, VD_NOMEM, "no memory to unpack it");
  return vd_lzma_run(u, &z, (vd_view){0}, bytes, err);
}

const vd_codec vd_codec_xz = {"xz", "*.xz *.txz", recognise, unpack};
