// pyproject.toml: the standard tables and those of every tool.
#include "inventory.h"

static void reads(const char *text, const char *components) {
  expect("pyproject", "pyproject.toml", text, components);
}

static void notes(const char *text, uint32_t line, vd_code code) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "pyproject", "pyproject.toml", text);
  cr_assert_eq(inv.notices.count, 1, "%s: %zu notices", text, inv.notices.count);
  cr_expect_eq(inv.notices.at[0].line, line, "%s: line %u", text, inv.notices.at[0].line);
  cr_expect_eq(inv.notices.at[0].code, code, "%s", text);
}

// ---- standard tables -------------------------------------------------------------------------

Test(pyproject, pep621) {
  reads("[build-system]\nrequires = [\"setuptools>=61\", \"wheel\"]\n[project]\nname = \"My.App\"\n"
        "dependencies = [\n  \"torch >= 2.0, < 2.3\", # why\n  'fastapi[all]==0.95.0',\n"
        "  \"numpy<2; python_version < '3.12'\",\n  \"x @ git+https://h.org/x.git@v1\",\n]\n"
        "[project.optional-dependencies]\ngpu = [\"cupy\"]\ntest = [\"pytest~=7.0\"]\n"
        "all = [\"my-app[gpu,test]\"]\n",
        "6 torch>=2.0,<2.3\n7 fastapi[all]==0.95.0 =0.95.0\n8 numpy<2 ; python_version < '3.12'\n"
        "9 x @ git+https://h.org/x.git@v1\n12 cupy {gpu} optional\n13 pytest~=7.0 {test} dev\n"
        "14 my-app[gpu,test] {all} optional local\n2 setuptools>=61 build\n2 wheel build\n");
}

Test(pyproject, places_and_directness) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "pyproject", "a/pyproject.toml",
                             "[project]\ndependencies = [\"b\", \"c\"]\n");
  cr_assert_eq(inv.components.count, 2);
  cr_expect_eq(inv.components.at[1].line, 2);
  cr_expect_eq(inv.components.at[1].column, 22);
  cr_expect_eq(inv.components.at[1].direct, VD_DIRECT_YES);
  cr_expect(is(inv.components.at[1].path, "a/pyproject.toml"));
}

Test(pyproject, pep735_groups) {
  reads("[dependency-groups]\ntest = [\"pytest\", {include-group = \"Typing\"}]\n"
        "typing = [\"mypy==1.8\"]\nserve = [\"vllm>=0.4\"]\n",
        "2 pytest {test} dev\n3 mypy==1.8 =1.8 {typing} dev\n4 vllm>=0.4 {serve} optional\n");
  notes("[dependency-groups]\na = [{include-group = \"b\"}]\n", 2, VD_NOTFOUND);
  notes("[dependency-groups]\na = [{include-group = \"A\"}]\n", 2, VD_FORMAT);
}

Test(pyproject, group_circles_are_noted_once_each) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "pyproject", "pyproject.toml",
                             "[dependency-groups]\na = [{include-group = \"b\"}]\n"
                             "b = [{include-group = \"a\"}, \"x\"]\nc = [\"y\"]\n");
  cr_expect_eq(inv.notices.count, 2);
  cr_expect_eq(inv.components.count, 2);
}

Test(pyproject, wrong_shapes_are_noted) {
  notes("[project]\ndependencies = \"torch\"\n", 2, VD_FORMAT);
  notes("[project]\ndependencies = [1]\n", 2, VD_FORMAT);
  notes("[project]\ndependencies = [\n\"ok\",\n\"not ok\",\n]\n", 4, VD_FORMAT);
  notes("[project]\noptional-dependencies = []\n", 2, VD_FORMAT);
  notes("[dependency-groups]\na = {}\n", 2, VD_FORMAT);
  notes("[tool.poetry]\ndependencies = 1\n", 2, VD_FORMAT);
  notes("[tool.poetry.dependencies]\nx = 1.2\n", 2, VD_FORMAT);
  reads("project = 1\ntool = 2\nbuild-system = []\n", "");
}

Test(pyproject, bad_toml_names_the_place) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = {.arena = &arena};
  vd_error err = {0};
  const vd_manifest *m = vd_manifest_for_path(VD_VIEW("a/pyproject.toml"));
  cr_assert_not_null(m);
  cr_expect_eq(vd_manifest_parse(m, &inv, VD_VIEW("[project]\nx = \n"), &err), VD_FORMAT);
  cr_expect_eq(err.line, 2);
  cr_expect_eq(err.column, 5);
}

// ---- Poetry ------------------------------------------------------------------------------------

