// poetry.lock of lock versions 1.0, 1.1, 2.0 and 2.1.
#include "inventory.h"

static void reads(const char *text, const char *components) {
  expect("poetry_lock", "poetry.lock", text, components);
}

Test(poetry_lock, version_2) {
  reads("# made by Poetry\n\n[[package]]\nname = \"Torch\"\nversion = \"2.1.0\"\noptional = false\n"
        "python-versions = \">=3.8\"\ngroups = [\"main\", \"dev\"]\nfiles = [\n"
        "    {file = \"t.whl\", hash = \"sha256:00\"},\n]\n\n[package.dependencies]\n"
        "sympy = \"*\"\n\n[[package]]\nname = \"sympy\"\nversion = \"1.12\"\noptional = false\n"
        "groups = [\"dev\"]\nmarkers = \"python_version >= \\\"3.9\\\"\"\nfiles = []\n\n"
        "[[package]]\nname = \"fork\"\nversion = \"0.1\"\noptional = true\n"
        "markers = {main = \"extra == 'x'\", dev = \"os_name == 'nt'\"}\nfiles = []\ndevelop = "
        "false\n"
        "[package.source]\ntype = \"git\"\nurl = \"https://h.org/f.git\"\nreference = \"main\"\n"
        "resolved_reference = \"abc\"\n[metadata]\nlock-version = \"2.1\"\n",
        "3 torch =2.1.0 hashed\n16 sympy =1.12 ; python_version >= \"3.9\" {dev} dev\n"
        "24 fork @ git+https://h.org/f.git@abc =0.1 ; extra == 'x' optional\n");
}

Test(poetry_lock, version_1) {
  reads(
      "[[package]]\nname = \"attrs\"\nversion = \"21.4.0\"\ncategory = \"main\"\noptional = false\n"
      "[[package]]\nname = \"pytest\"\nversion = \"6.2.5\"\ncategory = \"dev\"\noptional = false\n"
      "[[package]]\nname = \"mine\"\nversion = \"0\"\ncategory = \"main\"\n[package.source]\n"
      "type = \"directory\"\nurl = \"../mine\"\n[metadata.files]\nattrs = [\n"
      " {file = \"a\", hash = \"b\"},\n]\npytest = []\n",
      "1 attrs =21.4.0 hashed\n6 pytest =6.2.5 {dev} dev\n11 mine @ ../mine =0 local\n");
}

Test(poetry_lock, what_nothing_requires_is_direct) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv =
      read_as(&arena, "poetry_lock", "poetry.lock",
              "[[package]]\nname = \"a\"\nversion = \"1\"\n[package.dependencies]\n"
              "B_c = {version = \"*\", optional = true}\n[[package]]\nname = \"b-c\"\n"
              "version = \"2\"\n[package.source]\ntype = \"legacy\"\nurl = \"u\"\n");
  cr_assert_eq(inv.components.count, 2);
  cr_expect_eq(inv.components.at[0].direct, VD_DIRECT_YES);
  cr_expect_eq(inv.components.at[1].direct, VD_DIRECT_UNKNOWN);
  cr_expect(is(inv.components.at[1].index, "u"));
}

Test(poetry_lock, unreadable_entries_are_noted) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "poetry_lock", "poetry.lock",
                             "[[package]]\nversion = \"1\"\n[[package]]\nname = \"a\"\n");
  cr_assert_eq(inv.notices.count, 1);
  cr_expect_eq(inv.notices.at[0].line, 1);
  cr_expect_eq(inv.components.count, 1);
  cr_expect_null(inv.components.at[0].version.ptr);
}

Test(poetry_lock, every_prefix_and_every_failing_allocation) {
  torture("poetry_lock", "poetry.lock",
          "[[package]]\nname='a'\nversion='1'\ngroups=['dev']\nmarkers='m'\n"
          "[package.dependencies]\nb='*'\n[package.source]\ntype='git'\nurl='u'\n"
          "reference='r'\n[[package]]\nname='?'\n[metadata.files]\na=[{file='f'}]\n");
}
