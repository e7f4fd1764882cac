// The sink of `facts build`: keeps what the feeds state, boiled down while it passes by.
#include "feed/collect.h"

#include "feed/ranges.h"
#include "feed/sources/sources.h"

// ---- keeping text -----------------------------------------------------------------------------

static vd_code keep(vd_collection *f, vd_view text, vd_view *out) {
  *out = (vd_view){0};
  if (text.ptr == NULL)
    return VD_OK;
  *out = vd_arena_copy(f->arena, text);
  return out->ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_code keep_list(vd_collection *f, const vd_views *list, vd_views *out) {
  out->at = vd_new_array(f->arena, vd_view, list->count + 1);
  if (out->at == NULL)
    return VD_NOMEM;
  for (size_t i = 0; i < list->count; i++)
    VD_TRY(keep(f, list->at[i], &out->at[i]));
  out->count = out->cap = list->count;
  return VD_OK;
}

static vd_code keep_joined(vd_collection *f, const vd_views *list, vd_view *out) {
  vd_id_list ids = {.arena = f->arena};
  for (size_t i = 0; i < list->count; i++)
    VD_TRY(vd_id_list_add(&ids, "", list->at[i]));
  *out = vd_id_list_join(&ids);
  return out->ptr == NULL ? VD_NOMEM : VD_OK;
}

// ---- affected packages ------------------------------------------------------------------------

static vd_known *package_of(vd_collection *f, vd_view name) {
  vd_known *p = vd_map_get(&f->package_by_name, name);
  if (p != NULL)
    return p;
  p = vd_new(f->arena, vd_known);
  if (p == NULL || keep(f, name, &p->name) != VD_OK)
    return NULL;
  if (vd_map_put(&f->package_by_name, p->name, p) != VD_OK)
    return NULL;
  p->next = f->packages;
  return f->packages = p;
}

static vd_code know_version(vd_collection *f, vd_known *p, vd_view version) {
  vd_view *slot = vd_vec_push(f->arena, &p->versions);
  return slot == NULL ? VD_NOMEM : keep(f, version, slot);
}

static vd_code know_versions(vd_collection *f, vd_known *p, const vd_osv_affected *a) {
  for (size_t i = 0; i < a->versions.count; i++)
    VD_TRY(know_version(f, p, a->versions.at[i]));
  for (size_t i = 0; i < a->ranges.count; i++)
    for (size_t k = 0; k < a->ranges.at[i].count; k++) {
      vd_view text = a->ranges.at[i].at[k].version;
      if (!vd_view_eq(text, VD_VIEW("0")) && !vd_view_eq(text, VD_VIEW("*")))
        VD_TRY(know_version(f, p, text));
    }
  return VD_OK;
}

// The entries of one advisory about one package, side by side.
typedef struct entry {
  const vd_osv_affected *affected;
} entry;

typedef struct group {
  const entry *at;
  size_t count;
} group;

static vd_code evaluate(vd_arena *scratch, const group *g, vd_ranges *out) {
  VD_VEC(vd_events) ranges = {0};
  for (size_t i = 0; i < g->count; i++)
    for (size_t k = 0; k < g->at[i].affected->ranges.count; k++) {
      vd_events *slot = vd_vec_push(scratch, &ranges);
      if (slot == NULL)
        return VD_NOMEM;
      *slot = g->at[i].affected->ranges.at[k];
    }
  return vd_osv_evaluate(scratch, ranges.at, ranges.count, out);
}

// Listed versions the ranges do not hold already.
static vd_code outside(vd_arena *scratch, const group *g, const vd_ranges *intervals,
                       vd_id_list *out) {
  out->arena = scratch;
  for (size_t i = 0; i < g->count; i++)
    for (size_t k = 0; k < g->at[i].affected->versions.count; k++) {
      vd_view text = g->at[i].affected->versions.at[k];
      vd_version v = vd_version_read(text);
      if (!vd_osv_contains(intervals, &v))
        VD_TRY(vd_id_list_add(out, "", text));
    }
  return VD_OK;
}

static vd_code state_row(vd_collection *f, const group *g, vd_view ranges, vd_view versions) {
  vd_known *package = package_of(f, g->at[0].affected->package);
  vd_affects *row = vd_vec_push(f->arena, &f->affects);
  if (ranges.ptr == NULL || versions.ptr == NULL || package == NULL || row == NULL)
    return VD_NOMEM;
  row->statement = f->statements.count - 1;
  row->package = package->name;
  for (size_t i = 0; i < g->count; i++)
    VD_TRY(know_versions(f, package, g->at[i].affected));
  VD_TRY(keep(f, ranges, &row->ranges));
  return keep(f, versions, &row->versions);
}

static vd_code state(vd_collection *f, const group *g) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_ranges intervals;
  vd_id_list listed = {0};
  VD_TRY(evaluate(&scratch, g, &intervals));
  VD_TRY(outside(&scratch, g, &intervals, &listed));
  if (intervals.count == 0 && listed.ids.count == 0)
    return VD_OK;
  return state_row(f, g, vd_osv_format(&scratch, &intervals), vd_id_list_join(&listed));
}

