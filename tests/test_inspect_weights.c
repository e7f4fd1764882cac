// What tensors are said to hold: clean weights nothing, payloads and broken numbers their check.
#include "inspect/weights/weights.h"

#include <criterion/criterion.h>

enum { VALUES = 16384 };

typedef struct made {
  uint32_t bits[VALUES];
} made;

static uint64_t draw(uint64_t *state) {
  *state += 0x9e3779b97f4a7c15;
  uint64_t z = (*state ^ *state >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

// Sums of four uniform numbers, of the size weights have.
static made clean(void) {
  made m;
  uint64_t state = 1;
  for (size_t i = 0; i < VALUES; i++) {
    float x = 0;
    for (size_t k = 0; k < 4; k++)
      x += (float)((double)(draw(&state) >> 11) / 9007199254740992.0 - 0.5) * 0.0731F;
    memcpy(&m.bits[i], &x, sizeof x);
  }
  return m;
}

static vd_tensor tensor_of(const made *m, vd_dtype dtype) {
  return (vd_tensor){.name = VD_VIEW("layer.weight"),
                     .dtype = dtype,
                     .rank = 2,
                     .shape = {128, sizeof m->bits / vd_dtype_bits(dtype) * 8 / 128},
                     .bytes = {(const char *)m->bits, sizeof m->bits}};
}

// Drives vd_model_tensor through the driver, by way of a safetensors file of one tensor.
static vd_inspection inspected(vd_arena *a, vd_arena *scratch, const made *m, const char *dtype) {
  VD_SCOPED_BUF b = VD_BUF(1 << 20);
  char header[128], size[8] = {0};
  unsigned width = strcmp(dtype, "F32") == 0 ? 4 : strcmp(dtype, "F64") == 0 ? 8 : 2;
  int n = snprintf(header, sizeof header,
                   "{\"w\":{\"dtype\":\"%s\",\"shape\":[8,%zu],\"data_offsets\":[0,%zu]}}", dtype,
                   sizeof m->bits / width / 8, sizeof m->bits);
  size[0] = (char)n;
  vd_buf_put(&b, (vd_view){size, 8});
  vd_buf_put(&b, vd_view_of(header));
  vd_buf_put(&b, (vd_view){(const char *)m->bits, sizeof m->bits});
  vd_inspection in = {.arena = a, .scratch = scratch};
  cr_assert(vd_inspect(&in, VD_VIEW("x.safetensors"), vd_buf_view(&b), NULL) == VD_OK);
  return in;
}

static size_t count(const vd_inspection *in, vd_check_id check) {
  size_t n = 0;
  for (size_t i = 0; i < in->observations.count; i++)
    n += in->observations.at[i].check == check;
  return n;
}

static void expect_only(const made *m, const char *dtype, vd_check_id check) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 22);
  vd_inspection in = inspected(&a, &s, m, dtype);
  cr_expect(count(&in, check) == 1 && in.observations.count == 1, "%s: %zu", vd_checks[check].name,
            in.observations.count);
}

Test(weights, clean_ones_are_not_reported) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 22);
  made m = clean();
  vd_inspection in = inspected(&a, &s, &m, "F32");
  cr_expect(in.observations.count == 0, "%zu", in.observations.count);
}

Test(weights, rounded_ones_are_not_reported) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 22);
  for (unsigned zeros = 1; zeros < 20; zeros++) {
    made m = clean();
    for (size_t i = 0; i < VALUES; i++)
      m.bits[i] &= ~0U << zeros;
    vd_inspection in = inspected(&a, &s, &m, "F32");
    cr_expect(in.observations.count == 0, "%u: %zu", zeros, in.observations.count);
  }
}

Test(weights, random_bytes) {
  static const char *const dtypes[] = {"F16", "BF16", "F32", "F64"};
  made m;
  uint64_t state = 7;
  for (size_t i = 0; i < VALUES; i++)
    m.bits[i] = (uint32_t)draw(&state);
  for (size_t i = 0; i < VD_COUNT(dtypes); i++)
    expect_only(&m, dtypes[i], VD_CHECK_WEIGHTS_RANDOM);
}

Test(weights, not_finite_dead_and_extreme) {
  made m = clean();
  m.bits[5] = 0x7fc00000;
  expect_only(&m, "F32", VD_CHECK_WEIGHTS_NOT_FINITE);
  m = clean();
  m.bits[5] = 0x7f000000, m.bits[6] = 0x7f000001;
  expect_only(&m, "F32", VD_CHECK_WEIGHTS_EXTREME);
  expect_only(&(made){0}, "F32", VD_CHECK_WEIGHTS_DEAD);
}

