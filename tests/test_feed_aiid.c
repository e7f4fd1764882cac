#include "feed/sources/sources.h"
#include "feed_torture.h"

static const char *const tables[] = {"incidents.csv", "mit.csv",        "gmf.csv",    "csetv1.csv",
                                     "csetv0.csv",    "duplicates.csv", "unknown.csv"};

Test(feed_aiid, corpus) {
  for (size_t i = 0; i < VD_COUNT(tables); i++)
    expect_feed("aiid", tables[i]);
}

Test(feed_aiid, flips) {
  for (size_t i = 0; i < VD_COUNT(tables); i++)
    flip_every_byte("aiid", tables[i]);
}

Test(feed_aiid, cuts) {
  for (size_t i = 0; i < VD_COUNT(tables); i++)
    cut_every_byte("aiid", tables[i], whole_rows);
}

Test(feed_aiid, entries_of_a_snapshot) {
  cr_assert(vd_entry_aiid(VD_VIEW("mongodump_full_snapshot/incidents.csv")));
  cr_assert(vd_entry_aiid(VD_VIEW("mongodump_full_snapshot/classifications_MIT.csv")));
  cr_assert(vd_entry_aiid(VD_VIEW("mongodump_full_snapshot/duplicates.csv")));
  cr_assert(!vd_entry_aiid(VD_VIEW("mongodump_full_snapshot/reports.csv")));
  cr_assert(!vd_entry_aiid(VD_VIEW("mongodump_full_snapshot/classifications.bson")));
}

// Rows as the manifest counts them; values recounted with Python's csv.
Test(feed_aiid, counts) {
  VD_SCOPED_BUF out = VD_BUF(64 << 20);
  vd_view text = read_shared("aiid", &out);
  cr_assert(lines_with(text, "record incident/", "") == 1367);
  cr_assert(lines_with(text, "record mit/", "") == 1242);
  cr_assert(lines_with(text, "record gmf/", "") == 326);
  cr_assert(lines_with(text, "record csetv1/", "") == 214);
  cr_assert(lines_with(text, "record csetv0/", "") == 100);
  cr_assert(lines_with(text, "  incident aiid/", " -alias_of-> incident aiid/") == 13);
  cr_assert(lines_with(text, "  incident aiid/", " domain=4. Malicious Actors & Misuse") == 424);
  cr_assert(lines_with(text, "  incident aiid/", " country=US") == 91);
  cr_assert(lines_with(text, "bad ", "") == 0);
}
