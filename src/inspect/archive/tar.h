// tar archives over mapped bytes: V7, ustar, pax and GNU headers; members are views.
#pragma once

#include "inspect/inspect.h"

typedef struct vd_tar_entry {
  vd_view name, link; // in the archive, or in the arena given
  vd_view bytes;      // as far as the archive has them
  uint64_t at;        // of the header
  uint64_t size;      // as stated
  char type;          // '0' file, '1' hard link, '2' symbolic link, '5' folder, 'S' sparse, ...
} vd_tar_entry;

typedef struct vd_tar {
  vd_arena *arena; // for long names
  vd_view bytes;
  uint64_t at; // of the next header
} vd_tar;

// True when bytes begin with a header whose checksum is right.
bool vd_tar_recognise(vd_view bytes);
vd_tar vd_tar_of(vd_arena *a, vd_view bytes);
// The next member. NOTFOUND at the end (t->at is behind the end mark), FORMAT for a header that is
// none, NOMEM.
vd_code vd_tar_next(vd_tar *t, vd_tar_entry *out, vd_error *err) VD_MUST_USE;
// Moves to the next valid header behind damage, within VD_TAR_SEARCH_MAX; false when there is none.
bool vd_tar_resync(vd_tar *t);
