// Requirements files, line by line, against pip's rules.
#include "inventory.h"

static void reads(const char *text, const char *components) {
  expect("requirements", "requirements.txt", text, components);
}

Test(requirements, plain_lines) {
  reads("torch==1.13.1\n\n# note\n  numpy >= 1.20 , < 2 # why\nrequests\n",
        "1 torch==1.13.1 =1.13.1\n4 numpy>=1.20,<2\n5 requests\n");
  reads("a==1\r\nb==2\rc==3", "1 a==1 =1\n2 b==2 =2\n3 c==3 =3\n");
  reads("pkg#notacomment==1\n", "");
  reads("Flask_SQLAlchemy[async, Extra]==2.*;python_version < '3.8'\n",
        "1 flask-sqlalchemy[async,Extra]==2.* ; python_version < '3.8'\n");
  reads("requests (>=2.0)\n", "1 requests>=2.0\n");
}

Test(requirements, continuation_lines_and_hashes) {
  reads("numpy==1.24.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nb==1 --hash sha256:cc\n"
        "c==1 --global-option=\"-x y\"\n",
        "1 numpy==1.24.0 =1.24.0 hashed\n4 b==1 =1 hashed\n5 c==1 =1\n");
  reads("a==1 \\\n# ends the chain\nb==2\n", "1 a==1 =1\n3 b==2 =2\n");
  reads("a\\\n==\\\n1", "1 a==1 =1\n");
}

Test(requirements, urls_and_vcs) {
  reads(
      "git+https://github.com/org/My_Repo.git@v1.2#egg=mine[fast]&subdirectory=x\n",
      "1 mine[fast] @ git+https://github.com/org/My_Repo.git@v1.2#egg=mine[fast]&subdirectory=x\n");
  reads("-e git+ssh://git@host.org/org/repo.git@feature/x\n",
        "1 repo @ git+ssh://git@host.org/org/repo.git@feature/x\n");
  reads("git+https://github.com/huggingface/peft ; python_version > '3'\n",
        "1 peft @ git+https://github.com/huggingface/peft ; python_version > '3'\n");
  reads("https://h.org/w/torch-2.0.0%2Bcu118-cp310-cp310-linux_x86_64.whl\n",
        "1 torch @ https://h.org/w/torch-2.0.0%2Bcu118-cp310-cp310-linux_x86_64.whl "
        "=2.0.0+cu118\n");
  reads("https://h.org/en_core_web-sm-2.2.0.tar.gz#sha256=00\n",
        "1 en-core-web-sm @ https://h.org/en_core_web-sm-2.2.0.tar.gz#sha256=00 =2.2.0\n");
  reads("torch @ https://h.org/torch-2.1-cp310-none-any.whl\nx @ git+https://h.org/x-1.0.zip\n",
        "1 torch @ https://h.org/torch-2.1-cp310-none-any.whl =2.1\n"
        "2 x @ git+https://h.org/x-1.0.zip\n");
  reads("asttokens @ file:///home/conda/asttokens_1/work\n",
        "1 asttokens @ file:///home/conda/asttokens_1/work\n");
}

Test(requirements, local_paths) {
  reads("-e .\n.\n-e .[dev]\n./\n..\n", "");
  reads("-e ./libs/core[fast]\nlibs/other\nfile:./third\n",
        "1 core[fast] @ ./libs/core local\n2 other @ libs/other local\n3 third @ file:./third "
        "local\n");
  reads("./dist/pkg-1.0-py3-none-any.whl\npkg-2.0.tar.gz\n",
        "1 pkg @ ./dist/pkg-1.0-py3-none-any.whl =1.0\n2 pkg @ pkg-2.0.tar.gz =2.0\n");
}

Test(requirements, old_habits_are_read_as_meant_and_noted) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  const char *text = "a=1.0\nb>=1.0 <2\nc==1.0\npytz==2004d\ne>=1.*\nf=>2;python_version<'3'\n";
  vd_inventory inv = read_as(&arena, "requirements", "requirements.txt", text);
  vd_view seen = summary(&arena, &inv);
  cr_expect(is(seen, "1 a==1.0 =1.0\n2 b>=1.0,<2\n3 c==1.0 =1.0\n4 pytz===2004d =2004d\n"
                     "5 e>=1\n6 f>=2 ; python_version<'3'\n"),
            "%.*s", VD_ARG(seen));
  static const uint32_t lines[] = {1, 2, 4, 5, 6};
  cr_assert_eq(inv.notices.count, VD_COUNT(lines));
  for (size_t i = 0; i < VD_COUNT(lines); i++)
    cr_expect_eq(inv.notices.at[i].line, lines[i]);
}

