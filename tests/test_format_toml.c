// TOML: the whole toml-test suite for 1.0, places, and hostile documents.
#include "format/format.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <math.h>
#include <unistd.h>

static vd_code parse(vd_arena *a, const char *text, const vd_value **doc, vd_error *err) {
  return vd_toml_parse(a, vd_view_of(text), doc, err);
}

// ---- toml-test --------------------------------------------------------------------------------

static const char *suite(void) {
  static const char *const below[] = {"../shared", "../../shared"};
  static char path[512];
  const char *shared = getenv("VD_SHARED");
  for (size_t i = 0; i <= VD_COUNT(below); i++) {
    const char *base = i == 0 ? shared : below[i - 1];
    (void)snprintf(path, sizeof path, "%s/conformance/toml-test/tests",
                   base == NULL ? "/nonexistent" : base);
    if (access(path, R_OK) == 0)
      return path;
  }
  return NULL;
}

static vd_view read_test(vd_arena *a, const char *root, vd_view name, const char *extension) {
  vd_view path = vd_arena_printf(a, "%s/%.*s%s", root, VD_ARG(name), extension), bytes = {0};
  vd_error err = {0};
  cr_assert(vd_file_read(a, path.ptr, 1 << 20, &bytes, &err) == VD_OK, "%s: %s", path.ptr,
            err.text);
  return bytes;
}

// "1987-07-05t17:45:56.500z" and "1987-07-05 17:45:56.5Z" are the same moment.
static vd_view moment(vd_arena *a, vd_view v) {
  size_t dot = vd_view_find(v, '.'), end = dot + (dot < v.len);
  while (end < v.len && v.ptr[end] >= '0' && v.ptr[end] <= '9')
    end++;
  size_t kept = end < v.len ? end : v.len;
  while (kept > dot && (v.ptr[kept - 1] == '0' || v.ptr[kept - 1] == '.'))
    kept--;
  vd_view head = vd_view_first(v, kept), tail = vd_view_from(v, end);
  char *text = vd_new_array(a, char, v.len + 1);
  cr_assert(text != NULL);
  (void)snprintf(text, v.len + 1, "%.*s%.*s", VD_ARG(head), VD_ARG(tail));
  for (char *c = text; *c != '\0'; c++)
    if (*c == 't' || *c == ' ' || *c == 'z')
      *c = *c == 'z' ? 'Z' : 'T';
  return vd_view_of(text);
}

static const char *type_of(vd_kind kind) {
  static const char *const names[] = {"",          "bool",     "integer",        "float",
                                      "string",    "datetime", "datetime-local", "date-local",
                                      "time-local"};
  return kind < VD_COUNT(names) ? names[kind] : "";
}

static bool same_scalar(vd_arena *a, const vd_value *got, const vd_value *want) {
  vd_view text = vd_text_at(want, "value");
  if (!vd_view_eq(vd_text_at(want, "type"), vd_view_of(type_of(got->kind))))
    return false;
  if (got->kind == VD_KIND_BOOL)
    return got->boolean == vd_view_eq(text, VD_VIEW("true"));
  if (got->kind == VD_KIND_INT)
    return vd_view_eq(vd_arena_printf(a, "%lld", (long long)got->integer), text);
  if (got->kind == VD_KIND_FLOAT) {
    double x = strtod(vd_arena_copy(a, text).ptr, NULL);
    return isnan(x) ? isnan(got->real) : got->real == x && signbit(got->real) == signbit(x);
  }
  if (got->kind == VD_KIND_STRING)
    return vd_view_eq(got->text, text);
  return vd_view_eq(moment(a, got->text), moment(a, text));
}

// Expected scalars are tables {"type": ..., "value": ...} of strings.
static bool is_scalar(const vd_value *want) {
  return vd_is(want, VD_KIND_TABLE) && want->count == 2 && vd_text_at(want, "type").ptr != NULL &&
         vd_text_at(want, "value").ptr != NULL;
}

