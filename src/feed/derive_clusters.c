// The study's three families of clusters: vulnerabilities alike in how an attack succeeds
// (k-means), how much of it shows (a tree of merges) and what it costs the victim (a Gaussian
// mixture). The features are ours, since the study does not give its own: docs/graph.md has them.
#include "feed/derive.h"
#include "graph/exposure.h"
#include "graph/points.h"
#include "risk/risk.h"

enum {
  COLUMNS = 8,
  SUCCESS_CLUSTERS = 15, // as many as the study has
  STEALTH_CLUSTERS = 10,
  COST_CLUSTERS = 8,
  RESTARTS = 3,
  ROUNDS = 100,
  SEED = 20251229,
};

// ---- features -----------------------------------------------------------------------------------

// The value of one metric of a 3.x or 4.0 vector, one letter; NULL when it is not there.
static const char *metric(vd_view vector, vd_view name) {
  while (vector.len > 0) {
    vd_view part = vd_view_cut(&vector, '/');
    vd_view key = vd_view_cut(&part, ':');
    if (vd_view_eq(key, name))
      return part.len == 1 ? part.ptr : NULL;
  }
  return NULL;
}

typedef struct level {
  const char *name;  // of the metric, in 3.x
  const char *name4; // in 4.0
  const char *values;
  float weights[4]; // parallel to values
} level;

// How much the attacker gains: 1 is best for the attacker.
static const level levels[] = {
    {"AV", "AV", "NALP", {1, 0.66F, 0.33F, 0}}, {"AC", "AC", "LH", {1, 0}},
    {"PR", "PR", "NLH", {1, 0.5F, 0}},          {"UI", "UI", "NPRA", {1, 0.5F, 0, 0}},
    {"C", "VC", "HLN", {1, 0.5F, 0}},           {"I", "VI", "HLN", {1, 0.5F, 0}},
    {"A", "VA", "HLN", {1, 0.5F, 0}},           {"S", "SC", "CHLU", {1, 1, 0.5F, 0}},
};
enum { AV, AC, PR, UI, C, I, A, S };

static float weight_of(vd_view vector, int which) {
  const level *l = &levels[which];
  bool four = vd_view_starts(vector, VD_VIEW("CVSS:4"));
  const char *value = metric(vector, vd_view_of(four ? l->name4 : l->name));
  const char *at = value == NULL ? NULL : strchr(l->values, *value);
  size_t i = at == NULL ? VD_COUNT(l->weights) : (size_t)(at - l->values);
  return i < VD_COUNT(l->weights) ? l->weights[i] : 0;
}

// Features of the three families, in the order of family.columns.
static void success_row(const vd_exposure *e, float row[COLUMNS]) {
  for (int k = AV; k <= UI; k++)
    row[k] = weight_of(e->cvss, k);
  row[4] = e->epss < 0 ? 0 : (float)e->epss;
  row[5] = e->exploits != 0 ? 1.0F : 0.0F;
  row[6] = e->kev ? 1.0F : 0.0F;
  row[7] = e->exploitation < 0 ? 0 : (float)e->exploitation / 2;
}

static void stealth_row(const vd_exposure *e, float row[COLUMNS]) {
  row[0] = weight_of(e->cvss, AV);
  row[1] = weight_of(e->cvss, PR);
  row[2] = weight_of(e->cvss, UI);
  row[3] = 1 - weight_of(e->cvss, I);
  row[4] = 1 - weight_of(e->cvss, A);
  row[5] = weight_of(e->cvss, S);
}

static void cost_row(const vd_exposure *e, float row[COLUMNS]) {
  vd_cvss score = {0};
  for (int k = C; k <= S; k++)
    row[k - C] = weight_of(e->cvss, k);
  row[4] = vd_cvss_parse(e->cvss, &score, NULL) == VD_OK ? (float)(score.base / 10) : 0;
  row[5] = e->epss < 0 ? 0 : (float)e->epss;
  row[6] = e->ransomware ? 1.0F : 0.0F;
}

typedef struct family {
  const char *name;
  vd_edge_kind edge;
  uint32_t clusters, columns;
  const char *titles; // of the columns, space-separated
  void (*row)(const vd_exposure *e, float row[COLUMNS]);
} family;

