// Wheels and source distributions, from the archives of the fuzz corpora.
#include "inventory.h"

#include <fcntl.h>

static vd_code parse(vd_inventory *inv, const char *kind, const char *path, vd_error *err) {
  vd_view bytes;
  cr_assert_eq(vd_file_read(inv->arena, path, 1 << 20, &bytes, err), VD_OK, "%s", path);
  inv->path = vd_view_of(path);
  cr_assert(vd_manifest_for_path(inv->path) == vd_manifest_by_name(vd_view_of(kind)), "%s", path);
  return vd_manifest_parse(vd_manifest_by_name(vd_view_of(kind)), inv, bytes, err);
}

static void gives(const char *kind, const char *path, vd_code code, const char *components,
                  size_t notices) {
  VD_SCOPED_ARENA arena = VD_ARENA(64 << 20);
  vd_inventory inv = {.arena = &arena};
  vd_error err = {0};
  cr_expect_eq(parse(&inv, kind, path, &err), code, "%s: %s", path, err.text);
  vd_view seen = summary(&arena, &inv);
  cr_expect(is(seen, components), "%s: %.*s", path, VD_ARG(seen));
  cr_expect_eq(inv.notices.count, notices, "%s", path);
}

Test(archives, wheels) {
  gives("wheel", "fuzz/corpus/wheel/demo_pkg-1.2.3-py3-none-any.whl", VD_OK,
        "0 demo-pkg==1.2.3 =1.2.3\n", 0);
  gives("wheel", "fuzz/corpus/wheel/nometa-2.0-py3-none-any.whl", VD_OK, "0 nometa==2.0 =2.0\n", 1);
  gives("wheel", "fuzz/corpus/wheel/broken-1.0-cp310-cp310-linux_x86_64.whl", VD_OK,
        "0 broken==1.0 =1.0\n", 1);
  gives("wheel", "fuzz/corpus/wheel/empty-1.0-py3-none-any.whl", VD_OK, "0 empty==1.0 =1.0\n", 1);
}

Test(archives, source_distributions) {
  gives("sdist", "fuzz/corpus/sdist/demo-pkg-1.2.3.tar.gz", VD_OK, "0 demo-pkg==1.2.3 =1.2.3\n", 0);
  gives("sdist", "fuzz/corpus/sdist/demo-pkg-1.2.3.zip", VD_OK, "0 demo-pkg==1.2.3 =1.2.3\n", 0);
  gives("sdist", "fuzz/corpus/sdist/dataset-1.0.tar.gz", VD_UNSUPPORTED, "", 0);
  gives("sdist", "fuzz/corpus/sdist/lfs-1.0.tar.gz", VD_UNSUPPORTED, "", 0);
}

// Reads every prefix of the archive, then the whole with every allocation failing in turn.
static void torture_file(const char *kind, const char *path) {
  VD_SCOPED_ARENA outer = VD_ARENA(1 << 20);
  vd_view whole;
  const vd_manifest *m = vd_manifest_by_name(vd_view_of(kind));
  cr_assert_eq(vd_file_read(&outer, path, 1 << 20, &whole, NULL), VD_OK);
  for (size_t n = 0; n < whole.len; n++) {
    VD_SCOPED_ARENA arena = VD_ARENA(64 << 20);
    vd_inventory inv = {.arena = &arena, .path = vd_view_of(path)};
    vd_code code = vd_manifest_parse(m, &inv, vd_view_first(whole, n), NULL);
    cr_expect(code == VD_OK || code == VD_FORMAT || code == VD_UNSUPPORTED, "%zu: %s", n,
              vd_code_text(code));
  }
  vd_code code = VD_NOMEM;
  for (unsigned fail = 1; code == VD_NOMEM; fail++) {
    VD_SCOPED_ARENA arena = VD_ARENA(64 << 20);
    vd_inventory inv = {.arena = &arena, .path = vd_view_of(path)};
    arena.fail_at = fail;
    code = vd_manifest_parse(m, &inv, whole, NULL);
  }
  cr_expect_eq(code, VD_OK);
}

Test(archives, every_prefix_and_every_failing_allocation) {
  torture_file("wheel", "fuzz/corpus/wheel/demo_pkg-1.2.3-py3-none-any.whl");
  torture_file("sdist", "fuzz/corpus/sdist/demo-pkg-1.2.3.tar.gz");
  torture_file("sdist", "fuzz/corpus/sdist/demo-pkg-1.2.3.zip");
}
