// MITRE ATLAS (ATLAS.yaml): tactics in the order of the matrix, techniques, mitigations, and case
// studies as incidents.
#include "feed/mentions.h"
#include "feed/sources/sources.h"

typedef struct reader {
  vd_arena *arena;
  vd_map tactics;   // technique id -> vd_view * of its tactics cell
  vd_view modified; // newest modified_date
  const vd_feed_sink *sink;
} reader;

static vd_view attack_of(const vd_value *object) {
  return vd_scalar_at(vd_get(object, VD_VIEW("ATT&CK-reference")), "id");
}

static void note_date(reader *r, const vd_value *object) {
  vd_view date = vd_scalar_at(object, "modified_date");
  if (vd_date_valid(date))
    r->modified = vd_date_later(date, r->modified);
}

static vd_code read_tactics(reader *r, const vd_value *list) {
  size_t position = 0;
  for (VD_EACH (t, list)) {
    vd_node_columns columns = {
        .at = {VD_VIEW("atlas"), vd_arena_printf(r->arena, "%zu", ++position), attack_of(t)},
        .count = 3,
        .text = vd_text_at(t, "description")};
    if (columns.at[1].ptr == NULL)
      return VD_NOMEM;
    note_date(r, t);
    VD_TRY(
        vd_feed_node(r->sink, "tactics", vd_scalar_at(t, "id"), vd_scalar_at(t, "name"), &columns));
  }
  return VD_OK;
}

static vd_code note_tactics(reader *r, const vd_value *technique) {
  vd_id_list list = {.arena = r->arena};
  vd_view id = vd_scalar_at(technique, "id");
  vd_view *cell = vd_new(r->arena, vd_view);
  for (VD_EACH (t, vd_get(technique, VD_VIEW("tactics"))))
    VD_TRY(vd_id_list_add(&list, "", vd_scalar(t)));
  if (cell == NULL)
    return VD_NOMEM;
  *cell = vd_id_list_join(&list);
  if (cell->ptr == NULL)
    return VD_NOMEM;
  return id.len == 0 ? VD_OK : vd_map_put(&r->tactics, id, cell);
}

// ---- what the facts rows cannot say -------------------------------------------------------------

static vd_view date_at(const vd_value *object, const char *key) {
  vd_view date = vd_scalar_at(object, key);
  return vd_date_valid(date) ? vd_view_first(date, 10) : (vd_view){0};
}

static vd_record record_about(reader *r, const vd_value *object, vd_ref node) {
  vd_record record = vd_record_of(r->arena, (vd_view){0}, date_at(object, "created_date"));
  vd_record_property(&record, node, "modified", date_at(object, "modified_date"));
  return record;
}

// Under a key of its own, as the facts row is a record too.
static vd_code hand_over_about(reader *r, vd_record *record, vd_view id) {
  if (record->properties.count == 0 && record->links.count == 0 && !record->failed)
    return VD_OK;
  record->key = vd_arena_printf(r->arena, "about/%.*s", VD_ARG(id));
  return record->key.ptr == NULL ? VD_NOMEM : vd_feed_record(r->sink, record);
}

static vd_ref node_at(vd_node_kind kind, const vd_value *object) {
  vd_view id = vd_scalar_at(object, "id");
  return vd_ref_of(kind, vd_token_valid(id) ? id : (vd_view){0});
}

static vd_code about_technique(reader *r, const vd_value *t) {
  vd_ref node = node_at(VD_NODE_TECHNIQUE, t);
  vd_record record = record_about(r, t, node);
  vd_record_property(&record, node, "maturity", vd_scalar_at(t, "maturity"));
  return hand_over_about(r, &record, node.key);
}

// A list of words. An object among them is a technique that belongs into the list `techniques`: it
// is reported, and linked all the same.
static void add_words(reader *r, vd_record *record, vd_ref node, const vd_value *list,
                      const char *name) {
  for (VD_EACH (item, list)) {
    vd_record_property(record, node, name, vd_scalar(item));
    if (!vd_is(item, VD_KIND_TABLE))
      continue;
    vd_feed_bad(r->sink, node.key, "an object in the wrong field", list->key);
    vd_link *l = vd_record_link(record, node, VD_EDGE_MITIGATES, node_at(VD_NODE_TECHNIQUE, item));
    l->evidence = vd_text_cut(vd_text_at(item, "use"), VD_EVIDENCE_MAX);
  }
}

