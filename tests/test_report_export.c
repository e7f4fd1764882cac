// The exports of the sample graph, read back. tests/oracle/stix.py and graphml.py check the formats
// themselves against their schema and against programs that read them.
#include "export_fixture.h"
#include "format/format.h"
#include "graph/read.h"
#include "graph/table.h"
#include "graph_fixture.h"

static vd_graph *open_at(const char *path) {
  vd_graph *g = NULL;
  vd_error err = {0};
  cr_assert(vd_graph_open(path, VD_GRAPH_READ, &g, &err) == VD_OK, "%s", err.text);
  return g;
}

static vd_graph *sample_graph(const scratch *s) {
  vd_error err = {0};
  cr_assert(sample_build(s->db, &err) == VD_OK, "%s", err.text);
  return open_at(s->db);
}

static void export(const char *format, const vd_export_request *q, export_files *f) {
  vd_error err = {0};
  cr_assert(export_write(format, q, f, &err) == VD_OK, "%s: %s", format, err.text);
}

static vd_view text_of(const export_files *f) { return vd_buf_view(&f->texts[0]); }

static const vd_value *parse(vd_arena *a, vd_view bytes) {
  const vd_value *v = NULL;
  vd_error err = {0};
  cr_assert(vd_json_parse(a, bytes, &v, &err) == VD_OK, "%s", err.text);
  return v;
}

static bool is(vd_view v, const char *text) { return vd_view_eq(v, vd_view_of(text)); }

// ---- all of them -------------------------------------------------------------------------------

Test(export, the_same_graph_gives_the_same_bytes) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = sample_graph(&s);
  for (const vd_export *e = vd_exports; e->name != NULL; e++) {
    SCOPED_FILES one = {0}, two = {0};
    export(e->name, &(vd_export_request){.graph = g}, &one);
    export(e->name, &(vd_export_request){.graph = g}, &two);
    cr_assert(one.count == two.count && one.count > 0);
    for (size_t i = 0; i < one.count; i++) {
      cr_assert(strcmp(one.names[i], two.names[i]) == 0);
      cr_assert(vd_view_eq(vd_buf_view(&one.texts[i]), vd_buf_view(&two.texts[i])), "%s", e->name);
    }
  }
}

Test(export, a_text_without_room_is_an_error) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = sample_graph(&s);
  for (const vd_export *e = vd_exports; e->name != NULL; e++) {
    SCOPED_FILES whole = {0};
    export(e->name, &(vd_export_request){.graph = g}, &whole);
    size_t longest = 0;
    for (size_t i = 0; i < whole.count; i++)
      longest = whole.texts[i].len > longest ? whole.texts[i].len : longest;
    for (size_t most = 1; most < longest; most += 1 + longest / 61) {
      SCOPED_FILES f = {.most = most};
      vd_error err = {0};
      cr_assert(export_write(e->name, &(vd_export_request){.graph = g}, &f, &err) == VD_NOMEM,
                "%s in %zu bytes", e->name, most);
      cr_assert(err.text[0] != '\0');
    }
  }
}

// Lines leave the text as they pile up, so that an export of any size needs little memory.
Test(export, a_text_with_a_sink_keeps_little) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = sample_graph(&s);
  VD_SCOPED_FILE *sink = fopen("/dev/full", "we");
  VD_SCOPED_BUF text = VD_BUF((size_t)1 << 30);
  cr_assert(sink != NULL);
  text.sink = sink;
  for (unsigned round = 0; round < 40 && !text.failed; round++) {
    export_files f = {0};
    export("jsonl", &(vd_export_request){.graph = g}, &f);
    vd_buf_put(&text, text_of(&f));
    cr_assert(text.len < ((size_t)1 << 20));
    export_files_free(&f);
  }
  cr_assert(text.failed, "a full disk is noticed on the way");
}

// ---- JSON lines --------------------------------------------------------------------------------

