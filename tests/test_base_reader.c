// The bounded reader: numbers in both byte orders, varints, and failure that sticks.
#include "base/base.h"

#include <criterion/criterion.h>

static const char bytes[] = "\x01\x02\x03\x04\x05\x06\x07\x08";

Test(reader, both_byte_orders) {
  vd_reader r = vd_reader_of((vd_view){bytes, 8});
  cr_expect(vd_read_u16le(&r) == 0x0201 && vd_read_u16be(&r) == 0x0304);
  cr_expect(vd_read_u32be(&r) == 0x05060708 && vd_reader_left(&r) == 0);
  r = vd_reader_of((vd_view){bytes, 8});
  cr_expect(vd_read_u64be(&r) == 0x0102030405060708 && !r.failed);
}

Test(reader, varints) {
  vd_reader r = vd_reader_of(VD_VIEW("\xac\x02\x7f\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
  cr_expect(vd_read_varint(&r) == 300);
  cr_expect(vd_read_varint(&r) == 127);
  cr_expect(vd_read_varint(&r) == UINT64_MAX && !r.failed);
  r = vd_reader_of(VD_VIEW("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"));
  cr_expect(vd_read_varint(&r) == 0 && r.failed);
  r = vd_reader_of(VD_VIEW("\x80"));
  cr_expect(vd_read_varint(&r) == 0 && r.failed);
}

Test(reader, failure_sticks) {
  vd_reader r = vd_reader_of((vd_view){bytes, 3});
  cr_expect(vd_read_u32le(&r) == 0 && r.failed);
  cr_expect(vd_read_u8(&r) == 0 && vd_reader_left(&r) == 0);
}
