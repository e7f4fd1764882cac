// MISP galaxy clusters: threat actors, PLOT4ai risk cards, and an older ATLAS under the ids that
// MISP gives its entries and the names they had then. One document a cluster.
#include "feed/sources/sources.h"

typedef struct reader {
  vd_arena *arena;
  vd_map claims; // ATT&CK group -> size_t *, how many actors it is the only one of
  const vd_feed_sink *sink;
} reader;

typedef struct entry { // one value of a cluster
  const vd_value *value, *meta;
  vd_view uuid, name, text;
  vd_record record;
  vd_map seen; // property values
} entry;

// ---- shared by all clusters ---------------------------------------------------------------------

static vd_view misp_key(const reader *r, vd_view uuid) {
  return vd_arena_printf(r->arena, "misp/%.*s", VD_ARG(uuid));
}

static void add_word(entry *e, vd_ref node, const char *name, vd_view text) {
  vd_view once = vd_arena_printf(e->record.arena, "%s=%.*s", name, VD_ARG(text));
  e->record.failed |= once.ptr == NULL;
  if (e->record.failed || vd_map_get(&e->seen, once) != NULL || vd_view_eq(text, e->name))
    return;
  vd_record_property(&e->record, node, name, text);
  e->record.failed |= vd_map_put(&e->seen, once, e) != VD_OK;
}

// Adds a property that is a text or a list of texts; each but once, and none that is the name.
static void add_words(entry *e, vd_ref node, const char *name, const char *key) {
  const vd_value *words = vd_get(e->meta, vd_view_of(key));
  add_word(e, node, name, vd_view_trim(vd_text(words)));
  for (VD_EACH (w, words))
    add_word(e, node, name, vd_view_trim(vd_text(w)));
}

static vd_definition *define(entry *e, vd_ref node, const char *class) {
  vd_definition *d = vd_record_define(&e->record, node, e->name);
  d->class = vd_view_of(class);
  d->text = vd_feed_text(e->text);
  return d;
}

// ---- ATLAS: MISP's own ids are aliases of ATLAS's, older names are synonyms ---------------------

static vd_code read_atlas(const reader *r, entry *e, vd_node_kind kind) {
  vd_view id = vd_text_at(e->meta, "external_id");
  if (!vd_view_starts(id, VD_VIEW("AML.")) || !vd_token_valid(id)) {
    vd_feed_bad(r->sink, e->uuid, "an entry without an ATLAS id", id);
    return VD_OK;
  }
  vd_view own = misp_key(r, e->uuid);
  (void)vd_record_link(&e->record, vd_ref_of(kind, own), VD_EDGE_ALIAS_OF, vd_ref_of(kind, id));
  vd_record_property(&e->record, vd_ref_of(kind, id), "synonym", e->name);
  return own.ptr == NULL ? VD_NOMEM : vd_feed_record(r->sink, &e->record);
}

static vd_code read_technique(const reader *r, entry *e) {
  return read_atlas(r, e, VD_NODE_TECHNIQUE);
}

static vd_code read_mitigation(const reader *r, entry *e) {
  return read_atlas(r, e, VD_NODE_MITIGATION);
}

// ---- PLOT4ai ------------------------------------------------------------------------------------

static void add_impact(entry *e, vd_ref node) {
  static const char *const names[][2] = {
      {"c", "confidentiality"}, {"i", "integrity"}, {"a", "availability"}};
  for (VD_EACH (letter, vd_get(e->meta, VD_VIEW("cia"))))
    for (size_t i = 0; i < VD_COUNT(names); i++)
      if (vd_view_eq(vd_text(letter), vd_view_of(names[i][0])))
        vd_record_property(&e->record, node, "impact", vd_view_of(names[i][1]));
}

// The card's advice belongs to what people search for.
static vd_code add_advice(const reader *r, entry *e, vd_definition *d) {
  vd_view advice = vd_feed_text(vd_text_at(e->meta, "recommendation"));
  VD_SCOPED_BUF b = VD_BUF((size_t)2 * VD_TEXT_MAX + 1);
  vd_buf_put(&b, d->text);
  vd_buf_put_c(&b, '\n');
  vd_buf_put(&b, advice);
  vd_view both = vd_arena_copy(r->arena, vd_buf_view(&b));
  d->text = vd_feed_text(both);
  return b.failed || both.ptr == NULL ? VD_NOMEM : VD_OK;
}

// What a risk is similar to is an attack, which MISP names by its own id; what it is related to may
// be anything.
static void add_similar(const reader *r, entry *e, vd_ref node) {
  for (VD_EACH (related, vd_get(e->value, VD_VIEW("related")))) {
    vd_view to = vd_text_at(related, "dest-uuid");
    if (!vd_view_eq(vd_text_at(related, "type"), VD_VIEW("similar-to")) || !vd_token_valid(to))
      continue;
    vd_view key = misp_key(r, to);
    e->record.failed |= key.ptr == NULL;
    vd_link *l =
        vd_record_link(&e->record, node, VD_EDGE_REFERENCES, vd_ref_of(VD_NODE_TECHNIQUE, key));
    l->evidence = VD_VIEW("similar-to");
  }
}

