// Which path is which manifest kind's.
#include "package/package.h"

#include <criterion/criterion.h>

static bool matches(const char *patterns, const char *path) {
  return vd_path_matches(vd_view_of(patterns), vd_view_of(path));
}

Test(paths, a_pattern_without_slash_looks_at_the_file_name) {
  cr_assert(matches("setup.py", "setup.py"));
  cr_assert(matches("setup.py", "a/b/setup.py"));
  cr_assert(matches("a.txt setup.py", "a/setup.py"));
  cr_assert_not(matches("setup.py", "a/setup.pyc"));
  cr_assert_not(matches("setup.py", "xsetup.py"));
  cr_assert_not(matches("setup.py", "setup.py/x"));
  cr_assert_not(matches("setup.py", "setup.py/"));
  cr_assert_not(matches("setup.py", ""));
  cr_assert_not(matches("", "setup.py"));
}

Test(paths, a_star_stays_within_one_part) {
  cr_assert(matches("*req*.txt", "x/my-reqs.txt"));
  cr_assert(matches("*req*.txt", "req.txt"));
  cr_assert(matches("*req*.txt", "reqreq.txt.txt"));
  cr_assert_not(matches("*req*.txt", "req/a.txt"));
  cr_assert(matches("Dockerfile.*", "Dockerfile.gpu"));
  cr_assert_not(matches("Dockerfile.*", "Dockerfile"));
  cr_assert(matches("*", "a/b"));
}

Test(paths, a_pattern_with_slash_looks_at_the_trailing_parts) {
  cr_assert(matches("*.dist-info/METADATA", "lib/torch-1.0.dist-info/METADATA"));
  cr_assert(matches("*.dist-info/METADATA", "torch-1.0.dist-info/METADATA"));
  cr_assert_not(matches("*.dist-info/METADATA", "METADATA"));
  cr_assert_not(matches("*.dist-info/METADATA", "torch-1.0.dist-info/x/METADATA"));
  cr_assert(matches("requirements/*/*.txt", "requirements/app/base.txt"));
  cr_assert(matches("requirements/*.txt", "a/requirements/base.txt"));
  cr_assert_not(matches("requirements/*.txt", "a/xrequirements/base.txt"));
  cr_assert_not(matches("requirements/*/*.txt", "requirements/base.txt"));
  cr_assert(matches("r/*x/*y", "r/axx/byy"));
  cr_assert_not(matches("r/*x/*y", "r/axz/byy"));
}

Test(paths, letters_match_in_either_case) {
  cr_assert(matches("requirements*.txt", "Requirements.TXT"));
  cr_assert(matches("*.Dockerfile", "gpu.dockerfile"));
}

Test(paths, every_kind_is_found_by_its_name) {
  cr_assert_null(vd_manifest_by_name(VD_VIEW("no such kind")));
  for (const vd_manifest *m = vd_manifests; m->name != NULL; m++)
    cr_assert_eq(vd_manifest_by_name(vd_view_of(m->name)), m);
}
