// Requirements and markers: the forms of PEP 508, and what packaging leaves open.
#include "package/package.h"

#include <criterion/criterion.h>

static vd_requirement must(vd_arena *a, const char *text) {
  vd_requirement r = {0};
  vd_error err = {0};
  cr_assert_eq(vd_requirement_parse(a, vd_view_of(text), &r, &err), VD_OK, "%s: %s", text,
               err.text);
  return r;
}

static bool is(vd_view v, const char *text) { return vd_view_eq(v, vd_view_of(text)); }

Test(requirement, every_part) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_requirement r =
      must(&a, " Requests [ security , tests ] >= 2.8.1, == 2.8.* ; python_version < '2.7' ");
  cr_expect(is(r.name, "Requests"));
  cr_expect_eq(r.extras.count, 2);
  cr_expect(is(r.extras.at[1], "tests"));
  cr_expect(is(vd_specifiers_format(&a, &r.specifiers), "==2.8.*,>=2.8.1"));
  cr_expect(is(r.marker_text, "python_version < '2.7'"));
  cr_expect_not_null(r.marker);
  cr_expect_null(r.url.ptr);
}

Test(requirement, url) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_requirement r = must(&a, "pip[x]@https://example.org/pip;v=1.zip ; os_name=='nt'");
  cr_expect(is(r.url, "https://example.org/pip;v=1.zip"));
  cr_expect(is(r.marker_text, "os_name=='nt'"));
  cr_expect_eq(r.specifiers.count, 0);
}

Test(requirement, parentheses) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  cr_expect_eq(must(&a, "name (>=1,<2)").specifiers.count, 2);
  cr_expect_eq(must(&a, "name()").specifiers.count, 0);
  cr_expect_eq(must(&a, "name[]>=1,").specifiers.count, 1);
}

typedef struct refusal {
  const char *text;
  uint32_t column;
} refusal;

Test(requirement, refused) {
  static const refusal bad[] = {{"", 1},
                                {"-x", 1},
                                {"x y", 3},
                                {"x[a", 4},
                                {"x[a,]", 5},
                                {"x (>=1", 7},
                                {"x>=1 <2", 6},
                                {"x>=foo", 2},
                                {"x @ ./y", 5},
                                {"x @ http:y", 5},
                                {"x;", 3},
                                {"x; os_name", 11},
                                {"x; 'a\\' == os_name", 6},
                                {"x; (os_name=='a'", 17},
                                {"x; os_name not 'a'", 16},
                                {"x==1;python='3'", 6},
                                {"x -e .", 3}};
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_requirement r = {0};
  vd_error err;
  for (size_t i = 0; i < VD_COUNT(bad); i++) {
    cr_expect_eq(vd_requirement_parse(&a, vd_view_of(bad[i].text), &r, &err), VD_FORMAT, "%s",
                 bad[i].text);
    cr_expect_eq(err.column, bad[i].column, "%s: %u", bad[i].text, err.column);
    cr_expect_null(r.name.ptr);
  }
}

static const vd_marker_env here = {.os_name = {"posix", 5},
                                   .sys_platform = {"linux", 5},
                                   .platform_machine = {"x86_64", 6},
                                   .platform_python_implementation = {"CPython", 7},
                                   .platform_release = {"6.1.0-13-amd64", 14},
                                   .platform_system = {"Linux", 5},
                                   .python_version = {"3.11", 4},
                                   .python_full_version = {"3.11.2", 6},
                                   .implementation_name = {"cpython", 7},
                                   .extra = {"dev-tools", 9}};

static bool holds(const char *text) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  const vd_marker *m = NULL;
  cr_assert_eq(vd_marker_parse(&a, vd_view_of(text), &m, NULL), VD_OK, "%s", text);
  return vd_marker_eval(m, &here);
}

