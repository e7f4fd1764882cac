// Prints the digest of a model folder as digest.py computes it: root, files, others. With a second
// argument, what differs from that model.sig.
#include "scan/digest.h"

static void must(vd_code code, const vd_error *err) {
  if (code == VD_OK)
    return;
  (void)printf("failed\t%s\n", err->text);
  exit(EXIT_SUCCESS);
}

static void put(const char *label, const uint8_t sha256[VD_SHA256_BYTES], vd_view path) {
  (void)printf("%s\t", label);
  for (size_t i = 0; sha256 != NULL && i < VD_SHA256_BYTES; i++)
    (void)printf("%02x", sha256[i]);
  (void)printf("\t%.*s\n", (int)path.len, path.ptr);
}

int main(int argc, char **argv) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  vd_digest_options o = {.path = argv[1]};
  vd_signature s = {0};
  vd_digest d;
  if (argc > 2) {
    vd_view bytes;
    must(vd_file_read(&a, argv[2], VD_SIGNATURE_BYTES_MAX, &bytes, &err), &err);
    must(vd_signature_read(&a, bytes, &s, &err), &err);
    o.ignored = s.ignored;
  } else {
    must(vd_digest_ignore_usual(&a, &o.ignored), &err);
  }
  must(vd_digest_folder(&o, &a, &d, &err), &err);
  put("root", d.root, VD_VIEW(""));
  for (size_t i = 0; i < d.files.count; i++)
    put("file", d.files.at[i].sha256, d.files.at[i].path);
  for (size_t i = 0; i < d.others.count; i++)
    put("other", NULL, d.others.at[i].path);
  vd_signed_comparison c = {0};
  if (argc > 2)
    must(vd_signature_compare(&a, &s, &d, &c), &err);
  for (size_t i = 0; i < c.differences.count; i++)
    put(vd_signed_state_text(c.differences.at[i].state), NULL, c.differences.at[i].path);
  return EXIT_SUCCESS;
}
