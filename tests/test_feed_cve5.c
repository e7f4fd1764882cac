#include "feed/cpe.h"
#include "feed/github.h"
#include "feed/reference.h"
#include "feed_check.h"

Test(feed_cve5, every_container_speaks) {
  expect_lines(
      "cve5", "full.json",
      "record CVE-2099-1000 date=2099-01-02T03:04:05.678Z\n"
      "  define vulnerability CVE-2099-1000|An invented flaw|cve|Invented: long words.|0\n"
      "  define issue github/ours/repo#12|Ours/Repo#12|issue||0\n"
      "  define issue github/ours/repo#34|ours/repo#34|pull||0\n"
      "  define exploit https://example.org/Exploit||poc||0\n"
      "  vulnerability CVE-2099-1000 published=2099-01-02\n"
      "  vulnerability CVE-2099-1000 modified=2099-02-03\n"
      "  vulnerability CVE-2099-1000 cvss=CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\n"
      "  vulnerability CVE-2099-1000 "
      "cvss=CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N\n"
      "  vulnerability CVE-2099-1000 cvss=CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\n"
      "  vulnerability CVE-2099-1000 cvss=AV:N/AC:L/Au:N/C:P/I:P/A:P\n"
      "  vulnerability CVE-2099-1000 product=Our product\n"
      "  vulnerability CVE-2099-1000 vendor=Ours\n"
      "  vulnerability CVE-2099-1000 tag=disputed\n"
      "  vulnerability CVE-2099-1000 ssvc_exploitation=active\n"
      "  vulnerability CVE-2099-1000 ssvc_automatable=yes\n"
      "  vulnerability CVE-2099-1000 ssvc_impact=total\n"
      "  vulnerability CVE-2099-1000 kev_added=2099-01-20\n"
      "  vulnerability CVE-2099-1000 -has_weakness-> weakness CWE-502 stated 1 evidence=cna, adp "
      "CISA-ADP\n"
      "  vulnerability CVE-2099-1000 -has_weakness-> weakness CWE-79 text 0.9 evidence=cna: Words "
      "on CWE-079 and CWE-20\n"
      "  vulnerability CVE-2099-1000 -has_weakness-> weakness CWE-20 stated 1 evidence=cna: Words "
      "on CWE-079 and CWE-20, adp CISA-ADP\n"
      "  vulnerability CVE-2099-1000 -affects-> package pypi/our-package stated 1 evidence=cna\n"
      "  vulnerability CVE-2099-1000 -affects-> package pypi/second-one stated 1 evidence=cna\n"
      "  vulnerability CVE-2099-1000 -affects-> package pypi/third-one stated 1 evidence=cna\n"
      "  vulnerability CVE-2099-1000 -affects-> product a:ours:old_spelling stated 1 "
      "evidence=cna\n"
      "  vulnerability CVE-2099-1000 -reported_in-> issue github/ours/repo#12 stated 1 "
      "evidence=cna, adp CVE\n"
      "  issue github/ours/repo#12 -member_of-> repository github/ours/repo stated 1 "
      "evidence=cna\n"
      "  vulnerability CVE-2099-1000 -reported_in-> issue github/ours/repo#34 stated 1 "
      "evidence=cna\n"
      "  issue github/ours/repo#34 -member_of-> repository github/ours/repo stated 1 "
      "evidence=cna\n"
      "  exploit https://example.org/Exploit -exploits-> vulnerability CVE-2099-1000 stated 1 "
      "evidence=cna\n"
      "  exploit edb/50383 -exploits-> vulnerability CVE-2099-1000 stated 1 evidence=cna\n"
      "  vulnerability CVE-2099-1000 -maps_to-> technique T0891 stated 1 evidence=cna\n"
      "  vulnerability CVE-2099-1000 -affects-> product a:ours:the:repo stated 1 evidence=adp "
      "CISA-ADP\n"
      "  vulnerability CVE-2099-1000 -affects-> product o:ours:os stated 1 evidence=adp "
      "CISA-ADP\n");
}

Test(feed_cve5, a_rejected_record_says_nothing_else) {
  expect_lines("cve5", "rejected.json",
               "record CVE-2099-1001 date=2099-03-04T00:00:00\n"
               "  define vulnerability CVE-2099-1001||cve||0\n"
               "  vulnerability CVE-2099-1001 status=rejected\n");
}

