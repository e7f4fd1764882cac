// Fetching one file: redirects, checksums, and when to try again.
#include "feed/fetch.h"

#include "feed/fetch_exchange.h"

#include <sys/random.h>
#include <time.h>

typedef struct job {
  const vd_curl *curl;
  vd_arena *arena;
  const vd_fetch_request *request;
  vd_fetch_url url;
  vd_part part;
  vd_fetch_result result;
  bool again;             // the last failure may pass
  uint64_t retry_after_s; // 0 = the server does not say
} job;

static void job_free(job *j) { vd_part_close(&j->part); }

// ---- what the answer means ---------------------------------------------------------------------

static uint64_t retry_after(const vd_exchange *x) {
  vd_view value = x->head.value[VD_HTTP_RETRY_AFTER];
  uint64_t seconds = 0;
  if (value.len == 0 || vd_view_u64(value, &seconds))
    return seconds;
  time_t then = x->curl->getdate(value.ptr, NULL), now = time(NULL);
  return then > now ? (uint64_t)(then - now) : 0;
}

static vd_code refuse_status(job *j, const vd_exchange *x, vd_error *err) {
  unsigned status = x->head.status;
  j->again = status == 408 || status == 425 || status == 429 || status >= 500;
  j->retry_after_s = j->again ? retry_after(x) : 0;
  if (j->retry_after_s > VD_FETCH_RETRY_AFTER_S_MAX) {
    j->again = false;
    return vd_fail(err, VD_IO, "HTTP status %u, to be tried again in %llu seconds", status,
                   (unsigned long long)j->retry_after_s);
  }
  return vd_fail(err, status == 404 || status == 410 ? VD_NOTFOUND : VD_IO, "HTTP status %u",
                 status);
}

enum { HEX_SHOWN = 16 };

