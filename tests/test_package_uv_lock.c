// uv.lock: sources, and the scope and directness that follow from the project's dependencies.
#include "inventory.h"

static void reads(const char *text, const char *components) {
  expect("uv_lock", "uv.lock", text, components);
}

static const char project[] =
    "version = 1\nrevision = 2\nrequires-python = \">=3.11\"\n"
    "[[package]]\nname = \"app\"\nversion = \"0.1.0\"\nsource = { editable = \".\" }\n"
    "dependencies = [\n    { name = \"fastapi\" },\n    { name = \"idna\", version = \"3.6\" "
    "},\n]\n"
    "[package.optional-dependencies]\ngpu = [{ name = \"cupy\" }]\n"
    "[package.dev-dependencies]\ndev = [{ name = \"pytest\" }, { name = \"starlette\" }]\n"
    "[package.metadata]\nrequires-dist = [{ name = \"fastapi\", specifier = \">=0.1\" }]\n"
    "[[package]]\nname = \"fastapi\"\nversion = \"0.110.0\"\n"
    "source = { registry = \"https://pypi.org/simple\" }\n"
    "dependencies = [{ name = \"starlette\" }, { name = \"email\", extra = [\"x\"] }]\n"
    "sdist = { url = \"u\", hash = \"sha256:00\" }\n"
    "[[package]]\nname = \"starlette\"\nversion = \"0.36.3\"\nwheels = [{ url = \"u\", hash = "
    "\"h\" }]\n"
    "[[package]]\nname = \"email\"\nversion = \"2.0\"\n[package.optional-dependencies]\n"
    "x = [{ name = \"dnspython\" }]\n[[package]]\nname = \"dnspython\"\nversion = \"2.6\"\n"
    "[[package]]\nname = \"idna\"\nversion = \"3.6\"\n[[package]]\nname = \"idna\"\nversion = "
    "\"1.0\"\n"
    "resolution-markers = [\"os_name == 'nt'\"]\n"
    "[[package]]\nname = \"cupy\"\nversion = \"13.0\"\ndependencies = [{ name = \"fastrlock\" }]\n"
    "[[package]]\nname = \"fastrlock\"\nversion = \"0.8\"\n"
    "source = { git = \"https://h.org/f?rev=v1#abc\" }\n"
    "[[package]]\nname = \"pytest\"\nversion = \"8.0\"\n";

Test(uv_lock, scope_follows_from_the_project) {
  reads(project, "4 app @ . =0.1.0 local\n18 fastapi =0.110.0 hashed\n24 starlette =0.36.3 hashed\n"
                 "28 email =2.0\n33 dnspython =2.6\n36 idna =3.6\n"
                 "39 idna =1.0 ; os_name == 'nt'\n43 cupy =13.0 {gpu} optional\n"
                 "47 fastrlock @ git+https://h.org/f?rev=v1#abc =0.8 {gpu} optional\n"
                 "51 pytest =8.0 {dev} dev\n");
}

Test(uv_lock, directness_follows_from_the_project) {
  static const vd_direct expected[] = {
      VD_DIRECT_UNKNOWN, VD_DIRECT_YES, VD_DIRECT_YES /* also a dev dependency */,
      VD_DIRECT_NO,      VD_DIRECT_NO,  VD_DIRECT_YES,
      VD_DIRECT_UNKNOWN, VD_DIRECT_YES, VD_DIRECT_NO,
      VD_DIRECT_YES};
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "uv_lock", "uv.lock", project);
  cr_assert_eq(inv.components.count, VD_COUNT(expected));
  for (size_t i = 0; i < VD_COUNT(expected); i++)
    cr_expect_eq(inv.components.at[i].direct, expected[i], "%.*s",
                 VD_ARG(inv.components.at[i].name));
  cr_expect(is(inv.components.at[1].index, "https://pypi.org/simple"));
}

Test(uv_lock, scripts_and_the_first_format) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "uv_lock", "run.py.lock",
                             "[manifest]\nrequirements = [{ name = \"a\" }]\n"
                             "[[package]]\nname = \"a\"\nversion = \"1\"\n"
                             "dependencies = [{ name = \"b\" }]\n[[package]]\nname = \"b\"\n");
  cr_expect_eq(inv.components.at[0].direct, VD_DIRECT_YES);
  cr_expect_eq(inv.components.at[1].direct, VD_DIRECT_NO);
  reads("[[distribution]]\nname = \"a\"\nversion = \"1\"\nsource = \"registry+https://p.org\"\n"
        "[[distribution]]\nname = \"b\"\nversion = \"2\"\nsource = \"editable+.\"\n",
        "1 a =1\n5 b @ editable+. =2 local\n");
}

Test(uv_lock, without_a_project_nothing_is_known) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "uv_lock", "uv.lock", "[[package]]\nname = \"a\"\n");
  cr_expect_eq(inv.components.at[0].direct, VD_DIRECT_UNKNOWN);
}

Test(uv_lock, every_prefix_and_every_failing_allocation) {
  torture("uv_lock", "uv.lock",
          "[[package]]\nname='p'\nsource={virtual='.'}\ndependencies=[{name='a',version='1'}]\n"
          "dev-dependencies.g=[{name='a'}]\n[[package]]\nname='a'\nversion='1'\n"
          "resolution-markers=['m']\nsource={url='u'}\ndependencies=[{name='a'}]\n"
          "[[package]]\nname='a'\nversion='2'\nsource={registry='r'}\n");
}

// Many versions of one package, each wanting "any version" of it.
Test(uv_lock, ambiguous_names_take_linear_time) {
  VD_SCOPED_ARENA arena = VD_ARENA(512 << 20);
  VD_SCOPED_BUF b = VD_BUF(32 << 20);
  vd_buf_put(&b, VD_VIEW("[manifest]\nrequirements = [{name='a'}]\n"));
  for (int i = 0; i < 50000; i++)
    vd_buf_printf(&b, "[[package]]\nname='a'\nversion='%d'\ndependencies=[{name='a'}]\n", i);
  vd_inventory inv = {.arena = &arena};
  const vd_manifest *m = vd_manifest_by_name(VD_VIEW("uv_lock"));
  cr_assert_eq(vd_manifest_parse(m, &inv, vd_buf_view(&b), NULL), VD_OK);
  cr_expect_eq(inv.components.count, 50000);
}