// NOLINTBEGIN(misc-no-recursion): the suite is ours to trust, the parser under test is not
// recursive
static bool same(vd_arena *a, const vd_value *got, const vd_value *want);

static bool same_items(vd_arena *a, const vd_value *got, const vd_value *want) {
  const vd_value *item = got->first;
  for (const vd_value *w = want->first; w != NULL; w = w->next, item = item->next) {
    const vd_value *g = want->kind == VD_KIND_TABLE ? vd_get(got, w->key) : item;
    if (g == NULL || !same(a, g, w))
      return false;
  }
  return true;
}

static bool same(vd_arena *a, const vd_value *got, const vd_value *want) {
  if (is_scalar(want))
    return same_scalar(a, got, want);
  return got->kind == want->kind && got->count == want->count && same_items(a, got, want);
}
// NOLINTEND(misc-no-recursion)

static bool accepts(const char *root, vd_view name) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  const vd_value *got = NULL, *want = NULL;
  vd_error err = {0};
  vd_view stem = vd_view_first(name, name.len - 5);
  if (vd_toml_parse(&a, read_test(&a, root, name, ""), &got, &err) != VD_OK) {
    cr_log_error("%.*s: refused: %u:%u: %s", VD_ARG(name), err.line, err.column, err.text);
    return false;
  }
  cr_assert(vd_json_parse(&a, read_test(&a, root, stem, ".json"), &want, &err) == VD_OK, "%s",
            err.text);
  bool ok = same(&a, got, want);
  if (!ok)
    cr_log_error("%.*s: other values", VD_ARG(name));
  return ok;
}

static bool refuses(const char *root, vd_view name) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  const vd_value *got = NULL;
  vd_error err = {0};
  vd_code code = vd_toml_parse(&a, read_test(&a, root, name, ""), &got, &err);
  bool ok = code == VD_FORMAT && got == NULL && err.line != 0 && err.column != 0;
  if (!ok)
    cr_log_error("%.*s: code %d", VD_ARG(name), (int)code);
  return ok;
}

Test(toml, conformance) {
  const char *root = suite();
  if (root == NULL)
    cr_skip_test("no ../shared/conformance/toml-test");
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view list = read_test(&a, root, VD_VIEW("files-toml-1.0.0"), ""), name;
  size_t valid = 0, invalid = 0, failed = 0;
  while (vd_view_line(&list, &name)) {
    if (!vd_view_ends(name, VD_VIEW(".toml")))
      continue;
    bool is_valid = vd_view_starts(name, VD_VIEW("valid/"));
    valid += is_valid;
    invalid += !is_valid;
    failed += is_valid ? !accepts(root, name) : !refuses(root, name);
  }
  cr_assert(failed == 0, "%zu of %zu failed", failed, valid + invalid);
  cr_assert(valid == 210 && invalid == 499, "%zu valid, %zu invalid", valid, invalid);
}

// ---- places -----------------------------------------------------------------------------------

static void at(const vd_value *v, uint32_t key_line, uint32_t line, uint32_t column) {
  cr_assert(v != NULL);
  cr_assert(v->key_line == key_line && v->line == line && v->column == column,
            "%.*s: key line %u, place %u:%u, expected %u, %u:%u", VD_ARG(v->key), v->key_line,
            v->line, v->column, key_line, line, column);
}

