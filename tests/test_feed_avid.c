#include "feed/sources/sources.h"
#include "feed_torture.h"

static const char *const documents[] = {"cve.json", "entry.json", "undated.json", "other.json",
                                        "array.json"};

Test(feed_avid, corpus) {
  for (size_t i = 0; i < VD_COUNT(documents); i++)
    expect_feed("avid", documents[i]);
  expect_feed("avid_labels", "labels.csv");
  expect_feed("avid_labels", "unknown.csv");
}

Test(feed_avid, flips) {
  for (size_t i = 0; i < VD_COUNT(documents); i++)
    flip_every_byte("avid", documents[i]);
  flip_every_byte("avid_labels", "labels.csv");
}

static bool without_last_break(vd_view bytes, size_t n) { return n + 1 == bytes.len; }

Test(feed_avid, cuts) {
  for (size_t i = 0; i < VD_COUNT(documents); i++)
    cut_every_byte("avid", documents[i], without_last_break);
  cut_every_byte("avid_labels", "labels.csv", whole_rows);
}

Test(feed_avid, entries) {
  cr_assert(vd_entry_avid(VD_VIEW("avid-db-main/reports/2026/AVID-2026-R0001.json")));
  cr_assert(vd_entry_avid(VD_VIEW("avid-db-main/vulnerabilities/2023/AVID-2023-V001.json")));
  cr_assert(!vd_entry_avid(VD_VIEW("avid-db-main/reports/review/x.json")));
  cr_assert(vd_entry_avid_labels(VD_VIEW("a/reports/review/cve_published_labeled_2021-2025.csv")));
}

// 1,745 reports and 40 entries (manifest); the rest recounted with Python's json.
Test(feed_avid, counts) {
  VD_SCOPED_BUF out = VD_BUF(64 << 20);
  vd_view text = read_shared("avid", &out);
  cr_assert(lines_with(text, "record AVID-", "-R") == 1745);
  cr_assert(lines_with(text, "record AVID-", "-V") == 40);
  cr_assert(distinct(text, " -evidence_of-> ", "-evidence_of-> vulnerability ", ' ') == 1098);
  cr_assert(lines_with(text, "  vulnerability CVE-", " -has_weakness-> weakness CWE-") == 1029);
  cr_assert(lines_with(text, "  vulnerability CVE-", " cvss=CVSS:") == 910);
  cr_assert(lines_with(text, "  incident avid/", " -targets-> repository ") == 91);
  cr_assert(lines_with(text, "  incident avid/", "stage serving ") == 1138);
  cr_assert(lines_with(text, "  incident avid/", " -alias_of-> incident aiid/") == 18);
  cr_assert(lines_with(text, "  incident avid/", " -alias_of-> incident AML.CS") == 17);
  cr_assert(lines_with(text, "bad ", "") == 0);
}

// The manifest's 1,340 and 672 of 127,841 rows.
Test(feed_avid, labels) {
  VD_SCOPED_BUF out = VD_BUF(64 << 20);
  vd_view text = read_shared("avid_labels", &out);
  cr_assert(lines_with(text, "  vulnerability CVE-", " labels=AI-Supply-Chain") == 1340);
  cr_assert(lines_with(text, "  vulnerability CVE-", " labels=Adversarial-AI") == 672);
  cr_assert(lines_with(text, "record ", "") == 2012 && lines_with(text, "bad ", "") == 0);
}
