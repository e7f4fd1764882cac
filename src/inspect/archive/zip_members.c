// Members of a zip, one after another: stored ones as they are, others unpacked into one buffer.
#include "inspect/archive/codec.h"
#include "inspect/archive/zip.h"
#include "inspect/pickle/torch_storage.h"
#include "inspect/program.h"
#include "inspect/weights/weights.h"

#include <zlib.h>

typedef struct walk {
  vd_zip zip;
  vd_zip_nature nature;
  size_t next;
  bool whole; // the head that was unpacked is all of the member
  vd_unpack unpack;
  vd_map types; // of the storages of PyTorch
} walk;

vd_view vd_zip_packed(const vd_zip *z, const vd_zip_entry *e) {
  return e->data == 0 ? (vd_view){0} : vd_view_first(vd_view_from(z->bytes, e->data), e->packed);
}

static const vd_codec *codec_of(uint16_t method) {
  static const struct {
    uint16_t method;
    const char *codec;
  } methods[] = {{8, "deflate"}, {12, "bzip2"}, {14, "lzma_zip"},
                 {20, "zstd"},   {93, "zstd"},  {95, "xz"}};
  for (size_t i = 0; i < VD_COUNT(methods); i++)
    if (methods[i].method == method)
      return vd_codec_named(vd_view_of(methods[i].codec));
  return NULL;
}

static vd_code say(vd_inspection *in, vd_check_id check, const vd_zip_entry *e, const char *what) {
  return vd_observe(in, check, e->at, "%.*s: %s", VD_ARG(vd_view_first(e->name, 120)), what);
}

static vd_code check_crc(vd_inspection *in, const vd_zip_entry *e, vd_view bytes) {
  size_t most = e->method == 0 ? VD_ZIP_CRC_STORED_MAX : VD_ZIP_CRC_MAX;
  if (bytes.len > most || (e->local && e->sizes_follow))
    return VD_OK;
  uLong crc = crc32(0, (const Bytef *)bytes.ptr, (uInt)bytes.len);
  if (crc == e->crc)
    return VD_OK;
  return vd_observe(in, VD_CHECK_ARCHIVE_TAMPERED, e->at,
                    "%.*s: its checksum is %08lx, the archive states %08lx",
                    VD_ARG(vd_view_first(e->name, 120)), crc, (unsigned long)e->crc);
}

static vd_code check_bomb(vd_inspection *in, const vd_zip_entry *e, size_t out) {
  if (out <= VD_BOMB_BYTES || out / VD_BOMB_RATIO <= e->packed)
    return VD_OK;
  return vd_observe(in, VD_CHECK_ARCHIVE_BOMB, e->at, "%.*s: %llu bytes unpack to more than %zu",
                    VD_ARG(vd_view_first(e->name, 120)), (unsigned long long)e->packed, out);
}

// Only the first bytes: enough to see whether any format wants the member.
static bool is_wanted(walk *w, const vd_codec *c, const vd_zip_entry *e) {
  vd_unpack head = w->unpack;
  uint64_t budget = head.in->budget;
  head.out.len = 0;
  head.out.max = VD_ZIP_HEAD;
  vd_view packed = vd_view_first(vd_zip_packed(&w->zip, e), 2 * (size_t)VD_ZIP_HEAD);
  vd_code code = c->unpack(&head, packed, NULL);
  head.in->budget = budget;
  head.out.max = w->unpack.out.max;
  w->unpack.out = head.out;
  vd_view bytes = vd_buf_view(&head.out);
  w->whole = code == VD_OK;
  if (bytes.len == 0 || head.out.failed)
    return true;
  if (!vd_zip_is_model(w->nature.kind) && vd_program_of(bytes) != NULL && vd_program_named(e->name))
    return false;
  // Python code of a package; that of TorchScript is in no package.
  if (w->nature.kind == VD_ZIP_SOFTWARE && vd_view_ends(e->name, VD_VIEW(".py")) &&
      memchr(bytes.ptr, 0, bytes.len) == NULL)
    return false;
  return vd_inspect_wants(e->name, bytes, code == VD_OK ? bytes.len : UINT64_MAX);
}