Test(toml, places_are_exact) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  const vd_value *doc = NULL;
  cr_assert(parse(&a,
                  "\xEF\xBB\xBFname = \"x\"\r\n"
                  "[a.b] # text\n"
                  "list = [\n  1,\n\t{ k = '''\n\n''', z = true },\n]\n"
                  "c.d = 2\n"
                  "[[a.t]]\n[[a.t]]\nx = 1979-05-27 07:32:00Z\n"
                  "[a]\n",
                  &doc, NULL) == VD_OK);
  at(doc, 1, 1, 1);
  at(vd_path(doc, "name"), 1, 1, 8);
  at(vd_path(doc, "a"), 13, 13, 1);
  at(vd_path(doc, "a", "b"), 2, 2, 1);
  const vd_value *list = vd_path(doc, "a", "b", "list");
  at(list, 3, 3, 8);
  at(list->first, 4, 4, 3);
  at(list->last, 5, 5, 2);
  at(vd_path(list->last, "k"), 5, 5, 8);
  at(vd_path(list->last, "z"), 7, 7, 10);
  at(vd_path(doc, "a", "b", "c"), 9, 9, 1);
  at(vd_path(doc, "a", "b", "c", "d"), 9, 9, 7);
  at(vd_path(doc, "a", "t"), 10, 10, 1);
  at(vd_path(doc, "a", "t")->last, 11, 11, 1);
  cr_assert(vd_view_eq(vd_path(doc, "a", "t")->last->first->text, VD_VIEW("1979-05-27 07:32:00Z")));
}

static void fails_at(const char *text, uint32_t line, uint32_t column) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  const vd_value *doc = NULL;
  vd_error err = {0};
  cr_assert(parse(&a, text, &doc, &err) == VD_FORMAT, "accepted: %s", text);
  cr_assert(err.line == line && err.column == column, "%u:%u: %s\n%s", err.line, err.column,
            err.text, text);
  cr_assert(parse(&a, text, &doc, NULL) == VD_FORMAT && doc == NULL);
}

Test(toml, errors_name_the_place) {
  fails_at("a = 1\nb = \"x\\q\"\n", 2, 7);
  fails_at("a = 1\na = 2\n", 2, 1);
  fails_at("[a]\nb = 1\n[a.c]\n[a]\n", 4, 2);
  fails_at("a = [1,\n 2 3]\n", 2, 4);
  fails_at("a = \"\"\"\n x\n", 1, 5);
  fails_at("a = 2023-02-29\n", 1, 5);
  fails_at("a = 1 b = 2\n", 1, 7);
  fails_at("a = \n", 1, 5);
  fails_at("x = 1\r\n\n k\xFF", 3, 3);
  fails_at("a = {b = 1,}\n", 1, 12);
  fails_at("a = 9223372036854775808", 1, 5);
  fails_at("# \x01", 1, 3);
  fails_at("a = 1\rb = 2", 1, 6);
}

Test(toml, scalars_stay_as_written) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  const vd_value *doc = NULL;
  cr_assert(parse(&a, "v = 3.10\ni = 1_000\nh = 0xFF\nm = -9223372036854775808\n", &doc, NULL) ==
            VD_OK);
  cr_assert(vd_view_eq(vd_path(doc, "v")->text, VD_VIEW("3.10")));
  cr_assert(vd_view_eq(vd_path(doc, "i")->text, VD_VIEW("1_000")));
  cr_assert(vd_path(doc, "i")->integer == 1000 && vd_path(doc, "h")->integer == 255);
  cr_assert(vd_path(doc, "m")->integer == INT64_MIN);
}

// The document defines b as a table between a and c; later headers reach it again.
Test(toml, super_tables_and_dotted_keys_meet) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  const vd_value *doc = NULL;
  cr_assert(parse(&a, "[a.b.c]\nz = 1\n[a]\nb.d = 2\nx.y.z = 1\n[a.x.w]\n", &doc, NULL) == VD_OK);
  cr_assert(vd_path(doc, "a", "b")->count == 2 && vd_path(doc, "a", "x")->count == 2);
  fails_at("[a.b.c]\nz = 1\n[a]\nb.c.d = 2\n", 4, 3);
  fails_at("[a]\nb.c = 1\n[a.b]\n", 3, 4);
  fails_at("a = {b = 1}\na.c = 2\n", 2, 1);
  fails_at("a = [{}]\n[[a]]\n", 2, 3);
}

// ---- hostile ----------------------------------------------------------------------------------

