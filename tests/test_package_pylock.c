// pylock.toml (PEP 751).
#include "inventory.h"

static void reads(const char *text, const char *components) {
  expect("pylock", "pylock.toml", text, components);
}

Test(pylock, packages) {
  reads("lock-version = '1.0'\ncreated-by = 'x'\ndefault-groups = ['base']\n"
        "[[packages]]\nname = 'attrs'\nversion = '25.1.0'\nindex = 'https://pypi.org/simple'\n"
        "[[packages.wheels]]\nname = 'a.whl'\nhashes = {sha256 = '00'}\n"
        "[[packages]]\nname = 'pytest'\nversion = '8.0'\n"
        "marker = \"'test' in dependency_groups and os_name == 'nt'\"\n"
        "[[packages]]\nname = 'cupy'\nversion = '13.0'\nmarker = \"'gpu' in extras\"\n"
        "sdist = {name = 'c', hashes = {sha256 = '00'}}\n"
        "[[packages]]\nname = 'both'\nversion = '1'\n"
        "marker = \"'dev' in dependency_groups or 'base' in dependency_groups\"\n"
        "[[packages]]\nname = 'fork'\nvcs = {type = 'git', url = 'https://h.org/f', commit-id = "
        "'abc'}\n"
        "[[packages]]\nname = 'mine'\ndirectory = {path = 'mine', editable = true}\n"
        "[[packages]]\nname = 'file'\narchive = {url = 'https://h.org/f.zip', hashes = {sha256 = "
        "'0'}}\n",
        "4 attrs =25.1.0 hashed\n"
        "11 pytest =8.0 ; 'test' in dependency_groups and os_name == 'nt' {test} dev\n"
        "15 cupy =13.0 ; 'gpu' in extras {gpu} optional hashed\n"
        "20 both =1 ; 'dev' in dependency_groups or 'base' in dependency_groups\n"
        "24 fork @ git+https://h.org/f@abc\n27 mine @ mine local\n"
        "30 file @ https://h.org/f.zip hashed\n");
}

Test(pylock, directness_needs_a_graph) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory flat = read_as(&arena, "pylock", "pylock.toml", "[[packages]]\nname = 'a'\n");
  cr_expect_eq(flat.components.at[0].direct, VD_DIRECT_UNKNOWN);
  vd_inventory inv = read_as(&arena, "pylock", "pylock.toml",
                             "[[packages]]\nname = 'a'\ndependencies = [{name = 'b'}]\n"
                             "[[packages]]\nname = 'b'\n");
  cr_expect_eq(inv.components.at[0].direct, VD_DIRECT_YES);
  cr_expect_eq(inv.components.at[1].direct, VD_DIRECT_UNKNOWN);
}

Test(pylock, named_files_are_recognised) {
  cr_expect_str_eq(vd_manifest_for_path(VD_VIEW("a/pylock.toml"))->name, "pylock");
  cr_expect_str_eq(vd_manifest_for_path(VD_VIEW("pylock.gpu.toml"))->name, "pylock");
}

Test(pylock, every_prefix_and_every_failing_allocation) {
  torture("pylock", "pylock.toml",
          "default-groups=['d']\n[[packages]]\nname='a'\nversion='1'\nindex='i'\n"
          "marker=\"'x' in dependency_groups or 'y' in extras\"\nvcs={type='git',url='u'}\n"
          "dependencies=[{name='b'}]\n[[packages]]\nname='?'\n");
}
