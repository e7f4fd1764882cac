// The bounded cursor over untrusted bytes.
#include "base/base.h"

vd_reader vd_reader_of(vd_view bytes) {
  const uint8_t *p = (const uint8_t *)(bytes.len == 0 ? "" : bytes.ptr);
  return (vd_reader){.start = p, .at = p, .end = p + bytes.len};
}

vd_view vd_read_bytes(vd_reader *r, uint64_t n) {
  if (n > (uint64_t)(r->end - r->at)) {
    r->failed = true;
    r->at = r->end;
    return (vd_view){"", 0};
  }
  vd_view v = {(const char *)r->at, (size_t)n};
  r->at += n;
  return v;
}

static uint64_t read_le(vd_reader *r, size_t n) {
  vd_view v = vd_read_bytes(r, n);
  uint64_t x = 0;
  for (size_t i = v.len; i > 0; i--)
    x = x << 8 | (uint8_t)v.ptr[i - 1];
  return x;
}

static uint64_t read_be(vd_reader *r, size_t n) {
  vd_view v = vd_read_bytes(r, n);
  uint64_t x = 0;
  for (size_t i = 0; i < v.len; i++)
    x = x << 8 | (uint8_t)v.ptr[i];
  return x;
}

uint8_t vd_read_u8(vd_reader *r) { return (uint8_t)read_le(r, 1); }
uint16_t vd_read_u16le(vd_reader *r) { return (uint16_t)read_le(r, 2); }
uint32_t vd_read_u32le(vd_reader *r) { return (uint32_t)read_le(r, 4); }
uint64_t vd_read_u64le(vd_reader *r) { return read_le(r, 8); }
uint16_t vd_read_u16be(vd_reader *r) { return (uint16_t)read_be(r, 2); }
uint32_t vd_read_u32be(vd_reader *r) { return (uint32_t)read_be(r, 4); }
uint64_t vd_read_u64be(vd_reader *r) { return read_be(r, 8); }

uint64_t vd_read_varint(vd_reader *r) {
  uint64_t x = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    uint8_t byte = vd_read_u8(r);
    x |= (uint64_t)(byte & 0x7f) << shift;
    if (shift == 63 && byte > 1)
      break;
    if ((byte & 0x80) == 0)
      return x;
  }
  r->failed = true;
  return 0;
}

uint64_t vd_reader_offset(const vd_reader *r) { return (uint64_t)(r->at - r->start); }
size_t vd_reader_left(const vd_reader *r) { return r->failed ? 0 : (size_t)(r->end - r->at); }
