#include "feed_corpus.h"
#include "feed_tally.h"

#include <limits.h>
#include <sys/stat.h>

static const corpus_file json = {"cwe", "examples.json", NULL};
static const corpus_file xml = {"cwe", "catalogue.xml", NULL};

Test(feed_cwe, json_has_more_than_the_facts) {
  corpus_expect(json, "weaknesses CWE-9001|An invented weakness|Base|| text=It is invented.\n"
                      "And more of it.\n"
                      "bad CWE-9001: an observed example is not a CVE id: CVE-2099-1\n"
                      "bad CWE-9001: an observed example is not a CVE id: see CVE-2099-1001\n"
                      "record about/CWE-9001 date=2098-01-02\n"
                      "  weakness CWE-9001 status=draft\n"
                      "  weakness CWE-9001 likelihood=high\n"
                      "  weakness CWE-9001 modified=2099-02-03\n"
                      "  weakness CWE-9001 platform=AI/ML\n"
                      "  weakness CWE-9001 platform=Web Based\n"
                      "  weakness CWE-9001 synonym=IW\n"
                      "  vulnerability CVE-2099-1000 -has_weakness-> weakness CWE-9001 stated 1 "
                      "evidence=observed example: Invented product is weak.\n"
                      "  vulnerability CVE-2099-1002 -has_weakness-> weakness CWE-9001 stated 1 "
                      "evidence=observed example\n"
                      "weaknesses CWE-9002|DEPRECATED: gone|Base||\n"
                      "record about/CWE-9002\n"
                      "  weakness CWE-9002 status=deprecated\n");
  corpus_expect((corpus_file){"cwe", "views.json", NULL},
                "record CWE-9100\n"
                "  define weakness CWE-9100|Invented view|View|To look at inventions.|0\n"
                "  weakness CWE-9100 status=stable\n"
                "bad CWE-9101: a record without a usable id or name: weaknesses\n");
}

Test(feed_cwe, xml_says_the_same) {
  corpus_expect(xml,
                "snapshot 9.9 2099-01-01\n"
                "weaknesses CWE-9001|An invented weakness|Base|CWE-9002|CAPEC-9101 CAPEC-9102 "
                "text=It is invented.\n"
                "And more of it.\n"
                "bad CWE-9001: an observed example is not a CVE id: CVE-2099-1\n"
                "record about/CWE-9001 date=2098-01-02\n"
                "  weakness CWE-9001 status=draft\n"
                "  weakness CWE-9001 likelihood=high\n"
                "  weakness CWE-9001 modified=2099-02-03\n"
                "  weakness CWE-9001 platform=AI/ML\n"
                "  weakness CWE-9001 platform=Web Based\n"
                "  weakness CWE-9001 synonym=IW\n"
                "  vulnerability CVE-2099-1000 -has_weakness-> weakness CWE-9001 stated 1 "
                "evidence=observed example: Invented product is weak.\n"
                "bad : a record without a usable id or name: weaknesses\n"
                "weaknesses CWE-9010|An invented category|Category|| text=It holds inventions.\n"
                "record about/CWE-9010\n"
                "  weakness CWE-9010 status=obsolete\n"
                "record CWE-9100\n"
                "  define weakness CWE-9100|Invented view|View|To look at inventions.|0\n"
                "  weakness CWE-9100 status=stable\n");
  corpus_expect((corpus_file){"cwe", "other.xml", NULL},
                "error: the document is no catalogue of weaknesses\n");
}

Test(feed_cwe, damage_is_told_and_harmless) {
  corpus_cut((corpus_file){"cwe", "whole.json", NULL});
  corpus_cut((corpus_file){"cwe", "whole.xml", NULL});
  corpus_flip(json);
  corpus_flip(xml);
}

// The manifest's counts. The rest was counted with Python from the same files: of 3,062 observed
// examples 8 refer to the bibliography, one has no valid id and 7 stand twice.
Test(feed_cwe, json_counts) {
  static const tally_row rows[] = {
      {"node weaknesses", 969 + 420},
      {"text weaknesses", 969 + 420},
      {"define weakness View", 58},
      {"link vulnerability has_weakness weakness stated", 3046},
      {"property weakness status", 969 + 420 + 58},
      {"property weakness likelihood", 185},
      {"property weakness platform", 854},
      {"property weakness synonym", 186},
      {"bad", 1},
  };
  tally t;
  tally_feed(&t, "cwe");
  tally_expect(&t, rows, VD_COUNT(rows));
  vd_arena_free(&t.arena);
}

// A mirror that has the XML only.
Test(feed_cwe, xml_counts) {
  static const tally_row rows[] = {
      {"node weaknesses", 964 + 409},
      {"define weakness View", 54},
      {"link vulnerability has_weakness weakness stated", 2967},
      {"property weakness status", 964 + 409 + 54},
      {"property weakness likelihood", 185},
      {"snapshot", 1},
      {"bad", 1},
  };
  char mirror[] = "/tmp/vedette-cwe-XXXXXX", from[4200], whole[PATH_MAX], path[100];
  (void)snprintf(from, sizeof from, "%s/cwe/cwec_latest.xml.zip", tally_mirror());
  cr_assert(realpath(from, whole) != NULL, "%s", from);
  cr_assert(mkdtemp(mirror) != NULL);
  (void)snprintf(path, sizeof path, "%s/cwe", mirror);
  cr_assert(mkdir(path, 0700) == 0);
  (void)snprintf(path, sizeof path, "%s/cwe/cwec_latest.xml.zip", mirror);
  cr_assert(symlink(whole, path) == 0);
  tally t;
  tally_run(&t, "cwe", mirror);
  tally_expect(&t, rows, VD_COUNT(rows));
  vd_arena_free(&t.arena);
  cr_assert(unlink(path) == 0);
  (void)snprintf(path, sizeof path, "%s/cwe", mirror);
  cr_assert(rmdir(path) == 0 && rmdir(mirror) == 0);
}
