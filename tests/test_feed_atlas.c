#include "feed_corpus.h"
#include "feed_tally.h"

static const corpus_file studies = {"atlas", "studies.yaml", NULL};
static const corpus_file bundle = {"atlas_stix", "bundle.json", NULL};

Test(feed_atlas, case_studies) {
  corpus_expect(studies,
                "techniques AML.T9000|Invented technique|atlas||| text=Does invented things.\n"
                "record about/AML.T9000 date=2098-01-02\n"
                "  technique AML.T9000 modified=2099-02-01\n"
                "  technique AML.T9000 maturity=realized\n"
                "mitigations AML.M9000|Invented mitigation|atlas|AML.T9000\n"
                "bad AML.M9000: an object in the wrong field: ml-lifecycle\n"
                "record about/AML.M9000 date=2098-01-03\n"
                "  mitigation AML.M9000 lifecycle=Deployment\n"
                "  mitigation AML.M9000 category=Policy\n"
                "  mitigation AML.M9000 -mitigates-> technique AML.T9000 stated 1 evidence=Put "
                "there by mistake.\n"
                "bad AML.CS9000: a step without a technique\n"
                "record AML.CS9000 date=2097-05-06\n"
                "  define incident AML.CS9000|Invented study|atlas|Somebody used CVE-2099-1000 "
                "against an invented model.|0\n"
                "  incident AML.CS9000 date=2097-05-06\n"
                "  incident AML.CS9000 target=A model\n"
                "  incident AML.CS9000 actor=Somebody\n"
                "  incident AML.CS9000 type=exercise\n"
                "  incident AML.CS9000 author=Somebody else\n"
                "  incident AML.CS9000 url=https://example.org/page\n"
                "  vulnerability CVE-2099-1000 -causes-> incident AML.CS9000 text 0.9 "
                "evidence=Somebody used CVE-2099-1000 against an invented model.\n"
                "  technique AML.T9000 -causes-> incident AML.CS9000 stated 1 evidence=step 1: "
                "They asked, by way of CVE-2099-1001.\n"
                "  incident AML.CS9000 -evidence_of-> technique AML.T9000 stated 1 evidence=step "
                "1: They asked, by way of CVE-2099-1001.\n"
                "  vulnerability CVE-2099-1001 -maps_to-> technique AML.T9000 text 0.7 "
                "evidence=They asked, by way of CVE-2099-1001.\n"
                "  technique AML.T9000 -causes-> incident AML.CS9000 stated 1 evidence=step 3: "
                "They asked again.\n"
                "  incident AML.CS9000 -evidence_of-> technique AML.T9000 stated 1 evidence=step "
                "3: They asked again.\n"
                "bad AML.CS9001: a case study lacks: summary\n"
                "bad AML.CS9001: a case study lacks: case-study-type\n"
                "bad AML.CS9001: not a date: incident-date\n"
                "record AML.CS9001\n"
                "  define incident AML.CS9001|Undated|atlas||0\n"
                "bad AML.CS9002: a case study without a usable id or name\n"
                "bad : a case study without a usable id or name\n"
                "snapshot 9.9.1 2099-02-01\n");
}

Test(feed_atlas, stix) {
  corpus_expect(bundle, "snapshot  2099-01-02T00:00:00.000Z\n"
                        "record AML.TA9001 date=2098-01-02\n"
                        "  tactic AML.TA9001 url=https://example.org/AML.TA9001\n"
                        "record AML.T9000\n"
                        "  technique AML.T9000 -achieves-> tactic AML.TA9001 stated 1\n"
                        "record AML.T9000.000\n"
                        "  technique AML.T9000.000 -child_of-> technique AML.T9000 stated 1\n"
                        "bad attack-pattern--3: no usable id: attack-pattern\n"
                        "record AML.M9000\n"
                        "  mitigation AML.M9000 -mitigates-> technique AML.T9000.000 stated 1\n");
}

// A cut between two whole case studies leaves a document that reads well, so this one has one.
Test(feed_atlas, damage_is_told_and_harmless) {
  corpus_cut((corpus_file){"atlas", "whole.yaml", NULL});
  corpus_cut((corpus_file){"atlas_stix", "whole.json", NULL});
  corpus_flip(studies);
  corpus_flip(bundle);
}

// The manifest's counts; properties and flaws were counted with Python from the same file. Two
// objects stand in the list ml-lifecycle of AML.M0018 and AML.M0034.
Test(feed_atlas, counts) {
  static const tally_row rows[] = {
      {"node techniques", 170},
      {"text techniques", 170},
      {"node tactics", 16},
      {"text tactics", 16},
      {"node mitigations", 35},
      {"text mitigations", 35},
      {"define incident atlas", 57},
      {"link technique causes incident stated", 449},
      {"link incident evidence_of technique stated", 449},
      {"link vulnerability causes incident text", 4},
      {"link vulnerability maps_to technique text", 1},
      {"link mitigation mitigates technique stated", 2},
      {"property technique maturity", 170},
      {"property mitigation lifecycle", 84},
      {"property mitigation category", 35},
      {"property incident date", 57},
      {"property incident target", 57},
      {"property incident actor", 57},
      {"property incident author", 16},
      {"bad", 2},
  };
  tally t;
  tally_feed(&t, "atlas");
  tally_expect(&t, rows, VD_COUNT(rows));
  vd_arena_free(&t.arena);
}