static int by_package(const void *pa, const void *pb) {
  const vd_osv_affected *a = ((const entry *)pa)->affected;
  const vd_osv_affected *b = ((const entry *)pb)->affected;
  int order = vd_view_cmp(a->package, b->package);
  return order != 0 ? order : (a > b) - (a < b); // document order
}

// An entry that names neither ranges nor versions affects nothing, by the rule of the schema.
static void count_empty(vd_collection *f, const vd_advisory *a) {
  for (size_t i = 0; i < a->affected.count; i++) {
    const vd_osv_affected *one = &a->affected.at[i];
    if (one->ranges.count > 0 || one->versions.count > 0)
      continue;
    vd_error e;
    (void)vd_fail(&e, VD_FORMAT, "states neither a range nor a version of %.*s that are affected",
                  VD_ARG(one->package));
    vd_collect_notice(f, a->id, &e);
    f->stats.empty++;
  }
}

static bool same_package(const entry *a, const entry *b) {
  return vd_view_eq(a->affected->package, b->affected->package);
}

static vd_code state_all(vd_collection *f, const vd_advisory *a) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  size_t n = a->affected.count;
  entry *sorted = vd_new_array(&scratch, entry, n + 1);
  if (sorted == NULL)
    return VD_NOMEM;
  for (size_t i = 0; i < n; i++)
    sorted[i].affected = &a->affected.at[i];
  if (n > 1)
    qsort(sorted, n, sizeof *sorted, by_package);
  for (size_t i = 0; i < n;) {
    group g = {.at = sorted + i, .count = 1};
    while (i + g.count < n && same_package(&sorted[i + g.count], &sorted[i]))
      g.count++;
    VD_TRY(state(f, &g));
    i += g.count;
  }
  return VD_OK;
}

// ---- the sink ---------------------------------------------------------------------------------

static int rank_of(vd_view label) {
  static const char *const labels[] = {"low", "medium", "high", "critical"};
  for (int i = 0; i < (int)VD_COUNT(labels); i++)
    if (vd_view_eq(label, vd_view_of(labels[i])))
      return i + 1;
  return 0;
}

static vd_code on_withdrawn(vd_collection *f, const vd_advisory *a) {
  vd_withdrawn *w = vd_vec_push(f->arena, &f->withdrawn);
  if (w == NULL)
    return VD_NOMEM;
  VD_TRY(keep(f, a->id, &w->id));
  VD_TRY(keep(f, vd_view_first(a->withdrawn, 10), &w->date));
  return keep_joined(f, &a->aliases, &w->aliases);
}

static vd_code keep_statement(vd_collection *f, const vd_advisory *a) {
  vd_statement *s = vd_vec_push(f->arena, &f->statements);
  if (s == NULL)
    return VD_NOMEM;
  s->severity = rank_of(a->severity);
  VD_TRY(keep(f, a->id, &s->id));
  VD_TRY(keep(f, vd_view_first(a->published, 10), &s->published));
  VD_TRY(keep(f, vd_view_first(a->modified, 10), &s->modified));
  VD_TRY(keep_list(f, &a->aliases, &s->aliases));
  VD_TRY(keep_list(f, &a->cvss, &s->cvss));
  return keep_list(f, &a->cwe, &s->cwe);
}

