// Compressed streams, unpacked from memory piece by piece: no file, thread or program is opened.
// What was unpacked in front of damage is kept, as loaders use it before they meet the damage.
#pragma once

#include "inspect/inspect.h"

// Where unpacked bytes go.
typedef struct vd_unpack {
  vd_inspection *in; // whose budget pays
  vd_buf out;        // holds at most out.max bytes; the caller frees it
  size_t used;       // bytes of the input that belonged to the stream
} vd_unpack;

typedef struct vd_codec {
  const char *name;     // "gzip"
  const char *suffixes; // names of files compressed with it: "*.gz *.tgz"
  bool (*recognise)(vd_view bytes);
  // Appends what one stream at the start of bytes holds and adds its length to used. FORMAT when it
  // is damaged or cut, LIMIT when out or the budget is full; what came until then stays in out.
  vd_code (*unpack)(vd_unpack *u, vd_view bytes, vd_error *err);
} vd_codec;

extern const vd_codec *const vd_codecs[]; // ends with NULL; codecs.def

const vd_codec *vd_codec_of(vd_view bytes);   // NULL when no codec recognises them
const vd_codec *vd_codec_named(vd_view name); // "deflate" and "lzma_zip" are found by name only

// For codecs: takes a piece that was unpacked.
vd_code vd_unpack_put(vd_unpack *u, vd_view piece, vd_error *err) VD_MUST_USE;
vd_code vd_unpack_damaged(const vd_unpack *u, vd_error *err, const char *codec);

// Most that one artefact at this depth may unpack to, so that all levels together stay below the
// memory of a worker.
size_t vd_unpack_max(unsigned depth);
