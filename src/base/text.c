// UTF-8, and making untrusted text harmless on a terminal.
#include "base/base.h"

// Bytes of the sequence that starts with lead, 0 when lead cannot start one.
static size_t sequence_length(unsigned char lead) {
  if (lead < 0x80)
    return 1;
  if (lead < 0xC2)
    return 0;
  if (lead < 0xE0)
    return 2;
  if (lead < 0xF0)
    return 3;
  return lead < 0xF5 ? 4 : 0;
}

size_t vd_utf8_decode(vd_view v, uint32_t *cp) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (v.len == 0)
    return 0;
  unsigned char lead = (unsigned char)v.ptr[0];
  size_t n = sequence_length(lead);
  if (n == 0 || n > v.len)
    return 0;
  uint32_t x = n == 1 ? lead : lead & (0x7Fu >> n);
  for (size_t i = 1; i < n; i++) {
    unsigned char c = (unsigned char)v.ptr[i];
    if ((c & 0xC0) != 0x80)
      return 0;
    x = x << 6 | (c & 0x3F);
  }
  if (x < least[n] || x > 0x10FFFF || (x >= 0xD800 && x < 0xE000))
    return 0;
  *cp = x;
  return n;
}

size_t vd_utf8_encode(uint32_t cp, char out[4]) {
  if (cp < 0x80) {
    out[0] = (char)cp;
    return 1;
  }
  size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
  if (cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000))
    return 0;
  for (size_t i = n - 1; i > 0; i--, cp >>= 6)
    out[i] = (char)(0x80 | (cp & 0x3F));
  out[0] = (char)((0xF00u >> n & 0xFFu) | cp);
  return n;
}

// Length of the run of ASCII at the start, in whole words.
static size_t ascii_run(vd_view v) {
  size_t i = 0;
  for (uint64_t word; v.len - i >= sizeof word; i += sizeof word) {
    memcpy(&word, v.ptr + i, sizeof word);
    if ((word & 0x8080808080808080) != 0)
      break;
  }
  return i;
}

bool vd_utf8_valid(vd_view v, size_t *bad) {
  uint32_t cp;
  for (size_t i = ascii_run(v); i < v.len; i += ascii_run(vd_view_from(v, i))) {
    size_t n = vd_utf8_decode(vd_view_from(v, i), &cp);
    if (n == 0)
      return *bad = i, false;
    i += n;
  }
  return true;
}

typedef struct range {
  uint32_t first, last;
} range;

// Code points that are invisible or reorder what is shown around them.
static const range unsafe[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},       {0xAD, 0xAD},        {0x61C, 0x61C},   {0x115F, 0x1160},
    {0x17B4, 0x17B5}, {0x180B, 0x180F},   {0x200B, 0x200F},    {0x2028, 0x202E}, {0x2060, 0x206F},
    {0x3164, 0x3164}, {0xE000, 0xF8FF},   {0xFE00, 0xFE0F},    {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0},
    {0xFFF0, 0xFFFB}, {0xE0000, 0xE0FFF}, {0xF0000, 0x10FFFF},
};

// East Asian wide and emoji blocks: two columns (UAX #11, the blocks terminals agree on).
static const range wide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD},
};

// Combining marks that take no column of their own.
static const range combining[] = {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},
                                  {0x610, 0x61A},   {0x64B, 0x65F},   {0x1AB0, 0x1AFF},
                                  {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE20, 0xFE2F}};

static bool within(const range *r, size_t n, uint32_t cp) {
  for (size_t i = 0; i < n; i++)
    if (cp >= r[i].first && cp <= r[i].last)
      return true;
  return false;
}

// One decoded step of untrusted text: its bytes, and its escape when it must not be shown.
typedef struct step {
  size_t bytes, columns;
  char escape[12];
} step;

static step step_of(vd_view v) {
  uint32_t cp = 0;
  step s = {.bytes = vd_utf8_decode(v, &cp), .columns = 1};
  if (s.bytes == 0) {
    s.bytes = 1;
    (void)snprintf(s.escape, sizeof s.escape, "\\x%02x", (unsigned char)v.ptr[0]);
  } else if (cp == '\n' || cp == '\t' || cp == '\r') {
    (void)snprintf(s.escape, sizeof s.escape, "\\%c", cp == '\n' ? 'n' : cp == '\t' ? 't' : 'r');
  } else if (within(unsafe, VD_COUNT(unsafe), cp)) {
    (void)snprintf(s.escape, sizeof s.escape, cp < 0x80 ? "\\x%02x" : "\\u{%x}", cp);
  } else if (within(wide, VD_COUNT(wide), cp)) {
    s.columns = 2;
  } else if (within(combining, VD_COUNT(combining), cp)) {
    s.columns = 0;
  }
  if (s.escape[0] != '\0')
    s.columns = strlen(s.escape);
  return s;
}

void vd_buf_put_escaped(vd_buf *b, vd_view v) {
  while (v.len != 0) {
    step s = step_of(v);
    vd_buf_put(b, s.escape[0] != '\0' ? vd_view_of(s.escape) : vd_view_first(v, s.bytes));
    v = vd_view_from(v, s.bytes);
  }
}

size_t vd_text_columns(vd_view v) {
  size_t columns = 0;
  while (v.len != 0) {
    step s = step_of(v);
    columns += s.columns;
    v = vd_view_from(v, s.bytes);
  }
  return columns;
}

static int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  if (c == '+' || c == '-')
    return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

bool vd_base64_decode(vd_view text, bool lax, char *out, size_t *len) {
  size_t n = 0;
  uint32_t bits = 0;
  unsigned have = 0;
  for (size_t i = 0; i < text.len && text.ptr[i] != '='; i++) {
    int digit = base64_digit(text.ptr[i]);
    if (digit < 0 && !lax && strchr(" \t\r\n\f\v", text.ptr[i]) == NULL)
      return false;
    if (digit < 0)
      continue;
    bits = bits << 6 | (uint32_t)digit;
    have += 6;
    if (have < 8)
      continue;
    have -= 8;
    out[n++] = (char)(bits >> have);
  }
  *len = n;
  return true;
}