Test(feed_cve5, what_cannot_be_used_is_left_out_and_reported) {
  expect_lines(
      "cve5", "odd.json",
      "bad CVE-2099-1002: not a date: published\n"
      "bad CVE-2099-1002: not a CVSS vector: CVSS:3.1/AV:N\n"
      "bad CVE-2099-1002: not a value of SSVC: Maybe\n"
      "bad CVE-2099-1002: not a value of SSVC\n"
      "bad CVE-2099-1002: not a date: kev_added\n"
      "bad CVE-2099-1002: not a package URL: pkg:pypi/\n"
      "bad CVE-2099-1002: an exploit without a web address: an exploit in words\n"
      "record CVE-2099-1002\n"
      "  define vulnerability CVE-2099-1002||cve||0\n"
      "  define exploit https://example.org/poc||poc||0\n"
      "  vulnerability CVE-2099-1002 ssvc_exploitation=poc\n"
      "  vulnerability CVE-2099-1002 ssvc_impact=partial\n"
      "  vulnerability CVE-2099-1002 -affects-> product a:ours:kept stated 1 evidence=cna\n"
      "  exploit https://example.org/poc -exploits-> vulnerability CVE-2099-1002 stated 1 "
      "evidence=cna\n"
      "  vulnerability CVE-2099-1002 -has_weakness-> weakness CWE-787 text 0.9 evidence=adp: "
      "CWE-787: out of bounds\n"
      "  vulnerability CVE-2099-1002 -has_weakness-> weakness CWE-1 stated 1 evidence=adp\n");
  expect_lines("cve5", "wrong-kinds.json",
               "record CVE-2099-1003\n  define vulnerability CVE-2099-1003||cve||0\n");
  expect_lines("cve5", "no-id.json", "error: the document has no CVE id\n");
  expect_lines("cve5", "no-state.json", "error: the record is neither published nor rejected\n");
  expect_lines("cve5", "array.json", "error: the document has no CVE id\n");
}

Test(feed_cve5, vulnrichment_reads_the_same) {
  expect_lines("vulnrichment", "ssvc.json",
               "record CVE-2099-1004 date=2099-01-02T03:04:05\n"
               "  define vulnerability CVE-2099-1004||cve|Invented|0\n"
               "  vulnerability CVE-2099-1004 published=2099-01-02\n"
               "  vulnerability CVE-2099-1004 ssvc_exploitation=none\n"
               "  vulnerability CVE-2099-1004 ssvc_automatable=no\n"
               "  vulnerability CVE-2099-1004 ssvc_impact=partial\n");
}

Test(feed_cve5, cut_and_damaged) {
  expect_cuts_told("cve5", "full.json");
  expect_cuts_told("cve5", "rejected.json");
  expect_flips_told("cve5", "full.json");
  expect_flips_told("cve5", "odd.json");
}

Test(feed_cve5, which_entries_are_documents) {
  bool (*wants)(vd_view) = vd_feed_by_name(VD_VIEW("cve5"))->wants;
  cr_assert(wants(VD_VIEW("cvelistV5-main/cves/2099/1xxx/CVE-2099-1000.json")));
  cr_assert(wants(VD_VIEW("2099/1xxx/CVE-2099-1000.json")) && wants(VD_VIEW("CVE-2099-1000.json")));
  cr_assert(!wants(VD_VIEW("cvelistV5-main/cves/delta.json")));
  cr_assert(!wants(VD_VIEW("CVE-folder/README.md")) && !wants(VD_VIEW("CVE-2099-1000.txt")));
}

// ---- what records are made of -----------------------------------------------------------------

static void expect_product(const char *cpe, const char *expected) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  vd_view key;
  cr_assert(vd_cpe_product(&a, vd_view_of(cpe), &key) == VD_OK);
  cr_assert(vd_view_eq(key, vd_view_of(expected)), "%s gives %.*s", cpe, VD_ARG(key));
}

// Names and quoting as in NISTIR 7695, the specification of CPE 2.3.
Test(feed_cve5, products_of_cpe_names) {
  expect_product("cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*",
                 "a:microsoft:internet_explorer");
  expect_product("cpe:/a:hp:openview_network_manager:7.51::~~~linux~~",
                 "a:hp:openview_network_manager");
  expect_product("cpe:2.3:a:foo\\\\bar:big\\$money_2010:*:*:*:*:special:ipod_touch:80gb:*",
                 "a:foo\\bar:big$money_2010");
  expect_product("cpe:/a:foo%5cbar:big%24money", "a:foo\\bar:big$money");
  expect_product("cpe:2.3:o:Vendor:\\-:1", "o:vendor:-");
  expect_product("cpe:2.3:a:vendor:-:1", "");
  expect_product("cpe:2.3:a:*:product:1", "");
  expect_product("cpe:2.3:*:vendor:product:1", "");
  expect_product("cpe:2.3:a:vendor", "");
  expect_product("cpe:2.3:a::product", "");
  expect_product("cpe:2.3:ab:vendor:product", "");
  expect_product("cpe:/a:vendor:%20", "");
  expect_product("cpe:/a:vendor:%ff", "");
  expect_product("cpe:/a:vendor:%zz%4", "a:vendor:%zz%4");
  expect_product("cpe:2.3:a:vendor:end\\", "a:vendor:end\\");
  expect_product("pkg:pypi/x", "");
  expect_product("", "");
}