static const family families[] = {
    {"success", VD_EDGE_MEMBER_OF, SUCCESS_CLUSTERS, 8,
     "network simple no-privileges no-user epss exploit kev exploitation", success_row},
    {"stealth", VD_EDGE_STEALTH_SIM, STEALTH_CLUSTERS, 6,
     "network no-privileges no-user integrity-kept availability-kept scope", stealth_row},
    {"cost", VD_EDGE_COST_SIM, COST_CLUSTERS, 7,
     "confidentiality integrity availability scope base epss ransomware", cost_row},
};
enum { FAMILIES = VD_COUNT(families) };

// ---- clustering ---------------------------------------------------------------------------------

typedef struct clustering {
  vd_arena *arena;
  const vd_exposure **flaws; // those with a vector
  uint32_t count;
  uint32_t *cluster[FAMILIES]; // by flaw
  float *confidence[FAMILIES]; // by flaw; NULL = 1
  double *centre[FAMILIES];    // clusters * columns
  vd_error *err;
} clustering;

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the clusters of vulnerabilities");
}

static float *rows_of(const clustering *c, vd_arena *a, const family *f) {
  float *rows = vd_new_array(a, float, (size_t)c->count * f->columns);
  for (uint32_t i = 0; rows != NULL && i < c->count; i++) {
    float row[COLUMNS] = {0};
    f->row(c->flaws[i], row);
    memcpy(rows + (size_t)i * f->columns, row, f->columns * sizeof *rows);
  }
  return rows;
}

static vd_kmeans_options start_of(const family *f) {
  return (vd_kmeans_options){
      .clusters = f->clusters, .restarts = RESTARTS, .rounds_max = ROUNDS, .seed = SEED};
}

static vd_code cluster_success(clustering *c, vd_arena *a, const float *rows) {
  const family *f = &families[0];
  vd_points points = {rows, c->count, f->columns};
  vd_kmeans_options o = start_of(f);
  vd_kmeans k;
  VD_TRY(vd_points_kmeans(a, &points, &o, &k, c->err));
  memcpy(c->cluster[0], k.cluster, c->count * sizeof *k.cluster);
  return VD_OK;
}

static vd_code cluster_cost(clustering *c, vd_arena *a, const float *rows) {
  const family *f = &families[2];
  vd_points points = {rows, c->count, f->columns};
  vd_mixture_options o = {
      .start = start_of(f), .rounds_max = ROUNDS, .tolerance = 1e-3, .ridge = 1e-3};
  vd_mixture m;
  VD_TRY(vd_points_mixture(a, &points, &o, &m, c->err));
  for (uint32_t i = 0; i < c->count; i++) {
    c->cluster[2][i] = m.cluster[i];
    c->confidence[2][i] = (float)m.confidence[i];
  }
  return VD_OK;
}

// Flaws share few distinct rows; the tree is made of those.
typedef struct distinct {
  const float *row;
  uint32_t flaw, place;
} distinct;

static int by_row(const void *pa, const void *pb) {
  const distinct *a = pa, *b = pb;
  for (uint32_t k = 0; k < families[1].columns; k++)
    if (a->row[k] != b->row[k])
      return a->row[k] < b->row[k] ? -1 : 1;
  return (a->flaw > b->flaw) - (a->flaw < b->flaw);
}

static bool same_row(const distinct *a, const distinct *b) {
  return memcmp(a->row, b->row, families[1].columns * sizeof *a->row) == 0;
}

typedef struct distinct_rows {
  distinct *all; // every flaw, by its row
  float *kept;   // each row once
  uint32_t count;
} distinct_rows;

static vd_code find_distinct(const clustering *c, vd_arena *a, const float *rows,
                             distinct_rows *out) {
  uint32_t columns = families[1].columns, n = 0;
  distinct *all = vd_new_array(a, distinct, c->count);
  float *kept = vd_new_array(a, float, (size_t)c->count *columns);
  if (all == NULL || kept == NULL)
    return no_memory(c->err);
  for (uint32_t i = 0; i < c->count; i++)
    all[i] = (distinct){rows + (size_t)i * columns, i, 0};
  qsort(all, c->count, sizeof *all, by_row);
  for (uint32_t i = 0; i < c->count; i++) {
    if (i == 0 || !same_row(&all[i], &all[i - 1]))
      memcpy(kept + (size_t)n++ * columns, all[i].row, columns * sizeof *kept);
    all[i].place = n - 1;
  }
  *out = (distinct_rows){all, kept, n};
  return VD_OK;
}

