#include "format/format.h"

#include <criterion/criterion.h>
#include <math.h>

static vd_code parse(vd_arena *a, vd_view text, const vd_value **out, vd_error *err) {
  *a = VD_ARENA(64 << 20);
  return vd_json_parse(a, text, out, err);
}

#define PARSE(text)                                                                                \
  VD_SCOPED_ARENA a;                                                                               \
  vd_error err = {0};                                                                              \
  const vd_value *doc = NULL;                                                                      \
  vd_code code = parse(&a, VD_VIEW(text), &doc, &err)

static bool accepted(vd_view text) {
  VD_SCOPED_ARENA a;
  const vd_value *doc = NULL;
  vd_error err = {0};
  vd_code code = parse(&a, text, &doc, &err);
  cr_assert((code == VD_OK) == (doc != NULL));
  cr_assert(code == VD_OK || (err.code == code && err.line >= 1 && err.column >= 1));
  return code == VD_OK;
}

// Cases after RFC 8259, in the spirit of JSONTestSuite; each was also run through python3's json
// with parse_constant refused.
static const vd_view good[] = {
    VD_VIEW_INIT("null"),
    VD_VIEW_INIT(" true "),
    VD_VIEW_INIT("false\n"),
    VD_VIEW_INIT("\"\""),
    VD_VIEW_INIT("[]"),
    VD_VIEW_INIT("{}"),
    VD_VIEW_INIT("[ ]"),
    VD_VIEW_INIT("{ }"),
    VD_VIEW_INIT("[[],{}]"),
    VD_VIEW_INIT("0"),
    VD_VIEW_INIT("-0"),
    VD_VIEW_INIT("-0.0"),
    VD_VIEW_INIT("1e1"),
    VD_VIEW_INIT("1E+1"),
    VD_VIEW_INIT("1e-01"),
    VD_VIEW_INIT("0e0"),
    VD_VIEW_INIT("123.456e78"),
    VD_VIEW_INIT("1e999"),
    VD_VIEW_INIT("-1e-999"),
    VD_VIEW_INIT("123456789012345678901234567890"),
    VD_VIEW_INIT("{\"a\":1,\"a\":2}"),
    VD_VIEW_INIT("{\"\":0}"),
    VD_VIEW_INIT("{\"\\u0000\":0}"),
    VD_VIEW_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
    VD_VIEW_INIT("\"\\u00e9\\uD834\\udd1e\""),
    VD_VIEW_INIT("\"\\ud800\""),
    VD_VIEW_INIT("\"\\udd1e\\ud834\""),
    VD_VIEW_INIT("\"\x7f\""),
    VD_VIEW_INIT("\"\xC3\xA9\xE2\x82\xAC\xF0\x9D\x84\x9E\""),
    VD_VIEW_INIT("\"//* not a comment */\""),
    VD_VIEW_INIT("\t\r\n [\t1\r,\n2 ] "),
};