static void expect_issue(const char *url, const char *expected) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  vd_github g = {0};
  bool found = vd_github_parse(vd_view_of(url), &g) && g.number.len > 0;
  vd_view key = found ? vd_github_issue(&a, &g) : VD_VIEW("");
  cr_assert(vd_view_eq(key, vd_view_of(expected)), "%s gives %.*s", url, VD_ARG(key));
}

Test(feed_cve5, issues_of_web_addresses) {
  expect_issue("https://github.com/Ours/Repo.py/issues/12", "github/ours/repo.py#12");
  expect_issue("http://www.GitHub.com/ours/repo/pull/34?diff=split", "github/ours/repo#34");
  expect_issue("https://github.com/ours/repo/issues/12/", "github/ours/repo#12");
  expect_issue("https://github.com/ours/repo/issues", "");
  expect_issue("https://github.com/ours/repo/issues/12a", "");
  expect_issue("https://github.com/ours/repo/issues/012", "");
  expect_issue("https://github.com/ours/repo/issues/0", "");
  expect_issue("https://github.com/ours/repo/issues/12345678901234", "");
  expect_issue("https://github.com/ours/re po/issues/1", "");
  expect_issue("https://github.com//repo/issues/1", "");
  expect_issue("https://github.com.example.org/ours/repo/issues/1", "");
  expect_issue("ftp://github.com/ours/repo/issues/1", "");
  expect_issue("", "");
}

static void expect_exploit(const char *url, const char *expected) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  vd_exploit_ref ref;
  cr_assert(vd_reference_exploit(&a, vd_view_of(url), &ref) == VD_OK);
  cr_assert(vd_view_eq(ref.key, vd_view_of(expected)), "%s gives %.*s", url, VD_ARG(ref.key));
}

Test(feed_cve5, exploits_of_web_addresses) {
  expect_exploit("https://www.exploit-db.com/exploits/50383/", "edb/50383");
  expect_exploit("http://exploit-db.com/50383", "edb/50383");
  expect_exploit("https://www.exploit-db.com/papers/1", "https://www.exploit-db.com/papers/1");
  expect_exploit("HTTP://Example.ORG/Path/", "http://example.org/Path");
  expect_exploit("https://Example.org", "https://example.org");
  expect_exploit("https://example.org/a b", "");
  expect_exploit("https:///path", "");
  expect_exploit("https://", "");
  expect_exploit("javascript:alert(1)", "");
}

// ---- the staged feeds: counts of bench/verify_feeds.py, which reads them in Python --------------

Test(feed_cve5, the_staged_list) {
  feed_count n = {0};
  count_staged("cve5", &n);
  cr_expect_eq(n.records, 1665); // MANIFEST.md too
  cr_expect_eq(n.definitions, 2087);
  cr_expect_eq(n.properties, 13692);
  cr_expect_eq(n.links, 5112);
  cr_expect_eq(n.edges[VD_EDGE_AFFECTS], 2699);
  cr_expect_eq(n.edges[VD_EDGE_HAS_WEAKNESS], 1576);
  cr_expect_eq(n.edges[VD_EDGE_REPORTED_IN], 389);
  cr_expect_eq(n.edges[VD_EDGE_EXPLOITS], 59);
  cr_expect_eq(n.bad, 0);
}

Test(feed_cve5, the_staged_vulnrichment) {
  feed_count n = {0};
  count_staged("vulnrichment", &n);
  cr_expect_eq(n.records, 62862); // MANIFEST.md too
  cr_expect_eq(n.definitions, 70571);
  cr_expect_eq(n.properties, 511912);
  cr_expect_eq(n.links, 147527);
  cr_expect_eq(n.edges[VD_EDGE_AFFECTS], 86775);
  cr_expect_eq(n.edges[VD_EDGE_HAS_WEAKNESS], 49546);
  cr_expect_eq(n.edges[VD_EDGE_REPORTED_IN], 3390);
  cr_expect_eq(n.edges[VD_EDGE_EXPLOITS], 4424);
  cr_expect_eq(n.bad, 0);
}
