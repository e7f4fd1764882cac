// The tables of docs/facts.md from what was collected: all are made first, then written.
#include "feed/collect.h"
#include "feed/sources/sources.h"
#include "package/package.h"

#include <errno.h>
#include <sys/stat.h>

// ---- cells ------------------------------------------------------------------------------------

static vd_view join(vd_arena *a, const vd_view *items, size_t n) {
  VD_SCOPED_BUF b = VD_BUF(VD_FEED_BYTES_MAX);
  for (size_t i = 0; i < n; i++) {
    if (i > 0)
      vd_buf_put_c(&b, ' ');
    vd_buf_put(&b, items[i]);
  }
  return b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
}

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "out of memory while writing the facts");
}

// ---- rows, one function a table ---------------------------------------------------------------

static vd_code source_rows(vd_collection *f, vd_arena *a, vd_tsv *t) {
  for (size_t i = 0; i < f->sources.count; i++) {
    const vd_source_row *s = &f->sources.at[i];
    vd_view records = vd_arena_printf(a, "%llu", (unsigned long long)s->records);
    vd_tsv_row(t,
               (const vd_view[]){vd_view_of(s->feed->name), s->version, s->date, records,
                                 vd_view_of(s->feed->licence), vd_view_of(s->feed->url)},
               6);
    if (records.ptr == NULL)
      return VD_NOMEM;
  }
  return VD_OK;
}

static vd_code flaw_rows(vd_collection *f, vd_arena *a, vd_tsv *t) {
  static const vd_view labels[] = {VD_VIEW_INIT(""), VD_VIEW_INIT("low"), VD_VIEW_INIT("medium"),
                                   VD_VIEW_INIT("high"), VD_VIEW_INIT("critical")};
  for (const vd_flaw_row *w = f->flaws; w != NULL; w = w->next) {
    f->stats.flaws++;
    vd_view cells[] = {w->ids.at[0],
                       join(a, w->ids.at + 1, w->ids.count - 1),
                       w->published,
                       w->modified,
                       labels[w->severity],
                       join(a, w->cvss.at, w->cvss.count),
                       join(a, w->cwe.at, w->cwe.count)};
    if (cells[1].ptr == NULL || cells[5].ptr == NULL || cells[6].ptr == NULL)
      return VD_NOMEM;
    vd_tsv_row(t, cells, VD_COUNT(cells));
  }
  return VD_OK;
}

static vd_code withdrawn_rows(vd_collection *f, vd_arena *a, vd_tsv *t) {
  (void)a;
  for (size_t i = 0; i < f->withdrawn.count; i++) {
    const vd_withdrawn *w = &f->withdrawn.at[i];
    vd_tsv_row(t, (const vd_view[]){w->id, w->aliases, w->date}, 3);
  }
  f->stats.withdrawn = f->withdrawn.count;
  return VD_OK;
}

static vd_view flaw_id(const vd_collection *f, const vd_affects *a) {
  return f->statements.at[a->statement].name->flaw->ids.at[0];
}

typedef struct affects_key { // an affects row with the texts it is sorted and grouped by
  vd_view package, flaw, ranges, versions, advisory;
} affects_key;

static int by_group(const void *pa, const void *pb) {
  const affects_key *a = pa, *b = pb;
  int order = vd_view_cmp(a->package, b->package);
  if (order == 0)
    order = vd_view_cmp(a->flaw, b->flaw);
  if (order == 0)
    order = vd_view_cmp(a->ranges, b->ranges);
  return order != 0 ? order : vd_view_cmp(a->versions, b->versions);
}

