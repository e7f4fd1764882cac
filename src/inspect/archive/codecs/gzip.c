// gzip (RFC 1952).
#include "inspect/archive/codecs/deflate.h"

static bool recognise(vd_view bytes) {
  return bytes.len >= 4 && vd_view_starts(bytes, VD_VIEW("\x1f\x8b\x08")) &&
         ((unsigned char)bytes.ptr[3] & 0xe0) == 0; // reserved flags
}

static vd_code unpack(vd_unpack *u, vd_view bytes, vd_error *err) {
  return vd_inflate(u, bytes, 15 + 16, err);
}

const vd_codec vd_codec_gzip = {"gzip", "*.gz *.tgz *.gzip", recognise, unpack};
