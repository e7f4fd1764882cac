// Driving libcurl through one request: what is sent, what of the answer is taken, what went wrong.
#include "feed/fetch_exchange.h"

#include <signal.h>
#include <time.h>

// ---- the answer --------------------------------------------------------------------------------

static vd_view field(const vd_exchange *x, vd_http_field f) { return x->head.value[f]; }

// RFC 9110, 8.8.2.2: a date stands for the bytes only when they did not change within its second.
static vd_view strong_validator(const vd_exchange *x, const vd_part_origin *o) {
  vd_view date = field(x, VD_HTTP_DATE);
  if (vd_http_etag_strong(o->etag))
    return o->etag;
  if (o->last_modified.len == 0 || date.len == 0)
    return (vd_view){0};
  time_t modified = x->curl->getdate(o->last_modified.ptr, NULL);
  bool strong = modified >= 0 && x->curl->getdate(date.ptr, NULL) > modified;
  return strong ? o->last_modified : (vd_view){0};
}

static bool length_of(const vd_exchange *x, uint64_t *length) {
  return field(x, VD_HTTP_TRANSFER_ENCODING).len == 0 &&
         vd_view_u64(field(x, VD_HTTP_CONTENT_LENGTH), length);
}

static bool within_limit(vd_exchange *x, uint64_t total) {
  if (total <= x->request->max)
    return true;
  vd_part_drop(x->part);
  (void)vd_fail(&x->failure, VD_LIMIT, "the file has %llu bytes, the limit is %llu",
                (unsigned long long)total, (unsigned long long)x->request->max);
  return false;
}

static vd_view kept(vd_exchange *x, vd_view value) {
  vd_view copy = value.len == 0 ? (vd_view){0} : vd_arena_copy(x->part->arena, value);
  if (value.len != 0 && copy.ptr == NULL)
    (void)vd_fail(&x->failure, VD_NOMEM, "no memory for the validators");
  return copy;
}

static bool begin_whole(vd_exchange *x) {
  vd_part_origin o = {.etag = kept(x, vd_http_etag(field(x, VD_HTTP_ETAG))),
                      .last_modified = kept(x, vd_http_date(field(x, VD_HTTP_LAST_MODIFIED)))};
  o.validator = strong_validator(x, &o);
  if (length_of(x, &o.length))
    x->expected = o.length;
  return x->failure.code == VD_OK && within_limit(x, o.length) &&
         vd_part_begin(x->part, &o, &x->failure) == VD_OK;
}

// A server that skips If-Range could hand out the rest of another file.
static bool same_file(const vd_exchange *x, const vd_http_range *range) {
  const vd_part_origin *o = &x->part->origin;
  vd_view etag = field(x, VD_HTTP_ETAG), date = field(x, VD_HTTP_LAST_MODIFIED);
  return (o->length == 0 || o->length == range->total) &&
         (etag.len == 0 || o->etag.len == 0 || vd_view_eq(etag, o->etag)) &&
         (date.len == 0 || o->last_modified.len == 0 || vd_view_eq(date, o->last_modified));
}

static bool begin_rest(vd_exchange *x) {
  vd_http_range r = {0};
  uint64_t length = 0;
  bool fits = x->asked != 0 && vd_http_range_parse(field(x, VD_HTTP_CONTENT_RANGE), &r) &&
              r.first == x->asked && r.last == r.total - 1 &&
              (!length_of(x, &length) || length == r.total - r.first);
  x->expected = r.total;
  if (fits && same_file(x, &r)) {
    x->part->origin.length = r.total;
    return within_limit(x, r.total);
  }
  vd_part_drop(x->part);
  x->again = true;
  (void)vd_fail(&x->failure, VD_FORMAT, "HTTP status 206 with %s: asked for %llu-, got %.*s",
                fits ? "a part of another file" : "the wrong range", (unsigned long long)x->asked,
                VD_ARG(vd_view_first(field(x, VD_HTTP_CONTENT_RANGE), 50)));
  return false;
}

// Whether the body is wanted; that of an error or a redirect never is.
static bool judge(vd_exchange *x) {
  x->judged = true;
  if (x->head.status == 200)
    return begin_whole(x);
  return x->head.status == 206 && begin_rest(x);
}

// ---- libcurl's callbacks -----------------------------------------------------------------------

