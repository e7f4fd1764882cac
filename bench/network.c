// Times the kernels on a graph of 200,000 nodes and 1.5 M edges with skewed degrees, and on 20,000
// points. usage: bench_network EDGES-FILE; writes there the edges as triples (uint32, uint32,
// float), so that network.py can time others on the same graph. One line a kernel: NAME
// MILLISECONDS what.
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

static double now_ms(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
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
  double start = now_ms();
  must(vd_network_pagerank(&a, n, &(vd_pagerank_options){0.85, 1e-10, 1000}, &out, &err), &err);
  printf("pagerank %.1f %u rounds, error at most %.1e\n", now_ms() - start, out.rounds, out.error);
}

static void time_betweenness(const vd_network *n, bool directed, unsigned jobs) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  vd_betweenness out = {0};
  vd_betweenness_options o = {.directed = directed, .pivots = PIVOTS, .seed = 1, .jobs = jobs};
  double start = now_ms(), total = 0, error = 0;
  must(vd_network_betweenness(&a, n, &o, &out, &err), &err);
  double took = now_ms() - start;
  for (uint32_t v = 0; v < n->nodes; v++) {
    total += out.score[v];
    error += out.error[v];
  }
  printf("betweenness_%s_%u %.1f %u pivots, standard error %.0f %% of the scores\n",
         directed ? "directed" : "undirected", jobs, took, out.sources, 100 * error / total);
}

// All sources, on the edges between the first nodes.
static void time_exact(const vd_edge_list *list) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  uint32_t *src = must_have(vd_new_array(&a, uint32_t, EDGES));
  uint32_t *dst = must_have(vd_new_array(&a, uint32_t, EDGES));
  vd_edge_list part = {PART, 0, src, dst, NULL};
  for (uint32_t e = 0; e < list->edges; e++)
    if (list->src[e] < PART && list->dst[e] < PART) {
      src[part.edges] = list->src[e];
      dst[part.edges++] = list->dst[e];
    }
  vd_network n;
  vd_betweenness out = {0};
  must(vd_network_build(&a, &part, &n, &err), &err);
  double start = now_ms();
  must(vd_network_betweenness(&a, &n, &(vd_betweenness_options){0}, &out, &err), &err);
  printf("betweenness_exact_1 %.1f %u nodes, %u edges\n", now_ms() - start, PART, part.edges);
}

static void time_leiden(const vd_network *n, vd_objective objective, double resolution,
                        uint32_t rounds) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  vd_partition out = {0};
  vd_leiden_options o = {objective, resolution, rounds, 1};
  double start = now_ms();
  must(vd_network_leiden(&a, n, &o, &out, &err), &err);
  printf("leiden_%s_%u %.1f %u rounds, %u communities, quality %.4f, memory %zu MB\n",
         objective == VD_MODULARITY ? "modularity" : "cpm", rounds, now_ms() - start, out.rounds,
         out.count, out.quality, a.used >> 20);
}

static int by_value(const void *a, const void *b) {
  const double *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

static void time_paths(const vd_network *n, const char *name, vd_path_query q) {
  vd_random r = {7};
  double times[QUERIES], hops = 0;
  uint64_t work = 0, found = 0, incomplete = 0;
  for (uint32_t i = 0; i < QUERIES; i++) {
    VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
    vd_error err = {0};
    vd_paths out = {0};
    q.from = vd_random_below(&r, NODES);
    q.to = vd_random_below(&r, NODES);
    double start = now_ms();
    must(vd_network_paths(&a, n, &q, &out, &err), &err);
    times[i] = now_ms() - start;
    work += out.work;
    found += out.list.count;
    incomplete += !out.complete;
    for (size_t p = 0; p < out.list.count; p++)
      hops += out.list.at[p].hops;
  }
  qsort(times, QUERIES, sizeof *times, by_value);
  printf("paths_%s %.2f median; p95 %.2f, slowest %.2f; %.1f paths of %.1f hops, %.0f edges looked "
         "at, %u given up\n",
         name, times[QUERIES / 2], times[QUERIES * 95 / 100], times[QUERIES - 1],
         (double)found / QUERIES, hops / (double)found, (double)work / QUERIES,
         (unsigned)incomplete);
}

static void time_components(const vd_network *n) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  vd_components c = {0};
  double start = now_ms();
  must(vd_network_components(&a, n, &c, &err), &err);
  printf("components %.1f %u components\n", now_ms() - start, c.count);
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

static void time_kmeans(const vd_points *p, unsigned jobs) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  vd_kmeans out = {0};
  vd_kmeans_options o = {BLOBS, 10, 300, 1e-4, 1, jobs};
  double start = now_ms();
  must(vd_points_kmeans(&a, p, &o, &out, &err), &err);
  printf("kmeans_%u %.1f 10 runs, inertia %.1f\n", jobs, now_ms() - start, out.inertia);
}

static void time_mixture(const vd_points *p, unsigned jobs) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  vd_mixture out = {0};
  vd_mixture_options o = {{BLOBS, 1, 300, 1e-4, 1, jobs}, 100, 1e-3, 1e-6};
  double start = now_ms();
  must(vd_points_mixture(&a, p, &o, &out, &err), &err);
  printf("mixture_%u %.1f %u rounds, log-likelihood %.4f\n", jobs, now_ms() - start, out.rounds,
         out.log_likelihood);
}

static void time_linkage(vd_points p, vd_linkage linkage) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)1 << 30);
  vd_error err = {0};
  vd_merge *out = NULL;
  if (linkage == VD_AVERAGE)
    p.rows /= 2;
  double start = now_ms();
  must(vd_points_linkage(&a, &p, linkage, &out, &err), &err);
  printf("%s_%u %.1f memory %zu MB\n", linkage == VD_WARD ? "ward" : "average", p.rows,
         now_ms() - start, a.used >> 20);
}

static void time_network(const vd_network *n) {
  time_pagerank(n);
  time_components(n);
  time_betweenness(n, true, 1);
  time_betweenness(n, false, 1);
  time_betweenness(n, false, 2);
  time_leiden(n, VD_MODULARITY, 1, 2);
  time_leiden(n, VD_MODULARITY, 1, 0);
  time_leiden(n, VD_CPM, 0.01, 2);
  vd_path_query q = {.count = 5, .undirected = true, .hub_factor = 1, .hop_cost = 1, .hops_max = 8};
  time_paths(n, "explain", q);
  q.hub_factor = 0;
  time_paths(n, "no_hub_cost", q);
  q.undirected = false;
  time_paths(n, "directed", q);
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
  double start = now_ms();
  must(vd_network_build(&a, &list, &n, &err), &err);
  printf("build %.1f\n", now_ms() - start);
  time_network(&n);
  time_exact(&list);
  vd_points p = make_points(&a);
  save_points(&p, argv[2]);
  time_kmeans(&p, 1);
  time_kmeans(&p, 2);
  time_mixture(&p, 1);
  time_mixture(&p, 2);
  time_linkage(p, VD_WARD);
  time_linkage(p, VD_AVERAGE);
  struct rusage use;
  (void)getrusage(RUSAGE_SELF, &use);
  printf("peak %.0f MB\n", (double)use.ru_maxrss / 1024);
  return EXIT_SUCCESS;
}
