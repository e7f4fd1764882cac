// `update`: every feed of a mirror into the graph, one transaction each.
#include "feed/advisory.h"
#include "feed/derive.h"
#include "feed/mirror.h"
#include "feed/sources/sources.h"
#include "graph/table.h"

#include <time.h>
#include <xxhash.h>

typedef struct updater {
  vd_graph *g;
  const vd_update_options *options;
  const vd_feed *feed;
  vd_writer *writer;
  vd_arena arena; // of the edition: version, date, the document's path
  vd_arena scratch;
  vd_view path, version, date;
  int64_t score_date;
  uint64_t documents, records, bad;
  vd_error *err;
} updater;

static double now_seconds(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// ---- the sink ----------------------------------------------------------------------------------

static void on_bad(void *ctx, vd_view place, const vd_error *err) {
  updater *u = ctx;
  FILE *out = u->options->notices;
  VD_SCOPED_BUF b = VD_BUF(4096);
  u->bad++;
  if (out == NULL)
    return;
  vd_buf_printf(&b, "%s: ", u->feed->name);
  vd_buf_put_escaped(&b, vd_view_first(u->path, 256));
  vd_buf_put(&b, VD_VIEW(": "));
  vd_buf_put_escaped(&b, vd_view_first(place, 256));
  if (err->line != 0)
    vd_buf_printf(&b, ":%u:%u", err->line, err->column);
  vd_buf_put(&b, VD_VIEW(": "));
  vd_buf_put_escaped(&b, vd_view_of(err->text));
  vd_buf_put_c(&b, '\n');
  (void)fwrite(b.ptr, 1, b.len, out);
}

static void on_document(void *ctx, vd_view path) {
  updater *u = ctx;
  u->path = path;
  u->documents++;
}

// A record that cannot be kept is reported like one that cannot be read.
static vd_code on_record(void *ctx, const vd_record *r) {
  updater *u = ctx;
  vd_record placed = *r;
  vd_error err = {0};
  placed.place = u->path;
  vd_code code = vd_writer_record(u->writer, &placed, &err);
  u->records++;
  if (code == VD_FORMAT) {
    on_bad(u, r->key, &err);
    return VD_OK;
  }
  if (code != VD_OK && u->err != NULL)
    *u->err = err;
  return code;
}

static vd_code on_advisory(void *ctx, const vd_advisory *adv) {
  updater *u = ctx;
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_record r = vd_advisory_record(&a, adv);
  uint64_t bad = u->bad;
  VD_TRY(on_record(u, &r));
  if (u->bad != bad)
    return VD_OK;
  vd_view text = vd_advisory_encode(&a, adv);
  return text.ptr == NULL ? VD_NOMEM : vd_writer_attach(u->writer, text, u->err);
}

static vd_code on_node(void *ctx, const vd_fact_node *n) {
  updater *u = ctx;
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_record r;
  return vd_fact_record(&a, n, &r) ? on_record(u, &r) : VD_OK;
}

// The reader hands the same entry over as a record.
static vd_code on_kev(void *ctx, const vd_kev *k) {
  (void)ctx;
  (void)k;
  return VD_OK;
}

// "0.03351" in units of 1e-5.
static int64_t units(vd_view v) {
  int64_t n = 0, scale = 100000;
  size_t dot = vd_view_find(v, '.');
  for (size_t i = 0; i < dot; i++)
    n = n * 10 + (v.ptr[i] - '0');
  n *= scale;
  for (size_t i = dot + 1; i < v.len && scale > 1; i++) {
    scale /= 10;
    n += (v.ptr[i] - '0') * scale;
  }
  return n;
}

static vd_code on_epss(void *ctx, const vd_score *s) {
  updater *u = ctx;
  u->records++;
  vd_score_row row = {vd_cve_number(s->cve), units(s->epss), units(s->percentile)};
  if (row.cve == 0) {
    vd_error err;
    (void)vd_fail(&err, VD_FORMAT, "not a CVE id");
    on_bad(u, s->cve, &err);
    return VD_OK;
  }
  return vd_writer_score(u->writer, &row, u->score_date, u->err);
}

static vd_code on_snapshot(void *ctx, vd_view version, vd_view date) {
  updater *u = ctx;
  u->version = vd_arena_copy(&u->arena, version);
  if (vd_date_valid(date)) {
    u->date = vd_arena_copy(&u->arena, vd_view_first(date, 10));
    u->score_date = vd_date_number(vd_view_first(date, 10));
  }
  return u->version.ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_feed_sink sink_of(updater *u) {
  return (vd_feed_sink){.ctx = u,
                        .document = on_document,
                        .advisory = on_advisory,
                        .node = on_node,
                        .kev = on_kev,
                        .epss = on_epss,
                        .record = on_record,
                        .snapshot = on_snapshot,
                        .bad = on_bad};
}

// ---- one feed ----------------------------------------------------------------------------------

static vd_code hash_file(XXH3_state_t *h, const char *path, vd_error *err) {
  char piece[64 << 10];
  VD_SCOPED_FILE *f = fopen(path, "rbe");
  if (f == NULL)
    return vd_fail(err, VD_IO, "cannot open '%.200s'", path);
  for (size_t n = fread(piece, 1, sizeof piece, f); n > 0; n = fread(piece, 1, sizeof piece, f))
    (void)XXH3_64bits_update(h, piece, n);
  return ferror(f) ? vd_fail(err, VD_IO, "cannot read '%.200s'", path) : VD_OK;
}

static void free_state(XXH3_state_t **h) { (void)XXH3_freeState(*h); }

// What an unchanged edition is known by: the bytes of its files, and the program that reads them.
static vd_code content_of(const vd_feed *feed, const vd_views *files, int64_t *out, vd_error *err) {
  static const char reader[] = VD_VERSION;
  VD_CLEANUP(free_state) XXH3_state_t *h = XXH3_createState();
  if (h == NULL)
    return vd_fail(err, VD_NOMEM, "no memory to read %s", feed->name);
  (void)XXH3_64bits_reset(h);
  (void)XXH3_64bits_update(h, reader, sizeof reader);
  for (size_t i = 0; i < files->count; i++) {
    (void)XXH3_64bits_update(h, files->at[i].ptr, files->at[i].len);
    VD_TRY(hash_file(h, files->at[i].ptr, err));
  }
  *out = (int64_t)(XXH3_64bits_digest(h) | 1);
  return VD_OK;
}

static vd_edition edition_of(const updater *u) {
  return (vd_edition){.source = u->feed->name,
                      .licence = u->feed->licence,
                      .url = u->feed->url,
                      .rank = u->feed - vd_feeds + 1,
                      .today = u->options->today};
}

// What is known of the feed; zeros when it was never read.
static vd_source_state known_state(vd_graph *g, const vd_feed *feed) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_source_states states = {0};
  if (vd_source_states_read(g, &a, &states, NULL) != VD_OK)
    return (vd_source_state){0};
  for (size_t i = 0; i < states.count; i++)
    if (vd_view_eq(states.at[i].name, vd_view_of(feed->name)))
      return (vd_source_state){.content = states.at[i].content, .records = states.at[i].records};
  return (vd_source_state){0};
}

// An archive of something else, an empty list or what libarchive makes of rubbish must not close
// all that is known.
static vd_code check_edition(const updater *u, uint64_t before, vd_error *err) {
  if (u->documents == 0)
    return vd_fail(err, VD_FORMAT, "%.150s: nothing in it is a document of this feed",
                   u->feed->file);
  if (u->records != 0 || before == 0)
    return VD_OK;
  return vd_fail(err, VD_FORMAT, "%.120s: it states nothing, where there were %llu records before",
                 u->feed->file, (unsigned long long)before);
}

static vd_code read_edition(updater *u, int64_t content, vd_write_counts *counts, vd_error *err) {
  vd_edition edition = edition_of(u);
  vd_feed_sink sink = sink_of(u);
  uint64_t before = known_state(u->g, u->feed).records;
  VD_CLEANUP(vd_writer_free) vd_writer *w = NULL;
  VD_TRY(vd_writer_begin(u->g, &edition, &w, err));
  u->writer = w;
  u->err = err;
  VD_TRY(vd_feed_run(u->feed, u->options->mirror, &sink, err));
  VD_TRY(check_edition(u, before, err));
  vd_edition_end end = {.version = u->version,
                        .date = u->date,
                        .bad = u->bad,
                        .content = content,
                        .preview = u->options->dry_run};
  return vd_writer_commit(w, &end, counts, err);
}

static vd_feed_outcome take_feed(updater *u, vd_feed_result *r) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_views files;
  int64_t content = 0;
  vd_code code = vd_feed_files(&a, u->feed, u->options->mirror, &files, &r->error);
  if (code == VD_NOTFOUND)
    return VD_FEED_ABSENT;
  if (code == VD_OK)
    code = content_of(u->feed, &files, &content, &r->error);
  if (code == VD_OK && known_state(u->g, u->feed).content == content)
    return VD_FEED_UNCHANGED;
  if (code == VD_OK)
    code = read_edition(u, content, &r->counts, &r->error);
  r->error.code = code;
  return code == VD_OK ? VD_FEED_UPDATED : VD_FEED_FAILED;
}

