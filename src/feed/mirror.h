// mirror: brings the files of feeds from their addresses into a folder, which is then read like any
// mirror. Beside each file, PATH.origin says where it came from and what the server calls that
// copy, so that the next time only what changed is sent.
#pragma once

#include "feed/feed.h"

typedef struct vd_address {
  vd_view url, path; // path: where the copy belongs, below the mirror's folder
  bool optional;     // one year of many, or one of several forms: it may be missing
} vd_address;
typedef VD_VEC(vd_address) vd_addresses;

// Bytes of a file while it is fetched; total is 0 when not known.
typedef void (*vd_mirror_progress)(void *ctx, const vd_feed *feed, const vd_address *file,
                                   uint64_t done, uint64_t total);

typedef struct vd_mirror {
  const char *folder; // where the copies are kept; made when missing
  const char *url;    // of a mirror that serves a folder of feeds; NULL: the official addresses
  int64_t today;      // YYYYMMDD: the last year of "{2002-}"
  unsigned attempts, patience_s; // as in vd_fetch_request
  vd_mirror_progress progress;   // may be NULL
  void *ctx;                     // of progress
  // The mirror's own.
  vd_arena arena;
  vd_map asked; // path to struct vd_asked: files that several feeds share are asked for once
  enum { VD_INDEX_UNKNOWN, VD_INDEX_ABSENT, VD_INDEX_READ } index;
  vd_views listed;     // by the mirror's index.txt
  unsigned unanswered; // feeds in a row for which no server answered
  bool answered;       // a server did answer
} vd_mirror;

// A mirror made by hand starts with .arena = VD_ARENA(VD_FILE_MEMORY_MAX).
void vd_mirror_done(vd_mirror *m); // for VD_CLEANUP
// No server answered for any feed, and there were several: probably there is no network.
bool vd_mirror_is_offline(const vd_mirror *m);

// What would be asked for without an index.txt, in the arena. Empty when a feed has no address.
vd_code vd_mirror_plan(const vd_mirror *m, vd_arena *a, const vd_feed *feed, vd_addresses *out,
                       vd_error *err) VD_MUST_USE;
// What an index lists of the feed: the files that vd_feed_files would find in such a folder.
vd_code vd_mirror_pick(const vd_mirror *m, vd_arena *a, const vd_feed *feed, vd_addresses *out,
                       vd_error *err) VD_MUST_USE;
// True when path is one that a mirror may have: relative, without "..", hidden or odd names.
bool vd_mirror_path_valid(vd_view path);
// True when a pattern of vd_feed.file names path.
bool vd_mirror_pattern_fits(vd_view pattern, vd_view path);

// Brings the feed's files up to date. OK as well when a mirror has nothing of the feed. A file that
// cannot be had fails the feed, unless it is optional, answered with 404, and another one is there;
// the error has the address. Copies at hand stay as they are then. With an index.txt, copies it no
// longer lists are removed.
vd_code vd_mirror_fetch(vd_mirror *m, const vd_feed *feed, vd_fetch_counts *out,
                        vd_error *err) VD_MUST_USE;

// ---- PATH.origin ------------------------------------------------------------------------------

typedef struct vd_origin {
  uint64_t source, bytes;      // hash of the address; size of the copy
  vd_view etag, last_modified; // {NULL} when the server states none
} vd_origin;

vd_view vd_origin_print(vd_arena *a, const vd_origin *o); // {NULL}: no memory
bool vd_origin_parse(vd_view text, vd_origin *out);       // views borrow from text