static vd_code about_mitigation(reader *r, const vd_value *m) {
  vd_ref node = node_at(VD_NODE_MITIGATION, m);
  vd_record record = record_about(r, m, node);
  add_words(r, &record, node, vd_get(m, VD_VIEW("ml-lifecycle")), "lifecycle");
  add_words(r, &record, node, vd_get(m, VD_VIEW("category")), "category");
  return hand_over_about(r, &record, node.key);
}

// ---- techniques and mitigations -----------------------------------------------------------------

// A sub-technique states no tactics of its own: it serves those of its parent.
static vd_code read_technique(reader *r, const vd_value *t) {
  vd_view id = vd_scalar_at(t, "id"), parent = vd_scalar_at(t, "subtechnique-of");
  const vd_view *own = vd_map_get(&r->tactics, id);
  const vd_view *inherited = vd_map_get(&r->tactics, parent);
  vd_view tactics = own == NULL ? (vd_view){0} : *own;
  if (tactics.len == 0 && inherited != NULL)
    tactics = *inherited;
  vd_node_columns columns = {.at = {VD_VIEW("atlas"), tactics, parent, attack_of(t)},
                             .count = 4,
                             .text = vd_text_at(t, "description")};
  note_date(r, t);
  VD_TRY(vd_feed_node(r->sink, "techniques", id, vd_scalar_at(t, "name"), &columns));
  return about_technique(r, t);
}

// Techniques are listed as {id, use} objects; older editions list bare ids.
static vd_code read_mitigation(reader *r, const vd_value *m) {
  vd_id_list list = {.arena = r->arena};
  for (VD_EACH (t, vd_get(m, VD_VIEW("techniques"))))
    VD_TRY(
        vd_id_list_add(&list, "", vd_is(t, VD_KIND_TABLE) ? vd_scalar_at(t, "id") : vd_scalar(t)));
  vd_node_columns columns = {.at = {VD_VIEW("atlas"), vd_id_list_join(&list)},
                             .count = 2,
                             .text = vd_text_at(m, "description")};
  if (columns.at[1].ptr == NULL)
    return VD_NOMEM;
  note_date(r, m);
  VD_TRY(vd_feed_node(r->sink, "mitigations", vd_scalar_at(m, "id"), vd_scalar_at(m, "name"),
                      &columns));
  return about_mitigation(r, m);
}

static vd_code read_matrix(reader *r, const vd_value *matrix) {
  const vd_value *techniques = vd_get(matrix, VD_VIEW("techniques"));
  VD_TRY(read_tactics(r, vd_get(matrix, VD_VIEW("tactics"))));
  for (VD_EACH (t, techniques))
    VD_TRY(note_tactics(r, t));
  for (VD_EACH (t, techniques))
    VD_TRY(read_technique(r, t));
  for (VD_EACH (m, vd_get(matrix, VD_VIEW("mitigations"))))
    VD_TRY(read_mitigation(r, m));
  return VD_OK;
}

// ---- case studies -------------------------------------------------------------------------------

// Flaws that a text of the study names; step: the technique it describes, or an empty node.
static vd_code add_flaws(vd_record *record, vd_ref incident, vd_view text, vd_ref step) {
  vd_nameds named = {0};
  VD_TRY(vd_mentions_list(record->arena, text, &named));
  for (size_t i = 0; i < named.count; i++) {
    if (named.at[i].node.kind != VD_NODE_VULNERABILITY)
      continue;
    bool steps = step.key.len != 0;
    vd_link *l = steps ? vd_record_link(record, named.at[i].node, VD_EDGE_MAPS_TO, step)
                       : vd_record_link(record, named.at[i].node, VD_EDGE_CAUSES, incident);
    l->method = "text";
    l->confidence = steps ? 0.7 : 0.9;
    l->evidence = vd_text_around(text, named.at[i].offset);
  }
  return VD_OK;
}

