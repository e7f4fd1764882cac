// The tables of matching from the advisories the graph keeps: the same joining as `facts build`,
// with the weaknesses and vectors that other sources add.
#include "feed/advisory.h"
#include "feed/collect.h"
#include "feed/derive.h"
#include "feed/sources/sources.h"

typedef struct reader {
  vd_graph *g;
  vd_collection *collection;
  size_t first; // first statement of the source being read
} reader;

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "out of memory while making the tables of matching");
}

// ---- advisories --------------------------------------------------------------------------------

static void end_source(reader *r) {
  if (r->collection->source != NULL && r->collection->statements.count > r->first)
    vd_collect_dates(r->collection, r->first);
  r->first = r->collection->statements.count;
}

static vd_code begin_source(reader *r, vd_view name, vd_error *err) {
  const vd_feed *feed = vd_feed_by_name(name);
  end_source(r);
  r->collection->source = vd_vec_push(r->collection->arena, &r->collection->sources);
  if (r->collection->source == NULL)
    return no_memory(err);
  if (feed == NULL)
    return vd_fail(err, VD_FORMAT, "the knowledge base has advisories of an unknown source '%.*s'",
                   VD_ARG(vd_view_first(name, 60)));
  r->collection->source->feed = feed;
  return VD_OK;
}

static vd_code take(void *ctx, vd_view source, vd_view data, vd_error *err) {
  reader *r = ctx;
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_feed_sink sink = vd_collect_sink(r->collection);
  vd_advisory advisory;
  if (r->collection->source == NULL ||
      !vd_view_eq(source, vd_view_of(r->collection->source->feed->name)))
    VD_TRY(begin_source(r, source, err));
  VD_TRY(vd_advisory_decode(&a, data, &advisory, err));
  return sink.advisory(sink.ctx, &advisory) == VD_OK ? VD_OK : no_memory(err);
}

// ---- what other sources say --------------------------------------------------------------------

static vd_code take_kev(reader *r, vd_error *err) {
  vd_feed_sink sink = vd_collect_sink(r->collection);
  vd_kev_entries entries;
  VD_TRY(vd_kev_read(r->g, r->collection->arena, &entries, err));
  for (size_t i = 0; i < entries.count; i++) {
    const vd_kev_entry *e = &entries.at[i];
    vd_kev row = {.cve = e->cve, .added = e->added, .due = e->due, .ransomware = e->ransomware};
    if (sink.kev(sink.ctx, &row) != VD_OK)
      return no_memory(err);
  }
  return VD_OK;
}

static vd_view fraction(vd_arena *a, int64_t units) {
  return vd_arena_printf(a, "%lld.%05lld", (long long)(units / 100000),
                         (long long)(units % 100000));
}

static vd_code take_score(reader *r, vd_view id, vd_error *err) {
  vd_collection *f = r->collection;
  int64_t cve = vd_cve_number(id);
  vd_score_now now;
  if (cve == 0)
    return VD_OK;
  VD_TRY(vd_score_read(r->g, cve, &now, err));
  if (now.epss < 0)
    return VD_OK;
  vd_score *row = vd_vec_push(f->arena, &f->scores);
  if (row == NULL)
    return no_memory(err);
  *row = (vd_score){id, fraction(f->arena, now.epss), fraction(f->arena, now.percentile)};
  return row->epss.ptr == NULL || row->percentile.ptr == NULL ? no_memory(err) : VD_OK;
}

static bool is_weakness(vd_view id) {
  uint64_t number;
  return vd_view_starts(id, VD_VIEW("CWE-")) && vd_view_u64(vd_view_from(id, 4), &number);
}

// Advisories come first: what others say of weaknesses and vectors only fills what they leave open.
static vd_code fill(reader *r, vd_flaw_row *flaw, vd_error *err) {
  vd_arena *a = r->collection->arena;
  vd_flaw_extra extra;
  if (flaw->cwe.count != 0 && flaw->cvss.count != 0)
    return VD_OK;
  VD_TRY(vd_flaw_extra_read(r->g, a, flaw->ids.at[0], &extra, err));
  if (flaw->cvss.count == 0)
    flaw->cvss = extra.cvss;
  for (size_t i = 0; flaw->cwe.count == 0 && i < extra.cwe.count; i++)
    if (!is_weakness(extra.cwe.at[i]))
      extra.cwe.at[i--] = extra.cwe.at[--extra.cwe.count];
  if (flaw->cwe.count == 0)
    flaw->cwe = extra.cwe;
  vd_flaw_settle(flaw);
  return VD_OK;
}

static vd_code take_others(reader *r, vd_error *err) {
  for (const vd_named *n = r->collection->names; n != NULL; n = n->next)
    VD_TRY(take_score(r, n->id, err));
  for (vd_flaw_row *flaw = r->collection->flaws; flaw != NULL; flaw = flaw->next)
    VD_TRY(fill(r, flaw, err));
  return VD_OK;
}

// ---- the tables --------------------------------------------------------------------------------

static vd_code write_tables(reader *r, vd_error *err) {
  static const struct {
    const char *name, *file;
  } tables[] = {{"kev", "kev.tsv"},
                {"packages", "packages.tsv"},
                {"vulnerabilities", "vulnerabilities.tsv"},
                {"epss", "epss.tsv"},
                {"withdrawn", "withdrawn.tsv"},
                {"affected", "affected.tsv"}};
  vd_matching_table made[VD_COUNT(tables)];
  for (size_t i = 0; i < VD_COUNT(tables); i++) {
    made[i].file = tables[i].file;
    if (vd_collect_table(r->collection, tables[i].name, &made[i].bytes) != VD_OK)
      return no_memory(err);
  }
  return vd_matching_replace(r->g, &(vd_matching){made, VD_COUNT(made)}, err);
}

vd_code vd_derive_matching(vd_graph *g, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FACTS_MEMORY_MAX);
  vd_collection f = {.arena = &a,
                     .package_by_name = VD_MAP(&a),
                     .node_by_id = VD_MAP(&a),
                     .name_by_id = VD_MAP(&a)};
  reader r = {.g = g, .collection = &f};
  VD_TRY(vd_advisories_read(g, take, &r, err));
  end_source(&r);
  f.source = vd_vec_push(&a, &f.sources);
  if (f.source == NULL || vd_collect_merge(&f) != VD_OK)
    return no_memory(err);
  VD_TRY(take_kev(&r, err));
  VD_TRY(take_others(&r, err));
  return write_tables(&r, err);
}
