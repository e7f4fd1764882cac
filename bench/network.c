// Times the kernels on a graph of 200,000 nodes and 1.5 M edges with skewed degrees, and on 20,000
// points. usage: bench_network EDGES POINTS; writes to these files what it works on (uint32,
// uint32, float32 for each edge; rows of float32), so that network.py can time others on the same.
// One line a kernel: name, milliseconds of the processor, milliseconds that passed, and what came
// out.
#include "graph/network.h"

#include "graph/points.h"
#include "graph/random.h"

#include <math.h>
#include <sys/resource.h>
#include <time.h>

enum {
  NODES = 200000,
  EDGES = 1500000,
  QUERIES = 200,
  ROWS = 20000,
  COLUMNS = 16,
  BLOBS = 20,
  PIVOTS = 64,
  PART = 20000
};

typedef struct triple {
  uint32_t src, dst;
  float weight;
} triple;

typedef struct moment {
  double busy, passed; // ms
} moment;

static double clock_ms(clockid_t clock) {
  struct timespec t;
  (void)clock_gettime(clock, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static moment now(void) {
  return (moment){clock_ms(CLOCK_PROCESS_CPUTIME_ID), clock_ms(CLOCK_MONOTONIC)};
}

static void print_time(const char *name, moment start) {
  moment end = now();
  printf("%s %.1f %.1f ", name, end.busy - start.busy, end.passed - start.passed);
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

// Source numbers are skewed by a square, targets by a fourth power: the largest hub has some 70,000
// neighbours, half of all nodes fewer than 8.
static void make_edges(vd_arena *a, vd_edge_list *list) {
  static const float weights[] = {1.0F, 0.9F, 0.7F, 0.5F, 0.3F};
  vd_random r = {42};
  uint32_t *name = must_have(vd_new_array(a, uint32_t, NODES));
  uint32_t *src = must_have(vd_new_array(a, uint32_t, EDGES));
  uint32_t *dst = must_have(vd_new_array(a, uint32_t, EDGES));
  float *weight = must_have(vd_new_array(a, float, EDGES));
  vd_random_order(&r, name, NODES);
  for (uint32_t e = 0; e < EDGES; e++) {
    double x = vd_random_unit(&r), y = vd_random_unit(&r);
    src[e] = name[(uint32_t)(x * x * NODES)];
    dst[e] = name[(uint32_t)(y * y * y * y * NODES)];
    weight[e] = weights[vd_random_below(&r, VD_COUNT(weights))];
  }
  *list = (vd_edge_list){NODES, EDGES, src, dst, weight};
}

static void save_edges(const vd_edge_list *list, const char *path) {
  VD_SCOPED_FILE *f = must_have(fopen(path, "wbe"));
  for (uint32_t e = 0; e < list->edges; e++) {
    triple t = {list->src[e], list->dst[e], list->weight[e]};
    if (fwrite(&t, sizeof t, 1, f) != 1)
      abort();
  }
}

static void time_pagerank(const vd_network *n) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  vd_pagerank out = {0};
  vd_pagerank_options o = {0.85, 1e-10, 1000};
  moment start = now();
  must(vd_network_pagerank(&a, n, &o, &out, &err), &err);
  print_time("pagerank", start);
  printf("%u rounds, error at most %.1e\n", out.rounds, out.error);
}

static void time_components(const vd_network *n) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  vd_components c = {0};
  moment start = now();
  must(vd_network_components(&a, n, &c, &err), &err);
  print_time("components", start);
  printf("%u components\n", c.count);
}

static void time_betweenness(const vd_network *n, const char *name, vd_betweenness_options o) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  vd_betweenness out = {0};
  double total = 0, error = 0;
  moment start = now();
  must(vd_network_betweenness(&a, n, &o, &out, &err), &err);
  print_time(name, start);
  for (uint32_t v = 0; v < n->nodes; v++) {
    total += out.score[v];
    error += out.error == NULL ? 0 : out.error[v];
  }
  printf("%u sources, standard error %.0f %% of the scores\n", out.sources, 100 * error / total);
}

