// Measures reading a whole knowledge base in process, after open: showing a node, searching, and
// paths. usage: bench_graph_speed KNOWLEDGE.DB
// Each figure is of the processor (what the work costs) and of the wall (what others cost us too).
#include "graph/explain.h"
#include "graph/random.h"
#include "graph/store.h"

#include <sys/resource.h>
#include <time.h>

enum {
  SHOWN = 2000,
  HUBS = 50,
  SEARCHES = 500,
  PATHS = 300,
  OPENS = 20,
  SEED = 20261125,
};

typedef struct sample {
  double wall, cpu; // ms
} sample;

typedef struct bench {
  vd_graph *g;
  vd_arena arena;
  vd_random random;
  uint32_t *hubs;       // every node, by edges, most first
  vd_snapshot snapshot; // of now, kept for the life of the program
  sample taken[SHOWN];
  size_t count;
  char slowest[160]; // what took the processor longest
} bench;

static double ms_of(clockid_t clock) {
  struct timespec t;
  (void)clock_gettime(clock, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static sample now(void) {
  return (sample){ms_of(CLOCK_MONOTONIC), ms_of(CLOCK_PROCESS_CPUTIME_ID)};
}

static sample since(sample start) {
  sample end = now();
  return (sample){end.wall - start.wall, end.cpu - start.cpu};
}

static void must(vd_code code, const vd_error *err) {
  if (code == VD_OK)
    return;
  (void)fprintf(stderr, "%s\n", err->text);
  exit(EXIT_FAILURE);
}

static int by_wall(const void *a, const void *b) {
  double x = ((const sample *)a)->wall, y = ((const sample *)b)->wall;
  return (x > y) - (x < y);
}

static int by_cpu(const void *a, const void *b) {
  double x = ((const sample *)a)->cpu, y = ((const sample *)b)->cpu;
  return (x > y) - (x < y);
}

// ---- samples -----------------------------------------------------------------------------------

static void take(bench *b, sample start, const char *what) {
  sample s = since(start);
  bool slowest = true;
  for (size_t i = 0; i < b->count && slowest; i++)
    slowest = b->taken[i].cpu < s.cpu;
  if (slowest)
    (void)snprintf(b->slowest, sizeof b->slowest, "%s", what);
  b->taken[b->count++] = s;
}

static void print(bench *b, const char *name) {
  size_t n = b->count, half = n / 2, most = n - 1 - n / 100;
  qsort(b->taken, n, sizeof *b->taken, by_wall);
  printf("| %-22s | %4zu | %8.3f | %8.3f ", name, n, b->taken[half].wall, b->taken[most].wall);
  qsort(b->taken, n, sizeof *b->taken, by_cpu);
  printf("| %8.3f | %8.3f | %8.3f | %s |\n", b->taken[half].cpu, b->taken[most].cpu,
         b->taken[n - 1].cpu, b->slowest);
  b->count = 0;
}

// ---- what is asked -----------------------------------------------------------------------------

static uint32_t edges_of(const vd_network *n, uint32_t v) {
  return n->out.offset[v + 1] - n->out.offset[v] + n->in.offset[v + 1] - n->in.offset[v];
}

static int by_edges(const void *a, const void *b, void *network) {
  uint32_t x = edges_of(network, *(const uint32_t *)a), y = edges_of(network, *(const uint32_t *)b);
  return (x < y) - (x > y);
}

static void load(bench *b) {
  vd_error err = {0};
  must(vd_snapshot_load(b->g, &b->arena, 0, &b->snapshot, &err), &err);
  vd_network *n = &b->snapshot.network;
  b->hubs = vd_new_array(&b->arena, uint32_t, n->nodes + 1);
  if (b->hubs == NULL || n->nodes == 0)
    exit(EXIT_FAILURE);
  for (uint32_t v = 0; v < n->nodes; v++)
    b->hubs[v] = v;
  qsort_r(b->hubs, n->nodes, sizeof *b->hubs, by_edges, n);
  printf("%u nodes (classes of aliases), %u edges, widest hub %u edges\n\n", n->nodes, n->edges,
         edges_of(n, b->hubs[0]));
}

static vd_node node_at(bench *b, vd_arena *a, uint32_t index) {
  vd_error err = {0};
  vd_node node;
  must(vd_node_get(b->g, a, b->snapshot.node[index], &node, &err), &err);
  return node;
}

static uint32_t any_node(bench *b) {
  return vd_random_below(&b->random, b->snapshot.network.nodes);
}

static uint32_t any_of(bench *b, vd_node_kind kind) {
  for (unsigned tries = 0; tries < 10000000; tries++) {
    uint32_t v = any_node(b);
    if (b->snapshot.node_kind[v] == kind)
      return v;
  }
  (void)fprintf(stderr, "no node of kind %s\n", vd_node_kind_text(kind));
  exit(EXIT_FAILURE);
}

// ---- measuring ---------------------------------------------------------------------------------

static void measure_open(bench *b, const char *path) {
  for (unsigned i = 0; i < OPENS; i++) {
    VD_CLEANUP(vd_graph_close) vd_graph *g = NULL;
    vd_error err = {0};
    sample start = now();
    must(vd_graph_open(path, VD_GRAPH_READ, &g, &err), &err);
    take(b, start, "");
  }
  print(b, "open");
}

// As `vedette graph show` asks.
static void show(bench *b, uint32_t index) {
  VD_SCOPED_ARENA names = VD_ARENA(1 << 20), a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_error err = {0};
  vd_node asked = node_at(b, &names, index), node;
  vd_view text =
      vd_arena_printf(&names, "%s:%.*s", vd_node_kind_text(asked.kind), VD_ARG(asked.key));
  vd_nodes members;
  vd_node_texts texts;
  vd_node_properties properties;
  vd_edge_groups groups;
  sample start = now();
  must(vd_node_find(b->g, &a, text, &node, &err), &err);
  vd_read_query q = {.node = node.id, .limit = 500};
  must(vd_node_members(b->g, &a, node.id, 100, &members, &err), &err);
  must(vd_node_texts_read(b->g, &a, &q, &texts, &err), &err);
  must(vd_node_properties_read(b->g, &a, &q, &properties, &err), &err);
  q.limit = 12;
  must(vd_node_edges_read(b->g, &a, &q, &groups, &err), &err);
  take(b, start, text.ptr);
}

static void measure_show(bench *b) {
  for (uint32_t i = 0; i < HUBS && i < b->snapshot.network.nodes; i++)
    show(b, b->hubs[i]);
  print(b, "show, the largest hubs");
  for (uint32_t i = 0; i < HUBS && i < b->snapshot.network.nodes; i++)
    show(b, b->hubs[i]);
  for (uint32_t i = HUBS; i < SHOWN; i++)
    show(b, any_node(b));
  print(b, "show");
}

static bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Some words of the name of any node that has one.
static void put_words(bench *b, vd_buf *out) {
  unsigned wanted = 1 + vd_random_below(&b->random, 3);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 22);
  vd_node node = node_at(b, &a, any_node(b));
  while (node.name.len == 0)
    node = node_at(b, &a, any_node(b));
  unsigned words = 1;
  for (size_t i = 1; i < node.name.len; i++)
    words += !plain(node.name.ptr[i - 1]) && plain(node.name.ptr[i]);
  unsigned at = vd_random_below(&b->random, words), word = 0;
  for (size_t i = 0; i < node.name.len; i++) {
    char c = node.name.ptr[i];
    word += i > 0 && !plain(node.name.ptr[i - 1]) && plain(c);
    if (word >= at && word < at + wanted)
      vd_buf_put(out, plain(c) ? (vd_view){&c, 1} : VD_VIEW(" "));
  }
}

// Every fifth query is an id, the others are words of names.
static void measure_search(bench *b) {
  for (unsigned i = 0; i < SEARCHES;) {
    VD_SCOPED_BUF text = VD_BUF(4096);
    VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
    vd_search_hits hits;
    vd_error err = {0};
    if (i % 5 == 0)
      vd_buf_put(&text, vd_view_first(node_at(b, &a, any_node(b)).key, 200));
    else
      put_words(b, &text);
    sample start = now();
    vd_search_query q = {vd_buf_view(&text), VD_NODE_KIND_COUNT, 20};
    vd_code code = vd_graph_search(b->g, &a, &q, &hits, &err);
    vd_buf_put_c(&text, '\0');
    if (code == VD_USAGE) // a name of other than Latin letters
      continue;
    must(code, &err);
    take(b, start, text.ptr);
    i++;
  }
  print(b, "search");
}

static void measure_paths(bench *b, bool kept) {
  static const vd_node_kind ends[][2] = {{VD_NODE_VULNERABILITY, VD_NODE_TECHNIQUE},
                                         {VD_NODE_PACKAGE, VD_NODE_TECHNIQUE},
                                         {VD_NODE_INCIDENT, VD_NODE_WEAKNESS}};
  unsigned found = 0, incomplete = 0;
  for (unsigned i = 0; i < PATHS; i++) {
    VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
    vd_error err = {0};
    vd_explained_paths paths;
    vd_node from = node_at(b, &a, any_of(b, ends[i % VD_COUNT(ends)][0])),
            to = node_at(b, &a, any_of(b, ends[i % VD_COUNT(ends)][1]));
    vd_explain_query q = {.from = from.id, .to = to.id, .count = 3};
    q.snapshot = kept ? &b->snapshot : NULL;
    sample start = now();
    must(vd_graph_explain(b->g, &a, &q, &paths, &err), &err);
    take(b, start, vd_arena_printf(&a, "%.*s to %.*s", VD_ARG(from.key), VD_ARG(to.key)).ptr);
    found += paths.list.count != 0;
    incomplete += !paths.complete;
  }
  print(b, kept ? "path, snapshot kept" : "path");
  if (kept)
    printf("\npaths found for %u of %u pairs, %u searches gave up early\n", found, PATHS,
           incomplete);
}

int main(int argc, char **argv) {
  if (argc != 2)
    return EXIT_FAILURE;
  vd_error err = {0};
  VD_CLEANUP(vd_graph_close) vd_graph *g = NULL;
  bench b = {.arena = VD_ARENA((size_t)4 << 30), .random = {SEED}};
  must(vd_graph_open(argv[1], VD_GRAPH_READ, &g, &err), &err);
  b.g = g;
  load(&b);
  printf("| ms | n | wall p50 | wall p99 | CPU p50 | CPU p99 | CPU max | slowest |\n");
  printf("|---|---|---|---|---|---|---|---|\n");
  measure_open(&b, argv[1]);
  measure_show(&b);
  measure_search(&b);
  b.random.state = SEED;
  measure_paths(&b, false);
  b.random.state = SEED;
  measure_paths(&b, true);
  struct rusage use;
  (void)getrusage(RUSAGE_SELF, &use);
  printf("peak memory %.0f MB\n", (double)use.ru_maxrss / 1024);
  vd_arena_free(&b.arena);
  return EXIT_SUCCESS;
}
