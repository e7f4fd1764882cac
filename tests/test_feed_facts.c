#include "feed/feed.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- a mirror in a temporary folder -----------------------------------------------------------

typedef struct fixture {
  vd_arena arena;
  char mirror[64], out[80];
  vd_buf pysec, ghsa, malicious; // tar archives under construction
  vd_facts_stats stats;
  vd_view notices;
} fixture;

static void put_file(fixture *x, const char *name, vd_view bytes) {
  vd_view path = vd_arena_printf(&x->arena, "%s/%s", x->mirror, name);
  vd_view folder = vd_view_first(path, path.len - strlen(strrchr(path.ptr, '/')));
  (void)mkdir(vd_arena_copy(&x->arena, folder).ptr, 0700);
  cr_assert(vd_file_write(path.ptr, bytes, NULL) == VD_OK);
}

// One entry of a ustar archive: header, bytes, padding to 512.
static void put_entry(vd_buf *tar, const char *name, const char *text) {
  char header[512] = {0};
  unsigned sum = 8 * ' '; // the checksum field counts as blanks
  (void)snprintf(header, 100, "%s", name);
  (void)snprintf(header + 100, 8, "%07o", 0644);
  (void)snprintf(header + 124, 12, "%011o", (unsigned)strlen(text));
  header[156] = '0';
  (void)snprintf(header + 257, 6, "ustar");
  memset(header + 263, '0', 2);
  for (size_t i = 0; i < sizeof header; i++)
    sum += (unsigned char)header[i];
  (void)snprintf(header + 148, 8, "%06o", sum);
  vd_buf_put(tar, (vd_view){header, sizeof header});
  vd_buf_put(tar, vd_view_of(text));
  while (tar->len % 512 != 0)
    vd_buf_put_c(tar, '\0');
}

