#include "feed/fetch_http.h"
#include "feed/fetch_part.h"

#include <criterion/criterion.h>

static const char answer[] = "HTTP/1.1 103 Early Hints\r\nETag: \"early\"\r\n\r\n"
                             "HTTP/1.1 206 Partial Content\r\n"
                             "Content-Length:12\r\n"
                             "etag:   \"a\" \r\n"
                             "ETag: \"b\"\r\n"
                             " folded: \"c\"\r\n"
                             "no field\r\n"
                             "X-ETag: \"d\"\r\n"
                             "content-range: bytes 5-16/17\r\n\r\n";

static vd_code read_head(vd_arena *a, vd_view text, vd_http_head *head) {
  while (text.len > 0) {
    size_t n = vd_view_find(text, '\n') + 1;
    VD_TRY(vd_http_head_line(head, a, vd_view_first(text, n)));
    text = vd_view_from(text, n);
  }
  return VD_OK;
}

static bool is(vd_view v, const char *text) { return vd_view_eq(v, vd_view_of(text)); }

// ---- the head ----------------------------------------------------------------------------------

Test(http, the_last_head_counts) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  vd_http_head head = {0};
  cr_assert(read_head(&a, vd_view_of(answer), &head) == VD_OK);
  cr_assert(head.status == 206 && head.complete);
  cr_assert(is(head.value[VD_HTTP_ETAG], "\"b\""), "the last of several");
  cr_assert(is(head.value[VD_HTTP_CONTENT_LENGTH], "12"));
  cr_assert(is(head.value[VD_HTTP_CONTENT_RANGE], "bytes 5-16/17"));
  cr_assert_null(head.value[VD_HTTP_LOCATION].ptr);
}

Test(http, a_head_ends_with_a_blank_line) {
  for (size_t n = 0; n < sizeof answer - 1; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
    vd_http_head head = {0};
    cr_assert(read_head(&a, (vd_view){answer, n}, &head) == VD_OK);
    cr_assert(!head.complete || head.status == 103 || n == sizeof answer - 2, "%zu", n);
  }
}

Test(http, each_allocation_may_fail) {
  for (unsigned n = 1; n < 100; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
    vd_http_head head = {0};
    a.fail_at = n;
    if (read_head(&a, vd_view_of(answer), &head) == VD_OK) {
      cr_assert(n > 4, "four values are kept");
      return;
    }
  }
  cr_assert(false, "it never succeeds");
}

Test(http, a_status_has_three_digits) {
  static const struct {
    const char *line;
    unsigned status;
  } cases[] = {{"HTTP/1.0 200 OK\r\n", 200}, {"HTTP/2 404 \r\n", 404},
               {"HTTP/1.1 599", 599},        {"HTTP/1.1 600\r\n", 0},
               {"HTTP/1.1 099\r\n", 0},      {"HTTP/1.1 2x0\r\n", 0},
               {"HTTP/1.1\r\n", 0},          {"HTTP/", 0}};
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  for (size_t i = 0; i < VD_COUNT(cases); i++) {
    vd_http_head head = {.status = 1};
    cr_assert(vd_http_head_line(&head, &a, vd_view_of(cases[i].line)) == VD_OK);
    cr_assert(head.status == cases[i].status, "%s", cases[i].line);
  }
}

// ---- values ------------------------------------------------------------------------------------

Test(http, ranges) {
  static const char *const bad[] = {"",
                                    "bytes",
                                    "bytes */10",
                                    "bytes 0-9/*",
                                    "bytes 9-0/10",
                                    "bytes 0-9",
                                    "bytes 0-10/10",
                                    "bytes 0-9/0",
                                    "bytes -9/10",
                                    "bytes 0-/10",
                                    "items 0-9/10",
                                    "bytes 0-9/10 ",
                                    "bytes 0-9/10,",
                                    "bytes=0-9/10",
                                    "bytes +0-9/10",
                                    "bytes 0-9/99999999999999999999"};
  vd_http_range r = {0};
  cr_assert(vd_http_range_parse(VD_VIEW("Bytes 5-9/10"), &r));
  cr_assert(r.first == 5 && r.last == 9 && r.total == 10);
  for (size_t i = 0; i < VD_COUNT(bad); i++)
    cr_assert(!vd_http_range_parse(vd_view_of(bad[i]), &r), "%s", bad[i]);
  cr_assert(r.first == 5 && r.last == 9 && r.total == 10, "outputs stay");
}

// RFC 9530, appendix B.1: a representation digest of the JSON text {"hello": "world"} and a line
// end.
Test(http, digests) {
  static const char *const good[] = {
      "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
      "sha-512=:AA==:, sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
      " sha-256 = :RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=: , x=1"};
  static const char *const bad[] = {"",
                                    "sha-256",
                                    "sha-256=",
                                    "sha-256=:",
                                    "sha-256=::",
                                    "sha-256=RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=",
                                    "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg:",
                                    "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDgg:",
                                    "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP_lF5HF9bvEF8FabDg=:",
                                    "sha-512=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"};
  vd_sha256 h = vd_sha256_start();
  uint8_t expected[VD_SHA256_BYTES], found[VD_SHA256_BYTES];
  vd_sha256_put(&h, VD_VIEW("{\"hello\": \"world\"}\n"));
  vd_sha256_end(&h, expected);
  for (size_t i = 0; i < VD_COUNT(good); i++) {
    memset(found, 0, sizeof found);
    cr_assert(vd_http_digest_parse(vd_view_of(good[i]), found), "%s", good[i]);
    cr_assert(memcmp(found, expected, sizeof found) == 0, "%s", good[i]);
  }
  for (size_t i = 0; i < VD_COUNT(bad); i++)
    cr_assert(!vd_http_digest_parse(vd_view_of(bad[i]), found), "%s", bad[i]);
}

