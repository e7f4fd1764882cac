// Bringing a feed's files into the mirror's folder: what is asked, what its answers mean.
#include "feed/mirror.h"

#include "feed/fetch.h"

#include <sys/stat.h>
#include <unistd.h>

typedef struct vd_asked {
  vd_error error; // code VD_OK: the copy is up to date
  bool unanswered;
} vd_asked;

typedef struct job { // one feed
  vd_mirror *m;
  const vd_feed *feed;
  const vd_address *file; // being fetched
  vd_arena arena;
  vd_fetch_counts counts;
  vd_error missing; // the first 404 that may be one
  size_t had;       // files that are there
  bool unanswered;
} job;

static void job_free(job *j) { vd_arena_free(&j->arena); }

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory to fetch a feed");
}

void vd_mirror_done(vd_mirror *m) { vd_arena_free(&m->arena); }

bool vd_mirror_is_offline(const vd_mirror *m) {
  return !m->answered && m->unanswered >= VD_OFFLINE_FEEDS;
}

// ---- one file ----------------------------------------------------------------------------------

static vd_view path_in(const job *j, vd_arena *a, vd_view path, const char *ending) {
  return vd_arena_printf(a, "%s/%.*s%s", j->m->folder, VD_ARG(path), ending);
}

// What the copy at hand is known by, when it is the one that was fetched from that address.
static vd_origin origin_of(job *j, const char *copy, const char *beside, uint64_t source) {
  vd_origin o = {0};
  vd_view text;
  struct stat st;
  bool known = stat(copy, &st) == 0 &&
               vd_file_read(&j->arena, beside, VD_FETCH_URL_MAX, &text, NULL) == VD_OK &&
               vd_origin_parse(text, &o) && o.source == source && o.bytes == (uint64_t)st.st_size;
  return known ? o : (vd_origin){0};
}

static bool on_bytes(void *ctx, uint64_t done, uint64_t total) {
  const job *j = ctx;
  j->m->progress(j->m->ctx, j->feed, j->file, done, total);
  return true;
}

static vd_fetch_request request_of(job *j, const char *copy, const vd_origin *origin) {
  const vd_mirror *m = j->m;
  return (vd_fetch_request){.url = j->file->url.ptr,
                            .path = copy,
                            .etag = origin->etag,
                            .last_modified = origin->last_modified,
                            .max = VD_FEED_BYTES_MAX,
                            .attempts = m->unanswered < VD_OFFLINE_FEEDS ? m->attempts : 1,
                            .patience_s = m->patience_s,
                            .unanswered = &j->unanswered,
                            .progress = m->progress == NULL ? NULL : on_bytes,
                            .ctx = j};
}

static vd_code bring(job *j, vd_error *err) {
  uint64_t source = vd_hash(j->file->url);
  vd_view copy = path_in(j, &j->arena, j->file->path, "");
  vd_view beside = path_in(j, &j->arena, j->file->path, ".origin");
  if (copy.ptr == NULL || beside.ptr == NULL)
    return no_memory(err);
  VD_TRY(vd_folders_make(copy.ptr, err));
  vd_origin origin = origin_of(j, copy.ptr, beside.ptr, source);
  vd_fetch_request request = request_of(j, copy.ptr, &origin);
  vd_fetch_result result;
  VD_TRY(vd_fetch(&j->arena, &request, &result, err));
  j->counts.files++;
  j->counts.bytes += result.received;
  j->counts.unchanged += result.unchanged;
  if (result.unchanged)
    return VD_OK;
  vd_view text = vd_origin_print(
      &j->arena, &(vd_origin){source, result.bytes, result.etag, result.last_modified});
  return text.ptr == NULL ? no_memory(err) : vd_file_write(beside.ptr, text, err);
}

// Asks for the file of the job, or answers with what came of it for another feed.
static vd_code ask(job *j, vd_error *err) {
  vd_mirror *m = j->m;
  vd_asked *known = vd_map_get(&m->asked, j->file->path);
  if (known == NULL) {
    vd_view key = vd_arena_copy(&m->arena, j->file->path);
    known = vd_new(&m->arena, vd_asked);
    if (key.ptr == NULL || known == NULL || vd_map_put(&m->asked, key, known) != VD_OK)
      return no_memory(err);
    known->error.code = bring(j, &known->error);
    known->unanswered = j->unanswered;
    m->answered |= !j->unanswered;
  }
  j->unanswered = known->unanswered;
  if (known->error.code != VD_OK && err != NULL)
    *err = known->error;
  return known->error.code;
}

// ---- the index of a mirror ---------------------------------------------------------------------

static vd_code list_lines(vd_mirror *m, vd_view text, vd_error *err) {
  vd_views listed = {0};
  vd_view line;
  while (vd_view_line(&text, &line)) {
    if (vd_view_starts(line, VD_VIEW("./")))
      line = vd_view_from(line, 2);
    if (!vd_mirror_path_valid(line))
      continue;
    vd_view *slot = listed.count < VD_MIRROR_FILES_MAX ? vd_vec_push(&m->arena, &listed) : NULL;
    if (slot == NULL)
      return vd_fail(err, VD_LIMIT, "index.txt of the mirror lists more than %d files",
                     VD_MIRROR_FILES_MAX);
    *slot = line;
  }
  m->listed = listed;
  m->index = VD_INDEX_READ;
  return VD_OK;
}

