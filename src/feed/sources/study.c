// The study's replication package: which flaw was reported in which issue of which project, and the
// study's own names for flaws, articles and projects. One row of its main table is one occurrence.
#include "feed/sources/study.h"

#include "feed/github.h"
#include "feed/sources/sources.h"

bool vd_entry_study(vd_view path) {
  static const vd_view tables[] = {
      VD_VIEW_INIT("/analysis/label-nvd/nvd-fixed-fixed-FINAL.csv"),
      VD_VIEW_INIT("/analysis/cwefull-FINAL-fixed-FINAL.csv"),
      VD_VIEW_INIT("/documents/filtered_repos.csv"),
      VD_VIEW_INIT("/documents/new_attacks.csv"),
      VD_VIEW_INIT("/documents/ttp_new_attacks.csv"),
      VD_VIEW_INIT("/AI Incident/AI_Incident.csv"),
  };
  for (size_t i = 0; i < VD_COUNT(tables); i++)
    if (vd_view_ends(path, tables[i]))
      return true;
  return false;
}

// ---- occurrences --------------------------------------------------------------------------------

typedef struct reader {
  vd_arena *arena;
  vd_sheet *sheet;
  vd_map flaws; // ids whose own record was handed over, and counts of occurrence keys
  vd_map keys;
} reader;

typedef struct occurrence { // a row; keys as docs/graph.md has them
  vd_view cve, product;     // product: {NULL} unless the row names a dependency
  bool depends;
  vd_view repository, issue, title;
} occurrence;

// Every product of the table is an application except these (as NVD has it); the table leaves out
// the part of the CPE.
static char part_of(vd_view product) {
  static const struct {
    vd_view product;
    char part;
  } others[] = {
      {VD_VIEW_INIT("debian:debian_linux"), 'o'},
      {VD_VIEW_INIT("google:android"), 'o'},
      {VD_VIEW_INIT("intel:active_management_technology_firmware"), 'o'},
      {VD_VIEW_INIT("intel:core_i7"), 'h'},
      {VD_VIEW_INIT("linux:linux_kernel"), 'o'},
      {VD_VIEW_INIT("microsoft:windows_server_2019"), 'o'},
      {VD_VIEW_INIT("netbsd:netbsd"), 'o'},
  };
  for (size_t i = 0; i < VD_COUNT(others); i++)
    if (vd_view_eq(product, others[i].product))
      return others[i].part;
  return 'a';
}

// "vendor:product" to a key; "[]" and blank cells name none. False when it is something else.
static bool read_dependency(const reader *r, vd_view cell, occurrence *o) {
  vd_view product = cell, vendor = vd_view_cut(&product, ':');
  if (cell.len == 0 || vd_view_eq(cell, VD_VIEW("[]")))
    return true;
  if (vendor.len == 0 || product.len == 0 || !vd_token_valid(cell) || cell.len > 200 ||
      vd_view_find(product, ':') != product.len)
    return false;
  o->depends = true;
  o->product = vd_arena_printf(r->arena, "%c:%.*s", part_of(cell), VD_ARG(cell));
  return true;
}

static bool cve_valid(vd_view id) {
  return vd_view_starts(id, VD_VIEW("CVE-")) && vd_token_valid(id) && id.len <= 20;
}

// NULL when the row is usable, else what is wrong with it.
static const char *read_row(const reader *r, occurrence *o) {
  vd_github g;
  o->cve = vd_sheet_cell(r->sheet, "CVE ID");
  if (!cve_valid(o->cve))
    return "not a CVE id";
  if (!vd_github_parse(vd_sheet_cell(r->sheet, "GHIssue"), &g) || g.number.len == 0)
    return "not the address of an issue";
  if (!read_dependency(r, vd_sheet_cell(r->sheet, "CPE dependency name"), o))
    return "the dependency is not vendor:product";
  o->repository = vd_github_repository(r->arena, &g);
  o->issue = vd_github_issue(r->arena, &g);
  o->title = vd_github_title(r->arena, &g);
  return NULL;
}

// What the table says about the flaw itself is the same in all its rows: the first one tells it.
static vd_code read_flaw(reader *r, const occurrence *o, vd_error *err) {
  if (vd_map_get(&r->flaws, o->cve) != NULL)
    return VD_OK;
  vd_view key = vd_arena_printf(r->arena, "flaw/%.*s", VD_ARG(o->cve));
  if (key.ptr == NULL || vd_map_put(&r->flaws, o->cve, r) != VD_OK)
    return vd_study_no_memory(err);
  vd_record record = vd_record_of(r->arena, key, (vd_view){0});
  vd_ref flaw = vd_ref_of(VD_NODE_VULNERABILITY, o->cve);
  vd_definition *d = vd_record_define(&record, flaw, (vd_view){0});
  d->class = VD_VIEW("cve");
  d->text = vd_feed_text(vd_sheet_cell(r->sheet, "Description"));
  vd_record_property(&record, flaw, "severity", vd_sheet_cell(r->sheet, "CVE severity"));
  vd_study_impacts(&record, r->sheet, flaw);
  vd_view cwe = vd_sheet_cell(r->sheet, "CWE name");
  if (vd_view_starts(cwe, VD_VIEW("CWE-")) && vd_token_valid(cwe))
    vd_record_link(&record, flaw, VD_EDGE_HAS_WEAKNESS, vd_ref_of(VD_NODE_WEAKNESS, cwe))
        ->evidence = VD_VIEW("CWE name");
  vd_record_link(&record, flaw, VD_EDGE_AFFECTS, vd_ref_of(VD_NODE_PRODUCT, o->product))->evidence =
      VD_VIEW("CPE dependency name");
  return vd_feed_record(r->sheet->sink, &record);
}