static vd_node_kind kind_of(const vd_value *v) {
  vd_node_kind kind = vd_node_kind_by_name(vd_text_at(v, "kind"));
  cr_assert(kind != VD_NODE_KIND_COUNT);
  return kind;
}

static vd_ref ref_of(const vd_value *v) {
  return v == NULL ? (vd_ref){0} : vd_ref_of(kind_of(v), vd_text_at(v, "key"));
}

// What the lines say, by source and document again.
typedef struct rebuilt {
  vd_arena arena;
  VD_VEC(struct { const vd_value *root; }) lines;
} rebuilt;

static void free_rebuilt(rebuilt *r) { vd_arena_free(&r->arena); }

static bool is_of(const vd_value *statement, vd_view source, vd_view document) {
  return vd_view_eq(vd_text_at(statement, "source"), source) &&
         vd_view_eq(vd_text_at(statement, "document"), document);
}

static void restate_node(vd_record *r, const vd_value *line, vd_view source, vd_view document) {
  for (VD_EACH (d, vd_path(line, "definitions")))
    if (is_of(d, source, document)) {
      vd_definition *to = vd_record_define(r, ref_of(line), vd_text_at(d, "name"));
      to->class = vd_text_at(d, "class");
      to->text = vd_text_at(d, "text");
      to->position = vd_path(d, "position") == NULL ? 0 : vd_path(d, "position")->integer;
    }
  static const char *const names[] = {"cvss", "published", "modified",  "severity",   "url",
                                      "name", "tag",       "withdrawn", "first_seen", "last_seen",
                                      "date", "status",    "synonym"};
  for (VD_EACH (p, vd_path(line, "properties")))
    for (size_t i = 0; is_of(p, source, document) && i < VD_COUNT(names); i++)
      if (is(vd_text_at(p, "name"), names[i]))
        vd_record_property(r, ref_of(line), names[i], vd_text_at(p, "value"));
}

static void restate_edge(vd_record *r, const vd_value *line) {
  static const char *const methods[] = {"stated", "text", "curated", "chain", "learned"};
  unsigned kind = 0;
  while (kind < VD_EDGE_KIND_COUNT && !is(vd_text_at(line, "kind"), vd_edge_kind_text(kind)))
    kind++;
  vd_link *l = vd_record_link(r, ref_of(vd_path(line, "src")), kind, ref_of(vd_path(line, "dst")));
  l->context = ref_of(vd_path(line, "context"));
  l->evidence = vd_text_at(line, "evidence");
  cr_assert(vd_is(vd_path(line, "confidence"), VD_KIND_FLOAT));
  l->confidence = vd_path(line, "confidence")->real;
  for (size_t i = 0; i < VD_COUNT(methods); i++)
    if (is(vd_text_at(line, "method"), methods[i]))
      l->method = methods[i];
}

static void write_document(vd_writer *w, const rebuilt *b, const vd_value *line) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view source = vd_text_at(line, "source"), document = vd_text_at(line, "document");
  vd_record r = vd_record_of(&a, document, vd_text_at(line, "date"));
  vd_error err = {0};
  r.place = vd_text_at(line, "place");
  for (size_t i = 0; i < b->lines.count; i++) {
    const vd_value *l = b->lines.at[i].root;
    if (is(vd_text_at(l, "line"), "node"))
      restate_node(&r, l, source, document);
    if (is(vd_text_at(l, "line"), "edge") && is_of(l, source, document))
      restate_edge(&r, l);
  }
  cr_assert(vd_writer_record(w, &r, &err) == VD_OK, "%s", err.text);
}

