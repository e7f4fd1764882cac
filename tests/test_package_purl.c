// Package URLs against the tests of package-url/purl-spec, and what those leave out.
#include "format/format.h"
#include "package/package.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>

static const char *shared_folder(void) {
  const char *set = getenv("VD_SHARED");
  if (set != NULL)
    return set;
  DIR *d = opendir("../shared");
  if (d == NULL)
    return "../../shared";
  (void)closedir(d);
  return "../shared";
}

static bool is(vd_view v, const char *text) { return vd_view_eq(v, vd_view_of(text)); }

// ---- the conformance tests ----

typedef struct tally {
  unsigned parsed, built, roundtripped, contradicted;
} tally;

// The suite wants these refused when parsed, though it also wants the same text put into canonical
// form ("recommended"), and wants "repositorY_url" of pkg:Maven parsed. We accept keys of any case.
static bool contradicted(const vd_value *test) {
  vd_view text = vd_text_at(test, "input");
  return is(vd_text_at(test, "test_type"), "parse") &&
         (is(text, "pkg:gem/jruby-launcher@1.1.2?Platform=java") ||
          is(text, "pkg:Rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25"));
}

static int compare_members(const void *a, const void *b) {
  return vd_view_cmp((*(const vd_value *const *)a)->key, (*(const vd_value *const *)b)->key);
}

static void put_value(vd_buf *out, vd_view text) {
  vd_view plain = VD_VIEW("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:");
  for (size_t i = 0; i < text.len; i++) {
    if (vd_view_find(plain, text.ptr[i]) != plain.len)
      vd_buf_put_c(out, text.ptr[i]);
    else
      vd_buf_printf(out, "%%%02X", (unsigned char)text.ptr[i]);
  }
}

// The qualifiers of a test as the text a canonical package URL has.
static vd_view qualifiers_of(vd_arena *a, const vd_value *parts) {
  const vd_value *sorted[64];
  size_t n = 0;
  for (VD_EACH (member, vd_get(parts, VD_VIEW("qualifiers"))))
    sorted[n++] = member;
  qsort((void *)sorted, n, sizeof(const vd_value *), compare_members);
  VD_SCOPED_BUF out = VD_BUF(1 << 16);
  for (size_t i = 0; i < n; i++) {
    vd_buf_printf(&out, "%s%.*s=", i == 0 ? "" : "&", VD_ARG(sorted[i]->key));
    put_value(&out, vd_text(sorted[i]));
  }
  return vd_arena_copy(a, vd_buf_view(&out));
}

static void check_parse(vd_arena *a, const vd_value *test, bool refused) {
  vd_view input = vd_text_at(test, "input");
  vd_purl p = {0};
  vd_code code = vd_purl_parse(a, input, &p, NULL);
  cr_expect_eq(code, refused ? VD_FORMAT : VD_OK, "%.*s", VD_ARG(input));
  if (refused || code != VD_OK)
    return;
  const vd_value *parts = vd_get(test, VD_VIEW("expected_output"));
  bool same = vd_view_eq(p.type, vd_text_at(parts, "type")) &&
              vd_view_eq(p.namespace_, vd_text_at(parts, "namespace")) &&
              vd_view_eq(p.name, vd_text_at(parts, "name")) &&
              vd_view_eq(p.version, vd_text_at(parts, "version")) &&
              vd_view_eq(p.subpath, vd_text_at(parts, "subpath"));
  cr_expect(same && vd_view_eq(p.qualifiers, qualifiers_of(a, parts)), "%.*s", VD_ARG(input));
}

static void check_build(vd_arena *a, const vd_value *test, bool refused) {
  const vd_value *parts = vd_get(test, VD_VIEW("input"));
  vd_purl p = {.type = vd_text_at(parts, "type"),
               .namespace_ = vd_text_at(parts, "namespace"),
               .name = vd_text_at(parts, "name"),
               .version = vd_text_at(parts, "version"),
               .qualifiers = qualifiers_of(a, parts),
               .subpath = vd_text_at(parts, "subpath")};
  vd_view built = vd_purl_format(a, &p), wanted = vd_text_at(test, "expected_output");
  cr_expect(refused ? built.ptr == NULL : vd_view_eq(built, wanted), "%.*s is not %.*s",
            VD_ARG(built), VD_ARG(wanted));
}

static void check_roundtrip(vd_arena *a, const vd_value *test) {
  vd_view input = vd_text_at(test, "input"), wanted = vd_text_at(test, "expected_output");
  vd_purl p = {0};
  cr_expect_eq(vd_purl_parse(a, input, &p, NULL), VD_OK, "%.*s", VD_ARG(input));
  vd_view spelled = vd_purl_format(a, &p);
  cr_expect(vd_view_eq(spelled, wanted), "%.*s is not %.*s", VD_ARG(spelled), VD_ARG(wanted));
}

