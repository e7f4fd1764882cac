#include "feed_corpus.h"
#include "feed_tally.h"

static const corpus_file kev = {"ctid", "kev.json", NULL};
static const corpus_file controls = {"ctid", "controls.json", NULL};

Test(feed_ctid, flaws_map_to_techniques) {
  corpus_expect(
      kev,
      "snapshot 01/02/2099 2099-02-03\n"
      "bad record 5: capability_id is not one of its framework\n"
      "bad record 6: attack_object_id is not a technique\n"
      "bad record 7: capability_id is not one of its framework\n"
      "record kev/enterprise/CVE-2099-1000 date=2099-01-02\n"
      "  vulnerability CVE-2099-1000 -maps_to-> technique T1190 stated 1 "
      "evidence=exploitation_technique: It is asked for.\n"
      "  vulnerability CVE-2099-1000 -maps_to-> technique T1190 stated 1 evidence=primary_impact\n"
      "record kev/enterprise/CVE-2099-1001 date=2099-01-02\n"
      "  vulnerability CVE-2099-1001 -maps_to-> technique T1059.001 stated 1 "
      "evidence=primary_impact\n");
}

Test(feed_ctid, controls_mitigate_techniques) {
  corpus_expect(controls,
                "snapshot rev9 \n"
                "bad record 4: capability_id is not one of its framework\n"
                "record nist_800_53/enterprise/AC-02\n"
                "  define mitigation nist-800-53/AC-2|Account Management|nist-800-53||0\n"
                "  mitigation nist-800-53/AC-2 category=Access Control\n"
                "  mitigation nist-800-53/AC-2 -mitigates-> technique T1190 stated 1\n"
                "record nist_800_53/enterprise/AC-10\n"
                "  define mitigation nist-800-53/AC-10|nist-800-53/AC-10|nist-800-53||0\n");
  corpus_expect((corpus_file){"ctid", "whole.json", NULL},
                "snapshot 9 \n"
                "record csa_ccm/cloud/A&A-01\n"
                "  define mitigation csa-ccm/A&A-01|Audit|csa-ccm||0\n"
                "  mitigation csa-ccm/A&A-01 -mitigates-> technique T1190 stated 1\n");
  corpus_expect((corpus_file){"ctid", "other.json", NULL},
                "error: the document is not a mapping of a known framework\n");
}

Test(feed_ctid, damage_is_told_and_harmless) {
  corpus_cut((corpus_file){"ctid", "whole.json", NULL});
  corpus_flip(kev);
  corpus_flip(controls);
}

// The manifest's 1,183 mappings of 419 flaws, and 45 of 14 for mobile; the edition of 2025-02-13 is
// not read beside that of 2025-07-28. Controls were counted with Python: 109 of NIST with 5,314
// mappings, 50 of which stand twice; 204 of CSA with 792, two of which stand twice.
Test(feed_ctid, counts) {
  static const tally_row rows[] = {
      {"record", 419 + 14 + 109 + 204},
      {"link vulnerability maps_to technique stated", 1183 + 45},
      {"link mitigation mitigates technique stated", 5264 + 790},
      {"define mitigation nist-800-53", 109},
      {"define mitigation csa-ccm", 204},
      {"property mitigation category", 109 + 204},
      {"snapshot", 4},
      {"bad", 0},
  };
  tally t;
  tally_feed(&t, "ctid");
  tally_expect(&t, rows, VD_COUNT(rows));
  vd_arena_free(&t.arena);
}
