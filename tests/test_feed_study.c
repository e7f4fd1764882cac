#include "feed_torture.h"

static const char *const tables[] = {"occurrences.csv", "weaknesses.csv", "repositories.csv",
                                     "articles.csv",    "threats.csv",    "techniques.csv",
                                     "unknown.csv",     "empty.csv",      "unclosed.csv"};

Test(feed_study, corpus) {
  for (size_t i = 0; i < VD_COUNT(tables); i++)
    expect_feed("study", tables[i]);
}

Test(feed_study, flips) {
  for (size_t i = 0; i < VD_COUNT(tables); i++)
    flip_every_byte("study", tables[i]);
}

// Not the articles: that table is published without a last line break, so a cut inside its last
// cell cannot be told.
Test(feed_study, cuts) {
  static const char *const ended[] = {"occurrences.csv", "weaknesses.csv", "repositories.csv",
                                      "threats.csv", "techniques.csv"};
  for (size_t i = 0; i < VD_COUNT(ended); i++)
    cut_every_byte("study", ended[i], whole_rows);
}

// The study states 834, 2,183, 312, 86 and 227 (PAPER.md), and 790 of
// x4nth055/pythoncode-tutorials; the attacks were recounted with Python's csv on the same table,
// splitting at commas.
Test(feed_study, figures_of_the_study) {
  VD_SCOPED_BUF out = VD_BUF(64 << 20);
  vd_view text = read_shared("study", &out);
  cr_assert(lines_with(text, "  vulnerability CVE-", " -reported_in-> issue ") == 2183);
  cr_assert(distinct(text, " -reported_in-> ", "  vulnerability ", ' ') == 834);
  cr_assert(distinct(text, " -reported_in-> ", "-reported_in-> issue ", ' ') == 312);
  cr_assert(distinct(text, " -member_of-> ", "-member_of-> repository ", ' ') == 86);
  cr_assert(distinct(text, " -affects-> ", "-affects-> product ", ' ') == 227);
  cr_assert(lines_with(text, "  issue github/",
                       "-> repository github/x4nth055/pythoncode-tutorials ") == 790);
  cr_assert(lines_with(text, "  vulnerability CVE-", " attack=Denial of Service (DoS)") == 720);
  cr_assert(lines_with(text, "  vulnerability CVE-", " attack=Improper Input Validation") == 162);
  cr_assert(lines_with(text, "  vulnerability CVE-", " attack=Use-after-free attack") == 17);
  cr_assert(distinct(text, "  vulnerability ", " attack=", '\n') == 34);
}

Test(feed_study, tensorflow_is_the_dependency_of_seven_projects) {
  VD_SCOPED_BUF out = VD_BUF(64 << 20);
  vd_view text = read_shared("study", &out);
  const char *tensorflow = " product a:google:tensorflow ";
  cr_assert(lines_with(text, "  vulnerability CVE-", tensorflow) == 184);
  cr_assert(distinct(text, tensorflow, "  repository ", ' ') == 7);
  cr_assert(distinct(text, " product o:linux:linux_kernel ", "  vulnerability ", ' ') == 45);
}

// Rows as the manifest counts them; 93 weaknesses all have an impact.
Test(feed_study, other_tables) {
  VD_SCOPED_BUF out = VD_BUF(64 << 20);
  vd_view text = read_shared("study", &out);
  cr_assert(lines_with(text, "record article/", "") == 1167);
  cr_assert(lines_with(text, "record weakness/", "") == 93);
  cr_assert(lines_with(text, "record repository/", "") == 845);
  cr_assert(lines_with(text, "record threat/", "") == 59);
  cr_assert(lines_with(text, "record techniques/", "") == 59);
  // Two articles name two techniques each that ATLAS never had.
  cr_assert(lines_with(text, "bad ", "ATLAS has no technique") == 4 &&
            lines_with(text, "bad ", "") == 4);
}
