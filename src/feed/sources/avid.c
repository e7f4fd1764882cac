// The AI Vulnerability Database: reports and the entries made of them, one JSON document each. Each
// is an incident; most reports are about a CVE entry, whose score and weaknesses they repeat.
#include "feed/cite.h"
#include "feed/github.h"
#include "feed/sources/sources.h"

// */reports/YYYY/*.json and */vulnerabilities/YYYY/*.json; reports/review is work in progress.
bool vd_entry_avid(vd_view path) {
  return vd_view_ends(path, VD_VIEW(".json")) && (vd_view_has(path, VD_VIEW("/reports/2")) ||
                                                  vd_view_has(path, VD_VIEW("/vulnerabilities/2")));
}

typedef struct reader {
  const vd_value *doc;
  const vd_feed_sink *sink;
  vd_record record;
  vd_ref node;
  vd_view about; // problemtype.classof: "CVE Entry", "LLM Evaluation", ...
  vd_ref flaw;   // the CVE the report is about; its key is empty when it is about none
  vd_map repositories;
} reader;

static bool about(const reader *r, const char *class) {
  return vd_view_eq(r->about, vd_view_of(class));
}

// ---- relations ----------------------------------------------------------------------------------

// A reference of a CVE entry: "https://www.cve.org/CVERecord?id=CVE-2024-1540", labelled NVD entry.
static vd_view flaw_of(const vd_value *references) {
  for (VD_EACH (x, references)) {
    vd_view url = vd_text_at(x, "url"), id = url;
    while (id.len > 0 && vd_view_find(id, '=') < id.len)
      (void)vd_view_cut(&id, '=');
    if (vd_view_eq(vd_text_at(x, "label"), VD_VIEW("NVD entry")) &&
        vd_view_starts(id, VD_VIEW("CVE-")) && vd_token_valid(id) && id.len <= 20)
      return id;
  }
  return (vd_view){0};
}

// An entry that retells an incident of another database is that incident.
static void add_alias(reader *r, vd_view url) {
  vd_view aiid = VD_VIEW("https://incidentdatabase.ai/cite/"), key = {0};
  vd_view study = VD_VIEW("https://atlas.mitre.org/studies/AML.CS");
  uint64_t number;
  if (vd_view_starts(url, study) && vd_view_u64(vd_view_from(url, study.len), &number)) {
    key = vd_view_from(url, study.len - strlen("AML.CS"));
  } else if (vd_view_starts(url, aiid) && vd_view_u64(vd_view_from(url, aiid.len), &number)) {
    key = vd_arena_printf(r->record.arena, "aiid/%.*s", VD_ARG(vd_view_from(url, aiid.len)));
    r->record.failed |= key.ptr == NULL;
  }
  vd_record_link(&r->record, r->node, VD_EDGE_ALIAS_OF, vd_ref_of(VD_NODE_INCIDENT, key))
      ->evidence = VD_VIEW("references[].url");
}

static void add_references(reader *r) {
  const vd_value *references = vd_get(r->doc, VD_VIEW("references"));
  bool retold = about(r, "AIID Incident") || about(r, "ATLAS Case Study");
  if (about(r, "CVE Entry"))
    r->flaw = vd_ref_of(VD_NODE_VULNERABILITY, flaw_of(references));
  vd_record_link(&r->record, r->node, VD_EDGE_EVIDENCE_OF, r->flaw)->evidence =
      VD_VIEW("references[].url of the NVD entry");
  for (VD_EACH (x, references))
    if (retold)
      add_alias(r, vd_text_at(x, "url"));
}

static const char *stage_of(vd_view view) {
  static const char *const stages[] = {"problem-definition", "data-collection", "preprocessing",
                                       "pre-training",       "evaluation",      "serving"};
  bool known = view.len > 3 && vd_view_starts(view, VD_VIEW("L0")) && view.ptr[2] >= '1' &&
               view.ptr[2] <= '6' && view.ptr[3] == ':';
  return known ? stages[view.ptr[2] - '1'] : NULL;
}

