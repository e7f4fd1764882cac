// Keeping what a broken transfer brought, so that the next one need not start over.
#include "feed/fetch_part.h"

#include "feed/fetch_http.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { META_MAX = 4 * VD_FETCH_VALIDATOR_MAX, OPEN_TRIES = 3, CHUNK = 32 << 10 };

static vd_code refuse(const char *what, const char *path, vd_error *err) {
  return vd_fail(err, VD_IO, "cannot %s '%.100s': %s", what, path, strerror(errno));
}

// ---- the meta file -----------------------------------------------------------------------------

static const char meta_form[] = "vedette part 1\nsource %016llx\nlength %llu\n"
                                "validator %.*s\netag %.*s\nlast-modified %.*s\n";

vd_view vd_part_meta_print(vd_arena *a, uint64_t source, const vd_part_origin *o) {
  return vd_arena_printf(a, meta_form, (unsigned long long)source, (unsigned long long)o->length,
                         VD_ARG(o->validator), VD_ARG(o->etag), VD_ARG(o->last_modified));
}

// The value of the next line, which must begin with key. {NULL} when it does not.
static vd_view next_value(vd_view *rest, const char *key) {
  vd_view value = {0};
  if (!vd_view_line(rest, &value) || !vd_view_eq(vd_view_cut(&value, ' '), vd_view_of(key)))
    return (vd_view){0};
  return value;
}

static bool stands_for_bytes(const vd_part_origin *o) {
  return (vd_http_etag_strong(o->etag) && vd_view_eq(o->validator, o->etag)) ||
         (o->last_modified.len > 0 && vd_view_eq(o->validator, o->last_modified));
}

vd_code vd_part_meta_parse(vd_view meta, uint64_t source, vd_part_origin *out) {
  char expected[17];
  (void)snprintf(expected, sizeof expected, "%016llx", (unsigned long long)source);
  vd_part_origin o = {0};
  bool ours = vd_view_ends(meta, VD_VIEW("\n")) &&
              vd_view_eq(next_value(&meta, "vedette"), VD_VIEW("part 1")) &&
              vd_view_eq(next_value(&meta, "source"), vd_view_of(expected)) &&
              vd_view_u64(next_value(&meta, "length"), &o.length);
  o.validator = next_value(&meta, "validator");
  o.etag = vd_http_etag(next_value(&meta, "etag"));
  bool last = vd_view_starts(meta, VD_VIEW("last-modified "));
  o.last_modified = vd_http_date(next_value(&meta, "last-modified"));
  if (!ours || !last || meta.len != 0 || !stands_for_bytes(&o))
    return VD_FORMAT;
  *out = o;
  return VD_OK;
}

// ---- opening -----------------------------------------------------------------------------------

static vd_code name_files(vd_part *p, const char *path, vd_error *err) {
  p->path = vd_arena_copy(p->arena, vd_view_of(path)).ptr;
  p->body = vd_arena_printf(p->arena, "%s.part", path).ptr;
  p->meta = vd_arena_printf(p->arena, "%s.part.meta", path).ptr;
  bool named = p->path != NULL && p->body != NULL && p->meta != NULL;
  return named ? VD_OK : vd_fail(err, VD_NOMEM, "no memory for a file name");
}

static vd_code check_target(vd_part *p, vd_error *err) {
  struct stat st;
  p->mode = 0644;
  if (lstat(p->path, &st) != 0)
    return errno == ENOENT ? VD_OK : refuse("look at", p->path, err);
  if (!S_ISREG(st.st_mode))
    return vd_fail(err, VD_UNSUPPORTED, "'%.100s' is not a regular file", p->path);
  p->mode = st.st_mode & 07777;
  return VD_OK;
}

// Whoever held the lock before may have moved the file to its place, or removed it, meanwhile.
static bool is_current(const vd_part *p) {
  struct stat open, named;
  return fstat(p->fd, &open) == 0 && lstat(p->body, &named) == 0 && open.st_dev == named.st_dev &&
         open.st_ino == named.st_ino && S_ISREG(open.st_mode);
}

