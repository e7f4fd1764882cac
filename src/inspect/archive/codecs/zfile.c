// The compressed files of joblib before 0.10, which joblib still loads: "ZF", the unpacked length
// in hexadecimal, blanks, a zlib stream.
#include "inspect/archive/codecs/deflate.h"

enum { HEAD = 21 }; // "ZF" and the longest length there is, "0x10000000000000000"

static bool is_hex(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') || c == 'L';
}

// Where the stream begins, 0 when it is no such file; joblib 0.8 with Python 2 wrote a blank more.
static size_t stream_at(vd_view bytes) {
  if (bytes.len < HEAD + 3 || !vd_view_starts(bytes, VD_VIEW("ZF0x")))
    return 0;
  size_t i = 4;
  while (i < HEAD && is_hex(bytes.ptr[i]))
    i++;
  while (i < HEAD && bytes.ptr[i] == ' ')
    i++;
  if (i != HEAD)
    return 0;
  i += bytes.ptr[i] == ' ';
  return bytes.ptr[i] == 0x78 ? i : 0;
}

static bool recognise(vd_view bytes) { return stream_at(bytes) != 0; }

static vd_code unpack(vd_unpack *u, vd_view bytes, vd_error *err) {
  size_t at = stream_at(bytes);
  u->used += at;
  return vd_inflate(u, vd_view_from(bytes, at), 15, err);
}

const vd_codec vd_codec_zfile = {"zfile", "", recognise, unpack};
