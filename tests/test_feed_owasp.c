#include "feed/markdown.h"
#include "feed/sources/sources.h"
#include "feed_torture.h"

static const struct {
  const char *feed, *file;
} documents[] = {
    {"owasp_llm", "LLM01_Invented.md"},
    {"owasp_llm", "letter.md"},
    {"owasp_llm", "odd.md"},
    {"owasp_ml", "ML02_2099-Invented.md"},
    {"owasp_ml", "open.md"},
    {"owasp_agentic", "ASI03.md"},
    {"owasp_agentic", "tracker.md"},
    {"owasp_web", "A01_2099.md"},
    {"owasp_web", "A11.md"},
};

Test(feed_owasp, corpus) {
  for (size_t i = 0; i < VD_COUNT(documents); i++)
    expect_feed(documents[i].feed, documents[i].file);
}

// Prose that is cut is prose, so cuts are left to every_prefix of test_feed_read.
Test(feed_owasp, flips) {
  for (size_t i = 0; i < VD_COUNT(documents); i++)
    flip_every_byte(documents[i].feed, documents[i].file);
}

Test(feed_owasp, entries) {
  cr_assert(vd_entry_owasp_llm(VD_VIEW("x/2_0_vulns/LLM01_PromptInjection.md")));
  cr_assert(!vd_entry_owasp_llm(VD_VIEW("x/2_0_vulns/LLM00_Preface.md")));
  cr_assert(!vd_entry_owasp_llm(VD_VIEW("x/2_0_vulns/translations/de/LLM01_PromptInjection.md")));
  cr_assert(vd_entry_owasp_ml(VD_VIEW("x/docs/ML10_2023-Model_Poisoning.md")));
  cr_assert(!vd_entry_owasp_ml(VD_VIEW("x/docs/cheatsheets/ML01_2023-A-Cheatsheet.md")));
  cr_assert(vd_entry_owasp_web(VD_VIEW("x/2025/docs/en/A10_2025-Mishandling.md")));
  cr_assert(!vd_entry_owasp_web(VD_VIEW("x/2021/docs/en/A11_2021-Next_Steps.md")));
  cr_assert(!vd_entry_owasp_web(VD_VIEW("x/2021/docs/fr/A01_2021-Broken.md")));
  cr_assert(vd_entry_owasp_agentic(VD_VIEW("x/ASI Agentic/ASI_Agentic_Exploits_Incidents.md")));
}

Test(feed_owasp, markdown) {
  vd_view text, row = VD_VIEW("| a | **b** | c"), cell;
  unsigned level;
  cr_assert(vd_md_heading(VD_VIEW("###  A `b` ![x](y)"), &level, &text) && level == 3);
  cr_assert(vd_view_eq(text, VD_VIEW("A `b`")));
  cr_assert(!vd_md_heading(VD_VIEW("#hash"), &level, &text));
  cr_assert(!vd_md_heading(VD_VIEW("####### seven"), &level, &text));
  cr_assert(vd_md_cell(&row, &cell) && vd_view_eq(cell, VD_VIEW("a")));
  cr_assert(vd_md_cell(&row, &cell) && vd_view_eq(vd_md_plain(cell), VD_VIEW("b")));
  cr_assert(vd_md_cell(&row, &cell) && vd_view_eq(cell, VD_VIEW("c")));
  cr_assert(!vd_md_cell(&row, &cell));
}

// 282 weaknesses of the manifest; 197 + 249 stand under "List of Mapped CWEs", 198 + 250 anywhere
// (Python's re, once for each entry).
Test(feed_owasp, web) {
  VD_SCOPED_BUF out = VD_BUF(16 << 20);
  vd_view text = read_shared("owasp_web", &out);
  cr_assert(lines_with(text, "record A", ":2021") == 10);
  cr_assert(lines_with(text, "record A", ":2025") == 10);
  cr_assert(distinct(text, "  risk A", " -references-> weakness ", ' ') == 282);
  cr_assert(lines_with(text, "  risk A", " -references-> weakness ") == 448);
  cr_assert(lines_with(text, "  risk A", " stated 1") == 446);
  cr_assert(lines_with(text, "bad ", "") == 0);
}

// 14 techniques of the manifest, three flaws: Python's re. One of the 16 mappings is a weakness.
Test(feed_owasp, llm_and_ml) {
  VD_SCOPED_BUF out = VD_BUF(16 << 20);
  vd_view text = read_shared("owasp_llm", &out);
  cr_assert(lines_with(text, "record LLM", ":2025") == 10);
  cr_assert(distinct(text, "  risk LLM", " -references-> technique ", ' ') == 14);
  cr_assert(distinct(text, "  risk LLM", " -references-> vulnerability ", ' ') == 3);
  cr_assert(lines_with(text, "  risk LLM", " stated 1") == 16);
  VD_SCOPED_BUF other = VD_BUF(16 << 20);
  cr_assert(lines_with(read_shared("owasp_ml", &other), "record ML", ":2023") == 10);
}
Test(feed_owasp, agentic) {
  VD_SCOPED_BUF out = VD_BUF(16 << 20);
  vd_view text = read_shared("owasp_agentic", &out);
  cr_assert(lines_with(text, "record ASI", "") == 10);
  cr_assert(lines_with(text, "record owasp-agentic/", "") == 46);
  cr_assert(distinct(text, " -evidence_of-> ", "-evidence_of-> vulnerability ", ' ') == 24);
}

static const char *const exchange[] = {"threats.md", "plain.md"};
static const char *const standard[] = {"chapter.md", "preface.md"};

Test(feed_owasp, exchange_and_standard) {
  for (size_t i = 0; i < VD_COUNT(exchange); i++) {
    expect_feed("owasp_ai_exchange", exchange[i]);
    flip_every_byte("owasp_ai_exchange", exchange[i]);
    expect_feed("owasp_aisvs", standard[i]);
    flip_every_byte("owasp_aisvs", standard[i]);
  }
}

// 15 techniques of the manifest; categories counted with grep, mitigations with Python's re.
Test(feed_owasp, ai_exchange) {
  VD_SCOPED_BUF out = VD_BUF(16 << 20);
  vd_view text = read_shared("owasp_ai_exchange", &out);
  cr_assert(lines_with(text, "  define risk ", "") == 34);
  cr_assert(lines_with(text, "  define mitigation ", "") == 56);
  cr_assert(distinct(text, " -references-> technique ", "-> technique ", ' ') == 15);
  cr_assert(distinct(text, " -maps_to-> mitigation ", "-> mitigation ", ' ') == 22);
  cr_assert(lines_with(text, "bad ", "") == 0);
}

// 191 requirements: grep "^| \*\*N.N.N\*\*"; 12 chapters.
Test(feed_owasp, aisvs) {
  VD_SCOPED_BUF out = VD_BUF(16 << 20);
  vd_view text = read_shared("owasp_aisvs", &out);
  cr_assert(lines_with(text, "  mitigation aisvs/C", " level=") == 191);
  cr_assert(lines_with(text, "record C", "") == 191 + 44 + 12);
  cr_assert(distinct(text, " -references-> technique ", "-> technique ", ' ') == 8);
  cr_assert(lines_with(text, "bad ", "") == 0);
}
