// The primitives of R's serialisation: big-endian, little-endian or text.
#include "inspect/r/r_stream_private.h"

static vd_view read_word(vd_r_stream *s) {
  while (s->r.at < s->r.end && (*s->r.at == ' ' || *s->r.at == '\n' || *s->r.at == '\r'))
    s->r.at++;
  const uint8_t *start = s->r.at;
  while (s->r.at<s->r.end && * s->r.at> ' ')
    s->r.at++;
  s->r.failed = s->r.failed || s->r.at == start;
  return (vd_view){(const char *)start, (size_t)(s->r.at - start)};
}

int32_t vd_r_int(vd_r_stream *s) {
  if (s->form == 'X')
    return (int32_t)vd_read_u32be(&s->r);
  if (s->form == 'B')
    return (int32_t)vd_read_u32le(&s->r);
  vd_view word = read_word(s);
  uint64_t n = 0;
  bool negative = vd_view_starts(word, VD_VIEW("-"));
  if (vd_view_eq(word, VD_VIEW("NA")))
    return INT32_MIN;
  if (!vd_view_u64(vd_view_from(word, negative), &n) || n > INT32_MAX)
    s->r.failed = true;
  return negative ? -(int32_t)n : (int32_t)n;
}

// In text, bytes of a string may be escaped; they are kept as written.
vd_view vd_r_text(vd_r_stream *s, int32_t length) {
  if (s->form != 'A')
    return vd_read_bytes(&s->r, (uint64_t)length);
  (void)vd_read_bytes(&s->r, 1);
  const uint8_t *start = s->r.at;
  for (int32_t i = 0; i < length && !s->r.failed; i++)
    if (vd_read_u8(&s->r) == '\\') {
      uint8_t c = vd_read_u8(&s->r);
      for (int k = 0; k < 2 && c >= '0' && c <= '7' && s->r.at < s->r.end && *s->r.at >= '0' &&
                      *s->r.at <= '7';
           k++)
        s->r.at++;
    }
  return (vd_view){(const char *)start, (size_t)(s->r.at - start)};
}

uint64_t vd_r_length(vd_r_stream *s) {
  int32_t n = vd_r_int(s);
  if (n >= 0)
    return (uint64_t)n;
  s->r.failed = s->r.failed || n != -1;
  uint64_t high = (uint32_t)vd_r_int(s);
  return high << 32 | (uint32_t)vd_r_int(s);
}

// n numbers of a size; in text each is a word, complex numbers are two.
void vd_r_skip(vd_r_stream *s, uint64_t n, unsigned size) {
  uint64_t bytes;
  if (s->form != 'A') {
    if (__builtin_mul_overflow(n, size, &bytes))
      s->r.failed = true;
    else
      (void)vd_read_bytes(&s->r, bytes);
    return;
  }
  for (uint64_t i = 0; i < n && !s->r.failed; i++)
    (void)read_word(s);
}
