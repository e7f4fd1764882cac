#include "feed_check.h"

Test(feed_kev, entries_as_records) {
  expect_lines(
      "kev", "full.json",
      "snapshot 2099.02.03 2099-02-03T04:05:06.7Z\n"
      "kev CVE-2099-1000 2099-01-01 2099-01-21 known\n"
      "record CVE-2099-1000 date=2099-01-01\n"
      "  define vulnerability CVE-2099-1000|Ours The Product Invented Vulnerability|cve|Invented "
      "words.|0\n"
      "  vulnerability CVE-2099-1000 kev_added=2099-01-01\n"
      "  vulnerability CVE-2099-1000 kev_due=2099-01-21\n"
      "  vulnerability CVE-2099-1000 kev_ransomware=known\n"
      "  vulnerability CVE-2099-1000 vendor=Ours\n"
      "  vulnerability CVE-2099-1000 product=The product\n"
      "  vulnerability CVE-2099-1000 -has_weakness-> weakness CWE-79 stated 1 evidence=cwes\n"
      "  vulnerability CVE-2099-1000 -has_weakness-> weakness CWE-20 stated 1 evidence=cwes\n"
      "kev CVE-2099-1001 2099-02-01 \n"
      "record CVE-2099-1001 date=2099-02-01\n"
      "  define vulnerability CVE-2099-1001|Other|cve||0\n"
      "  vulnerability CVE-2099-1001 kev_added=2099-02-01\n"
      "  vulnerability CVE-2099-1001 vendor=Ours\n"
      "  vulnerability CVE-2099-1001 product=Other\n");
}

Test(feed_kev, the_table) {
  expect_lines(
      "kev", "table.csv",
      "kev CVE-2099-1000 2099-01-01 2099-01-21 known\n"
      "record CVE-2099-1000 date=2099-01-01\n"
      "  define vulnerability CVE-2099-1000|Ours \"The Product\" Vulnerability|cve|Invented,\n"
      "words.|0\n"
      "  vulnerability CVE-2099-1000 kev_added=2099-01-01\n"
      "  vulnerability CVE-2099-1000 kev_due=2099-01-21\n"
      "  vulnerability CVE-2099-1000 kev_ransomware=known\n"
      "  vulnerability CVE-2099-1000 vendor=Ours\n"
      "  vulnerability CVE-2099-1000 product=The product\n"
      "  vulnerability CVE-2099-1000 -has_weakness-> weakness CWE-79 stated 1 evidence=cwes\n"
      "  vulnerability CVE-2099-1000 -has_weakness-> weakness CWE-20 stated 1 evidence=cwes\n"
      "kev CVE-2099-1001 2099-02-01 \n"
      "record CVE-2099-1001 date=2099-02-01\n"
      "  define vulnerability CVE-2099-1001|Other|cve||0\n"
      "  vulnerability CVE-2099-1001 kev_added=2099-02-01\n"
      "  vulnerability CVE-2099-1001 vendor=Ours\n"
      "  vulnerability CVE-2099-1001 product=Other\n"
      "bad line 5: dateAdded is not a date\n"
      "bad line 6: cveID is not a CVE id\n"
      "bad line 7: a row with another number of cells: CVE-2099-1003\n"
      "snapshot  2099-02-01\n");
  expect_lines("kev", "columns.csv", "error: the table has no columns named cveID and dateAdded\n");
}

Test(feed_kev, cut_and_damaged) {
  expect_cuts_told("kev", "full.json");
  expect_flips_told("kev", "full.json");
  expect_row_cuts_told("kev", "table.csv");
}

// MANIFEST.md: 1,662 entries, 1,491 of them with CWEs, 338 used by ransomware; properties and links
// were counted by bench/verify_feeds.py.
Test(feed_kev, the_staged_catalogue) {
  feed_count n = {0};
  count_staged("kev", &n);
  cr_expect_eq(n.facts, 1662);
  cr_expect_eq(n.records, 1662);
  cr_expect_eq(n.definitions, 1662);
  cr_expect_eq(n.properties, 4 * 1662 + 338);
  cr_expect_eq(n.edges[VD_EDGE_HAS_WEAKNESS], 1595);
  cr_expect_eq(n.links, 1595);
  cr_expect_eq(n.bad, 0);
}

// MANIFEST.md: 1,404 entries.
Test(feed_kev, the_staged_table) {
  feed_count n = {0};
  count_files("kev", "kev/absent.json|kev/known_exploited_vulnerabilities*.csv", &n);
  cr_expect_eq(n.facts, 1404);
  cr_expect_eq(n.records, 1404);
  cr_expect_eq(n.properties, 4 * 1404 + 293);
  cr_expect_eq(n.edges[VD_EDGE_HAS_WEAKNESS], 1338);
  cr_expect_eq(n.bad, 0);
}