Test(http, hexadecimal_digests) {
  const char *text = "00ff10AbCd000000000000000000000000000000000000000000000000000001";
  uint8_t digest[VD_SHA256_BYTES];
  cr_assert(vd_http_hex_parse(vd_view_of(text), digest));
  cr_assert(digest[0] == 0 && digest[1] == 0xff && digest[3] == 0xab && digest[31] == 1);
  cr_assert(!vd_http_hex_parse(vd_view_first(vd_view_of(text), 63), digest));
  cr_assert(!vd_http_hex_parse((vd_view){0}, digest));
  char damaged[65];
  for (size_t i = 0; i < 64; i++) {
    memcpy(damaged, text, sizeof damaged);
    damaged[i] = "\0g/:@G`"[i % 7];
    cr_assert(!vd_http_hex_parse((vd_view){damaged, 64}, digest), "%zu", i);
  }
}

Test(http, entity_tags_are_sent_back_only_by_the_grammar) {
  static const char *const good[] = {"\"\"", "\"a\"", "W/\"a\"", "\"!#~\""};
  static const char *const bad[] = {"",         "a",        "\"",           "\"a",         "a\"",
                                    "\"a\"b\"", "w/\"a\"",  "\"a b\"",      "\"a\rb\"",    "W/",
                                    "\"a\" ",   "\"\x7f\"", "\"\xc3\xa4\"", "\"a\", \"b\""};
  for (size_t i = 0; i < VD_COUNT(good); i++)
    cr_assert(is(vd_http_etag(vd_view_of(good[i])), good[i]), "%s", good[i]);
  for (size_t i = 0; i < VD_COUNT(bad); i++)
    cr_assert_null(vd_http_etag(vd_view_of(bad[i])).ptr, "%s", bad[i]);
  cr_assert(vd_http_etag_strong(VD_VIEW("\"a\"")) && !vd_http_etag_strong(VD_VIEW("W/\"a\"")));
  cr_assert(!vd_http_etag_strong((vd_view){0}));
  char text[VD_FETCH_VALIDATOR_MAX + 1];
  memset(text, 'x', sizeof text);
  text[0] = text[sizeof text - 1] = text[sizeof text - 2] = '"';
  cr_assert_not_null(vd_http_etag((vd_view){text, sizeof text - 1}).ptr);
  cr_assert_null(vd_http_date((vd_view){text, sizeof text}).ptr, "too long");
  text[sizeof text - 2] = 'x';
  cr_assert_null(vd_http_etag((vd_view){text, sizeof text}).ptr, "too long");
}

Test(http, dates_are_sent_back_only_when_printable) {
  cr_assert_not_null(vd_http_date(VD_VIEW("Sun, 09 Sep 2001 01:46:40 GMT")).ptr);
  cr_assert_null(vd_http_date(VD_VIEW("Sun\r\nX: y")).ptr);
  cr_assert_null(vd_http_date(VD_VIEW("")).ptr);
}

// ---- what a part is part of --------------------------------------------------------------------

static const vd_part_origin origin = {.etag = VD_VIEW_INIT("\"a\""),
                                      .last_modified =
                                          VD_VIEW_INIT("Sun, 09 Sep 2001 01:46:40 GMT"),
                                      .validator = VD_VIEW_INIT("\"a\""),
                                      .length = 5000};

static bool reads_back(const vd_part_origin *o) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  vd_part_origin found = {0};
  vd_view meta = vd_part_meta_print(&a, 0xfeed, o);
  return meta.ptr != NULL && vd_part_meta_parse(meta, 0xfeed, &found) == VD_OK &&
         vd_view_eq(found.etag, o->etag) && vd_view_eq(found.last_modified, o->last_modified) &&
         vd_view_eq(found.validator, o->validator) && found.length == o->length;
}

Test(part, its_meta_text_reads_back) {
  cr_assert(reads_back(&origin));
  cr_assert(reads_back(&(vd_part_origin){.validator = origin.etag, .etag = origin.etag}));
  cr_assert(reads_back(&(vd_part_origin){.validator = origin.last_modified,
                                         .etag = VD_VIEW("W/\"a\""),
                                         .last_modified = origin.last_modified,
                                         .length = UINT64_MAX}));
}

Test(part, meta_text_that_is_cut_or_of_another_source_is_refused) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  vd_part_origin found = {0};
  vd_view meta = vd_part_meta_print(&a, 0xfeed, &origin);
  cr_assert(vd_part_meta_parse(meta, 0xfeed, &found) == VD_OK);
  cr_assert(vd_part_meta_parse(meta, 0xfeee, &found) == VD_FORMAT);
  for (size_t n = 0; n < meta.len; n++)
    cr_assert(vd_part_meta_parse(vd_view_first(meta, n), 0xfeed, &found) == VD_FORMAT, "%zu", n);
  vd_view twice = vd_arena_printf(&a, "%s%s", meta.ptr, meta.ptr);
  cr_assert(vd_part_meta_parse(twice, 0xfeed, &found) == VD_FORMAT);
}

Test(part, a_weak_validator_is_none) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  vd_part_origin found = {0}, none = origin;
  none.validator = VD_VIEW("");
  cr_assert(vd_part_meta_parse(vd_part_meta_print(&a, 1, &none), 1, &found) == VD_FORMAT);
  none.etag = none.validator = VD_VIEW("W/\"a\"");
  cr_assert(vd_part_meta_parse(vd_part_meta_print(&a, 1, &none), 1, &found) == VD_FORMAT);
}
