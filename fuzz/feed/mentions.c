// Ids in any bytes: each lies inside the text, behind the one before it, and has a key.
#include "feed/mentions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA a = VD_ARENA(64u << 20);
  vd_view text = {(const char *)data, size};
  size_t at = 0, end = 0;
  vd_mention m;
  while (vd_mention_next(text, &at, &m)) {
    if (m.offset < end || m.id.ptr != text.ptr + m.offset || m.offset + m.id.len != at)
      abort();
    end = at;
    vd_view key = vd_mention_key(&a, &m);
    if (key.len < 5 || key.len > m.id.len)
      abort();
  }
  if (at != size)
    abort();
  return 0;
}
