#include "feed/github.h"
#include "feed_torture.h"

static const char *const documents[] = {"list.json",   "search.json", "one.json",
                                        "lines.jsonl", "text.json",   "empty.json"};

Test(feed_issues, corpus) {
  for (size_t i = 0; i < VD_COUNT(documents); i++)
    expect_feed("issues", documents[i]);
}

Test(feed_issues, flips) {
  for (size_t i = 0; i < VD_COUNT(documents); i++)
    flip_every_byte("issues", documents[i]);
}

static bool without_last_break(vd_view bytes, size_t n) { return n + 1 == bytes.len; }

// Lines are whole with or without their last line break.
static bool whole_line(vd_view bytes, size_t n) {
  return n > 0 && (bytes.ptr[n - 1] == '\n' || bytes.ptr[n] == '\n');
}

Test(feed_issues, cuts) {
  cut_every_byte("issues", "list.json", without_last_break);
  cut_every_byte("issues", "search.json", without_last_break);
  cut_every_byte("issues", "one.json", without_last_break);
  cut_every_byte("issues", "lines.jsonl", whole_line);
}

static void key_of(const char *url, const char *expected) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  vd_github g;
  vd_view key = {0};
  if (vd_github_parse(vd_view_of(url), &g))
    key = g.number.len > 0 ? vd_github_issue(&a, &g) : vd_github_repository(&a, &g);
  cr_assert(vd_view_eq(key, vd_view_of(expected)), "%s: %.*s", url, (int)key.len, key.ptr);
}

Test(feed_issues, addresses) {
  key_of("https://github.com/Ours/Demo.py/issues/7#issuecomment-1", "github/ours/demo.py#7");
  key_of("https://api.github.com/repos/ours/demo/pulls/8", "github/ours/demo#8");
  key_of("http://github.com/ours/demo.git", "github/ours/demo");
  key_of("https://github.com/ours/demo?tab=readme", "github/ours/demo");
  key_of("https://github.com/ours/demo/issues/new", "github/ours/demo");
  key_of("https://github.com/ours", "");
  key_of("https://github.com/ours/", "");
  key_of("https://github.com/ours/.git", "");
  key_of("https://github.com/o%2f/demo", "");
  key_of("https://gitlab.com/ours/demo", "");
  key_of("https://github.com/ours/demo/issues/1234567890123", "github/ours/demo");
}