// All sources, on the edges between the first nodes.
static void time_exact(const vd_edge_list *list) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  vd_network n;
  uint32_t *src = must_have(vd_new_array(&a, uint32_t, EDGES));
  uint32_t *dst = must_have(vd_new_array(&a, uint32_t, EDGES));
  vd_edge_list part = {PART, 0, src, dst, NULL};
  for (uint32_t e = 0; e < list->edges; e++)
    if (list->src[e] < PART && list->dst[e] < PART) {
      src[part.edges] = list->src[e];
      dst[part.edges++] = list->dst[e];
    }
  must(vd_network_build(&a, &part, &n, &err), &err);
  time_betweenness(&n, "betweenness_exact", (vd_betweenness_options){0});
}

static void time_leiden(const vd_network *n, const char *name, vd_leiden_options o) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  vd_partition out = {0};
  moment start = now();
  must(vd_network_leiden(&a, n, &o, &out, &err), &err);
  print_time(name, start);
  printf("%u rounds, %u communities, quality %.4f, memory %zu MB\n", out.rounds, out.count,
         out.quality, a.used >> 20);
}

typedef struct answers {
  double busy[QUERIES], passed[QUERIES], hops;
  uint64_t work, paths, given_up;
} answers;

static void ask_paths(const vd_network *n, const vd_path_query *q, answers *to, uint32_t number) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  vd_paths out = {0};
  moment start = now();
  must(vd_network_paths(&a, n, q, &out, &err), &err);
  moment end = now();
  to->busy[number] = end.busy - start.busy;
  to->passed[number] = end.passed - start.passed;
  to->work += out.work;
  to->paths += out.list.count;
  to->given_up += !out.complete;
  for (size_t p = 0; p < out.list.count; p++)
    to->hops += out.list.at[p].hops;
}

static int by_value(const void *a, const void *b) {
  const double *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

// Between any nodes, or between ends of any edges, which makes hubs likely.
static void time_paths(const vd_network *n, const char *name, vd_path_query q, bool hubs) {
  vd_random r = {7};
  answers all = {0};
  for (uint32_t i = 0; i < QUERIES; i++) {
    q.from = hubs ? n->out.target[vd_random_below(&r, EDGES)] : vd_random_below(&r, NODES);
    q.to = hubs ? n->out.target[vd_random_below(&r, EDGES)] : vd_random_below(&r, NODES);
    ask_paths(n, &q, &all, i);
  }
  qsort(all.busy, QUERIES, sizeof *all.busy, by_value);
  qsort(all.passed, QUERIES, sizeof *all.passed, by_value);
  printf("%s %.2f %.2f median of %d queries; p95 %.2f, slowest %.2f; %.1f paths of %.1f hops, %.0f "
         "edges looked at, %u given up\n",
         name, all.busy[QUERIES / 2], all.passed[QUERIES / 2], QUERIES,
         all.busy[QUERIES * 95 / 100], all.busy[QUERIES - 1], (double)all.paths / QUERIES,
         all.hops / (double)all.paths, (double)all.work / QUERIES, (unsigned)all.given_up);
}

static float gauss(vd_random *r) {
  double u = 1 - vd_random_unit(r), v = vd_random_unit(r);
  return (float)(sqrt(-2 * log(u)) * cos(2 * M_PI * v));
}

static vd_points make_points(vd_arena *a) {
  vd_random r = {9};
  float *centre = must_have(vd_new_array(a, float, (size_t)BLOBS *COLUMNS));
  float *at = must_have(vd_new_array(a, float, (size_t)ROWS *COLUMNS));
  for (uint32_t i = 0; i < BLOBS * COLUMNS; i++)
    centre[i] = 2 * gauss(&r);
  for (uint32_t i = 0; i < ROWS; i++)
    for (uint32_t c = 0; c < COLUMNS; c++)
      at[i * COLUMNS + c] = centre[i % BLOBS * COLUMNS + c] + gauss(&r);
  return (vd_points){at, ROWS, COLUMNS};
}

static void save_points(const vd_points *p, const char *path) {
  VD_SCOPED_FILE *f = must_have(fopen(path, "wbe"));
  if (fwrite(p->at, sizeof *p->at, (size_t)p->rows * p->columns, f) != (size_t)p->rows * p->columns)
    abort();
}

static void time_kmeans(const vd_points *p, const char *name, unsigned jobs) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  vd_kmeans out = {0};
  vd_kmeans_options o = {BLOBS, 10, 300, 1e-4, 1, jobs};
  moment start = now();
  must(vd_points_kmeans(&a, p, &o, &out, &err), &err);
  print_time(name, start);
  printf("10 runs, inertia %.1f\n", out.inertia);
}

