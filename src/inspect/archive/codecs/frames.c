// Skippable frames of lz4 and zstd: a magic of sixteen, a length, bytes that decoders pass over.
#include "inspect/archive/codecs/frames.h"

bool vd_frame_begins(vd_view bytes, uint32_t magic) {
  for (int i = 0; i < VD_SKIPPABLE_FRAMES_MAX; i++) {
    vd_reader r = vd_reader_of(bytes);
    uint32_t first = vd_read_u32le(&r), length = vd_read_u32le(&r);
    if (r.failed || first == magic)
      return !r.failed;
    if (first >> 4 != 0x184D2A5 || length > vd_reader_left(&r))
      return false;
    bytes = vd_view_from(bytes, 8 + (size_t)length);
  }
  return false;
}
