// Fuzzes what vd_fetch reads of an answer's header and of its own meta file: whatever is kept can
// be sent back in a request.
#include "feed/fetch_http.h"
#include "feed/fetch_part.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_sendable(vd_view v) {
  for (size_t i = 0; i < v.len; i++)
    if (v.ptr[i] < ' ' || v.ptr[i] > '~')
      abort();
}

static void check_values(const vd_http_head *head) {
  uint8_t digest[VD_SHA256_BYTES];
  vd_http_range r;
  if (head->status > 599 || (head->status < 100 && head->status != 0))
    abort();
  for (size_t i = 0; i < VD_HTTP_FIELD_COUNT; i++) {
    check_sendable(vd_http_etag(head->value[i]));
    check_sendable(vd_http_date(head->value[i]));
    (void)vd_http_digest_parse(head->value[i], digest);
    (void)vd_http_hex_parse(head->value[i], digest);
    if (vd_http_range_parse(head->value[i], &r) && (r.first > r.last || r.last >= r.total))
      abort();
  }
}

static void check_meta(vd_view bytes) {
  vd_part_origin o = {0};
  if (vd_part_meta_parse(bytes, 0, &o) != VD_OK)
    return;
  check_sendable(o.validator);
  if (o.validator.len == 0)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view rest = {(const char *)data, size};
  vd_http_head head = {0};
  check_meta(rest);
  while (rest.len > 0) {
    size_t n = vd_view_find(rest, '\n') + 1;
    if (vd_http_head_line(&head, &a, vd_view_first(rest, n)) != VD_OK)
      break;
    rest = vd_view_from(rest, n);
    check_values(&head);
  }
  return 0;
}