static vd_code say_failure(vd_inspection *in, const vd_zip_entry *e, vd_code code,
                           const char *text) {
  if (code == VD_LIMIT)
    return say(in, VD_CHECK_LIMIT, e, text);
  return (e->flags & VD_ZIP_ENCRYPTED) != 0 ? VD_OK : say(in, VD_CHECK_UNREADABLE, e, text);
}

static vd_code check_unpacked(vd_inspection *in, const vd_zip_entry *e, vd_view bytes) {
  if (bytes.len != e->size && !(e->local && e->sizes_follow))
    VD_TRY(say(in, VD_CHECK_ARCHIVE_DIFFERENTIAL, e, "it unpacks to another size than is stated"));
  return check_crc(in, e, bytes);
}

// Unpacks what there is. Damage is observed, and what came before it is looked at.
static vd_code unpack(walk *w, vd_inspection *in, const vd_codec *c, const vd_zip_entry *e) {
  vd_error err = {0};
  vd_code code = VD_OK;
  w->unpack.used = 0;
  if (!w->whole) {
    w->unpack.out.len = 0;
    code = c->unpack(&w->unpack, vd_zip_packed(&w->zip, e), &err);
  }
  VD_TRY(check_bomb(in, e, w->unpack.out.len));
  return code == VD_OK ? check_unpacked(in, e, vd_buf_view(&w->unpack.out))
                       : say_failure(in, e, code, err.text);
}

static vd_code check_encryption(vd_inspection *in, const vd_zip_entry *e) {
  if ((e->flags & VD_ZIP_ENCRYPTED) == 0)
    return VD_OK;
  return say(in, VD_CHECK_ARCHIVE_ENCRYPTED, e, "is encrypted, or says so");
}

// A stored member is what the reader takes for it: packed or unpacked size, whichever is more.
static vd_code stored(vd_inspection *in, const vd_zip *z, const vd_zip_entry *e, vd_view *out) {
  *out = vd_zip_packed(z, e);
  if (e->size != e->packed && !e->sizes_follow) {
    VD_TRY(say(in, VD_CHECK_ARCHIVE_DIFFERENTIAL, e, "it is stored, yet its two sizes differ"));
    if (e->size > e->packed)
      *out = vd_view_first(vd_view_from(z->bytes, e->data), e->size);
  }
  return (e->flags & VD_ZIP_ENCRYPTED) != 0 ? VD_OK : check_crc(in, e, *out);
}

// Programs are no part of a model, and what software packages are made of.
static vd_code check_program(const walk *w, vd_inspection *in, const vd_zip_entry *e, vd_view bytes,
                             bool *done) {
  const char *program = vd_program_of(bytes);
  *done = program != NULL && (vd_zip_is_model(w->nature.kind) || vd_program_named(e->name));
  if (program == NULL || !vd_zip_is_model(w->nature.kind))
    return VD_OK;
  return say(in, VD_CHECK_EXECUTABLE, e, program);
}

static vd_code check_link(vd_inspection *in, const vd_zip_entry *e, vd_view bytes) {
  if (e->host != 3 || (e->attributes >> 16 & 0170000) != 0120000)
    return VD_OK;
  vd_view target = vd_view_first(bytes, 120);
  bool out = vd_view_starts(target, VD_VIEW("/")) || vd_view_has(target, VD_VIEW(".."));
  return vd_observe(in, out ? VD_CHECK_ARCHIVE_PATH : VD_CHECK_ARCHIVE_LINK, e->at,
                    "%.*s is a link to %.*s", VD_ARG(vd_view_first(e->name, 120)), VD_ARG(target));
}

static vd_code read_packed(walk *w, vd_inspection *in, const vd_zip_entry *e, vd_view *bytes) {
  const vd_codec *c = codec_of(e->method);
  *bytes = vd_zip_packed(&w->zip, e);
  if (c == NULL)
    return vd_observe(in, VD_CHECK_UNREADABLE, e->at, "zip: %.*s is packed with method %u",
                      VD_ARG(vd_view_first(e->name, 120)), e->method);
  if (!is_wanted(w, c, e))
    return VD_NOTFOUND;
  VD_TRY(unpack(w, in, c, e));
  // What does not unpack at all may be stored, and its method changed to stop scanners.
  if (w->unpack.out.len != 0)
    *bytes = vd_buf_view(&w->unpack.out);
  return VD_OK;
}

