// fetch: one file over HTTP, whole or not at all.
//
// libcurl is loaded by the first fetch and not linked: linked, it would add 5 ms to every start of
// the program, of which only `update` needs it.
#pragma once

#include "base/base.h"

// Called while bytes arrive and while waiting for the next try. done and total (0 = not known yet)
// are bytes of the body, with those that an earlier transfer brought. false ends the fetch.
typedef bool (*vd_fetch_progress)(void *ctx, uint64_t done, uint64_t total);

typedef struct vd_fetch_request {
  const char *url;             // http:// or https://; may hold user:password@
  const char *path;            // where the body goes: a regular file, or nothing yet
  vd_view etag, last_modified; // of the copy at hand, as a result stated them; {NULL} for none
  uint64_t max;                // bytes the body may have
  vd_view sha256;              // 64 hex digits the body must hash to; {NULL} for none
  unsigned attempts;           // tries in all; 0 = VD_FETCH_ATTEMPTS
  unsigned backoff_ms;         // first wait between two tries; 0 = VD_FETCH_BACKOFF_MS
  unsigned patience_s; // a server this long silent or slow is given up; 0 = VD_FETCH_PATIENCE_S
  bool *unanswered; // set to whether the last try ended without an answer of a server; may be NULL
  vd_fetch_progress progress; // may be NULL
  void *ctx;                  // of progress
} vd_fetch_request;

typedef struct vd_fetch_result {
  bool unchanged;              // the server has nothing newer; nothing was written
  vd_view etag, last_modified; // for the next request; {NULL} when the server states none
  uint64_t bytes;              // of the whole body; 0 when unchanged
  uint64_t received;           // of bodies, by this call, over the wire
  unsigned attempts;           // tries it took
} vd_fetch_result;

// Gets the file at r->url into r->path, which changes in one step (fsync, rename) once every byte
// is there and every checksum agrees: r->sha256, and a Repr-Digest (RFC 9530) the server offers.
// Bytes are stored as they came over the wire, compressed or not.
//
// While it works, and after a transfer that broke, PATH.part and PATH.part.meta hold what is there;
// the next call for the same address asks for the rest (Range with If-Range), provided the server
// had given a strong validator. A body that turns out wrong (checksum, size, range) is not kept.
//
// Tried again, with exponential and jittered waits or after the server's Retry-After: connections
// that fail, break or stall, and the statuses 408, 425, 429 and 5xx. Redirects go to http and https
// only and never from https to http. Certificates are always verified. The environment counts as it
// does for curl: http_proxy, https_proxy, all_proxy, no_proxy, CURL_CA_BUNDLE, SSL_CERT_FILE,
// SSL_CERT_DIR.
//
// On failure *out and the file at r->path are untouched and err names the address, without
// credentials and query. NOTFOUND: 404 or 410. LIMIT: larger than r->max. FORMAT: not what HTTP
// allows, or a checksum differs. USAGE: a request that cannot be made. UNSUPPORTED: no libcurl, or
// r->path is no regular file. NOMEM. IO: all else, "cancelled" by progress included. Views of *out
// are in the arena or the request's. Safe to call from several threads; two fetches to one path at
// once are refused.
vd_code vd_fetch(vd_arena *a, const vd_fetch_request *r, vd_fetch_result *out,
                 vd_error *err) VD_MUST_USE;