static vd_code lock_body(vd_part *p, vd_error *err) {
  for (int i = 0; i < OPEN_TRIES; i++) {
    int fd = open(p->body, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
    if (fd < 0)
      return refuse("create", p->body, err);
    p->fd = fd;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
      break;
    if (is_current(p))
      return VD_OK;
    (void)close(fd);
    p->fd = -1;
  }
  vd_close_fd(&p->fd);
  p->fd = -1;
  return vd_fail(err, VD_IO, "'%.100s' is in use by another fetch", p->body);
}

// A whole body that never came to its place gives up its last byte, so that the server is asked
// for something and says whether the rest still fits.
static void take_up(vd_part *p) {
  struct stat st;
  vd_view meta = {0};
  if (fstat(p->fd, &st) != 0 || st.st_size <= 0 ||
      vd_file_read(p->arena, p->meta, META_MAX, &meta, NULL) != VD_OK ||
      vd_part_meta_parse(meta, p->source, &p->origin) != VD_OK)
    return;
  uint64_t size = (uint64_t)st.st_size, length = p->origin.length;
  p->size = length != 0 && size >= length ? length - 1 : size;
}

vd_code vd_part_open(vd_part *p, vd_arena *a, const char *path, uint64_t source, vd_error *err) {
  *p = VD_PART;
  p->arena = a;
  p->source = source;
  VD_TRY(name_files(p, path, err));
  VD_TRY(check_target(p, err));
  VD_TRY(lock_body(p, err));
  take_up(p);
  return VD_OK;
}

// ---- filling -----------------------------------------------------------------------------------

void vd_part_drop(vd_part *p) {
  (void)unlink(p->meta);
  p->size = 0;
  p->origin = (vd_part_origin){0};
}

// The meta file is away while the body is of two minds.
vd_code vd_part_begin(vd_part *p, const vd_part_origin *o, vd_error *err) {
  vd_part_drop(p);
  if (ftruncate(p->fd, 0) != 0)
    return refuse("empty", p->body, err);
  p->origin = *o;
  if (o->validator.len == 0)
    return VD_OK;
  vd_view meta = vd_part_meta_print(p->arena, p->source, o);
  return meta.ptr == NULL ? vd_fail(err, VD_NOMEM, "no memory for a file")
                          : vd_file_write(p->meta, meta, err);
}

vd_code vd_part_put(vd_part *p, vd_view bytes, vd_error *err) {
  while (bytes.len > 0) {
    ssize_t n = pwrite(p->fd, bytes.ptr, bytes.len, (off_t)p->size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return refuse("write", p->body, err);
    p->size += (uint64_t)n;
    bytes = vd_view_from(bytes, (size_t)n);
  }
  return VD_OK;
}

vd_code vd_part_digest(const vd_part *p, uint8_t digest[VD_SHA256_BYTES], vd_error *err) {
  vd_sha256 h = vd_sha256_start();
  char chunk[CHUNK];
  while (h.bytes < p->size) {
    uint64_t left = p->size - h.bytes;
    ssize_t n = pread(p->fd, chunk, left < CHUNK ? (size_t)left : CHUNK, (off_t)h.bytes);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return refuse("read", p->body, err);
    vd_sha256_put(&h, (vd_view){chunk, (size_t)n});
  }
  vd_sha256_end(&h, digest);
  return VD_OK;
}

vd_code vd_part_commit(vd_part *p, vd_error *err) {
  if (ftruncate(p->fd, (off_t)p->size) != 0 || fchmod(p->fd, p->mode) != 0 || fsync(p->fd) != 0)
    return refuse("write", p->body, err);
  if (rename(p->body, p->path) != 0)
    return refuse("replace", p->path, err);
  (void)unlink(p->meta);
  vd_close_fd(&p->fd);
  p->fd = -1;
  return VD_OK;
}

void vd_part_close(vd_part *p) {
  if (p->fd < 0)
    return;
  if (p->size == 0 || p->origin.validator.len == 0) {
    (void)unlink(p->meta);
    (void)unlink(p->body);
  }
  vd_close_fd(&p->fd);
  p->fd = -1;
}
