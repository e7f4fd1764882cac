// Answers questions about versions and requirements, so that pep440.py can compare them with
// packaging. One question a line on standard input, fields separated by tabs; a byte that is not
// printable ASCII, or is a backslash, stands as \xNN. One answer a line.
#include "package/package.h"

enum { FIELDS_MAX = 16, ARENA_MAX = 64 << 20 };

typedef struct question {
  vd_arena *arena;
  vd_view field[FIELDS_MAX]; // empty ones past the last
} question;

static int nibble(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

static vd_view decode(vd_arena *a, vd_view text) {
  char *out = vd_new_array(a, char, text.len + 1);
  size_t n = 0;
  if (out == NULL)
    exit(EXIT_FAILURE);
  for (size_t i = 0; i < text.len; i++) {
    bool escaped = text.ptr[i] == '\\' && i + 3 < text.len;
    int c = escaped ? nibble(text.ptr[i + 2]) << 4 | nibble(text.ptr[i + 3]) : text.ptr[i];
    out[n++] = (char)c;
    i += escaped ? 3 : 0;
  }
  return (vd_view){out, n};
}

static void print(vd_view v) {
  for (size_t i = 0; i < v.len; i++) {
    unsigned char c = (unsigned char)v.ptr[i];
    if (c > 0x7e || c < 0x20 || c == '\\')
      (void)printf("\\x%02x", c);
    else
      (void)putchar(c);
  }
}

static void answer_compare(const question *q) {
  vd_version a = vd_version_read(q->field[1]), b = vd_version_read(q->field[2]);
  (void)printf("%d", vd_version_compare(&a, &b));
}

static void answer_legacy(const question *q) {
  vd_version a = {.text = q->field[1], .legacy = true}, b = {.text = q->field[2], .legacy = true};
  (void)printf("%d", vd_version_compare(&a, &b));
}

static void answer_parse(const question *q) {
  vd_version v;
  if (vd_version_parse(q->field[1], &v, NULL) != VD_OK) {
    (void)printf("bad");
    return;
  }
  print(vd_version_format(q->arena, &v));
  (void)printf(" %d", vd_version_is_prerelease(&v));
}

static void answer_contains(const question *q) {
  vd_specifiers s;
  vd_version v;
  if (vd_specifiers_parse(q->arena, q->field[1], &s, NULL) != VD_OK ||
      vd_version_parse(q->field[2], &v, NULL) != VD_OK)
    (void)printf("bad");
  else
    (void)printf("%d %d", vd_specifiers_contain(&s, &v, true),
                 vd_specifiers_contain(&s, &v, false));
}

static void answer_specifiers(const question *q) {
  vd_specifiers s;
  if (vd_specifiers_parse(q->arena, q->field[1], &s, NULL) != VD_OK)
    (void)printf("bad");
  else
    print(vd_specifiers_format(q->arena, &s));
}

static void answer_requirement(const question *q) {
  vd_requirement r;
  if (vd_requirement_parse(q->arena, q->field[1], &r, NULL) != VD_OK) {
    (void)printf("bad");
    return;
  }
  print(r.name);
  (void)putchar('|');
  for (size_t i = 0; i < r.extras.count; i++) {
    print(r.extras.at[i]);
    (void)putchar(',');
  }
  (void)putchar('|');
  print(vd_specifiers_format(q->arena, &r.specifiers));
  (void)printf("|%d|", r.marker != NULL);
  print(r.url);
}

// The variables follow the marker in the order of vd_marker_env.
static void answer_marker(const question *q) {
  const vd_view *f = q->field + 2;
  vd_marker_env env = {f[0], f[1], f[2], f[3], f[4],  f[5],
                       f[6], f[7], f[8], f[9], f[10], vd_pypi_normalize(q->arena, f[11])};
  const vd_marker *m;
  if (vd_marker_parse(q->arena, q->field[1], &m, NULL) != VD_OK)
    (void)printf("bad");
  else
    (void)printf("%d", vd_marker_eval(m, &env));
}

// One digit for each version of the second text, a line each: inside the ranges of the first?
static void answer_ranges(const question *q) {
  vd_ranges ranges;
  vd_view rest = q->field[2], line;
  if (vd_ranges_parse(q->arena, q->field[1], &ranges, NULL) != VD_OK) {
    (void)printf("bad");
    return;
  }
  while (vd_view_line(&rest, &line)) {
    vd_version v = vd_version_read(line);
    (void)putchar(vd_ranges_contain(&ranges, &v) ? '1' : '0');
  }
}

typedef struct command {
  const char *name;
  void (*answer)(const question *q);
} command;

static const command commands[] = {
    {"compare", answer_compare},       {"legacy", answer_legacy},
    {"parse", answer_parse},           {"contains", answer_contains},
    {"specifiers", answer_specifiers}, {"requirement", answer_requirement},
    {"marker", answer_marker},         {"ranges", answer_ranges}};

static void answer(vd_view line) {
  VD_SCOPED_ARENA arena = VD_ARENA(ARENA_MAX);
  question q = {.arena = &arena};
  for (size_t i = 0; i < FIELDS_MAX && line.ptr != NULL; i++) {
    bool last = vd_view_find(line, '\t') == line.len;
    q.field[i] = decode(&arena, vd_view_cut(&line, '\t'));
    if (last)
      break;
  }
  for (size_t i = 0; i < VD_COUNT(commands); i++)
    if (vd_view_eq(q.field[0], vd_view_of(commands[i].name)))
      commands[i].answer(&q);
  (void)putchar('\n');
}

int main(void) {
  char *line = NULL;
  size_t cap = 0;
  for (ssize_t n = getline(&line, &cap, stdin); n > 0; n = getline(&line, &cap, stdin))
    answer((vd_view){line, (size_t)n - (line[n - 1] == '\n')});
  free(line);
  return EXIT_SUCCESS;
}
