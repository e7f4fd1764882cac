// vedette update
#include "cli/update.h"

#include "cli/run.h"

#include <sys/stat.h>
#include <unistd.h>

// ---- settings ----------------------------------------------------------------------------------

typedef struct meter { // what is shown of the progress
  vd_progress bar;
  char label[96];
  bool quiet;
} meter;

typedef struct request {
  vd_update_options options;
  vd_mirror mirror;
  meter meter;
  const char *given_db; // --db
  char cache[4096], shipped[4096], db[4096];
} request;

static void request_done(request *r) { vd_mirror_done(&r->mirror); }

static vd_code read_only(vd_arena *a, const char *text, vd_views *out, vd_error *err) {
  vd_view rest = text == NULL ? (vd_view){0} : vd_view_of(text);
  while (rest.len > 0) {
    vd_view name = vd_view_cut(&rest, ',');
    vd_view *slot = vd_vec_push(a, out);
    if (vd_feed_by_name(name) == NULL)
      return vd_fail(err, VD_USAGE, "--only: no feed '%.*s'; 'vedette update --list' shows them",
                     VD_ARG(vd_view_first(name, 60)));
    if (slot == NULL)
      return vd_fail(err, VD_NOMEM, "no memory");
    *slot = name;
  }
  return VD_OK;
}

static vd_code read_number(const char *option, const char *text, unsigned most, unsigned *out,
                           vd_error *err) {
  uint64_t n = 0;
  if (text == NULL)
    return VD_OK;
  if (!vd_view_u64(vd_view_of(text), &n) || n == 0 || n > most)
    return vd_fail(err, VD_USAGE, "%s takes a whole number from 1 to %u, not '%.40s'", option, most,
                   text);
  *out = (unsigned)n;
  return VD_OK;
}

static bool is_address(const char *from) {
  vd_view v = from == NULL ? (vd_view){0} : vd_view_of(from);
  return vd_view_starts(v, VD_VIEW("http://")) || vd_view_starts(v, VD_VIEW("https://"));
}

// Where the files of the feeds are, and whether they have to be brought there first.
static vd_code find_mirror(request *r, const vd_settings *s, vd_error *err) {
  struct stat st;
  bool folder = s->from != NULL && !is_address(s->from);
  r->mirror = (vd_mirror){.arena = VD_ARENA(VD_FILE_MEMORY_MAX),
                          .url = folder ? NULL : s->from,
                          .today = r->options.today};
  VD_TRY(read_number("--tries", s->tries, VD_FETCH_ATTEMPTS_MAX, &r->mirror.attempts, err));
  VD_TRY(read_number("--patience", s->patience, 3600, &r->mirror.patience_s, err));
  VD_TRY(vd_cache_home(s->cache, r->mirror.url, r->cache, sizeof r->cache, err));
  r->mirror.folder = r->cache;
  r->options.mirror = folder ? s->from : r->cache;
  if (!folder && !s->offline) {
    r->options.source = &r->mirror;
    return VD_OK;
  }
  if (stat(r->options.mirror, &st) == 0 && S_ISDIR(st.st_mode))
    return VD_OK;
  return vd_fail(err, VD_NOTFOUND, "%s '%.150s'%s",
                 folder ? "no folder" : "--offline: nothing was fetched yet into",
                 r->options.mirror, folder ? "; --from takes a mirror of the feeds" : "");
}

static vd_code prepare(request *r, const vd_settings *s, vd_arena *a, vd_error *err) {
  r->options = (vd_update_options){.dry_run = s->dry_run, .notices = s->quiet ? NULL : stderr};
  if (s->format != NULL && strcmp(s->format, "json") != 0 && strcmp(s->format, "text") != 0)
    return vd_fail(err, VD_USAGE, "update --format takes text or json, not '%.40s'", s->format);
  VD_TRY(read_only(a, s->only, &r->options.only, err));
  return vd_update_day(a, s->date, &r->options.today, &r->options.now, err);
}

// ---- progress ----------------------------------------------------------------------------------

static void on_step(void *ctx, const vd_update_step *step) {
  meter *m = ctx;
  char label[sizeof m->label];
  bool fetching = step->file.ptr != NULL;
  (void)snprintf(label, sizeof label, "%s: %s%.60s", step->feed->name,
                 fetching ? "fetching KB of " : "reading, feed", fetching ? step->file.ptr : "");
  if (strcmp(label, m->label) != 0) {
    uint64_t started = m->bar.started_ns;
    vd_progress_end(&m->bar);
    memcpy(m->label, label, sizeof label);
    m->bar = vd_progress_start(stderr, m->label, m->quiet);
    if (started != 0)
      m->bar.started_ns = started;
  }
  uint64_t done = step->done, total = step->total == 0 ? done + 1 : step->total;
  vd_progress_step(&m->bar, fetching ? done >> 10 : done, fetching ? (total >> 10) + 1 : total);
}

// ---- running -----------------------------------------------------------------------------------

// An empty knowledge base of one's own would hide the one that ships.
static bool has_learnt(const vd_update_result *r) {
  for (size_t i = 0; i < r->feeds.count; i++)
    if (r->feeds.at[i].outcome == VD_FEED_UPDATED || r->feeds.at[i].outcome == VD_FEED_UNCHANGED)
      return true;
  return false;
}

