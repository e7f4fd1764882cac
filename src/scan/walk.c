// Finds the manifests of a target without following links or leaving it.
#include "scan/inventory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

typedef struct folder {
  vd_view path; // "" for the root
  unsigned depth;
} folder;

typedef struct walker {
  vd_job *job;
  vd_source_files *files;
  VD_VEC(folder) open; // a stack
} walker;

vd_code vd_ledger_add(vd_job *job, vd_view path, uint32_t line, vd_coverage_status status,
                      const char *fmt, ...) {
  char text[512];
  va_list ap;
  va_start(ap, fmt);
  (void)vsnprintf(text, sizeof text, fmt, ap); // NOLINT(clang-analyzer-valist.Uninitialized)
  va_end(ap);
  vd_coverage *c = vd_vec_push(job->arena, &job->out->coverage);
  vd_view reason = vd_arena_copy(job->arena, vd_view_of(text));
  vd_view kept = vd_arena_copy(job->arena, path);
  if (c == NULL || reason.ptr == NULL || kept.ptr == NULL)
    return VD_NOMEM;
  *c = (vd_coverage){.path = kept, .line = line, .status = status, .reason = reason};
  return VD_OK;
}

static vd_code add_candidate(walker *w, vd_view path, bool through_link) {
  vd_candidate *c = vd_vec_push(w->job->arena, &w->job->candidates);
  vd_view kept = vd_arena_copy(w->job->arena, path);
  if (c == NULL || kept.ptr == NULL)
    return VD_NOMEM;
  *c = (vd_candidate){kept, through_link};
  return VD_OK;
}

static bool leads_to_a_model_name(const walker *w, vd_view path) {
  char to[PATH_BYTES];
  ssize_t n = readlinkat(w->job->root, path.ptr, to, sizeof to);
  return n > 0 && vd_inspect_names((vd_view){to, (size_t)n});
}

// Caches of models keep their files under hashes and name them by links. A file that has a name of
// its own is inspected under that.
static vd_code add_linked(walker *w, vd_view path, const struct stat *st) {
  vd_view key = vd_inode_key(w->job->arena, st);
  if (!S_ISREG(st->st_mode) || leads_to_a_model_name(w, path))
    return VD_OK;
  if (key.ptr == NULL || vd_map_put(&w->job->linked, key, w) != VD_OK)
    return VD_NOMEM;
  return add_candidate(w, path, true);
}

// A link is worth following when it names a manifest or model inside the target; the folders it
// could reach otherwise are met on the walk itself.
static vd_code on_link(walker *w, vd_view path, bool *follow) {
  struct stat st;
  if (fstatat(w->job->root, path.ptr, &st, 0) != 0)
    return vd_ledger_add(w->job, path, 0,
                         vd_manifest_for_path(path) != NULL ? VD_FAILED : VD_SKIPPED,
                         "symbolic link: %s", strerror(errno));
  if (S_ISDIR(st.st_mode))
    return vd_ledger_add(w->job, path, 0, VD_SKIPPED, "symbolic link to a folder, not followed");
  bool manifest = vd_manifest_for_path(path) != NULL;
  if (!vd_path_inside(w->job, path))
    return manifest || vd_inspect_names(path)
               ? vd_ledger_add(w->job, path, 0, VD_SKIPPED,
                               "symbolic link leads outside the target")
               : VD_OK;
  *follow = manifest;
  return add_linked(w, path, &st);
}

static vd_code add_file(walker *w, vd_view path) {
  const vd_manifest *kind = vd_manifest_for_path(path);
  if (kind == NULL)
    return VD_OK;
  vd_source_file *f = vd_vec_push(w->job->arena, w->files);
  vd_view kept = vd_arena_copy(w->job->arena, path);
  if (f == NULL || kept.ptr == NULL)
    return VD_NOMEM;
  *f = (vd_source_file){.path = kept, .kind = kind};
  return VD_OK;
}

static vd_code add_folder(walker *w, vd_view path, unsigned depth) {
  if (depth > VD_WALK_DEPTH_MAX)
    return vd_ledger_add(w->job, path, 0, VD_FAILED, "folders nest deeper than %d",
                         VD_WALK_DEPTH_MAX);
  folder *f = vd_vec_push(w->job->arena, &w->open);
  vd_view kept = vd_arena_copy(w->job->arena, path);
  if (f == NULL || kept.ptr == NULL)
    return VD_NOMEM;
  *f = (folder){kept, depth};
  return VD_OK;
}

