// Digests of folders and the reading of model.sig; tests/oracle/digest.py compares with Python.
#include "scan/digest.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

// Python: sorted(map(PurePosixPath, ...)).
Test(digest, paths_sort_part_by_part) {
  static const char *const sorted[] = {"A",   "a",   "a/b",   "a/b/c", "a/b-c",
                                       "a b", "a-b", "a.b/c", "ab",    "\xc3\xa9"};
  for (size_t i = 0; i < VD_COUNT(sorted); i++)
    for (size_t k = 0; k < VD_COUNT(sorted); k++) {
      int order = vd_digest_path_order(vd_view_of(sorted[i]), vd_view_of(sorted[k]));
      cr_expect((order < 0) == (i < k) && (order > 0) == (i > k), "%s %s", sorted[i], sorted[k]);
    }
}

static void write_file(const char *folder, const char *name, const char *text) {
  char path[256];
  (void)snprintf(path, sizeof path, "%s/%s", folder, name);
  cr_assert(vd_folders_make(path, NULL) == VD_OK &&
            vd_file_write(path, vd_view_of(text), NULL) == VD_OK);
}

// A statement of the older type: {"a": SHA-256 of "", "b/c": SHA-256 of "abc"}.
static const char bundle[] =
    "{\"dsseEnvelope\":{\"payloadType\":\"application/"
    "vnd.in-toto+json\",\"signatures\":[{\"sig\":\"\"}],\"payload\":\""
    "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJzdWJqZWN0IjpbeyJuYW1lIjoiYSIsImRpZ2"
    "VzdCI6eyJzaGEyNTYiOiJlM2IwYzQ0Mjk4ZmMxYzE0OWFmYmY0Yzg5OTZmYjkyNDI3YWU0MWU0NjQ5YjkzNGNhNDk1OTkx"
    "Yjc4NTJiODU1In19LHsibmFtZSI6ImIvYyIsImRpZ2VzdCI6eyJzaGEyNTYiOiJiYTc4MTZiZjhmMDFjZmVhNDE0MTQwZG"
    "U1ZGFlMjIyM2IwMDM2MWEzOTYxNzdhOWNiNDEwZmY2MWYyMDAxNWFkIn19XSwicHJlZGljYXRlVHlwZSI6Imh0dHBzOi8v"
    "bW9kZWxfc2lnbmluZy9EaWdlc3RzL3YwLjEifQ==\"}}";

static const vd_view signature = {bundle, sizeof bundle - 1};

Test(digest, a_folder_is_as_signed_until_it_changes) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  char folder[] = "/tmp/vedette-digest-XXXXXX", link_path[64];
  vd_signature s;
  vd_digest d;
  vd_signed_comparison c;
  cr_assert(mkdtemp(folder) != NULL);
  write_file(folder, "a", "");
  write_file(folder, "b/c", "abc");
  write_file(folder, ".gitignore", "*");
  cr_assert(vd_signature_read(&a, signature, &s, NULL) == VD_OK);
  cr_expect(s.files.count == 2 && s.signatures == 1 && !s.by_certificate);
  vd_digest_options o = {.path = folder, .ignored = s.ignored};
  cr_assert(vd_digest_folder(&o, &a, &d, NULL) == VD_OK);
  cr_assert(vd_signature_compare(&a, &s, &d, &c) == VD_OK);
  cr_expect(d.complete && d.bytes == 3 && c.differences.count == 0 && c.same == 2);
  write_file(folder, "a", "x");
  write_file(folder, "z", "new");
  (void)snprintf(link_path, sizeof link_path, "%s/link", folder);
  cr_assert(symlink("/etc/passwd", link_path) == 0);
  cr_assert(vd_digest_folder(&o, &a, &d, NULL) == VD_OK);
  cr_assert(vd_signature_compare(&a, &s, &d, &c) == VD_OK && c.differences.count == 3);
  cr_expect(c.differences.at[0].state == VD_SIGNED_CHANGED &&
            c.differences.at[1].state == VD_SIGNED_UNREAD &&
            c.differences.at[2].state == VD_SIGNED_ADDED && !d.complete && c.same == 1);
}

Test(digest, what_is_not_there) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_digest d;
  cr_expect(vd_digest_folder(&(vd_digest_options){.path = "/nowhere"}, &a, &d, NULL) ==
            VD_NOTFOUND);
  cr_expect(vd_digest_folder(&(vd_digest_options){.path = "/dev/null"}, &a, &d, NULL) ==
            VD_UNSUPPORTED);
}

Test(digest, every_prefix_of_a_signature_is_refused) {
  for (size_t n = 0; n < sizeof bundle - 1; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_signature s;
    cr_expect(vd_signature_read(&a, (vd_view){bundle, n}, &s, NULL) != VD_OK, "%zu", n);
  }
}

Test(digest, every_flipped_byte_of_a_signature_is_survived) {
  char copy[sizeof bundle];
  for (size_t n = 0; n < sizeof bundle - 1; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_signature s;
    memcpy(copy, bundle, sizeof copy);
    copy[n] = (char)(copy[n] ^ 1);
    vd_code code = vd_signature_read(&a, (vd_view){copy, sizeof copy - 1}, &s, NULL);
    cr_expect(code == VD_OK || code == VD_FORMAT || code == VD_UNSUPPORTED || code == VD_LIMIT,
              "%zu", n);
  }
}

Test(digest, every_failing_allocation_is_survived) {
  for (unsigned n = 1; n < 80; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_signature s;
    a.fail_at = n;
    vd_code code = vd_signature_read(&a, signature, &s, NULL);
    cr_expect(code == VD_OK || code == VD_NOMEM);
  }
}

Test(digest, the_corpus_of_signatures_is_read_or_refused) {
  static const struct {
    const char *file;
    vd_code code;
  } files[] = {{"v1", VD_OK},
               {"v0", VD_OK},
               {"certificate", VD_OK},
               {"unsigned", VD_OK},
               {"single", VD_OK},
               {"root", VD_FORMAT},
               {"outside", VD_FORMAT},
               {"twice", VD_FORMAT},
               {"sharded", VD_UNSUPPORTED},
               {"other", VD_UNSUPPORTED},
               {"no-bundle", VD_FORMAT},
               {"empty", VD_FORMAT}};
  for (size_t i = 0; i < VD_COUNT(files); i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_view path = vd_arena_printf(&a, "fuzz/corpus/signature/%s", files[i].file), bytes = {0};
    vd_signature s = {0};
    cr_assert(vd_file_read(&a, path.ptr, 1 << 20, &bytes, NULL) == VD_OK, "%s", path.ptr);
    cr_expect(vd_signature_read(&a, bytes, &s, NULL) == files[i].code, "%s", files[i].file);
  }
}