Test(pyproject, poetry) {
  reads("[tool.poetry.dependencies]\npython = \"^3.9\"\ntorch = \"^2.1\"\nFlask_Login = \"0.5.0\"\n"
        "any = \"*\"\nredis = { version = \">=4, <5\", optional = true, extras = [\"hiredis\"] }\n"
        "mine = { path = \"../mine\", develop = true }\n"
        "net = { git = \"https://h.org/n.git\", tag = \"v1\" }\n"
        "two = [\n  { version = \"<2\", python = \"<3.10\" },\n"
        "  { version = \"^2.0\", markers = \"os_name == 'nt'\", python = \">=3.10\" },\n]\n"
        "[tool.poetry.extras]\ncache = [\"redis\"]\n"
        "[tool.poetry.dev-dependencies]\npytest = \"^7\"\n"
        "[tool.poetry.group.docs.dependencies]\nsphinx = \"~6.1\"\n"
        "[tool.poetry.group.api]\ndependencies = { uvicorn = \"0.*\" }\n"
        "[tool.poetry.group.gpu]\noptional = true\n[tool.poetry.group.gpu.dependencies]\ncupy = "
        "\"*\"\n",
        "3 torch^2.1\n4 flask-login0.5.0 =0.5.0\n5 any*\n"
        "6 redis[hiredis]>=4, <5 {cache} optional\n7 mine @ ../mine local\n"
        "8 net @ git+https://h.org/n.git@v1\n10 two<2 ; python_version < \"3.10\"\n"
        "11 two^2.0 ; python_version >= \"3.10\" and (os_name == 'nt')\n"
        "16 pytest^7 {dev} dev\n18 sphinx~6.1 {docs} dev\n20 uvicorn0.* {api}\n"
        "24 cupy* {gpu} optional\n");
}

static void clauses(const char *constraint, const char *specifiers) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_view text = vd_arena_printf(&arena, "[tool.poetry.dependencies]\nx = \"%s\"\n", constraint);
  vd_inventory inv = read_as(&arena, "pyproject", "pyproject.toml", text.ptr);
  cr_assert_eq(inv.components.count, 1, "%s", constraint);
  vd_view got = inv.components.at[0].specifiers;
  if (specifiers == NULL)
    cr_expect(got.ptr == NULL && inv.notices.count == 1, "%s: %.*s", constraint, VD_ARG(got));
  else
    cr_expect(got.ptr != NULL && is(got, specifiers), "%s: %.*s", constraint, VD_ARG(got));
}

// The examples of the Poetry documentation, and what pyproject.toml files out there hold.
Test(pyproject, poetry_constraints) {
  clauses("^1.2.3", "<2,>=1.2.3");
  clauses("^1.2", "<2,>=1.2");
  clauses("^1", "<2,>=1");
  clauses("^0.2.3", "<0.3,>=0.2.3");
  clauses("^0.0.3", "<0.0.4,>=0.0.3");
  clauses("^0.0", "<0.1,>=0.0");
  clauses("^0", "<1,>=0");
  clauses("~1.2.3", "<1.3,>=1.2.3");
  clauses("~1.2", "<1.3,>=1.2");
  clauses("~1", "<2,>=1");
  clauses("~=1.4.2", "~=1.4.2");
  clauses("*", "");
  clauses("", "");
  clauses("1.*", "==1.*");
  clauses("==1.2.*", "==1.2.*");
  clauses("!=1.2.*", "!=1.2.*");
  clauses(">= 1.2, < 1.5", "<1.5,>=1.2");
  clauses(">=1.2 <1.5", "<1.5,>=1.2");
  clauses("1.2.3", "==1.2.3");
  clauses("=1.2.3", "==1.2.3");
  clauses("==1.2.3", "==1.2.3");
  clauses("2.0.1+cu118", "==2.0.1+cu118");
  clauses("^2.0b1", "<3,>=2.0b1");
  clauses("^1!2.3", "<1!3,>=1!2.3");
  clauses("^2023.12.1", "<2024,>=2023.12.1");
  clauses(">=1.0,!=1.5.0,<2.0", "!=1.5.0,<2.0,>=1.0");
  clauses("^1.0 || ^2.0", NULL);
  clauses("latest", NULL);
  clauses("^", NULL);
  clauses("^18446744073709551615", NULL);
}

Test(pyproject, poetry_2_adds_places_to_project) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv =
      read_as(&arena, "pyproject", "pyproject.toml",
              "[project]\ndependencies = [\"torch>=2\"]\n[tool.poetry.dependencies]\n"
              "torch = {source = \"cu\"}\n[[tool.poetry.source]]\nname = \"cu\"\n"
              "url = \"https://i.org/cu\"\npriority = \"explicit\"\n");
  cr_assert_eq(inv.components.count, 1);
  cr_expect(is(inv.components.at[0].index, "https://i.org/cu"));
  cr_expect(is(inv.components.at[0].requirement, ">=2"));
}

// ---- other tools ------------------------------------------------------------------------------

