// Reading the documents of fuzz/corpus with one feed: whole, cut and damaged.
#pragma once

#include "feed_record.h"

#include <criterion/criterion.h>
#include <unistd.h>

static inline vd_view corpus_file(vd_arena *a, const char *feed, const char *file) {
  vd_view path = vd_arena_printf(a, "fuzz/corpus/%s/%s", feed, file), bytes = {0};
  vd_code code = vd_file_read(a, path.ptr, 1 << 20, &bytes, NULL);
  cr_assert(code == VD_OK, "%s", path.ptr);
  return bytes;
}

// What the feed hands over, as lines; an error is the last of them.
static inline vd_code read_lines(const char *feed, vd_view bytes, vd_buf *out) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  vd_feed_sink sink = record_sink(out);
  vd_input in = {.bytes = bytes};
  vd_error err = {0};
  vd_code code = vd_feed_by_name(vd_view_of(feed))->read(&a, &in, &sink, &err);
  if (code != VD_OK)
    vd_buf_printf(out, "error: %s\n", err.text);
  return code;
}

static inline void expect_lines(const char *feed, const char *file, const char *expected) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  VD_SCOPED_BUF out = VD_BUF(1 << 20);
  (void)read_lines(feed, corpus_file(&a, feed, file), &out);
  cr_assert(vd_view_eq(vd_buf_view(&out), vd_view_of(expected)), "%s/%s:\n%.*s", feed, file,
            (int)out.len, out.ptr);
}

static inline size_t lines_starting(vd_view text, const char *with) {
  size_t n = 0;
  for (vd_view line; vd_view_line(&text, &line);)
    n += vd_view_starts(line, vd_view_of(with));
  return n;
}

// Records, scores and entries that were handed over.
static inline size_t handed_over(vd_view lines) {
  return lines_starting(lines, "record ") + lines_starting(lines, "advisory ") +
         lines_starting(lines, "kev ") + lines_starting(lines, "epss ");
}

static inline bool tells(vd_view lines) {
  return lines_starting(lines, "bad ") + lines_starting(lines, "error: ") > 0;
}

// Bytes in memory of their exact size, so that ASan sees an over-read.
static inline void read_exact(const char *feed, vd_view bytes, vd_buf *out) {
  char *copy = malloc(bytes.len + (bytes.len == 0));
  cr_assert(copy != NULL);
  if (bytes.len > 0)
    memcpy(copy, bytes.ptr, bytes.len);
  (void)read_lines(feed, (vd_view){copy, bytes.len}, out);
  free(copy);
}

typedef enum unseen_cuts { CUTS_SEEN, CUTS_BEHIND_LINES, CUTS_AROUND_LINE_ENDS } unseen_cuts;

static inline void expect_cuts_told_but(const char *feed, const char *file, unseen_cuts unseen) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  VD_SCOPED_BUF all = VD_BUF(1 << 20);
  vd_view bytes = corpus_file(&a, feed, file);
  (void)read_lines(feed, bytes, &all);
  for (size_t n = 0; n < bytes.len; n++) {
    VD_SCOPED_BUF out = VD_BUF(1 << 20);
    bool behind = n > 0 && bytes.ptr[n - 1] == '\n', before = bytes.ptr[n] == '\n';
    if ((unseen != CUTS_SEEN && behind) || (unseen == CUTS_AROUND_LINE_ENDS && before))
      continue;
    read_exact(feed, vd_view_first(bytes, n), &out);
    cr_assert(tells(vd_buf_view(&out)) || vd_view_eq(vd_buf_view(&out), vd_buf_view(&all)),
              "%s/%s: cut to %zu bytes without a word:\n%.*s", feed, file, n, (int)out.len,
              out.ptr);
  }
}

// A document cut anywhere is told about, or nothing of it is missing.
static inline void expect_cuts_told(const char *feed, const char *file) {
  expect_cuts_told_but(feed, file, CUTS_SEEN);
}

// The same of rows without an end mark or a count: a cut between two of them cannot be seen.
static inline void expect_row_cuts_told(const char *feed, const char *file) {
  expect_cuts_told_but(feed, file, CUTS_BEHIND_LINES);
}

// The same where each line is a document and needs no line break to be whole.
static inline void expect_line_cuts_told(const char *feed, const char *file) {
  expect_cuts_told_but(feed, file, CUTS_AROUND_LINE_ENDS);
}