Test(requirements, a_trailing_comma_says_nothing) {
  reads("c==1.0,\nd >= 1 , # x\n", "1 c==1.0 =1.0\n2 d>=1\n");
}

Test(requirements, bad_lines_are_noted_and_the_rest_is_read) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  const char *text = "a==1\n=== what ===\nb==${VERSION}\n--no-such-option\nhttps://h.org/main.zip\n"
                     "c --hash='x\nd==1\n";
  vd_inventory inv = read_as(&arena, "requirements", "requirements.txt", text);
  vd_view seen = summary(&arena, &inv);
  cr_expect(is(seen, "1 a==1 =1\n6 c\n7 d==1 =1\n"), "%.*s", VD_ARG(seen));
  static const uint32_t lines[] = {2, 3, 4, 5, 6};
  cr_assert_eq(inv.notices.count, VD_COUNT(lines));
  for (size_t i = 0; i < VD_COUNT(lines); i++)
    cr_expect_eq(inv.notices.at[i].line, lines[i]);
}

Test(requirements, includes) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  const char *text =
      "-r base.txt\n--requirement=../x/y.txt\n-cconstraints.txt\n--constraint c.txt\n"
      "-r https://h.org/r.txt\na==1 -r ignored.txt\n";
  vd_inventory inv = read_as(&arena, "requirements", "sub/requirements.txt", text);
  cr_assert_eq(inv.includes.count, 4);
  static const char *const targets[] = {"base.txt", "../x/y.txt", "constraints.txt", "c.txt"};
  for (size_t i = 0; i < 4; i++) {
    cr_expect(is(inv.includes.at[i].target, targets[i]));
    cr_expect_eq(inv.includes.at[i].constraint, i >= 2);
    cr_expect_eq(inv.includes.at[i].line, i + 1);
    cr_expect(is(inv.includes.at[i].path, "sub/requirements.txt"));
  }
  cr_expect_eq(inv.notices.count, 1);
}

Test(requirements, indexes_hold_for_the_whole_file) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  const char *text = "torch==2.0\n--index-url https://pypi.org/simple/\n--extra-index-url "
                     "https://a.org/whl\n-f https://b.org/links\n--no-index\n--pre\n";
  vd_inventory inv = read_as(&arena, "requirements", "requirements.txt", text);
  cr_assert_eq(inv.components.count, 1);
  cr_expect(is(inv.components.at[0].index, "https://a.org/whl https://b.org/links"));
  cr_expect_eq(inv.notices.count, 0);
}

Test(requirements, scope_comes_from_the_path) {
  const char *const text = "a\n";
  expect("requirements", "requirements-dev.txt", text, "1 a {dev} dev\n");
  expect("requirements", "dev-requirements.txt", text, "1 a {dev} dev\n");
  expect("requirements", "requirements_gpu.txt", text, "1 a {gpu}\n");
  expect("requirements", "requirements/docs.txt", text, "1 a {docs} dev\n");
  expect("requirements", "docs/requirements.txt", text, "1 a {docs} dev\n");
  expect("requirements", "requirements/base.txt", text, "1 a\n");
  expect("requirements", "requirements-ci-cpu.txt", text, "1 a {ci-cpu} dev\n");
  expect("requirements", "constraints.txt", text, "1 a constraint\n");
}

Test(requirements, the_resolver_says_who_asked) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  const char *text =
      "# This file is autogenerated by pip-compile with Python 3.10\na==1\n    # via "
      "-r requirements.in\nb==1 \\\n    --hash=sha256:0\n    # via a\nc==1\n    # "
      "via\n    #   a\n    #   my-app (pyproject.toml)\nd==1  # via a, b\ne==1\n";
  vd_inventory inv = read_as(&arena, "requirements", "requirements.txt", text);
  static const vd_direct direct[] = {VD_DIRECT_YES, VD_DIRECT_NO, VD_DIRECT_YES, VD_DIRECT_NO,
                                     VD_DIRECT_UNKNOWN};
  cr_assert_eq(inv.components.count, VD_COUNT(direct));
  for (size_t i = 0; i < VD_COUNT(direct); i++)
    cr_expect_eq(inv.components.at[i].direct, direct[i], "%zu", i);
}

