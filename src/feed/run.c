// Running a feed over a mirror folder: finding its files, unpacking archives, one arena a document.
#include "feed/feed.h"
#include "format/format.h"

#include <dirent.h>
#include <fcntl.h>

typedef struct run {
  const vd_feed *feed;
  const vd_feed_sink *sink;
} run;

static vd_code read_document(const run *r, vd_view bytes, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  return r->feed->read(&a, bytes, r->sink, err);
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
  vd_code code = read_document(r, bytes, &local);
  if ((code == VD_FORMAT || code == VD_LIMIT) && entry->path.len != 0) {
    r->sink->bad(r->sink->ctx, entry->path, &local);
    return VD_OK;
  }
  if (code != VD_OK && err != NULL)
    *err = local;
  return code;
}

// ---- files --------------------------------------------------------------------------------------

// Offers the folder's file names one by one to the pattern prefix*suffix.
static vd_view newest_in(vd_arena *a, DIR *dir, vd_view prefix, vd_view suffix) {
  vd_view best = VD_VIEW("");
  for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
    vd_view name = vd_view_of(e->d_name);
    bool fits = name.len >= prefix.len + suffix.len && vd_view_starts(name, prefix) &&
                vd_view_ends(name, suffix);
    if (fits && vd_view_cmp(name, best) > 0)
      best = vd_arena_copy(a, name);
    if (best.ptr == NULL)
      return best;
  }
  return best;
}

// Replaces a file name with '*' by the last fitting name of its folder.
static vd_code resolve(vd_arena *a, const char *mirror, vd_view file, vd_view *out, vd_error *err) {
  size_t star = vd_view_find(file, '*'), slash = file.len;
  if (star == file.len) {
    *out = vd_arena_printf(a, "%s/%.*s", mirror, VD_ARG(file));
    return out->ptr == NULL ? vd_fail(err, VD_NOMEM, "out of memory") : VD_OK;
  }
  while (slash > 0 && file.ptr[slash - 1] != '/')
    slash--;
  vd_view folder = vd_arena_printf(a, "%s/%.*s", mirror, VD_ARG(vd_view_first(file, slash)));
  if (folder.ptr == NULL)
    return vd_fail(err, VD_NOMEM, "out of memory");
  DIR *dir = opendir(folder.ptr);
  if (dir == NULL)
    return vd_fail(err, VD_NOTFOUND, "cannot open the folder %s", folder.ptr);
  vd_view prefix = vd_view_from(vd_view_first(file, star), slash);
  vd_view name = newest_in(a, dir, prefix, vd_view_from(file, star + 1));
  (void)closedir(dir);
  if (name.len == 0)
    return vd_fail(err, name.ptr == NULL ? VD_NOMEM : VD_NOTFOUND, "no file %.*s in %s",
                   VD_ARG(vd_view_from(file, slash)), mirror);
  *out = vd_arena_printf(a, "%s%.*s", folder.ptr, VD_ARG(name));
  return out->ptr == NULL ? vd_fail(err, VD_NOMEM, "out of memory") : VD_OK;
}

static vd_code run_file(run *r, const char *path, vd_error *err) {
  if (r->feed->wants != NULL) {
    vd_archive_visitor visitor = {.ctx = r, .wants = wants, .take = take};
    return vd_archive_walk_file(path, &visitor, err);
  }
  VD_SCOPED_ARENA a = VD_ARENA(VD_FEED_BYTES_MAX + VD_LINE_MAX);
  vd_view bytes;
  VD_TRY(vd_file_read(&a, path, VD_FEED_BYTES_MAX, &bytes, err));
  return read_document(r, bytes, err);
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
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  run r = {.feed = feed, .sink = sink};
  vd_view files = vd_view_of(feed->file);
  while (files.len > 0) {
    vd_view path = {0};
    vd_error inner = {0};
    VD_TRY(resolve(&a, mirror, vd_view_cut(&files, ' '), &path, err));
    inner.code = run_file(&r, path.ptr, &inner);
    if (inner.code != VD_OK)
      return blame(path.ptr, &inner, err);
  }
  return VD_OK;
}
