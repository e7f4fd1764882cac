// Fetches one file as NAME=VALUE arguments say and prints what came of it, for fetch.py.
#include "feed/fetch.h"

typedef struct plan {
  vd_fetch_request request;
  unsigned fail_at;      // allocation of the arena that fails
  uint64_t cancel_after; // bytes; UINT64_MAX = never
} plan;

static uint64_t number(vd_view text) {
  uint64_t n = 0;
  return vd_view_u64(text, &n) ? n : 0;
}

static bool go_on(void *ctx, uint64_t done, uint64_t total) {
  const plan *p = ctx;
  return done <= p->cancel_after && (total == 0 || done <= total);
}

static bool set(plan *p, const char *argument) {
  vd_view value = vd_view_of(argument), name = vd_view_cut(&value, '=');
  vd_fetch_request *r = &p->request;
  if (vd_view_eq(name, VD_VIEW("url")))
    r->url = value.ptr;
  else if (vd_view_eq(name, VD_VIEW("path")))
    r->path = value.ptr;
  else if (vd_view_eq(name, VD_VIEW("etag")))
    r->etag = value;
  else if (vd_view_eq(name, VD_VIEW("last_modified")))
    r->last_modified = value;
  else if (vd_view_eq(name, VD_VIEW("max")))
    r->max = number(value);
  else if (vd_view_eq(name, VD_VIEW("sha256")))
    r->sha256 = value;
  else if (vd_view_eq(name, VD_VIEW("attempts")))
    r->attempts = (unsigned)number(value);
  else if (vd_view_eq(name, VD_VIEW("backoff_ms")))
    r->backoff_ms = (unsigned)number(value);
  else if (vd_view_eq(name, VD_VIEW("patience_s")))
    r->patience_s = (unsigned)number(value);
  else if (vd_view_eq(name, VD_VIEW("cancel_after")))
    p->cancel_after = number(value);
  else if (vd_view_eq(name, VD_VIEW("fail_at")))
    p->fail_at = (unsigned)number(value);
  else
    return false;
  return true;
}

static void print(const vd_fetch_result *r) {
  printf("unchanged=%d\netag=%.*s\nlast_modified=%.*s\n", r->unchanged, VD_ARG(r->etag),
         VD_ARG(r->last_modified));
  printf("bytes=%llu\nreceived=%llu\nattempts=%u\n", (unsigned long long)r->bytes,
         (unsigned long long)r->received, r->attempts);
}

int main(int argc, char **argv) {
  plan p = {.request = {.max = 1 << 20}, .cancel_after = UINT64_MAX};
  p.request.progress = go_on;
  p.request.ctx = &p;
  for (int i = 1; i < argc; i++)
    if (!set(&p, argv[i]))
      return EXIT_FAILURE;
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  a.fail_at = p.fail_at;
  vd_error err = {0};
  vd_fetch_result result = {0};
  vd_code code = vd_fetch(&a, &p.request, &result, &err);
  printf("code=%s\nerror=%s\n", vd_code_text(code), err.text);
  print(&result);
  return EXIT_SUCCESS;
}
