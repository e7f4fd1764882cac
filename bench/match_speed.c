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

static bool next_package(vd_view *rest, vd_view *name, vd_view *versions) {
  vd_view line;
  if (!vd_view_line(rest, &line))
    return false;
  *name = vd_view_cut(&line, '\t');
  *versions = line;
  return true;
}

// Goes round all packages, taking the next version of each every time; each fourth one is a range.
static void fill(workload *w, vd_arena *a, vd_view table) {
  VD_VEC(vd_match_query) packages = {0};
  vd_view rest = table, name, versions;
  (void)next_package(&rest, &name, &versions);
  while (next_package(&rest, &name, &versions)) {
    vd_match_query *q = vd_vec_push(a, &packages);
    if (q == NULL)
      return;
    *q = (vd_match_query){.name = name, .specifiers = versions};
  }
  w->queries = vd_new_array(a, vd_match_query, w->count);
  for (size_t i = 0; w->queries != NULL && i < w->count; i++) {
    vd_match_query *p = &packages.at[i % packages.count];
    vd_view version = vd_view_cut(&p->specifiers, ' ');
    bool range = i % 4 == 0 || version.len == 0;
    w->ranges += range;
    w->queries[i] = (vd_match_query){
        .name = p->name,
        .version = range ? (vd_view){0} : version,
        .specifiers = range ? vd_arena_printf(a, ">=%.*s", VD_ARG(version)) : (vd_view){0}};
    if (version.len == 0)
      w->queries[i].specifiers = VD_VIEW("");
  }
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
  size_t found = 0;
  if (vd_file_read(&input, AT_FDCWD, argv[2], (size_t)64 << 20, &table, &err) != VD_OK ||
      vd_graph_open(argv[1], VD_GRAPH_READ, &graph, &err) != VD_OK)
    return fprintf(stderr, "%s\n", err.text), 1;
  fill(&w, &input, table);
  vd_matcher *m = vd_matcher_new(graph, &arena);
  double start = now();
  if (m == NULL || w.queries == NULL || match_all(m, &w, &arena, &found, &err) != VD_OK)
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