static const vd_view bad[] = {
    VD_VIEW_INIT(""),
    VD_VIEW_INIT(" \n\t"),
    VD_VIEW_INIT("\xEF\xBB\xBF"),
    VD_VIEW_INIT("nul"),
    VD_VIEW_INIT("nulll"),
    VD_VIEW_INIT("True"),
    VD_VIEW_INIT("NaN"),
    VD_VIEW_INIT("Infinity"),
    VD_VIEW_INIT("-Infinity"),
    VD_VIEW_INIT("-"),
    VD_VIEW_INIT("+1"),
    VD_VIEW_INIT("01"),
    VD_VIEW_INIT("-01"),
    VD_VIEW_INIT("00"),
    VD_VIEW_INIT("1."),
    VD_VIEW_INIT(".1"),
    VD_VIEW_INIT("1.e1"),
    VD_VIEW_INIT("1e"),
    VD_VIEW_INIT("1e+"),
    VD_VIEW_INIT("1e1.5"),
    VD_VIEW_INIT("0x10"),
    VD_VIEW_INIT("1_000"),
    VD_VIEW_INIT("1 2"),
    VD_VIEW_INIT("1-2"),
    VD_VIEW_INIT("--1"),
    VD_VIEW_INIT("1\xC2\xA0"),
    VD_VIEW_INIT("\xEF\xBC\x91"), // full-width digit
    VD_VIEW_INIT("[1,]"),
    VD_VIEW_INIT("[,1]"),
    VD_VIEW_INIT("[1,,2]"),
    VD_VIEW_INIT("[1 2]"),
    VD_VIEW_INIT("[1:2]"),
    VD_VIEW_INIT("["),
    VD_VIEW_INIT("]"),
    VD_VIEW_INIT("[1"),
    VD_VIEW_INIT("[1}"),
    VD_VIEW_INIT("[]]"),
    VD_VIEW_INIT("[]["),
    VD_VIEW_INIT("[\"a\""),
    VD_VIEW_INIT("{"),
    VD_VIEW_INIT("{]"),
    VD_VIEW_INIT("{,}"),
    VD_VIEW_INIT("{\"a\"}"),
    VD_VIEW_INIT("{\"a\":}"),
    VD_VIEW_INIT("{\"a\":1,}"),
    VD_VIEW_INIT("{\"a\" 1}"),
    VD_VIEW_INIT("{\"a\"::1}"),
    VD_VIEW_INIT("{\"a\":1 \"b\":2}"),
    VD_VIEW_INIT("{\"a\":1]"),
    VD_VIEW_INIT("{a:1}"),
    VD_VIEW_INIT("{1:1}"),
    VD_VIEW_INIT("{'a':1}"),
    VD_VIEW_INIT("{\"a\":1}#"),
    VD_VIEW_INIT("{\"a\":1}/**/"),
    VD_VIEW_INIT("// c\n1"),
    VD_VIEW_INIT("\""),
    VD_VIEW_INIT("\"a"),
    VD_VIEW_INIT("\"a\\\""),
    VD_VIEW_INIT("\"a\"b"),
    VD_VIEW_INIT("\"a\"\"b\""),
    VD_VIEW_INIT("a\"b\""),
    VD_VIEW_INIT("1\"b\""),
    VD_VIEW_INIT("'a'"),
    VD_VIEW_INIT("\"\\a\""),
    VD_VIEW_INIT("\"\\x41\""),
    VD_VIEW_INIT("\"\\u12\""),
    VD_VIEW_INIT("\"\\u12g4\""),
    VD_VIEW_INIT("\"\\ud834\\u\""),
    VD_VIEW_INIT("\"\\U0041\""),
    VD_VIEW_INIT("\"\\\0\""),
    VD_VIEW_INIT("\"\n\""),
    VD_VIEW_INIT("\"\t\""),
    VD_VIEW_INIT("\"\0\""),
    VD_VIEW_INIT("\0"),
    VD_VIEW_INIT("1\0"),
    VD_VIEW_INIT("[1\f]"),
    VD_VIEW_INIT("\f1"),
    VD_VIEW_INIT("[1\x1A]"),
    VD_VIEW_INIT("{\"a\"\x1A"
                 "1}"),
    VD_VIEW_INIT("[1\v]"),
    VD_VIEW_INIT("\"\xFF\""),
    VD_VIEW_INIT("\"\xC3\""),
    VD_VIEW_INIT("\"\xC0\xAF\""),
    VD_VIEW_INIT("\"\xED\xA0\x80\""),
    VD_VIEW_INIT("\"\xF4\x90\x80\x80\""),
    VD_VIEW_INIT("[\xE2\x82]"),
    VD_VIEW_INIT("\xFE\xFF\0[\0]"),
    VD_VIEW_INIT("[\xE2\x81\xA0]"),
};

Test(format_json, accepts_what_the_rfc_accepts) {
  for (size_t i = 0; i < VD_COUNT(good); i++)
    cr_assert(accepted(good[i]), "refused: %.*s", VD_ARG(good[i]));
}

Test(format_json, refuses_what_the_rfc_refuses) {
  for (size_t i = 0; i < VD_COUNT(bad); i++)
    cr_assert(!accepted(bad[i]), "accepted: %.*s", VD_ARG(bad[i]));
}

Test(format_json, numbers_keep_their_lexeme) {
  PARSE("[9223372036854775807,-9223372036854775808,9223372036854775808,3.10,1e2,-0,1e999]");
  cr_assert(code == VD_OK);
  const vd_value *v = doc->first;
  cr_assert(v->kind == VD_KIND_INT && v->integer == INT64_MAX);
  v = v->next;
  cr_assert(v->kind == VD_KIND_INT && v->integer == INT64_MIN);
  v = v->next;
  cr_assert(v->kind == VD_KIND_FLOAT && v->real == 9223372036854775808.0);
  v = v->next;
  cr_assert(v->kind == VD_KIND_FLOAT && v->real == 3.1 && vd_view_eq(v->text, VD_VIEW("3.10")));
  v = v->next;
  cr_assert(v->kind == VD_KIND_FLOAT && v->real == 100);
  v = v->next;
  cr_assert(v->kind == VD_KIND_INT && v->integer == 0);
  cr_assert(isinf(v->next->real));
}