static void write_source(vd_graph *g, const rebuilt *b, const vd_value *line) {
  VD_CLEANUP(vd_writer_free) vd_writer *w = NULL;
  vd_view name = vd_text_at(line, "source");
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16); // names end with NUL there
  vd_edition e = {.source = vd_arena_copy(&a, name).ptr,
                  .licence = vd_arena_copy(&a, vd_text_at(line, "licence")).ptr,
                  .url = vd_arena_copy(&a, vd_text_at(line, "url")).ptr,
                  .rank = vd_path(line, "rank")->integer,
                  .today = SAMPLE_FIRST_DAY};
  cr_assert(vd_writer_begin(g, &e, &w, NULL) == VD_OK);
  for (size_t i = 0; i < b->lines.count; i++) {
    const vd_value *l = b->lines.at[i].root;
    if (is(vd_text_at(l, "line"), "document") && vd_view_eq(vd_text_at(l, "source"), name))
      write_document(w, b, l);
    if (e.rank == 1 && is(vd_text_at(l, "line"), "node") && vd_path(l, "epss") != NULL) {
      vd_score_row row = {vd_cve_number(vd_text_at(l, "key")),
                          (int64_t)(vd_path(l, "epss")->real * 1e5 + 0.5),
                          (int64_t)(vd_path(l, "epss_percentile")->real * 1e5 + 0.5)};
      cr_assert(vd_writer_score(w, &row, SAMPLE_FIRST_DAY, NULL) == VD_OK);
    }
  }
  vd_edition_end end = {.version = vd_text_at(line, "version"), .date = vd_text_at(line, "date")};
  cr_assert(vd_writer_commit(w, &end, NULL, NULL) == VD_OK);
}

static void read_lines(rebuilt *b, vd_view text) {
  vd_view line;
  while (vd_view_line(&text, &line)) {
    bool room = vd_vec_push(&b->arena, &b->lines) != NULL;
    cr_assert(room);
    b->lines.at[b->lines.count - 1].root = parse(&b->arena, vd_arena_copy(&b->arena, line));
  }
}

static void rebuild(const rebuilt *b, const char *path) {
  SCOPED_GRAPH *g = NULL;
  cr_assert(vd_graph_open(path, VD_GRAPH_CREATE, &g, NULL) == VD_OK);
  for (size_t i = 0; i < b->lines.count; i++)
    if (is(vd_text_at(b->lines.at[i].root, "line"), "source"))
      write_source(g, b, b->lines.at[i].root);
}

static int by_bytes(const void *a, const void *b) {
  return vd_view_cmp(*(const vd_view *)a, *(const vd_view *)b);
}

static vd_views sorted_lines(vd_arena *a, vd_view text) {
  vd_views lines = {0};
  vd_view line;
  while (vd_view_line(&text, &line)) {
    vd_view *slot = vd_vec_push(a, &lines);
    cr_assert(slot != NULL);
    *slot = line;
  }
  qsort(lines.at, lines.count, sizeof *lines.at, by_bytes);
  return lines;
}

// A graph written again from its lines says, in another order, the same.
Test(jsonl, nothing_is_lost_on_the_way_there_and_back) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = sample_graph(&s);
  SCOPED_FILES first = {0}, second = {0};
  VD_CLEANUP(free_rebuilt) rebuilt b = {.arena = VD_ARENA(64 << 20)};
  char path[128];
  (void)snprintf(path, sizeof path, "%s/other.db", s.dir);
  export("jsonl", &(vd_export_request){.graph = g}, &first);
  read_lines(&b, text_of(&first));
  rebuild(&b, path);
  SCOPED_GRAPH *other = open_at(path);
  export("jsonl", &(vd_export_request){.graph = other}, &second);
  vd_views one = sorted_lines(&b.arena, text_of(&first));
  vd_views two = sorted_lines(&b.arena, text_of(&second));
  cr_assert(one.count == two.count && one.count > 120, "%zu and %zu lines", one.count, two.count);
  for (size_t i = 0; i < one.count; i++)
    cr_assert(vd_view_eq(one.at[i], two.at[i]), "%.*s\nis not\n%.*s", VD_ARG(one.at[i]),
              VD_ARG(two.at[i]));
}

