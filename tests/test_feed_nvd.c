#include "feed_check.h"

Test(feed_nvd, edition_2) {
  expect_lines("nvd", "page-2.0.json",
               "record CVE-2099-2000 date=2099-01-02T03:04:05.678\n"
               "  define vulnerability CVE-2099-2000||cve|Invented \"words\"|0\n"
               "  define issue github/ours/repo#7|ours/repo#7|pull||0\n"
               "  define exploit https://example.org/poc.py||poc||0\n"
               "  vulnerability CVE-2099-2000 published=2099-01-02\n"
               "  vulnerability CVE-2099-2000 modified=2099-02-03\n"
               "  vulnerability CVE-2099-2000 kev_added=2099-01-20\n"
               "  vulnerability CVE-2099-2000 kev_due=2099-02-10\n"
               "  vulnerability CVE-2099-2000 cvss=CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\n"
               "  vulnerability CVE-2099-2000 cvss=AV:N/AC:L/Au:N/C:P/I:P/A:P\n"
               "  vulnerability CVE-2099-2000 "
               "cvss=CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N\n"
               "  vulnerability CVE-2099-2000 cvss=CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\n"
               "  vulnerability CVE-2099-2000 ssvc_exploitation=none\n"
               "  vulnerability CVE-2099-2000 ssvc_automatable=yes\n"
               "  vulnerability CVE-2099-2000 ssvc_impact=total\n"
               "  vulnerability CVE-2099-2000 tag=disputed\n"
               "  vulnerability CVE-2099-2000 -has_weakness-> weakness CWE-79 stated 1 "
               "evidence=weaknesses nvd@nist.gov\n"
               "  vulnerability CVE-2099-2000 -affects-> product a:ours:product stated 1 "
               "evidence=configurations\n"
               "  vulnerability CVE-2099-2000 -affects-> package pypi/ours stated 1 "
               "evidence=affected ours@example.org\n"
               "  vulnerability CVE-2099-2000 -reported_in-> issue github/ours/repo#7 stated 1 "
               "evidence=references\n"
               "  issue github/ours/repo#7 -member_of-> repository github/ours/repo stated 1 "
               "evidence=references\n"
               "  exploit https://example.org/poc.py -exploits-> vulnerability CVE-2099-2000 "
               "stated 1 evidence=references\n"
               "record CVE-2099-2001 date=2099-01-03T00:00:00.000\n"
               "  define vulnerability CVE-2099-2001||cve||0\n"
               "  vulnerability CVE-2099-2001 status=rejected\n"
               "snapshot  2099-03-01T01:02:03.004\n");
}

Test(feed_nvd, edition_1_1) {
  expect_lines(
      "nvd", "year-1.1.json",
      "record CVE-2099-2002 date=2099-01-02T15:15Z\n"
      "  define vulnerability CVE-2099-2002||cve|Invented|0\n"
      "  define issue github/ours/repo#8|ours/repo#8|issue||0\n"
      "  vulnerability CVE-2099-2002 published=2099-01-02\n"
      "  vulnerability CVE-2099-2002 modified=2099-02-03\n"
      "  vulnerability CVE-2099-2002 cvss=CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\n"
      "  vulnerability CVE-2099-2002 cvss=AV:N/AC:L/Au:N/C:P/I:P/A:P\n"
      "  vulnerability CVE-2099-2002 -has_weakness-> weakness CWE-20 stated 1 "
      "evidence=problemtype\n"
      "  vulnerability CVE-2099-2002 -affects-> product o:ours:firmware stated 1 "
      "evidence=configurations\n"
      "  vulnerability CVE-2099-2002 -affects-> product a:ours:old stated 1 "
      "evidence=configurations\n"
      "  vulnerability CVE-2099-2002 -reported_in-> issue github/ours/repo#8 stated 1 "
      "evidence=references\n"
      "  issue github/ours/repo#8 -member_of-> repository github/ours/repo stated 1 "
      "evidence=references\n"
      "  exploit edb/4242 -exploits-> vulnerability CVE-2099-2002 stated 1 evidence=references\n"
      "record CVE-2099-2003 date=2099-01-04T15:15Z\n"
      "  define vulnerability CVE-2099-2003||cve||0\n"
      "  vulnerability CVE-2099-2003 status=rejected\n"
      "snapshot  2099-03-02T07:00Z\n");
}

