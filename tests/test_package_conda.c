// environment.yml and conda-lock.yml.
#include "inventory.h"

static void reads(const char *text, const char *components) {
  expect("conda_environment", "environment.yml", text, components);
}

typedef struct told {
  const char *spec, *name, *requirement, *version,
      *specifiers; // NULL: not stated; specifiers "": any version
} told;

static const told tolds[] = {
    {"numpy", "numpy", "", NULL, ""},
    {"numpy *", "numpy", "*", NULL, ""},
    {"numpy=1.21", "numpy", "=1.21", NULL, "==1.21.*"},
    {"numpy =1.21", "numpy", "=1.21", NULL, "==1.21.*"},
    {"numpy=1.21.*", "numpy", "=1.21.*", NULL, "==1.21.*"},
    {"numpy=1.21*", "numpy", "=1.21*", NULL, "==1.21.*"},
    {"numpy 1.21.*", "numpy", "1.21.*", NULL, "==1.21.*"},
    {"numpy==1.21", "numpy", "==1.21", "1.21", "==1.21"},
    {"numpy 1.21", "numpy", "1.21", "1.21", "==1.21"},
    {"numpy=1.21=py39_0", "numpy", "=1.21=py39_0", "1.21", "==1.21"},
    {"numpy  1.21   py39_0", "numpy", "1.21 py39_0", "1.21", "==1.21"},
    {"numpy=1.21=*", "numpy", "=1.21=*", NULL, "==1.21.*"},
    {"numpy=*=mkl*", "numpy", "=*=mkl*", NULL, ""},
    {"numpy>=1.21,<2", "numpy", ">=1.21,<2", NULL, "<2,>=1.21"},
    {"numpy >=1.21, <2", "numpy", ">=1.21, <2", NULL, "<2,>=1.21"},
    {"numpy >= 1.21", "numpy", ">= 1.21", NULL, ">=1.21"},
    {"numpy>=1.21.*", "numpy", ">=1.21.*", NULL, ">=1.21"},
    {"numpy!=1.21.*,>1", "numpy", "!=1.21.*,>1", NULL, "!=1.21.*,>1"},
    {"numpy~=1.21", "numpy", "~=1.21", NULL, "~=1.21"},
    {"numpy=1.21|1.22", "numpy", "=1.21|1.22", NULL, NULL},
    {"numpy[version='>=1.21,<2', build=py39_0]", "numpy", "[version='>=1.21,<2', build=py39_0]",
     NULL, "<2,>=1.21"},
    {"numpy[version=1.21]", "numpy", "[version=1.21]", "1.21", "==1.21"},
    {"openssl=1.1.1k", "openssl", "=1.1.1k", NULL, NULL},
    {"tzdata==2021a", "tzdata", "==2021a", "2021a", "==2021a"},
    {"Ruamel_YAML.clib=0.2 # why", "ruamel_yaml.clib", "=0.2", NULL, "==0.2.*"},
    {"_libgcc_mutex=0.1=main", "_libgcc_mutex", "=0.1=main", "0.1", "==0.1"},
    {"python", "python", "", NULL, ""},
};

static bool says(vd_view v, const char *text) {
  return text == NULL ? v.ptr == NULL : v.ptr != NULL && is(v, text);
}

Test(conda, specifications) {
  for (size_t i = 0; i < VD_COUNT(tolds); i++) {
    VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
    char text[200];
    (void)snprintf(text, sizeof text, "dependencies:\n  - \"%s\"\n", tolds[i].spec);
    vd_inventory inv = read_as(&arena, "conda_environment", "environment.yml", text);
    cr_assert_eq(inv.components.count, 1, "%s", tolds[i].spec);
    const vd_component *c = &inv.components.at[0];
    cr_expect(is(c->type, "conda") && c->direct == VD_DIRECT_YES);
    cr_expect(is(c->name, tolds[i].name) && is(c->requirement, tolds[i].requirement), "%s: %.*s",
              tolds[i].spec, VD_ARG(c->requirement));
    cr_expect(says(c->version, tolds[i].version), "%s: =%.*s", tolds[i].spec, VD_ARG(c->version));
    cr_expect(says(c->specifiers, tolds[i].specifiers), "%s: %.*s", tolds[i].spec,
              VD_ARG(c->specifiers));
  }
}

static const char sample[] = "name: rag\nchannels:\n  - conda-forge\n  - defaults\n  - pytorch\n"
                             "dependencies:\n  - python=3.10\n  - nvidia::cuda-toolkit>=12\n"
                             "  - pip\n  - pip:\n      - torch==2.0.1\n"
                             "      - --extra-index-url https://p.org/simple\n"
                             "      - -r requirements.txt\n      - -e ./local_pkg\n"
                             "      - uvicorn[standard] >= 0.20 ; python_version < \"3.12\"\n"
                             "      - x==1 --hash=sha256:00\n";

Test(conda, environment) {
  reads(sample, "7 python=3.10\n8 cuda-toolkit>=12\n9 pip\n11 torch==2.0.1 =2.0.1\n"
                "14 local-pkg @ ./local_pkg local\n"
                "15 uvicorn[standard]>=0.20 ; python_version < \"3.12\"\n16 x==1 =1 hashed\n");
}