// One step of the procedure: the technique used, and the study as a proof that it works.
static vd_code add_step(reader *r, vd_record *record, vd_ref incident, const vd_value *step,
                        size_t number) {
  vd_view technique = vd_scalar_at(step, "technique"), text = vd_text_at(step, "description");
  vd_ref node = vd_ref_of(VD_NODE_TECHNIQUE, technique);
  if (!vd_token_valid(technique)) {
    vd_feed_bad(r->sink, incident.key, "a step without a technique", (vd_view){0});
    return VD_OK;
  }
  vd_view evidence = vd_arena_printf(r->arena, "step %zu: %.*s", number, VD_ARG(text));
  if (evidence.ptr == NULL)
    return VD_NOMEM;
  evidence = vd_text_cut(evidence, VD_EVIDENCE_MAX);
  vd_record_link(record, node, VD_EDGE_CAUSES, incident)->evidence = evidence;
  vd_record_link(record, incident, VD_EDGE_EVIDENCE_OF, node)->evidence = evidence;
  return add_flaws(record, incident, text, node);
}

static void add_properties(vd_record *record, vd_ref incident, const vd_value *study) {
  static const char *const names[][2] = {{"target", "target"},
                                         {"actor", "actor"},
                                         {"type", "case-study-type"},
                                         {"author", "reporter"}};
  vd_record_property(record, incident, "date", record->date);
  for (size_t i = 0; i < VD_COUNT(names); i++)
    vd_record_property(record, incident, names[i][0], vd_scalar_at(study, names[i][1]));
  for (VD_EACH (ref, vd_get(study, VD_VIEW("references"))))
    vd_record_property(record, incident, "url", vd_text_at(ref, "url"));
}

// A text in lines tells by itself neither that its end is missing nor that the last study lacks a
// part, so what every edition has is asked for.
static void check_whole(reader *r, const vd_input *in, const vd_value *doc) {
  if (!vd_view_ends(in->bytes, VD_VIEW("\n")))
    vd_feed_bad(r->sink, in->path, "the document ends within a line", (vd_view){0});
  if (!vd_is(vd_get(doc, VD_VIEW("case-studies")), VD_KIND_ARRAY))
    vd_feed_bad(r->sink, in->path, "the document has no list named case-studies", (vd_view){0});
}

static void check_study(reader *r, vd_ref incident, const vd_value *study) {
  static const char *const keys[] = {"summary", "incident-date", "procedure", "case-study-type"};
  for (size_t i = 0; i < VD_COUNT(keys); i++)
    if (vd_get(study, vd_view_of(keys[i])) == NULL)
      vd_feed_bad(r->sink, incident.key, "a case study lacks", vd_view_of(keys[i]));
}

static vd_code read_study(reader *r, const vd_value *study) {
  vd_ref incident = node_at(VD_NODE_INCIDENT, study);
  vd_view name = vd_scalar_at(study, "name"), summary = vd_text_at(study, "summary");
  vd_record record = vd_record_of(r->arena, incident.key, date_at(study, "incident-date"));
  if (incident.key.len == 0 || name.len == 0) {
    vd_feed_bad(r->sink, vd_scalar_at(study, "id"), "a case study without a usable id or name",
                (vd_view){0});
    return VD_OK;
  }
  check_study(r, incident, study);
  if (record.date.len == 0)
    vd_feed_bad(r->sink, incident.key, "not a date", VD_VIEW("incident-date"));
  vd_definition *d = vd_record_define(&record, incident, name);
  d->class = VD_VIEW("atlas");
  d->text = vd_feed_text(summary);
  add_properties(&record, incident, study);
  VD_TRY(add_flaws(&record, incident, summary, (vd_ref){0}));
  size_t number = 0;
  for (VD_EACH (step, vd_get(study, VD_VIEW("procedure"))))
    VD_TRY(add_step(r, &record, incident, step, ++number));
  return vd_feed_record(r->sink, &record);
}

vd_code vd_read_atlas(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_yaml_parse(a, in->bytes, &doc, err));
  const vd_value *matrices = vd_get(doc, VD_VIEW("matrices"));
  if (!vd_is(matrices, VD_KIND_ARRAY))
    return vd_fail(err, VD_FORMAT, "the document has no list named matrices");
  reader r = {.arena = a, .tactics = VD_MAP(a), .sink = sink};
  for (VD_EACH (matrix, matrices))
    VD_TRY(read_matrix(&r, matrix));
  check_whole(&r, in, doc);
  for (VD_EACH (study, vd_get(doc, VD_VIEW("case-studies"))))
    VD_TRY(read_study(&r, study));
  return sink->snapshot(sink->ctx, vd_scalar_at(doc, "version"), r.modified);
}
