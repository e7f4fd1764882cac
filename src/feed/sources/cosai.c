// The risk map of the Coalition for Secure AI: risks, controls against them, components and
// personas of AI systems, one YAML document each.
#include "feed/sources/papers.h"
#include "feed/sources/sources.h"

bool vd_entry_cosai(vd_view path) {
  return vd_view_ends(path, VD_VIEW("/risk-map/yaml/risks.yaml")) ||
         vd_view_ends(path, VD_VIEW("/risk-map/yaml/controls.yaml")) ||
         vd_view_ends(path, VD_VIEW("/risk-map/yaml/components.yaml")) ||
         vd_view_ends(path, VD_VIEW("/risk-map/yaml/personas.yaml"));
}

typedef struct item { // an entry of one of the lists
  const vd_value *value;
  const vd_feed_sink *sink;
  vd_record record;
  vd_ref node;
} item;

static vd_ref cosai(item *x, vd_node_kind kind, vd_view id) {
  vd_view key = vd_arena_printf(x->record.arena, "cosai/%.*s", VD_ARG(id));
  x->record.failed |= key.ptr == NULL;
  return vd_ref_of(kind, key);
}

static void bad(const item *x, const char *why, vd_view detail) {
  vd_feed_bad(x->sink, x->record.key, why, vd_view_first(detail, 60));
}

// ---- texts --------------------------------------------------------------------------------------

static void put_paragraph(vd_buf *b, const vd_value *v) {
  if (vd_is(v, VD_KIND_STRING) && b->len > 0)
    vd_buf_put(b, VD_VIEW("\n"));
  if (vd_is(v, VD_KIND_STRING))
    vd_buf_put(b, vd_view_trim(v->text));
}

// Paragraphs are strings or lists of strings.
static vd_view text_of(item *x, const char *first, const char *second) {
  VD_SCOPED_BUF b = VD_BUF(VD_FEED_BYTES_MAX);
  const char *const members[] = {first, second};
  for (size_t i = 0; i < VD_COUNT(members); i++) {
    const vd_value *list = vd_get(x->value, vd_view_of(members[i]));
    put_paragraph(&b, list);
    for (VD_EACH (p, list)) {
      put_paragraph(&b, p);
      for (VD_EACH (line, p))
        put_paragraph(&b, line);
    }
  }
  vd_view text = vd_arena_copy(x->record.arena, vd_feed_text(vd_buf_view(&b)));
  x->record.failed |= b.failed || text.ptr == NULL;
  return text;
}

static void add_texts(item *x, const char *member, const char *property) {
  const vd_value *list = vd_get(x->value, vd_view_of(member));
  vd_record_property(&x->record, x->node, property, vd_text(list)); // "all", "none"
  for (VD_EACH (t, list))
    vd_record_property(&x->record, x->node, property, vd_view_trim(vd_text(t)));
}

// ---- stages -------------------------------------------------------------------------------------

// Stages of the map as ours; "development" of applications has none.
static const struct {
  vd_view stage;
  const char *ours[4];
} stages[] = {
    {VD_VIEW_INIT("planning"), {"problem-definition"}},
    {VD_VIEW_INIT("data-preparation"), {"data-collection", "labelling", "preprocessing"}},
    {VD_VIEW_INIT("model-training"), {"pre-training", "fine-tuning"}},
    {VD_VIEW_INIT("development"), {NULL}},
    {VD_VIEW_INIT("evaluation"), {"evaluation"}},
    {VD_VIEW_INIT("deployment"), {"serving"}},
    {VD_VIEW_INIT("runtime"), {"serving"}},
    {VD_VIEW_INIT("maintenance"), {"monitoring", "retraining"}},
};

static void add_stage(item *x, vd_view stage) {
  size_t i = 0;
  while (i < VD_COUNT(stages) && !vd_view_eq(stages[i].stage, stage))
    i++;
  if (i == VD_COUNT(stages)) {
    bad(x, "not a stage of the risk map", stage);
    return;
  }
  for (const char *const *ours = stages[i].ours; *ours != NULL; ours++) {
    vd_link *l = vd_record_link(&x->record, x->node, VD_EDGE_OCCURS_IN,
                                vd_ref_of(VD_NODE_STAGE, vd_view_of(*ours)));
    l->method = "curated";
    l->confidence = 0.8;
    l->evidence = stage;
  }
}

// ---- mappings -----------------------------------------------------------------------------------

static void map_to(item *x, vd_node_kind kind, vd_view id, const char *evidence) {
  vd_record_link(&x->record, x->node, VD_EDGE_MAPS_TO, vd_ref_of(kind, id))->evidence =
      vd_view_of(evidence);
}