// AVID's six stages ("L05: Evaluation") as ours.
static void add_stages(reader *r, const vd_value *views) {
  for (VD_EACH (v, views)) {
    const char *stage = stage_of(vd_text(v));
    if (stage == NULL) {
      vd_feed_bad(r->sink, r->record.key, "not a stage of AVID's lifecycle",
                  vd_view_first(vd_text(v), 60));
      continue;
    }
    vd_link *l = vd_record_link(&r->record, r->node, VD_EDGE_OCCURS_IN,
                                vd_ref_of(VD_NODE_STAGE, vd_view_of(stage)));
    l->method = "curated";
    l->confidence = 0.8;
    l->evidence = vd_text_cut(vd_text(v), VD_EVIDENCE_MAX);
  }
}

// Repositories that the references lead to, by key.
static void note_repositories(reader *r) {
  for (VD_EACH (x, vd_get(r->doc, VD_VIEW("references")))) {
    vd_github g;
    if (!vd_github_parse(vd_text_at(x, "url"), &g))
      continue;
    vd_view key = vd_github_repository(r->record.arena, &g);
    r->record.failed |= key.ptr == NULL || vd_map_put(&r->repositories, key, r) != VD_OK;
  }
}

// An artifact "owner/name" is a repository when a reference leads to that repository.
static void add_target(reader *r, vd_view name) {
  vd_github artifact;
  if (!vd_github_parse_name(name, &artifact))
    return;
  vd_view key = vd_github_repository(r->record.arena, &artifact);
  r->record.failed |= key.ptr == NULL;
  if (vd_map_get(&r->repositories, key) != NULL)
    vd_record_link(&r->record, r->node, VD_EDGE_TARGETS, vd_ref_of(VD_NODE_REPOSITORY, key))
        ->evidence = VD_VIEW("affects.artifacts[].name");
}

// ---- facts --------------------------------------------------------------------------------------

static void add_texts(reader *r, const vd_value *list, const char *property) {
  for (VD_EACH (x, list))
    vd_record_property(&r->record, r->node, property, vd_view_trim(vd_text(x)));
}

static void add_affects(reader *r) {
  const vd_value *affects = vd_get(r->doc, VD_VIEW("affects"));
  add_texts(r, vd_get(affects, VD_VIEW("developer")), "developer");
  add_texts(r, vd_get(affects, VD_VIEW("deployer")), "deployer");
  for (VD_EACH (x, vd_get(affects, VD_VIEW("artifacts")))) {
    vd_view name = vd_view_trim(vd_text_at(x, "name"));
    if (vd_view_eq(name, VD_VIEW("n/a")))
      continue;
    vd_record_property(&r->record, r->node, "product", name);
    add_target(r, name);
  }
}

static vd_view severity_of(vd_view word) {
  static const vd_view words[] = {VD_VIEW_INIT("low"), VD_VIEW_INIT("medium"), VD_VIEW_INIT("high"),
                                  VD_VIEW_INIT("critical")};
  for (size_t i = 0; i < VD_COUNT(words); i++)
    if (vd_view_ieq(word, words[i]))
      return words[i];
  return (vd_view){0};
}

// Score and weaknesses are those of the CVE entry.
static void add_flaw(reader *r, const vd_value *impact) {
  const vd_value *cvss = vd_get(impact, VD_VIEW("cvss"));
  vd_view vector = vd_text_at(cvss, "vectorString");
  if (vd_token_valid(vector))
    vd_record_property(&r->record, r->flaw, "cvss", vector);
  vd_record_property(&r->record, r->flaw, "severity",
                     severity_of(vd_text_at(cvss, "baseSeverity")));
  for (VD_EACH (x, vd_get(impact, VD_VIEW("cwe")))) {
    vd_view id = vd_text_at(x, "cweId");
    if (vd_view_starts(id, VD_VIEW("CWE-")) && vd_token_valid(id))
      vd_record_link(&r->record, r->flaw, VD_EDGE_HAS_WEAKNESS, vd_ref_of(VD_NODE_WEAKNESS, id))
          ->evidence = VD_VIEW("impact.cwe[].cweId");
  }
}