static vd_code read_card(const reader *r, entry *e) {
  vd_view id = vd_text_at(e->meta, "external_id");
  vd_ref node = vd_ref_of(VD_NODE_RISK, id);
  if (!vd_token_valid(id)) {
    vd_feed_bad(r->sink, e->uuid, "a card without an id", id);
    return VD_OK;
  }
  VD_TRY(add_advice(r, e, define(e, node, "plot4ai")));
  add_words(e, node, "category", "categories");
  add_words(e, node, "lifecycle", "phases");
  add_impact(e, node);
  add_similar(r, e, node);
  return vd_feed_record(r->sink, &e->record);
}

// ---- threat actors ------------------------------------------------------------------------------

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "G0007" of "https://attack.mitre.org/groups/G0007/"; {NULL} when the address is another.
static vd_view group_of(vd_view url) {
  vd_view at = url;
  if (!vd_view_has(url, VD_VIEW("attack.mitre.org/")))
    return (vd_view){0};
  for (vd_view part = vd_view_cut(&at, '/'); part.len > 0 || at.len > 0;
       part = vd_view_cut(&at, '/')) {
    bool group = part.len == 5 && part.ptr[0] == 'G';
    for (size_t i = 1; group && i < part.len; i++)
      group = is_digit(part.ptr[i]);
    if (group)
      return part;
  }
  return (vd_view){0};
}

// The ATT&CK group whose page is among the references; {NULL} when there is none, or more than one.
static vd_view only_group(const vd_value *meta) {
  vd_view only = {0};
  for (VD_EACH (ref, vd_get(meta, VD_VIEW("refs")))) {
    vd_view group = group_of(vd_text(ref));
    if (group.len > 0 && only.len > 0 && !vd_view_eq(group, only))
      return (vd_view){0};
    if (group.len > 0)
      only = group;
  }
  return only;
}

static vd_code count_claim(reader *r, vd_view group) {
  size_t *count = vd_map_get(&r->claims, group);
  if (count == NULL && group.len > 0) {
    count = vd_new(r->arena, size_t);
    if (count == NULL)
      return VD_NOMEM;
    VD_TRY(vd_map_put(&r->claims, group, count));
  }
  if (count != NULL)
    ++*count;
  return VD_OK;
}

// Two actors with one group's page would be made one by it, so then neither is that group.
static void add_alias(const reader *r, entry *e, vd_ref node) {
  vd_view group = only_group(e->meta);
  const size_t *claims = vd_map_get(&r->claims, group);
  if (claims != NULL && *claims == 1)
    vd_record_link(&e->record, node, VD_EDGE_ALIAS_OF, vd_ref_of(VD_NODE_ACTOR, group))->evidence =
        VD_VIEW("meta/refs");
}

static vd_code read_actor(const reader *r, entry *e) {
  vd_ref node = vd_ref_of(VD_NODE_ACTOR, misp_key(r, e->uuid));
  if (node.key.ptr == NULL)
    return VD_NOMEM;
  (void)define(e, node, "misp");
  add_words(e, node, "synonym", "synonyms");
  add_words(e, node, "country", "country");
  add_words(e, node, "sector", "targeted-sector");
  add_words(e, node, "sector", "cfr-target-category");
  add_alias(r, e, node);
  return vd_feed_record(r->sink, &e->record);
}

// ---- documents ----------------------------------------------------------------------------------

static const struct {
  const char *type;
  vd_code (*read)(const reader *r, entry *e);
} clusters[] = {{"mitre-atlas-attack-pattern", read_technique},
                {"mitre-atlas-course-of-action", read_mitigation},
                {"plot4ai", read_card},
                {"threat-actor", read_actor}};

static vd_code read_entry(const reader *r, size_t cluster, const vd_value *value) {
  entry e = {.value = value,
             .meta = vd_get(value, VD_VIEW("meta")),
             .uuid = vd_text_at(value, "uuid"),
             .name = vd_text_at(value, "value"),
             .text = vd_text_at(value, "description"),
             .seen = VD_MAP(r->arena)};
  if (!vd_token_valid(e.uuid) || e.name.len == 0) {
    vd_feed_bad(r->sink, e.uuid, "an entry without a usable id or name", e.name);
    return VD_OK;
  }
  vd_view key = vd_arena_printf(r->arena, "%s/%.*s", clusters[cluster].type, VD_ARG(e.uuid));
  if (key.ptr == NULL)
    return VD_NOMEM;
  e.record = vd_record_of(r->arena, key, (vd_view){0});
  return clusters[cluster].read(r, &e);
}

static vd_code read_cluster(reader *r, size_t cluster, const vd_value *values) {
  for (VD_EACH (value, values))
    VD_TRY(count_claim(r, only_group(vd_get(value, VD_VIEW("meta")))));
  for (VD_EACH (value, values))
    VD_TRY(read_entry(r, cluster, value));
  return VD_OK;
}

vd_code vd_read_misp(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_json_parse(a, in->bytes, &doc, err));
  const vd_value *values = vd_get(doc, VD_VIEW("values"));
  reader r = {.arena = a, .claims = VD_MAP(a), .sink = sink};
  for (size_t i = 0; i < VD_COUNT(clusters); i++)
    if (vd_view_eq(vd_text_at(doc, "type"), vd_view_of(clusters[i].type)) &&
        vd_is(values, VD_KIND_ARRAY)) {
      VD_TRY(sink->snapshot(sink->ctx, vd_scalar_at(doc, "version"), (vd_view){0}));
      return read_cluster(&r, i, values);
    }
  return vd_fail(err, VD_FORMAT, "the document is not a galaxy cluster of a known type");
}
