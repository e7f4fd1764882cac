#include "feed/mentions.h"
#include "feed/sources/sources.h"

#include <criterion/criterion.h>

// Every id of text as "kind:key@offset ", from memory of its exact size, so that ASan sees an
// over-read.
static void expect(const char *text, const char *expected) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  VD_SCOPED_BUF out = VD_BUF(1 << 16);
  vd_view all = vd_view_of(text);
  size_t len = all.len, at = 0;
  char *exact = malloc(len + (len == 0));
  cr_assert(exact != NULL);
  memcpy(exact, all.ptr, len);
  vd_mention m;
  while (vd_mention_next((vd_view){exact, len}, &at, &m)) {
    cr_assert(m.id.ptr == exact + m.offset && m.offset + m.id.len == at);
    vd_buf_printf(&out, "%.4s:%.*s@%zu ", vd_node_kind_text(m.kind), VD_ARG(vd_mention_key(&a, &m)),
                  m.offset);
  }
  cr_assert(at == len);
  free(exact);
  cr_assert(vd_view_eq(vd_buf_view(&out), vd_view_of(expected)), "%s: %.*s", text, (int)out.len,
            out.ptr);
}

Test(feed_mentions, flaws) {
  expect("CVE-2021-44228", "vuln:CVE-2021-44228@0 ");
  expect("see cve-1999-0001, Cve-2099-1234567.", "vuln:CVE-1999-0001@4 vuln:CVE-2099-1234567@19 ");
  expect("poc_CVE-2021-44228_x nuclei/CVE-2020-0601.yaml EDB-CVE-2020-0602-2",
         "vuln:CVE-2021-44228@4 vuln:CVE-2020-0601@28 vuln:CVE-2020-0602@51 ");
  expect("CVE-1998-0001 CVE-2100-0001 CVE-2021-123 CVE-2021-12345678 CVE-2021- CVE-20211-1234", "");
  expect("CVE-2021-44228a xCVE-2021-44228 CVE 2021-44228 CVE-2021_44228", "");
}

Test(feed_mentions, weaknesses_and_patterns) {
  expect("CWE-79 (cwe-089), CAPEC-63; CAPEC-0663.",
         "weak:CWE-79@0 weak:CWE-89@8 patt:CAPEC-63@18 patt:CAPEC-663@28 ");
  expect("CWE-7CWE-79 CWE-79x CWE-0 CWE-000000 CWE-123456 CWE- NVD-CWE-noinfo CAPEC 63", "");
  expect("NVD-CWE-100", "weak:CWE-100@4 ");
  expect("CWE-1004-", "weak:CWE-1004@0 ");
}

Test(feed_mentions, techniques) {
  expect("T1190, T1059.001; T0866 and T1059.", "tech:T1190@0 tech:T1059.001@7 tech:T0866@18 "
                                               "tech:T1059@28 ");
  expect("AML.T0051.000 aml.t0020@5.0.1 AML.T0043.",
         "tech:AML.T0051.000@0 tech:AML.T0020@14 tech:AML.T0043@30 ");
  expect("https://attack.mitre.org/techniques/T1059/003", "tech:T1059@36 ");
  expect("t1190 T119 T11900 T2000 T0700 T1059.01 T1059.0011 AML.T005 AML.TA0001 AML.T0051.0", "");
  expect("XT1190 -T1190 _T1190 .T1190 AT1190 T1190x T1059.001x", "");
}

Test(feed_mentions, empty_and_foreign_bytes) {
  expect("", "");
  expect("C", "");
  expect("CVE-", "");
  expect("\xE2\x80\x9C"
         "CVE-2021-44228\xE2\x80\x9D \xFF"
         "CWE-79\xFF",
         "vuln:CVE-2021-44228@3 weak:CWE-79@22 ");
}

Test(feed_mentions, every_prefix_finds_no_more_than_the_whole) {
  static const char text[] = "CVE-2021-44228 CWE-502 CAPEC-586 T1190 T1059.001 AML.T0010.001 end";
  for (size_t n = 0; n < sizeof text; n++) {
    size_t at = 0, found = 0;
    vd_mention m;
    while (vd_mention_next((vd_view){text, n}, &at, &m))
      found++;
    cr_assert(found <= 6 && at == n);
  }
}

Test(feed_mentions, whole_texts) {
  vd_mention m;
  cr_assert(vd_mention_whole(VD_VIEW("cve-2021-44228"), &m) && m.kind == VD_NODE_VULNERABILITY);
  cr_assert(vd_mention_whole(VD_VIEW("AML.T0010"), &m) && m.kind == VD_NODE_TECHNIQUE);
  cr_assert(!vd_mention_whole(VD_VIEW("CVE-2021-44228 "), &m));
  cr_assert(!vd_mention_whole(VD_VIEW("(T1190"), &m) && !vd_mention_whole(VD_VIEW(""), &m));
}

Test(feed_mentions, no_memory_for_the_key) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 10);
  a.fail_at = 1;
  vd_mention m = {VD_NODE_WEAKNESS, VD_VIEW("CWE-79"), 0};
  cr_assert(vd_mention_key(&a, &m).ptr == NULL);
  cr_assert(vd_view_eq(vd_mention_key(&a, &m), VD_VIEW("CWE-79")));
}

Test(feed_texts, texts_are_cut_between_characters) {
  vd_view text = VD_VIEW("a\xC3\xA9\xE2\x82\xAC");
  const size_t ends[] = {0, 1, 1, 3, 3, 3, 6, 6};
  for (size_t max = 0; max < VD_COUNT(ends); max++)
    cr_assert(vd_text_cut(text, max).len == ends[max], "%zu", max);
  cr_assert(vd_view_eq(vd_feed_text(VD_VIEW(" x \n")), VD_VIEW("x")));
}

Test(feed_texts, tags_are_taken_out_of_texts) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view text =
      VD_VIEW("\n <xhtml:p>One <xhtml:b>two</xhtml:b>.</xhtml:p>\n<xhtml:p>x < y</xhtml:p>\n");
  cr_assert(vd_view_eq(vd_feed_plain(&a, text), VD_VIEW("One two . x < y")));
  cr_assert(vd_view_eq(vd_feed_plain(&a, VD_VIEW(" a <b> \n c ")), VD_VIEW("a <b> \n c")));
  cr_assert(vd_view_eq(vd_feed_plain(&a, VD_VIEW("a <xhtml:p b")), VD_VIEW("a <xhtml:p b")));
  cr_assert(vd_view_eq(vd_feed_lower(&a, VD_VIEW("Very HIGH")), VD_VIEW("very high")));
}
