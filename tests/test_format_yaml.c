#include "format/format.h"

#include <criterion/criterion.h>
#include <math.h>
#include <unistd.h>

#define PARSE(text)                                                                                \
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);                                                          \
  vd_error err = {0};                                                                              \
  const vd_value *doc = NULL;                                                                      \
  vd_code code = vd_yaml_parse(&a, VD_VIEW(text), &doc, &err)

static vd_code outcome(vd_view text) {
  VD_SCOPED_ARENA a = VD_ARENA(256 << 20);
  const vd_value *doc = NULL;
  vd_error err = {0};
  vd_code code = vd_yaml_parse(&a, text, &doc, &err);
  cr_assert((code == VD_OK) == (doc != NULL));
  cr_assert(code == VD_OK || (err.code == code && err.line >= 1), "%s", err.text);
  return code;
}

typedef struct plain {
  const char *text;
  vd_kind kind;
} plain;

// The core schema of YAML 1.2, chapter 10.3.2.
static const plain plains[] = {
    {"~", VD_KIND_NULL},
    {"null", VD_KIND_NULL},
    {"NULL", VD_KIND_NULL},
    {"nUll", VD_KIND_STRING},
    {"true", VD_KIND_BOOL},
    {"False", VD_KIND_BOOL},
    {"yes", VD_KIND_STRING},
    {"on", VD_KIND_STRING},
    {"0", VD_KIND_INT},
    {"-12", VD_KIND_INT},
    {"+7", VD_KIND_INT},
    {"007", VD_KIND_INT},
    {"0o17", VD_KIND_INT},
    {"0xFf", VD_KIND_INT},
    {"0x", VD_KIND_STRING},
    {"0b1", VD_KIND_STRING},
    {"1_000", VD_KIND_STRING},
    {"12:30", VD_KIND_STRING},
    {"1.", VD_KIND_FLOAT},
    {".5", VD_KIND_FLOAT},
    {"-0.0", VD_KIND_FLOAT},
    {"1e3", VD_KIND_FLOAT},
    {"+12e03", VD_KIND_FLOAT},
    {"-2E+05", VD_KIND_FLOAT},
    {".inf", VD_KIND_FLOAT},
    {"-.INF", VD_KIND_FLOAT},
    {".NaN", VD_KIND_FLOAT},
    {".", VD_KIND_STRING},
    {"1e", VD_KIND_STRING},
    {"1.2.3", VD_KIND_STRING},
    {"3.10", VD_KIND_FLOAT},
    {"-", VD_KIND_ARRAY},
    {"99999999999999999999", VD_KIND_FLOAT},
    {"2024-01-01", VD_KIND_STRING},
    {"=1.2", VD_KIND_STRING},
    {"0xFFFFFFFFFFFFFFFFF", VD_KIND_FLOAT},
};

Test(format_yaml, plain_scalars_follow_the_core_schema) {
  for (size_t i = 0; i < VD_COUNT(plains); i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    const vd_value *doc = NULL;
    cr_assert(vd_yaml_parse(&a, vd_view_of(plains[i].text), &doc, NULL) == VD_OK);
    cr_assert(doc->kind == plains[i].kind, "%s is %d", plains[i].text, (int)doc->kind);
    if (doc->kind != VD_KIND_ARRAY)
      cr_assert(vd_view_eq(doc->text, vd_view_of(plains[i].text)));
  }
}

Test(format_yaml, numbers_have_their_value) {
  PARSE("[0o17, 0xFf, -12, +7, 1., .5, +12e03, .inf, -9223372036854775808, 9223372036854775808]");
  cr_assert(code == VD_OK && doc->count == 10);
  const vd_value *v = doc->first;
  cr_assert(v->integer == 15 && v->next->integer == 255);
  v = v->next->next;
  cr_assert(v->integer == -12 && v->next->integer == 7);
  v = v->next->next;
  cr_assert(v->real == 1 && v->next->real == 0.5);
  v = v->next->next;
  cr_assert(v->real == 12000 && isinf(v->next->real));
  v = v->next->next;
  cr_assert(v->kind == VD_KIND_INT && v->integer == INT64_MIN);
  cr_assert(v->next->kind == VD_KIND_FLOAT && v->next->real == 9223372036854775808.0);
}