Test(jsonl, the_past_is_shown_for_its_day) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = sample_graph(&s);
  SCOPED_FILES now = {0}, then = {0};
  export("jsonl", &(vd_export_request){.graph = g}, &now);
  export("jsonl", &(vd_export_request){.graph = g, .part.as_of = SAMPLE_FIRST_DAY}, &then);
  cr_assert(!vd_view_has(text_of(&now), VD_VIEW("CVE-2099-0003")));
  cr_assert(vd_view_has(text_of(&then), VD_VIEW("CVE-2099-0003")));
  cr_assert(vd_view_has(text_of(&then), VD_VIEW("\"as_of\":\"2099-02-01\"")));
}

// ---- STIX --------------------------------------------------------------------------------------

static const vd_value *objects_of(vd_arena *a, const vd_export_request *q) {
  SCOPED_FILES f = {0};
  export("stix", q, &f);
  return vd_path(parse(a, vd_arena_copy(a, text_of(&f))), "objects");
}

static const vd_value *named(const vd_value *objects, const char *type, const char *name) {
  for (VD_EACH (o, objects))
    if (is(vd_text_at(o, "type"), type) && is(vd_text_at(o, "name"), name))
      return o;
  return NULL;
}

static bool refers(const vd_value *object, const char *source, const char *id) {
  for (VD_EACH (r, vd_path(object, "external_references")))
    if (is(vd_text_at(r, "source_name"), source) && is(vd_text_at(r, "external_id"), id))
      return true;
  return false;
}

static const vd_value *relation(const vd_value *objects, const vd_value *from, const char *type,
                                const vd_value *to) {
  for (VD_EACH (o, objects))
    if (is(vd_text_at(o, "relationship_type"), type) &&
        vd_view_eq(vd_text_at(o, "source_ref"), vd_text_at(from, "id")) &&
        vd_view_eq(vd_text_at(o, "target_ref"), vd_text_at(to, "id")))
      return o;
  return NULL;
}

Test(stix, a_flaw_with_its_ids_dates_and_weaknesses) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = sample_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  const vd_value *objects = objects_of(&a, &(vd_export_request){.graph = g});
  const vd_value *flaw = named(objects, "vulnerability", "CVE-2099-0001");
  // uuid.uuid5(UUID("1d7c1e67-5dfb-4265-8b40-b3157b345673"), "vulnerability/CVE-2099-0001")
  cr_assert(is(vd_text_at(flaw, "id"), "vulnerability--b4dc8a1f-4bde-5a13-b81e-36a5f789dda7"));
  cr_assert(is(vd_text_at(flaw, "created"), "2099-01-01T00:00:00.000Z"));
  cr_assert(is(vd_text_at(flaw, "modified"), "2099-01-20T00:00:00.000Z"));
  cr_assert(is(vd_text_at(flaw, "description"), "Loading runs code."));
  cr_assert(refers(flaw, "cve", "CVE-2099-0001") && refers(flaw, "cwe", "CWE-502"));
  cr_assert(refers(flaw, "ghsa", "GHSA-aaaa-bbbb-cccc"));
  size_t urls = 0;
  for (VD_EACH (r, vd_path(flaw, "external_references")))
    urls += is(vd_text_at(r, "source_name"), "alpha");
  cr_assert(urls == 1, "neither scripts nor what is no URI is a reference");
  cr_assert(vd_path(named(objects, "vulnerability", "PYSEC-2099-9"), "revoked")->boolean);
  cr_assert(vd_path(flaw, "revoked") == NULL);
}

