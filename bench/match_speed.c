// Matches 100,000 components against the whole knowledge base; prints time and peak memory.
// Usage: bench_match_speed KNOWLEDGE.DB FACTS/packages.tsv [COMPONENTS]
#include "scan/scan.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <time.h>

typedef struct workload {
  vd_match_query *queries;
  size_t count, ranges;
} workload;

static double now(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

typedef struct package {
  vd_view name, versions, rest; // rest: the versions not yet taken
} package;

typedef VD_VEC(package) packages;

static bool read_packages(vd_arena *a, vd_view table, packages *out) {
  vd_view line;
  (void)vd_view_line(&table, &line); // the header
  while (vd_view_line(&table, &line)) {
    package *p = vd_vec_push(a, out);
    if (p == NULL)
      return false;
    p->name = vd_view_cut(&line, '\t');
    p->versions = p->rest = line;
  }
  return out->count != 0;
}

// Goes round all packages, taking the next known version of each every time; each fourth is a
// range.
static bool fill(workload *w, vd_arena *a, packages *all) {
  w->queries = vd_new_array(a, vd_match_query, w->count);
  for (size_t i = 0; w->queries != NULL && i < w->count; i++) {
    package *p = &all->at[i % all->count];
    if (p->rest.len == 0)
      p->rest = p->versions;
    vd_view version = vd_view_cut(&p->rest, ' ');
    vd_match_query *q = &w->queries[i];
    *q = (vd_match_query){.name = p->name, .version = version};
    if (i % 4 != 0 && version.len != 0)
      continue;
    q->version = (vd_view){0};
    q->specifiers = version.len == 0 ? VD_VIEW("") : vd_arena_printf(a, ">=%.*s", VD_ARG(version));
    w->ranges++;
  }
  return w->queries != NULL;
}

static vd_code match_all(vd_matcher *m, const workload *w, vd_arena *a, size_t *found,
                         vd_error *err) {
  for (size_t i = 0; i < w->count; i++) {
    vd_matches matches = {0};
    VD_TRY(vd_matcher_match(m, &w->queries[i], a, &matches, err));
    *found += matches.count;
  }
  return VD_OK;
}

static int run(char **argv, size_t count) {
  VD_SCOPED_ARENA input = VD_ARENA((size_t)1 << 30), arena = VD_ARENA((size_t)4 << 30);
  VD_CLEANUP(vd_graph_close) vd_graph *graph = NULL;
  workload w = {.count = count};
  vd_error err = {0};
  vd_view table = {0};
  packages all = {0};
  size_t found = 0;
  if (vd_file_read(&input, argv[2], (size_t)64 << 20, &table, &err) != VD_OK ||
      vd_graph_open(argv[1], VD_GRAPH_READ, &graph, &err) != VD_OK)
    return fprintf(stderr, "%s\n", err.text), 1;
  if (!read_packages(&input, table, &all) || !fill(&w, &input, &all))
    return fprintf(stderr, "no packages in %s\n", argv[2]), 1;
  vd_matcher *m = vd_matcher_new(graph, &arena);
  double start = now();
  if (m == NULL || match_all(m, &w, &arena, &found, &err) != VD_OK)
    return fprintf(stderr, "%s\n", err.text), 1;
  double seconds = now() - start;
  struct rusage usage;
  (void)getrusage(RUSAGE_SELF, &usage);
  printf("%zu components (%zu ranges), %zu matches: %.3f s, %ld MiB peak\n", w.count, w.ranges,
         found, seconds, usage.ru_maxrss / 1024);
  return 0;
}

int main(int argc, char **argv) {
  uint64_t count = 100000;
  if (argc < 3 || (argc > 3 && !vd_view_u64(vd_view_of(argv[3]), &count)))
    return fprintf(stderr, "usage: %s KNOWLEDGE.DB PACKAGES.TSV [COMPONENTS]\n", argv[0]), 2;
  return run(argv, count);
}
