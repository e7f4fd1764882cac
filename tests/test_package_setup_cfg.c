// setup.cfg.
#include "inventory.h"

static void reads(const char *text, const char *components) {
  expect("setup_cfg", "setup.cfg", text, components);
}

Test(setup_cfg, dependency_keys) {
  reads("[metadata]\nname = x\ninstall_requires = no\n[options]\npackages = find:\n"
        "install_requires =\n    torch>=1.8\n    # note\n\n    numpy ; python_version < '3.8'\n"
        "    six # why\npython_requires = >=3.6\nsetup_requires = cython; wheel>=0.3\n"
        "tests-require = pytest\n[options.packages.find]\nexclude =\n    tests\n",
        "7 torch>=1.8\n10 numpy ; python_version < '3.8'\n11 six\n13 cython build\n"
        "13 wheel>=0.3 build\n14 pytest {tests} dev\n");
}

Test(setup_cfg, extras) {
  reads("[options.extras_require]\ngpu =\n  cupy\n  torch==1.0\ndev: black; isort\n"
        "old:python_version<'3' = \n\tfutures\n",
        "3 cupy {gpu} optional\n4 torch==1.0 =1.0 {gpu} optional\n5 black {dev} dev\n"
        "5 isort {dev} dev\n7 futures {old} optional\n");
}

Test(setup_cfg, files_are_included) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "setup_cfg", "setup.cfg",
                             "[options]\ninstall_requires = file: requirements.txt, extra.in\n");
  cr_assert_eq(inv.includes.count, 2);
  cr_expect(is(inv.includes.at[0].target, "requirements.txt"));
  cr_expect(is(inv.includes.at[1].target, "extra.in"));
  cr_expect_eq(inv.includes.at[0].line, 2);
}

Test(setup_cfg, bad_lines_are_noted) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "setup_cfg", "setup.cfg",
                             "[options]\nnothing\ninstall_requires =\n  ==bad\n  good\n[oops\n");
  cr_assert_eq(inv.notices.count, 3);
  cr_expect_eq(inv.notices.at[0].line, 2);
  cr_expect_eq(inv.notices.at[1].line, 4);
  cr_expect_eq(inv.notices.at[2].line, 6);
  cr_expect_eq(inv.components.count, 1);
}

Test(setup_cfg, every_prefix_and_every_failing_allocation) {
  torture("setup_cfg", "setup.cfg",
          "[options]\ninstall_requires =\n a>=1 ; os_name=='nt'\n b=2\n\tc @ https://h.org/c.zip\n"
          "setup_requires = file: x.txt\n[options.extras_require]\ng:os_name=='nt' = d[e];f\n[z");
}