Test(stix, techniques_have_the_phases_of_their_tactics) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = sample_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  const vd_value *objects = objects_of(&a, &(vd_export_request){.graph = g});
  const vd_value *t = named(objects, "attack-pattern", "Exploit the public");
  const vd_value *phase = vd_first(vd_path(t, "kill_chain_phases"));
  cr_assert(is(vd_text_at(phase, "kill_chain_name"), "mitre-attack"));
  cr_assert(is(vd_text_at(phase, "phase_name"), "command-and-control"));
  cr_assert(is(vd_text_at(phase->next, "phase_name"), "initial-access") &&
            phase->next->next == NULL);
  t = named(objects, "attack-pattern", "Unsafe artifacts");
  phase = vd_first(vd_path(t, "kill_chain_phases"));
  cr_assert(is(vd_text_at(phase, "kill_chain_name"), "mitre-atlas"));
  cr_assert(is(vd_text_at(phase, "phase_name"), "ai-model-access"));
  cr_assert(refers(named(objects, "attack-pattern", "Object injection"), "cwe", "CWE-502"));
}

Test(stix, edges_are_relationships_of_each_source) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = sample_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  const vd_value *objects = objects_of(&a, &(vd_export_request){.graph = g});
  const vd_value *flaw = named(objects, "vulnerability", "CVE-2099-0001");
  const vd_value *package = named(objects, "software", "torch-like");
  const vd_value *technique = named(objects, "attack-pattern", "Exploit the public");
  const vd_value *has = relation(objects, package, "has", flaw);
  cr_assert(has != NULL && is(vd_text_at(package, "vendor"), "") &&
            is(vd_text_at(package, "cpe"), "cpe:2.3:a:other:torch_like:*:*:*:*:*:*:*:*"));
  cr_assert(vd_path(has, "confidence")->integer == 100);
  size_t targets = 0, statements = 0;
  for (VD_EACH (o, objects))
    targets += is(vd_text_at(o, "relationship_type"), "targets") &&
               vd_view_eq(vd_text_at(o, "source_ref"), vd_text_at(technique, "id")) &&
               vd_view_eq(vd_text_at(o, "target_ref"), vd_text_at(flaw, "id"));
  cr_assert(targets == 2, "one of each source");
  const vd_value *extension = vd_first(vd_path(has, "extensions"));
  for (VD_EACH (t, vd_path(extension, "statements")))
    statements += vd_text_at(t, "document").len != 0;
  cr_assert(statements == 3, "two ranges of the package and the product that is the same");
  const vd_value *group = named(objects, "intrusion-set", "Group");
  cr_assert(relation(objects, group, "uses", named(objects, "malware", "Malware")) != NULL);
  cr_assert(relation(objects, named(objects, "tool", "Exploit"), "targets", flaw) != NULL);
  cr_assert(relation(objects, named(objects, "course-of-action", "Patch"), "mitigates", technique));
  cr_assert(relation(objects, named(objects, "campaign", "Campaign"), "attributed-to", group));
}

Test(stix, reports_refer_and_what_refers_to_nothing_is_left_out) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = sample_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  const vd_value *objects = objects_of(&a, &(vd_export_request){.graph = g});
  const vd_value *report = named(objects, "report", "Report");
  cr_assert(is(vd_text_at(report, "published"), "2098-12-31T00:00:00.000Z"));
  cr_assert(vd_view_eq(vd_text(vd_first(vd_path(report, "object_refs"))),
                       vd_text_at(named(objects, "attack-pattern", "Exploit the public"), "id")));
  cr_assert(named(objects, "report", "A paper about nothing") == NULL);
  cr_assert(named(objects, "vedette-node", "Injection") != NULL);
  objects = objects_of(&a, &(vd_export_request){.graph = g, .standard = true});
  cr_assert(named(objects, "vedette-node", "Injection") == NULL);
  cr_assert(named(objects, "report", "Report") != NULL);
}

// ---- Neo4j -------------------------------------------------------------------------------------

static vd_view file_named(const export_files *f, const char *name) {
  for (size_t i = 0; i < f->count; i++)
    if (strcmp(f->names[i], name) == 0)
      return vd_buf_view(&f->texts[i]);
  cr_assert(false, "no file %s", name);
  return (vd_view){0};
}