static void check_test(vd_arena *a, const vd_value *test, tally *t) {
  vd_view kind = vd_text_at(test, "test_type");
  bool refused = vd_get(test, VD_VIEW("expected_failure"))->boolean;
  if (contradicted(test)) {
    vd_purl p;
    cr_expect_eq(vd_purl_parse(a, vd_text_at(test, "input"), &p, NULL), VD_OK);
    t->contradicted++;
  } else if (is(kind, "parse")) {
    check_parse(a, test, refused);
    t->parsed++;
  } else if (is(kind, "build")) {
    check_build(a, test, refused);
    t->built++;
  } else {
    cr_assert(is(kind, "validate") && !refused);
    check_roundtrip(a, test);
    t->roundtripped++;
  }
}

static void check_file(const char *path, tally *t) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  vd_view bytes;
  const vd_value *doc;
  cr_assert_eq(vd_file_read(&a, path, 1 << 20, &bytes, NULL), VD_OK, "%s", path);
  cr_assert_eq(vd_json_parse(&a, bytes, &doc, NULL), VD_OK, "%s", path);
  for (VD_EACH (test, vd_get(doc, VD_VIEW("tests"))))
    check_test(&a, test, t);
}

static unsigned check_folder(const char *folder, tally *t) {
  char path[4096];
  unsigned files = 0;
  (void)snprintf(path, sizeof path, "%s/conformance/purl/tests/%s", shared_folder(), folder);
  DIR *d = opendir(path);
  if (d == NULL)
    cr_skip_test("%s is not there", path);
  for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
    if (!vd_view_ends(vd_view_of(e->d_name), VD_VIEW("-test.json")))
      continue;
    (void)snprintf(path, sizeof path, "%s/conformance/purl/tests/%s/%s", shared_folder(), folder,
                   e->d_name);
    check_file(path, t);
    files++;
  }
  (void)closedir(d);
  return files;
}

Test(purl, conformance) {
  tally t = {0};
  unsigned files = check_folder("spec", &t) + check_folder("types", &t);
  cr_log_info("%u files: %u parsed, %u built, %u round trips, %u contradicted", files, t.parsed,
              t.built, t.roundtripped, t.contradicted);
  cr_expect_geq(files, 43);
  cr_expect_geq(t.parsed + t.built + t.roundtripped, 584);
  cr_expect_leq(t.contradicted, 2);
}

// ---- beyond the suite ----

Test(purl, refused) {
  static const char *const bad[] = {
      "pkg:",          "pkg:pypi",     "pkg:pypi/",     "pkg:pypi/a%",     "pkg:pypi/a%4",
      "pkg:pypi/a%zz", "pkg:pypi/%ff", "pkg:pypi/a?b",  "pkg:pypi/a?=b",   "pkg:pypi/a?b=1&B=2",
      "pkg:pypi/@1",   "http://a/b@1", "pkg:a%2Fb/c/d", "pkg:gem/a%2Fb/c", "pkg:p_y/a"};
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_purl p = {0};
  for (size_t i = 0; i < VD_COUNT(bad); i++)
    cr_expect_eq(vd_purl_parse(&a, vd_view_of(bad[i]), &p, NULL), VD_FORMAT, "%s", bad[i]);
  cr_expect_null(p.type.ptr);
}

static bool canonical(const char *text, const char *wanted) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_purl p;
  cr_assert_eq(vd_purl_parse(&a, vd_view_of(text), &p, NULL), VD_OK, "%s", text);
  return is(vd_purl_format(&a, &p), wanted);
}

Test(purl, canonical) {
  cr_expect(
      canonical("PKG:PyPI/Zope.Interface_x@1.0%2Blocal", "pkg:pypi/zope-interface-x@1.0%2Blocal"));
  cr_expect(canonical("pkg:npm/@scope/a@1.0", "pkg:npm/%40scope/a@1.0"));
  cr_expect(canonical("pkg:generic/a//b/c@1/2#./x/../y/", "pkg:generic/a/b/c@1%2F2#x/y"));
  cr_expect(canonical("pkg:generic/caf%c3%a9@?z=&b=%20", "pkg:generic/caf%C3%A9?b=%20"));
}

static const char whole[] = "pkg:github/A%20b/c@1?x=%2f&Y=2#p/./q";

Test(purl, every_prefix) {
  for (size_t n = 0; n < sizeof whole; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    char *exact = malloc(n + 1);
    cr_assert_not_null(exact);
    memcpy(exact, whole, n);
    vd_purl p = {0};
    if (vd_purl_parse(&a, (vd_view){exact, n}, &p, NULL) == VD_OK)
      cr_expect_not_null(vd_purl_format(&a, &p).ptr);
    free(exact);
  }
}

Test(purl, every_allocation_fails) {
  bool failed = true;
  for (unsigned n = 1; failed; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    a.fail_at = n;
    vd_purl p = {0};
    vd_code code = vd_purl_parse(&a, vd_view_of(whole), &p, NULL);
    cr_assert(code == VD_OK || (code == VD_NOMEM && p.type.ptr == NULL));
    failed = code != VD_OK || vd_purl_format(&a, &p).ptr == NULL;
    cr_assert_lt(n, 200);
  }
}
