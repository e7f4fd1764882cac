#include "feed_torture.h"

Test(feed_literature, corpus) {
  expect_feed("literature", "list.md");
  expect_feed("literature", "short.md");
  expect_feed("ai_actors", "bundle.json");
  expect_feed("ai_actors", "no-objects.json");
}

Test(feed_literature, flips) {
  flip_every_byte("literature", "list.md");
  flip_every_byte("ai_actors", "bundle.json");
}

static bool without_last_break(vd_view bytes, size_t n) { return n + 1 == bytes.len; }

// A list of links that is cut is a list, so its cuts are left to every_prefix of test_feed_read.
Test(feed_literature, cuts) { cut_every_byte("ai_actors", "bundle.json", without_last_break); }

// A mirror and an archive name the same list and page.
Test(feed_literature, places) {
  static const char *const paths[] = {"literature/llm-sp/a/README.md", "LLM-SP-main/a/README.md",
                                      "llm-sp-master/a/README.md"};
  for (size_t i = 0; i < VD_COUNT(paths); i++) {
    VD_SCOPED_BUF out = VD_BUF(1 << 16);
    vd_view page = VD_VIEW("[T](https://arxiv.org/abs/9901.00001)");
    cr_assert(read_as("literature", paths[i], page, &out) == VD_OK);
    vd_view key = VD_VIEW("record llm-sp/a/README#9901.00001\n");
    cr_assert(vd_view_starts(vd_buf_view(&out), key), "%.*s", (int)out.len, out.ptr);
  }
}

// Python's re over the same files: 2,355 papers a page, 2,222 different ones.
Test(feed_literature, lists) {
  VD_SCOPED_BUF out = VD_BUF(16 << 20);
  vd_view text = read_shared("literature", &out);
  cr_assert(lines_with(text, "record ", "#") == 2355);
  cr_assert(distinct(text, "  define document ", "document arxiv/", '|') == 2222);
  cr_assert(lines_with(text, "bad ", "") == 0);
}

// Objects by type and relations with a technique of ATT&CK at their end: Python's json.
Test(feed_literature, actors) {
  VD_SCOPED_BUF out = VD_BUF(16 << 20);
  vd_view text = read_shared("ai_actors", &out);
  cr_assert(lines_with(text, "  define actor ", "") == 76);
  cr_assert(lines_with(text, "  define software ", "") == 22);
  cr_assert(lines_with(text, "  define document ", "") == 50);
  cr_assert(lines_with(text, "  actor ai-actors/", " -uses-> technique T") == 177);
  cr_assert(lines_with(text, "  actor ai-actors/", " -uses-> software ") == 24);
  cr_assert(lines_with(text, "  actor ai-actors/", " labels=") == 313 - 177);
  cr_assert(lines_with(text, "bad ", "") == 0);
}