static void remove_database(const char *path) {
  static const char *const endings[] = {"", "-wal", "-shm"};
  char file[4200];
  for (size_t i = 0; i < VD_COUNT(endings); i++) {
    (void)snprintf(file, sizeof file, "%s%s", path, endings[i]);
    (void)unlink(file);
  }
}

static vd_code update(request *r, vd_arena *a, vd_update_result *out, vd_error *err) {
  VD_CLEANUP(vd_graph_close) vd_graph *g = NULL;
  VD_TRY(vd_knowledge_home(r->given_db, r->db, sizeof r->db, err));
  bool fresh = access(r->db, F_OK) != 0;
  if (vd_knowledge_shipped(r->shipped, sizeof r->shipped, NULL) == VD_OK)
    r->options.shipped = r->shipped;
  r->options.progress = on_step;
  r->options.progress_ctx = &r->meter;
  VD_TRY(vd_graph_open(r->db, VD_GRAPH_CREATE, &g, err));
  vd_code code = vd_update_run(g, a, &r->options, out, err);
  vd_progress_end(&r->meter.bar);
  vd_graph_close(&g);
  if (fresh && (code != VD_OK || r->options.dry_run || !has_learnt(out)))
    remove_database(r->db);
  return code;
}

static vd_code show_status(const vd_update_text *t, const vd_settings *s, int64_t today,
                           vd_error *err) {
  VD_CLEANUP(vd_graph_close) vd_graph *g = NULL;
  char path[4096];
  VD_TRY(vd_knowledge_path(s->db, path, sizeof path, err));
  VD_TRY(vd_graph_open(path, VD_GRAPH_READ, &g, err));
  return vd_update_status(t, g, today, err);
}

static vd_code answer(request *r, const vd_settings *s, const vd_update_text *t, size_t *failed,
                      vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_update_result result = {0};
  VD_TRY(prepare(r, s, &a, err));
  if (s->list) {
    vd_update_list(t);
    return VD_OK;
  }
  if (s->status)
    return show_status(t, s, r->options.today, err);
  VD_TRY(find_mirror(r, s, err));
  if (s->dry_run && r->options.source != NULL)
    return vd_update_addresses(t, &r->mirror, &r->options, err);
  r->given_db = s->db;
  r->meter.quiet = s->quiet;
  VD_TRY(update(r, &a, &result, err));
  vd_update_print(t, &result);
  *failed = result.failed;
  return VD_OK;
}

static int run(const vd_settings *s) {
  VD_CLEANUP(request_done) request r = {0};
  VD_CLEANUP(vd_delivery_done) vd_delivery d = {0};
  vd_error err = {0};
  size_t failed = 0;
  if (vd_delivery_open(&d, s, &err) != VD_OK)
    return vd_die(&err);
  vd_update_text t = {.out = &d.text, .json = s->format != NULL && strcmp(s->format, "json") == 0};
  if (answer(&r, s, &t, &failed, &err) != VD_OK || vd_delivery_finish(&d, &err) != VD_OK)
    return vd_die(&err);
  return failed == 0 ? VD_EXIT_CLEAN : VD_EXIT_ERROR;
}

const vd_verb vd_verb_update = {
    .name = "update",
    .operands = "",
    .summary = "bring the knowledge base up to date",
    .details =
        "Fetches every feed from its official address, reads what changed, and works out what\n"
        "follows from the feeds together. Files are kept in ~/.cache/vedette, so that the next\n"
        "update only asks for what is new (ETag, Last-Modified); a transfer that broke goes on\n"
        "where it stopped. Proxies and certificates are taken from the environment as curl does\n"
        "(https_proxy, no_proxy, SSL_CERT_FILE ...). The result goes to ~/.local/share/vedette,\n"
        "where a scan finds it; scans go on while an update runs.\n"
        "\n"
        "  --from DIR     reads a folder that is laid out like a mirror, no network\n"
        "  --from URL     asks a mirror that serves such a folder; when it has index.txt, a list\n"
        "                 of paths, what is listed is fetched\n"
        "  --offline      reads what earlier updates fetched\n"
        "  --dry-run      lists the addresses that would be asked; with a folder or --offline it\n"
        "                 reads and compares, and keeps nothing\n"
        "  --status       how old each feed is, what it holds, and what went wrong last\n"
        "  --list         every feed with its licence and home\n"
        "\n"
        "Each feed is one transaction: when it cannot be fetched or read, what was known of it\n"
        "stays as it was, the line of the feed says why, --status remembers it, and the other\n"
        "feeds go on. One record that cannot be read is left out and named on standard error.\n"
        "What a feed no longer states is closed with the day and still answers --as-of.\n"
        "Interrupted at any moment, the knowledge base is whole, and the next update goes on.\n"
        "\n"
        "Exit status: 0 all well, 3 when a feed failed or the knowledge base cannot be written.\n"
        "\n"
        "Examples:\n"
        "  vedette update\n"
        "  vedette update --only kev,epss\n"
        "  vedette update --from https://mirror.example/feeds --cache /var/cache/feeds\n"
        "  vedette update --from ../shared/feeds --db team.db\n"
        "  vedette update --status --format json",
    .options = "--from --cache --only --offline --dry-run --status --list --tries --patience "
               "--date --db --format --output --quiet",
    .run = run,
};
