#include "feed/sources/papers.h"
#include "feed_torture.h"

static const char *const documents[] = {"lines.jsonl", "feed.xml", "rss.xml", "array.json",
                                        "empty"};

Test(feed_arxiv, corpus) {
  for (size_t i = 0; i < VD_COUNT(documents); i++)
    expect_feed("arxiv", documents[i]);
}

Test(feed_arxiv, flips) {
  for (size_t i = 0; i < VD_COUNT(documents); i++)
    flip_every_byte("arxiv", documents[i]);
}

// Lines are whole with or without their last line break.
static bool whole_line(vd_view bytes, size_t n) {
  return n > 0 && (bytes.ptr[n - 1] == '\n' || bytes.ptr[n] == '\n');
}

static bool without_last_break(vd_view bytes, size_t n) { return n + 1 == bytes.len; }

Test(feed_arxiv, cuts) {
  cut_every_byte("arxiv", "lines.jsonl", whole_line);
  cut_every_byte("arxiv", "feed.xml", without_last_break);
}

static void id_of(const char *url, const char *expected) {
  vd_view id = vd_paper_id_of_url(vd_view_of(url));
  cr_assert(vd_view_eq(id, vd_view_of(expected)), "%s: %.*s", url, (int)id.len, id.ptr);
}

Test(feed_arxiv, ids) {
  id_of("https://arxiv.org/abs/2302.12173", "2302.12173");
  id_of("http://arxiv.org/abs/2302.12173v2", "2302.12173");
  id_of("https://arxiv.org/pdf/2302.12173.pdf", "2302.12173");
  id_of("https://arxiv.org/pdf/2302.12173v12.pdf#page=2", "2302.12173");
  id_of("https://arxiv.org/html/1412.6572", "1412.6572");
  id_of("https://arxiv.org/abs/cs/0701001v1", "cs/0701001");
  id_of("https://arxiv.org/abs/math.GT/0309136", "math.GT/0309136");
  id_of("https://arxiv.org/abs/2313.00001", "");
  id_of("https://arxiv.org/abs/2302.121734", "");
  id_of("https://arxiv.org/abs/2302.12173x", "");
  id_of("https://arxiv.org/abs/2302.12173v", "");
  id_of("https://arxiv.org/list/2302.12173", "");
  id_of("https://example.org/abs/2302.12173", "");
}

// 8,594 papers and 2,740 of cs.CR (manifest); Python's re finds three weaknesses named in two
// papers and two flaws in one.
Test(feed_arxiv, counts) {
  VD_SCOPED_BUF out = VD_BUF(256 << 20);
  vd_view text = read_shared("arxiv", &out);
  cr_assert(lines_with(text, "record ", "") == 8594);
  cr_assert(lines_with(text, "  document arxiv/", " tag=cs.CR") == 2740);
  cr_assert(lines_with(text, "  document arxiv/", " -references-> weakness CWE-") == 3);
  cr_assert(lines_with(text, "  document arxiv/", " -references-> vulnerability CVE-") == 2);
  cr_assert(lines_with(text, "bad ", "") == 0);
}
