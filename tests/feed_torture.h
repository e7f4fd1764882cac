// What the tests of readers share: documents of the corpus, compared, flipped and cut; and whole
// feeds of $VD_SHARED as text, to count in.
#pragma once

#include "feed_record.h"

#include <criterion/criterion.h>

static inline vd_view corpus_file(vd_arena *a, const char *feed, const char *file) {
  vd_view path = vd_arena_printf(a, "fuzz/corpus/%s/%s", feed, file), bytes = {0};
  vd_code code = vd_file_read(a, path.ptr, 1 << 20, &bytes, NULL);
  cr_assert(code == VD_OK, "%s", path.ptr);
  return bytes;
}

// Reads bytes as if they were the file, into lines of text; an error becomes the last line.
static inline vd_code read_as(const char *feed, const char *file, vd_view bytes, vd_buf *out) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  vd_feed_sink sink = record_sink(out);
  vd_input in = {.bytes = bytes, .path = vd_view_of(file)};
  vd_error err = {0};
  vd_code code = vd_feed_by_name(vd_view_of(feed))->read(&a, &in, &sink, &err);
  if (code != VD_OK)
    vd_buf_printf(out, "error: %s\n", err.text);
  cr_assert(code == VD_OK || (code == err.code && err.text[0] != '\0'));
  return code;
}

// The corpus file gives the text of tests/data/feeds/FEED/FILE.txt.
static inline void expect_feed(const char *feed, const char *file) {
  VD_SCOPED_ARENA a = VD_ARENA(4 << 20);
  VD_SCOPED_BUF out = VD_BUF(4 << 20);
  vd_view path = vd_arena_printf(&a, "tests/data/feeds/%s/%s.txt", feed, file), expected = {0};
  cr_assert(vd_file_read(&a, path.ptr, 1 << 20, &expected, NULL) == VD_OK, "%s", path.ptr);
  (void)read_as(feed, file, corpus_file(&a, feed, file), &out);
  cr_assert(vd_view_eq(vd_buf_view(&out), expected), "%s/%s:\n%.*s", feed, file, (int)out.len,
            out.ptr);
}

// Every byte changed in turn, in five ways: the reader returns, and says so when it fails.
static inline void flip_every_byte(const char *feed, const char *file) {
  VD_SCOPED_ARENA a = VD_ARENA(4 << 20);
  vd_view bytes = corpus_file(&a, feed, file);
  char *copy = malloc(bytes.len + 1);
  cr_assert(copy != NULL);
  memcpy(copy, bytes.ptr, bytes.len);
  static const char instead[] = {'\0', '"', '\n', '\x80', ' '};
  for (size_t i = 0; i < bytes.len; i++)
    for (size_t k = 0; k < sizeof instead; k++) {
      VD_SCOPED_BUF out = VD_BUF(4 << 20);
      copy[i] = instead[k];
      (void)read_as(feed, file, (vd_view){copy, bytes.len}, &out);
      copy[i] = bytes.ptr[i];
    }
  free(copy);
}

// Every document cut short: an error, or a bad record, or a cut where whole(bytes, n) says that
// the first n bytes are a whole document too.
static inline void cut_every_byte(const char *feed, const char *file,
                                  bool (*whole)(vd_view bytes, size_t n)) {
  VD_SCOPED_ARENA a = VD_ARENA(4 << 20);
  vd_view bytes = corpus_file(&a, feed, file);
  for (size_t n = 0; n < bytes.len; n++) {
    VD_SCOPED_BUF out = VD_BUF(4 << 20);
    char *copy = malloc(n + 1); // of its exact size but one, so that ASan sees an over-read
    cr_assert(copy != NULL);
    memcpy(copy, bytes.ptr, n);
    vd_code code = read_as(feed, file, (vd_view){copy, n}, &out);
    bool said = code != VD_OK || vd_view_has(vd_buf_view(&out), VD_VIEW("bad "));
    cr_assert(said || whole(bytes, n), "%s/%s: cut at %zu in silence:\n%.*s", feed, file, n,
              (int)out.len, out.ptr);
    free(copy);
  }
}

static inline bool never_whole(vd_view bytes, size_t n) {
  (void)bytes;
  (void)n;
  return false;
}

// A CSV that ends after a whole row.
static inline bool whole_rows(vd_view bytes, size_t n) {
  size_t quotes = 0;
  for (size_t i = 0; i < n; i++)
    quotes += bytes.ptr[i] == '"';
  return n > 0 && quotes % 2 == 0 && bytes.ptr[n - 1] == '\n';
}

// ---- whole feeds --------------------------------------------------------------------------------

// The feed's records of $VD_SHARED/feeds as text in *out; skips the test without the feeds.
static inline vd_view read_shared(const char *feed, vd_buf *out) {
  const char *shared = getenv("VD_SHARED");
  if (shared == NULL)
    cr_skip_test("VD_SHARED is not set");
  char mirror[4096];
  (void)snprintf(mirror, sizeof mirror, "%s/feeds", shared);
  vd_feed_sink sink = record_sink(out);
  vd_error err = {0};
  vd_code code = vd_feed_run(vd_feed_by_name(vd_view_of(feed)), mirror, &sink, &err);
  cr_assert(code == VD_OK, "%s", err.text);
  cr_assert(!out->failed);
  return vd_buf_view(out);
}

static inline vd_view after(vd_view line, const char *mark) {
  vd_view m = vd_view_of(mark);
  const char *at = m.len > line.len ? NULL : memmem(line.ptr, line.len, m.ptr, m.len);
  return at == NULL ? (vd_view){0} : vd_view_from(line, (size_t)(at - line.ptr) + m.len);
}

// Lines that start with `start` and have `part` in them.
static inline size_t lines_with(vd_view text, const char *start, const char *part) {
  size_t n = 0;
  vd_view line;
  while (vd_view_line(&text, &line))
    n += vd_view_starts(line, vd_view_of(start)) && vd_view_has(line, vd_view_of(part));
  return n;
}

// Different words (up to `end`) that follow `mark` in lines that also have `part`.
static inline size_t distinct(vd_view text, const char *part, const char *mark, char end) {
  VD_SCOPED_ARENA a = VD_ARENA(256 << 20);
  vd_map seen = VD_MAP(&a);
  vd_view line;
  while (vd_view_line(&text, &line)) {
    vd_view rest = after(line, mark);
    if (rest.ptr != NULL && vd_view_has(line, vd_view_of(part)))
      cr_assert(vd_map_put(&seen, vd_view_cut(&rest, end), &seen) == VD_OK);
  }
  return seen.count;
}
