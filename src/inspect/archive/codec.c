// The table of codecs, and what they share.
#include "inspect/archive/codec.h"

#define CODEC(name) extern const vd_codec vd_codec_##name;
#include "inspect/archive/codecs.def"
#undef CODEC

const vd_codec *const vd_codecs[] = {
#define CODEC(name) &vd_codec_##name,
#include "inspect/archive/codecs.def"
#undef CODEC
    NULL,
};

const vd_codec *vd_codec_of(vd_view bytes) {
  for (size_t i = 0; vd_codecs[i] != NULL; i++)
    if (vd_codecs[i]->recognise(bytes))
      return vd_codecs[i];
  return NULL;
}

const vd_codec *vd_codec_named(vd_view name) {
  for (size_t i = 0; vd_codecs[i] != NULL; i++)
    if (vd_view_eq(name, vd_view_of(vd_codecs[i]->name)))
      return vd_codecs[i];
  return NULL;
}

vd_code vd_unpack_put(vd_unpack *u, vd_view piece, vd_error *err) {
  size_t room = u->out.max - u->out.len;
  VD_TRY(vd_inspect_spend(u->in, piece.len, err));
  vd_buf_put(&u->out, vd_view_first(piece, room));
  if (u->out.failed)
    return vd_fail(err, VD_LIMIT, "there is no memory to unpack it");
  return piece.len <= room
             ? VD_OK
             : vd_fail(err, VD_LIMIT, "it unpacks to more than %zu bytes", u->out.max);
}

vd_code vd_unpack_damaged(const vd_unpack *u, vd_error *err, const char *codec) {
  vd_code code =
      vd_fail(err, VD_FORMAT, "the %s stream is damaged or cut after %zu bytes of output", codec,
              u->out.len);
  if (err != NULL)
    err->offset = u->used;
  return code;
}

size_t vd_unpack_max(unsigned depth) {
  size_t most = VD_UNPACK_MEMBER_MAX;
  return most >> (depth < 8 ? depth : 8);
}
