// Hashing a model folder as OpenSSF model signing does: files in parallel, then one root over them.
#include "scan/digest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

typedef struct folder {
  vd_view path; // "" for the root
  unsigned depth;
} folder;

typedef struct walker {
  const vd_digest_options *options;
  vd_arena *arena;
  vd_digest *out;
  int root;
  VD_VEC(folder) open; // a stack
} walker;

// '/' sorts before every other byte, so that a/b stands before a-b as Python's tuples of parts do.
int vd_digest_path_order(vd_view a, vd_view b) {
  size_t n = a.len < b.len ? a.len : b.len;
  for (size_t i = 0; i < n; i++) {
    if (a.ptr[i] == b.ptr[i])
      continue;
    if (a.ptr[i] == '/' || b.ptr[i] == '/')
      return a.ptr[i] == '/' ? -1 : 1;
    return (unsigned char)a.ptr[i] < (unsigned char)b.ptr[i] ? -1 : 1;
  }
  return (a.len > b.len) - (a.len < b.len);
}

vd_code vd_digest_ignore_usual(vd_arena *a, vd_views *ignored) {
  static const vd_view usual[] = {VD_VIEW_INIT("model.sig"), VD_VIEW_INIT(".git"),
                                  VD_VIEW_INIT(".gitattributes"), VD_VIEW_INIT(".github"),
                                  VD_VIEW_INIT(".gitignore")};
  for (size_t i = 0; i < VD_COUNT(usual); i++) {
    vd_view *v = vd_vec_push(a, ignored);
    if (v == NULL)
      return VD_NOMEM;
    *v = usual[i];
  }
  return VD_OK;
}

// ---- the walk -----------------------------------------------------------------------------------

static bool is_ignored(const walker *w, vd_view path) {
  for (size_t i = 0; i < w->options->ignored.count; i++)
    if (vd_view_eq(w->options->ignored.at[i], path))
      return true;
  return false;
}

static vd_code leave_out(walker *w, vd_view path, const char *reason) {
  vd_undigested *u = vd_vec_push(w->arena, &w->out->others);
  vd_view kept = vd_arena_copy(w->arena, path.len == 0 ? VD_VIEW(".") : path);
  vd_view why = vd_arena_copy(w->arena, vd_view_of(reason));
  if (u == NULL || kept.ptr == NULL || why.ptr == NULL)
    return VD_NOMEM;
  *u = (vd_undigested){kept, why};
  return VD_OK;
}

static vd_code add_file(walker *w, vd_view path) {
  vd_file_digest *f = vd_vec_push(w->arena, &w->out->files);
  vd_view kept = vd_arena_copy(w->arena, path);
  if (f == NULL || kept.ptr == NULL)
    return VD_NOMEM;
  *f = (vd_file_digest){.path = kept};
  return VD_OK;
}

static vd_code add_folder(walker *w, vd_view path, unsigned depth) {
  if (depth > VD_WALK_DEPTH_MAX)
    return leave_out(w, path, "folders nest too deep");
  folder *f = vd_vec_push(w->arena, &w->open);
  vd_view kept = vd_arena_copy(w->arena, path);
  if (f == NULL || kept.ptr == NULL)
    return VD_NOMEM;
  *f = (folder){kept, depth};
  return VD_OK;
}