static void on_fetch(void *ctx, const vd_feed *feed, const vd_address *file, uint64_t done,
                     uint64_t total) {
  const vd_update_options *o = ((updater *)ctx)->options;
  o->progress(o->progress_ctx, &(vd_update_step){feed, file->path, done, total});
}

static vd_feed_outcome read_feed(updater *u, vd_feed_result *r) {
  vd_mirror *source = u->options->source;
  if (source == NULL)
    return take_feed(u, r);
  source->progress = u->options->progress == NULL ? NULL : on_fetch;
  source->ctx = u;
  vd_code code = vd_mirror_fetch(source, u->feed, &r->fetched, &r->error);
  source->progress = NULL;
  r->error.code = code;
  return code == VD_OK ? take_feed(u, r) : VD_FEED_FAILED;
}

static vd_code note(updater *u, const vd_feed_result *r, vd_error *err) {
  vd_edition edition = edition_of(u);
  vd_view error = {0};
  if (r->outcome == VD_FEED_ABSENT || u->options->dry_run)
    return VD_OK;
  if (r->outcome == VD_FEED_FAILED)
    error = vd_view_of(r->error.text[0] != '\0' ? r->error.text : vd_code_text(r->error.code));
  vd_source_look look = {
      .now = u->options->now, .error = error, .updated = r->outcome == VD_FEED_UPDATED};
  return vd_source_note(u->g, &edition, &look, err);
}

