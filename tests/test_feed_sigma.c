#include "feed_corpus.h"
#include "feed_tally.h"

static const corpus_file rule = {"sigma", "rule.yml", "rules/rule.yml"};

Test(feed_sigma, rules) {
  corpus_expect(
      rule,
      "record 00000000-0000-4000-8000-000000000001 date=2098-01-02\n"
      "  define detection sigma/00000000-0000-4000-8000-000000000001|Use of "
      "CVE-2099-1000|sigma|Sees cve-2099-1001 and T1190 (CVE-2099-1000).|0\n"
      "  detection sigma/00000000-0000-4000-8000-000000000001 status=test\n"
      "  detection sigma/00000000-0000-4000-8000-000000000001 level=high\n"
      "  detection sigma/00000000-0000-4000-8000-000000000001 date=2098-01-02\n"
      "  detection sigma/00000000-0000-4000-8000-000000000001 modified=2099-01-02\n"
      "  detection sigma/00000000-0000-4000-8000-000000000001 logsource=product=invented, "
      "category=process_creation\n"
      "  detection sigma/00000000-0000-4000-8000-000000000001 "
      "query={\"selection\":{\"Image|endswith\":[\"\\\\invented.exe\",\"\\u0007\"],\"EventID\":1,"
      "\"Empty\":null,\"Version\":\"1.10\"},\"condition\":\"selection and not 1 of filter_*\"}\n"
      "  detection sigma/00000000-0000-4000-8000-000000000001 -detects-> technique T1190 stated 1 "
      "evidence=attack.t1190\n"
      "  detection sigma/00000000-0000-4000-8000-000000000001 -detects-> technique T1059.001 "
      "stated 1 evidence=attack.t1059.001\n"
      "  detection sigma/00000000-0000-4000-8000-000000000001 -detects-> vulnerability "
      "CVE-2099-1000 stated 1 evidence=cve.2099-1000\n"
      "  detection sigma/00000000-0000-4000-8000-000000000001 -detects-> vulnerability "
      "CVE-2099-1001 text 0.9 evidence=Sees cve-2099-1001 and T1190 (CVE-2099-1000).\n");
}

Test(feed_sigma, what_is_no_rule_is_told) {
  corpus_expect((corpus_file){"sigma", "broken.yml", "p.yml"},
                "bad p.yml: flow sequence without a closing bracket\n");
  corpus_expect((corpus_file){"sigma", "lacking.yml", "p.yml"},
                "bad p.yml: a rule without a detection\n");
  corpus_expect((corpus_file){"sigma", "list.yml", "p.yml"},
                "bad p.yml: not a rule with an id and a title\n");
  corpus_expect(
      (corpus_file){"sigma", "long.yml", "p.yml"},
      "bad 00000000-0000-4000-8000-000000000002: a rule without a known level: dreadful\n"
      "bad 00000000-0000-4000-8000-000000000002: a detection too long to be kept\n"
      "record 00000000-0000-4000-8000-000000000002\n"
      "  define detection sigma/00000000-0000-4000-8000-000000000002|Too long|sigma||0\n");
}

Test(feed_sigma, damage_is_told_and_harmless) {
  corpus_cut((corpus_file){"sigma", "whole.yml", NULL});
  corpus_flip(rule);
}

// The manifest's 3,754 rules. The links were counted with Python: 4,472 technique tags and 228 CVE
// tags, each once a rule, and 51 flaws more in titles and descriptions. 19 detections are longer
// than a property may be.
Test(feed_sigma, counts) {
  static const tally_row rows[] = {
      {"define detection sigma", 3754},
      {"link detection detects technique stated", 4472},
      {"link detection detects vulnerability stated", 228},
      {"link detection detects vulnerability text", 51},
      {"property detection level", 3754},
      {"property detection status", 3754},
      {"property detection logsource", 3754},
      {"property detection query", 3754 - 19},
      {"date", 3754},
      {"bad", 19},
  };
  tally t;
  tally_feed(&t, "sigma");
  tally_expect(&t, rows, VD_COUNT(rows));
  vd_arena_free(&t.arena);
}
