// Readers over small documents of fuzz/corpus: what they hand over, and what damage must not do.
#pragma once

#include "feed_record.h"

#include <criterion/criterion.h>

typedef struct corpus_file {
  const char *feed, *name; // fuzz/corpus/FEED/NAME
  const char *path;        // as the reader is told; NULL: none
} corpus_file;

static inline vd_view corpus_bytes(vd_arena *a, const corpus_file *f) {
  vd_view path = vd_arena_printf(a, "fuzz/corpus/%s/%s", f->feed, f->name), bytes = {0};
  vd_code code = vd_file_read(a, path.ptr, 1 << 20, &bytes, NULL);
  cr_assert(code == VD_OK, "%s", path.ptr);
  return bytes;
}

static inline vd_code corpus_read(vd_arena *a, const corpus_file *f, vd_view bytes, vd_buf *out) {
  vd_feed_sink sink = record_sink(out);
  vd_input in = {.bytes = bytes, .path = vd_view_of(f->path == NULL ? "" : f->path)};
  vd_error err = {0};
  vd_code code = vd_feed_by_name(vd_view_of(f->feed))->read(a, &in, &sink, &err);
  cr_assert(code == VD_OK || (code == err.code && err.text[0] != '\0'), "%s", f->name);
  if (code != VD_OK)
    vd_buf_printf(out, "error: %s\n", err.text);
  return code;
}

// What the reader hands over, as lines of feed_record.h, is exactly that.
static inline void corpus_expect(corpus_file f, const char *expected) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  VD_SCOPED_BUF out = VD_BUF(1 << 20);
  (void)corpus_read(&a, &f, corpus_bytes(&a, &f), &out);
  cr_assert(vd_view_eq(vd_buf_view(&out), vd_view_of(expected)), "%s/%s:\n%.*s", f.feed, f.name,
            (int)out.len, out.ptr);
}

static inline bool corpus_told(vd_view lines) {
  return vd_view_starts(lines, VD_VIEW("bad ")) || vd_view_has(lines, VD_VIEW("\nbad ")) ||
         vd_view_starts(lines, VD_VIEW("error: ")) || vd_view_has(lines, VD_VIEW("\nerror: "));
}

// Reads the first n bytes, from memory of that exact size so that ASan sees an over-read.
static inline bool corpus_prefix_told(const corpus_file *f, vd_view bytes, size_t n) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  VD_SCOPED_BUF out = VD_BUF(1 << 20);
  char *copy = malloc(n + (n == 0));
  cr_assert(copy != NULL);
  if (n > 0)
    memcpy(copy, bytes.ptr, n);
  (void)corpus_read(&a, f, (vd_view){copy, n}, &out);
  bool told = corpus_told(vd_buf_view(&out));
  free(copy);
  return told;
}

// A document that reads well, cut before any of its bytes but the blank ones at the end, is an
// error or has a record that is reported.
static inline void corpus_cut(corpus_file f) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  vd_view bytes = corpus_bytes(&a, &f);
  cr_assert(!corpus_prefix_told(&f, bytes, bytes.len), "%s/%s is not sound", f.feed, f.name);
  for (size_t n = 0; n < vd_view_trim(bytes).len; n++)
    cr_assert(corpus_prefix_told(&f, bytes, n), "%s/%s: a loss at byte %zu went unsaid", f.feed,
              f.name, n);
}

// Each bit of each byte flipped in turn does no harm.
static inline void corpus_flip(corpus_file f) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  vd_view bytes = corpus_bytes(&a, &f);
  char *copy = vd_new_array(&a, char, bytes.len);
  cr_assert(copy != NULL);
  memcpy(copy, bytes.ptr, bytes.len);
  for (size_t i = 0; i < bytes.len * 8; i++) {
    VD_SCOPED_ARENA scratch = VD_ARENA(16 << 20);
    VD_SCOPED_BUF out = VD_BUF(1 << 20);
    copy[i / 8] = (char)(copy[i / 8] ^ (1 << i % 8));
    (void)corpus_read(&scratch, &f, (vd_view){copy, bytes.len}, &out);
    copy[i / 8] = bytes.ptr[i / 8];
  }
}