// The cell of the first row whose cell in column `by` is `key`; every row is as wide as the first.
static vd_view cell_of(vd_arena *a, vd_view file, const char *column, const char *key) {
  vd_csv csv = vd_csv_of(a, file, ',');
  vd_views head, row;
  vd_view found = {0};
  cr_assert(vd_csv_next(&csv, &head, NULL) == VD_OK);
  size_t at = 0;
  while (at < head.count && !is(head.at[at], column))
    at++;
  cr_assert(at < head.count, "no column %s", column);
  while (vd_csv_next(&csv, &row, NULL) == VD_OK) {
    cr_assert(row.count == head.count, "%zu cells of %zu", row.count, head.count);
    if (is(row.at[0], key))
      found = row.at[at];
  }
  return found;
}

Test(neo4j, cells_are_data_and_rows_are_whole) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = sample_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  SCOPED_FILES f = {0};
  export("neo4j", &(vd_export_request){.graph = g}, &f);
  vd_view flaws = file_named(&f, "nodes-vulnerability.csv");
  const char *flaw = "vulnerability:CVE-2099-0001";
  cr_assert(is(cell_of(&a, flaws, ":LABEL", flaw), "Vulnerability"));
  cr_assert(is(cell_of(&a, flaws, "severity:string[]", flaw), "critical\x1Fhigh"));
  cr_assert(is(cell_of(&a, flaws, "epss:double", flaw), "0.94358"));
  cr_assert(is(cell_of(&a, flaws, "p_name:string[]", flaw), "a property called as a column is"));
  vd_view hostile = cell_of(&a, flaws, "name", "vulnerability:CVE-2099-0002\n");
  cr_assert(
      vd_view_starts(hostile, VD_VIEW("=1+1|'cmd' <b a=\"1\">&amp;]]>\"};{\"x\":1}\r\n,;\t")));
  cr_assert(!vd_view_has(hostile, VD_VIEW("\x1F")) && !vd_view_has(hostile, VD_VIEW("\xFF")));
  vd_view maps = file_named(&f, "edges-maps_to.csv");
  cr_assert(is(cell_of(&a, maps, ":TYPE", flaw), "MAPS_TO"));
  cr_assert(vd_view_has(maps, VD_VIEW(",MAPS_TO,0.3333333333333333,\"text\",")));
  cr_assert(is(cell_of(&a, maps, "since:date", "risk:LLM01:2099"), "2099-02-01"));
}

// ---- Navigator ---------------------------------------------------------------------------------

static const vd_value *layer_of(vd_arena *a, const vd_export_request *q) {
  SCOPED_FILES f = {0};
  export("navigator", q, &f);
  return parse(a, vd_arena_copy(a, text_of(&f)));
}

// The score of a technique under a tactic; -1 when the layer has no such entry.
static int64_t score_of(const vd_value *layer, const char *technique, const char *tactic) {
  int64_t score = -1;
  for (VD_EACH (t, vd_path(layer, "techniques")))
    if (is(vd_text_at(t, "techniqueID"), technique) && is(vd_text_at(t, "tactic"), tactic)) {
      cr_assert(score == -1, "one entry for each technique and tactic");
      score = vd_path(t, "score")->integer;
    }
  return score;
}

