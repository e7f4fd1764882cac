// LZMA in its old container: properties, dictionary size, length.
#include "inspect/archive/codecs/lzma.h"

static vd_code result_of(const vd_unpack *u, lzma_ret r, vd_error *err) {
  if (r == LZMA_STREAM_END)
    return VD_OK;
  if (r == LZMA_MEM_ERROR || r == LZMA_MEMLIMIT_ERROR)
    return vd_fail(err, VD_LIMIT, "its dictionary takes too much memory");
  return vd_unpack_damaged(u, err, "LZMA");
}

static vd_code run(vd_unpack *u, lzma_stream *z, vd_view head, vd_view bytes, vd_error *err) {
  uint8_t piece[64 << 10];
  bool second = false;
  z->next_in = (const uint8_t *)head.ptr;
  z->avail_in = head.len;
  for (;;) {
    if (z->avail_in == 0 && !second) {
      z->next_in = (const uint8_t *)bytes.ptr;
      z->avail_in = bytes.len;
      second = true;
    }
    z->next_out = piece;
    z->avail_out = sizeof piece;
    lzma_ret r = lzma_code(z, second ? LZMA_FINISH : LZMA_RUN);
    size_t got = sizeof piece - z->avail_out;
    if (got != 0)
      VD_TRY(vd_unpack_put(u, (vd_view){(const char *)piece, got}, err));
    if (r != LZMA_OK) {
      u->used += second ? bytes.len - z->avail_in : 0;
      return result_of(u, r, err);
    }
  }
}

vd_code vd_lzma_run(vd_unpack *u, lzma_stream *z, vd_view head, vd_view bytes, vd_error *err) {
  vd_code code = run(u, z, head, bytes, err);
  lzma_end(z);
  return code;
}

// The format has no magic: the usual properties, a dictionary of 2^n or 3 * 2^n bytes, a length
// that is unknown or below 1 TiB, and the zero every range coder begins with.
static bool recognise(vd_view bytes) {
  vd_reader r = vd_reader_of(bytes);
  uint8_t properties = vd_read_u8(&r);
  uint32_t dictionary = vd_read_u32le(&r);
  uint64_t length = vd_read_u64le(&r);
  uint8_t first = vd_read_u8(&r);
  uint32_t low = dictionary & (~dictionary + 1);
  bool sane = dictionary >= 4096 && (dictionary == low || dictionary == 3 * low);
  return !r.failed && vd_reader_left(&r) >= 4 && properties == 0x5d && sane && first == 0 &&
         (length == UINT64_MAX || length < (uint64_t)1 << 40);
}

static vd_code unpack(vd_unpack *u, vd_view bytes, vd_error *err) {
  lzma_stream z = LZMA_STREAM_INIT;
  if (lzma_alone_decoder(&z, VD_UNPACK_DICTIONARY_MAX) != LZMA_OK)
    return vd_fail(err, VD_NOMEM, "no memory to unpack it");
  return vd_lzma_run(u, &z, (vd_view){0}, bytes, err);
}

const vd_codec vd_codec_lzma = {"lzma", "*.lzma *.tlz", recognise, unpack};
