// Statistics of sampled floats, on their bits alone.
#include "inspect/weights/weights.h"

// What was counted; exponents wider than 8 bits lose their low ones.
typedef struct counts {
  size_t n, zeros, nans, infinite, extreme;
  uint64_t first, first_extreme;
  bool constant;      // all elements are the same
  bool extremes_vary; // a mask repeats one value
  bool positive;      // an infinity above zero
  uint32_t exponents[256];
} counts;

// Above 2^64 the square of a value is more than an F32 can hold: no layer computes with it.
enum { EXTREME_EXPONENT = 64 };

static uint64_t element_at(const char *p, unsigned bytes) {
  uint64_t bits = 0;
  memcpy(&bits, p, bytes); // little-endian, as every format here stores them
  return bits;
}

static void count_special(counts *c, vd_float_layout l, uint64_t bits) {
  if ((bits & (((uint64_t)1 << l.mantissa_bits) - 1)) != 0) {
    c->nans++;
    return;
  }
  c->infinite++;
  c->positive = c->positive || bits >> (l.exponent_bits + l.mantissa_bits) == 0;
}

static void count_extreme(counts *c, uint64_t bits) {
  if (c->extreme++ == 0)
    c->first_extreme = bits;
  c->extremes_vary = c->extremes_vary || bits != c->first_extreme;
}

static void count_one(counts *c, vd_float_layout l, uint64_t bits) {
  unsigned highest = (1U << l.exponent_bits) - 1, bias = highest / 2;
  unsigned exponent = (unsigned)(bits >> l.mantissa_bits) & highest;
  if (c->n++ == 0)
    c->first = bits;
  c->constant = (c->n == 1 || c->constant) && bits == c->first;
  c->zeros += bits << (64 - 8 * l.bytes + 1) == 0; // without the sign
  if (exponent == highest)
    count_special(c, l, bits);
  else if (exponent >= bias + EXTREME_EXPONENT)
    count_extreme(c, bits);
  c->exponents[l.exponent_bits > 8 ? exponent >> (l.exponent_bits - 8) : exponent]++;
}

static void count_page(counts *c, vd_float_layout l, vd_view page) {
  for (size_t at = 0; at + l.bytes <= page.len; at += l.bytes)
    count_one(c, l, element_at(page.ptr + at, l.bytes));
}

static void count_all(counts *c, vd_float_layout l, const vd_weights_sample *s) {
  for (size_t i = 0; i < s->count; i++)
    count_page(c, l, s->pages[i]);
}

// How many values a draw takes on, so to speak: the inverse of the chance that two draws agree.
static double effective(const uint32_t *histogram, size_t n) {
  double same = 0, total = (double)n;
  for (size_t i = 0; i < 256; i++)
    same += (double)histogram[i] * ((double)histogram[i] - 1);
  return same <= 0 ? total : total * (total - 1) / same;
}

// Random bytes have every exponent equally often, those of NaN and infinity included. Weights keep
// to a few, and the widest optimizer states have no NaN.
static bool is_random(const counts *c, vd_float_layout l) {
  double bins = l.exponent_bits >= 8 ? 256 : (double)(1U << l.exponent_bits);
  double special = (double)(c->nans + c->infinite), n = (double)c->n;
  double expected = n / (double)(1U << l.exponent_bits);
  return c->n >= VD_WEIGHTS_RANDOM_MIN && effective(c->exponents, c->n) > bins / 2 &&
         special > expected / 8 && special < expected * 4;
}

// Encrypted or compressed bytes in some pages, among weights that hide them from the whole.
static vd_code say_random_page(vd_inspection *in, const vd_tensor *t, vd_float_layout l,
                               const vd_weights_sample *s, bool *found) {
  for (size_t i = 0; i < s->count && !*found; i++) {
    counts c = {0};
    count_page(&c, l, s->pages[i]);
    *found = is_random(&c, l);
    size_t at = (size_t)(s->pages[i].ptr - t->bytes.ptr);
    if (*found)
      return vd_observe(in, VD_CHECK_WEIGHTS_RANDOM, t->offset + at,
                        "tensor %.*s: exponents of %zu values at its byte %zu are spread as in "
                        "random bytes",
                        VD_ARG(vd_view_first(t->name, 80)), c.n, at);
  }
  return VD_OK;
}

static vd_code say_not_finite(vd_inspection *in, const vd_tensor *t, const counts *c) {
  vd_view name = vd_view_first(t->name, 80);
  bool mask = c->nans == 0 && !c->positive && c->zeros + c->infinite == c->n;
  if (mask || c->nans + c->infinite == 0)
    return VD_OK;
  return vd_observe(in, VD_CHECK_WEIGHTS_NOT_FINITE, t->offset,
                    "tensor %.*s: %zu NaN and %zu infinite of %zu sampled values", VD_ARG(name),
                    c->nans, c->infinite, c->n);
}

static vd_code say_dead(vd_inspection *in, const vd_tensor *t, const counts *c) {
  bool layer = t->rank >= 2 && c->n >= VD_WEIGHTS_DEAD_MIN;
  if (!layer || !c->constant)
    return VD_OK;
  return vd_observe(
      in, VD_CHECK_WEIGHTS_DEAD, t->offset, "tensor %.*s: all %zu sampled values are %s",
      VD_ARG(vd_view_first(t->name, 80)), c->n, c->zeros == c->n ? "zero" : "the same");
}

static vd_code say_extreme(vd_inspection *in, const vd_tensor *t, const counts *c) {
  if (c->extreme == 0 || !c->extremes_vary)
    return VD_OK;
  return vd_observe(in, VD_CHECK_WEIGHTS_EXTREME, t->offset,
                    "tensor %.*s: %zu of %zu sampled values are above 2^%d",
                    VD_ARG(vd_view_first(t->name, 80)), c->extreme, c->n, EXTREME_EXPONENT);
}

vd_code vd_weights_measure(vd_inspection *in, const vd_tensor *t, const vd_weights_sample *s) {
  vd_float_layout l = vd_float_layout_of(t->dtype);
  counts c = {0};
  if (l.bytes == 0)
    return VD_OK;
  count_all(&c, l, s);
  vd_view name = vd_view_first(t->name, 80);
  if (is_random(&c, l))
    return vd_observe(in, VD_CHECK_WEIGHTS_RANDOM, t->offset,
                      "tensor %.*s: exponents of %zu sampled values are spread as in random bytes",
                      VD_ARG(name), c.n);
  bool random = false;
  if (c.nans != 0) // none of it without them
    VD_TRY(say_random_page(in, t, l, s, &random));
  if (random)
    return VD_OK;
  VD_TRY(say_not_finite(in, t, &c));
  VD_TRY(say_dead(in, t, &c));
  return say_extreme(in, t, &c);
}
