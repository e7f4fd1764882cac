// Compressed streams: every codec, streams in a row, damage, what follows; and 7z.
#include "container_check.h"
#include "inspect/archive/codec.h"

static const char evil[] = "cos\nsystem\n(S'id'\ntR.";

// The file unpacks to n copies of the text.
static void expect_text(const char *file, size_t n) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view bytes = container_file(&a, "compressed", file);
  const vd_codec *c = vd_codec_of(bytes);
  cr_assert(c != NULL, "%s", file);
  vd_inspection in = {.budget = 1 << 20};
  vd_unpack u = {.in = &in, .out = VD_BUF(1 << 20)};
  while (u.used < bytes.len && c->recognise(vd_view_from(bytes, u.used)))
    cr_assert(c->unpack(&u, vd_view_from(bytes, u.used), NULL) == VD_OK, "%s", file);
  cr_expect(u.used == bytes.len, "%s: %zu of %zu", file, u.used, bytes.len);
  cr_assert(u.out.len == n * (sizeof evil - 1), "%s: %zu", file, u.out.len);
  for (size_t i = 0; i < n; i++)
    cr_expect(memcmp(u.out.ptr + i * (sizeof evil - 1), evil, sizeof evil - 1) == 0, "%s", file);
  vd_buf_free(&u.out);
}

Test(compressed, every_codec_gives_what_went_in) {
  static const char *const files[] = {"zlib.joblib",   "gzip.joblib",  "bz2.joblib", "lzma.joblib",
                                      "xz.joblib",     "lz4.joblib",   "zst.joblib", "zf.joblib",
                                      "skippable.zst", "skippable.lz4"};
  for (size_t i = 0; i < VD_COUNT(files); i++)
    expect_text(files[i], 4);
  expect_text("members.gz", 1);
}

Test(compressed, a_bound_ends_the_stream_and_keeps_its_start) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view bytes = container_file(&a, "compressed", "zeros.gz");
  vd_inspection in = {.budget = 1 << 30};
  vd_unpack u = {.in = &in, .out = VD_BUF(1000)};
  vd_error err = {0};
  cr_expect(vd_codec_of(bytes)->unpack(&u, bytes, &err) == VD_LIMIT);
  cr_expect(u.out.len == 1000);
  vd_buf_free(&u.out);
  in.budget = 100000;
  u = (vd_unpack){.in = &in, .out = VD_BUF(1 << 30)};
  cr_expect(vd_codec_of(bytes)->unpack(&u, bytes, &err) == VD_LIMIT);
  cr_expect(u.out.len <= 100000);
  vd_buf_free(&u.out);
}

Test(compressed, damage_is_said_and_what_came_before_is_read) {
  container_expect("compressed", "cut.xz", VD_CHECK_UNREADABLE, "after 84 bytes of output");
  container_expect("compressed", "damaged.gz", VD_CHECK_UNREADABLE, "damaged or cut");
  container_expect("compressed", "trailing.gz", VD_CHECK_TRAILING, "follow the gzip stream");
  container_expect("compressed", "trailing.gz", VD_CHECK_EXECUTABLE, "an ELF program");
}

Test(compressed, a_tar_inside_is_inspected) {
  container_expect("compressed", "inner.tgz", VD_CHECK_CONFIG_TARGET, "os.system");
}

Test(compressed, honest_streams_lead_to_nothing) {
  container_clean("compressed", "members.gz");
  container_clean("compressed", "padded.gz");
  container_clean("compressed", "skippable.zst");
  container_clean("compressed", "zeros.gz");
}

Test(compressed, text_is_no_stream) {
  cr_expect(vd_codec_of(VD_VIEW("x^2 + y^2 is a circle, and no zlib stream")) == NULL);
  cr_expect(vd_codec_of(VD_VIEW("BZh9 but not what follows")) == NULL);
  cr_expect(vd_codec_of(VD_VIEW("")) == NULL);
}

Test(compressed, a_7z_archive_is_read_or_said_to_be_damaged) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 20);
  vd_inspection in =
      container_inspected(&a, &s, "x.7z", container_file(&a, "sevenzip", "pickle.7z"));
  cr_expect(!container_saw(&in, VD_CHECK_UNREADABLE, "its members"));
  cr_expect(in.artefacts == 2);
  container_expect("sevenzip", "cut.7z", VD_CHECK_UNREADABLE, "its members");
}

Test(compressed, survives_maltreatment, .timeout = 120) {
  static const char *const files[] = {"zlib.joblib",   "gzip.joblib", "bz2.joblib",
                                      "lzma.joblib",   "xz.joblib",   "skippable.lz4",
                                      "skippable.zst", "inner.tgz"};
  for (size_t i = 0; i < VD_COUNT(files); i++)
    container_torture("compressed", files[i]);
  container_torture("sevenzip", "pickle.7z");
}