Test(format_yaml, quoted_and_tagged_scalars_are_text) {
  PARSE("a: '1'\nb: \"2\\n\\u00e9\"\nc: !!str 3\nd: ! 4\ne: |\n  5\nf: >-\n  x\n  y\ng: !mine 6\n"
        "h: !!int 7\n");
  cr_assert(code == VD_OK);
  cr_assert(vd_view_eq(vd_text_at(doc, "a"), VD_VIEW("1")));
  cr_assert(vd_view_eq(vd_text_at(doc, "b"), VD_VIEW("2\n\xC3\xA9")));
  cr_assert(vd_view_eq(vd_text_at(doc, "c"), VD_VIEW("3")));
  cr_assert(vd_view_eq(vd_text_at(doc, "d"), VD_VIEW("4")));
  cr_assert(vd_view_eq(vd_text_at(doc, "e"), VD_VIEW("5\n")));
  cr_assert(vd_view_eq(vd_text_at(doc, "f"), VD_VIEW("x y")));
  cr_assert(vd_view_eq(vd_text_at(doc, "g"), VD_VIEW("6")));
  cr_assert(vd_is(vd_get(doc, VD_VIEW("h")), VD_KIND_INT));
}

Test(format_yaml, places_are_exact) {
  PARSE("\xEF\xBB\xBF# note\r\nname: app\r\n\r\ndeps:\r\n  - \xC3\xA9: x\r\n    k:\r\n      - 1\r\n"
        "  - [p, {q: r}]\r\nnone:\r\n");
  cr_assert(code == VD_OK && doc->line == 2 && doc->column == 1);
  const vd_value *deps = vd_get(doc, VD_VIEW("deps"));
  cr_assert(deps->key_line == 4 && deps->line == 5 && deps->column == 3 && deps->count == 2);
  const vd_value *x = deps->first->first;
  cr_assert(x->line == 5 && x->column == 9 && vd_view_eq(x->key, VD_VIEW("\xC3\xA9")));
  cr_assert(x->next->key_line == 6 && x->next->line == 7 && x->next->column == 7);
  const vd_value *flow = deps->last;
  cr_assert(flow->line == 8 && flow->column == 5 && flow->last->column == 9);
  const vd_value *none = vd_get(doc, VD_VIEW("none"));
  cr_assert(vd_is(none, VD_KIND_NULL) && none->line == 9 && none->key_line == 9);
}

Test(format_yaml, empty_streams_are_null) {
  static const char *const texts[] = {"", "\n", "# only a comment\n", "---\n", "--- \n...\n"};
  for (size_t i = 0; i < VD_COUNT(texts); i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    const vd_value *doc = NULL;
    cr_assert(vd_yaml_parse(&a, vd_view_of(texts[i]), &doc, NULL) == VD_OK);
    cr_assert(vd_is(doc, VD_KIND_NULL));
  }
}

Test(format_yaml, only_the_first_document_is_read) {
  PARSE("a: 1\n---\nb: 2\n");
  cr_assert(code == VD_OK && doc->count == 1 && vd_get(doc, VD_VIEW("a")) != NULL);
}

Test(format_yaml, later_duplicates_win) {
  PARSE("a: 1\na: 2\n");
  cr_assert(code == VD_OK && vd_get(doc, VD_VIEW("a"))->integer == 2);
}

Test(format_yaml, aliases_share_their_anchor) {
  PARSE("base: &b {x: 1, y: [2]}\nuse: *b\nkey: &k name\n*k : 3\nlist: [*b, *k]\n");
  cr_assert(code == VD_OK, "%s", err.text);
  const vd_value *use = vd_get(doc, VD_VIEW("use"));
  cr_assert(use->line == 2 && use->column == 6 && use->count == 2);
  cr_assert(vd_path(use, "x")->integer == 1 && vd_path(use, "y")->first->integer == 2);
  cr_assert(vd_path(doc, "name")->integer == 3);
  cr_assert(vd_view_eq(vd_text(vd_path(doc, "list")->last), VD_VIEW("name")));
}