Test(conda, environment_keeps_where_things_come_from) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "conda_environment", "environment-dev.yml", sample);
  cr_assert_eq(inv.components.count, 7);
  cr_expect(is(inv.components.at[0].index, "conda-forge pytorch"));
  cr_expect(is(inv.components.at[1].index, "nvidia"));
  cr_expect(is(inv.components.at[3].type, "pypi"));
  cr_expect(is(inv.components.at[3].index, "https://p.org/simple"));
  cr_expect_eq(inv.components.at[3].column, 9);
  cr_expect_eq(inv.components.at[3].scope, VD_SCOPE_DEV);
  cr_assert_eq(inv.includes.count, 1);
  cr_expect(is(inv.includes.at[0].target, "requirements.txt") && inv.includes.at[0].line == 13);
}

Test(conda, unreadable_places_are_noted) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv =
      read_as(&arena, "conda_environment", "environment.yml",
              "dependencies:\n  - https://c.org/a-1-0.conda\n  - npm:\n    - x\n  -\n"
              "  - 3.8\n  - pip:\n    - ==1\n    - {a: b}\n  - good\n");
  cr_expect_eq(inv.components.count, 1);
  cr_assert_eq(inv.notices.count, 5);
  static const uint32_t lines[] = {2, 3, 6, 8, 9};
  for (size_t i = 0; i < VD_COUNT(lines); i++)
    cr_expect_eq(inv.notices.at[i].line, lines[i], "%u", inv.notices.at[i].line);
}

static vd_code outcome(const char *kind, const char *text) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = {.arena = &arena, .path = VD_VIEW("x.yml")};
  return vd_manifest_parse(vd_manifest_by_name(vd_view_of(kind)), &inv, vd_view_of(text), NULL);
}

Test(conda, other_documents_are_refused) {
  cr_expect_eq(outcome("conda_environment", "- a\n"), VD_FORMAT);
  cr_expect_eq(outcome("conda_environment", "a: [\n"), VD_FORMAT);
  cr_expect_eq(outcome("conda_environment", "name: nothing to install\n"), VD_OK);
  cr_expect_eq(outcome("conda_lock", "version: 1\n"), VD_FORMAT);
  cr_expect_eq(outcome("conda_lock", "package: {a: b}\n"), VD_FORMAT);
}

static const char lock[] =
    "version: 1\nmetadata:\n  channels: []\npackage:\n- name: numpy\n  version: 1.21.0\n"
    "  manager: conda\n  platform: linux-64\n  dependencies:\n    python: '>=3.8'\n"
    "  url: https://conda.anaconda.org/conda-forge/linux-64/numpy-1.21.0-py_0.conda\n"
    "  hash:\n    md5: 00\n  category: main\n  optional: false\n"
    "- name: python\n  version: '3.10'\n  manager: conda\n  platform: osx-arm64\n"
    "- {name: Black, version: 23.1, manager: pip, platform: linux-64, category: dev, optional: "
    "true,\n"
    "   url: 'https://files.pythonhosted.org/black.whl', hash: {sha256: 00}}\n"
    "- {name: tz, version: 2021a, manager: conda, platform: noarch, optional: true}\n";

Test(conda, lock) {
  expect(
      "conda_lock", "conda-lock.yml", lock,
      "5 numpy==1.21.0 =1.21.0 ; sys_platform == 'linux' and platform_machine == 'x86_64' hashed\n"
      "16 python==3.10 =3.10 ; sys_platform == 'darwin' and platform_machine == 'arm64'\n"
      "20 black==23.1 =23.1 ; sys_platform == 'linux' and platform_machine == 'x86_64' {dev} dev "
      "hashed\n"
      "22 tz==2021a =2021a optional\n");
}

Test(conda, lock_says_what_is_direct_and_from_where) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "conda_lock", "conda-lock.yml", lock);
  cr_assert_eq(inv.components.count, 4);
  const vd_component *c = inv.components.at;
  cr_expect(c[0].direct == VD_DIRECT_YES && c[1].direct == VD_DIRECT_UNKNOWN);
  cr_expect(is(c[0].type, "conda") && is(c[2].type, "pypi"));
  cr_expect(is(c[0].index, "https://conda.anaconda.org/conda-forge") && c[2].index.ptr == NULL);
  cr_expect(is(c[0].specifiers, "==1.21.0"));
}

Test(conda, lock_notes_what_it_cannot_read) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = read_as(&arena, "conda_lock", "conda-lock.yml",
                             "package:\n- {name: a, version: 1, manager: npm}\n- {version: 1}\n"
                             "- {name: b, manager: pip}\n- x\n");
  cr_expect_eq(inv.components.count, 0);
  cr_expect_eq(inv.notices.count, 4);
}

Test(conda, paths) {
  static const char *const environments[] = {"environment.yml", "a/environment-gpu.yaml",
                                             "conda.yaml", "env/conda_env.yml"};
  for (size_t i = 0; i < VD_COUNT(environments); i++) {
    const vd_manifest *m = vd_manifest_for_path(vd_view_of(environments[i]));
    cr_expect(m != NULL && strcmp(m->name, "conda_environment") == 0, "%s", environments[i]);
  }
  const vd_manifest *m = vd_manifest_for_path(VD_VIEW("x/conda-lock.yml"));
  cr_expect(m != NULL && strcmp(m->name, "conda_lock") == 0);
}

Test(conda, every_prefix_and_every_failing_allocation) {
  torture("conda_environment", "environment.yml",
          "channels: [a, b]\ndependencies:\n - c::d[version='1.*', build=x]\n - e=1=b\n - f|g\n"
          " - pip: [h==1 --hash=x, -r i.txt, -i https://j.org/s, 'k @ git+https://l.org/m']\n");
  torture("conda_lock", "conda-lock.yml", lock);
}