static bool is_version_control(const char *name) {
  static const char *const names[] = {".git", ".hg", ".svn"};
  for (size_t i = 0; i < VD_COUNT(names); i++)
    if (strcmp(name, names[i]) == 0)
      return true;
  return false;
}

static mode_t type_of(const walker *w, const struct dirent *e, const char *path) {
  struct stat st;
  if (e->d_type != DT_UNKNOWN)
    return (mode_t)DTTOIF(e->d_type);
  return fstatat(w->job->root, path, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_mode & S_IFMT : 0;
}

static vd_code on_entry(walker *w, const folder *in, const struct dirent *e) {
  char path[PATH_BYTES];
  int n = in->path.len == 0
              ? snprintf(path, sizeof path, "%s", e->d_name)
              : snprintf(path, sizeof path, "%.*s/%s", (int)in->path.len, in->path.ptr, e->d_name);
  if (n < 0 || (size_t)n >= sizeof path)
    return vd_ledger_add(w->job, in->path, 0, VD_FAILED, "holds a path longer than %d bytes",
                         PATH_BYTES);
  vd_view v = {path, (size_t)n};
  mode_t type = type_of(w, e, path);
  bool follow = false;
  if (S_ISDIR(type))
    return is_version_control(e->d_name) ? VD_OK : add_folder(w, v, in->depth + 1);
  if (S_ISLNK(type))
    VD_TRY(on_link(w, v, &follow));
  if (S_ISREG(type)) {
    w->job->out->files++;
    VD_TRY(add_candidate(w, v, false));
  }
  if (!S_ISREG(type) && !S_ISLNK(type) && vd_manifest_for_path(v) != NULL)
    return vd_ledger_add(w->job, v, 0, VD_SKIPPED, "not a regular file");
  return S_ISREG(type) || follow ? add_file(w, v) : VD_OK;
}

static void close_dir(DIR **d) {
  if (*d != NULL)
    (void)closedir(*d);
}

static vd_code on_folder(walker *w, folder in, vd_error *err) {
  int fd = openat(w->job->root, in.path.len == 0 ? "." : in.path.ptr,
                  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  VD_CLEANUP(close_dir) DIR *d = fd < 0 ? NULL : fdopendir(fd);
  if (d == NULL) {
    int error = errno;
    if (fd >= 0)
      (void)close(fd);
    return vd_ledger_add(w->job, in.path.len == 0 ? VD_VIEW(".") : in.path, 0, VD_FAILED,
                         "cannot open the folder: %s", strerror(error));
  }
  for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
    if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
      continue;
    if (w->job->out->files >= VD_WALK_FILES_MAX)
      return vd_fail(err, VD_LIMIT, "the target holds more than %d files", VD_WALK_FILES_MAX);
    VD_TRY(on_entry(w, &in, e));
  }
  return VD_OK;
}

static int by_path(const void *a, const void *b) {
  return vd_view_cmp(((const vd_source_file *)a)->path, ((const vd_source_file *)b)->path);
}

static int by_candidate(const void *a, const void *b) {
  return vd_view_cmp(((const vd_candidate *)a)->path, ((const vd_candidate *)b)->path);
}

vd_code vd_walk(vd_job *job, vd_source_files *files, vd_error *err) {
  walker w = {.job = job, .files = files};
  job->linked = VD_MAP(job->arena);
  vd_code code = add_folder(&w, VD_VIEW(""), 0);
  while (code == VD_OK && w.open.count != 0)
    code = on_folder(&w, w.open.at[--w.open.count], err);
  if (code == VD_NOMEM)
    return vd_fail(err, code, "no memory for the list of files");
  if (code == VD_OK && files->count != 0)
    qsort(files->at, files->count, sizeof *files->at, by_path);
  if (code == VD_OK && job->candidates.count != 0)
    qsort(job->candidates.at, job->candidates.count, sizeof *job->candidates.at, by_candidate);
  return code;
}