// 246 mitigations as the manifest counts them, of which two stand twice, here and in the YAML.
Test(feed_atlas, stix_counts) {
  static const tally_row rows[] = {
      {"record", 170 + 16 + 35},
      {"link technique achieves tactic stated", 185},
      {"link technique child_of technique stated", 69},
      {"link mitigation mitigates technique stated", 244},
      {"property technique url", 170},
      {"property tactic url", 16},
      {"property mitigation url", 35},
      {"bad", 0},
  };
  tally t;
  tally_feed(&t, "atlas_stix");
  tally_expect(&t, rows, VD_COUNT(rows));
  vd_arena_free(&t.arena);
}

// ---- the two forms against each other ---------------------------------------------------------

typedef struct relations {
  vd_arena arena;
  vd_views lines; // "technique AML.T0000", "AML.T0000.001 child_of AML.T0000", ...
} relations;

static void add_line(relations *x, vd_view from, const char *edge, vd_view to) {
  vd_view *slot = vd_vec_push(&x->arena, &x->lines);
  cr_assert(slot != NULL);
  *slot = vd_arena_printf(&x->arena, "%.*s %s %.*s", VD_ARG(from), edge, VD_ARG(to));
  cr_assert(slot->ptr != NULL);
}

static void add_cell(relations *x, vd_view id, const char *edge, vd_view cell) {
  while (cell.len > 0)
    add_line(x, id, edge, vd_view_cut(&cell, ' '));
}

static vd_code yaml_node(void *ctx, const vd_fact_node *n) {
  add_line(ctx, n->id, "is", (vd_view){0});
  if (strcmp(n->table, "techniques") == 0) {
    add_cell(ctx, n->id, "achieves", n->columns.at[1]);
    add_cell(ctx, n->id, "child_of", n->columns.at[2]);
  } else if (strcmp(n->table, "mitigations") == 0) {
    add_cell(ctx, n->id, "mitigates", n->columns.at[1]);
  }
  return VD_OK;
}

static vd_code yaml_record(void *ctx, const vd_record *r) {
  (void)ctx, (void)r;
  return VD_OK;
}

static vd_code stix_record(void *ctx, const vd_record *r) {
  add_line(ctx, r->key, "is", (vd_view){0});
  for (size_t i = 0; i < r->links.count; i++) {
    const vd_link *l = &r->links.at[i];
    add_line(ctx, l->src.key, vd_edge_kind_text(l->kind), l->dst.key);
  }
  return VD_OK;
}

static vd_code snapshot(void *ctx, vd_view version, vd_view date) {
  (void)ctx, (void)version, (void)date;
  return VD_OK;
}

static void bad(void *ctx, vd_view place, const vd_error *err) {
  (void)ctx, (void)place, (void)err;
}

static int by_bytes(const void *a, const void *b) {
  return vd_view_cmp(*(const vd_view *)a, *(const vd_view *)b);
}

static relations read_relations(const char *feed) {
  relations x = {.arena = VD_ARENA(64 << 20)};
  const char *shared = getenv("VD_SHARED");
  bool stix = strcmp(feed, "atlas_stix") == 0;
  vd_feed_sink sink = {.ctx = &x,
                       .node = yaml_node,
                       .record = stix ? stix_record : yaml_record,
                       .snapshot = snapshot,
                       .bad = bad};
  vd_view mirror = vd_arena_printf(&x.arena, "%s/feeds", shared == NULL ? "../shared" : shared);
  if (access(mirror.ptr, R_OK) != 0)
    cr_skip_test("no $VD_SHARED/feeds here");
  cr_assert(vd_feed_run(vd_feed_by_name(vd_view_of(feed)), mirror.ptr, &sink, NULL) == VD_OK);
  qsort(x.lines.at, x.lines.count, sizeof *x.lines.at, by_bytes);
  return x;
}

Test(feed_atlas, yaml_and_stix_say_the_same) {
  relations yaml = read_relations("atlas"), stix = read_relations("atlas_stix");
  cr_assert(yaml.lines.count == 221 + 185 + 69 + 244 && stix.lines.count == yaml.lines.count);
  for (size_t i = 0; i < yaml.lines.count; i++)
    cr_assert(vd_view_eq(yaml.lines.at[i], stix.lines.at[i]), "%.*s, but %.*s",
              VD_ARG(yaml.lines.at[i]), VD_ARG(stix.lines.at[i]));
  vd_arena_free(&yaml.arena);
  vd_arena_free(&stix.arena);
}
