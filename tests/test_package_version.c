// Versions: the order PEP 440 prints, spellings, and the older order for everything else.
#include "package/package.h"

#include <criterion/criterion.h>

static vd_version must(const char *text) {
  vd_version v = {0};
  cr_assert_eq(vd_version_parse(vd_view_of(text), &v, NULL), VD_OK, "%s", text);
  return v;
}

static int compare(const char *a, const char *b) {
  vd_version x = must(a), y = must(b);
  cr_assert_eq(vd_version_compare(&y, &x), -vd_version_compare(&x, &y));
  return vd_version_compare(&x, &y);
}

// The summary of permitted suffixes in PEP 440, and the epoch and local rules beside it.
Test(version, pep440_order) {
  static const char *const ascending[] = {"1.dev0",
                                          "1.0.dev456",
                                          "1.0a1",
                                          "1.0a2.dev456",
                                          "1.0a12.dev456",
                                          "1.0a12",
                                          "1.0b1.dev456",
                                          "1.0b2",
                                          "1.0b2.post345.dev456",
                                          "1.0b2.post345",
                                          "1.0rc1.dev456",
                                          "1.0rc1",
                                          "1.0",
                                          "1.0+abc.5",
                                          "1.0+abc.7",
                                          "1.0+5",
                                          "1.0.post456.dev34",
                                          "1.0.post456",
                                          "1.0.15",
                                          "1.1.dev1",
                                          "1!0.1"};
  for (size_t i = 0; i < VD_COUNT(ascending); i++)
    for (size_t j = 0; j < VD_COUNT(ascending); j++)
      cr_expect_eq(compare(ascending[i], ascending[j]), (i > j) - (i < j), "%s %s", ascending[i],
                   ascending[j]);
}

Test(version, equal_spellings) {
  static const char *const same[][2] = {{"1.0", "1"},
                                        {"1.0.0", "v1"},
                                        {"1.0-alpha.1", "1.0A1"},
                                        {"1.0c1", "1.0.PRE-1"},
                                        {"1.0-1", "1.0.post1"},
                                        {"1.0r", "1.0.post0"},
                                        {"0!01.00", "1"},
                                        {"1.0+Ubuntu-1", "1+ubuntu.1"},
                                        {" 1.0dev\n", "1.dev0"},
                                        {"00000000000000000000000000000000001", "1"}};
  for (size_t i = 0; i < VD_COUNT(same); i++)
    cr_expect_eq(compare(same[i][0], same[i][1]), 0, "%s %s", same[i][0], same[i][1]);
}

Test(version, long_numbers) {
  cr_expect_lt(compare("99999999999999999999999", "100000000000000000000000"), 0);
  cr_expect_lt(compare("1.0rc99999999999999999998", "1.0rc99999999999999999999"), 0);
}

Test(version, refused) {
  static const char *const bad[] = {
      "",        " ",  "v",  "1.",    "1..0", "1.0_1",  "1.0+",      "1.0+a.",      "1.0++a",
      "1.0 rc1", "1!", "!1", "1.0x1", "1.0-", "1.0--1", "1.0rc1rc2", "1.0dev1dev2", "1.0\xc3\xa9"};
  vd_version before = must("7"), v = before;
  vd_error err;
  for (size_t i = 0; i < VD_COUNT(bad); i++) {
    cr_expect_eq(vd_version_parse(vd_view_of(bad[i]), &v, &err), VD_FORMAT, "%s", bad[i]);
    cr_expect_eq(err.code, VD_FORMAT);
    cr_expect(vd_version_compare(&v, &before) == 0 && v.text.ptr == before.text.ptr, "%s", bad[i]);
    cr_expect(vd_version_read(vd_view_of(bad[i])).legacy);
  }
  cr_expect_eq(vd_version_parse(VD_VIEW("1.2.x"), &v, &err), VD_FORMAT);
  cr_expect_eq(err.column, 4);
}

Test(version, limit) {
  char text[VD_VERSION_MAX + 1];
  vd_version v;
  memset(text, '1', sizeof text);
  cr_expect_eq(vd_version_parse((vd_view){text, VD_VERSION_MAX}, &v, NULL), VD_OK);
  cr_expect_eq(vd_version_parse((vd_view){text, sizeof text}, &v, NULL), VD_LIMIT);
}

Test(version, format) {
  static const char *const spelled[][2] = {{"V01.020.0-Alpha.03-4.DEV", "1.20.0a3.post4.dev0"},
                                           {"0!1.0+UBUNTU_01-x", "1.0+ubuntu.1.x"},
                                           {"2!1r", "2!1.post0"},
                                           {"1.0c", "1.0rc0"}};
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  for (size_t i = 0; i < VD_COUNT(spelled); i++) {
    vd_version v = must(spelled[i][0]);
    cr_expect(vd_view_eq(vd_version_format(&a, &v), vd_view_of(spelled[i][1])), "%s",
              spelled[i][0]);
  }
  a.fail_at = 1;
  vd_version v = must("1");
  cr_expect_null(vd_version_format(&a, &v).ptr);
}

