// Measures the knowledge base: time of compile, open, package reads and mapping, and how flaws
// spread over techniques: blind, by chains at several cuts, and as vd_graph_map gives them.
#include "graph/atlas.h"

#include <sys/resource.h>
#include <time.h>

typedef struct tally {
  vd_view key;
  unsigned flaws;
  uint32_t last; // number of the flaw counted last
} tally;

typedef struct tally_ref {
  tally *tally;
} tally_ref;

typedef struct flaw_state {
  uint32_t number;
  bool curated, chain, weak;
  vd_view why;
} flaw_state;

typedef struct flaw_ref {
  flaw_state *flaw;
} flaw_ref;

typedef struct bench {
  vd_graph *g;
  vd_arena arena;
  vd_map flaws, techniques, reasons;
  VD_VEC(flaw_ref) flaw_list;
  VD_VEC(tally_ref) technique_list;
  VD_VEC(tally_ref) reason_list;
  VD_VEC(vd_view) packages;
  size_t mappings, rows;
  double package_ms, map_ms;
} bench;

static double now_ms(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void must(vd_code code, const vd_error *err) {
  if (code == VD_OK)
    return;
  (void)fprintf(stderr, "%s\n", err->text);
  exit(EXIT_FAILURE);
}

static void *must_have(void *p) {
  if (p == NULL)
    abort();
  return p;
}

static flaw_state *state_of(bench *b, const vd_flaw *f) {
  flaw_state *s = vd_map_get(&b->flaws, f->id);
  if (s != NULL)
    return s;
  s = must_have(vd_new(&b->arena, flaw_state));
  s->number = (uint32_t)b->flaw_list.count + 1;
  s->weak = f->cwe.count != 0;
  *(flaw_ref *)must_have(vd_vec_push(&b->arena, &b->flaw_list)) = (flaw_ref){s};
  must(vd_map_put(&b->flaws, vd_arena_copy(&b->arena, f->id), s), &(vd_error){0});
  return s;
}

static tally *tally_of(bench *b, vd_map *map, vd_view key) {
  tally *t = vd_map_get(map, key);
  if (t != NULL)
    return t;
  t = must_have(vd_new(&b->arena, tally));
  t->key = vd_arena_copy(&b->arena, key);
  if (map == &b->techniques)
    *(tally_ref *)must_have(vd_vec_push(&b->arena, &b->technique_list)) = (tally_ref){t};
  else
    *(tally_ref *)must_have(vd_vec_push(&b->arena, &b->reason_list)) = (tally_ref){t};
  must(vd_map_put(map, t->key, t), &(vd_error){0});
  return t;
}

static void count(bench *b, vd_map *map, vd_view key, uint32_t flaw) {
  tally *t = tally_of(b, map, key);
  t->flaws += t->last != flaw;
  t->last = flaw;
}

// A flaw in several packages counts once a technique: pairs are told apart by a key of both.
static void count_mapping(bench *b, flaw_state *s, const vd_mapping *m) {
  for (size_t i = 0; i < m->techniques.count; i++) {
    const vd_technique_link *l = &m->techniques.at[i];
    bool chain = vd_view_eq(l->method, VD_VIEW("chain"));
    s->chain |= chain;
    s->curated |= !chain;
    vd_view pair = vd_arena_printf(&b->arena, "%.*s %u", VD_ARG(l->id), s->number);
    if (vd_map_get(&b->flaws, pair) != NULL)
      continue;
    must(vd_map_put(&b->flaws, pair, s), &(vd_error){0});
    tally_of(b, &b->techniques, l->id)->flaws++;
  }
  if (m->techniques.count == 0)
    s->why = vd_arena_copy(&b->arena, m->why_none);
}

static void map_package(bench *b, const vd_package_facts *p) {
  const vd_flaw *last = NULL;
  for (size_t i = 0; i < p->affected.count; i++) {
    const vd_flaw *f = p->affected.at[i].flaw;
    VD_SCOPED_ARENA scratch = VD_ARENA(1 << 20);
    vd_error err = {0};
    vd_mapping m = {0};
    if (f == last)
      continue;
    last = f;
    double start = now_ms();
    must(vd_graph_map(b->g, &scratch, &(vd_map_query){f, p->name}, &m, &err), &err);
    b->map_ms += now_ms() - start;
    b->mappings++;
    count_mapping(b, state_of(b, f), &m);
  }
}

static void read_packages(bench *b) {
  for (size_t i = 0; i < b->packages.count; i++) {
    VD_SCOPED_ARENA scratch = VD_ARENA((size_t)64 << 20);
    vd_error err = {0};
    vd_package_facts p = {0};
    double start = now_ms();
    vd_code code = vd_graph_package(b->g, &scratch, b->packages.at[i], &p, &err);
    b->package_ms += now_ms() - start;
    if (code == VD_NOTFOUND) // known by its role only
      continue;
    must(code, &err);
    b->rows += p.affected.count;
    map_package(b, &p);
  }
}

static void list_packages(bench *b) {
  VD_SCOPED_SQL *s = must_have(vd_store_sql(b->g, VD_SQL_NODES));
  (void)sqlite3_bind_int64(s, 1, b->g->node_kind[VD_NODE_PACKAGE]);
  for (bool row = true; row;) {
    must(vd_sql_next(b->g, s, &row, NULL), &(vd_error){.text = "cannot list the packages"});
    vd_view name = row ? vd_view_from(vd_sql_view(s, 1), 5) : (vd_view){0}; // after "pypi/"
    if (row)
      *(vd_view *)must_have(vd_vec_push(&b->arena, &b->packages)) = vd_arena_copy(&b->arena, name);
  }
}

static int by_count(const void *x, const void *y) {
  const tally *a = ((const tally_ref *)x)->tally, *b = ((const tally_ref *)y)->tally;
  return a->flaws != b->flaws ? (a->flaws < b->flaws ? 1 : -1) : vd_view_cmp(a->key, b->key);
}

static void print_top(tally_ref *list, size_t n, size_t most, size_t of) {
  if (n != 0)
    qsort(list, n, sizeof *list, by_count);
  for (size_t i = 0; i < n && i < most; i++)
    printf("    %5u %5.1f %%  %.*s\n", list[i].tally->flaws,
           100.0 * list[i].tally->flaws / (double)of, VD_ARG(list[i].tally->key));
}

static void print_spread(bench *b) {
  size_t curated = 0, chain = 0, none = 0, weak = 0, n = b->flaw_list.count;
  for (size_t i = 0; i < n; i++) {
    const flaw_state *s = b->flaw_list.at[i].flaw;
    curated += s->curated;
    chain += s->chain && !s->curated;
    weak += s->weak;
    if (s->curated || s->chain)
      continue;
    none++;
    vd_view why = s->why, cwe = vd_view_from(why, 0);
    while (cwe.len != 0 && !vd_view_starts(cwe, VD_VIEW("CWE-")))
      cwe = vd_view_from(cwe, 1);
    vd_view id = vd_view_first(cwe, vd_view_find(cwe, ' '));
    count(b, &b->reasons,
          vd_arena_printf(&b->arena, "%.*s%s%.*s", VD_ARG(vd_view_first(why, why.len - cwe.len)),
                          id.len == 0 ? "" : "CWE", VD_ARG(vd_view_from(cwe, id.len))),
          s->number);
  }
  printf("flaws %zu, with a weakness %zu\n", n, weak);
  printf("  technique by a curated rule %zu (%.1f %% of all, %.1f %% of those with a weakness)\n",
         curated, 100.0 * (double)curated / (double)n, 100.0 * (double)curated / (double)weak);
  printf("  by a chain only %zu (%.1f %%, %.1f %%)\n", chain, 100.0 * (double)chain / (double)n,
         100.0 * (double)chain / (double)weak);
  printf("  none %zu (%.1f %%)\n", none, 100.0 * (double)none / (double)n);
  print_top(b->reason_list.at, b->reason_list.count, 10, n);
  printf("  techniques by share of all flaws\n");
  print_top(b->technique_list.at, b->technique_list.count, 10, n);
}

// Chains alone, as if no rule were there: what a cut leaves, and the technique that lands widest.
static void print_cut(bench *b, const vd_atlas *atlas, double cut) {
  unsigned *on = must_have(vd_new_array(&b->arena, unsigned, atlas->nodes.count * 2));
  unsigned *seen = on + atlas->nodes.count, flaw = 0, mapped = 0, mapped_last = 0;
  VD_SCOPED_SQL *s = must_have(vd_store_sql(b->g, VD_SQL_EDGES));
  (void)sqlite3_bind_int64(s, 1, b->g->edge_kind[VD_EDGE_HAS_WEAKNESS]);
  int64_t last = -1;
  for (bool row = true; row;) {
    must(vd_sql_next(b->g, s, &row, NULL), &(vd_error){.text = "cannot read edges"});
    flaw += row && sqlite3_column_int64(s, 0) != last;
    last = row ? sqlite3_column_int64(s, 0) : last;
    uint32_t w = row ? vd_atlas_index(atlas, sqlite3_column_int64(s, 1)) : VD_ATLAS_NONE;
    for (size_t i = 0; row && i < atlas->chains.count; i++) {
      const vd_chain *c = &atlas->chains.at[i];
      if (c->weakness != w || c->weight < cut)
        continue;
      on[c->technique] += seen[c->technique] != flaw;
      seen[c->technique] = flaw;
      mapped += mapped_last != flaw;
      mapped_last = flaw;
    }
  }
  uint32_t top = 0, techniques = 0;
  for (uint32_t i = 0; i < atlas->nodes.count; i++) {
    techniques += on[i] != 0;
    top = on[i] > on[top] ? i : top;
  }
  printf(
      "  cut %.3f: %4u flaws (%4.1f %% of those with a weakness), %3u techniques, widest %.*s on "
      "%u (%.1f %% of those with a weakness, %.1f %% of those mapped)\n",
      cut, mapped, 100.0 * mapped / flaw, techniques, VD_ARG(atlas->nodes.at[top].key), on[top],
      100.0 * on[top] / flaw, mapped == 0 ? 0 : 100.0 * on[top] / mapped);
}

int main(int argc, char **argv) {
  static const double cuts[] = {0, 0.005, 0.01, 0.02, 0.05, 0.10, 0.15, 0.20};
  if (argc != 3)
    return EXIT_FAILURE;
  vd_error err = {0};
  VD_CLEANUP(vd_graph_close) vd_graph *g = NULL;
  bench b = {.arena = VD_ARENA((size_t)1 << 30)};
  b.flaws = b.techniques = b.reasons = VD_MAP(&b.arena);
  double start = now_ms();
  must(vd_facts_compile(argv[1], argv[2], &err), &err);
  printf("compile %.0f ms\n", now_ms() - start);
  start = now_ms();
  must(vd_graph_open(argv[2], VD_GRAPH_READ, &g, &err), &err);
  printf("open %.2f ms\n", now_ms() - start);
  const vd_atlas *atlas = NULL;
  start = now_ms();
  must(vd_atlas_load(g, &atlas, &err), &err);
  printf("load for mapping %.2f ms\n", now_ms() - start);
  b.g = g;
  list_packages(&b);
  read_packages(&b);
  printf("packages %zu with %zu rows: %.1f ms, %zu mappings: %.1f ms (%.1f us each)\n",
         b.packages.count, b.rows, b.package_ms, b.mappings, b.map_ms,
         1e3 * b.map_ms / (double)b.mappings);
  print_spread(&b);
  printf("chains alone\n");
  for (size_t i = 0; i < VD_COUNT(cuts); i++)
    print_cut(&b, atlas, cuts[i]);
  struct rusage use;
  (void)getrusage(RUSAGE_SELF, &use);
  printf("peak memory %.0f MB\n", (double)use.ru_maxrss / 1024);
  vd_arena_free(&b.arena);
  return EXIT_SUCCESS;
}
