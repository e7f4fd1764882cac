// Addresses of a fetch: which ones are allowed, and how they are shown.
#pragma once

#include "feed/fetch_curl.h"

typedef struct vd_fetch_url {
  const vd_curl *curl;
  const char *text;  // for libcurl; NULL = no address yet
  const char *shown; // for people: no user, password and query, escaped, at most 100 bytes
  bool secure;       // https
} vd_fetch_url;

// Reads an address, relative to `from` when that has a text. Texts are in the arena; out may be
// from. USAGE when it is no address, or neither http nor https, or falls back from https to http.
vd_code vd_fetch_url_read(vd_arena *a, const vd_fetch_url *from, const char *text,
                          vd_fetch_url *out, vd_error *err) VD_MUST_USE;