Test(version, every_prefix_reads) {
  static const char text[] = " v1!2.3.4rc5.post6.dev7+local.8 ";
  for (size_t n = 0; n < sizeof text; n++) {
    char *exact = malloc(n + 1);
    cr_assert_not_null(exact);
    memcpy(exact, text, n);
    vd_version v = vd_version_read((vd_view){exact, n}), same = v;
    cr_expect_eq(vd_version_compare(&v, &same), 0);
    free(exact);
  }
}

// ---- the legacy order ----

static int legacy(const char *a, const char *b) {
  vd_version x = {.text = vd_view_of(a), .legacy = true};
  vd_version y = {.text = vd_view_of(b), .legacy = true};
  cr_assert_eq(vd_version_compare(&y, &x), -vd_version_compare(&x, &y));
  return vd_version_compare(&x, &y);
}

// The orders that setuptools published in its own tests of parse_version.
Test(legacy, setuptools_equal) {
  static const char *const same[][2] = {
      {"1.2-rc1", "1.2rc1"}, {"0.4", "0.4.0"},   {"0.4.0.0", "0.4.0"},     {"0.4.0-0", "0.4-0"},
      {"0pl1", "0.0pl1"},    {"0pre1", "0.0c1"}, {"0.0.0preview1", "0c1"}, {"0.0c1", "0-rc1"},
      {"1.2a1", "1.2.a.1"},  {"1.2...a", "1.2a"}};
  for (size_t i = 0; i < VD_COUNT(same); i++)
    cr_expect_eq(legacy(same[i][0], same[i][1]), 0, "%s %s", same[i][0], same[i][1]);
}

Test(legacy, setuptools_less) {
  static const char *const pairs[][2] = {
      {"2.1", "2.1.1"},       {"2a1", "2b0"},        {"2a1", "2.1"},     {"2.3a1", "2.3"},
      {"2.1-1", "2.1-2"},     {"2.1-1", "2.1.1"},    {"2.1", "2.1pl4"},  {"2.1a0-20040501", "2.1"},
      {"1.1", "02.1"},        {"A56", "B27"},        {"3.2", "3.2.pl0"}, {"3.2-1", "3.2pl1"},
      {"3.2pl1", "3.2pl1-1"}, {"0.4", "4.0"},        {"0.0.4", "0.4.0"}, {"0pl1", "0.4pl1"},
      {"2.1dev", "2.1a0"},    {"2.1.0-rc1", "2.1.0"}};
  for (size_t i = 0; i < VD_COUNT(pairs); i++)
    cr_expect_lt(legacy(pairs[i][0], pairs[i][1]), 0, "%s %s", pairs[i][0], pairs[i][1]);
}

Test(legacy, setuptools_torture) {
  static const char *const descending[] = {"0.80.1-3",
                                           "0.80.1-2",
                                           "0.80.1-1",
                                           "0.79.9999+0.80.0pre4-1",
                                           "0.79.9999+0.80.0pre2-3",
                                           "0.79.9999+0.80.0pre2-2",
                                           "0.77.2-1",
                                           "0.77.1-1",
                                           "0.77.0-1"};
  for (size_t i = 0; i < VD_COUNT(descending); i++)
    for (size_t j = i + 1; j < VD_COUNT(descending); j++)
      cr_expect_gt(legacy(descending[i], descending[j]), 0, "%s %s", descending[i], descending[j]);
}

Test(legacy, below_all_others) {
  vd_version old = vd_version_read(VD_VIEW("2023-alpha-final")),
             zero = vd_version_read(VD_VIEW("0.dev0"));
  cr_expect(old.legacy && !zero.legacy);
  cr_expect_eq(vd_version_compare(&old, &zero), -1);
  cr_expect_not(vd_version_is_prerelease(&old));
}

Test(name, normalize) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  cr_expect(
      vd_view_eq(vd_pypi_normalize(&a, VD_VIEW("Friendly-._.Bard")), VD_VIEW("friendly-bard")));
  cr_expect(vd_view_eq(vd_pypi_normalize(&a, VD_VIEW("_x_")), VD_VIEW("-x-")));
  cr_expect_eq(vd_pypi_normalize(&a, VD_VIEW("")).len, 0);
  a.fail_at = 1;
  cr_expect_null(vd_pypi_normalize(&a, VD_VIEW("x")).ptr);
}

Test(name, valid) {
  cr_expect(vd_pypi_name_valid(VD_VIEW("a")) && vd_pypi_name_valid(VD_VIEW("zope.interface")));
  cr_expect(vd_pypi_name_valid(VD_VIEW("A--_.9")));
  static const char *const bad[] = {"", "-a", "a-", "a b", "a\xc3\xa9z", "."};
  for (size_t i = 0; i < VD_COUNT(bad); i++)
    cr_expect_not(vd_pypi_name_valid(vd_view_of(bad[i])), "%s", bad[i]);
}
