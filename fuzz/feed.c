// One target for every feed of feeds.def; VD_FUZZ_NAME tells which. A sink that touches every byte
// it is handed makes the sanitizers see views that dangle.
#include "feed/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void touch(void *ctx, vd_view v) {
  uint64_t *sum = ctx;
  *sum += vd_hash(v);
}

static void touch_all(void *ctx, const vd_views *list) {
  for (size_t i = 0; i < list->count; i++)
    touch(ctx, list->at[i]);
}

static vd_code advisory(void *ctx, const vd_advisory *a) {
  const vd_view texts[] = {a->id,       a->published, a->modified, a->withdrawn,
                           a->severity, a->summary,   a->details};
  for (size_t i = 0; i < VD_COUNT(texts); i++)
    touch(ctx, texts[i]);
  touch_all(ctx, &a->aliases);
  touch_all(ctx, &a->cvss);
  touch_all(ctx, &a->cwe);
  for (size_t i = 0; i < a->affected.count; i++) {
    touch(ctx, a->affected.at[i].package);
    touch_all(ctx, &a->affected.at[i].versions);
  }
  return VD_OK;
}

static vd_code node(void *ctx, const vd_fact_node *n) {
  touch(ctx, n->id);
  touch(ctx, n->name);
  touch(ctx, n->text);
  touch(ctx, n->text);
  touch_all(ctx, &n->columns);
  return VD_OK;
}

static vd_code kev(void *ctx, const vd_kev *k) {
  touch(ctx, k->cve);
  touch(ctx, k->added);
  touch(ctx, k->due);
  return VD_OK;
}

static vd_code epss(void *ctx, const vd_score *s) {
  touch(ctx, s->cve);
  touch(ctx, s->epss);
  touch(ctx, s->percentile);
  return VD_OK;
}

static vd_code record(void *ctx, const vd_record *r) {
  uint64_t *sum = ctx;
  *sum += vd_record_hash(r);
  touch(ctx, r->key);
  touch(ctx, r->date);
  return VD_OK;
}

static vd_code snapshot(void *ctx, vd_view version, vd_view date) {
  touch(ctx, version);
  touch(ctx, date);
  return VD_OK;
}

static void bad(void *ctx, vd_view place, const vd_error *err) {
  touch(ctx, place);
  touch(ctx, vd_view_of(err->text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  uint64_t sum = 0;
  vd_feed_sink sink = {&sum, NULL, advisory, node, kev, epss, record, snapshot, bad};
  VD_SCOPED_ARENA arena = VD_ARENA(16u << 20);
  vd_error err;
  const vd_feed *feed = vd_feed_by_name(VD_VIEW(VD_FUZZ_NAME));
  vd_input in = {.bytes = {(const char *)data, size}, .path = VD_VIEW("folder/document.md")};
  (void)feed->read(&arena, &in, &sink, &err);
  return 0;
}