// ---- storages of PyTorch ------------------------------------------------------------------------

static const vd_zip_entry *find(const walk *w, const char *inner) {
  for (size_t i = 0; i < w->zip.entries.count; i++) {
    const vd_zip_entry *e = &w->zip.entries.at[i];
    if (e->method == 0 && vd_view_starts(e->name, w->nature.prefix) &&
        vd_view_eq(vd_view_from(e->name, w->nature.prefix.len), vd_view_of(inner)))
      return e;
  }
  return NULL;
}

// Numbers of big-endian machines are rare, and looked at as plain bytes.
static vd_code find_types(walk *w, vd_inspection *in) {
  const vd_zip_entry *pickle = find(w, "data.pkl"), *order = find(w, "byteorder");
  bool big = order != NULL && vd_view_starts(vd_zip_packed(&w->zip, order), VD_VIEW("big"));
  w->types = VD_MAP(in->scratch);
  if (pickle == NULL || big ||
      (w->nature.kind != VD_ZIP_TORCH && w->nature.kind != VD_ZIP_TORCHSCRIPT))
    return VD_OK;
  return vd_torch_storages(in, vd_zip_packed(&w->zip, pickle), &w->types);
}

static vd_code look_at_storage(const walk *w, vd_inspection *in, const vd_zip_entry *e,
                               vd_view bytes) {
  vd_view rest = vd_view_from(e->name, w->nature.prefix.len), folder = vd_view_cut(&rest, '/');
  const vd_dtype *type = vd_view_eq(folder, VD_VIEW("data")) ? vd_map_get(&w->types, rest) : NULL;
  vd_tensor t = {.name = e->name,
                 .dtype = type == NULL ? VD_DTYPE_U8 : *type,
                 .rank = 1,
                 .shape = {bytes.len},
                 .bytes = bytes,
                 .offset = e->data};
  return bytes.len == 0 ? VD_OK : vd_weights_look(in, &t);
}

// The bytes of a member, or NOTFOUND when a glance at them was enough.
static vd_code read_bytes(walk *w, vd_inspection *in, const vd_zip_entry *e, vd_view *bytes) {
  if (e->method != 0)
    return read_packed(w, in, e, bytes);
  if (!vd_zip_is_storage(&w->nature, e))
    return stored(in, &w->zip, e, bytes);
  *bytes = vd_zip_packed(&w->zip, e);
  return VD_OK;
}

// OK with bytes, or NOTFOUND for a member that needs no further look.
static vd_code read_member(walk *w, vd_inspection *in, const vd_zip_entry *e, vd_view *bytes) {
  bool storage = vd_zip_is_storage(&w->nature, e), done = false;
  if (e->data == 0 || (e->packed == 0 && e->size == 0))
    return VD_NOTFOUND;
  VD_TRY(check_encryption(in, e));
  VD_TRY(read_bytes(w, in, e, bytes));
  VD_TRY(check_program(w, in, e, *bytes, &done));
  VD_TRY(check_link(in, e, *bytes));
  if (storage && !done)
    VD_TRY(look_at_storage(w, in, e, *bytes));
  return done || storage || bytes->len == 0 ? VD_NOTFOUND : VD_OK;
}

static vd_code next(void *ctx, vd_inspection *in, vd_view *name, vd_view *bytes, vd_error *err) {
  walk *w = ctx;
  (void)err;
  while (w->next < w->zip.entries.count) {
    const vd_zip_entry *e = &w->zip.entries.at[w->next++];
    vd_code code = read_member(w, in, e, bytes);
    *name = e->name;
    if (code != VD_NOTFOUND)
      return code;
  }
  return VD_NOTFOUND;
}

static void done(void *ctx) {
  walk *w = ctx;
  vd_buf_free(&w->unpack.out);
}

vd_code vd_zip_members(vd_inspection *in, const vd_zip *z, const vd_zip_nature *n) {
  walk *w = vd_new(in->scratch, walk);
  if (w == NULL)
    return VD_NOMEM;
  *w = (walk){.zip = *z, .nature = *n};
  VD_TRY(find_types(w, in));
  w->unpack = (vd_unpack){.in = in, .out = VD_BUF(vd_unpack_max(in->at->depth))};
  return vd_inspect_members(in, (vd_members){w, next, done});
}
