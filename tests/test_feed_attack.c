#include "feed_corpus.h"
#include "feed_tally.h"

static const corpus_file groups = {"attack", "groups.json", NULL};

Test(feed_attack, groups_software_campaigns_and_detections) {
  corpus_expect(groups,
                "snapshot  2099-02-01T00:00:00Z\n"
                "techniques T9001|Invented technique|attack||| text=Does invented things.\n"
                "record about/T9001 date=2098-01-02\n"
                "  technique T9001 url=https://example.org/T9001\n"
                "  technique T9001 modified=2099-02-01\n"
                "  technique T9001 platform=Linux\n"
                "  technique T9001 platform=Network Devices\n"
                "record G9001 date=2098-01-03\n"
                "  define actor G9001|Invented Bear|group|Uses CVE-2099-9999 by hearsay.|0\n"
                "  actor G9001 synonym=Other Bear\n"
                "  actor G9001 -uses-> technique T9001 stated 1 evidence=It exploited "
                "cve-2099-1000 and CVE-2099-1000, then CVE-2099-1001 (CWE-79). since=2098-05-06\n"
                "  vulnerability CVE-2099-1000 -maps_to-> technique T9001 text 0.7 evidence=It "
                "exploited cve-2099-1000 and CVE-2099-1000, then CVE-2099-1001 (CWE-79).\n"
                "  vulnerability CVE-2099-1001 -maps_to-> technique T9001 text 0.7 evidence=It "
                "exploited cve-2099-1000 and CVE-2099-1000, then CVE-2099-1001 (CWE-79).\n"
                "  actor G9001 -uses-> software S9001 stated 1\n"
                "record revoked/G9000\n"
                "  actor G9000 -revoked_by-> actor G9001 stated 1\n"
                "bad intrusion-set--3: no usable id or name: intrusion-set\n"
                "bad intrusion-set--4: no usable id or name: intrusion-set\n"
                "record S9001\n"
                "  define software S9001|InventedRat|malware||0\n"
                "  software S9001 synonym=IRat\n"
                "record S9002\n"
                "  define software S9002|inventedcat|tool||0\n"
                "  software S9002 -uses-> technique T9001 stated 1\n"
                "record C9001\n"
                "  define campaign C9001|Operation Invention|||0\n"
                "  campaign C9001 first_seen=2097-01-01\n"
                "  campaign C9001 -uses-> software S9002 stated 1\n"
                "  campaign C9001 -attributed_to-> actor G9001 stated 1\n"
                "record DET9001\n"
                "  define detection DET9001|Seeing inventions|strategy||0\n"
                "  detection DET9001 -detects-> technique T9001 stated 1\n"
                "record AN9001\n"
                "  define detection AN9001|Analytic 9001|analytic|Look closely.|0\n"
                "  detection AN9001 platform=Linux\n"
                "  detection AN9001 -child_of-> detection DET9001 stated 1\n"
                "  detection AN9001 -detects-> technique T9001 stated 1 evidence=DET9001\n"
                "record AN9002\n"
                "  define detection AN9002|Analytic 9002|analytic||0\n");
}

Test(feed_attack, other_domains_share_the_reader) {
  corpus_expect((corpus_file){"attack_ics", "bundle.json", NULL},
                "snapshot  \n"
                "tactics TA9101|Invented|attack-ics|| text=A goal.\n"
                "techniques T0901|Stop the invention|attack-ics|TA9101||\n"
                "mitigations M0901|Do not|attack-ics|T0901 text=Leave it.\n");
  corpus_expect((corpus_file){"attack_mobile", "bundle.json", NULL},
                "snapshot  \n"
                "tactics TA9101|Invented|attack-mobile|| text=A goal.\n"
                "techniques T1901|Stop the invention|attack-mobile|TA9101||\n"
                "mitigations M0901|Do not|attack-mobile|T1901 text=Leave it.\n");
}

Test(feed_attack, damage_is_told_and_harmless) {
  corpus_cut((corpus_file){"attack", "bundle.json", NULL});
  corpus_flip(groups);
}

// The manifest's 187 groups, 696 malware, 268 mitigations count dead ones too; the numbers here are
// those of live objects, counted with Python from the same file, as are the links.
Test(feed_attack, enterprise_counts) {
  static const tally_row rows[] = {
      {"node techniques", 691},
      {"text techniques", 691},
      {"node tactics", 14},
      {"text tactics", 14},
      {"node mitigations", 44},
      {"text mitigations", 44},
      {"node revoked", 132},
      {"define actor group", 172},
      {"define software malware", 693},
      {"define software tool", 91},
      {"define campaign ", 52},
      {"define detection strategy", 691},
      {"define detection analytic", 1739},
      {"link actor uses technique stated", 4362},
      {"link actor uses software stated", 1104},
      {"link software uses technique stated", 10636},
      {"link campaign uses technique stated", 1019},
      {"link campaign uses software stated", 149},
      {"link campaign attributed_to actor stated", 25},
      {"link detection detects technique stated", 691 + 1739},
      {"link detection child_of detection stated", 1739},
      {"link technique revoked_by technique stated", 132},
      {"link actor revoked_by actor stated", 6},
      {"link software revoked_by software stated", 2},
      {"link vulnerability maps_to technique text", 283},
      {"property technique platform", 1837},
      {"property software platform", 867},
      {"property detection platform", 1739},
      {"property actor synonym", 398},
      {"property software synonym", 278},
      {"property campaign synonym", 2},
      {"bad", 0},
  };
  tally t;
  tally_feed(&t, "attack");
  tally_expect(&t, rows, VD_COUNT(rows));
  vd_arena_free(&t.arena);
}

Test(feed_attack, ics_counts) {
  static const tally_row rows[] = {
      {"node techniques", 83},
      {"link software uses technique stated", 163},
      {"link campaign uses technique stated", 63},
      {"link actor uses technique stated", 20},
      {"link actor uses software stated", 16},
      {"link campaign uses software stated", 5},
      {"link campaign attributed_to actor stated", 5},
      {"link actor revoked_by actor stated", 2},
      {"link vulnerability maps_to technique text", 5},
      {"bad", 0},
  };
  tally t;
  tally_feed(&t, "attack_ics");
  tally_expect(&t, rows, VD_COUNT(rows));
  vd_arena_free(&t.arena);
}