static void add_impact(reader *r) {
  const vd_value *impact = vd_get(r->doc, VD_VIEW("impact"));
  const vd_value *avid = vd_get(impact, VD_VIEW("avid"));
  add_texts(r, vd_get(avid, VD_VIEW("risk_domain")), "harm");
  add_texts(r, vd_get(avid, VD_VIEW("sep_view")), "labels");
  add_stages(r, vd_get(avid, VD_VIEW("lifecycle_view")));
  if (r->flaw.key.len > 0)
    add_flaw(r, impact);
}

// Reports that an entry was made of.
static void add_reports(reader *r) {
  for (VD_EACH (x, vd_get(r->doc, VD_VIEW("reports")))) {
    vd_view id = vd_text_at(x, "report_id");
    if (!vd_token_valid(id))
      continue;
    vd_view key = vd_arena_printf(r->record.arena, "avid/%.*s", VD_ARG(id));
    r->record.failed |= key.ptr == NULL;
    vd_record_link(&r->record, vd_ref_of(VD_NODE_INCIDENT, key), VD_EDGE_EVIDENCE_OF, r->node)
        ->evidence = VD_VIEW("reports[].report_id");
  }
}

// ---- documents ----------------------------------------------------------------------------------

static vd_view first_of(vd_view a, vd_view b) { return a.len > 0 ? a : b; }

static void define(reader *r, vd_view title) {
  vd_view text = vd_text_at(vd_get(r->doc, VD_VIEW("description")), "value");
  vd_definition *d = vd_record_define(&r->record, r->node, title);
  d->class = VD_VIEW("avid");
  d->text = vd_feed_text(text);
  vd_record_property(&r->record, r->node, "date", r->record.date);
  vd_record_property(&r->record, r->node, "type", r->about);
  add_references(r);
  note_repositories(r);
  add_affects(r);
  add_impact(r);
  add_reports(r);
  vd_citer citer = vd_citer_of(&r->record, r->node);
  if (r->flaw.key.len > 0) // told already
    r->record.failed |= vd_map_put(&citer.seen, r->flaw.key, r) != VD_OK;
  vd_cite(&citer, "problemtype", title);
  vd_cite(&citer, "description", text);
}

vd_code vd_read_avid(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_json_parse(a, in->bytes, &doc, err));
  const vd_value *metadata = vd_get(doc, VD_VIEW("metadata"));
  const vd_value *problem = vd_get(doc, VD_VIEW("problemtype"));
  vd_view id = first_of(vd_text_at(metadata, "report_id"), vd_text_at(metadata, "vuln_id"));
  vd_view date = first_of(vd_text_at(doc, "reported_date"), vd_text_at(doc, "published_date"));
  vd_view title = vd_view_trim(vd_text_at(vd_get(problem, VD_VIEW("description")), "value"));
  if (!vd_token_valid(id) || !vd_view_starts(id, VD_VIEW("AVID-")))
    return vd_fail(err, VD_FORMAT, "the document has no AVID id");
  if (!vd_date_valid(date) || title.len == 0)
    return vd_fail(err, VD_FORMAT, "%.*s has no date or no title", VD_ARG(vd_view_first(id, 60)));
  vd_view key = vd_arena_printf(a, "avid/%.*s", VD_ARG(id));
  if (key.ptr == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for a report of AVID");
  reader r = {.doc = doc,
              .sink = sink,
              .record = vd_record_of(a, id, vd_view_first(date, 10)),
              .node = vd_ref_of(VD_NODE_INCIDENT, key),
              .repositories = VD_MAP(a),
              .about = vd_text_at(problem, "classof")};
  define(&r, title);
  return vd_feed_record(sink, &r.record);
}
