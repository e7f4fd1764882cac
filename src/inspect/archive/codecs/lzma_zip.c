// LZMA as zip members have it (APPNOTE 5.8): version, size of properties, properties, stream.
#include "inspect/archive/codecs/lzma.h"

static bool never(vd_view bytes) {
  (void)bytes;
  return false;
}

static vd_code unpack(vd_unpack *u, vd_view bytes, vd_error *err) {
  char head[13];
  lzma_stream z = LZMA_STREAM_INIT;
  if (bytes.len < 9 || bytes.ptr[2] != 5 || bytes.ptr[3] != 0)
    return vd_fail(err, VD_FORMAT, "its LZMA properties are not five bytes");
  memcpy(head, bytes.ptr + 4, 5);
  memset(head + 5, 0xff, 8); // length unknown
  if (lzma_alone_decoder(&z, VD_UNPACK_DICTIONARY_MAX) != LZMA_OK)
    return vd_fail(err, VD_NOMEM, "no memory to unpack it");
  return vd_lzma_run(u, &z, (vd_view){head, sizeof head}, vd_view_from(bytes, 9), err);
}

const vd_codec vd_codec_lzma_zip = {"lzma_zip", "", never, unpack};
