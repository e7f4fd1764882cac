// The file under construction: PATH.part, and PATH.part.meta, which says what the part is part of.
#pragma once

#include "base/base.h"

// What the server said of the whole when it sent the first byte.
typedef struct vd_part_origin {
  vd_view etag, last_modified; // {NULL} when it states none
  vd_view validator;           // for If-Range; {NULL} when the rest cannot be asked for
  uint64_t length;             // 0 = not told
} vd_part_origin;

// PATH.part.meta. `source` is a hash of the address.
vd_view vd_part_meta_print(vd_arena *a, uint64_t source, const vd_part_origin *o); // {NULL} = NOMEM
// Views borrow from meta. FORMAT when it is no such text, or of another source, or has no
// validator.
vd_code vd_part_meta_parse(vd_view meta, uint64_t source, vd_part_origin *out) VD_MUST_USE;

typedef struct vd_part {
  const char *path, *body, *meta; // PATH, PATH.part, PATH.part.meta; in the arena
  vd_arena *arena;
  uint64_t source;
  int fd;        // of PATH.part, locked
  mode_t mode;   // that PATH gets
  uint64_t size; // bytes there
  vd_part_origin origin;
} vd_part;

#define VD_PART ((vd_part){.fd = -1})

// Takes up what an earlier transfer from the same source left, or starts empty. UNSUPPORTED when
// path is no regular file, IO when another process is at it.
vd_code vd_part_open(vd_part *p, vd_arena *a, const char *path, uint64_t source,
                     vd_error *err) VD_MUST_USE;
// Empties it for a body of that origin.
vd_code vd_part_begin(vd_part *p, const vd_part_origin *o, vd_error *err) VD_MUST_USE;
vd_code vd_part_put(vd_part *p, vd_view bytes, vd_error *err) VD_MUST_USE;
vd_code vd_part_digest(const vd_part *p, uint8_t digest[VD_SHA256_BYTES],
                       vd_error *err) VD_MUST_USE;
// Puts it in the place of PATH.
vd_code vd_part_commit(vd_part *p, vd_error *err) VD_MUST_USE;
void vd_part_drop(vd_part *p); // what is there is of no use
// Keeps what can be taken up later and removes all else; for VD_CLEANUP.
void vd_part_close(vd_part *p);
