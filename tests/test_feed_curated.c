// The curated tables name only what other tables define, and say what they promise.
#include "base/base.h"

#include <criterion/criterion.h>

typedef struct table {
  vd_arena arena;
  vd_view text; // without the heading
} table;

static void close_table(table *t) { vd_arena_free(&t->arena); }
#define SCOPED_TABLE VD_CLEANUP(close_table) table

static table open_table(const char *path, const char *heading) {
  table t = {.arena = VD_ARENA(64 << 20)};
  vd_view line;
  cr_assert(vd_file_read(&t.arena, path, 32 << 20, &t.text, NULL) == VD_OK, "%s", path);
  cr_assert(vd_view_line(&t.text, &line));
  if (heading != NULL)
    cr_assert(vd_view_eq(line, vd_view_of(heading)), "%s: %.*s", path, (int)line.len, line.ptr);
  return t;
}

static vd_view cell(vd_view line, size_t column) {
  vd_view c = vd_view_cut(&line, '\t');
  for (size_t i = 0; i < column; i++)
    c = vd_view_cut(&line, '\t');
  return c;
}

// The values of a column as keys.
static vd_map column(table *t, size_t n) {
  vd_map m = VD_MAP(&t->arena);
  vd_view rest = t->text, line;
  while (vd_view_line(&rest, &line))
    cr_assert(vd_map_put(&m, cell(line, n), t) == VD_OK);
  return m;
}

static void expect_all(const vd_map *known, vd_view list, vd_view line) {
  while (list.len > 0) {
    vd_view word = vd_view_cut(&list, ' ');
    cr_assert(vd_view_eq(word, VD_VIEW("*")) || vd_map_get(known, word) != NULL, "%.*s in %.*s",
              (int)word.len, word.ptr, (int)line.len, line.ptr);
  }
}

static bool one_of(vd_view v, const char *words) {
  vd_view rest = vd_view_of(words);
  while (rest.len > 0)
    if (vd_view_eq(v, vd_view_cut(&rest, ' ')))
      return true;
  return false;
}

static const char heading[] =
    "# weaknesses\troles\tvector\tphase\tlayer\tsurface\tconfidence\treason";

Test(feed_curated, cross_level_rules_name_what_there_is) {
  SCOPED_TABLE rules = open_table("facts/curated/crosslevel.tsv", heading);
  SCOPED_TABLE weaknesses = open_table("facts/weaknesses.tsv", NULL);
  SCOPED_TABLE roles = open_table("facts/curated/role-kinds.tsv", NULL);
  SCOPED_TABLE stages = open_table("facts/curated/stages.tsv", NULL);
  SCOPED_TABLE surfaces = open_table("facts/curated/surfaces.tsv", "# id\tname");
  vd_map known[] = {column(&weaknesses, 0), column(&roles, 0), column(&stages, 3),
                    column(&surfaces, 0)};
  vd_view rest = rules.text, line;
  size_t n = 0;
  for (; vd_view_line(&rest, &line); n++) {
    vd_view phase = cell(line, 3), layer = cell(line, 4), surface = cell(line, 5);
    double confidence = strtod(vd_arena_copy(&rules.arena, cell(line, 6)).ptr, NULL);
    expect_all(&known[0], cell(line, 0), line);
    expect_all(&known[1], cell(line, 1), line);
    expect_all(&known[2], phase, line);
    expect_all(&known[3], surface, line);
    cr_assert(one_of(cell(line, 2), "* AV:N AV:A AV:L AV:P"));
    cr_assert(layer.len == 0 ||
              one_of(layer, "data-artifact training-inference-code orchestration"));
    cr_assert(phase.len + layer.len + surface.len > 0 && cell(line, 7).len > 0);
    cr_assert(confidence > 0 && confidence < 1);
  }
  cr_assert(n >= 60);
}

// Every role has rules of its own, and every weakness that 11 or more flaws have (the 60 most
// frequent and those as frequent as the last of them, but CWE-670, which says nothing of a
// surface).
Test(feed_curated, cross_level_rules_cover_roles_and_frequent_weaknesses) {
  SCOPED_TABLE rules = open_table("facts/curated/crosslevel.tsv", heading);
  SCOPED_TABLE roles = open_table("facts/curated/role-kinds.tsv", NULL);
  SCOPED_TABLE flaws = open_table("facts/vulnerabilities.tsv", NULL);
  vd_map weakness = VD_MAP(&rules.arena), role = VD_MAP(&rules.arena);
  vd_map count = VD_MAP(&rules.arena);
  vd_view rest = rules.text, line;
  while (vd_view_line(&rest, &line)) {
    for (vd_view list = cell(line, 0); list.len > 0;)
      cr_assert(vd_map_put(&weakness, vd_view_cut(&list, ' '), &rules) == VD_OK);
    for (vd_view list = cell(line, 1); list.len > 0;)
      cr_assert(vd_map_put(&role, vd_view_cut(&list, ' '), &rules) == VD_OK);
  }
  for (rest = roles.text; vd_view_line(&rest, &line);)
    cr_assert(vd_map_get(&role, cell(line, 0)) != NULL, "%.*s", (int)line.len, line.ptr);
  for (rest = flaws.text; vd_view_line(&rest, &line);)
    for (vd_view list = cell(line, 6); list.len > 0;) {
      vd_view id = vd_view_cut(&list, ' ');
      size_t *n = vd_map_get(&count, id);
      if (n == NULL) {
        n = vd_new(&rules.arena, size_t);
        cr_assert(n != NULL && vd_map_put(&count, id, n) == VD_OK);
      }
      if (++*n == 11 && !vd_view_eq(id, VD_VIEW("CWE-670")))
        cr_assert(vd_map_get(&weakness, id) != NULL, "%.*s", (int)id.len, id.ptr);
    }
}

// The study's published table of attacks (PAPER.md), of 834 flaws in 86 repositories.
Test(feed_curated, attacks_of_the_study) {
  static const struct {
    const char *attack;
    size_t rows;
  } published[] = {
      {"Denial of Service (DoS)", 951},      {"Improper Input Validation", 317},
      {"Heap-based Buffer Overflow", 192},   {"NULL pointer dereference attack", 180},
      {"Arbitrary code attack", 120},        {"Remote code execution (RCE) attack", 111},
      {"Bypass authentication attack", 98},  {"Use-after-free attack", 95},
      {"Information disclosure attack", 92}, {"SQL injection attack", 63}};
  SCOPED_TABLE attacks =
      open_table("facts/curated/study-attacks.tsv", "# vulnerability\trepository\tattack\trows");
  size_t rows[VD_COUNT(published)] = {0};
  vd_view rest = attacks.text, line;
  while (vd_view_line(&rest, &line))
    for (size_t i = 0; i < VD_COUNT(published); i++) {
      uint64_t n = 0;
      cr_assert(vd_view_u64(cell(line, 3), &n) && n > 0);
      if (vd_view_eq(cell(line, 2), vd_view_of(published[i].attack)))
        rows[i] += n;
    }
  for (size_t i = 0; i < VD_COUNT(published); i++)
    cr_assert(rows[i] == published[i].rows, "%s: %zu", published[i].attack, rows[i]);
  cr_assert(column(&attacks, 0).count == 834 && column(&attacks, 1).count == 86);
}
