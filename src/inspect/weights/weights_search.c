// Files in tensors: in their bytes, and in the low bits of their first elements.
#include "inspect/program.h"
#include "inspect/weights/weights.h"

enum { SCREEN = 16, TASTE = 512 };

size_t vd_low_bits(vd_view bytes, vd_low_bits_of how, char *out, size_t size) {
  uint64_t held = 0;
  unsigned have = 0;
  size_t n = 0;
  for (size_t at = 0; at + how.element <= bytes.len && n < size; at += how.element) {
    uint64_t bits = 0;
    memcpy(&bits, bytes.ptr + at, how.element);
    bits &= ((uint64_t)1 << how.take) - 1;
    held = how.big ? held << how.take | bits : held | bits << have;
    for (have += how.take; have >= 8 && n < size; have -= 8) {
      out[n++] = (char)(how.big ? held >> (have - 8) : held);
      held = how.big ? held : held >> 8;
    }
  }
  return n;
}

// A glance that few streams pass: a magic's first byte, or letters throughout.
static bool may_be_payload(const char *p, size_t n) {
  static const char first[] = {0x7f, 'M', 'P', '#', 0x1f, (char)0x80, (char)0xcf, (char)0xce};
  size_t printable = 0;
  for (size_t i = 0; i < n; i++)
    printable += (p[i] >= ' ' && p[i] <= '~') || p[i] == '\n' || p[i] == '\t' || p[i] == '\r';
  return n == SCREEN && (printable == n || memchr(first, p[0], sizeof first) != NULL);
}

static vd_code unpack(vd_inspection *in, const vd_tensor *t, vd_low_bits_of how, const char *what) {
  vd_float_layout l = vd_float_layout_of(t->dtype);
  vd_view bytes = vd_view_first(t->bytes, VD_WEIGHTS_UNPACK_MAX);
  size_t room = bytes.len / l.bytes * how.take / 8 + 8;
  char *out = vd_new_array(in->scratch, char, room);
  if (out == NULL)
    return VD_NOMEM;
  size_t n = vd_low_bits(bytes, how, out, room);
  VD_TRY(vd_observe(in, VD_CHECK_WEIGHTS_LOW_BITS, t->offset,
                    "tensor %.*s: the low %u bits of its values hold %s",
                    VD_ARG(vd_view_first(t->name, 80)), how.take, what));
  return vd_inspect_nested(in, VD_VIEW("low bits of a tensor"), (vd_view){out, n});
}

// Streams of 1 to 8 bits, and of the whole bytes below the highest one. Statistics kept in 16 bits
// can be so alike that their low bytes are all printable: text does not count there.
static vd_code search_low_bits(vd_inspection *in, const vd_tensor *t) {
  static const unsigned takes[] = {1, 2, 3, 4, 5, 6, 7, 8, 16, 24, 32, 40, 48};
  vd_float_layout l = vd_float_layout_of(t->dtype);
  char taste[TASTE];
  for (size_t i = 0; i < VD_COUNT(takes) * 2; i++) {
    vd_low_bits_of how = {l.bytes, takes[i / 2], i % 2 == 0};
    if (how.take > l.mantissa_bits + 1)
      break;
    if (!may_be_payload(taste, vd_low_bits(t->bytes, how, taste, SCREEN)))
      continue;
    size_t n = vd_low_bits(t->bytes, how, taste, TASTE);
    const char *what = vd_payload_of((vd_view){taste, n}, l.bytes > 2 || how.take <= 4);
    if (what != NULL)
      return unpack(in, t, how, what);
  }
  return VD_OK;
}

static vd_code say_payload(vd_inspection *in, const vd_tensor *t, vd_view rest, const char *what) {
  vd_view name = vd_view_first(t->name, 80);
  size_t at = t->bytes.len - rest.len;
  if (vd_program_of(rest) != NULL)
    return vd_observe(in, VD_CHECK_EXECUTABLE, t->offset + at,
                      "tensor %.*s holds %s at its byte %zu", VD_ARG(name), what, at);
  VD_TRY(vd_observe(in, VD_CHECK_WEIGHTS_PAYLOAD, t->offset + at,
                    "tensor %.*s holds %s at its byte %zu", VD_ARG(name), what, at));
  return vd_inspect_nested(in, VD_VIEW("bytes of a tensor"), rest);
}

// Programs count wherever they begin, other files at multiples of four bytes, and the start of the
// tensor is looked at apart.
static vd_code search_page(vd_inspection *in, const vd_tensor *t, vd_view page) {
  static const char first[] = {0x7f, 'M', (char)0xcf, (char)0xce, 'P', '#', 0x1f, (char)0x80};
  size_t from = (size_t)(page.ptr - t->bytes.ptr);
  for (size_t at = from; at < from + page.len; at++) {
    const char *which = memchr(first, t->bytes.ptr[at], sizeof first);
    if (which == NULL || (which > &first[3] && (at % 4 != 0 || at == 0)))
      continue;
    vd_view rest = vd_view_from(t->bytes, at);
    const char *what = which > &first[3] ? vd_payload_of(rest, false) : vd_program_of(rest);
    if (what != NULL)
      return say_payload(in, t, rest, what);
  }
  return VD_OK;
}

// Text at the start of every quarter of the page.
static bool is_text_page(vd_view page) {
  for (size_t at = 0; at < VD_WEIGHTS_PAGE; at += VD_WEIGHTS_PAGE / 4) {
    const char *what = vd_payload_of(vd_view_from(page, at), true);
    if (what == NULL || strcmp(what, "text") != 0)
      return false;
  }
  return true;
}

// A page of text among floats; in 16 bits, values can be so alike that all bytes are printable.
static vd_code search_text(vd_inspection *in, const vd_tensor *t, const vd_weights_sample *s) {
  if (vd_float_layout_of(t->dtype).bytes < 4)
    return VD_OK;
  for (size_t i = 1; i < s->count; i++) {
    if (!is_text_page(s->pages[i]))
      continue;
    size_t at = (size_t)(s->pages[i].ptr - t->bytes.ptr);
    return vd_observe(in, VD_CHECK_WEIGHTS_PAYLOAD, t->offset + at,
                      "tensor %.*s holds text at its byte %zu", VD_ARG(vd_view_first(t->name, 80)),
                      at);
  }
  return VD_OK;
}

// Integers may be the text of a vocabulary; floats may not.
static vd_code search_start(vd_inspection *in, const vd_tensor *t) {
  bool floats = vd_float_layout_of(t->dtype).bytes != 0;
  const char *what = vd_payload_of(t->bytes, floats);
  if (what == NULL || vd_program_of(t->bytes) != NULL)
    return VD_OK;
  VD_TRY(vd_observe(in, VD_CHECK_WEIGHTS_PAYLOAD, t->offset, "tensor %.*s is %s",
                    VD_ARG(vd_view_first(t->name, 80)), what));
  return vd_inspect_nested(in, VD_VIEW("bytes of a tensor"), t->bytes);
}

vd_code vd_weights_search(vd_inspection *in, const vd_tensor *t, const vd_weights_sample *s) {
  for (size_t i = 0; i < s->count; i++)
    VD_TRY(search_page(in, t, s->pages[i]));
  VD_TRY(search_start(in, t));
  VD_TRY(search_text(in, t, s));
  return vd_float_layout_of(t->dtype).bytes == 0 ? VD_OK : search_low_bits(in, t);
}
