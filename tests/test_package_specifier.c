// Specifiers: the examples of PEP 440 and the rules of packaging that surprise.
#include "package/package.h"

#include <criterion/criterion.h>

typedef struct example {
  const char *spec, *version;
  bool any, stable; // holds when pre-releases are admitted; holds by default
} example;

static const example examples[] = {
    {"~=2.2", "2.3", true, true},
    {"~=2.2", "3.0", false, false},
    {"~=1.4.5a4", "1.4.6", true, true},
    {"~=2.2.post3", "2.2.post2", false, false},
    {"==1.1", "1.1.post1", false, false},
    {"==1.1.*", "1.1.post1", true, true},
    {"==1.1.*", "1.1a1", true, false},
    {"==1.1.*", "1.10", false, false},
    {"==1.1", "1.1+local", true, true},
    {"==1.1+local", "1.1", false, false},
    {"!=1.1.*", "1.2", true, true},
    {"!=1.1", "1.1.0", false, false},
    {">1.7", "1.7.0.post1", false, false},
    {">1.7", "1.7.1", true, true},
    {">1.7.post2", "1.7.post3", true, true},
    {">1.7", "1.7+local", false, false},
    {"<3.1", "3.1.dev0", false, false},
    {"<3.1", "3.0.dev0", true, false},
    {"<3.1rc1", "3.1.dev0", true, false},
    {"<=1.0", "1.0+local", true, true},
    {">=1.0rc1", "1.0rc2", true, true},
    {">=1.0,!=1.3,<2", "1.3.0", false, false},
    {">=1.0,!=1.3,<2", "1.4", true, true},
    {"", "1.0", true, true},
    {"", "1.0a1", true, false},
    {"===1.0", "1.0.0", false, false},
    {"=== 1.0RC1", "1.0rc1", true, true},
    {">=1.0", "1!0.1", true, true},
    {",>=1 , ,", "1", true, true},
};

Test(specifier, contains) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  for (size_t i = 0; i < VD_COUNT(examples); i++) {
    const example *e = &examples[i];
    vd_specifiers s;
    cr_assert_eq(vd_specifiers_parse(&a, vd_view_of(e->spec), &s, NULL), VD_OK, "%s", e->spec);
    vd_version v = vd_version_read(vd_view_of(e->version));
    cr_expect_eq(vd_specifiers_contain(&s, &v, true), e->any, "%s %s", e->spec, e->version);
    cr_expect_eq(vd_specifiers_contain(&s, &v, false), e->stable, "%s %s", e->spec, e->version);
  }
}

Test(specifier, legacy_versions_need_identity) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  vd_version v = vd_version_read(VD_VIEW("2004d-Final"));
  vd_specifiers s;
  cr_assert_eq(vd_specifiers_parse(&a, VD_VIEW("!=1.0"), &s, NULL), VD_OK);
  cr_expect_not(vd_specifiers_contain(&s, &v, true));
  cr_assert_eq(vd_specifiers_parse(&a, VD_VIEW("===2004d-final"), &s, NULL), VD_OK);
  cr_expect(vd_specifiers_contain(&s, &v, false));
}

Test(specifier, refused) {
  static const char *const bad[] = {"1.0",    "=1.0",    "==",      "==1.0.*.1", "==1.0a1.*",
                                    "~=1",    "~=1.0.*", ">=1.0.*", ">=1.0+a",   "==1.0 1.1",
                                    "===a b", "===a;b",  "<>1.0",   "==1.0,foo", "==.*"};
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_specifiers s = {0};
  for (size_t i = 0; i < VD_COUNT(bad); i++)
    cr_expect_eq(vd_specifiers_parse(&a, vd_view_of(bad[i]), &s, NULL), VD_FORMAT, "%s", bad[i]);
  cr_expect_null(s.at);
  vd_error err;
  cr_expect_eq(vd_specifiers_parse(&a, VD_VIEW(">=1, oops"), &s, &err), VD_FORMAT);
  cr_expect_eq(err.column, 6);
}

static vd_view pinned(vd_arena *a, const char *text) {
  vd_specifiers s;
  cr_assert_eq(vd_specifiers_parse(a, vd_view_of(text), &s, NULL), VD_OK);
  const vd_clause *c = vd_specifiers_pin(&s);
  return c == NULL ? VD_VIEW("-") : c->text;
}

Test(specifier, pin) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  cr_expect(vd_view_eq(pinned(&a, "== 1.2.3"), VD_VIEW("1.2.3")));
  cr_expect(vd_view_eq(pinned(&a, ">=1,==1.2rc1"), VD_VIEW("1.2rc1")));
  cr_expect(vd_view_eq(pinned(&a, "===2004d"), VD_VIEW("2004d")));
  cr_expect(vd_view_eq(pinned(&a, "==1.2,==1.2+cu118"), VD_VIEW("1.2+cu118")));
  cr_expect(vd_view_eq(pinned(&a, "==1.2.*"), VD_VIEW("-")));
  cr_expect(vd_view_eq(pinned(&a, "==1.2,==1.3"), VD_VIEW("-")));
  cr_expect(vd_view_eq(pinned(&a, ""), VD_VIEW("-")));
}

Test(specifier, format) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  vd_specifiers s;
  cr_assert_eq(vd_specifiers_parse(&a, VD_VIEW(" >= 1.0 ,<2, >=1.0.0"), &s, NULL), VD_OK);
  cr_expect(vd_view_eq(vd_specifiers_format(&a, &s), VD_VIEW("<2,>=1.0")));
}

Test(specifier, clause_limit) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  VD_SCOPED_BUF text = VD_BUF(VD_LINE_MAX);
  vd_specifiers s;
  for (int i = 0; i <= VD_CLAUSES_MAX; i++)
    vd_buf_printf(&text, "<%d,", i);
  cr_expect_eq(vd_specifiers_parse(&a, vd_buf_view(&text), &s, NULL), VD_LIMIT);
}

Test(specifier, every_prefix) {
  static const char text[] = ">=1.0rc1, !=1.3.*,~=1.2 ,===x,==2!1.0+a";
  for (size_t n = 0; n < sizeof text; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
    char *exact = malloc(n + 1);
    cr_assert_not_null(exact);
    memcpy(exact, text, n);
    vd_specifiers s;
    if (vd_specifiers_parse(&a, (vd_view){exact, n}, &s, NULL) == VD_OK)
      cr_expect_not_null(vd_specifiers_format(&a, &s).ptr);
    free(exact);
  }
}

Test(specifier, every_allocation_fails) {
  bool failed = true;
  for (unsigned n = 1; failed; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
    a.fail_at = n;
    vd_specifiers s = {0};
    vd_code code = vd_specifiers_parse(&a, VD_VIEW("<1,<2,<3,<4,<5,<6,<7,<8,<9"), &s, NULL);
    failed = code != VD_OK || vd_specifiers_format(&a, &s).ptr == NULL;
    cr_assert(code == VD_OK || (code == VD_NOMEM && s.at == NULL));
    cr_assert_lt(n, 100);
  }
}
