#include "format/format.h"

#include <criterion/criterion.h>
#include <math.h>
#include <unistd.h>

static void write_sample(vd_json_out *j) {
  vd_json_open(j, '{');
  vd_json_member(j, "a", VD_VIEW("x\"\\\n\x1b"));
  vd_json_member(j, "none", (vd_view){0});
  vd_json_key(j, "list");
  vd_json_open(j, '[');
  vd_json_int(j, INT64_MIN);
  vd_json_real(j, 0.125, 2);
  vd_json_real(j, NAN, 2);
  vd_json_bool(j, true);
  vd_json_null(j);
  vd_json_open(j, '[');
  vd_json_close(j, ']');
  vd_json_close(j, ']');
  vd_json_key(j, "empty");
  vd_json_open(j, '{');
  vd_json_close(j, '}');
  vd_json_close(j, '}');
}

Test(format_json_out, compact) {
  VD_SCOPED_BUF b = VD_BUF(1 << 20);
  vd_json_out j = {.buf = &b};
  write_sample(&j);
  cr_assert(vd_view_eq(vd_buf_view(&b),
                       VD_VIEW("{\"a\":\"x\\\"\\\\\\n\\u001b\",\"none\":null,\"list\":["
                               "-9223372036854775808,0.12,null,true,null,[]],\"empty\":{}}")),
            "%.*s", VD_ARG(vd_buf_view(&b)));
}

Test(format_json_out, pretty) {
  VD_SCOPED_BUF b = VD_BUF(1 << 20);
  vd_json_out j = {.buf = &b, .pretty = true};
  write_sample(&j);
  cr_assert(vd_view_eq(vd_buf_view(&b),
                       VD_VIEW("{\n  \"a\": \"x\\\"\\\\\\n\\u001b\",\n  \"none\": null,\n"
                               "  \"list\": [\n    -9223372036854775808,\n    0.12,\n    null,\n"
                               "    true,\n    null,\n    []\n  ],\n  \"empty\": {}\n}")),
            "%.*s", VD_ARG(vd_buf_view(&b)));
}

Test(format_json_out, bad_utf8_is_replaced_byte_by_byte) {
  VD_SCOPED_BUF b = VD_BUF(1 << 20);
  vd_json_out j = {.buf = &b};
  vd_json_text(&j, VD_VIEW("a\xFF\xC3z\xE2\x80\xAE\xC2\x9B\xC3\xA9"));
  cr_assert(
      vd_view_eq(vd_buf_view(&b), VD_VIEW("\"a\xEF\xBF\xBD\xEF\xBF\xBDz\\u202e\\u009b\xC3\xA9\"")));
}

Test(format_json_out, reals_are_json_numbers) {
  VD_SCOPED_BUF b = VD_BUF(1 << 20);
  vd_json_out j = {.buf = &b};
  vd_json_open(&j, '[');
  vd_json_real(&j, 1e308, 99);
  vd_json_real(&j, -0.0, 0);
  vd_json_real(&j, -INFINITY, 3);
  vd_json_close(&j, ']');
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  const vd_value *doc = NULL;
  cr_assert(vd_json_parse(&a, vd_buf_view(&b), &doc, NULL) == VD_OK);
  cr_assert(doc->first->real == 1e308 && vd_is(doc->last, VD_KIND_NULL));
}

// A tree of random shape and text, written and kept for comparison.
typedef struct maker {
  vd_json_out *j;
  uint64_t state;
  char open[16];
} maker;

static uint64_t draw(maker *m, uint64_t below) {
  m->state = m->state * 6364136223846793005u + 1442695040888963407u;
  return (m->state >> 33) % below;
}

static void random_text(maker *m, char text[32]) {
  size_t n = draw(m, 8), len = 0;
  while (n-- > 0) {
    static const uint32_t bases[] = {1, 0x20, 0x80, 0x7F0, 0x2020, 0xFFF0, 0x1F600};
    len += vd_utf8_encode(bases[draw(m, VD_COUNT(bases))] + (uint32_t)draw(m, 32), text + len);
  }
  text[len] = '\0';
}