Test(feed_nvd, a_bad_entry_does_not_stop_the_page) {
  expect_lines("nvd", "bad-items.json",
               "record CVE-2099-2004\n"
               "  define vulnerability CVE-2099-2004||cve||0\n"
               "bad record 2: an entry without a CVE id\n"
               "bad record 3: expected a member name in quotes\n"
               "bad record 4: an entry without a CVE id\n"
               "bad CVE-2099-2006: not a date: published\n"
               "bad CVE-2099-2006: not a CVSS vector: AV:X\n"
               "record CVE-2099-2006\n"
               "  define vulnerability CVE-2099-2006||cve||0\n"
               "snapshot  \n");
  expect_lines("nvd", "no-list.json", "error: the document has no list of flaws\n");
  expect_lines("nvd", "array.json", "error: the document has no list of flaws\n");
}

Test(feed_nvd, cut_and_damaged) {
  expect_cuts_told("nvd", "page-2.0.json");
  expect_cuts_told("nvd", "year-1.1.json");
  expect_flips_told("nvd", "page-2.0.json");
  expect_flips_told("nvd", "year-1.1.json");
}

// 30,000 flaws in one page: memory for one of them is enough.
Test(feed_nvd, memory_does_not_grow_with_the_page) {
  VD_SCOPED_BUF page = VD_BUF(64 << 20);
  VD_SCOPED_BUF out = VD_BUF(64 << 20);
  VD_SCOPED_ARENA a = VD_ARENA(64 << 10);
  vd_buf_put(&page, VD_VIEW("{\"vulnerabilities\":["));
  for (int i = 0; i < 30000; i++)
    vd_buf_printf(&page, "%s{\"cve\":{\"id\":\"CVE-2099-%05d\"}}", i > 0 ? "," : "", i);
  vd_buf_put(&page, VD_VIEW("]}"));
  vd_feed_sink sink = record_sink(&out);
  vd_input in = {.bytes = vd_buf_view(&page)};
  cr_assert(vd_feed_by_name(VD_VIEW("nvd"))->read(&a, &in, &sink, NULL) == VD_OK);
  cr_assert_eq(handed_over(vd_buf_view(&out)), 30000);
}

// ---- the staged feeds: counts of bench/verify_feeds.py, which reads them in Python --------------

Test(feed_nvd, the_staged_years) {
  feed_count n = {0};
  count_staged("nvd", &n);
  cr_expect_eq(n.records, 3817); // MANIFEST.md too
  cr_expect_eq(n.definitions, 5732);
  cr_expect_eq(n.properties, 13991);
  cr_expect_eq(n.links, 15568);
  cr_expect_eq(n.edges[VD_EDGE_AFFECTS], 9496);
  cr_expect_eq(n.edges[VD_EDGE_HAS_WEAKNESS], 3411);
  cr_expect_eq(n.edges[VD_EDGE_REPORTED_IN], 598);
  cr_expect_eq(n.edges[VD_EDGE_EXPLOITS], 1465);
  cr_expect_eq(n.bad, 0);
}

// The 48 samples of osv.dev: 24 pages of NVD 2.0, 24 records of CVE JSON 5.
Test(feed_nvd, the_staged_samples) {
  feed_count nvd = {0}, cve5 = {0};
  count_files("nvd", "cve/samples/nvdcve-2.0/**.json cve/samples/CVE-2024-9422_API_v2.json", &nvd);
  cr_expect_eq(nvd.records, 24);
  cr_expect_eq(nvd.definitions, 38);
  cr_expect_eq(nvd.properties, 87);
  cr_expect_eq(nvd.links, 76);
  cr_expect_eq(nvd.bad, 0);
  count_files("cve5", "cve/samples/cve5/**.json cve/samples/cvelistV5/**.json", &cve5);
  cr_expect_eq(cve5.records, 24);
  cr_expect_eq(cve5.definitions, 30);
  cr_expect_eq(cve5.properties, 150);
  cr_expect_eq(cve5.links, 40);
  cr_expect_eq(cve5.bad, 0);
}
