// zlib streams (RFC 1950), as joblib writes them by default.
#include "inspect/archive/codecs/deflate.h"

#define ZLIB_CONST // input is only read
#include <zlib.h>

// Two bytes are met by chance, so the first block must unpack as well.
static bool begins_well(vd_view bytes) {
  Bytef piece[64];
  z_stream z = {.next_in = (const Bytef *)bytes.ptr,
                .avail_in = (uInt)(bytes.len < 1024 ? bytes.len : 1024),
                .next_out = piece,
                .avail_out = sizeof piece};
  if (inflateInit2(&z, 15) != Z_OK)
    return false;
  int r = inflate(&z, Z_SYNC_FLUSH);
  (void)inflateEnd(&z);
  return (r == Z_OK || r == Z_STREAM_END) && z.avail_out != sizeof piece;
}

static bool recognise(vd_view bytes) {
  if (bytes.len < 8 || bytes.ptr[0] != 0x78)
    return false;
  return strchr("\x01\x5e\x9c\xda", bytes.ptr[1]) != NULL && bytes.ptr[1] != 0 &&
         begins_well(bytes);
}

static vd_code unpack(vd_unpack *u, vd_view bytes, vd_error *err) {
  return vd_inflate(u, bytes, 15, err);
}

const vd_codec vd_codec_zlib = {"zlib", "*.z *.zlib", recognise, unpack};