// Advisories of one flaw that state the same about a package share a row.
static vd_code affected_rows(vd_collection *f, vd_arena *a, vd_tsv *t) {
  size_t n = f->affects.count;
  affects_key *keys = vd_new_array(a, affects_key, n + 1);
  if (keys == NULL)
    return VD_NOMEM;
  for (size_t i = 0; i < n; i++) {
    const vd_affects *r = &f->affects.at[i];
    keys[i] = (affects_key){r->package, flaw_id(f, r), r->ranges, r->versions,
                            f->statements.at[r->statement].id};
  }
  if (n > 1)
    qsort(keys, n, sizeof *keys, by_group);
  for (size_t i = 0; i < n; f->stats.affected++) {
    vd_id_list advisories = {.arena = a};
    size_t first = i;
    for (; i < n && by_group(&keys[first], &keys[i]) == 0; i++)
      VD_TRY(vd_id_list_add(&advisories, "", keys[i].advisory));
    const affects_key *k = &keys[first];
    vd_view ids = vd_id_list_join(&advisories);
    vd_tsv_row(t, (const vd_view[]){k->package, k->flaw, ids, k->ranges, k->versions}, 5);
    if (ids.ptr == NULL)
      return VD_NOMEM;
  }
  return VD_OK;
}

static int by_bytes(const void *a, const void *b) {
  return vd_view_cmp(*(const vd_view *)a, *(const vd_view *)b);
}

// Equal versions in byte order of their spelling, so that the first one is kept.
static int by_version(const void *pa, const void *pb) {
  const vd_version *a = pa, *b = pb;
  int order = vd_version_compare(a, b);
  return order != 0 ? order : vd_view_cmp(a->text, b->text);
}

// Distinct PEP 440 versions, ascending. Others cannot be installed by pip and are left out.
static vd_code order_versions(vd_arena *a, vd_views *texts, vd_view *out) {
  vd_version *v = vd_new_array(a, vd_version, texts->count + 1);
  size_t n = 0, kept = 0;
  if (v == NULL)
    return VD_NOMEM;
  if (texts->count > 1)
    qsort(texts->at, texts->count, sizeof *texts->at, by_bytes);
  for (size_t i = 0; i < texts->count; i++)
    if (i == 0 || !vd_view_eq(texts->at[i], texts->at[i - 1]))
      n += vd_version_parse(texts->at[i], &v[n], NULL) == VD_OK;
  if (n > 1)
    qsort(v, n, sizeof *v, by_version);
  for (size_t i = 0; i < n; i++)
    if (i == 0 || vd_version_compare(&v[i], &v[i - 1]) != 0)
      texts->at[kept++] = v[i].text;
  *out = join(a, texts->at, kept);
  return out->ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_code package_rows(vd_collection *f, vd_arena *a, vd_tsv *t) {
  (void)a;
  for (vd_known *p = f->packages; p != NULL; p = p->next) {
    f->stats.packages++;
    VD_SCOPED_ARENA scratch = VD_ARENA(VD_FACTS_MEMORY_MAX);
    vd_view cells[] = {p->name, {0}};
    VD_TRY(order_versions(&scratch, &p->versions, &cells[1]));
    vd_tsv_row(t, cells, VD_COUNT(cells));
  }
  return VD_OK;
}

static vd_code kev_rows(vd_collection *f, vd_arena *a, vd_tsv *t) {
  (void)a;
  for (size_t i = 0; i < f->kev.count; i++) {
    const vd_kev_row *k = &f->kev.at[i];
    vd_view known = k->ransomware ? VD_VIEW("known") : VD_VIEW("");
    vd_tsv_row(t, (const vd_view[]){k->cve, k->added, k->due, known}, 4);
  }
  return VD_OK;
}

static vd_code epss_rows(vd_collection *f, vd_arena *a, vd_tsv *t) {
  (void)a;
  for (size_t i = 0; i < f->scores.count; i++) {
    const vd_score *s = &f->scores.at[i];
    if (vd_map_get(&f->name_by_id, s->cve) != NULL)
      vd_tsv_row(t, (const vd_view[]){s->cve, s->epss, s->percentile}, 3);
  }
  return VD_OK;
}

static vd_code node_rows(vd_collection *f, vd_arena *a, vd_tsv *t) {
  (void)a;
  for (const vd_node_row *n = f->nodes; n != NULL; n = n->next) {
    vd_view cells[2 + VD_COUNT(n->columns)] = {n->id, n->name};
    for (size_t k = 0; k < n->count; k++)
      cells[2 + k] = n->columns[k];
    if (strcmp(n->table, t->name) == 0)
      vd_tsv_row(t, cells, 2 + n->count);
  }
  return VD_OK;
}

// ---- tables -----------------------------------------------------------------------------------

static const struct {
  const char *name, *heading;
  vd_code (*rows)(vd_collection *f, vd_arena *a, vd_tsv *t);
} tables[] = {
    {"sources", "name\tversion\tdate\trecords\tlicence\turl", source_rows},
    {"vulnerabilities", "id\taliases\tpublished\tmodified\tseverity\tcvss\tcwe", flaw_rows},
    {"withdrawn", "id\taliases\twithdrawn", withdrawn_rows},
    {"affected", "package\tvulnerability\tadvisories\tranges\tversions", affected_rows},
    {"packages", "package\tversions", package_rows},
    {"kev", "cve\tadded\tdue\transomware", kev_rows},
    {"epss", "cve\tepss\tpercentile", epss_rows},
    {"weaknesses", "id\tname\tabstraction\tparents\tpatterns", node_rows},
    {"patterns", "id\tname\tabstraction\tparents\ttechniques", node_rows},
    {"techniques", "id\tname\tframework\ttactics\tparent\tattack", node_rows},
    {"tactics", "id\tname\tframework\tposition\tattack", node_rows},
    {"mitigations", "id\tname\tframework\ttechniques", node_rows},
};

static void free_text(vd_tsv *t) { vd_buf_free(&t->text); }

static vd_code make_table(vd_collection *f, size_t i, vd_view *out) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FACTS_MEMORY_MAX);
  VD_CLEANUP(free_text)
  vd_tsv t = {tables[i].name, tables[i].heading, VD_BUF(VD_FEED_BYTES_MAX)};
  VD_TRY(tables[i].rows(f, &scratch, &t));
  vd_view text = vd_tsv_finish(&scratch, &t);
  *out = text.ptr == NULL ? text : vd_arena_copy(f->arena, text);
  return out->ptr == NULL ? VD_NOMEM : VD_OK;
}

