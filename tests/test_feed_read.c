#include "feed_record.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>

static vd_view corpus(vd_arena *a, const char *feed, const char *file) {
  vd_view path = vd_arena_printf(a, "fuzz/corpus/%s/%s", feed, file), bytes = {0};
  vd_code code = vd_file_read(a, path.ptr, 1 << 20, &bytes, NULL);
  cr_assert(code == VD_OK, "%s", path.ptr);
  return bytes;
}

static vd_code read_into(vd_arena *a, const char *feed, vd_view bytes, vd_buf *out, vd_error *err) {
  vd_feed_sink sink = record_sink(out);
  vd_input in = {.bytes = bytes};
  return vd_feed_by_name(vd_view_of(feed))->read(a, &in, &sink, err);
}

static void expect(const char *feed, const char *file, const char *expected) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  VD_SCOPED_BUF out = VD_BUF(1 << 20);
  vd_error err = {0};
  vd_code code = read_into(&a, feed, corpus(&a, feed, file), &out, &err);
  if (code != VD_OK)
    vd_buf_printf(&out, "error: %s\n", err.text);
  cr_assert(vd_view_eq(vd_buf_view(&out), vd_view_of(expected)), "%s/%s:\n%.*s", feed, file,
            (int)out.len, out.ptr);
}

Test(feed_read, osv_in_yaml) {
  expect(
      "pysec", "fixed.yaml",
      "advisory PYSEC-2099-1 published=2099-01-02T03:04:05Z modified=2099-01-03 03:04:05+00:00"
      " alias=CVE-2099-1000 alias=GHSA-aaaa-bbbb-cccc"
      " cvss=CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\n"
      "  our-package: range introduced 0 fixed 1.10 version=0.9 version=1.0 version=1.9.post1\n");
  expect("pysec", "withdrawn.yaml",
         "advisory PYSEC-2099-2 published=2099-01-02T03:04:05Z modified=2099-01-03T03:04:05Z"
         " withdrawn=2099-02-01T00:00:00Z\n  ours: version=1.0\n");
  expect("pysec", "neither.yaml", "advisory PYSEC-2099-3\n  ours:\n");
  expect("pysec", "anchors.yaml",
         "bad PYSEC-2099-4: not a date: published\n"
         "advisory PYSEC-2099-4 published= alias=PYSEC-2099-4\n"
         "  ours: range introduced 1.0.0 last_affected 2.0.0\n"
         "  ours: range introduced 1.0.0 last_affected 2.0.0\n");
}

Test(feed_read, unusable_items_are_left_out_and_reported) {
  expect("pysec", "bad-items.yaml",
         "bad PYSEC-2099-5: a range without usable events: ours\n"
         "bad PYSEC-2099-5: an item is no plain word: versions\n"
         "bad PYSEC-2099-5: an item is no plain word: versions\n"
         "bad PYSEC-2099-5: an item is no plain word: versions\n"
         "advisory PYSEC-2099-5\n  ours: version=1.0\n");
  expect("pysec", "no-table.yaml", "error: the document has no advisory id\n");
}

Test(feed_read, osv_in_json) {
  expect("ghsa", "ranges.json",
         "advisory GHSA-aaaa-bbbb-cccc published=2099-01-02T03:04:05Z modified=2099-01-03T03:04:05Z"
         " severity=medium alias=CVE-2099-1000"
         " cvss=CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
         " cvss=CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
         " cwe=CWE-502 cwe=CWE-79\n"
         "  ours: range introduced 1.0 fixed 1.2\n"
         "  ours: range introduced 2.0 last_affected 2.3\n");
  expect("ghsa", "limit.json",
         "advisory GHSA-dddd-eeee-ffff\n"
         "  ours: range introduced 0 limit 3.0 limit *"
         " range fixed 1.0-stable introduced 0.5 fixed 0.9\n");
  expect("ghsa", "unaffected.json", "");
  expect("ghsa", "wrong-kinds.json", "");
  expect("ghsa", "array.json", "error: the document has no advisory id\n");
}