Test(format_json, strings_are_unescaped_once) {
  PARSE(
      "[\"plain\",\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"\\u00e9\\uD834\\udd1e\\u0000\",\"a\\ud800z\"]");
  cr_assert(code == VD_OK);
  const vd_value *v = doc->first;
  cr_assert(vd_view_eq(v->text, VD_VIEW("plain")));
  v = v->next;
  cr_assert(vd_view_eq(v->text, VD_VIEW("\"\\/\b\f\n\r\t")));
  v = v->next;
  cr_assert(vd_view_eq(v->text, VD_VIEW("\xC3\xA9\xF0\x9D\x84\x9E\0")));
  v = v->next;
  cr_assert(vd_view_eq(v->text, VD_VIEW("a\xEF\xBF\xBDz")));
}

Test(format_json, places_are_exact) {
  PARSE("\xEF\xBB\xBF{\"a\":\n  {\n\"b\\n\" :\n\n    true, \"c\": [1,\r\n 22]}}");
  cr_assert(code == VD_OK && doc->line == 1 && doc->column == 1);
  const vd_value *inner = vd_get(doc, VD_VIEW("a"));
  cr_assert(inner->line == 2 && inner->column == 3 && inner->key_line == 1);
  const vd_value *b = vd_get(inner, VD_VIEW("b\n"));
  cr_assert(b->kind == VD_KIND_BOOL && b->boolean);
  cr_assert(b->key_line == 3 && b->line == 5 && b->column == 5);
  const vd_value *c = vd_get(inner, VD_VIEW("c"));
  cr_assert(c->line == 5 && c->column == 16 && c->count == 2);
  cr_assert(c->last->line == 6 && c->last->column == 2 && c->last->key_line == 6);
}

typedef struct spot {
  const char *text;
  uint32_t line, column;
  uint64_t offset;
} spot;

Test(format_json, errors_have_a_place) {
  static const spot spots[] = {
      {"{\"a\": 1,\n \"b\": tru}", 2, 7, 15},
      {"[1,\n2,\n\"a\tb\"]", 3, 3, 9},
      {"[\n\"a]\n", 2, 4, 5},
      {"[\n\"\\q\"]", 2, 2, 3},
      {"[1]\n]", 2, 1, 4},
      {"{\"a\":1\n", 2, 1, 7},
      {"[\n \"\xFF\"]", 2, 3, 4},
      {"[\"abc", 1, 2, 1},
  };
  for (size_t i = 0; i < VD_COUNT(spots); i++) {
    VD_SCOPED_ARENA a;
    vd_error err = {0};
    const vd_value *doc = NULL;
    cr_assert(parse(&a, vd_view_of(spots[i].text), &doc, &err) == VD_FORMAT && doc == NULL);
    cr_assert(err.line == spots[i].line && err.column == spots[i].column &&
                  err.offset == spots[i].offset,
              "case %zu: %u:%u @%zu %s", i, err.line, err.column, (size_t)err.offset, err.text);
  }
}

static vd_code nested(size_t depth) {
  VD_SCOPED_BUF b = VD_BUF(1 << 20);
  for (size_t i = 0; i < depth; i++)
    vd_buf_put_c(&b, '[');
  for (size_t i = 0; i < depth; i++)
    vd_buf_put_c(&b, ']');
  VD_SCOPED_ARENA a;
  const vd_value *doc = NULL;
  return parse(&a, vd_buf_view(&b), &doc, NULL);
}

Test(format_json, nesting_is_bounded) {
  cr_assert(nested(VD_NEST_MAX) == VD_OK);
  cr_assert(nested(VD_NEST_MAX + 1) == VD_LIMIT);
  cr_assert(nested(100000) == VD_LIMIT);
}

static const char sample[] =
    "{\"name\": \"a\\u0041\", \"n\": [1, -2.5e3, true, null], \"o\": {\"k\": "
    "\"\xC3\xA9\"}}";

Test(format_json, every_prefix_is_refused) {
  for (size_t n = 0; n < sizeof sample - 1; n++) {
    char *exact = malloc(n + (n == 0));
    cr_assert(exact != NULL);
    memcpy(exact, sample, n);
    cr_assert(!accepted((vd_view){exact, n}), "prefix of %zu bytes", n);
    free(exact);
  }
  cr_assert(accepted(vd_view_of(sample)));
}

Test(format_json, every_allocation_may_fail) {
  vd_code code = VD_NOMEM;
  unsigned n = 0;
  while (code != VD_OK) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    a.fail_at = ++n;
    const vd_value *doc = NULL;
    code = vd_json_parse(&a, vd_view_of(sample), &doc, NULL);
    cr_assert(code == VD_OK ? doc != NULL : code == VD_NOMEM && doc == NULL);
  }
  cr_assert(n > 8);
}