// Any count but n ends the transfer.
// NOLINTNEXTLINE(readability-non-const-parameter): the type is libcurl's
static size_t on_header(char *bytes, size_t size, size_t n, void *ctx) {
  vd_exchange *x = ctx;
  size_t len = size * n;
  x->head_bytes += len;
  if (x->head_bytes > VD_FETCH_HEAD_BYTES_MAX) {
    (void)vd_fail(&x->failure, VD_LIMIT, "the server's header is larger than %d bytes",
                  VD_FETCH_HEAD_BYTES_MAX);
    return 0;
  }
  if (x->judged) // trailers
    return len;
  if (vd_http_head_line(&x->head, x->scratch, (vd_view){bytes, len}) != VD_OK) {
    (void)vd_fail(&x->failure, VD_NOMEM, "no memory for the server's header");
    return 0;
  }
  return !x->head.complete || x->head.status / 100 == 1 || judge(x) ? len : 0;
}

// A rest that comes in chunks may go on beyond its range.
static bool has_room(vd_exchange *x, size_t len) {
  uint64_t max = x->request->max, size = x->part->size;
  if (len <= max - size && len <= x->expected - size)
    return true;
  vd_part_drop(x->part);
  x->again = len <= max - size;
  if (x->again)
    (void)vd_fail(&x->failure, VD_FORMAT, "the file has more than the %llu bytes announced",
                  (unsigned long long)x->expected);
  else
    (void)vd_fail(&x->failure, VD_LIMIT, "the file has more than %llu bytes, which is the limit",
                  (unsigned long long)max);
  return false;
}

// NOLINTNEXTLINE(readability-non-const-parameter): the type is libcurl's
static size_t on_body(char *bytes, size_t size, size_t n, void *ctx) {
  vd_exchange *x = ctx;
  size_t len = size * n;
  x->received += len;
  bool taken =
      has_room(x, len) && vd_part_put(x->part, (vd_view){bytes, len}, &x->failure) == VD_OK;
  return taken ? len : 0;
}

static int on_progress(void *ctx, curl_off_t total, curl_off_t done, curl_off_t up_total,
                       curl_off_t up) {
  (void)total, (void)done, (void)up_total, (void)up; // libcurl's, of this transfer only
  vd_exchange *x = ctx;
  const vd_fetch_request *r = x->request;
  if (r->progress(r->ctx, x->part->size, x->part->origin.length))
    return 0;
  (void)vd_fail(&x->failure, VD_IO, "cancelled");
  return 1;
}

// ---- the request -------------------------------------------------------------------------------

typedef struct handle {
  const vd_curl *curl;
  CURL *easy;
  struct curl_slist *headers;
  bool failed; // out of memory, or an option this libcurl does not know
} handle;

static void handle_free(handle *h) {
  h->curl->slist_free_all(h->headers);
  if (h->easy != NULL)
    h->curl->easy_cleanup(h->easy);
}

static void header(handle *h, vd_arena *scratch, const char *name, vd_view value) {
  if (value.len == 0)
    return;
  vd_view line = vd_arena_printf(scratch, "%s: %.*s", name, VD_ARG(value));
  struct curl_slist *more = line.ptr == NULL ? NULL : h->curl->slist_append(h->headers, line.ptr);
  h->failed |= more == NULL;
  h->headers = more == NULL ? h->headers : more;
}

static void set_headers(handle *h, vd_exchange *x) {
  const vd_fetch_request *r = x->request;
  header(h, x->scratch, "Accept-Encoding", VD_VIEW("identity"));
  header(h, x->scratch, "Want-Repr-Digest", VD_VIEW("sha-256=10"));
  header(h, x->scratch, "If-None-Match", vd_http_etag(r->etag));
  header(h, x->scratch, "If-Modified-Since", vd_http_date(r->last_modified));
  x->asked = x->part->origin.validator.len == 0 ? 0 : x->part->size;
  if (x->asked != 0) {
    vd_view range = vd_arena_printf(x->scratch, "bytes=%llu-", (unsigned long long)x->asked);
    h->failed |= range.ptr == NULL;
    header(h, x->scratch, "Range", range);
    header(h, x->scratch, "If-Range", x->part->origin.validator);
  }
  h->failed |= h->curl->easy_setopt(h->easy, CURLOPT_HTTPHEADER, h->headers) != CURLE_OK;
}

