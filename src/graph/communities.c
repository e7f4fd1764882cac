// Which nodes hang together: communities of flaws and what they affect, and how long dependants
// stay on vulnerable versions.
#include "graph/central.h"
#include "graph/store.h"
#include "graph/table.h"

#include <time.h>

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the communities of the graph");
}

typedef struct finder {
  vd_graph *g;
  vd_arena *arena; // of the result
  vd_arena scratch;
  vd_snapshot snapshot;
  vd_network network; // the part that communities are made of, over all nodes of the snapshot
  vd_partition partition;
  uint32_t *inside;               // edges of each node inside its community
  VD_VEC(int32_t) lags;           // days, of every occurrence with both dates
  VD_VEC(uint32_t) lag_community; // parallel to lags
  vd_error *err;
} finder;

static void free_finder(finder *f) { vd_arena_free(&f->scratch); }

// ---- the part that matters ----------------------------------------------------------------------

static bool takes_part(const vd_snapshot *s, uint32_t edge) {
  switch ((int)s->edge_kind[edge]) {
  case VD_EDGE_AFFECTS:
  case VD_EDGE_REPORTED_IN:
  case VD_EDGE_DEPENDS_ON: return true;
  case VD_EDGE_MEMBER_OF: return s->node_kind[s->src[edge]] == VD_NODE_ISSUE;
  default: return false;
  }
}

static vd_code build_part(finder *f) {
  const vd_snapshot *s = &f->snapshot;
  const vd_rows *rows = &s->network.out;
  uint32_t *src = vd_new_array(&f->scratch, uint32_t, (size_t)s->network.edges + 1);
  uint32_t *dst = vd_new_array(&f->scratch, uint32_t, (size_t)s->network.edges + 1);
  uint32_t n = 0;
  if (src == NULL || dst == NULL)
    return no_memory(f->err);
  for (uint32_t v = 0; v < s->network.nodes; v++)
    for (uint32_t e = rows->offset[v]; e < rows->offset[v + 1]; e++)
      if (takes_part(s, vd_rows_edge(rows, e))) {
        src[n] = v;
        dst[n++] = rows->target[e];
      }
  vd_edge_list list = {s->network.nodes, n, src, dst, NULL};
  return vd_network_build(&f->scratch, &list, &f->network, f->err);
}

// ---- lags ---------------------------------------------------------------------------------------

static int32_t days_between(int64_t from, int64_t to) {
  struct tm a = {.tm_year = (int)(from / 10000) - 1900,
                 .tm_mon = (int)(from / 100 % 100) - 1,
                 .tm_mday = (int)(from % 100)};
  struct tm b = {.tm_year = (int)(to / 10000) - 1900,
                 .tm_mon = (int)(to / 100 % 100) - 1,
                 .tm_mday = (int)(to % 100)};
  return (int32_t)((timegm(&b) - timegm(&a)) / 86400);
}

static vd_code read_lags(finder *f) {
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_LAGS);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(f->g, "read the dates of issues", f->err);
  (void)sqlite3_bind_int64(s, 1, f->g->edge_kind[VD_EDGE_REPORTED_IN]);
  (void)sqlite3_bind_int64(s, 2, f->g->node_kind[VD_NODE_ISSUE]);
  while (row) {
    VD_TRY(vd_sql_next(f->g, s, &row, f->err));
    int64_t flaw = row ? vd_date_number(vd_view_first(vd_sql_view(s, 1), 10)) : 0;
    int64_t issue = row ? vd_date_number(vd_view_first(vd_sql_view(s, 2), 10)) : 0;
    uint32_t index =
        row ? vd_snapshot_index(&f->snapshot, sqlite3_column_int64(s, 0)) : VD_SNAPSHOT_NONE;
    if (flaw == 0 || issue == 0 || index == VD_SNAPSHOT_NONE)
      continue;
    int32_t *lag = vd_vec_push(&f->scratch, &f->lags);
    uint32_t *community = vd_vec_push(&f->scratch, &f->lag_community);
    if (lag == NULL || community == NULL)
      return no_memory(f->err);
    *lag = days_between(flaw, issue);
    *community = f->partition.community[index];
  }
  return VD_OK;
}