Test(format_yaml, alias_bombs_end_in_a_limit) {
  VD_SCOPED_BUF wide = VD_BUF(1 << 20), deep = VD_BUF(1 << 20);
  vd_buf_printf(&wide, "a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
  vd_buf_printf(&deep, "a0: &a0 [x]\n");
  for (int i = 1; i < 200; i++) {
    vd_buf_printf(&deep, "a%d: &a%d [*a%d]\n", i, i, i - 1);
    vd_buf_printf(&wide, "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i, i - 1, i - 1, i - 1,
                  i - 1, i - 1, i - 1);
  }
  cr_assert(outcome(vd_buf_view(&wide)) == VD_LIMIT);
  cr_assert(outcome(vd_buf_view(&deep)) == VD_LIMIT);
  cr_assert(outcome(VD_VIEW("a: &a [*a]\n")) == VD_FORMAT);
  cr_assert(outcome(VD_VIEW("a: *nowhere\n")) == VD_FORMAT);
}

static const vd_view bad[] = {
    VD_VIEW_INIT("a: [1, 2\n"),   VD_VIEW_INIT("a: }\n"),      VD_VIEW_INIT("a: 'x\n"),
    VD_VIEW_INIT("a: \"\\q\"\n"), VD_VIEW_INIT("a:\n\t- b\n"), VD_VIEW_INIT("a: b: c\n"),
    VD_VIEW_INIT("a: \xFF\n"),    VD_VIEW_INIT("a: \0\n"),     VD_VIEW_INIT("a: \x1b[1m\n"),
    VD_VIEW_INIT("a: @x\n"),      VD_VIEW_INIT("a: `x`\n"),    VD_VIEW_INIT("%YAML x\n---\n"),
    VD_VIEW_INIT("- a\nb: c\n"),  VD_VIEW_INIT("a: !u!x y\n"), VD_VIEW_INIT("a: |9z\n  x\n"),
    VD_VIEW_INIT("? [a]\n: b\n"), VD_VIEW_INIT("{[a]: b}\n"),  VD_VIEW_INIT("a: \xED\xA0\x80\n"),
};

Test(format_yaml, malformed_text_is_refused) {
  for (size_t i = 0; i < VD_COUNT(bad); i++)
    cr_assert(outcome(bad[i]) != VD_OK, "accepted: %.*s", VD_ARG(bad[i]));
}

Test(format_yaml, errors_have_a_place) {
  PARSE("a: 1\nb:\n  - x\n  - 'y\n");
  cr_assert(code == VD_FORMAT && doc == NULL && err.line >= 4, "%u:%u %s", err.line, err.column,
            err.text);
}

static vd_code repeated(const char *unit, size_t n) {
  VD_SCOPED_BUF b = VD_BUF(64 << 20);
  while (n-- > 0)
    vd_buf_put(&b, vd_view_of(unit));
  return outcome(vd_buf_view(&b));
}

Test(format_yaml, hostile_shapes_are_bounded) {
  cr_assert(repeated("[", 1 << 20) == VD_LIMIT);
  cr_assert(repeated("- ", 1 << 19) == VD_LIMIT);
  cr_assert(repeated("{a: ", 1 << 18) == VD_LIMIT);
  cr_assert(repeated("? ", 1 << 19) != VD_OK);
  cr_assert(repeated("\n", 1 << 20) == VD_LIMIT);
  cr_assert(repeated("%", 1 << 20) == VD_LIMIT);
  cr_assert(repeated("%TAG !a! tag:x\n", 100) == VD_LIMIT);
  cr_assert(repeated("!<%41", 1) != VD_OK);
  cr_assert(repeated("[],", 1 << 19) == VD_LIMIT);
  cr_assert(repeated("a: b\n", 1 << 17) == VD_OK);
  cr_assert(repeated("a ", 1 << 19) == VD_OK);
  cr_assert(repeated("- a\n", 1 << 18) == VD_OK);
}

static const char sample[] = "# c\na: &x [1, {b: \"q\\t\"}]\nc: *x\nd: |\n  text\n  more\n";

Test(format_yaml, every_prefix_is_safe) {
  for (size_t n = 0; n < sizeof sample; n++) {
    char *exact = malloc(n + (n == 0));
    cr_assert(exact != NULL);
    memcpy(exact, sample, n);
    (void)outcome((vd_view){exact, n});
    free(exact);
  }
}

Test(format_yaml, every_allocation_may_fail) {
  vd_code code = VD_NOMEM;
  unsigned n = 0;
  while (code != VD_OK) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    a.fail_at = ++n;
    const vd_value *doc = NULL;
    code = vd_yaml_parse(&a, vd_view_of(sample), &doc, NULL);
    cr_assert(code == VD_OK ? doc != NULL : code == VD_NOMEM && doc == NULL);
  }
  cr_assert(n > 8);
}