static const char sample[] =
    "# \xC3\xA9\ntitle = \"a\\u00e9\\n\"\nlit = 'c:\\x'\n[owner]\nborn = "
    "1979-05-27T07:32:00-08:00\n"
    "m = \"\"\"\nx \\\n   y\"\"\"\"\"\nn = [1, 2.5e3, [inf, -nan], {a.b = 0x1F, \"q z\" = true},]\n"
    "k1=1\nk2=2\nk3=3\nk4=4\nk5=5\nk6=6\nk7=7\nk8=8\n[[t.u]]\nv=1\n[[t.u]]\n[t.u.w]\n";

Test(toml, every_prefix_is_harmless) {
  for (size_t n = 0; n < sizeof sample; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    char *exact = malloc(n + 1); // the byte behind must never matter
    memcpy(exact, sample, n);
    exact[n] = 'x';
    const vd_value *doc = NULL;
    vd_error err = {0};
    vd_code code = vd_toml_parse(&a, (vd_view){exact, n}, &doc, &err);
    cr_assert(code == VD_OK ? doc != NULL : code == VD_FORMAT && doc == NULL && err.line != 0);
    free(exact);
  }
}

Test(toml, every_allocation_may_fail) {
  unsigned n = 1;
  for (vd_code code = VD_NOMEM; code != VD_OK; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    a.fail_at = n;
    const vd_value *doc = NULL;
    code = parse(&a, sample, &doc, NULL);
    cr_assert(code == VD_OK || (code == VD_NOMEM && doc == NULL));
  }
  cr_assert(n > 30);
}

static vd_code parse_repeated(const char *head, const char *unit, size_t count, const char *tail) {
  VD_SCOPED_ARENA a = VD_ARENA(256 << 20);
  VD_SCOPED_BUF b = VD_BUF(16 << 20);
  vd_buf_put(&b, vd_view_of(head));
  for (size_t i = 0; i < count; i++)
    vd_buf_put(&b, vd_view_of(unit));
  vd_buf_put(&b, vd_view_of(tail));
  const vd_value *doc = NULL;
  return vd_toml_parse(&a, vd_buf_view(&b), &doc, NULL);
}

Test(toml, nesting_is_bounded) {
  cr_assert(parse_repeated("a = ", "[", VD_NEST_MAX - 1, "") == VD_FORMAT);
  cr_assert(parse_repeated("a = ", "[", 100000, "") == VD_LIMIT);
  cr_assert(parse_repeated("a = ", "{a=", 100000, "") == VD_LIMIT);
  cr_assert(parse_repeated("[a", ".a", 100000, "]") == VD_LIMIT);
  cr_assert(parse_repeated("a", ".a", 100000, " = 1") == VD_LIMIT);
  cr_assert(parse_repeated("a", ".a", VD_NEST_MAX - 1, " = 1") == VD_OK);
}

// Quadratic work on any of these would take minutes.
Test(toml, large_documents_take_linear_time) {
  VD_SCOPED_ARENA a = VD_ARENA(512 << 20);
  VD_SCOPED_BUF b = VD_BUF(32 << 20);
  for (int i = 0; i < 100000; i++)
    vd_buf_printf(&b, "k%d = %d\n", i, i);
  for (int i = 0; i < 50000; i++)
    vd_buf_printf(&b, "[t.x%d]\n", i);
  const vd_value *doc = NULL;
  cr_assert(vd_toml_parse(&a, vd_buf_view(&b), &doc, NULL) == VD_OK);
  cr_assert(doc->count == 100001);
  vd_buf_put(&b, VD_VIEW("[t.x1]\n"));
  cr_assert(vd_toml_parse(&a, vd_buf_view(&b), &doc, NULL) == VD_FORMAT);
  cr_assert(parse_repeated("", "[[p]]\nv = [1]\n", 100000, "") == VD_OK);
  cr_assert(parse_repeated("a = '''", "''\n", 1000000, "'''") == VD_OK);
}