vd_code vd_collect_table(vd_collection *f, const char *name, vd_view *out) {
  for (size_t i = 0; i < VD_COUNT(tables); i++)
    if (strcmp(tables[i].name, name) == 0)
      return make_table(f, i, out);
  return VD_NOTFOUND;
}

static vd_code write_table(const char *dir, const char *name, vd_view bytes, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 10);
  vd_view path = vd_arena_printf(&a, "%s/%s.tsv", dir, name);
  return path.ptr == NULL ? no_memory(err) : vd_file_write(path.ptr, bytes, err);
}

vd_code vd_collect_write(vd_collection *f, const char *out_dir, vd_error *err) {
  vd_view texts[VD_COUNT(tables)];
  for (size_t i = 0; i < VD_COUNT(tables); i++) {
    if (make_table(f, i, &texts[i]) != VD_OK)
      return no_memory(err);
    f->stats.bytes += texts[i].len;
  }
  if (f->stats.bytes > VD_FACTS_BYTES_MAX)
    return vd_fail(err, VD_LIMIT, "the facts take %llu bytes, more than %d",
                   (unsigned long long)f->stats.bytes, (int)VD_FACTS_BYTES_MAX);
  if (mkdir(out_dir, 0777) != 0 && errno != EEXIST)
    return vd_fail(err, VD_IO, "cannot make the folder %s", out_dir);
  for (size_t i = 0; i < VD_COUNT(tables); i++)
    VD_TRY(write_table(out_dir, tables[i].name, texts[i], err));
  return VD_OK;
}