static void hex(const uint8_t digest[VD_SHA256_BYTES], char out[HEX_SHOWN + 1]) {
  for (size_t i = 0; i < HEX_SHOWN / 2; i++)
    (void)snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

// A part that was taken up may be at fault; a whole that is wrong will be wrong again.
static vd_code check_digest(job *j, const vd_exchange *x, const uint8_t expected[VD_SHA256_BYTES],
                            vd_error *err) {
  uint8_t found[VD_SHA256_BYTES];
  VD_TRY(vd_part_digest(&j->part, found, err));
  if (memcmp(found, expected, sizeof found) == 0)
    return VD_OK;
  char is[HEX_SHOWN + 1], due[HEX_SHOWN + 1];
  hex(found, is);
  hex(expected, due);
  vd_part_drop(&j->part);
  j->again = x->asked != 0;
  return vd_fail(err, VD_FORMAT, "the sha-256 of the file begins with %s, not with %s", is, due);
}

static vd_code take(job *j, const vd_exchange *x, vd_error *err) {
  uint8_t expected[VD_SHA256_BYTES];
  if (vd_http_hex_parse(j->request->sha256, expected))
    VD_TRY(check_digest(j, x, expected, err));
  if (vd_http_digest_parse(x->head.value[VD_HTTP_REPR_DIGEST], expected))
    VD_TRY(check_digest(j, x, expected, err));
  j->result.bytes = j->part.size;
  j->result.etag = j->part.origin.etag;
  j->result.last_modified = j->part.origin.last_modified;
  return vd_part_commit(&j->part, err);
}

static vd_code leave(job *j, vd_error *err) {
  vd_view etag = vd_http_etag(j->request->etag), date = vd_http_date(j->request->last_modified);
  if (etag.len == 0 && date.len == 0)
    return vd_fail(err, VD_FORMAT, "HTTP status 304, but no copy was named");
  vd_part_drop(&j->part);
  j->result.unchanged = true;
  j->result.etag = etag;
  j->result.last_modified = date;
  return VD_OK;
}

static vd_code settle(job *j, const vd_exchange *x, vd_error *err) {
  unsigned status = x->head.status;
  if (status == 304)
    return leave(j, err);
  return status == 200 || status == 206 ? take(j, x, err) : refuse_status(j, x, err);
}

// ---- one try -----------------------------------------------------------------------------------

static bool is_redirect(unsigned status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static vd_code follow(const job *j, const vd_exchange *x, vd_fetch_url *at, vd_error *err) {
  vd_view location = x->head.value[VD_HTTP_LOCATION];
  vd_error inner = {0};
  if (location.len == 0)
    return vd_fail(err, VD_FORMAT, "HTTP status %u without an address to go to", x->head.status);
  if (vd_fetch_url_read(j->arena, at, location.ptr, at, &inner) == VD_OK)
    return VD_OK;
  return vd_fail(err, inner.code == VD_USAGE ? VD_FORMAT : inner.code,
                 "HTTP status %u, a redirect that is not followed: %.100s", x->head.status,
                 inner.text);
}

// Follows one answer on. *done is set when nothing is left to ask.
static vd_code step(job *j, vd_fetch_url *at, bool *done, vd_error *err) {
  VD_SCOPED_ARENA scratch = VD_ARENA((size_t)4 * VD_FETCH_HEAD_BYTES_MAX);
  vd_exchange x = {
      .curl = j->curl, .request = j->request, .url = at, .part = &j->part, .scratch = &scratch};
  vd_code code = vd_exchange_run(&x, err);
  j->result.received += x.received;
  j->again = x.again;
  j->retry_after_s = 0;
  if (j->request->unanswered != NULL)
    *j->request->unanswered = code == VD_IO && x.head.status == 0;
  VD_TRY(code);
  if (is_redirect(x.head.status))
    return follow(j, &x, at, err);
  // What is there is no beginning of what the server has.
  if (x.head.status == 416 && x.asked != 0) {
    vd_part_drop(&j->part);
    return VD_OK;
  }
  *done = true;
  return settle(j, &x, err);
}

static vd_code attempt(job *j, vd_error *err) {
  vd_fetch_url at = j->url;
  bool done = false;
  j->result.attempts++;
  for (unsigned hop = 0; !done; hop++) {
    vd_fetch_url asked = at;
    vd_error inner = {0};
    vd_code code =
        hop <= VD_FETCH_REDIRECTS_MAX
            ? step(j, &at, &done, &inner)
            : vd_fail(&inner, VD_FORMAT, "more than %d redirects", VD_FETCH_REDIRECTS_MAX);
    if (code != VD_OK)
      return vd_fail(err, code, "%s: %.118s", asked.shown, inner.text);
  }
  return VD_OK;
}

// ---- until it works ----------------------------------------------------------------------------

// Half of the wait is drawn, so that many clients of a server that was away do not return at once.
static uint64_t wait_ms(const job *j) {
  const vd_fetch_request *r = j->request;
  uint64_t wait = r->backoff_ms == 0 ? VD_FETCH_BACKOFF_MS : r->backoff_ms, drawn = 0;
  wait <<= j->result.attempts - 1;
  if (wait > VD_FETCH_BACKOFF_MS_MAX)
    wait = VD_FETCH_BACKOFF_MS_MAX;
  if (getrandom(&drawn, sizeof drawn, GRND_NONBLOCK) < 0)
    drawn = 0;
  uint64_t jittered = wait / 2 + drawn % (wait / 2 + 1);
  return j->retry_after_s == 0 ? jittered : j->retry_after_s * 1000 + jittered;
}

// In short naps, so that a cancel is heard.
static bool wait_out(const job *j) {
  const vd_fetch_request *r = j->request;
  for (uint64_t left = wait_ms(j); left > 0;) {
    uint64_t nap = left < 50 ? left : 50;
    if (r->progress != NULL && !r->progress(r->ctx, j->part.size, j->part.origin.length))
      return false;
    (void)nanosleep(&(struct timespec){.tv_nsec = (long)nap * 1000000}, NULL);
    left -= nap;
  }
  return true;
}

static vd_code persist(job *j, vd_error *err) {
  unsigned most = j->request->attempts == 0 ? VD_FETCH_ATTEMPTS : j->request->attempts;
  vd_error last = {0};
  while (attempt(j, &last) != VD_OK) {
    if (!j->again || j->result.attempts >= most)
      return j->result.attempts == 1
                 ? vd_fail(err, last.code, "%s", last.text)
                 : vd_fail(err, last.code, "%s (try %u)", last.text, j->result.attempts);
    if (!wait_out(j))
      return vd_fail(err, VD_IO, "%s: cancelled", j->url.shown);
  }
  return VD_OK;
}

static vd_code check_request(const vd_fetch_request *r, vd_error *err) {
  uint8_t digest[VD_SHA256_BYTES];
  if (r->url == NULL || r->path == NULL || r->path[0] == '\0')
    return vd_fail(err, VD_USAGE, "a fetch needs an address and a path");
  if (r->attempts > VD_FETCH_ATTEMPTS_MAX)
    return vd_fail(err, VD_USAGE, "at most %d tries", VD_FETCH_ATTEMPTS_MAX);
  if (r->sha256.ptr != NULL && !vd_http_hex_parse(r->sha256, digest))
    return vd_fail(err, VD_USAGE, "a sha-256 has 64 hexadecimal digits");
  return VD_OK;
}

vd_code vd_fetch(vd_arena *a, const vd_fetch_request *r, vd_fetch_result *out, vd_error *err) {
  VD_CLEANUP(job_free) job j = {.arena = a, .request = r, .part = VD_PART};
  VD_TRY(check_request(r, err));
  VD_TRY(vd_curl_load(&j.curl, err));
  VD_TRY(vd_fetch_url_read(a, &(vd_fetch_url){.curl = j.curl}, r->url, &j.url, err));
  VD_TRY(vd_part_open(&j.part, a, r->path, vd_hash(vd_view_of(r->url)), err));
  VD_TRY(persist(&j, err));
  *out = j.result;
  return VD_OK;
}
