// The AI Incident Database, as its weekly snapshot has it in CSV: incidents, the taxonomies that
// classify them, and which were reported twice. A row is a record about the node aiid/N.
#include "feed/sheet.h"
#include "feed/sources/sources.h"

bool vd_entry_aiid(vd_view path) {
  return vd_view_ends(path, VD_VIEW("/incidents.csv")) ||
         vd_view_ends(path, VD_VIEW("/duplicates.csv")) ||
         (vd_view_has(path, VD_VIEW("/classifications_")) && vd_view_ends(path, VD_VIEW(".csv")));
}

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for a row of the AI Incident Database");
}

static bool number_valid(vd_view v) {
  uint64_t n;
  return v.len > 0 && v.len <= 9 && v.ptr[0] != '0' && vd_view_u64(v, &n);
}

static vd_ref incident(vd_arena *a, vd_view number) {
  return vd_ref_of(VD_NODE_INCIDENT, vd_arena_printf(a, "aiid/%.*s", VD_ARG(number)));
}

// ---- incidents ----------------------------------------------------------------------------------

// A cell with a JSON list of names: one property each.
static vd_code add_names(vd_record *r, const vd_sheet *s, vd_ref node, const char *column,
                         const char *property) {
  const vd_value *list;
  vd_error e;
  vd_view cell = vd_sheet_cell(s, column);
  vd_code code = cell.len == 0 ? VD_OK : vd_json_parse(r->arena, cell, &list, &e);
  if (code == VD_NOMEM)
    return code;
  if (code != VD_OK || (cell.len > 0 && !vd_is(list, VD_KIND_ARRAY))) {
    vd_sheet_bad(s, "not a list of names", vd_view_of(column));
    return VD_OK;
  }
  if (cell.len > 0)
    for (VD_EACH (name, list))
      vd_record_property(r, node, property, vd_view_trim(vd_text(name)));
  return VD_OK;
}

static vd_code read_incident(vd_arena *a, const vd_sheet *s, vd_error *err) {
  static const struct {
    const char *column, *property;
  } names[] = {
      {"Alleged deployer of AI system", "deployer"},
      {"Alleged developer of AI system", "developer"},
      {"Alleged harmed or nearly harmed parties", "harmed"},
  };
  vd_view number = vd_sheet_cell(s, "incident_id"), date = vd_sheet_cell(s, "date");
  if (!number_valid(number) || !vd_date_valid(date)) {
    vd_sheet_bad(s, "an incident without a number or a date", vd_view_first(number, 20));
    return VD_OK;
  }
  vd_ref node = incident(a, number);
  vd_view key = vd_arena_printf(a, "incident/%.*s", VD_ARG(number));
  vd_view url = vd_arena_printf(a, "https://incidentdatabase.ai/cite/%.*s", VD_ARG(number));
  if (node.key.ptr == NULL || key.ptr == NULL || url.ptr == NULL)
    return no_memory(err);
  vd_record r = vd_record_of(a, key, vd_view_first(date, 10));
  vd_definition *d = vd_record_define(&r, node, vd_sheet_cell(s, "title"));
  d->class = VD_VIEW("aiid");
  d->text = vd_feed_text(vd_sheet_cell(s, "description"));
  vd_record_property(&r, node, "date", vd_view_first(date, 10));
  vd_record_property(&r, node, "url", url);
  for (size_t i = 0; i < VD_COUNT(names); i++)
    VD_TRY(add_names(&r, s, node, names[i].column, names[i].property));
  return vd_feed_record(s->sink, &r);
}

// ---- classifications ----------------------------------------------------------------------------

typedef struct trait { // a column that becomes a property
  const char *column, *property;
  bool list; // "A, B" is two values
} trait;

static const trait mit[] = {
    {"Risk Domain", "domain", false}, {"Risk Subdomain", "subdomain", false},
    {"Entity", "entity", false},      {"Timing", "timing", false},
    {"Intent", "intent", false},
};

static const trait gmf[] = {
    {"Known AI Goal", "goal", true},
    {"Known AI Technology", "technology", true},
    {"Known AI Technical Failure", "failure", true},
};

// Sectors of deployment have commas in their names.
static const trait cset_v1[] = {
    {"Tangible Harm", "harm", false},
    {"AI Harm Level", "harm_level", false},
    {"Sector of Deployment", "sector", false},
    {"Infrastructure Sectors", "infrastructure", true},
    {"Location Country (two letters)", "country", false},
    {"Intentional Harm", "intent", false},
    {"AI Task", "task", true},
};

