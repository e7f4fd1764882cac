// tar archives of every dialect, links, and members where readers do not look.
#include "container_check.h"
#include "inspect/archive/member_name.h"
#include "inspect/archive/tar.h"

static vd_view only_name(vd_arena *a, const char *file, size_t *size) {
  vd_tar t = vd_tar_of(a, container_file(a, "tar", file));
  vd_tar_entry e = {0}, none;
  cr_assert(vd_tar_next(&t, &e, NULL) == VD_OK, "%s", file);
  cr_assert(vd_tar_next(&t, &none, NULL) == VD_NOTFOUND, "%s", file);
  *size = e.bytes.len;
  return e.name;
}

Test(tar, reads_every_dialect) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  size_t size;
  cr_expect(vd_view_eq(only_name(&a, "ustar.tar", &size), VD_VIEW("a/b.pkl")) && size == 21);
  cr_expect(vd_view_eq(only_name(&a, "v7.tar", &size), VD_VIEW("a/b.pkl")) && size == 21);
  cr_expect(only_name(&a, "gnu_long.tar", &size).len == 125 && size == 21);
  cr_expect(vd_view_ends(only_name(&a, "pax_long.tar", &size), VD_VIEW("/\xc3\xa4.pkl")) &&
            size == 21);
}

Test(tar, paths_and_links_that_leave_are_found) {
  container_expect("tar", "slip.tar", VD_CHECK_ARCHIVE_PATH, "../../x leads out");
  container_expect("tar", "slip.tar", VD_CHECK_ARCHIVE_PATH, "/abs is an absolute path");
  container_expect("tar", "link.tar", VD_CHECK_ARCHIVE_LINK_OUT, "l is a link to ../../etc");
  container_expect("tar", "outside.tar", VD_CHECK_ARCHIVE_LINK_OUT, "a/l is a link to /etc/passwd");
  container_expect("tar", "outside.tar", VD_CHECK_ARCHIVE_LINK_OUT, "h is a link to ../x");
  container_expect("tar", "link.tar", VD_CHECK_ARCHIVE_PATH,
                   "l/passwd is written through the link l");
}

Test(tar, links_are_followed_by_their_folders) {
  cr_expect(!vd_member_link_escapes(VD_VIEW("a/b/c"), VD_VIEW("../x")));
  cr_expect(!vd_member_link_escapes(VD_VIEW("a/b/c"), VD_VIEW("../../x")));
  cr_expect(vd_member_link_escapes(VD_VIEW("a/b/c"), VD_VIEW("../../../x")));
  cr_expect(vd_member_link_escapes(VD_VIEW("c"), VD_VIEW("a/../../x/y")));
}

Test(tar, what_most_readers_do_not_reach_is_found) {
  container_expect("tar", "behind_end.tar", VD_CHECK_ARCHIVE_DIFFERENTIAL, "follow the end mark");
  container_expect("tar", "twice.nemo", VD_CHECK_ARCHIVE_DIFFERENTIAL, "named model_weights.ckpt");
  container_expect("tar", "trailing.tar", VD_CHECK_TRAILING, "follows the end");
  container_expect("tar", "checksum.tar", VD_CHECK_UNREADABLE, "checksum is wrong");
  container_expect("tar", "cut.tar", VD_CHECK_UNREADABLE, "ends past the end");
}

Test(tar, a_nemo_model_is_told_by_its_members) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 20);
  vd_inspection in = container_inspected(&a, &s, "x.nemo", container_file(&a, "tar", "nemo.nemo"));
  cr_expect_str_eq(container_property(&in, "producer"), "NeMo");
  cr_expect(container_saw(&in, VD_CHECK_CONFIG_TARGET, "_target_: os.system runs code"));
}

Test(tar, honest_archives_lead_to_nothing) {
  container_clean("tar", "ustar.tar");
  container_clean("tar", "v7.tar");
  container_clean("tar", "gnu_long.tar");
  container_clean("tar", "pax_long.tar");
  container_clean("tar", "layer.tar");
  container_clean("tar", "system.tar");
  container_clean("tar", "source.tar");
}

Test(tar, survives_maltreatment, .timeout = 120) {
  container_torture("tar", "pax_long.tar");
  container_torture("tar", "link.tar");
  container_torture("tar", "nemo.nemo");
}
