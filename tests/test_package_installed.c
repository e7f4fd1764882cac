// Installed distributions.
#include "inventory.h"

static const char *const text =
    "Metadata-Version: 2.1\nName: Foo_Bar\nSummary: one\n  Version: no\n"
    "Version: 1.2.3\nVersion: 9\n\nName: body\nVersion: 0\n";

Test(installed, headers_name_the_distribution) {
  expect("installed", "lib/Foo_Bar-1.2.3.dist-info/METADATA", text, "5 foo-bar==1.2.3 =1.2.3\n");
  expect("installed", "x/Foo_Bar-1.2.3-py3.8.egg-info/PKG-INFO", text, "5 foo-bar==1.2.3 =1.2.3\n");
  expect("installed", "x/Foo_Bar-1.2.3.egg-info", text, "5 foo-bar==1.2.3 =1.2.3\n");
  expect("installed", "src/foo_bar.egg-info/PKG-INFO", text, "5 foo-bar==1.2.3 =1.2.3 local\n");
  expect("installed", "a.dist-info/METADATA", "name: a\r\nVERSION: 2004d\r\n\r\n",
         "2 a==2004d =2004d\n");
}

Test(installed, without_name_or_version_the_file_is_refused) {
  static const char *const bad[] = {"",
                                    "\nName: a\nVersion: 1\n",
                                    "Name: a\n",
                                    "Version: 1\n",
                                    "Name: -\nVersion: 1\n",
                                    "Name: a\nVersion: \n"};
  for (size_t i = 0; i < VD_COUNT(bad); i++) {
    VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
    vd_inventory inv = {.arena = &arena, .path = VD_VIEW("a.dist-info/METADATA")};
    vd_error err = {0};
    const vd_manifest *m = vd_manifest_by_name(VD_VIEW("installed"));
    cr_expect_eq(vd_manifest_parse(m, &inv, vd_view_of(bad[i]), &err), VD_FORMAT);
    cr_expect_neq(err.text[0], '\0');
    cr_expect_eq(inv.components.count, 0);
  }
}

Test(installed, every_prefix_and_every_failing_allocation) {
  torture("installed", "a.dist-info/METADATA", text);
}
