// pdm.lock.
#include "inventory.h"

static void reads(const char *text, const char *components) {
  expect("pdm_lock", "pdm.lock", text, components);
}

Test(pdm_lock, version_4) {
  reads("[metadata]\ngroups = [\"default\", \"test\"]\nlock_version = \"4.5.0\"\n"
        "[[package]]\nname = \"httpx\"\nversion = \"0.27.0\"\ngroups = [\"default\", \"test\"]\n"
        "dependencies = [\n    \"anyio\",\n    \"idna<4; os_name == 'nt'\",\n]\n"
        "files = [\n    {file = \"f\", hash = \"h\"},\n]\n"
        "[[package]]\nname = \"httpx\"\nversion = \"0.27.0\"\nextras = [\"http2\"]\n"
        "groups = [\"test\"]\nmarker = \"python_version < \\\"3.11\\\"\"\ndependencies = "
        "[\"httpx==0.27.0\"]\n"
        "[[package]]\nname = \"fork\"\nversion = \"1.0\"\ngit = \"https://h.org/f\"\nrevision = "
        "\"abc\"\n"
        "[[package]]\nname = \"mine\"\nversion = \"0\"\npath = \"./mine\"\n",
        "4 httpx =0.27.0 hashed\n15 httpx[http2] =0.27.0 ; python_version < \"3.11\" {test} dev\n"
        "22 fork @ git+https://h.org/f@abc =1.0\n27 mine @ ./mine =0 local\n");
}

Test(pdm_lock, what_nothing_requires_is_direct) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv =
      read_as(&arena, "pdm_lock", "pdm.lock",
              "[[package]]\nname = \"a\"\ndependencies = [\"B.C[x]>=1\"]\n"
              "[[package]]\nname = \"b-c\"\n[metadata.files]\n\"a 1\" = [{file='f'}]\n");
  cr_assert_eq(inv.components.count, 2);
  cr_expect_eq(inv.components.at[0].direct, VD_DIRECT_YES);
  cr_expect_eq(inv.components.at[1].direct, VD_DIRECT_UNKNOWN);
  cr_expect(inv.components.at[0].hashed);
}

Test(pdm_lock, every_prefix_and_every_failing_allocation) {
  torture("pdm_lock", "pdm.lock",
          "[[package]]\nname='a'\nversion='1'\ngroups=['g']\nextras=['e']\nmarker='m'\n"
          "dependencies=['b>1','a']\ngit='u'\nref='r'\n[[package]]\nname=1\n");
}
