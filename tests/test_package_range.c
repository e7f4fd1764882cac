#include "package/package.h"

#include <criterion/criterion.h>

static bool contains(const char *ranges, const char *version) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_ranges r = {0};
  vd_version v = vd_version_read(vd_view_of(version));
  cr_assert(vd_ranges_parse(&a, vd_view_of(ranges), &r, NULL) == VD_OK, "%s", ranges);
  return vd_ranges_contain(&r, &v);
}

Test(ranges, bounds_follow_osv) {
  cr_assert(contains("[,1.2)", "0.1") && contains("[,1.2)", "1.2rc1"));
  cr_assert(!contains("[,1.2)", "1.2") && !contains("[,1.2)", "1.2.0"));
  cr_assert(contains("[2.0,2.3.1]", "2.3.1") && contains("[2.0,2.3.1]", "2.0"));
  cr_assert(!contains("[2.0,2.3.1]", "2.3.1.post1") && !contains("[2.0,2.3.1]", "2.0rc1"));
  cr_assert(contains("[,1) [3,)", "4") && !contains("[,1) [3,)", "2"));
  cr_assert(contains("[,)", "99") && !contains("", "1"));
}

Test(ranges, legacy_bounds_lie_below_every_version) {
  cr_assert(!contains("[,0.12.10-NA)", "0.1"));
  cr_assert(contains("[0.8.3ubuntu7.5,)", "0.1"));
}

Test(ranges, malformed_text_names_the_place) {
  static const char *const bad[] = {"1.0",   "[1.0", "[1,2",    "[1)", "[1,2,3)",
                                    "(1,2)", "[1,]", "[1,2) x", " ",   "[1,2)  [3,)"};
  for (size_t i = 0; i < VD_COUNT(bad); i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_ranges r = {0};
    vd_error err = {0};
    cr_assert(vd_ranges_parse(&a, vd_view_of(bad[i]), &r, &err) == VD_FORMAT, "%s", bad[i]);
    cr_assert(err.column >= 1 && r.count == 0);
  }
}

Test(ranges, every_allocation_may_fail) {
  vd_code code = VD_NOMEM;
  for (unsigned nth = 1; code != VD_OK; nth++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_ranges r = {0};
    a.fail_at = nth;
    code = vd_ranges_parse(
        &a, VD_VIEW("[,1) [2,3) [4,5) [6,7) [8,9) [10,11) [12,13) [14,15) [16,)"), &r, NULL);
    cr_assert((code == VD_OK && r.count == 9) || code == VD_NOMEM);
  }
}