static const trait cset_v0[] = {
    {"Harm Type", "harm", true},
    {"Severity", "harm_level", false},
    {"Sector of Deployment", "sector", false},
    {"Infrastructure Sectors", "infrastructure", true},
    {"Location", "location", false},
    {"Intent", "intent", false},
    {"AI Applications", "task", true},
    {"Problem Nature", "failure", true},
};

// Rows of single annotators ("CSETv1_Annotator-1") are drafts of those in CSETv1.
static const struct taxonomy {
  vd_view namespace;
  const char *family; // of record keys
  const trait *traits;
  size_t count;
} taxonomies[] = {
    {VD_VIEW_INIT("MIT"), "mit", mit, VD_COUNT(mit)},
    {VD_VIEW_INIT("GMF"), "gmf", gmf, VD_COUNT(gmf)},
    {VD_VIEW_INIT("CSETv1"), "csetv1", cset_v1, VD_COUNT(cset_v1)},
    {VD_VIEW_INIT("CSETv0"), "csetv0", cset_v0, VD_COUNT(cset_v0)},
};

static const struct taxonomy *taxonomy_of(vd_view namespace) {
  for (size_t i = 0; i < VD_COUNT(taxonomies); i++)
    if (vd_view_eq(namespace, taxonomies[i].namespace))
      return &taxonomies[i];
  return NULL;
}

static void add_trait(vd_record *r, const vd_sheet *s, vd_ref node, const trait *t) {
  vd_view cell = vd_sheet_cell(s, t->column);
  while (cell.len > 0) {
    vd_view value = vd_view_trim(t->list ? vd_view_cut(&cell, ',') : cell);
    if (!vd_view_eq(value, VD_VIEW("--")))
      vd_record_property(r, node, t->property, value);
    if (!t->list)
      return;
  }
}

static vd_code read_classification(vd_arena *a, const vd_sheet *s, vd_error *err) {
  vd_view number = vd_sheet_cell(s, "Incident ID"), namespace = vd_sheet_cell(s, "Namespace");
  const struct taxonomy *t = taxonomy_of(namespace);
  if (t == NULL && vd_view_has(namespace, VD_VIEW("_Annotator-")))
    return VD_OK;
  if (t == NULL || !number_valid(number)) {
    vd_sheet_bad(s, "not a classification of an incident", vd_view_first(namespace, 40));
    return VD_OK;
  }
  vd_ref node = incident(a, number);
  vd_view key = vd_arena_printf(a, "%s/%.*s", t->family, VD_ARG(number));
  if (node.key.ptr == NULL || key.ptr == NULL)
    return no_memory(err);
  vd_record r = vd_record_of(a, key, (vd_view){0});
  for (size_t i = 0; i < t->count; i++)
    add_trait(&r, s, node, &t->traits[i]);
  return vd_feed_record(s->sink, &r);
}

// ---- duplicates ---------------------------------------------------------------------------------

static vd_code read_duplicate(vd_arena *a, const vd_sheet *s, vd_error *err) {
  vd_view number = vd_sheet_cell(s, "duplicate_incident_number");
  vd_view kept = vd_sheet_cell(s, "true_incident_number");
  if (!number_valid(number) || !number_valid(kept)) {
    vd_sheet_bad(s, "not two incident numbers", vd_view_first(number, 20));
    return VD_OK;
  }
  vd_ref from = incident(a, number), to = incident(a, kept);
  vd_view key = vd_arena_printf(a, "duplicate/%.*s", VD_ARG(number));
  if (from.key.ptr == NULL || to.key.ptr == NULL || key.ptr == NULL)
    return no_memory(err);
  vd_record r = vd_record_of(a, key, (vd_view){0});
  vd_record_link(&r, from, VD_EDGE_ALIAS_OF, to)->evidence = VD_VIEW("true_incident_number");
  return vd_feed_record(s->sink, &r);
}

vd_code vd_read_aiid(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  static const struct {
    const char *column; // that only this table has
    vd_code (*read)(vd_arena *a, const vd_sheet *s, vd_error *err);
  } tables[] = {{"Namespace", read_classification},
                {"incident_id", read_incident},
                {"duplicate_incident_number", read_duplicate}};
  vd_sheet s;
  VD_TRY(vd_sheet_open(a, in->bytes, sink, &s, err));
  for (size_t i = 0; i < VD_COUNT(tables); i++) {
    vd_code code = VD_OK;
    if (!vd_sheet_has(&s, tables[i].column))
      continue;
    while ((code = vd_sheet_next(&s, err)) == VD_OK)
      VD_TRY(tables[i].read(a, &s, err));
    return code == VD_NOTFOUND ? VD_OK : code;
  }
  return vd_fail(err, VD_FORMAT, "not a table of the AI Incident Database");
}