static void random_scalar(maker *m) {
  char text[32];
  switch (draw(m, 5)) {
  case 0: vd_json_int(m->j, (int64_t)(m->state * 3)); break;
  case 1: vd_json_real(m->j, (double)m->state / 1e12, (int)draw(m, 9)); break;
  case 2: vd_json_bool(m->j, draw(m, 2) != 0); break;
  case 3: vd_json_null(m->j); break;
  default: random_text(m, text); vd_json_text(m->j, vd_view_of(text));
  }
}

static void random_step(maker *m) {
  vd_json_out *j = m->j;
  if (j->depth > 1 && draw(m, 4) == 0) {
    vd_json_close(j, m->open[j->depth - 1] == '{' ? '}' : ']');
    return;
  }
  if (m->open[j->depth - 1] == '{') {
    char text[32], key[64];
    random_text(m, text);
    (void)snprintf(key, sizeof key, "%s%zu", text, j->buf->len); // unique
    vd_json_key(j, key);
  }
  if (j->depth == VD_COUNT(m->open) || draw(m, 3) != 0) {
    random_scalar(m);
    return;
  }
  m->open[j->depth] = draw(m, 2) != 0 ? '{' : '[';
  vd_json_open(j, m->open[j->depth]);
}

static void random_document(vd_json_out *j, uint64_t seed) {
  maker m = {.j = j, .state = seed, .open = "["};
  vd_json_open(j, '[');
  for (int i = 0; i < 60; i++)
    random_step(&m);
  while (j->depth > 0)
    vd_json_close(j, m.open[j->depth - 1] == '{' ? '}' : ']');
}

static void put_scalar(vd_json_out *j, const vd_value *v, bool reals_as_text) {
  switch ((int)v->kind) {
  case VD_KIND_INT: vd_json_int(j, v->integer); break;
  case VD_KIND_BOOL: vd_json_bool(j, v->boolean); break;
  case VD_KIND_NULL: vd_json_null(j); break;
  case VD_KIND_FLOAT:
    if (reals_as_text)
      vd_json_text(j, v->text);
    else
      vd_json_real(j, v->real, (int)(v->text.len - vd_view_find(v->text, '.') - 1));
    break;
  default: vd_json_text(j, v->text);
  }
}

static void put_key(vd_json_out *j, vd_view key) {
  char text[64] = {0};
  memcpy(text, key.ptr, key.len);
  vd_json_key(j, text);
}

// Writes a tree again; `open` holds the containers that are open.
static void rewrite(vd_json_out *j, const vd_value *v, bool reals_as_text) {
  const vd_value *open[32];
  while (v != NULL || j->depth > 0) {
    const vd_value *parent = j->depth == 0 ? NULL : open[j->depth - 1];
    if (v == NULL) {
      vd_json_close(j, parent->kind == VD_KIND_TABLE ? '}' : ']');
      v = j->depth == 0 ? NULL : parent->next;
      continue;
    }
    if (vd_is(parent, VD_KIND_TABLE))
      put_key(j, v->key);
    if (v->kind != VD_KIND_TABLE && v->kind != VD_KIND_ARRAY) {
      put_scalar(j, v, reals_as_text);
      v = v->next;
      continue;
    }
    open[j->depth] = v;
    vd_json_open(j, v->kind == VD_KIND_TABLE ? '{' : '[');
    v = v->first;
  }
}

static void flatten(vd_buf *out, vd_view text, bool pretty, bool reals_as_text) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_json_out j = {.buf = out, .pretty = pretty};
  const vd_value *doc = NULL;
  cr_assert(vd_json_parse(&a, text, &doc, NULL) == VD_OK);
  rewrite(&j, doc, reals_as_text);
}

Test(format_json_out, what_is_written_reads_back_the_same) {
  for (uint64_t seed = 1; seed < 400; seed++) {
    VD_SCOPED_BUF b = VD_BUF(1 << 20), again = VD_BUF(1 << 20);
    vd_json_out j = {.buf = &b, .pretty = seed % 2};
    random_document(&j, seed);
    flatten(&again, vd_buf_view(&b), seed % 2, false);
    cr_assert(vd_view_eq(vd_buf_view(&b), vd_buf_view(&again)), "seed %zu", (size_t)seed);
  }
}