Test(requirements, a_conda_export_is_recognised) {
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  const char *text = "# This file may be used to create an environment using:\n# $ conda create\n# "
                     "platform: linux-64\n_libgcc_mutex=0.1=main\nnumpy=1.21.2=py39h20f2e39_0\n"
                     "torch=1.10.0=pypi_0\n";
  vd_inventory inv = read_as(&arena, "requirements", "requirements.txt", text);
  vd_view seen = summary(&arena, &inv);
  cr_expect(is(seen, "4 _libgcc_mutex==0.1 =0.1\n5 numpy==1.21.2 =1.21.2\n6 torch==1.10.0 "
                     "=1.10.0\n"),
            "%.*s", VD_ARG(seen));
  cr_expect(is(inv.components.at[0].type, "conda"));
  cr_expect(is(inv.components.at[2].type, "pypi"));
}

Test(requirements, encodings) {
  reads("\xEF\xBB\xBFtorch==1.0\n", "1 torch==1.0 =1.0\n");
  reads("a==1  # caf\xE9\n", "1 a==1 =1\n");
  VD_SCOPED_ARENA arena = VD_ARENA(1 << 20);
  vd_inventory inv = {.arena = &arena, .path = VD_VIEW("requirements.txt")};
  const vd_manifest *m = vd_manifest_by_name(VD_VIEW("requirements"));
  vd_error err = {0};
  cr_assert_eq(vd_manifest_parse(m, &inv,
                                 VD_VIEW("\xFF\xFE"
                                         "a\0=\0=\0"
                                         "1\0\r\0\n\0b\0"),
                                 &err),
               VD_OK);
  cr_assert_eq(vd_manifest_parse(m, &inv,
                                 VD_VIEW("\xFE\xFF\0c\0=\0=\0"
                                         "2"),
                                 &err),
               VD_OK);
  vd_view seen = summary(&arena, &inv);
  cr_expect(is(seen, "1 a==1 =1\n2 b\n1 c==2 =2\n"), "%.*s", VD_ARG(seen));
  cr_assert_eq(vd_manifest_parse(m, &inv,
                                 VD_VIEW("d==1\n\x7f"
                                         "ELF\0\0"),
                                 &err),
               VD_FORMAT);
  cr_expect_eq(inv.components.count, 3);
}

Test(requirements, every_prefix_and_every_failing_allocation) {
  torture("requirements", "requirements.txt",
          "# autogenerated by pip-compile\n-i https://x.org/s\na[b,c]>=1,<2 ; os_name == 'nt' \\\n"
          " --hash=sha256:00 # via -r r.in\n-e git+https://h.org/o/r@x#egg=n[e]&s=1\n"
          "./libs/z[q]\nhttps://h.org/t-1.0%2Bc-py3-none-any.whl\nx=1 <2,\n-r \"b c.txt\"\n-c d\n"
          "--what\n'\"\ny @ https://h.org/y-1.zip ; python_version<'3'\n");
}

Test(requirements, hostile_lines_end_soon) {
  enum { SIZE = 4 << 20 };
  VD_SCOPED_ARENA arena = VD_ARENA((size_t)512 << 20);
  char *bytes = malloc(SIZE);
  cr_assert_not_null(bytes);
  static const char *const fills[] = {"\\\n", "-", "a\\\n", "=",  "a \"", "-r a ", "#",    "git+",
                                      "1-",   "[", "\r",    "a,", "@",    "./",    "\n[\n"};
  for (size_t i = 0; i < VD_COUNT(fills); i++) {
    vd_inventory inv = {.arena = &arena, .path = VD_VIEW("requirements.txt")};
    for (size_t k = 0, n = strlen(fills[i]); k < SIZE; k++)
      bytes[k] = fills[i][k % n];
    vd_code code = vd_manifest_parse(vd_manifest_by_name(VD_VIEW("requirements")), &inv,
                                     (vd_view){bytes, SIZE}, NULL);
    cr_expect(code == VD_OK, "%s", fills[i]);
    cr_expect_leq(inv.notices.count, VD_NOTICES_MAX);
    vd_arena_free(&arena);
  }
  free(bytes);
}