Test(weights, a_mask_is_none_of_it) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 22);
  made m = {0};
  for (size_t i = 0; i < VALUES; i += 3)
    m.bits[i] = 0xff800000;
  vd_inspection in = inspected(&a, &s, &m, "F32");
  cr_expect(in.observations.count == 0, "%zu", in.observations.count);
}

static const char prose[] = "import socket, subprocess as s\nfor line in s.run(['/bin/sh']):\n"
                            "    print(line, 'this is only text for a test of hidden bits')\n";

// The inverse of vd_low_bits: the text into the low `take` bits, again and again.
static made hidden(unsigned take, bool big, size_t values) {
  made m = clean();
  for (size_t i = 0; i < values; i++) {
    uint32_t bits = 0;
    for (unsigned k = 0; k < take; k++) {
      size_t at = (i * take + k) % (8 * (sizeof prose - 1));
      uint32_t bit = (uint32_t)prose[at / 8] >> (big ? 7 - at % 8 : at % 8) & 1;
      bits |= bit << (big ? take - 1 - k : k);
    }
    m.bits[i] = (m.bits[i] & ~0U << take) | bits;
  }
  return m;
}

Test(weights, text_in_low_bits) {
  static const unsigned takes[] = {1, 2, 3, 4, 5, 6, 7, 8, 16, 24};
  for (size_t i = 0; i < 2 * VD_COUNT(takes); i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 22);
    made m = hidden(takes[i / 2], i % 2 == 0, VALUES / 2);
    vd_inspection in = inspected(&a, &s, &m, "F32");
    cr_expect(count(&in, VD_CHECK_WEIGHTS_LOW_BITS) != 0, "%u", takes[i / 2]);
    char out[sizeof prose - 1];
    vd_view bytes = {(const char *)m.bits, sizeof m.bits};
    cr_expect(vd_low_bits(bytes, (vd_low_bits_of){4, takes[i / 2], i % 2 == 0}, out, sizeof out) ==
              sizeof out);
    cr_expect(memcmp(out, prose, sizeof out) == 0, "%u", takes[i / 2]);
  }
}

static const char elf[] = "\x7f"
                          "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\x3e\0\1\0\0\0";

Test(weights, programs_anywhere_in_the_sample) {
  static const size_t places[] = {0, 4, 4093, 20000, sizeof(made) - 64};
  for (size_t i = 0; i < VD_COUNT(places); i++) {
    made m = clean();
    memcpy((char *)m.bits + places[i], elf, sizeof elf);
    expect_only(&m, "F32", VD_CHECK_EXECUTABLE);
  }
}

Test(weights, a_script_is_a_payload) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 22);
  made m = clean();
  memcpy(m.bits, "#!/bin/sh\nexit 0\n", 17);
  vd_inspection in = inspected(&a, &s, &m, "F32");
  cr_expect(count(&in, VD_CHECK_WEIGHTS_PAYLOAD) == 1);
}

// At multiples of four bytes, in pages of the sample.
Test(weights, files_inside_a_tensor_are_payloads) {
  static const char zip[] = "PK\3\4\x14\0\0\0\x08\0aaaaaaaaaaaaaaaaaaaaaaaa";
  const vd_view files[] = {{zip, sizeof zip},
                           VD_VIEW("#!/bin/sh\nexit 0\n"),
                           VD_VIEW("\x1f\x8b\x08\0aaaa\0\3aaaaaaaaaa"),
                           VD_VIEW("\x80\2]q\0(cos\nsystem\nX\1\0\0\0aq\0")};
  for (size_t i = 0; i < VD_COUNT(files); i++)
    for (size_t at = 4; at < 9; at++) {
      VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 22);
      made m = clean();
      memcpy((char *)m.bits + 20000 + at, files[i].ptr, files[i].len);
      vd_inspection in = inspected(&a, &s, &m, "F32");
      cr_expect((count(&in, VD_CHECK_WEIGHTS_PAYLOAD) == 1) == (at % 4 == 0), "%zu at %zu", i, at);
    }
}

Test(weights, text_and_random_bytes_inside_a_tensor) {
  made m = clean();
  for (size_t i = 0; i < 10000; i++)
    ((char *)m.bits)[17000 + i] = prose[i % (sizeof prose - 1)];
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 22);
  vd_inspection in = inspected(&a, &s, &m, "F32");
  cr_expect(count(&in, VD_CHECK_WEIGHTS_PAYLOAD) == 1);
  uint64_t state = 9;
  m = clean();
  for (size_t i = 0; i < 2500; i++)
    m.bits[5000 + i] = (uint32_t)draw(&state);
  expect_only(&m, "F32", VD_CHECK_WEIGHTS_RANDOM);
}

static bool is_pickle(vd_view v) {
  const char *what = vd_payload_of(v, false);
  return what != NULL && strcmp(what, "a pickle") == 0;
}