static vd_code on_entry(walker *w, const folder *in, const char *name) {
  char path[PATH_BYTES];
  struct stat st;
  int n = snprintf(path, sizeof path, "%s%s%s", in->path.ptr, in->path.len == 0 ? "" : "/", name);
  if (n < 0 || (size_t)n >= sizeof path)
    return leave_out(w, in->path, "holds a path that is too long");
  vd_view v = {path, (size_t)n};
  if (is_ignored(w, v))
    return VD_OK;
  if (fstatat(w->root, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return leave_out(w, v, strerror(errno));
  if (S_ISDIR(st.st_mode))
    return add_folder(w, v, in->depth + 1);
  if (S_ISREG(st.st_mode))
    return add_file(w, v);
  return leave_out(w, v, S_ISLNK(st.st_mode) ? "symbolic link" : "not a regular file");
}

static void close_dir(DIR **d) {
  if (*d != NULL)
    (void)closedir(*d);
}

static vd_code on_folder(walker *w, folder in, vd_error *err) {
  int fd = openat(w->root, in.path.len == 0 ? "." : in.path.ptr,
                  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  VD_CLEANUP(close_dir) DIR *d = fd < 0 ? NULL : fdopendir(fd);
  if (d == NULL) {
    int error = errno;
    if (fd >= 0)
      (void)close(fd);
    return leave_out(w, in.path, strerror(error));
  }
  for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
    if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
      continue;
    if (w->out->files.count + w->out->others.count + w->open.count >= VD_WALK_FILES_MAX)
      return vd_fail(err, VD_LIMIT, "the folder holds more than %d files", VD_WALK_FILES_MAX);
    VD_TRY(on_entry(w, &in, e->d_name));
  }
  return VD_OK;
}

static int by_path(const void *a, const void *b) {
  return vd_digest_path_order(((const vd_file_digest *)a)->path, ((const vd_file_digest *)b)->path);
}

static int by_other(const void *a, const void *b) {
  return vd_digest_path_order(((const vd_undigested *)a)->path, ((const vd_undigested *)b)->path);
}

static vd_code walk(walker *w, vd_error *err) {
  vd_code code = add_folder(w, VD_VIEW(""), 0);
  while (code == VD_OK && w->open.count != 0)
    code = on_folder(w, w->open.at[--w->open.count], err);
  if (code == VD_NOMEM)
    return vd_fail(err, code, "no memory for the list of files");
  if (w->out->files.count != 0)
    qsort(w->out->files.at, w->out->files.count, sizeof *w->out->files.at, by_path);
  if (w->out->others.count != 0)
    qsort(w->out->others.at, w->out->others.count, sizeof *w->out->others.at, by_other);
  return code;
}

// ---- hashing ------------------------------------------------------------------------------------

static const char *hash_through(char *room, int fd, vd_file_digest *f) {
  struct stat st;
  if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
    return "no longer a regular file";
  (void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  vd_sha256 h = vd_sha256_start();
  for (;;) {
    ssize_t n = read(fd, room, VD_DIGEST_CHUNK);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return "cannot be read";
    if (n == 0)
      break;
    vd_sha256_put(&h, (vd_view){room, (size_t)n});
    f->size += (uint64_t)n;
  }
  vd_sha256_end(&h, f->sha256);
  return NULL;
}

// Why the file was not hashed, or NULL.
static const char *hash_open(int fd, vd_file_digest *f) {
  char *room = malloc(VD_DIGEST_CHUNK);
  const char *failure = room == NULL ? "out of memory" : hash_through(room, fd, f);
  free(room);
  return failure;
}

// A link that took the file's place since the walk is not followed either.
static void hash_file(void *ctx, size_t i) {
  walker *w = ctx;
  vd_file_digest *f = &w->out->files.at[i];
  VD_SCOPED_FD fd =
      openat(w->root, f->path.ptr, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  const char *failure = fd < 0 ? "cannot be opened" : hash_open(fd, f);
  if (failure != NULL)
    f->failure = vd_view_of(failure);
}

static void finish(vd_digest *d) {
  vd_sha256 h = vd_sha256_start();
  d->complete = d->others.count == 0;
  d->bytes = 0;
  const vd_file_digest *f = d->files.at;
  for (size_t i = 0; f != NULL && i < d->files.count; i++, f++) {
    d->bytes += f->size;
    d->complete = d->complete && f->failure.ptr == NULL;
    if (f->failure.ptr == NULL)
      vd_sha256_put(&h, (vd_view){(const char *)f->sha256, VD_SHA256_BYTES});
  }
  vd_sha256_end(&h, d->root);
}

static vd_code digest_single(int fd, vd_arena *arena, vd_digest *d, vd_error *err) {
  vd_file_digest *f = vd_vec_push(arena, &d->files);
  if (f == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the file");
  f->path = VD_VIEW(".");
  const char *failure = hash_open(fd, f);
  return failure == NULL ? VD_OK : vd_fail(err, VD_IO, "the file %s", failure);
}

vd_code vd_digest_folder(const vd_digest_options *options, vd_arena *arena, vd_digest *out,
                         vd_error *err) {
  vd_digest d = {0};
  struct stat st;
  VD_SCOPED_FD fd = -1;
  VD_TRY(vd_file_open(AT_FDCWD, options->path, &fd, err));
  if (fstat(fd, &st) != 0 || (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode)))
    return vd_fail(err, VD_UNSUPPORTED, "'%.100s' is neither a folder nor a file", options->path);
  if (S_ISDIR(st.st_mode)) {
    walker w = {.options = options, .arena = arena, .out = &d, .root = fd};
    unsigned jobs = options->jobs == 0 ? vd_cpu_count() : options->jobs;
    VD_TRY(walk(&w, err));
    vd_pool_run(jobs < VD_JOBS_MAX ? jobs : VD_JOBS_MAX, d.files.count, hash_file, &w);
  } else {
    VD_TRY(digest_single(fd, arena, &d, err));
  }
  finish(&d);
  *out = d;
  return VD_OK;
}
