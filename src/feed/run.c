// Running a feed over a mirror folder: finding its files, unpacking archives, one arena a document.
#include "feed/feed.h"
#include "format/format.h"

typedef struct run {
  const vd_feed *feed;
  const vd_feed_sink *sink;
  size_t root; // length of the mirror's path, which documents are named without
} run;

static vd_code read_document(const run *r, const vd_input *in, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  if (r->sink->document != NULL)
    r->sink->document(r->sink->ctx, in->path);
  return r->feed->read(&a, in, r->sink, err);
}

// ---- archives -----------------------------------------------------------------------------------

static bool wants(void *ctx, const vd_entry *entry) {
  const run *r = ctx;
  return entry->regular && r->feed->wants(entry->path);
}

// A malformed document among thousands is reported and left out; an archive of one has to be read.
static vd_code take(void *ctx, const vd_entry *entry, vd_view bytes, vd_error *err) {
  const run *r = ctx;
  vd_error local = {0};
  vd_input in = {.bytes = bytes, .path = entry->path};
  vd_code code = read_document(r, &in, &local);
  if ((code == VD_FORMAT || code == VD_LIMIT) && entry->path.len != 0) {
    r->sink->bad(r->sink->ctx, entry->path, &local);
    return VD_OK;
  }
  if (code != VD_OK && err != NULL)
    *err = local;
  return code;
}

// ---- files --------------------------------------------------------------------------------------

// A feed of several documents may come as an archive or, unpacked, as a folder.
static bool is_archive(vd_view path) {
  static const vd_view endings[] = {
      VD_VIEW_INIT(".gz"), VD_VIEW_INIT(".zip"), VD_VIEW_INIT(".zst"), VD_VIEW_INIT(".bz2"),
      VD_VIEW_INIT(".xz"), VD_VIEW_INIT(".tar"), VD_VIEW_INIT(".tgz")};
  for (size_t i = 0; i < VD_COUNT(endings); i++)
    if (vd_view_ends(path, endings[i]))
      return true;
  return false;
}

static vd_code run_file(run *r, vd_view path, vd_error *err) {
  if (r->feed->wants != NULL && is_archive(path)) {
    vd_archive_visitor visitor = {.ctx = r, .wants = wants, .take = take};
    return vd_archive_walk_file(path.ptr, &visitor, err);
  }
  VD_SCOPED_ARENA a = VD_ARENA(VD_FEED_BYTES_MAX + VD_LINE_MAX);
  vd_input in = {.path = vd_view_from(path, r->root + 1)};
  VD_TRY(vd_file_read(&a, path.ptr, VD_FEED_BYTES_MAX, &in.bytes, err));
  return read_document(r, &in, err);
}

// Puts the file in front of what went wrong in it.
static vd_code blame(const char *path, const vd_error *inner, vd_error *err) {
  const char *said = inner->text[0] != '\0' ? inner->text : vd_code_text(inner->code);
  (void)vd_fail(err, inner->code, "%s: %.160s", path, said);
  if (err != NULL) {
    err->line = inner->line;
    err->column = inner->column;
    err->offset = inner->offset;
  }
  return inner->code;
}

vd_code vd_feed_run(const vd_feed *feed, const char *mirror, const vd_feed_sink *sink,
                    vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  run r = {.feed = feed, .sink = sink, .root = strlen(mirror)};
  vd_views files;
  VD_TRY(vd_feed_files(&a, feed, mirror, &files, err));
  for (size_t i = 0; i < files.count; i++) {
    vd_error inner = {0};
    inner.code = run_file(&r, files.at[i], &inner);
    if (inner.code != VD_OK)
      return blame(files.at[i].ptr, &inner, err);
  }
  return VD_OK;
}