Test(marker, holds) {
  static const char *const yes[] = {
      "python_version >= '3.9'",
      "'3.9' <= python_version",
      "python_version == '3.*'",
      "python_version ~= '3.8'",
      "os.name == 'posix' and sys.platform=='linux'",
      "python_implementation == \"CPython\"",
      "extra == 'Dev_Tools'",
      "'lin' in sys_platform",
      "sys_platform not in 'win32 darwin'",
      "os_name=='nt' and os_name=='x' or os_name=='posix'",
      "os_name=='posix' or os_name=='nt' and os_name=='x'",
      "((os_name > 'a'))",
      "platform_version == ''",
      "platform_release >= '5.4'"}; // the last one compares texts: packaging raises
  static const char *const no[] = {
      "python_version < '3.9'",  "os_name=='posix' and (os_name=='nt' or os_name=='x')",
      "sys_platform ~= 'linux'", "sys_platform === 'linux'",
      "extra != 'dev.tools'",    "'a' == 'b'"};
  for (size_t i = 0; i < VD_COUNT(yes); i++)
    cr_expect(holds(yes[i]), "%s", yes[i]);
  for (size_t i = 0; i < VD_COUNT(no); i++)
    cr_expect_not(holds(no[i]), "%s", no[i]);
}

static bool asks(const char *text, const char *extra) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  const vd_marker *m = NULL;
  cr_assert_eq(vd_marker_parse(&a, vd_view_of(text), &m, NULL), VD_OK, "%s", text);
  vd_view v = vd_marker_extra(m);
  return extra == NULL ? v.ptr == NULL : is(v, extra);
}

Test(marker, extra) {
  cr_expect(asks("extra == 'Test_A'", "test-a"));
  cr_expect(asks("python_version > '3' and ('docs' == extra)", "docs"));
  cr_expect(asks("extra == 'a' or extra == 'b'", NULL));
  cr_expect(asks("extra == 'a' and (os_name == 'x' or os_name == 'y')", "a"));
  cr_expect(asks("extra != 'a'", NULL));
  cr_expect(asks("os_name == 'a'", NULL));
}

static vd_code nested(size_t depth) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  VD_SCOPED_BUF text = VD_BUF(VD_LINE_MAX);
  const vd_marker *m;
  for (size_t i = 0; i < depth; i++)
    vd_buf_put(&text, VD_VIEW("os_name=='' or os_name!='' and ("));
  vd_buf_put(&text, VD_VIEW("os_name=='' or os_name!='' and os_name!=''"));
  for (size_t i = 0; i < depth; i++)
    vd_buf_put_c(&text, ')');
  vd_code code = vd_marker_parse(&a, vd_buf_view(&text), &m, NULL);
  if (code == VD_OK)
    cr_expect(vd_marker_extra(m).ptr == NULL && vd_marker_eval(m, &here));
  return code;
}

Test(marker, depth) {
  cr_expect_eq(nested(VD_MARKER_DEPTH_MAX), VD_OK);
  cr_expect_eq(nested(VD_MARKER_DEPTH_MAX + 1), VD_LIMIT);
}

static const char whole[] =
    "a.b_c[x, y] >=1.0,!=1.3.* ; (os_name == 'nt' or extra=='q') and '3' in python_version";

Test(requirement, every_prefix) {
  for (size_t n = 0; n < sizeof whole; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
    char *exact = malloc(n + 1);
    cr_assert_not_null(exact);
    memcpy(exact, whole, n);
    vd_requirement r = {0};
    if (vd_requirement_parse(&a, (vd_view){exact, n}, &r, NULL) == VD_OK && r.marker != NULL)
      (void)vd_marker_eval(r.marker, &here);
    free(exact);
  }
}

Test(requirement, every_allocation_fails) {
  vd_code code = VD_NOMEM;
  for (unsigned n = 1; code != VD_OK; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
    a.fail_at = n;
    vd_requirement r = {0};
    code = vd_requirement_parse(&a, vd_view_of(whole), &r, NULL);
    cr_assert(code == VD_OK || (code == VD_NOMEM && r.name.ptr == NULL));
    cr_assert_lt(n, 100);
  }
}