Test(weights, pickles_begin_with_calls_or_data) {
  cr_expect(is_pickle(VD_VIEW("\x80\2cposix\nsystem\nX\2\0\0\0id\x85R.")));
  cr_expect(is_pickle(VD_VIEW("\x80\2]q\0(cposix\nsystem\nX\2\0\0\0id\x85R.")));
  cr_expect(is_pickle(VD_VIEW("\x80\3}q\0X\5\0\0\0statecposix\nsystem\n.")));
  cr_expect(is_pickle(VD_VIEW("\x80\4\x8c\5posix\x8c\6system\x93(tR.")));
  cr_expect(is_pickle(VD_VIEW("\x80\2(((cposix\nsystem\nX\2\0\0\0idtR.")));
  cr_expect(!is_pickle(VD_VIEW("\x80\2]q\0(K\1K\2K\3K\4K\5K\6K\7K\x08")));
  cr_expect(!is_pickle(VD_VIEW("\x80\2cpo\1ix\nsystem\nX\2\0\0\0id\x85R.")));
  cr_expect(!is_pickle(VD_VIEW("\x80\6cposix\nsystem\nX\2\0\0\0id\x85R.")));
}

// Pages lie inside the tensor, do not overlap and reach its end, whatever its size.
Test(weights, samples_are_bounded) {
  static const char bytes[1 << 20];
  for (size_t n = 1; n < sizeof bytes; n += 1 + n / 3) {
    vd_inspection in = {.sample = VD_WEIGHTS_FILE_MAX};
    vd_tensor t = {.dtype = VD_DTYPE_F32, .bytes = {bytes, n}};
    vd_weights_sample s;
    for (int k = 0; k < 400; k++) {
      vd_weights_sample_of(&in, &t, &s);
      cr_assert(s.count >= 1 && s.count <= VD_WEIGHTS_PAGES_MAX);
      for (size_t i = 0; i < s.count; i++) {
        cr_assert(s.pages[i].len != 0 && s.pages[i].ptr + s.pages[i].len <= bytes + n);
        cr_assert(i == 0 || s.pages[i].ptr >= s.pages[i - 1].ptr + s.pages[i - 1].len);
      }
      cr_assert(s.count == 1 || s.pages[s.count - 1].ptr + s.pages[s.count - 1].len == bytes + n);
    }
  }
}

Test(weights, every_prefix_of_a_payload_is_survived) {
  static const char zip[] = "PK\3\4\x14\0\0\0\x08\0aaaaaaaaaaaaaaaaaaaaaaaa";
  const vd_view starts[] = {{elf, sizeof elf},
                            {zip, sizeof zip},
                            VD_VIEW("\x80\2cos\nsystem\nX\1\0\0\0aq\0"),
                            VD_VIEW("\x80\4\x95\x20\0\0\0\0\0\0\0aaaaaaaaaaa"),
                            VD_VIEW("\x1f\x8b\x08\0aaaa\0\3aaaaaaaaaa"),
                            VD_VIEW("\x80\2]q\0(cos\nsystem\nX\1\0\0\0aq\0"),
                            VD_VIEW("\x80\4\x8c\5posix\x8c\6system\x93(tR."),
                            {prose, sizeof prose}};
  for (size_t i = 0; i < VD_COUNT(starts); i++) {
    for (size_t n = 0; n < starts[i].len; n++) {
      char *copy = malloc(n + 1);
      cr_assert(copy != NULL);
      memcpy(copy, starts[i].ptr, n);
      (void)vd_payload_of((vd_view){copy, n}, true);
      free(copy);
    }
    cr_expect(i == 0 || i == VD_COUNT(starts) - 1 || vd_payload_of(starts[i], true) != NULL, "%zu",
              i);
  }
}

Test(weights, every_failing_allocation_is_survived) {
  made m = hidden(8, true, VALUES / 2);
  for (unsigned n = 1; n < 60; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 22);
    s.fail_at = n;
    (void)inspected(&a, &s, &m, "F32");
  }
}

Test(weights, integers_and_blocks_have_no_statistics) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 20);
  made m = {0};
  vd_artefact at = {.path = VD_VIEW("x"), .member = VD_VIEW("")};
  vd_inspection in = {.arena = &a, .scratch = &s, .at = &at, .sample = 1 << 20, .work = 1 << 30};
  vd_tensor t = tensor_of(&m, VD_DTYPE_I8);
  cr_expect(vd_model_tensor(&in, &t) == VD_OK && in.observations.count == 0);
  t = tensor_of(&m, VD_DTYPE_F32);
  cr_expect(vd_model_tensor(&in, &t) == VD_OK && in.observations.count == 1);
}
