#include "feed_corpus.h"
#include "feed_tally.h"

static const corpus_file rows = {"attack_to_cve", "rows.csv", NULL};

Test(feed_attack_to_cve, rows_map_flaws_to_techniques) {
  corpus_expect(
      rows,
      "snapshot  \n"
      "record CVE-2099-1000/Phase 2\n"
      "  vulnerability CVE-2099-1000 -maps_to-> technique T1059 stated 1 evidence=Primary Impact\n"
      "  vulnerability CVE-2099-1000 -maps_to-> technique T1068 stated 1 evidence=Primary Impact\n"
      "  vulnerability CVE-2099-1000 -maps_to-> technique T1190 stated 1 evidence=Exploitation "
      "Technique\n"
      "record CVE-2099-1000/Phase 1\n"
      "  vulnerability CVE-2099-1000 -maps_to-> technique T0873 stated 1 evidence=Uncategorized\n"
      "  vulnerability CVE-2099-1000 -maps_to-> technique T1203 stated 1 evidence=Uncategorized\n"
      "  vulnerability CVE-2099-1000 -maps_to-> technique T1005 stated 1 evidence=Uncategorized\n"
      "bad line 5: not a CVE id: CVE-2099\n"
      "bad line 6: not a technique: T11190\n"
      "bad line 6: not a technique: TT1\n"
      "record CVE-2099-1002/Phase 1\n"
      "  vulnerability CVE-2099-1002 -maps_to-> technique T1036 stated 1 evidence=Uncategorized\n"
      "bad line 7: a row with another number of cells: CVE-2099-1003\n");
  corpus_expect((corpus_file){"attack_to_cve", "columns.csv", NULL},
                "error: the table has no column named Secondary Impact\n");
}

Test(feed_attack_to_cve, damage_is_told_and_harmless) {
  corpus_cut((corpus_file){"attack_to_cve", "whole.csv", NULL});
  corpus_flip(rows);
}

// Of the manifest's 839 rows 9 name no technique. Counted with Python: 1,704 techniques named in
// 830 rows, two with a slip of the pen ("T11190", "TT1565").
Test(feed_attack_to_cve, counts) {
  static const tally_row expected[] = {
      {"record", 830},
      {"link vulnerability maps_to technique stated", 1704},
      {"bad", 2},
  };
  tally t;
  tally_feed(&t, "attack_to_cve");
  tally_expect(&t, expected, VD_COUNT(expected));
  vd_arena_free(&t.arena);
}