static uint32_t crc32_of(vd_view v) {
  uint32_t crc = ~0u;
  for (size_t i = 0; i < v.len; i++) {
    crc ^= (unsigned char)v.ptr[i];
    for (int k = 0; k < 8; k++)
      crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  return ~crc;
}

// A gzip file of one stored block.
static vd_view gzip(fixture *x, vd_view v) {
  uint8_t *p = vd_new_array(&x->arena, uint8_t, v.len + 23);
  const uint8_t head[] = {31, 139, 8, 0, 0, 0, 0, 0, 0, 255, 1};
  uint32_t tail[] = {crc32_of(v), (uint32_t)v.len};
  uint16_t lengths[] = {(uint16_t)v.len, (uint16_t)~v.len};
  cr_assert(p != NULL);
  memcpy(p, head, 11);
  memcpy(p + 11, lengths, 4);
  memcpy(p + 15, v.ptr, v.len);
  memcpy(p + 15 + v.len, tail, 8);
  return (vd_view){(char *)p, v.len + 23};
}

static void copy_corpus(fixture *x, const char *from, const char *to) {
  vd_view bytes;
  cr_assert(vd_file_read(&x->arena, from, 1 << 20, &bytes, NULL) == VD_OK);
  put_file(x, to, bytes);
}

static fixture open_mirror(void) {
  fixture x = {.arena = VD_ARENA(64 << 20),
               .mirror = "/tmp/vedette-mirror-XXXXXX",
               .pysec = VD_BUF(1 << 20),
               .ghsa = VD_BUF(1 << 20),
               .malicious = VD_BUF(1 << 20)};
  cr_assert(mkdtemp(x.mirror) != NULL);
  (void)snprintf(x.out, sizeof x.out, "%s/facts", x.mirror);
  copy_corpus(&x, "fuzz/corpus/cwe/version.json", "cwe/cwev.json");
  copy_corpus(&x, "fuzz/corpus/cwe/weaknesses.json", "cwe/weaknesses.json");
  copy_corpus(&x, "fuzz/corpus/cwe/categories.json", "cwe/categories.json");
  copy_corpus(&x, "fuzz/corpus/capec/bundle.json", "capec/stix-capec.json");
  copy_corpus(&x, "fuzz/corpus/attack/bundle.json", "mitre-attack/enterprise-attack.json");
  copy_corpus(&x, "fuzz/corpus/atlas/matrix.yaml", "mitre-atlas/ATLAS.yaml");
  copy_corpus(&x, "fuzz/corpus/kev/catalogue.json", "kev/known_exploited_vulnerabilities.json");
  put_file(&x, "epss/epss_scores-2098-01-02.csv.gz", gzip(&x, VD_VIEW("cve,old\n")));
  put_file(&x, "epss/epss_scores-2099-01-02.csv.gz",
           gzip(&x, VD_VIEW("#model_version:v9,score_date:2099-01-02T00:00:00+0000\n"
                            "cve,epss,percentile\nCVE-2099-1000,0.12345,0.54321\n"
                            "CVE-2099-9999,0.5,0.5\n")));
  return x;
}

static void pysec(fixture *x, const char *id, const char *text) {
  char name[100];
  (void)snprintf(name, sizeof name, "main/vulns/ours/%s.yaml", id);
  put_entry(&x->pysec, name, text);
}

static void ghsa(fixture *x, const char *id, const char *text) {
  char name[100];
  (void)snprintf(name, sizeof name, "main/advisories/github-reviewed/2099/01/%s.json", id);
  put_entry(&x->ghsa, name, text);
}

static void malicious(fixture *x, const char *id, const char *text) {
  char name[100];
  (void)snprintf(name, sizeof name, "main/osv/malicious/pypi/ours/%s.json", id);
  put_entry(&x->malicious, name, text);
}

static void finish_archive(fixture *x, vd_buf *tar, const char *name) {
  put_entry(tar, "main/README.md", "not a document");
  for (int i = 0; i < 1024; i++)
    vd_buf_put_c(tar, '\0');
  cr_assert(!tar->failed);
  put_file(x, name, vd_buf_view(tar));
}

static void build(fixture *x) {
  char *text = NULL;
  size_t size = 0;
  vd_error err = {0};
  finish_archive(x, &x->pysec, "pysec/main.tar.gz");
  finish_archive(x, &x->ghsa, "ghsa/main.tar.gz");
  finish_archive(x, &x->malicious, "malicious-packages/main.tar.gz");
  FILE *notices = open_memstream(&text, &size);
  cr_assert(vd_facts_build(x->mirror, x->out, notices, &x->stats, &err) == VD_OK, "%s", err.text);
  (void)fclose(notices);
  x->notices = vd_arena_copy(&x->arena, (vd_view){text, size});
  free(text);
}

static vd_view table(fixture *x, const char *name) {
  vd_view path = vd_arena_printf(&x->arena, "%s/%s.tsv", x->out, name), bytes = {0};
  cr_assert(vd_file_read(&x->arena, path.ptr, 8 << 20, &bytes, NULL) == VD_OK);
  return bytes;
}

static void expect(fixture *x, const char *name, const char *rows) {
  vd_view text = table(x, name), heading;
  cr_assert(vd_view_line(&text, &heading) && vd_view_starts(heading, VD_VIEW("# ")));
  cr_assert(vd_view_eq(text, vd_view_of(rows)), "%s:\n%.*s", name, (int)text.len, text.ptr);
}

static void close_mirror(fixture *x) {
  vd_buf_free(&x->pysec);
  vd_buf_free(&x->ghsa);
  vd_buf_free(&x->malicious);
  cr_assert(system(vd_arena_printf(&x->arena, "rm -r %s", x->mirror).ptr) == 0);
  vd_arena_free(&x->arena);
}

// ---- advisories into flaws --------------------------------------------------------------------

#define OURS  "affected:\n- package: {name: ours, ecosystem: PyPI}\n"
#define DATES "published: 2099-01-02T00:00:00Z\nmodified: 2099-01-03T00:00:00Z\n"

Test(feed_facts, aliases_join_across_feeds_and_chains) {
  fixture x = open_mirror();
  // 1 and GHSA share a CVE; 2 knows GHSA only, 3 knows 2 only; 4 stands alone.
  pysec(&x, "1", "id: PYSEC-2099-1\naliases: [CVE-2099-1000]\n" DATES OURS "  versions: ['1.0']\n");
  ghsa(&x, "a",
       "{\"id\": \"GHSA-aaaa-bbbb-cccc\", \"aliases\": [\"CVE-2099-1000\"],"
       "\"published\": \"2099-01-01T00:00:00Z\", \"modified\": \"2099-01-02T00:00:00Z\","
       "\"affected\": [{\"package\": {\"ecosystem\": \"PyPI\", \"name\": \"Ours\"},"
       "\"versions\": [\"1.0\"]}], \"database_specific\": {\"severity\": \"MODERATE\","
       "\"cwe_ids\": [\"CWE-502\", \"CWE-79\", \"CWE-79\"]}}");
  pysec(&x, "2",
        "id: PYSEC-2099-2\naliases: [GHSA-aaaa-bbbb-cccc]\n" DATES OURS
        "  versions: ['2.0']\nseverity: [{type: CVSS_V3, score: 'CVSS:3.1/x'},"
        "{type: CVSS_V4, score: 'CVSS:4.0/x'}, {type: CVSS_V2, score: 'AV:N/x'}]\n");
  pysec(&x, "3", "id: PYSEC-2099-3\naliases: [PYSEC-2099-2]\n" DATES OURS "  versions: ['2.0']\n");
  pysec(&x, "4", "id: PYSEC-2099-4\n" DATES OURS "  versions: ['2.0']\n");
  build(&x);
  expect(&x, "vulnerabilities",
         "CVE-2099-1000\tGHSA-aaaa-bbbb-cccc PYSEC-2099-1 PYSEC-2099-2 PYSEC-2099-3\t2099-01-01\t"
         "2099-01-03\tmedium\tCVSS:4.0/x CVSS:3.1/x AV:N/x\tCWE-79 CWE-502\n"
         "PYSEC-2099-4\t\t2099-01-02\t2099-01-03\t\t\t\n");
  expect(&x, "affected",
         "ours\tCVE-2099-1000\tGHSA-aaaa-bbbb-cccc PYSEC-2099-1\t\t1.0\n"
         "ours\tCVE-2099-1000\tPYSEC-2099-2 PYSEC-2099-3\t\t2.0\n"
         "ours\tPYSEC-2099-4\tPYSEC-2099-4\t\t2.0\n");
  expect(&x, "epss", "CVE-2099-1000\t0.12345\t0.54321\n");
  cr_assert(x.stats.advisories == 5 && x.stats.flaws == 2 && x.stats.packages == 1);
  close_mirror(&x);
}

Test(feed_facts, withdrawn_advisories_take_no_part) {
  fixture x = open_mirror();
  pysec(&x, "1", "id: PYSEC-2099-1\naliases: [CVE-2099-1]\n" DATES OURS "  versions: ['1.0']\n");
  pysec(&x, "2", "id: PYSEC-2099-2\naliases: [CVE-2099-2]\n" DATES OURS "  versions: ['1.0']\n");
  // Would join the two flaws and add a version.
  pysec(&x, "3",
        "id: PYSEC-2099-3\naliases: [CVE-2099-2, CVE-2099-1]\nwithdrawn: 2099-02-01\n" DATES OURS
        "  versions: ['3.0']\n");
  build(&x);
  expect(&x, "withdrawn", "PYSEC-2099-3\tCVE-2099-1 CVE-2099-2\t2099-02-01\n");
  expect(&x, "affected",
         "ours\tCVE-2099-1\tPYSEC-2099-1\t\t1.0\nours\tCVE-2099-2\tPYSEC-2099-2\t\t1.0\n");
  expect(&x, "packages", "ours\t1.0\n");
  close_mirror(&x);
}

Test(feed_facts, malicious_packages_are_flaws_without_a_fix) {
  fixture x = open_mirror();
  malicious(&x, "MAL-2099-1",
            "{\"id\": \"MAL-2099-1\", \"published\": \"2099-01-02T00:00:00Z\","
            "\"modified\": \"2099-01-03T00:00:00Z\", \"affected\": [{\"package\":"
            "{\"ecosystem\": \"PyPI\", \"name\": \"Stolen\"}, \"versions\": [\"1.1\"]}]}");
  malicious(&x, "MAL-2099-2",
            "{\"id\": \"MAL-2099-2\", \"published\": \"2099-01-02T00:00:00Z\","
            "\"modified\": \"2099-01-03T00:00:00Z\", \"affected\": [{\"package\":"
            "{\"ecosystem\": \"PyPI\", \"name\": \"stollen\"}}]}");
  build(&x);
  expect(&x, "affected",
         "stolen\tMAL-2099-1\tMAL-2099-1\t\t1.1\nstollen\tMAL-2099-2\tMAL-2099-2\t[,)\t\n");
  expect(&x, "packages", "stolen\t1.1\nstollen\t\n");
  close_mirror(&x);
}

Test(feed_facts, ranges_of_all_entries_are_united_and_hide_their_versions) {
  fixture x = open_mirror();
  pysec(&x, "1",
        "id: PYSEC-2099-1\n" DATES OURS "  ranges:\n"
        "  - {type: ECOSYSTEM, events: [{introduced: '0'}, {fixed: '1.10'}]}\n"
        "  - {type: GIT, events: [{introduced: '0'}, {fixed: 'abc'}]}\n"
        "  versions: ['1.9', '1.10.0', '1.11', 'odd one', '1.2-x']\n"
        "- package: {name: OURS, ecosystem: PyPI}\n"
        "  ranges: [{type: SEMVER, events: [{introduced: 2.0.0}, {last_affected: 2.1.0}]}]\n"
        "- package: {name: ours, ecosystem: npm}\n  versions: ['7.0']\n");
  build(&x);
  expect(&x, "affected", "ours\tPYSEC-2099-1\tPYSEC-2099-1\t[,1.10) [2.0.0,2.1.0]\t1.10.0 1.11\n");
  // 1.10 and 1.10.0 are one version; 1.2-x is none that pip knows.
  expect(&x, "packages", "ours\t1.9 1.10 1.11 2.0.0 2.1.0\n");
  close_mirror(&x);
}

Test(feed_facts, bad_records_are_told_and_left_out) {
  fixture x = open_mirror();
  pysec(&x, "1", "id: PYSEC-2099-1\n" DATES OURS "  versions: ['1.0']\n");
  pysec(&x, "2", "id: [\n");
  pysec(&x, "3", "id: PYSEC-2099-3\n" DATES OURS);
  pysec(&x, "4",
        "id: PYSEC-2099-4\npublished: 2098-01-02T00:00:00Z\nmodified: 2101-01-01T00:00:00Z\n" OURS
        "  versions: ['1.0']\n");
  ghsa(&x, "a", "{\"id\": \"GHSA-\\u001b[31m\"}");
  build(&x);
  cr_assert(x.stats.empty == 1 && x.stats.bad >= 2);
  const char *const told[] = {"pysec: main/vulns/ours/2.yaml:", "PYSEC-2099-3: states neither",
                              "PYSEC-2099-4: modified 2101-01-01 lies far after",
                              "ghsa: main/advisories/github-reviewed/2099/01/a.json:"};
  for (size_t i = 0; i < VD_COUNT(told); i++)
    cr_assert(vd_view_has(x.notices, vd_view_of(told[i])), "%s\n%.*s", told[i], (int)x.notices.len,
              x.notices.ptr);
  cr_assert(vd_view_find(x.notices, '\x1b') == x.notices.len);
  expect(
      &x, "vulnerabilities",
      "PYSEC-2099-1\t\t2099-01-02\t2099-01-03\t\t\t\nPYSEC-2099-3\t\t2099-01-02\t2099-01-03\t\t\t\n"
      "PYSEC-2099-4\t\t2098-01-02\t\t\t\t\n");
  cr_assert(vd_view_has(table(&x, "sources"), VD_VIEW("pysec\t\t2099-01-03\t3\t")));
  close_mirror(&x);
}

Test(feed_facts, relations_point_at_rows_that_exist) {
  fixture x = open_mirror();
  build(&x);
  expect(&x, "weaknesses",
         "CWE-9001\tAn invented weakness\tBase\tCWE-9002\tCAPEC-9101 CAPEC-9102\n"
         "CWE-9002\tIts parent\tClass\t\t\nCWE-9010\tAn invented category\tCategory\t\t\n");
  expect(&x, "patterns",
         "CAPEC-9101\tInvented pattern\tMeta\t\t\nCAPEC-9102\tIts "
         "child\tDetailed\tCAPEC-9101\tT9001\n");
  expect(&x, "techniques",
         "AML.T9000\tInvented technique\tatlas\tAML.TA9001 AML.TA9002\t\t\n"
         "AML.T9000.000\tIts part\tatlas\tAML.TA9001 AML.TA9002\tAML.T9000\tT9001\n"
         "T9001\tInvented technique\tattack\tTA9001 TA9002\t\t\n"
         "T9001.001\tIts part\tattack\tTA9002\tT9001\t\n");
  expect(&x, "kev",
         "CVE-2099-1000\t2099-01-01\t2099-01-21\tknown\nCVE-2099-1001\t2099-01-02\t\t\n");
  close_mirror(&x);
}

Test(feed_facts, a_missing_feed_is_named) {
  fixture x = open_mirror();
  vd_error err = {0};
  cr_assert(vd_facts_build(x.mirror, x.out, NULL, NULL, &err) != VD_OK);
  cr_assert(strstr(err.text, "pysec/main.tar.gz") != NULL, "%s", err.text);
  cr_assert(access(x.out, F_OK) != 0);
  close_mirror(&x);
}

// ---- the real feeds ---------------------------------------------------------------------------

static const char *find_feeds(void) {
  static char path[512];
  const char *const roots[] = {getenv("VD_SHARED"), "../shared", "../../shared"};
  for (size_t i = 0; i < VD_COUNT(roots); i++) {
    (void)snprintf(path, sizeof path, "%s/feeds", roots[i] == NULL ? "" : roots[i]);
    if (roots[i] != NULL && access(path, R_OK) == 0)
      return path;
  }
  return NULL;
}

static void compare_committed(fixture *x, const char *name) {
  vd_view committed = {0}, built = table(x, name);
  vd_view path = vd_arena_printf(&x->arena, "facts/%s.tsv", name);
  cr_assert(vd_file_read(&x->arena, path.ptr, 8 << 20, &committed, NULL) == VD_OK);
  cr_assert(vd_view_eq(committed, built), "facts/%s.tsv is not what the feeds give", name);
}

Test(feed_facts, the_committed_tables_are_what_the_feeds_give) {
  const char *feeds = find_feeds();
  if (feeds == NULL)
    cr_skip_test("no ../shared/feeds here");
  static const char *const names[] = {
      "sources", "vulnerabilities", "withdrawn",  "affected",   "packages", "kev",
      "epss",    "patterns",        "weaknesses", "techniques", "tactics",  "mitigations"};
  fixture x = open_mirror();
  vd_error err = {0};
  cr_assert(vd_facts_build(feeds, x.out, NULL, &x.stats, &err) == VD_OK, "%s", err.text);
  for (size_t i = 0; i < VD_COUNT(names); i++)
    compare_committed(&x, names[i]);
  close_mirror(&x);
}
