// libcurl as a table of the functions that are used, loaded from libcurl.so.4 by the first fetch.
#pragma once

#include "base/base.h"

#define CURL_DISABLE_TYPECHECK // its macros name the functions that are not linked
#include <curl/curl.h>

// Each is curl_NAME of libcurl.
#define VD_CURL_FUNCTIONS(X)                                                                       \
  X(global_init)                                                                                   \
  X(easy_init)                                                                                     \
  X(easy_setopt)                                                                                   \
  X(easy_perform)                                                                                  \
  X(easy_getinfo)                                                                                  \
  X(easy_strerror)                                                                                 \
  X(easy_cleanup)                                                                                  \
  X(slist_append)                                                                                  \
  X(slist_free_all)                                                                                \
  X(getdate)                                                                                       \
  X(free)                                                                                          \
  X(url)                                                                                           \
  X(url_set)                                                                                       \
  X(url_get)                                                                                       \
  X(url_strerror)                                                                                  \
  X(url_cleanup)

typedef struct vd_curl {
#define X(name) __typeof__ (&curl_##name)(name);
  VD_CURL_FUNCTIONS(X)
#undef X
} vd_curl;

// The table lives as long as the program. UNSUPPORTED when there is no usable libcurl.
vd_code vd_curl_load(const vd_curl **out, vd_error *err) VD_MUST_USE;