Test(pyproject, pdm_hatch_flit_rye) {
  reads(
      "[tool.pdm.dev-dependencies]\nlint = [\"ruff\", \"-e file:///${PROJECT_ROOT}/sub#egg=sub\"]\n"
      "[tool.hatch.envs.default]\ndependencies = [\"coverage>=7\"]\n"
      "[tool.hatch.envs.train]\nextra-dependencies = [\"deepspeed\"]\n"
      "[tool.hatch.build.hooks.vcs]\ndependencies = [\"hatch-vcs\"]\n"
      "[tool.flit.metadata]\nrequires = [\"requests\"]\nrequires-extra = {doc = [\"sphinx\"]}\n"
      "[tool.rye]\ndev-dependencies = [\"black\"]\n",
      "2 ruff {lint} dev\n"
      "2 sub @ file:///${PROJECT_ROOT}/sub#egg=sub {lint} dev local\n"
      "4 coverage>=7 {default} dev\n6 deepspeed {train} dev\n8 hatch-vcs build\n10 requests\n"
      "11 sphinx {doc} dev\n13 black {dev} dev\n");
}

Test(pyproject, uv) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(
      &arena, "pyproject", "pyproject.toml",
      "[project]\ndependencies = [\"torch\", \"member\", \"fork==1.0\", \"numpy\"]\n"
      "[tool.uv]\ndev-dependencies = [\"pytest\"]\nconstraint-dependencies = [\"grpcio<1.65\"]\n"
      "override-dependencies = [\"werkzeug==2.3.0\"]\nextra-index-url = [\"https://extra.org/s\"]\n"
      "[tool.uv.sources]\ntorch = [{ index = \"cu121\", marker = \"os_name == 'posix'\" }]\n"
      "member = { workspace = true }\nfork = { git = \"https://h.org/f\", rev = \"abc\" }\n"
      "[[tool.uv.index]]\nname = \"cu121\"\nurl = \"https://w.org/cu121\"\nexplicit = true\n");
  cr_assert_eq(inv.components.count, 7);
  const vd_component *c = inv.components.at;
  cr_expect(is(c[0].index, "https://w.org/cu121"));
  cr_expect(c[1].local && c[1].index.ptr == NULL);
  cr_expect(is(c[2].url, "git+https://h.org/f@abc") && is(c[2].version, "1.0"));
  cr_expect(is(c[3].index, "https://extra.org/s"));
  cr_expect(is(c[4].group, "dev") && c[4].scope == VD_SCOPE_DEV);
  cr_expect(c[5].constraint && c[6].constraint && c[5].direct == VD_DIRECT_UNKNOWN);
}

Test(pyproject, dynamic_dependencies_are_included) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv =
      read_as(&arena, "pyproject", "pyproject.toml",
              "[project]\ndynamic = [\"dependencies\"]\n[tool.setuptools.dynamic]\n"
              "dependencies = {file = [\"requirements.txt\"]}\n"
              "optional-dependencies.gpu = {file = \"gpu.txt\"}\n"
              "[tool.hatch.metadata.hooks.requirements_txt]\nfiles = [\"base.in\"]\n");
  cr_assert_eq(inv.includes.count, 3);
  cr_expect(is(inv.includes.at[0].target, "requirements.txt") && inv.includes.at[0].line == 4);
  cr_expect(is(inv.includes.at[1].target, "gpu.txt"));
  cr_expect(is(inv.includes.at[2].target, "base.in"));
}

// ---- hostile ------------------------------------------------------------------------------------

static const char everything[] =
    "[project]\nname='a'\ndependencies=['b[c]>=1;os_name==\"nt\"','?']\n"
    "[project.optional-dependencies]\nd=['a[d]']\n[dependency-groups]\ne=[{include-group='f'}]\n"
    "f=[{include-group='e'},'g']\n[tool.poetry.dependencies]\nh='^1.2'\nb={source='i'}\n"
    "j={git='k',rev='l',optional=true,extras=['m'],python='^3.8',markers='x'}\nn=['1||2']\n"
    "[tool.poetry.extras]\no=['j']\n[[tool.poetry.source]]\nname='i'\nurl='u'\n"
    "[tool.uv.sources]\ng={path='p'}\n[tool.setuptools.dynamic]\ndependencies={file='r.txt'}\n";

Test(pyproject, every_prefix_and_every_failing_allocation) {
  torture("pyproject", "pyproject.toml", everything);
}

Test(pyproject, many_groups_take_linear_time) {
  VD_SCOPED_ARENA arena = VD_ARENA(512 << 20);
  VD_SCOPED_BUF b = VD_BUF(32 << 20);
  vd_buf_put(&b, VD_VIEW("[dependency-groups]\n"));
  for (int i = 0; i < 50000; i++)
    vd_buf_printf(&b, "g%d = [{include-group = \"g%d\"}]\n", i, i + 1);
  vd_buf_put(&b, VD_VIEW("g50000 = [\"x\"]\n"));
  vd_inventory inv = {.arena = &arena};
  const vd_manifest *m = vd_manifest_by_name(VD_VIEW("pyproject"));
  cr_assert_eq(vd_manifest_parse(m, &inv, vd_buf_view(&b), NULL), VD_OK);
  cr_expect_eq(inv.notices.count, 0);
}
