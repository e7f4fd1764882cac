// Reading addresses with libcurl's own parser, so that what is checked is what is fetched.
#include "feed/fetch_url.h"

enum { SHOWN_MAX = 100, FLAGS = CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE };

typedef struct parsed {
  const vd_curl *curl;
  CURLU *url;
} parsed;

static void parsed_free(parsed *p) {
  if (p->url != NULL)
    p->curl->url_cleanup(p->url);
}

// Empty when there is no such part, {NULL} on NOMEM.
static vd_view part_of(const parsed *p, vd_arena *a, CURLUPart what) {
  char *text = NULL;
  if (p->curl->url_get(p->url, what, &text, 0) != CURLUE_OK)
    return VD_VIEW("");
  vd_view copy = vd_arena_copy(a, vd_view_of(text));
  p->curl->free(text);
  return copy;
}

static const char *without_secrets(const parsed *p, vd_arena *a) {
  static const CURLUPart secrets[] = {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS,
                                      CURLUPART_QUERY, CURLUPART_FRAGMENT};
  vd_view query = part_of(p, a, CURLUPART_QUERY);
  for (size_t i = 0; i < VD_COUNT(secrets); i++)
    if (p->curl->url_set(p->url, secrets[i], NULL, 0) != CURLUE_OK)
      return NULL;
  vd_view url = part_of(p, a, CURLUPART_URL);
  const char *end = url.len > SHOWN_MAX - 5 ? "..." : query.len > 0 ? "?..." : "";
  return url.ptr == NULL ? NULL : vd_arena_printf(a, "%.*s%s", SHOWN_MAX - 5, url.ptr, end).ptr;
}

// The text itself stays out of the messages: who can tell where its password is.
static vd_code parse(const parsed *p, const vd_fetch_url *from, const char *text, vd_error *err) {
  if (strlen(text) > VD_FETCH_URL_MAX)
    return vd_fail(err, VD_USAGE, "the address is longer than %d bytes", VD_FETCH_URL_MAX);
  CURLUcode code = CURLUE_OK;
  if (from->text != NULL)
    code = p->curl->url_set(p->url, CURLUPART_URL, from->text, FLAGS);
  if (code == CURLUE_OK)
    code = p->curl->url_set(p->url, CURLUPART_URL, text, FLAGS);
  if (code == CURLUE_OUT_OF_MEMORY)
    return vd_fail(err, VD_NOMEM, "no memory for an address");
  return code == CURLUE_OK ? VD_OK
                           : vd_fail(err, VD_USAGE, "the address cannot be read: %s",
                                     p->curl->url_strerror(code));
}

static vd_code check_scheme(vd_view scheme, const vd_fetch_url *from, vd_error *err) {
  bool secure = vd_view_eq(scheme, VD_VIEW("https"));
  if (!secure && !vd_view_eq(scheme, VD_VIEW("http")))
    return vd_fail(err, VD_USAGE, "only http and https are fetched, not %.*s",
                   VD_ARG(vd_view_first(scheme, 40)));
  if (from->secure && !secure)
    return vd_fail(err, VD_USAGE, "https is not left for http");
  return VD_OK;
}

vd_code vd_fetch_url_read(vd_arena *a, const vd_fetch_url *from, const char *text,
                          vd_fetch_url *out, vd_error *err) {
  VD_CLEANUP(parsed_free) parsed p = {from->curl, from->curl->url()};
  if (p.url == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for an address");
  VD_TRY(parse(&p, from, text, err));
  vd_view scheme = part_of(&p, a, CURLUPART_SCHEME);
  vd_view whole = part_of(&p, a, CURLUPART_URL);
  if (scheme.ptr == NULL || whole.len == 0)
    return vd_fail(err, VD_NOMEM, "no memory for an address");
  VD_TRY(check_scheme(scheme, from, err));
  const char *shown = without_secrets(&p, a);
  if (shown == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for an address");
  *out = (vd_fetch_url){.curl = from->curl,
                        .text = whole.ptr,
                        .shown = shown,
                        .secure = vd_view_eq(scheme, VD_VIEW("https"))};
  return VD_OK;
}