static vd_code update_feed(vd_graph *g, const vd_update_options *o, vd_feed_result *r,
                           vd_error *err) {
  updater u = {
      .g = g, .options = o, .feed = r->feed, .arena = VD_ARENA(1 << 20), .score_date = o->today};
  double start = now_seconds();
  r->outcome = read_feed(&u, r);
  r->seconds = now_seconds() - start;
  vd_code code = note(&u, r, err);
  vd_arena_free(&u.arena);
  return code;
}

bool vd_update_wants(const vd_update_options *o, const vd_feed *feed) {
  bool found = o->only.count == 0;
  for (size_t i = 0; i < o->only.count && !found; i++)
    found = vd_view_eq(o->only.at[i], vd_view_of(feed->name));
  return found;
}

static vd_code adopt(vd_graph *g, const vd_update_options *o, vd_error *err) {
  vd_edition edition = {
      .source = "curated", .licence = "Apache-2.0", .url = "facts/curated", .today = o->today};
  vd_source_look look = {.now = o->now, .updated = true};
  if (o->shipped == NULL || o->dry_run)
    return VD_OK;
  VD_TRY(vd_curated_adopt(g, o->shipped, &edition, NULL, err));
  return vd_source_note(g, &edition, &look, err);
}

static vd_code run_feeds(vd_graph *g, vd_arena *a, const vd_update_options *o,
                         vd_update_result *out, vd_error *err) {
  size_t total = 0, done = 0;
  for (const vd_feed *feed = vd_feeds; feed->name != NULL; feed++)
    total += vd_update_wants(o, feed);
  for (const vd_feed *feed = vd_feeds; feed->name != NULL; feed++) {
    if (!vd_update_wants(o, feed))
      continue;
    if (o->progress != NULL)
      o->progress(o->progress_ctx, &(vd_update_step){.feed = feed, .done = done++, .total = total});
    vd_feed_result *r = vd_vec_push(a, &out->feeds);
    if (r == NULL)
      return vd_fail(err, VD_NOMEM, "no memory for the results of an update");
    r->feed = feed;
    VD_TRY(update_feed(g, o, r, err));
    out->failed += r->outcome == VD_FEED_FAILED;
  }
  return VD_OK;
}

vd_code vd_update_run(vd_graph *g, vd_arena *a, const vd_update_options *o, vd_update_result *out,
                      vd_error *err) {
  vd_update_result result = {0};
  VD_TRY(run_feeds(g, a, o, &result, err));
  result.offline = o->source != NULL && vd_mirror_is_offline(o->source);
  double start = now_seconds();
  VD_TRY(adopt(g, o, err));
  if (!o->dry_run)
    VD_TRY(vd_derive(g, o->today, err));
  result.derive_seconds = now_seconds() - start;
  *out = result;
  return VD_OK;
}