// Calls look(ctx, lines) for what is read with each byte of the document changed in four ways.
static inline void each_flip(const char *feed, const char *file,
                             void (*look)(const void *ctx, size_t at, vd_view lines),
                             const void *ctx) {
  static const char masks[] = {0x01, 0x04, 0x20, (char)0x80};
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  vd_view bytes = corpus_file(&a, feed, file);
  char *copy = vd_new_array(&a, char, bytes.len);
  cr_assert(copy != NULL);
  memcpy(copy, bytes.ptr, bytes.len);
  for (size_t i = 0; i < bytes.len * sizeof masks; i++) {
    VD_SCOPED_BUF out = VD_BUF(1 << 20);
    size_t at = i / sizeof masks;
    copy[at] = (char)(bytes.ptr[at] ^ masks[i % sizeof masks]);
    read_exact(feed, (vd_view){copy, bytes.len}, &out);
    copy[at] = bytes.ptr[at];
    look(ctx, at, vd_buf_view(&out));
  }
}

static inline void look_for_loss(const void *ctx, size_t at, vd_view lines) {
  cr_assert(tells(lines) || handed_over(lines) >= *(const size_t *)ctx,
            "byte %zu changed and a record lost without a word", at);
}

// With any byte changed, as many records come out as before, or something is told.
static inline void expect_flips_told(const char *feed, const char *file) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  VD_SCOPED_BUF all = VD_BUF(1 << 20);
  (void)read_lines(feed, corpus_file(&a, feed, file), &all);
  size_t whole = handed_over(vd_buf_view(&all));
  each_flip(feed, file, look_for_loss, &whole);
}

// ---- the staged feeds ---------------------------------------------------------------------------

typedef struct feed_count {
  size_t facts, records, definitions, properties, links, bad;
  size_t edges[VD_EDGE_KIND_COUNT];
  vd_view wanted; // the record that is to be written to lines, if any
  vd_buf *lines;
} feed_count;

static vd_code count_advisory(void *ctx, const vd_advisory *a) {
  (void)a;
  ((feed_count *)ctx)->facts++;
  return VD_OK;
}

static vd_code count_node(void *ctx, const vd_fact_node *n) {
  (void)n;
  ((feed_count *)ctx)->facts++;
  return VD_OK;
}

static vd_code count_kev(void *ctx, const vd_kev *k) {
  (void)k;
  ((feed_count *)ctx)->facts++;
  return VD_OK;
}

static vd_code count_epss(void *ctx, const vd_score *s) {
  (void)s;
  ((feed_count *)ctx)->facts++;
  return VD_OK;
}

static vd_code count_record(void *ctx, const vd_record *r) {
  feed_count *n = ctx;
  n->records++;
  n->definitions += r->definitions.count;
  n->properties += r->properties.count;
  n->links += r->links.count;
  for (size_t i = 0; i < r->links.count; i++)
    n->edges[r->links.at[i].kind]++;
  if (n->lines != NULL && vd_view_eq(r->key, n->wanted))
    (void)record_record(n->lines, r);
  return VD_OK;
}

static vd_code count_snapshot(void *ctx, vd_view version, vd_view date) {
  (void)ctx;
  (void)version;
  (void)date;
  return VD_OK;
}

static void count_bad(void *ctx, vd_view place, const vd_error *err) {
  (void)place;
  (void)err;
  ((feed_count *)ctx)->bad++;
}

static inline vd_feed_sink counting_sink(feed_count *out) {
  return (vd_feed_sink){.ctx = out,
                        .advisory = count_advisory,
                        .node = count_node,
                        .kev = count_kev,
                        .epss = count_epss,
                        .record = count_record,
                        .snapshot = count_snapshot,
                        .bad = count_bad};
}

static inline vd_view staged_feeds(vd_arena *a) {
  const char *const roots[] = {getenv("VD_SHARED"), "../shared", "../../shared"};
  for (size_t i = 0; i < VD_COUNT(roots); i++) {
    vd_view path = vd_arena_printf(a, "%s/feeds", roots[i] == NULL ? "" : roots[i]);
    if (roots[i] != NULL && access(path.ptr, R_OK) == 0)
      return path;
  }
  cr_skip_test("no ../shared/feeds here");
  return (vd_view){0};
}

// Counts what a feed hands over of the staged mirror, or of other files in it; the test is skipped
// when it is not there.
static inline void count_files(const char *feed, const char *files, feed_count *out) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view mirror = staged_feeds(&a);
  vd_feed_sink sink = counting_sink(out);
  vd_feed f = *vd_feed_by_name(vd_view_of(feed));
  vd_error err = {0};
  if (files != NULL)
    f.file = files;
  vd_code code = vd_feed_run(&f, mirror.ptr, &sink, &err);
  cr_assert(code == VD_OK, "%s: %s", feed, err.text);
}

static inline void count_staged(const char *feed, feed_count *out) { count_files(feed, NULL, out); }
