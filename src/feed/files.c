// Which files of a mirror folder hold a feed: the patterns of vd_feed.file against what is there.
#include "feed/feed.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the files of a mirror");
}

typedef struct finder {
  vd_arena *arena;
  vd_view folder;         // with its trailing '/'
  vd_view prefix, suffix; // of the names that fit
  vd_views found;         // paths below folder
  vd_error *err;
} finder;

static vd_code found(finder *f, vd_view below) {
  if (f->found.count >= VD_MIRROR_FILES_MAX)
    return vd_fail(f->err, VD_LIMIT, "%.150s holds more than %d files", f->folder.ptr,
                   VD_MIRROR_FILES_MAX);
  vd_view *slot = vd_vec_push(f->arena, &f->found);
  if (slot == NULL)
    return no_memory(f->err);
  *slot = below;
  return VD_OK;
}

static bool fits(const finder *f, vd_view name) {
  return name.len >= f->prefix.len + f->suffix.len && vd_view_starts(name, f->prefix) &&
         vd_view_ends(name, f->suffix);
}

static void close_folder(DIR **d) {
  if (*d != NULL)
    (void)closedir(*d);
}

// Looks at one folder; deep: its folders are added to `queue`. Links are not followed.
static vd_code look_in(finder *f, vd_view below, vd_views *queue, bool deep) {
  vd_view path = vd_arena_printf(f->arena, "%.*s%.*s", VD_ARG(f->folder), VD_ARG(below));
  if (path.ptr == NULL)
    return no_memory(f->err);
  VD_CLEANUP(close_folder) DIR *dir = opendir(path.ptr);
  if (dir == NULL)
    return VD_OK;
  for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
    struct stat st;
    if (e->d_name[0] == '.' || fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
      continue;
    bool folder = S_ISDIR(st.st_mode);
    vd_view name =
        vd_arena_printf(f->arena, "%.*s%s%s", VD_ARG(below), e->d_name, folder ? "/" : "");
    if (name.ptr == NULL)
      return no_memory(f->err);
    vd_view *slot = folder && deep ? vd_vec_push(f->arena, queue) : NULL;
    if (slot != NULL)
      *slot = name;
    else if (!folder && fits(f, vd_view_of(e->d_name)))
      VD_TRY(found(f, name));
  }
  return VD_OK;
}

static int by_bytes(const void *a, const void *b) {
  return vd_view_cmp(*(const vd_view *)a, *(const vd_view *)b);
}

static vd_code look(finder *f, bool deep) {
  vd_views queue = {0};
  VD_TRY(look_in(f, VD_VIEW(""), &queue, deep));
  for (size_t i = 0; queue.at != NULL && i < queue.count && i < VD_MIRROR_FILES_MAX; i++)
    VD_TRY(look_in(f, queue.at[i], &queue, deep));
  if (f->found.at != NULL && f->found.count > 1)
    qsort(f->found.at, f->found.count, sizeof *f->found.at, by_bytes);
  return VD_OK;
}

static vd_code add(vd_arena *a, vd_views *out, vd_view folder, vd_view name, vd_error *err) {
  vd_view path = vd_arena_printf(a, "%.*s%.*s", VD_ARG(folder), VD_ARG(name));
  vd_view *slot = path.ptr == NULL ? NULL : vd_vec_push(a, out);
  if (slot == NULL)
    return no_memory(err);
  *slot = path;
  return VD_OK;
}

// Adds the files of one pattern: a path, or one with "*" (the last that fits) or "**" (all).
static vd_code match(vd_arena *a, vd_view pattern, const char *mirror, vd_views *out,
                     vd_error *err) {
  size_t star = vd_view_find(pattern, '*'), slash = pattern.len;
  while (slash > 0 && pattern.ptr[slash - 1] != '/')
    slash--;
  bool all = star + 1 < pattern.len && pattern.ptr[star + 1] == '*';
  vd_view folder = vd_arena_printf(a, "%s/%.*s", mirror, VD_ARG(vd_view_first(pattern, slash)));
  if (folder.ptr == NULL)
    return no_memory(err);
  if (star == pattern.len) {
    vd_view name = vd_view_from(pattern, slash);
    vd_view path = vd_arena_printf(a, "%.*s%.*s", VD_ARG(folder), VD_ARG(name));
    if (path.ptr == NULL)
      return no_memory(err);
    return access(path.ptr, F_OK) == 0 ? add(a, out, folder, name, err) : VD_OK;
  }
  finder f = {.arena = a,
              .folder = folder,
              .prefix = vd_view_from(vd_view_first(pattern, star), slash),
              .suffix = vd_view_from(pattern, star + 1 + all),
              .err = err};
  VD_TRY(look(&f, all));
  if (f.found.at == NULL)
    return VD_OK;
  for (size_t i = all ? 0 : f.found.count - 1; i < f.found.count; i++)
    VD_TRY(add(a, out, folder, f.found.at[i], err));
  return VD_OK;
}

vd_code vd_feed_files(vd_arena *a, const vd_feed *feed, const char *mirror, vd_views *out,
                      vd_error *err) {
  vd_views files = {0};
  vd_view patterns = vd_view_of(feed->file);
  while (patterns.len > 0) {
    vd_view choices = vd_view_cut(&patterns, ' ');
    size_t before = files.count;
    while (choices.len > 0 && files.count == before)
      VD_TRY(match(a, vd_view_cut(&choices, '|'), mirror, &files, err));
  }
  if (files.count == 0)
    return vd_fail(err, VD_NOTFOUND, "%.120s has no file %.90s", mirror, feed->file);
  *out = files;
  return VD_OK;
}