static vd_code on_advisory(void *ctx, const vd_advisory *a) {
  vd_collection *f = ctx;
  f->source->records++;
  f->stats.advisories++;
  if (a->withdrawn.ptr != NULL)
    return on_withdrawn(f, a);
  VD_TRY(keep_statement(f, a));
  count_empty(f, a);
  return state_all(f, a);
}

static vd_code keep_node(vd_collection *f, const vd_fact_node *n, vd_node_row *row) {
  row->table = n->table;
  row->count = n->columns.count;
  for (size_t i = 0; i < row->count; i++)
    VD_TRY(keep(f, n->columns.at[i], &row->columns[i]));
  VD_TRY(keep(f, n->id, &row->id));
  return keep(f, n->name, &row->name);
}

static vd_code on_node(void *ctx, const vd_fact_node *n) {
  vd_collection *f = ctx;
  if (vd_map_get(&f->node_by_id, n->id) != NULL) {
    vd_feed_sink sink = vd_collect_sink(f);
    vd_feed_bad(&sink, n->id, "a second record with this id", (vd_view){0});
    return VD_OK;
  }
  vd_node_row *row = vd_new(f->arena, vd_node_row);
  if (row == NULL)
    return VD_NOMEM;
  VD_TRY(keep_node(f, n, row));
  row->next = f->nodes;
  f->nodes = row;
  f->source->records += strcmp(row->table, "revoked") != 0;
  return vd_map_put(&f->node_by_id, row->id, row);
}

static vd_code on_kev(void *ctx, const vd_kev *k) {
  vd_collection *f = ctx;
  vd_kev_row *row = vd_vec_push(f->arena, &f->kev);
  if (row == NULL)
    return VD_NOMEM;
  f->source->records++;
  row->ransomware = k->ransomware;
  VD_TRY(keep(f, k->cve, &row->cve));
  VD_TRY(keep(f, vd_view_first(k->added, 10), &row->added));
  return keep(f, vd_view_first(k->due, 10), &row->due);
}

static vd_code on_epss(void *ctx, const vd_score *s) {
  vd_collection *f = ctx;
  vd_score *row = vd_vec_push(f->arena, &f->scores);
  if (row == NULL)
    return VD_NOMEM;
  f->source->records++;
  VD_TRY(keep(f, s->cve, &row->cve));
  VD_TRY(keep(f, s->epss, &row->epss));
  return keep(f, s->percentile, &row->percentile);
}

// The tables are made of what the other calls say.
static vd_code on_record(void *ctx, const vd_record *r) {
  (void)ctx;
  (void)r;
  return VD_OK;
}

static vd_code on_snapshot(void *ctx, vd_view version, vd_view date) {
  vd_collection *f = ctx;
  VD_TRY(keep(f, version, &f->source->version));
  return vd_date_valid(date) ? keep(f, vd_view_first(date, 10), &f->source->date) : VD_OK;
}

void vd_collect_notice(vd_collection *f, vd_view place, const vd_error *err) {
  VD_SCOPED_BUF b = VD_BUF(4096);
  if (f->notices == NULL)
    return;
  vd_buf_printf(&b, "%s: ", f->source->feed->name);
  vd_buf_put_escaped(&b, vd_view_first(place, 512));
  if (err->line != 0)
    vd_buf_printf(&b, ":%u:%u", err->line, err->column);
  vd_buf_put(&b, VD_VIEW(": "));
  vd_buf_put_escaped(&b, vd_view_of(err->text));
  vd_buf_put_c(&b, '\n');
  (void)fwrite(b.ptr, 1, b.len, f->notices); // a lost notice must not stop the build
}

static void on_bad(void *ctx, vd_view place, const vd_error *err) {
  vd_collection *f = ctx;
  f->stats.bad++;
  vd_collect_notice(f, place, err);
}

vd_feed_sink vd_collect_sink(vd_collection *f) {
  return (vd_feed_sink){.ctx = f,
                        .advisory = on_advisory,
                        .node = on_node,
                        .kev = on_kev,
                        .epss = on_epss,
                        .record = on_record,
                        .snapshot = on_snapshot,
                        .bad = on_bad};
}
