// Archives: libarchive unpacks in memory, and no size in the archive is believed.
#include "format/format.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

typedef struct walk {
  struct archive *archive;
  const vd_archive_visitor *visitor;
  vd_entry entry;
  vd_buf content;
  size_t entries;
  uint64_t unpacked;
  vd_error *err;
} walk;

static void free_archive(struct archive **a) {
  if (*a != NULL)
    (void)archive_read_free(*a);
}

static void free_content(walk *w) { vd_buf_free(&w->content); }

static vd_code fail(const walk *w, vd_code code, const char *text) {
  const char *between = w->entry.path.len == 0 ? "" : ": ";
  return vd_fail(w->err, code, "%.*s%s%s", VD_ARG(vd_view_first(w->entry.path, 120)), between,
                 text);
}

// What libarchive says, with the name of the entry at hand.
static vd_code refused(const walk *w) {
  const char *text = archive_error_string(w->archive);
  vd_code code = archive_errno(w->archive) == ENOMEM ? VD_NOMEM : VD_FORMAT;
  return fail(w, code, text == NULL ? "not readable as an archive" : text);
}

static vd_code over_total(const walk *w) {
  int64_t streamed = archive_filter_bytes(w->archive, 0);
  if (w->unpacked > VD_ARCHIVE_TOTAL_MAX ||
      (streamed > 0 && (uint64_t)streamed > VD_ARCHIVE_TOTAL_MAX))
    return fail(w, VD_LIMIT, "the archive unpacks to too much");
  return VD_OK;
}

static bool is_zip(const walk *w) {
  return (archive_format(w->archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP;
}

static bool is_raw(const walk *w) {
  return (archive_format(w->archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_RAW;
}

static vd_code keep(walk *w, vd_view bytes) {
  if (bytes.len > w->content.max - w->content.len)
    return fail(w, VD_LIMIT, "an entry unpacks to too much");
  vd_buf_put(&w->content, bytes);
  return w->content.failed ? fail(w, VD_NOMEM, vd_code_text(VD_NOMEM)) : VD_OK;
}

// Reads the rest of an entry piece by piece, so that every limit is met before the memory is.
static vd_code unpack(walk *w, bool wanted) {
  char piece[16 << 10];
  w->content.len = 0;
  for (;;) {
    la_ssize_t n = archive_read_data(w->archive, piece, sizeof piece);
    if (n < 0)
      return refused(w);
    if (n == 0)
      return VD_OK;
    w->unpacked += (uint64_t)n;
    VD_TRY(over_total(w));
    if (wanted)
      VD_TRY(keep(w, (vd_view){piece, (size_t)n}));
  }
}

static vd_code skip(walk *w) {
  if (!is_zip(w)) // a compressed tar is unpacked even where it is skipped
    return unpack(w, false);
  int r = archive_read_data_skip(w->archive);
  return r == ARCHIVE_OK || r == ARCHIVE_WARN ? VD_OK : refused(w);
}

static vd_entry describe(const walk *w, struct archive_entry *e) {
  const char *path = archive_entry_pathname_utf8(e);
  if (path == NULL)
    path = archive_entry_pathname(e);
  if (is_raw(w))
    path = "";
  int64_t size = archive_entry_size_is_set(e) ? archive_entry_size(e) : 0;
  return (vd_entry){
      .path = path == NULL ? VD_VIEW("\xEF\xBF\xBD") : vd_view_of(path),
      .size = size < 0 ? 0 : (uint64_t)size,
      .regular = archive_entry_filetype(e) == AE_IFREG && archive_entry_hardlink(e) == NULL,
  };
}

static vd_code visit(walk *w, struct archive_entry *e) {
  w->entry = describe(w, e);
  if (is_raw(w) && archive_filter_count(w->archive) < 2)
    return fail(w, VD_FORMAT, "not an archive");
  if (++w->entries > VD_ARCHIVE_ENTRIES_MAX)
    return fail(w, VD_LIMIT, "the archive has too many entries");
  VD_TRY(over_total(w));
  if (!w->visitor->wants(w->visitor->ctx, &w->entry))
    return skip(w);
  if (archive_entry_is_encrypted(e))
    return fail(w, VD_UNSUPPORTED, "encrypted");
  VD_TRY(unpack(w, true));
  return w->visitor->take(w->visitor->ctx, &w->entry, vd_buf_view(&w->content), w->err);
}

static vd_code walk_entries(walk *w) {
  for (;;) {
    struct archive_entry *e = NULL;
    int r = archive_read_next_header(w->archive, &e);
    if (r == ARCHIVE_EOF)
      return VD_OK;
    if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
      return refused(w);
    VD_TRY(visit(w, e));
  }
}

static struct archive *reader_new(void) {
  static int (*const support[])(struct archive *) = {
      archive_read_support_filter_gzip, archive_read_support_filter_bzip2,
      archive_read_support_filter_xz,   archive_read_support_filter_zstd,
      archive_read_support_format_tar,  archive_read_support_format_zip,
      archive_read_support_format_raw,
  };
  struct archive *a = archive_read_new();
  for (size_t i = 0; a != NULL && i < VD_COUNT(support); i++)
    if (support[i](a) != ARCHIVE_OK)
      free_archive(&a), a = NULL;
  return a;
}

static walk walk_of(struct archive *a, const vd_archive_visitor *v, vd_error *err) {
  return (walk){.archive = a, .visitor = v, .content = VD_BUF(VD_ARCHIVE_ENTRY_MAX), .err = err};
}

vd_code vd_archive_walk(vd_view bytes, const vd_archive_visitor *v, vd_error *err) {
  VD_CLEANUP(free_archive) struct archive *a = reader_new();
  VD_CLEANUP(free_content) walk w = walk_of(a, v, err);
  if (a == NULL)
    return fail(&w, VD_NOMEM, vd_code_text(VD_NOMEM));
  if (bytes.len == 0)
    return fail(&w, VD_FORMAT, "an empty file is no archive");
  if (archive_read_open_memory(a, bytes.ptr, bytes.len) != ARCHIVE_OK)
    return refused(&w);
  return walk_entries(&w);
}

// Never blocks on a FIFO or device.
static vd_code open_regular(const char *path, int *fd, vd_error *err) {
  struct stat st;
  *fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (*fd < 0)
    return vd_fail(err, errno == ENOENT || errno == ENOTDIR ? VD_NOTFOUND : VD_IO, "%s: %s", path,
                   strerror(errno));
  if (fstat(*fd, &st) != 0)
    return vd_fail(err, VD_IO, "%s: %s", path, strerror(errno));
  if (!S_ISREG(st.st_mode))
    return vd_fail(err, VD_UNSUPPORTED, "%s: not a regular file", path);
  if (st.st_size == 0)
    return vd_fail(err, VD_FORMAT, "%s: an empty file is no archive", path);
  return VD_OK;
}

vd_code vd_archive_walk_file(const char *path, const vd_archive_visitor *v, vd_error *err) {
  VD_SCOPED_FD fd = -1;
  VD_TRY(open_regular(path, &fd, err));
  VD_CLEANUP(free_archive) struct archive *a = reader_new();
  VD_CLEANUP(free_content) walk w = walk_of(a, v, err);
  if (a == NULL)
    return fail(&w, VD_NOMEM, vd_code_text(VD_NOMEM));
  if (archive_read_open_fd(a, fd, 64 << 10) != ARCHIVE_OK)
    return refused(&w);
  return walk_entries(&w);
}