static vd_code read_index(job *j, vd_error *err) {
  static const vd_feed whole = {.name = "index", .fetch = "index>index.txt", .file = "index.txt"};
  vd_addresses one;
  vd_error inner = {0};
  VD_TRY(vd_mirror_plan(j->m, &j->m->arena, &whole, &one, err));
  j->file = &one.at[0];
  vd_code code = bring(j, &inner);
  j->m->answered |= !j->unanswered;
  if (code == VD_NOTFOUND) {
    j->m->index = VD_INDEX_ABSENT;
    return VD_OK;
  }
  if (code != VD_OK)
    return vd_fail(err, code, "%s", inner.text);
  vd_view path = path_in(j, &j->m->arena, j->file->path, ""), text;
  if (path.ptr == NULL)
    return no_memory(err);
  VD_TRY(vd_file_read(&j->m->arena, path.ptr, VD_MIRROR_INDEX_BYTES_MAX, &text, err));
  return list_lines(j->m, text, err);
}

// ---- copies that are listed no more ------------------------------------------------------------

// Removes a copy that was fetched once, but not asked for now.
static void prune(job *j, vd_view copy) {
  vd_view path = vd_view_from(copy, strlen(j->m->folder) + 1);
  vd_view beside = path_in(j, &j->arena, path, ".origin");
  if (beside.ptr == NULL || vd_map_get(&j->m->asked, path) != NULL || access(beside.ptr, F_OK) != 0)
    return;
  (void)unlink(copy.ptr);
  (void)unlink(beside.ptr);
}

// Patterns for every file that those of a feed could ever choose from.
static vd_view every_choice(vd_arena *a, const char *patterns) {
  VD_SCOPED_BUF b = VD_BUF(VD_FETCH_URL_MAX);
  for (const char *p = patterns; *p != '\0'; p++) {
    vd_buf_put_c(&b, (char)(*p == '|' ? ' ' : *p));
    if (*p == '*' && p[1] == '*')
      p++;
    if (*p == '*')
      vd_buf_put_c(&b, '*');
  }
  return b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
}

static vd_code prune_all(job *j, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_views copies = {0};
  vd_feed all = *j->feed;
  all.file = every_choice(&a, j->feed->file).ptr;
  if (all.file == NULL)
    return no_memory(err);
  vd_code code = vd_feed_files(&a, &all, j->m->folder, &copies, err);
  for (size_t i = 0; i < copies.count; i++)
    prune(j, copies.at[i]);
  return code == VD_NOTFOUND ? VD_OK : code;
}

// ---- one feed ----------------------------------------------------------------------------------

static bool has_copy(const job *j) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_views copies;
  return vd_feed_files(&a, j->feed, j->m->folder, &copies, NULL) == VD_OK;
}

// A mirror that has no file of a feed does without it; one that has some is not whole.
static vd_code judge_missing(const job *j, bool required, vd_error *err) {
  bool absent = j->m->url != NULL && j->had == 0 && !has_copy(j);
  if (j->missing.code == VD_OK || absent || (j->had != 0 && !required))
    return VD_OK;
  return vd_fail(err, j->missing.code, "%s", j->missing.text);
}

static vd_code bring_all(job *j, const vd_addresses *files, vd_error *err) {
  bool required = false;
  for (size_t i = 0; i < files->count; i++) {
    vd_error inner = {0};
    j->file = &files->at[i];
    vd_code code = ask(j, &inner);
    bool guessed = j->m->url != NULL && j->m->index != VD_INDEX_READ;
    bool may_be_missing = j->file->optional || guessed;
    if (code != VD_OK && (code != VD_NOTFOUND || !may_be_missing))
      return vd_fail(err, code, "%s", inner.text);
    j->had += code == VD_OK;
    required |= code != VD_OK && !j->file->optional;
    if (code != VD_OK && j->missing.code == VD_OK)
      j->missing = inner;
  }
  return judge_missing(j, required, err);
}

static vd_code fetch_feed(job *j, vd_error *err) {
  vd_mirror *m = j->m;
  vd_addresses files;
  if (m->url != NULL && m->index == VD_INDEX_UNKNOWN)
    VD_TRY(read_index(j, err));
  if (m->index != VD_INDEX_READ) {
    VD_TRY(vd_mirror_plan(m, &j->arena, j->feed, &files, err));
    return bring_all(j, &files, err);
  }
  VD_TRY(vd_mirror_pick(m, &j->arena, j->feed, &files, err));
  VD_TRY(bring_all(j, &files, err));
  return prune_all(j, err);
}

vd_code vd_mirror_fetch(vd_mirror *m, const vd_feed *feed, vd_fetch_counts *out, vd_error *err) {
  VD_CLEANUP(job_free) job j = {.m = m, .feed = feed, .arena = VD_ARENA(VD_FILE_MEMORY_MAX)};
  m->asked.arena = &m->arena;
  vd_code code = fetch_feed(&j, err);
  if (code != VD_OK && j.unanswered)
    m->unanswered++;
  else if (j.counts.files != 0 || code != VD_OK)
    m->unanswered = 0;
  VD_TRY(code);
  *out = j.counts;
  return VD_OK;
}