// "AML.T0020@5.0.1": the id and the edition of its framework. Ids of frameworks that are no nodes
// ("AI Producer" of ISO 22989) become labels.
static void add_mapping(item *x, vd_view framework, vd_view text) {
  vd_view id = vd_view_trim(vd_view_cut(&text, '@'));
  bool atlas = vd_view_eq(framework, VD_VIEW("mitre-atlas"));
  bool owasp = vd_view_eq(framework, VD_VIEW("owasp-top10-llm"));
  if (id.len == 0 || ((atlas || owasp) && !vd_token_valid(id))) {
    bad(x, "a mapping without an id", framework);
  } else if (atlas) {
    bool control = vd_view_starts(id, VD_VIEW("AML.M"));
    map_to(x, control ? VD_NODE_MITIGATION : VD_NODE_TECHNIQUE, id, "mappings.mitre-atlas");
  } else if (owasp) {
    map_to(x, VD_NODE_RISK, id, "mappings.owasp-top10-llm");
  } else if (vd_view_eq(framework, VD_VIEW("stride"))) {
    vd_record_property(&x->record, x->node, "stride", id);
  } else {
    vd_view label = vd_arena_printf(x->record.arena, "%.*s %.*s", VD_ARG(framework), VD_ARG(id));
    x->record.failed |= label.ptr == NULL;
    vd_record_property(&x->record, x->node, "labels", label);
  }
}

static void add_mappings(item *x) {
  for (VD_EACH (framework, vd_get(x->value, VD_VIEW("mappings"))))
    for (VD_EACH (id, framework))
      add_mapping(x, framework->key, vd_text(id));
}

// ---- the lists ----------------------------------------------------------------------------------

// Literature the risk rests on: a paper of arXiv, or the page it stands on.
static void add_evidence(item *x, const vd_value *reference) {
  vd_view url = vd_text_at(reference, "url"), id = vd_paper_id_of_url(url), key = url;
  if (!vd_token_valid(url)) {
    bad(x, "a reference without an address", vd_text_at(reference, "id"));
    return;
  }
  if (id.len > 0)
    key = vd_paper_key(x->record.arena, id);
  x->record.failed |= key.ptr == NULL;
  vd_ref document = vd_ref_of(VD_NODE_DOCUMENT, key);
  vd_record_define(&x->record, document, vd_view_trim(vd_text_at(reference, "title")))->class =
      id.len > 0 ? VD_VIEW("paper") : VD_VIEW("page");
  vd_record_link(&x->record, document, VD_EDGE_EVIDENCE_OF, x->node)->evidence =
      VD_VIEW("externalReferences[].url");
}

static void read_risk(item *x) {
  for (VD_EACH (reference, vd_get(x->value, VD_VIEW("externalReferences"))))
    add_evidence(x, reference);
}

// Controls of assurance and governance say "all" instead of risks: a property, not links.
static void read_control(item *x) {
  const vd_value *risks = vd_get(x->value, VD_VIEW("risks"));
  vd_record_property(&x->record, x->node, "scope", vd_text(risks));
  for (VD_EACH (risk, risks)) {
    if (!vd_token_valid(vd_text(risk))) {
      bad(x, "not the id of a risk", vd_text(risk));
      continue;
    }
    vd_record_link(&x->record, x->node, VD_EDGE_MITIGATES, cosai(x, VD_NODE_RISK, vd_text(risk)))
        ->evidence = VD_VIEW("risks");
  }
}

static void read_nothing_more(item *x) { (void)x; }

static const struct list {
  const char *member;
  vd_node_kind kind;
  void (*read)(item *x);
} lists[] = {
    {"risks", VD_NODE_RISK, read_risk},
    {"controls", VD_NODE_MITIGATION, read_control},
    {"components", VD_NODE_ASSET, read_nothing_more},
    {"personas", VD_NODE_PERSONA, read_nothing_more},
};

static void add_facts(item *x) {
  vd_record_property(&x->record, x->node, "type", vd_text_at(x->value, "category"));
  add_texts(x, "impactType", "impact");
  add_texts(x, "actorAccess", "access");
  add_texts(x, "personas", "persona");
  add_texts(x, "components", "component");
  add_mappings(x);
  for (VD_EACH (stage, vd_get(x->value, VD_VIEW("lifecycleStage"))))
    add_stage(x, vd_text(stage));
}

static vd_code read_item(vd_arena *a, const struct list *l, const vd_value *value,
                         const vd_feed_sink *sink) {
  vd_view id = vd_text_at(value, "id"), title = vd_view_trim(vd_text_at(value, "title"));
  item x = {.value = value, .sink = sink, .record = vd_record_of(a, id, (vd_view){0})};
  if (!vd_token_valid(id) || title.len == 0) {
    bad(&x, "an entry without an id or a title", vd_view_of(l->member));
    return VD_OK;
  }
  x.node = cosai(&x, l->kind, id);
  vd_view text = l->kind == VD_NODE_RISK ? text_of(&x, "shortDescription", "longDescription")
                                         : text_of(&x, "description", "responsibilities");
  vd_definition *d = vd_record_define(&x.record, x.node, title);
  d->class = VD_VIEW("cosai");
  d->text = text;
  add_facts(&x);
  l->read(&x);
  return vd_feed_record(sink, &x.record);
}

vd_code vd_read_cosai(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_yaml_parse(a, in->bytes, &doc, err));
  for (size_t i = 0; i < VD_COUNT(lists); i++) {
    const vd_value *list = vd_get(doc, vd_view_of(lists[i].member));
    if (!vd_is(list, VD_KIND_ARRAY))
      continue;
    for (VD_EACH (value, list))
      VD_TRY(read_item(a, &lists[i], value, sink));
    return VD_OK;
  }
  return vd_fail(err, VD_FORMAT, "no list of risks, controls, components or personas");
}