// Python is the outside judge: it reads each document and writes it again (reals as text).
static const char judge[] =
    "import json,sys\n"
    "for line in sys.stdin.buffer.read().split(b'\\n'):\n"
    "  if line: print(json.dumps(json.loads(line, parse_float=str), ensure_ascii=True))\n";

Test(format_json_out, python_reads_what_we_read) {
  if (access("/usr/bin/python3", X_OK) != 0)
    cr_skip_test("no /usr/bin/python3");
  char in[] = "/tmp/vd-json-XXXXXX", command[256 + sizeof judge];
  int fd = mkstemp(in);
  cr_assert(fd >= 0);
  VD_SCOPED_FILE *f = fdopen(fd, "w");
  VD_SCOPED_BUF all = VD_BUF(16 << 20);
  for (uint64_t seed = 1; seed < 200; seed++) {
    vd_json_out j = {.buf = &all};
    random_document(&j, seed);
    vd_buf_put_c(&all, '\n');
  }
  cr_assert(fwrite(all.ptr, 1, all.len, f) == all.len && fflush(f) == 0);
  (void)snprintf(command, sizeof command, "/usr/bin/python3 -c \"%s\" <%s", judge, in);
  FILE *theirs = popen(command, "r");
  cr_assert(theirs != NULL);
  vd_view rest = vd_buf_view(&all), line;
  char *got = NULL;
  size_t cap = 0;
  while (vd_view_line(&rest, &line)) {
    VD_SCOPED_BUF ours = VD_BUF(1 << 20), python = VD_BUF(1 << 20);
    ssize_t n = getline(&got, &cap, theirs);
    cr_assert(n > 0);
    flatten(&ours, line, false, true);
    flatten(&python, (vd_view){got, (size_t)n}, false, true);
    cr_assert(vd_view_eq(vd_buf_view(&ours), vd_buf_view(&python)));
  }
  free(got);
  cr_assert(pclose(theirs) == 0);
  (void)unlink(in);
}

static void expect_tree(const char *yaml, const char *expected) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  VD_SCOPED_BUF b = VD_BUF(1 << 16);
  vd_json_out j = {.buf = &b};
  const vd_value *doc = NULL;
  cr_assert(vd_yaml_parse(&a, vd_view_of(yaml), &doc, NULL) == VD_OK);
  vd_json_tree(&j, doc);
  cr_assert(vd_view_eq(vd_buf_view(&b), vd_view_of(expected)), "%.*s", (int)b.len, b.ptr);
}

Test(format_json_out, trees) {
  expect_tree("a: [1, -2, {b: x, c: [], d: {}}, ~]\n'e\"f': yes\ng: false\nh: 1.50\n",
              "{\"a\":[1,-2,{\"b\":\"x\",\"c\":[],\"d\":{}},null],\"e\\\"f\":\"yes\","
              "\"g\":false,\"h\":\"1.50\"}");
  expect_tree("x", "\"x\"");
  expect_tree("[]", "[]");
  expect_tree("[[[1], 2], 3]", "[[[1],2],3]");
}

Test(format_json_out, a_tree_that_is_too_large_ends_early) {
  VD_SCOPED_ARENA a = VD_ARENA(8 << 20);
  VD_SCOPED_BUF b = VD_BUF(1000);
  VD_SCOPED_BUF yaml = VD_BUF(1 << 16);
  vd_json_out j = {.buf = &b};
  const vd_value *doc = NULL;
  vd_buf_put(&yaml, VD_VIEW("a0: &a0 [x, x, x, x, x, x, x, x]\n"));
  for (int i = 1; i < 7; i++)
    vd_buf_printf(&yaml, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i - 1, i - 1,
                  i - 1, i - 1, i - 1, i - 1);
  cr_assert(vd_yaml_parse(&a, vd_buf_view(&yaml), &doc, NULL) == VD_OK);
  vd_json_tree(&j, doc);
  cr_assert(b.failed && b.len <= 1000);
}