// The study's names of the attack, "A, B", with runs of blanks as one: a row may have none.
static void add_attacks(vd_record *record, vd_ref flaw, vd_view attacks) {
  while (attacks.len > 0) {
    vd_view attack = vd_view_trim(vd_view_cut(&attacks, ','));
    char *name = vd_new_array(record->arena, char, attack.len + 1);
    size_t n = 0;
    record->failed |= name == NULL;
    for (size_t i = 0; name != NULL && i < attack.len; i++)
      if (attack.ptr[i] != ' ' || name[n - 1] != ' ')
        name[n++] = attack.ptr[i];
    vd_record_property(record, flaw, "attack", (vd_view){name, n});
  }
}

static vd_view evidence_of(const reader *r, vd_view attacks) {
  vd_view all =
      vd_arena_printf(r->arena, "attack=%.*s; dependency=%.*s; version=%.*s", VD_ARG(attacks),
                      VD_ARG(vd_sheet_cell(r->sheet, "CPE dependency name")),
                      VD_ARG(vd_sheet_cell(r->sheet, "CPE dependency version")));
  return vd_text_cut(all, VD_EVIDENCE_MAX);
}

static vd_code read_occurrence(reader *r, const occurrence *o, vd_error *err) {
  vd_view pair =
      vd_arena_printf(r->arena, "occurrence/%.*s/%.*s", VD_ARG(o->cve), VD_ARG(o->issue));
  vd_view key = pair.ptr == NULL ? pair : vd_study_key(&r->keys, pair);
  vd_view attacks = vd_sheet_cell(r->sheet, "Related attacks");
  vd_view evidence = evidence_of(r, attacks);
  if (key.ptr == NULL || evidence.ptr == NULL)
    return vd_study_no_memory(err);
  vd_record record = vd_record_of(r->arena, key, (vd_view){0});
  vd_ref flaw = vd_ref_of(VD_NODE_VULNERABILITY, o->cve);
  vd_ref issue = vd_ref_of(VD_NODE_ISSUE, o->issue);
  vd_ref repository = vd_ref_of(VD_NODE_REPOSITORY, o->repository);
  vd_record_define(&record, issue, o->title)->class = VD_VIEW("issue");
  (void)vd_record_define(&record, repository, vd_view_first(o->title, vd_view_find(o->title, '#')));
  add_attacks(&record, flaw, attacks);
  vd_record_link(&record, flaw, VD_EDGE_REPORTED_IN, issue)->evidence = evidence;
  vd_record_link(&record, issue, VD_EDGE_MEMBER_OF, repository)->evidence = VD_VIEW("GHIssue");
  vd_record_link(&record, repository, VD_EDGE_DEPENDS_ON, vd_ref_of(VD_NODE_PRODUCT, o->product))
      ->evidence = VD_VIEW("CPE dependency name");
  return vd_feed_record(r->sheet->sink, &record);
}

static vd_code read_occurrences(vd_arena *a, vd_sheet *s, vd_error *err) {
  reader r = {.arena = a, .sheet = s, .flaws = VD_MAP(a), .keys = VD_MAP(a)};
  vd_code code;
  while ((code = vd_sheet_next(s, err)) == VD_OK) {
    occurrence o = {0};
    const char *wrong = read_row(&r, &o);
    if (wrong != NULL) {
      vd_sheet_bad(s, wrong, o.cve);
      continue;
    }
    bool named = o.repository.ptr != NULL && o.issue.ptr != NULL && o.title.ptr != NULL;
    if (!named || (o.depends && o.product.ptr == NULL))
      return vd_study_no_memory(err);
    VD_TRY(read_flaw(&r, &o, err));
    VD_TRY(read_occurrence(&r, &o, err));
  }
  return code;
}

// ---- which table it is --------------------------------------------------------------------------

static const struct {
  const char *column; // that only this table has
  vd_code (*read)(vd_arena *a, vd_sheet *s, vd_error *err);
  bool ended;
} tables[] = {
    {"GHIssue", read_occurrences, true},
    {"CWE_ID", vd_study_weaknesses, true},
    {"num_stars", vd_study_repositories, true},
    {"AI related", vd_study_articles, false}, // published without a last line break
    {"Tactics", vd_study_techniques, true},
    {"Date", vd_study_threats, true},
};

vd_code vd_read_study(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  vd_sheet s;
  VD_TRY(vd_sheet_open(a, in->bytes, sink, &s, err));
  for (size_t i = 0; i < VD_COUNT(tables); i++) {
    if (!vd_sheet_has(&s, tables[i].column))
      continue;
    s.ended = tables[i].ended;
    vd_code code = tables[i].read(a, &s, err);
    return code == VD_NOTFOUND ? VD_OK : code;
  }
  return vd_fail(err, VD_FORMAT, "not a table of the study: no column that tells which");
}
