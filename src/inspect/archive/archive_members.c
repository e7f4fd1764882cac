// libarchive over mapped bytes. Only readers that are built in are asked for: those that would
// start a program return a warning, and are refused.
#include "inspect/archive/archive_members.h"

#include "inspect/archive/codec.h"
#include "inspect/archive/member_name.h"

#include <archive.h>
#include <archive_entry.h>

typedef struct walk {
  struct archive *archive;
  vd_unpack unpack;
  size_t entries;
  bool ended;
} walk;

static struct archive *reader_new(void) {
  static int (*const support[])(struct archive *) = {
      archive_read_support_filter_gzip, archive_read_support_filter_bzip2,
      archive_read_support_filter_xz,   archive_read_support_filter_lzma,
      archive_read_support_filter_zstd, archive_read_support_filter_lz4,
      archive_read_support_format_tar,  archive_read_support_format_7zip,
      archive_read_support_format_rar,  archive_read_support_format_rar5,
      archive_read_support_format_cab,
  };
  struct archive *a = archive_read_new();
  for (size_t i = 0; a != NULL && i < VD_COUNT(support); i++)
    if (support[i](a) != ARCHIVE_OK)
      (void)archive_read_free(a), a = NULL;
  return a;
}

static vd_view name_of(struct archive_entry *e) {
  const char *name = archive_entry_pathname_utf8(e);
  name = name == NULL ? archive_entry_pathname(e) : name;
  return name == NULL ? VD_VIEW("?") : vd_view_of(name);
}

static const char *reason_of(const walk *w) {
  const char *text = archive_error_string(w->archive);
  return text == NULL ? "the archive is damaged" : text;
}

// Reads over the rest of a member that is too large: to skip it is to unpack it, so it is paid for.
static void pass_rest(walk *w, vd_inspection *in) {
  char piece[64 << 10];
  la_ssize_t n;
  while ((n = archive_read_data(w->archive, piece, sizeof piece)) > 0)
    if (vd_inspect_spend(in, (uint64_t)n, NULL) != VD_OK)
      break;
  w->ended = n != 0;
}

// Reads the member; what came before damage or a bound stays.
static vd_code read_data(walk *w, vd_inspection *in, vd_view name, vd_error *err) {
  char piece[64 << 10];
  w->unpack.out.len = 0;
  for (;;) {
    la_ssize_t n = archive_read_data(w->archive, piece, sizeof piece);
    if (n == 0)
      return VD_OK;
    if (n < 0) {
      w->ended = n == ARCHIVE_FATAL;
      return vd_observe(in, VD_CHECK_UNREADABLE, 0, "%.*s: %s", VD_ARG(vd_view_first(name, 120)),
                        reason_of(w));
    }
    if (vd_unpack_put(&w->unpack, (vd_view){piece, (size_t)n}, err) != VD_OK) {
      pass_rest(w, in);
      return vd_observe(in, VD_CHECK_LIMIT, 0, "%.*s: %s%s", VD_ARG(vd_view_first(name, 120)),
                        err == NULL ? "" : err->text,
                        w->ended ? "; nothing behind it was looked at" : "");
    }
  }
}

static vd_code describe(vd_inspection *in, struct archive_entry *e, vd_view name) {
  VD_TRY(vd_member_name_check(in, name, 0));
  if (archive_entry_is_encrypted(e))
    VD_TRY(vd_observe(in, VD_CHECK_ARCHIVE_ENCRYPTED, 0, "%.*s is encrypted",
                      VD_ARG(vd_view_first(name, 120))));
  const char *target = archive_entry_symlink(e);
  if (target == NULL)
    return VD_OK;
  bool out = target[0] == '/' || vd_member_link_escapes(name, vd_view_of(target));
  return vd_observe(in, out ? VD_CHECK_ARCHIVE_PATH : VD_CHECK_ARCHIVE_LINK, 0,
                    "%.*s is a link to %.120s", VD_ARG(vd_view_first(name, 120)), target);
}

// Folders, links and devices. 7z need not say what a member is: then it is read.
static bool is_empty_kind(unsigned type) { return type != AE_IFREG && type != 0; }

static vd_code next(void *ctx, vd_inspection *in, vd_view *name, vd_view *bytes, vd_error *err) {
  walk *w = ctx;
  while (!w->ended) {
    struct archive_entry *e = NULL;
    int r = archive_read_next_header(w->archive, &e);
    if (r == ARCHIVE_EOF)
      return VD_NOTFOUND;
    if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
      return vd_fail(err, VD_FORMAT, "%s", reason_of(w));
    if (++w->entries > VD_ZIP_ENTRIES_MAX)
      return vd_fail(err, VD_LIMIT, "more than %d members", VD_ZIP_ENTRIES_MAX);
    *name = name_of(e);
    VD_TRY(describe(in, e, *name));
    if (is_empty_kind(archive_entry_filetype(e)))
      continue;
    VD_TRY(read_data(w, in, *name, err));
    *bytes = vd_buf_view(&w->unpack.out);
    if (bytes->len != 0)
      return VD_OK;
  }
  return VD_NOTFOUND;
}

static void done(void *ctx) {
  walk *w = ctx;
  (void)archive_read_free(w->archive);
  vd_buf_free(&w->unpack.out);
}

vd_code vd_archive_members(vd_inspection *in, vd_view bytes, vd_error *err) {
  walk *w = vd_new(in->scratch, walk);
  if (w == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the archive");
  // A compressed tar is streamed while its first part is still held: half is left for members.
  w->unpack = (vd_unpack){.in = in, .out = VD_BUF(vd_unpack_max(in->at->depth + 1))};
  w->archive = reader_new();
  if (w->archive == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the archive");
  if (bytes.len == 0 || archive_read_open_memory(w->archive, bytes.ptr, bytes.len) != ARCHIVE_OK) {
    vd_code code = vd_fail(err, VD_FORMAT, "%s", bytes.len == 0 ? "it is empty" : reason_of(w));
    done(w);
    return code;
  }
  return vd_inspect_members(in, (vd_members){w, next, done});
}