static vd_code cluster_stealth(clustering *c, vd_arena *a, const float *rows) {
  distinct_rows d = {0};
  vd_merge *merges;
  VD_TRY(find_distinct(c, a, rows, &d));
  uint32_t *part = vd_new_array(a, uint32_t, d.count);
  uint32_t clusters = d.count < STEALTH_CLUSTERS ? d.count : STEALTH_CLUSTERS;
  vd_points points = {d.kept, d.count, families[1].columns};
  if (part == NULL || d.all == NULL)
    return no_memory(c->err);
  VD_TRY(vd_points_linkage(a, &points, VD_WARD, &merges, c->err));
  if (vd_merges_cut(a, merges, d.count, clusters, part) != VD_OK)
    return no_memory(c->err);
  for (uint32_t i = 0; i < c->count; i++)
    c->cluster[1][d.all[i].flaw] = part[d.all[i].place];
  return VD_OK;
}

// ---- centres, in an order that does not hang on the seed ----------------------------------------

typedef struct ranked {
  double sum; // of the centre
  uint32_t cluster;
} ranked;

static int by_sum(const void *pa, const void *pb) {
  const ranked *a = pa, *b = pb;
  if (a->sum != b->sum)
    return a->sum > b->sum ? -1 : 1;
  return (a->cluster > b->cluster) - (a->cluster < b->cluster);
}

typedef struct means { // of the members of each cluster
  double at[SUCCESS_CLUSTERS][COLUMNS];
  ranked order[SUCCESS_CLUSTERS];
} means;

static void measure(const clustering *c, unsigned which, const float *rows, means *out) {
  const family *f = &families[which];
  double size[SUCCESS_CLUSTERS] = {0};
  for (uint32_t i = 0; i < c->count; i++) {
    uint32_t k = c->cluster[which][i];
    size[k]++;
    for (uint32_t j = 0; j < f->columns; j++)
      out->at[k][j] += (double)rows[(size_t)i * f->columns + j];
  }
  for (uint32_t k = 0; k < f->clusters; k++) {
    out->order[k].cluster = k;
    for (uint32_t j = 0; j < f->columns; j++) {
      out->at[k][j] = size[k] == 0 ? 0 : out->at[k][j] / size[k];
      out->order[k].sum += out->at[k][j];
    }
  }
}

static vd_code order_clusters(clustering *c, unsigned which, const float *rows) {
  const family *f = &families[which];
  means m = {0};
  uint32_t place[SUCCESS_CLUSTERS] = {0};
  c->centre[which] = vd_new_array(c->arena, double, (size_t)f->clusters * f->columns);
  if (c->centre[which] == NULL)
    return no_memory(c->err);
  measure(c, which, rows, &m);
  qsort(m.order, f->clusters, sizeof *m.order, by_sum);
  for (uint32_t k = 0; k < f->clusters; k++) {
    place[m.order[k].cluster] = k;
    memcpy(c->centre[which] + (size_t)k * f->columns, m.at[m.order[k].cluster],
           f->columns * sizeof(double));
  }
  for (uint32_t i = 0; i < c->count; i++)
    c->cluster[which][i] = place[c->cluster[which][i]];
  return VD_OK;
}

static vd_code cluster_all(clustering *c) {
  static vd_code (*const kernels[])(clustering *, vd_arena *, const float *) = {
      cluster_success, cluster_stealth, cluster_cost};
  for (unsigned which = 0; which < FAMILIES; which++) {
    VD_SCOPED_ARENA scratch = VD_ARENA(VD_GRAPH_MEMORY_MAX);
    const float *rows = rows_of(c, &scratch, &families[which]);
    c->cluster[which] = vd_new_array(c->arena, uint32_t, c->count);
    c->confidence[which] = which == 2 ? vd_new_array(c->arena, float, c->count) : NULL;
    if (rows == NULL || c->cluster[which] == NULL || (which == 2 && c->confidence[which] == NULL))
      return no_memory(c->err);
    VD_TRY(kernels[which](c, &scratch, rows));
    VD_TRY(order_clusters(c, which, rows));
  }
  return VD_OK;
}

// ---- records ------------------------------------------------------------------------------------

