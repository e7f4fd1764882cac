// The parts of HTTP that vd_fetch decides by: pure functions of what a server sent.
#pragma once

#include "base/base.h"

// X(NAME, field name): the header fields that are kept.
#define VD_HTTP_FIELDS(X)                                                                          \
  X(ETAG, "ETag")                                                                                  \
  X(LAST_MODIFIED, "Last-Modified")                                                                \
  X(DATE, "Date")                                                                                  \
  X(LOCATION, "Location")                                                                          \
  X(CONTENT_LENGTH, "Content-Length")                                                              \
  X(CONTENT_RANGE, "Content-Range")                                                                \
  X(TRANSFER_ENCODING, "Transfer-Encoding")                                                        \
  X(REPR_DIGEST, "Repr-Digest")                                                                    \
  X(RETRY_AFTER, "Retry-After")

typedef enum vd_http_field {
#define X(name, text) VD_HTTP_##name,
  VD_HTTP_FIELDS(X)
#undef X
      VD_HTTP_FIELD_COUNT
} vd_http_field;

typedef struct vd_http_head {
  unsigned status;                    // 100-599; 0 before the status line
  bool complete;                      // the blank line was read
  vd_view value[VD_HTTP_FIELD_COUNT]; // trimmed; {NULL} when absent; the last of several
} vd_http_head;

// Takes the next line of an answer; a status line begins a new head. Values are copied to the
// arena. Only NOMEM fails; lines that are no header field are passed over.
vd_code vd_http_head_line(vd_http_head *h, vd_arena *a, vd_view line) VD_MUST_USE;

typedef struct vd_http_range { // "bytes first-last/total"
  uint64_t first, last, total;
} vd_http_range;

// A Content-Range with a known total. false when it is anything else.
bool vd_http_range_parse(vd_view value, vd_http_range *out);

// The sha-256 of a Repr-Digest field (RFC 9530); false when there is none that can be read.
bool vd_http_digest_parse(vd_view value, uint8_t digest[VD_SHA256_BYTES]);
// 64 hex digits.
bool vd_http_hex_parse(vd_view text, uint8_t digest[VD_SHA256_BYTES]);

// The value when it may be sent back in a request: an entity tag by the grammar of RFC 9110, or
// printable text for a date. Otherwise {NULL}, so that no server can put lines into our requests.
vd_view vd_http_etag(vd_view value);
vd_view vd_http_date(vd_view value);
bool vd_http_etag_strong(vd_view etag); // false for {NULL}
