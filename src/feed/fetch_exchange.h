// One request and its answer, the body going into the part.
#pragma once

#include "feed/fetch.h"
#include "feed/fetch_http.h"
#include "feed/fetch_part.h"
#include "feed/fetch_url.h"

typedef struct vd_exchange {
  const vd_curl *curl;
  const vd_fetch_request *request;
  const vd_fetch_url *url;
  vd_part *part;
  vd_arena *scratch; // for this exchange only
  // What comes out.
  vd_http_head head;
  uint64_t asked;    // offset of the rest that was asked for; 0 = the whole
  uint64_t received; // bytes of a wanted body
  bool again;        // after a failure: another try may do better
  // The exchange's own.
  uint64_t head_bytes;
  uint64_t expected; // size of the part when all is there; UINT64_MAX = not told
  bool judged;       // the head was looked at
  vd_error failure;  // why we ended the transfer ourselves
  char detail[CURL_ERROR_SIZE];
} vd_exchange;

// OK when the server answered: head.status says what, and with 200 and 206 the whole body is in the
// part. A failure's text does not name the address.
vd_code vd_exchange_run(vd_exchange *x, vd_error *err) VD_MUST_USE;
