// Compressed files: one stream, or several in a row, of any codec; joblib, .tar.gz, .nemo.
#include "inspect/archive/archive_members.h"
#include "inspect/archive/codec.h"
#include "inspect/archive/tar.h"

typedef struct walk {
  vd_view bytes;
  vd_view name; // of what is inside
  const vd_codec *codec;
  vd_unpack unpack;
  int step;
} walk;

static bool recognise(const vd_artefact *a) { return vd_codec_of(a->bytes) != NULL; }

// "model.pkl.gz" holds model.pkl, "model.tgz" holds model.tar, "model.joblib" holds itself.
static vd_view inner_name(vd_arena *a, const vd_artefact *artefact) {
  vd_view name = vd_artefact_name(artefact);
  bool known = false;
  for (size_t i = 0; vd_codecs[i] != NULL; i++) // joblib compresses with whatever it is told to
    known = known || vd_artefact_matches(artefact, vd_codecs[i]->suffixes);
  if (!known)
    return name;
  size_t dot = name.len;
  while (dot != 0 && name.ptr[dot - 1] != '.')
    dot--;
  vd_view suffix = vd_view_from(name, dot), stem = vd_view_first(name, dot == 0 ? 0 : dot - 1);
  bool tar = suffix.len > 1 && (suffix.ptr[0] | 0x20) == 't';
  return tar ? vd_arena_printf(a, "%.*s.tar", VD_ARG(stem)) : stem;
}

// Streams in a row are one content, as every decompressor has it.
static vd_code unpack_all(walk *w, vd_error *err) {
  for (size_t i = 0; i < VD_UNPACK_STREAMS_MAX; i++) {
    vd_view rest = vd_view_from(w->bytes, w->unpack.used);
    if (rest.len == 0 || !w->codec->recognise(rest))
      return VD_OK;
    size_t before = w->unpack.used;
    VD_TRY(w->codec->unpack(&w->unpack, rest, err));
    if (w->unpack.used == before)
      return VD_OK;
  }
  return vd_fail(err, VD_LIMIT, "it has more than %d streams", VD_UNPACK_STREAMS_MAX);
}

// Bytes inside something else that begin as a stream does, and soon turn out to be none. What came
// out is looked at all the same.
static bool was_a_guess(const walk *w, const vd_artefact *a, vd_code code) {
  static const char named[] =
      "*.gz *.tgz *.bz2 *.xz *.lzma *.lz4 *.zst *.z *.joblib *.pkl *.pickle "
      "*.nemo *.rds *.rda *.rdata";
  return code == VD_FORMAT && a->depth != 0 && w->unpack.out.len < VD_GUESS_BYTES_MAX &&
         !vd_artefact_matches(a, named);
}

static vd_code report(walk *w, vd_inspection *in, vd_code code, const vd_error *err) {
  size_t out = w->unpack.out.len;
  if (out > VD_BOMB_BYTES && out / VD_BOMB_RATIO > w->bytes.len)
    VD_TRY(vd_observe(in, VD_CHECK_ARCHIVE_BOMB, 0, "%zu bytes unpack to more than %zu",
                      w->bytes.len, out));
  if (code == VD_OK || was_a_guess(w, in->at, code))
    return VD_OK;
  return vd_observe(in, code == VD_FORMAT ? VD_CHECK_UNREADABLE : VD_CHECK_LIMIT, err->offset,
                    "compressed: %s", err->text);
}

// A tar that is too large for the buffer is read as it comes, a member at a time.
static vd_code stream_tar(walk *w, vd_inspection *in) {
  vd_error err = {0};
  if (!vd_tar_recognise(vd_buf_view(&w->unpack.out)))
    return VD_OK;
  return vd_archive_members(in, w->bytes, &err) == VD_NOMEM ? VD_NOMEM : VD_OK;
}

static vd_code unpacked(walk *w, vd_inspection *in, vd_view *name, vd_view *bytes) {
  vd_error err = {0};
  vd_code code = unpack_all(w, &err);
  VD_TRY(report(w, in, code, &err));
  if (code == VD_LIMIT)
    VD_TRY(stream_tar(w, in));
  if (code != VD_OK)
    w->step = 2; // where the stream ends is not known
  *name = w->name;
  *bytes = vd_buf_view(&w->unpack.out);
  return bytes->len == 0 ? VD_NOTFOUND : VD_OK;
}

// What follows the stream. Zeros are padding of tapes and blocks.
static vd_code trailing(walk *w, vd_inspection *in, vd_view *name, vd_view *bytes) {
  vd_view rest = vd_view_from(w->bytes, w->unpack.used);
  size_t zeros = 0;
  while (zeros < rest.len && zeros < VD_TAR_SEARCH_MAX && rest.ptr[zeros] == 0)
    zeros++;
  if (zeros == rest.len || zeros == VD_TAR_SEARCH_MAX)
    return VD_NOTFOUND;
  VD_TRY(vd_observe(in, VD_CHECK_TRAILING, w->unpack.used, "%zu bytes follow the %s stream",
                    rest.len, w->codec->name));
  *name = VD_VIEW("data after the stream");
  *bytes = rest;
  return VD_OK;
}

static vd_code next(void *ctx, vd_inspection *in, vd_view *name, vd_view *bytes, vd_error *err) {
  walk *w = ctx;
  (void)err;
  while (w->step < 2) {
    vd_code code = w->step++ == 0 ? unpacked(w, in, name, bytes) : trailing(w, in, name, bytes);
    if (code != VD_NOTFOUND)
      return code;
  }
  return VD_NOTFOUND;
}

static void done(void *ctx) {
  walk *w = ctx;
  vd_buf_free(&w->unpack.out);
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  const vd_codec *c = vd_codec_of(a->bytes);
  if (c == NULL)
    return vd_fail(err, VD_FORMAT, "it is no compressed stream");
  walk *w = vd_new(in->scratch, walk);
  if (w == NULL)
    return vd_fail(err, VD_NOMEM, "no memory to unpack it");
  *w = (walk){.bytes = a->bytes, .codec = c, .name = inner_name(in->scratch, a)};
  if (w->name.ptr == NULL)
    w->name = VD_VIEW("");
  w->unpack = (vd_unpack){.in = in, .out = VD_BUF(vd_unpack_max(a->depth))};
  VD_TRY(vd_model_set(in, "compression", "%s", c->name));
  return vd_inspect_members(in, (vd_members){w, next, done});
}

const vd_format vd_format_compressed = {
    .name = "compressed",
    .description = "compressed files: gzip, zlib, bzip2, xz, lzma, lz4, zstd",
    .patterns = "*.joblib *.pkl *.pickle *.nemo *.rds *.rda *.rdata *.tgz",
    .carrier = true,
    .recognise = recognise,
    .inspect = inspect,
};