Test(feed_read, cwe) {
  expect("cwe", "version.json", "snapshot 9.9 2099-01-01\n");
  expect("cwe", "weaknesses.json",
         "weaknesses CWE-9001|An invented weakness|Base|CWE-9002|CAPEC-9101 CAPEC-9102\n"
         "weaknesses CWE-9002|Its parent|Class||\n"
         "bad : a record without a usable id or name: weaknesses\n"
         "bad : a record without a usable id or name: weaknesses\n"
         "bad : a record without a usable id or name: weaknesses\n");
  expect("cwe", "categories.json", "weaknesses CWE-9010|An invented category|Category||\n");
  expect("cwe", "categories-object.json", "weaknesses CWE-9011|Another|Category||\n");
}

Test(feed_read, capec) {
  expect("capec", "bundle.json",
         "snapshot 9.10 2099-01-02T00:00:00Z\n"
         "patterns CAPEC-9101|Invented pattern|Meta||\n"
         "record about/CAPEC-9101\n"
         "  pattern CAPEC-9101 modified=2099-01-02\n"
         "  pattern CAPEC-9101 status=draft\n"
         "patterns CAPEC-9102|Its child|Detailed|CAPEC-9101|T9001 T9574.010\n"
         "record about/CAPEC-9102\n"
         "  pattern CAPEC-9102 modified=2099-01-01\n"
         "bad : a record without a usable id or name: patterns\n");
  expect("capec", "no-bundle.json", "error: the document is not a STIX bundle\n");
  expect("capec", "empty.json", "snapshot  \n");
}

Test(feed_read, attack) {
  expect("attack", "bundle.json",
         "snapshot 99.1 2099-03-01T00:00:00Z\n"
         "tactics TA9001|Second|attack|2|\n"
         "tactics TA9002|First|attack|1|\n"
         "techniques T9001|Invented technique|attack|TA9001 TA9002||\n"
         "record about/T9001\n"
         "  technique T9001 modified=2099-02-01\n"
         "techniques T9001.001|Its part|attack|TA9002|T9001|\n"
         "revoked T9000|T9001.001\n"
         "record revoked/T9000\n"
         "  technique T9000 -revoked_by-> technique T9001.001 stated 1\n"
         "mitigations M9001|Invented mitigation|attack|T9001\n");
  expect("attack", "dangling.json", "snapshot  \n");
}

Test(feed_read, atlas) {
  expect("atlas", "matrix.yaml",
         "tactics AML.TA9001|Invented first|atlas|1|TA9002\n"
         "tactics AML.TA9002|Invented second|atlas|2|\n"
         "techniques AML.T9000|Invented technique|atlas|AML.TA9001 AML.TA9002||\n"
         "record about/AML.T9000\n"
         "  technique AML.T9000 modified=2099-02-01\n"
         "techniques AML.T9000.000|Its part|atlas|AML.TA9001 AML.TA9002|AML.T9000|T9001\n"
         "bad : a record without a usable id or name: techniques\n"
         "mitigations AML.M9000|Invented mitigation|atlas|AML.T9000 AML.T9000.000\n"
         "mitigations AML.M9001|Older form|atlas|AML.T9000\n"
         "bad : the document has no list named case-studies\n"
         "snapshot 9.9.0 2099-02-01\n");
  expect("atlas", "no-list.yaml", "error: the document has no list named matrices\n");
}

