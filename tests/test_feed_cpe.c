// facts/curated/cpe.tsv: that its keys are such as the readers make.
#include "base/base.h"
#include "feed/cpe.h"
#include "package/package.h"

#include <criterion/criterion.h>

static void check_row(vd_view row, vd_view before) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 10);
  vd_view rest = row, product = vd_view_cut(&rest, '\t'), package = vd_view_cut(&rest, '\t'), key;
  cr_assert(vd_view_cmp(before, row) < 0, "not sorted: %.*s", VD_ARG(row));
  cr_assert(vd_view_find(rest, '\t') == rest.len && rest.len > 0, "no reason: %.*s", VD_ARG(row));
  vd_view name = vd_arena_printf(&a, "cpe:/%.*s", VD_ARG(product));
  cr_assert(vd_cpe_product(&a, name, &key) == VD_OK);
  cr_assert(vd_view_eq(key, product), "no product: %.*s", VD_ARG(row));
  cr_assert(vd_pypi_name_valid(package) && vd_view_eq(vd_pypi_normalize(&a, package), package),
            "no package: %.*s", VD_ARG(row));
}

Test(feed_cpe, rows_of_the_curated_table) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view bytes = {0}, line, before = VD_VIEW("");
  size_t rows = 0, builds = 0;
  cr_assert(vd_file_read(&a, "facts/curated/cpe.tsv", 1 << 20, &bytes, NULL) == VD_OK);
  cr_assert(vd_view_line(&bytes, &line) && vd_view_eq(line, VD_VIEW("# cpe\tpackage\treason")));
  for (; vd_view_line(&bytes, &line); before = line, rows++) {
    check_row(line, before);
    builds += vd_view_starts(line, VD_VIEW("a:google:tensorflow\ttensorflow"));
  }
  cr_assert(rows >= 300, "%zu rows", rows);
  cr_assert_eq(builds, 3); // tensorflow, tensorflow-cpu, tensorflow-gpu
}