static int by_days(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

// Of one community, or of all (UINT32_MAX).
static vd_code lag_of(finder *f, uint32_t community, vd_lag *out) {
  int32_t *days = vd_new_array(&f->scratch, int32_t, f->lags.count + 1);
  size_t n = 0;
  if (days == NULL)
    return no_memory(f->err);
  for (size_t i = 0; i < f->lags.count; i++)
    if (community == UINT32_MAX || f->lag_community.at[i] == community)
      days[n++] = f->lags.at[i];
  if (n > 1)
    qsort(days, n, sizeof *days, by_days);
  *out = (vd_lag){.count = n};
  if (n != 0) {
    size_t half = n / 2, nine_tenths = (n * 9 + 9) / 10 - 1;
    double upper = days[half], lower = n % 2 == 1 ? upper : days[half - 1];
    out->median = (lower + upper) / 2;
    out->p90 = days[nine_tenths];
  }
  return VD_OK;
}

// ---- one community ------------------------------------------------------------------------------

static void count_member(vd_community *c, uint8_t kind) {
  c->vulnerabilities += kind == VD_NODE_VULNERABILITY;
  c->packages += kind == VD_NODE_PACKAGE || kind == VD_NODE_PRODUCT;
  c->repositories += kind == VD_NODE_REPOSITORY;
  c->others += kind != VD_NODE_VULNERABILITY && kind != VD_NODE_PACKAGE &&
               kind != VD_NODE_PRODUCT && kind != VD_NODE_REPOSITORY;
}

// Keeps the best few, in order.
static void offer(uint32_t best[VD_LEADERS], uint32_t *n, const uint32_t *inside, uint32_t v) {
  uint32_t at = *n < VD_LEADERS ? (*n)++ : VD_LEADERS;
  for (; at > 0 && inside[v] > inside[best[at - 1]]; at--)
    if (at < VD_LEADERS)
      best[at] = best[at - 1];
  if (at < VD_LEADERS)
    best[at] = v;
}

static vd_code describe(finder *f, uint32_t community, vd_community *out) {
  const vd_snapshot *s = &f->snapshot;
  uint32_t best[VD_LEADERS], leaders = 0;
  double members = 0, edges = 0;
  for (uint32_t v = 0; v < s->network.nodes; v++) {
    if (f->partition.community[v] != community)
      continue;
    members++;
    edges += f->inside[v] / 2.0;
    count_member(out, s->node_kind[v]);
    if (s->node_kind[v] != VD_NODE_VULNERABILITY)
      offer(best, &leaders, f->inside, v);
  }
  out->density = members > 1 ? edges / (members * (members - 1) / 2) : 0;
  for (uint32_t i = 0; i < leaders; i++) {
    vd_ranked_node *slot = vd_vec_push(f->arena, &out->leaders);
    if (slot == NULL)
      return no_memory(f->err);
    slot->score = f->inside[best[i]];
    VD_TRY(vd_node_get(f->g, f->arena, s->node[best[i]], &slot->node, f->err));
  }
  return lag_of(f, community, &out->lag);
}

static vd_code count_inside(finder *f) {
  const vd_rows *rows = &f->network.out;
  const uint32_t *community = f->partition.community;
  f->inside = vd_new_array(&f->scratch, uint32_t, (size_t)f->network.nodes + 1);
  if (f->inside == NULL)
    return no_memory(f->err);
  for (uint32_t v = 0; v < f->network.nodes; v++)
    for (uint32_t e = rows->offset[v]; e < rows->offset[v + 1]; e++)
      if (community[v] == community[rows->target[e]]) {
        f->inside[v]++;
        f->inside[rows->target[e]]++;
      }
  return VD_OK;
}

// Communities are numbered by size; those of one node are not counted.
static vd_code count_communities(finder *f, uint32_t *out) {
  uint32_t *size = vd_new_array(&f->scratch, uint32_t, (size_t)f->partition.count + 1);
  if (size == NULL)
    return no_memory(f->err);
  for (uint32_t v = 0; v < f->network.nodes; v++)
    size[f->partition.community[v]]++;
  for (*out = 0; *out < f->partition.count && size[*out] > 1;)
    ++*out;
  return VD_OK;
}

// NOLINTNEXTLINE(readability-function-size): every VD_TRY counts as statements
vd_code vd_graph_communities(vd_graph *g, vd_arena *a, const vd_communities_query *q,
                             vd_communities *out, vd_error *err) {
  VD_CLEANUP(free_finder)
  finder f = {.g = g, .arena = a, .scratch = VD_ARENA(VD_GRAPH_MEMORY_MAX), .err = err};
  vd_leiden_options o = {.objective = VD_MODULARITY, .resolution = q->resolution, .seed = 1};
  vd_communities result = {0};
  VD_TRY(vd_snapshot_load(g, &f.scratch, q->as_of, &f.snapshot, err));
  VD_TRY(build_part(&f));
  VD_TRY(vd_network_leiden(&f.scratch, &f.network, &o, &f.partition, err));
  VD_TRY(count_inside(&f));
  VD_TRY(count_communities(&f, &result.count));
  VD_TRY(read_lags(&f));
  result.quality = f.partition.quality;
  VD_TRY(lag_of(&f, UINT32_MAX, &result.lag));
  for (uint32_t i = 0; i < result.count && i < q->limit; i++) {
    vd_community *slot = vd_vec_push(a, &result.list);
    if (slot == NULL)
      return no_memory(err);
    VD_TRY(describe(&f, i, slot));
  }
  *out = result;
  return VD_OK;
}