Test(feed_read, kev) {
  expect("kev", "catalogue.json",
         "snapshot 2099.01.02 2099-01-02T03:04:05.0000Z\n"
         "kev CVE-2099-1000 2099-01-01 2099-01-21 known\n"
         "record CVE-2099-1000 date=2099-01-01\n"
         "  define vulnerability CVE-2099-1000||cve||0\n"
         "  vulnerability CVE-2099-1000 kev_added=2099-01-01\n"
         "  vulnerability CVE-2099-1000 kev_due=2099-01-21\n"
         "  vulnerability CVE-2099-1000 kev_ransomware=known\n"
         "kev CVE-2099-1001 2099-01-02 \n"
         "record CVE-2099-1001 date=2099-01-02\n"
         "  define vulnerability CVE-2099-1001||cve||0\n"
         "  vulnerability CVE-2099-1001 kev_added=2099-01-02\n"
         "bad record 3: cveID is not a CVE id\n"
         "bad record 4: dateAdded is not a date\n"
         "bad record 5: cveID is not a CVE id\n");
  expect("kev", "no-list.json", "error: the catalogue has no list named vulnerabilities\n");
}

Test(feed_read, epss) {
  expect("epss", "scores.csv",
         "snapshot v9 2099-01-02T00:00:00+0000\n"
         "epss CVE-2099-1000 0.12345 0.54321\n"
         "epss CVE-2099-1001 1.00000 1\n");
  expect("epss", "bad-rows.csv",
         "bad record 2: the line is not a CVE id and two probabilities\n"
         "bad record 3: the line is not a CVE id and two probabilities\n"
         "bad record 4: the line is not a CVE id and two probabilities\n"
         "bad record 5: the line is not a CVE id and two probabilities\n"
         "bad record 6: the line is not a CVE id and two probabilities\n"
         "epss CVE-2099-1002 0 0\n");
  expect("epss", "wrong-heading.csv",
         "snapshot  \nsnapshot  \nerror: the table does not start with a column named cve\n");
}

// ---- every feed over its whole corpus ---------------------------------------------------------

typedef void (*visit)(const char *feed, vd_view bytes);

static void each_document(visit fn) {
  for (const vd_feed *feed = vd_feeds; feed->name != NULL; feed++) {
    VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
    DIR *dir = opendir(vd_arena_printf(&a, "fuzz/corpus/%s", feed->name).ptr);
    cr_assert(dir != NULL, "%s has no corpus", feed->name);
    for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir))
      if (e->d_name[0] != '.')
        fn(feed->name, corpus(&a, feed->name, e->d_name));
    (void)closedir(dir);
  }
}

// Each prefix gets memory of its exact size, so that ASan sees an over-read.
static void read_prefixes(const char *feed, vd_view bytes) {
  for (size_t n = 0; n <= bytes.len; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
    VD_SCOPED_BUF out = VD_BUF(1 << 20);
    char *copy = malloc(n + (n == 0));
    cr_assert(copy != NULL);
    if (n > 0)
      memcpy(copy, bytes.ptr, n);
    vd_error err = {0};
    vd_code code = read_into(&a, feed, (vd_view){copy, n}, &out, &err);
    cr_assert(code == VD_OK || (code == err.code && err.text[0] != '\0'), "%s: %zu bytes", feed, n);
    free(copy);
  }
}

Test(feed_read, every_prefix) { each_document(read_prefixes); }

static void fail_allocations(const char *feed, vd_view bytes) {
  VD_SCOPED_BUF whole = VD_BUF(1 << 20);
  VD_SCOPED_ARENA first = VD_ARENA(16 << 20);
  vd_code expected = read_into(&first, feed, bytes, &whole, NULL);
  for (unsigned n = 1;; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
    VD_SCOPED_BUF out = VD_BUF(1 << 20);
    a.fail_at = n;
    vd_code code = read_into(&a, feed, bytes, &out, NULL);
    if (a.fail_at != 0) { // not reached: the read went through
      cr_assert(code == expected && vd_view_eq(vd_buf_view(&out), vd_buf_view(&whole)));
      return;
    }
    cr_assert(code == VD_NOMEM, "%s: allocation %u failed and gave %d", feed, n, (int)code);
  }
}

Test(feed_read, every_allocation_fails) { each_document(fail_allocations); }
