#include "feed_torture.h"

static const char *const documents[] = {"risks.yaml", "controls.yaml", "components.yaml",
                                        "personas.yaml", "other.yaml"};

Test(feed_cosai, corpus) {
  for (size_t i = 0; i < VD_COUNT(documents); i++)
    expect_feed("cosai", documents[i]);
}

// A YAML text that is cut is often a whole text of fewer entries, so cuts are left to every_prefix
// of test_feed_read.
Test(feed_cosai, flips) {
  for (size_t i = 0; i < VD_COUNT(documents); i++)
    flip_every_byte("cosai", documents[i]);
}

// 36 risks, 38 + 25 + 37 mappings and 35 controls as the manifest says; the other figures were
// recounted with Python's yaml. The manifest's 149 risk links are not found: 28 controls name 128
// risks, 7 say "all".
Test(feed_cosai, counts) {
  VD_SCOPED_BUF out = VD_BUF(16 << 20);
  vd_view text = read_shared("cosai", &out);
  cr_assert(lines_with(text, "record risk", "") == 36);
  cr_assert(lines_with(text, "record control", "") == 35);
  cr_assert(lines_with(text, "record component", "") == 23);
  cr_assert(lines_with(text, "record persona", "") == 10);
  cr_assert(lines_with(text, "  risk cosai/", " -maps_to-> technique AML.T") == 38);
  cr_assert(lines_with(text, "  risk cosai/", " -maps_to-> risk LLM") == 25);
  cr_assert(lines_with(text, "  risk cosai/", " stride=") == 37);
  cr_assert(lines_with(text, "  mitigation cosai/", " -mitigates-> risk cosai/") == 128);
  cr_assert(lines_with(text, "  mitigation cosai/", " scope=all") == 7);
  cr_assert(lines_with(text, "bad ", "") == 0);
}