Test(navigator, counts_flaws_under_each_tactic) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = sample_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  const vd_value *layer = layer_of(&a, &(vd_export_request){.graph = g});
  cr_assert(is(vd_text_at(layer, "domain"), "enterprise-attack"));
  cr_assert(is(vd_text_at(vd_path(layer, "versions"), "layer"), "4.5"));
  cr_assert(score_of(layer, "T9001", "initial-access") == 2);
  cr_assert(score_of(layer, "T9001", "command-and-control") == 2);
  cr_assert(score_of(layer, "T9900", "") == 1, "without a tactic it shows under all it has");
  cr_assert(score_of(layer, "T9001.001", "") == -1 && score_of(layer, "T9777", "") == -1);
  cr_assert(vd_path(layer, "gradient", "minValue")->integer == 0);
  cr_assert(vd_path(layer, "gradient", "maxValue")->integer == 2);
  const vd_value *first = vd_first(vd_path(layer, "techniques"));
  cr_assert(vd_view_has(vd_text_at(first, "comment"), VD_VIEW("CVE-2099-0001 (80 %)")),
            "the better of two sources");
}

Test(navigator, by_confidence_of_another_framework_and_other_nodes) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = sample_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  vd_export_request q = {.graph = g, .framework = VD_VIEW("atlas"), .by_confidence = true};
  const vd_value *layer = layer_of(&a, &q);
  cr_assert(is(vd_text_at(layer, "domain"), "atlas-atlas"));
  cr_assert(vd_path(layer, "versions", "attack") == NULL);
  cr_assert(score_of(layer, "AML.T9001", "ai-model-access") == 95);
  q.by_confidence = false;
  q.part.kinds = UINT64_C(1) << VD_NODE_RISK | UINT64_C(1) << VD_NODE_VULNERABILITY;
  cr_assert(score_of(layer_of(&a, &q), "AML.T9001", "ai-model-access") == 2);
  q.framework = VD_VIEW("attack");
  q.edges = UINT64_C(1) << VD_EDGE_REFERENCES;
  q.part.kinds = UINT64_C(1) << VD_NODE_DOCUMENT;
  cr_assert(score_of(layer_of(&a, &q), "T9001", "initial-access") == 1);
}

Test(navigator, only_flaws_of_some_packages) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = sample_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  vd_view packages[] = {VD_VIEW("torch-like")};
  vd_export_request q = {.graph = g, .packages = {.at = packages, .count = 1}};
  const vd_value *layer = layer_of(&a, &q);
  cr_assert(score_of(layer, "T9001", "initial-access") == 1 && score_of(layer, "T9900", "") == -1);
  packages[0] = VD_VIEW("model-loading");
  layer = layer_of(&a, &q);
  cr_assert(vd_first(vd_path(layer, "techniques")) == NULL);
  cr_assert(vd_path(layer, "gradient", "maxValue")->integer == 1, "more than the least");
  packages[0] = VD_VIEW("unheard-of");
  SCOPED_FILES f = {0};
  cr_assert(export_write("navigator", &q, &f, NULL) == VD_NOTFOUND);
  q.framework = VD_VIEW("windows");
  cr_assert(export_write("navigator", &q, &f, NULL) == VD_USAGE);
}

// ---- parts -------------------------------------------------------------------------------------

static size_t occurrences(vd_view text, vd_view needle) {
  size_t n = 0;
  for (size_t i = 0; i + needle.len <= text.len; i++)
    n += memcmp(text.ptr + i, needle.ptr, needle.len) == 0;
  return n;
}

Test(export, a_part_refers_to_nothing_outside) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = sample_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  vd_node issue;
  cr_assert(vd_node_find(g, &a, VD_VIEW("github/o/n#1"), &issue, NULL) == VD_OK);
  vd_export_request q = {.graph = g, .part = {.around = issue.id, .hops = 1}};
  SCOPED_FILES graphml = {0};
  export("graphml", &q, &graphml);
  cr_assert(occurrences(text_of(&graphml), VD_VIEW("<node ")) == 3);
  cr_assert(occurrences(text_of(&graphml), VD_VIEW("<edge ")) == 2);
  const vd_value *objects = objects_of(&a, &q);
  size_t about = 0;
  for (VD_EACH (r, vd_path(named(objects, "report", "o/n#1"), "object_refs")))
    about += r->text.len != 0;
  cr_assert(about == 2, "the flaw and the repository");
}
