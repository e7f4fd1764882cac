#include "base/base.h"

#include <criterion/criterion.h>

static void expect(const vd_sha256 *hashed, const char *hex) {
  vd_sha256 h = *hashed;
  uint8_t digest[VD_SHA256_BYTES];
  char text[2 * VD_SHA256_BYTES + 1];
  vd_sha256_end(&h, digest);
  for (size_t i = 0; i < sizeof digest; i++)
    (void)snprintf(text + 2 * i, 3, "%02x", digest[i]);
  cr_assert_str_eq(text, hex);
}

static void expect_text(const char *text, const char *hex) {
  vd_sha256 h = vd_sha256_start();
  vd_sha256_put(&h, vd_view_of(text));
  expect(&h, hex);
}

// NIST's examples for FIPS 180, "SHA256.pdf" and "SHA2_Additional.pdf".
Test(sha256, published_vectors) {
  expect_text("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect_text("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect_text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static vd_sha256 of_zeros(size_t n, size_t step) {
  static const char zeros[1 << 17];
  vd_sha256 h = vd_sha256_start();
  for (size_t left = n; left > 0;) {
    size_t now = left < step ? left : step;
    vd_sha256_put(&h, (vd_view){zeros, now});
    left -= now;
  }
  return h;
}

// Lengths around the padding, from the same document; in pieces of every size around a block.
Test(sha256, zeros_of_awkward_lengths) {
  static const struct {
    size_t n;
    const char *hex;
  } cases[] = {
      {55, "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"},
      {56, "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"},
      {57, "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785"},
      {64, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"},
      {1000, "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"},
      {1000000, "d29751f2649b32ff572b5e0a9f541ea660a50f94ff0beedfb0b692b924cc8025"},
  };
  for (size_t i = 0; i < VD_COUNT(cases); i++)
    for (size_t step = 1; step < 200; step += step < 70 && cases[i].n < 2000 ? 1 : 61) {
      vd_sha256 h = of_zeros(cases[i].n, step);
      expect(&h, cases[i].hex);
    }
}

// One piece of 1,024 blocks or more takes another path.
Test(sha256, long_pieces_are_no_different) {
  for (size_t n = 65535; n <= 65536 + 200; n += 67) {
    vd_sha256 whole = of_zeros(n, n), parts = of_zeros(n, 63);
    uint8_t a[VD_SHA256_BYTES], b[VD_SHA256_BYTES];
    vd_sha256_end(&whole, a);
    vd_sha256_end(&parts, b);
    cr_expect(memcmp(a, b, sizeof a) == 0, "%zu", n);
  }
}
