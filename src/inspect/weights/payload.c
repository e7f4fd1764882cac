// What files begin with, told by enough bytes that numbers meet it by chance in no collection.
#include "inspect/program.h"
#include "inspect/weights/weights.h"

enum { TEXT_BYTES = 256, TEXT_DIFFERENT = 20 };

static bool is_printable(char c) {
  return (c >= ' ' && c <= '~') || c == '\n' || c == '\t' || c == '\r';
}

static bool is_letter(char c) {
  char lower = (char)(c | 0x20);
  return (lower >= 'a' && lower <= 'z') || c == ' ';
}

// Letters and blanks above all, and not the same few again and again.
static bool is_text(vd_view v) {
  bool seen[256] = {false};
  size_t letters = 0, different = 0;
  if (v.len < TEXT_BYTES)
    return false;
  for (size_t i = 0; i < TEXT_BYTES; i++) {
    if (!is_printable(v.ptr[i]))
      return false;
    unsigned char c = (unsigned char)v.ptr[i];
    letters += is_letter(v.ptr[i]);
    different += !seen[c];
    seen[c] = true;
  }
  return different >= TEXT_DIFFERENT && letters * 2 > TEXT_BYTES;
}

static bool is_script(vd_view v) {
  size_t n = vd_view_find(vd_view_first(v, TEXT_BYTES), '\n');
  for (size_t i = 0; i < n; i++)
    if (i >= v.len || !is_printable(v.ptr[i]))
      return false;
  return n >= 8 && vd_script_of(v) != NULL;
}

// APPNOTE 4.3.7: version needed, flags, method of a local header.
static bool is_zip(vd_view v) {
  if (v.len < 30 || !vd_view_starts(v, VD_VIEW("PK\3\4")))
    return false;
  vd_reader r = vd_reader_of(vd_view_from(v, 4));
  uint16_t version = vd_read_u16le(&r), flags = vd_read_u16le(&r), method = vd_read_u16le(&r);
  return (version & 255) <= 63 && (flags & 0xd000) == 0 && method < 100;
}

// RFC 1952, 2.3: method deflate, reserved flags zero, XFL and OS of those there are.
static bool is_gzip(vd_view v) {
  if (v.len < 18 || !vd_view_starts(v, VD_VIEW("\x1f\x8b\x08")))
    return false;
  unsigned char flags = (unsigned char)v.ptr[3], extra = (unsigned char)v.ptr[8],
                os = (unsigned char)v.ptr[9];
  return flags < 32 && (extra == 0 || extra == 2 || extra == 4) && (os < 14 || os == 255);
}

static bool is_name(vd_view v) {
  for (size_t i = 0; i < v.len; i++)
    if (!is_letter(v.ptr[i]) && v.ptr[i] != '_' && v.ptr[i] != '.')
      return false;
  return v.len >= 2 && v.len < 64 && v.ptr[0] != ' ';
}

// Behind the containers that a pickle begins with, and their memo: GLOBAL with two names, or a
// text.
static bool is_pickle_data(vd_view v) {
  size_t opened = 0;
  while (v.len != 0 && opened < 8 && strchr("]})(\x94q", v.ptr[0]) != NULL && v.ptr[0] != '\0') {
    v = vd_view_from(v, v.ptr[0] == 'q' ? 2 : 1);
    opened++;
  }
  vd_reader r = vd_reader_of(vd_view_from(v, 1));
  if (v.len > 2 && v.ptr[0] == 'c') {
    vd_view rest = vd_view_from(v, 1), module = vd_view_cut(&rest, '\n');
    return is_name(module) && is_name(vd_view_first(rest, vd_view_find(rest, '\n')));
  }
  if (v.len < 8 || (v.ptr[0] != 'X' && v.ptr[0] != (char)0x8c))
    return false;
  uint64_t n = v.ptr[0] == 'X' ? vd_read_u32le(&r) : vd_read_u8(&r);
  return n < 64 && is_name(vd_read_bytes(&r, n)) && !r.failed;
}

// PROTO and the FRAME that protocols 4 and 5 begin with; else what data and calls begin with.
static bool is_pickle(vd_view v) {
  if (v.len < 20 || v.ptr[0] != (char)0x80 || v.ptr[1] < 2 || v.ptr[1] > 5)
    return false;
  vd_reader r = vd_reader_of(vd_view_from(v, 3));
  if (v.ptr[1] >= 4 && v.ptr[2] == (char)0x95)
    return vd_read_u64le(&r) <= UINT32_MAX;
  return is_pickle_data(vd_view_first(vd_view_from(v, 2), TEXT_BYTES));
}

const char *vd_payload_of(vd_view bytes, bool plain) {
  const char *program = vd_program_of(bytes);
  if (program != NULL)
    return program;
  if (is_script(bytes))
    return "a script";
  if (is_zip(bytes))
    return "a zip archive";
  if (is_gzip(bytes))
    return "gzip data";
  if (is_pickle(bytes))
    return "a pickle";
  return plain && is_text(bytes) ? "text" : NULL;
}