// ---- PYSEC against PyYAML ---------------------------------------------------------------------

// One JSON line a file: its text, and its tree with every scalar as the text PyYAML reads.
static const char judge[] = "import json,sys,tarfile,yaml\n"
                            "L=getattr(yaml,'CBaseLoader',yaml.BaseLoader)\n"
                            "a=tarfile.open(sys.argv[1])\n"
                            "for m in a:\n"
                            "  if m.name.endswith('.yaml'):\n"
                            "    t=a.extractfile(m).read()\n"
                            "    print(json.dumps([t.decode(),yaml.load(t,L)]))\n";

// Both trees in one walk; b holds text only.
static bool same_tree(const vd_value *x, const vd_value *y) {
  const vd_value *xs[VD_NEST_MAX], *ys[VD_NEST_MAX];
  size_t depth = 0;
  while (x != NULL || depth > 0) {
    if (x == NULL || y == NULL) {
      if (x != y)
        return false;
      x = xs[--depth];
      y = ys[depth];
      continue;
    }
    bool nested = x->kind >= VD_KIND_ARRAY;
    if (!vd_view_eq(x->key, y->key) || nested != (y->kind >= VD_KIND_ARRAY) ||
        (nested ? x->kind != y->kind || x->count != y->count : !vd_view_eq(x->text, y->text)))
      return false;
    xs[depth] = x->next;
    ys[depth] = y->next;
    depth += nested;
    x = nested ? x->first : x->next;
    y = nested ? y->first : y->next;
  }
  return y == NULL;
}

static const char *shared(void) {
  const char *dirs[] = {getenv("VD_SHARED"), "../shared", "../../shared"};
  for (size_t i = 0; i < VD_COUNT(dirs); i++)
    if (dirs[i] != NULL && access(dirs[i], R_OK) == 0)
      return dirs[i];
  return NULL;
}

static void check_line(vd_view line, size_t n) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  const vd_value *pair = NULL, *tree = NULL;
  vd_error err = {0};
  cr_assert(vd_json_parse(&a, line, &pair, &err) == VD_OK, "%s", err.text);
  cr_assert(vd_yaml_parse(&a, vd_text(pair->first), &tree, &err) == VD_OK, "file %zu: %u:%u %s", n,
            err.line, err.column, err.text);
  vd_value root = *pair->last;
  root.next = NULL;
  cr_assert(same_tree(tree, &root), "file %zu differs:\n%.*s", n, VD_ARG(vd_text(pair->first)));
}

Test(format_yaml, pysec_reads_as_pyyaml_reads_it) {
  const char *dir = shared();
  if (dir == NULL || access("/usr/bin/python3", X_OK) != 0)
    cr_skip_test("needs ../shared and python3");
  char command[4096 + sizeof judge];
  (void)snprintf(command, sizeof command, "/usr/bin/python3 -c \"%s\" '%s/feeds/pysec/main.tar.gz'",
                 judge, dir);
  FILE *theirs = popen(command, "r");
  cr_assert(theirs != NULL);
  char *line = NULL;
  size_t cap = 0, files = 0;
  for (ssize_t n; (n = getline(&line, &cap, theirs)) > 0; files++)
    check_line((vd_view){line, (size_t)n}, files);
  free(line);
  cr_assert(pclose(theirs) == 0);
  cr_assert(files == 7080, "%zu files", files);
}

Test(yaml, tags_stand_where_values_do) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_yaml_tags tags = {0};
  cr_assert(
      vd_yaml_tags_of(&a,
                      VD_VIEW("\xEF\xBB\xBF"
                              "a: !!str 1\nb: |\n  !no\nc: '!no'\n# !no\n--- !x\nd: [!y 1]\n"),
                      &tags, NULL) == VD_OK);
  cr_assert(tags.count == 3);
  cr_expect(vd_view_eq(tags.at[0].text, VD_VIEW("tag:yaml.org,2002:str")) &&
            tags.at[0].offset == 6);
  cr_expect(vd_view_eq(tags.at[1].text, VD_VIEW("!x")) &&
            vd_view_eq(tags.at[2].text, VD_VIEW("!y")));
  cr_expect(vd_yaml_tags_of(&a, VD_VIEW("a: [!x 1"), &tags, NULL) == VD_FORMAT && tags.count == 3);
}