static void set_number(handle *h, CURLoption option, long value) {
  h->failed |= h->curl->easy_setopt(h->easy, option, value) != CURLE_OK;
}

static void set_text(handle *h, CURLoption option, const char *value) {
  h->failed |= h->curl->easy_setopt(h->easy, option, value) != CURLE_OK;
}

static void set_limits(handle *h, unsigned patience) {
  patience = patience == 0 ? VD_FETCH_PATIENCE_S : patience;
  set_number(h, CURLOPT_LOW_SPEED_TIME, (long)patience);
  set_number(h, CURLOPT_LOW_SPEED_LIMIT, VD_FETCH_SPEED_MIN);
  set_number(h, CURLOPT_CONNECTTIMEOUT,
             patience < VD_FETCH_CONNECT_S ? (long)patience : VD_FETCH_CONNECT_S);
  set_number(h, CURLOPT_TIMEOUT, VD_FETCH_SECONDS_MAX);
  set_number(h, CURLOPT_NOSIGNAL, 1); // or it would set handlers of the whole process
}

static const char *setting(const char *name) {
  const char *value = getenv(name);
  return value == NULL || value[0] == '\0' ? NULL : value;
}

// The proxy variables are libcurl's own business; these three are those of the curl program.
static void set_trust(handle *h) {
  const char *file = setting("CURL_CA_BUNDLE"), *folder = NULL;
  if (file == NULL) {
    file = setting("SSL_CERT_FILE");
    folder = setting("SSL_CERT_DIR");
  }
  if (file != NULL) {
    set_text(h, CURLOPT_CAINFO, file);
    set_text(h, CURLOPT_PROXY_CAINFO, file);
  }
  if (folder != NULL) {
    set_text(h, CURLOPT_CAPATH, folder);
    set_text(h, CURLOPT_PROXY_CAPATH, folder);
  }
  set_number(h, CURLOPT_SSL_VERIFYPEER, 1);
  set_number(h, CURLOPT_SSL_VERIFYHOST, 2);
  set_number(h, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
}

static void set_callbacks(handle *h, vd_exchange *x) {
  CURLcode bad = h->curl->easy_setopt(h->easy, CURLOPT_HEADERFUNCTION, on_header);
  bad |= h->curl->easy_setopt(h->easy, CURLOPT_HEADERDATA, x);
  bad |= h->curl->easy_setopt(h->easy, CURLOPT_WRITEFUNCTION, on_body);
  bad |= h->curl->easy_setopt(h->easy, CURLOPT_WRITEDATA, x);
  bad |= h->curl->easy_setopt(h->easy, CURLOPT_ERRORBUFFER, x->detail);
  if (x->request->progress != NULL) {
    bad |= h->curl->easy_setopt(h->easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    bad |= h->curl->easy_setopt(h->easy, CURLOPT_XFERINFODATA, x);
    set_number(h, CURLOPT_NOPROGRESS, 0);
  }
  h->failed |= bad != CURLE_OK;
}

static vd_code prepare(handle *h, vd_exchange *x, vd_error *err) {
  h->easy = h->curl->easy_init();
  if (h->easy == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for a request");
  set_text(h, CURLOPT_URL, x->url->text);
  set_text(h, CURLOPT_PROTOCOLS_STR, "http,https");
  set_text(h, CURLOPT_USERAGENT, "vedette/" VD_VERSION);
  set_number(h, CURLOPT_HTTP_CONTENT_DECODING, 0);
  set_number(h, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1);
  set_limits(h, x->request->patience_s);
  set_trust(h);
  set_callbacks(h, x);
  set_headers(h, x);
  return h->failed ? vd_fail(err, VD_UNSUPPORTED, "this libcurl is too old, or out of memory")
                   : VD_OK;
}

// ---- running -----------------------------------------------------------------------------------

// A closed connection must not end the program with SIGPIPE; TLS libraries write without asking
// for EPIPE. Only this thread's mask changes.
static CURLcode perform(const handle *h) {
  sigset_t pipe, before, pending;
  (void)sigemptyset(&pipe);
  (void)sigaddset(&pipe, SIGPIPE);
  (void)sigpending(&pending);
  (void)pthread_sigmask(SIG_BLOCK, &pipe, &before);
  CURLcode code = h->curl->easy_perform(h->easy);
  if (sigismember(&pending, SIGPIPE) == 0)
    while (sigtimedwait(&pipe, NULL, &(struct timespec){0}) > 0)
      continue;
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  return code;
}

// What libcurl's codes are to us; all others are IO, not tried again.
static const struct trouble {
  CURLcode curl;
  vd_code code;
  bool again;
  const char *text; // NULL = libcurl's own
} troubles[] = {
    {CURLE_COULDNT_RESOLVE_HOST, VD_IO, true, NULL},
    {CURLE_COULDNT_CONNECT, VD_IO, true, NULL},
    {CURLE_OPERATION_TIMEDOUT, VD_IO, true, NULL},
    {CURLE_SSL_CONNECT_ERROR, VD_IO, true, NULL},
    {CURLE_GOT_NOTHING, VD_IO, true, "the server closed the connection without an answer"},
    {CURLE_SEND_ERROR, VD_IO, true, NULL},
    {CURLE_RECV_ERROR, VD_IO, true, NULL},
    {CURLE_PARTIAL_FILE, VD_IO, true, NULL},
    {CURLE_HTTP2, VD_IO, true, NULL},
    {CURLE_HTTP2_STREAM, VD_IO, true, NULL},
    {CURLE_COULDNT_RESOLVE_PROXY, VD_IO, false, "the proxy's name cannot be resolved"},
    {CURLE_UNSUPPORTED_PROTOCOL, VD_FORMAT, false, "the answer is not HTTP"},
    {CURLE_WEIRD_SERVER_REPLY, VD_FORMAT, false, NULL},
    {CURLE_BAD_CONTENT_ENCODING, VD_FORMAT, false, NULL},
    {CURLE_OUT_OF_MEMORY, VD_NOMEM, false, "no memory for the transfer"},
};

static vd_code explain(vd_exchange *x, const handle *h, CURLcode code, vd_error *err) {
  struct trouble t = {.code = VD_IO};
  for (size_t i = 0; i < VD_COUNT(troubles); i++)
    if (troubles[i].curl == code)
      t = troubles[i];
  long connect = 0;
  (void)h->curl->easy_getinfo(h->easy, CURLINFO_HTTP_CONNECTCODE, &connect);
  if (connect >= 400)
    return vd_fail(err, VD_IO, "the proxy refuses: HTTP status %ld", connect);
  x->again = t.again;
  if (t.text == NULL) // a proxy's password may stand before an '@'
    t.text = x->detail[0] == '\0' || strchr(x->detail, '@') != NULL ? h->curl->easy_strerror(code)
                                                                    : x->detail;
  if (x->received == 0 && x->asked == 0)
    return vd_fail(err, t.code, "%.120s", t.text);
  return vd_fail(err, t.code, "broken off after %llu bytes: %.100s",
                 (unsigned long long)x->part->size, t.text);
}

// A rest that came in chunks may have ended before its range.
static vd_code check_size(vd_exchange *x, vd_error *err) {
  uint64_t size = x->part->size;
  if (x->expected == UINT64_MAX || size == x->expected)
    return VD_OK;
  x->again = true;
  return vd_fail(err, VD_IO, "the body has %llu bytes, %llu were announced",
                 (unsigned long long)size, (unsigned long long)x->expected);
}

static vd_code conclude(vd_exchange *x, const handle *h, CURLcode code, vd_error *err) {
  if (x->failure.code != VD_OK)
    return vd_fail(err, x->failure.code, "%s", x->failure.text);
  if (x->judged && x->head.status == 0)
    return vd_fail(err, VD_FORMAT, "the answer has no HTTP status");
  if (x->judged && x->head.status != 200 && x->head.status != 206)
    return VD_OK;
  if (code != CURLE_OK)
    return explain(x, h, code, err);
  return x->judged ? check_size(x, err) : vd_fail(err, VD_FORMAT, "the answer has no header");
}

vd_code vd_exchange_run(vd_exchange *x, vd_error *err) {
  VD_CLEANUP(handle_free) handle h = {.curl = x->curl};
  x->expected = UINT64_MAX;
  VD_TRY(prepare(&h, x, err));
  return conclude(x, &h, perform(&h), err);
}
