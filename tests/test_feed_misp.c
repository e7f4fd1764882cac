#include "feed_corpus.h"
#include "feed_tally.h"

static const corpus_file actors = {"misp", "actors.json", NULL};
static const corpus_file cards = {"misp", "cards.json", NULL};

Test(feed_misp, actors) {
  corpus_expect(actors, "snapshot 9 \n"
                        "record threat-actor/a1\n"
                        "  define actor misp/a1|Invented Bear|misp|It invents.|0\n"
                        "  actor misp/a1 synonym=Other Bear\n"
                        "  actor misp/a1 country=XX\n"
                        "  actor misp/a1 sector=Chemical\n"
                        "  actor misp/a1 sector=Government\n"
                        "  actor misp/a1 -alias_of-> actor G9001 stated 1 evidence=meta/refs\n"
                        "record threat-actor/a2\n"
                        "  define actor misp/a2|Two Pages|misp||0\n"
                        "record threat-actor/a3\n"
                        "  define actor misp/a3|Shared Page|misp||0\n"
                        "record threat-actor/a4\n"
                        "  define actor misp/a4|Shared Too|misp||0\n"
                        "bad a 5: an entry without a usable id or name: Bad id\n"
                        "bad a6: an entry without a usable id or name\n"
                        "bad : an entry without a usable id or name\n");
}

Test(feed_misp, risk_cards) {
  corpus_expect(cards,
                "snapshot 1 \n"
                "record plot4ai/p1\n"
                "  define risk PLOT4AI-901|Invented risk|plot4ai|What if?\n"
                "Then do.|0\n"
                "  risk PLOT4AI-901 category=Cybersecurity\n"
                "  risk PLOT4AI-901 category=Privacy\n"
                "  risk PLOT4AI-901 lifecycle=Design\n"
                "  risk PLOT4AI-901 impact=confidentiality\n"
                "  risk PLOT4AI-901 impact=availability\n"
                "  risk PLOT4AI-901 -references-> technique misp/t1 stated 1 evidence=similar-to\n"
                "bad p2: a card without an id: A B\n");
}

Test(feed_misp, older_names_of_atlas) {
  corpus_expect((corpus_file){"misp", "techniques.json", NULL},
                "snapshot 3 \n"
                "record mitre-atlas-attack-pattern/t1\n"
                "  technique AML.T9000 synonym=Invented ML technique\n"
                "  technique misp/t1 -alias_of-> technique AML.T9000 stated 1\n"
                "bad t2: an entry without an ATLAS id\n");
  corpus_expect((corpus_file){"misp", "mitigations.json", NULL},
                "snapshot 4 \n"
                "record mitre-atlas-course-of-action/m1\n"
                "  mitigation AML.M9000 synonym=Invented ML mitigation\n"
                "  mitigation misp/m1 -alias_of-> mitigation AML.M9000 stated 1\n");
  corpus_expect((corpus_file){"misp", "other.json", NULL},
                "error: the document is not a galaxy cluster of a known type\n");
}

Test(feed_misp, damage_is_told_and_harmless) {
  corpus_cut((corpus_file){"misp", "mitigations.json", NULL});
  corpus_flip(actors);
  corpus_flip(cards);
}

// The manifest's counts. The rest was counted with Python from the same files: 83 actors refer to
// pages of ATT&CK groups, 5 of them to more than one.
Test(feed_misp, counts) {
  static const tally_row rows[] = {
      {"record", 91 + 26 + 138 + 1041},
      {"define actor misp", 1041},
      {"define risk plot4ai", 138},
      {"link technique alias_of technique stated", 91},
      {"link mitigation alias_of mitigation stated", 26},
      {"link actor alias_of actor stated", 78},
      {"link risk references technique stated", 8},
      {"property actor country", 476},
      {"property actor synonym", 1401},
      {"property actor sector", 563},
      {"snapshot", 4},
      {"bad", 0},
  };
  tally t;
  tally_feed(&t, "misp");
  tally_expect(&t, rows, VD_COUNT(rows));
  vd_arena_free(&t.arena);
}