static void time_mixture(const vd_points *p) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  vd_mixture out = {0};
  vd_mixture_options o = {{BLOBS, 3, 300, 1e-4, 1, 1}, 100, 1e-3, 1e-6};
  moment start = now();
  must(vd_points_mixture(&a, p, &o, &out, &err), &err);
  print_time("mixture", start);
  printf("%u rounds, log-likelihood %.4f\n", out.rounds, out.log_likelihood);
}

static void time_linkage(vd_points p, const char *name, vd_linkage linkage) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  vd_merge *out = NULL;
  moment start = now();
  must(vd_points_linkage(&a, &p, linkage, &out, &err), &err);
  print_time(name, start);
  printf("%u points, memory %zu MB\n", p.rows, a.used >> 20);
}

static void time_network(const vd_network *n) {
  vd_betweenness_options sample = {.directed = true, .pivots = PIVOTS, .seed = 1};
  time_pagerank(n);
  time_components(n);
  time_betweenness(n, "betweenness_directed", sample);
  sample.directed = false;
  time_betweenness(n, "betweenness", sample);
  sample.jobs = 2;
  time_betweenness(n, "betweenness_2_threads", sample);
  time_leiden(n, "leiden_modularity", (vd_leiden_options){VD_MODULARITY, 1, 2, 1});
  time_leiden(n, "leiden_modularity_10", (vd_leiden_options){VD_MODULARITY, 1, 10, 1});
  time_leiden(n, "leiden_cpm", (vd_leiden_options){VD_CPM, 0.01, 2, 1});
  vd_path_query q = {.count = 5, .undirected = true, .hub_factor = 1, .hop_cost = 1, .hops_max = 8};
  time_paths(n, "paths", q, false);
  time_paths(n, "paths_hubs", q, true);
  q.hub_factor = 0;
  time_paths(n, "paths_no_hub_cost", q, false);
  time_paths(n, "paths_no_hub_cost_hubs", q, true);
  q.undirected = false;
  time_paths(n, "paths_directed", q, false);
}

static void time_points(vd_points p) {
  time_kmeans(&p, "kmeans", 1);
  time_kmeans(&p, "kmeans_2_threads", 2);
  time_mixture(&p);
  time_linkage(p, "ward", VD_WARD);
  p.rows /= 2;
  time_linkage(p, "average", VD_AVERAGE);
}

int main(int argc, char **argv) {
  if (argc != 3)
    return EXIT_FAILURE;
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_edge_list list;
  vd_network n;
  vd_error err = {0};
  make_edges(&a, &list);
  save_edges(&list, argv[1]);
  moment start = now();
  must(vd_network_build(&a, &list, &n, &err), &err);
  print_time("build", start);
  printf("%u nodes, %u edges\n", NODES, EDGES);
  time_network(&n);
  time_exact(&list);
  vd_points p = make_points(&a);
  save_points(&p, argv[2]);
  time_points(p);
  struct rusage use;
  (void)getrusage(RUSAGE_SELF, &use);
  printf("peak 0 0 memory %.0f MB\n", (double)use.ru_maxrss / 1024);
  return EXIT_SUCCESS;
}