static vd_view cluster_key(vd_arena *a, const family *f, uint32_t k) {
  return vd_arena_printf(a, "%s/%u", f->name, (unsigned)k + 1);
}

// "network 0.98, simple 1.00, ...": what the members have in common, by the mean of each feature.
static vd_view centre_text(vd_arena *a, const family *f, const double *centre) {
  VD_SCOPED_BUF b = VD_BUF(VD_PROPERTY_MAX);
  vd_view titles = vd_view_of(f->titles);
  for (uint32_t j = 0; j < f->columns; j++) {
    vd_view title = vd_view_cut(&titles, ' ');
    vd_buf_printf(&b, "%s%.*s %.2f", j == 0 ? "" : ", ", VD_ARG(title), centre[j]);
  }
  return b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
}

static vd_code write_cluster(const clustering *c, vd_writer *w, unsigned which, uint32_t k) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_LINE_MAX);
  const family *f = &families[which];
  vd_view key = cluster_key(&a, f, k);
  vd_view name = centre_text(&a, f, c->centre[which] + (size_t)k * f->columns);
  if (key.ptr == NULL || name.ptr == NULL)
    return no_memory(c->err);
  vd_record r = vd_record_of(&a, key, (vd_view){0});
  vd_record_define(&r, vd_ref_of(VD_NODE_CLUSTER, key), name)->class = vd_view_of(f->name);
  return vd_writer_record(w, &r, c->err);
}

// Two decimals, so that a tremble of the mixture does not rewrite every edge.
static double rounded(double confidence) {
  double r = (double)(int)(confidence * 100 + 0.5) / 100;
  return r < 0.01 ? 0.01 : r;
}

static vd_code write_flaw(const clustering *c, vd_writer *w, uint32_t i) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_LINE_MAX);
  vd_ref flaw = vd_ref_of(VD_NODE_VULNERABILITY, c->flaws[i]->key);
  vd_record r = vd_record_of(&a, flaw.key, (vd_view){0});
  for (unsigned which = 0; which < FAMILIES; which++) {
    vd_view key = cluster_key(&a, &families[which], c->cluster[which][i]);
    vd_link *l = vd_record_link(&r, flaw, families[which].edge, vd_ref_of(VD_NODE_CLUSTER, key));
    l->method = "similar";
    if (c->confidence[which] != NULL)
      l->confidence = rounded((double)c->confidence[which][i]);
  }
  return vd_writer_record(w, &r, c->err);
}

static vd_code write_all(const clustering *c, vd_writer *w) {
  for (unsigned which = 0; which < FAMILIES; which++)
    for (uint32_t k = 0; k < families[which].clusters; k++)
      VD_TRY(write_cluster(c, w, which, k));
  for (uint32_t i = 0; i < c->count; i++)
    VD_TRY(write_flaw(c, w, i));
  return VD_OK;
}

static vd_code choose_flaws(clustering *c, const vd_exposures *all) {
  c->flaws = vd_new_array(c->arena, const vd_exposure *, all->count + 1);
  if (c->flaws == NULL)
    return no_memory(c->err);
  for (size_t i = 0; i < all->count; i++)
    if (vd_view_starts(all->at[i].cvss, VD_VIEW("CVSS:")))
      c->flaws[c->count++] = &all->at[i];
  return VD_OK;
}

vd_code vd_derive_clusters(vd_graph *g, int64_t today, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_GRAPH_MEMORY_MAX);
  VD_CLEANUP(vd_writer_free) vd_writer *w = NULL;
  vd_exposures all;
  clustering c = {.arena = &a, .err = err};
  vd_edition edition = {.source = "clusters",
                        .licence = "Apache-2.0",
                        .url = "docs/graph.md",
                        .rank = 900,
                        .today = today};
  vd_edition_end end = {.version = vd_view_of(VD_VERSION), .content = 1};
  VD_TRY(vd_exposures_read(g, &a, &all, err));
  VD_TRY(choose_flaws(&c, &all));
  if (c.count < SUCCESS_CLUSTERS)
    return VD_OK; // too few to be told apart
  VD_TRY(cluster_all(&c));
  VD_TRY(vd_writer_begin(g, &edition, &w, err));
  VD_TRY(write_all(&c, w));
  return vd_writer_commit(w, &end, NULL, err);
}
