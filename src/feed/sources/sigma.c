// Sigma: one detection rule a document, with the techniques and flaws its tags and words name. The
// detection itself is kept as JSON for later use.
#include "feed/mentions.h"
#include "feed/sources/sources.h"

bool vd_entry_sigma(vd_view path) {
  return vd_view_has(path, VD_VIEW("rules")) && vd_view_ends(path, VD_VIEW(".yml"));
}

typedef struct rule {
  vd_record record;
  vd_ref node;
  vd_map seen; // what it detects already
  const vd_value *doc;
} rule;

// ---- links --------------------------------------------------------------------------------------

static vd_link *detects(rule *r, vd_ref what) {
  r->record.failed |= what.key.ptr == NULL;
  if (r->record.failed || vd_map_get(&r->seen, what.key) != NULL)
    return NULL;
  r->record.failed |= vd_map_put(&r->seen, what.key, r) != VD_OK;
  return vd_record_link(&r->record, r->node, VD_EDGE_DETECTS, what);
}

// "attack.t1059.001" and "cve.2021-44228" are ids in another dress. Tactics, groups and other
// catalogues have tags too; those are no things a rule detects.
static void read_tag(rule *r, vd_view tag) {
  vd_arena *a = r->record.arena;
  bool technique = vd_view_starts(tag, VD_VIEW("attack.t"));
  if (!technique && !vd_view_starts(tag, VD_VIEW("cve.")))
    return;
  vd_view id = technique ? vd_arena_printf(a, "T%.*s", VD_ARG(vd_view_from(tag, 8)))
                         : vd_arena_printf(a, "CVE-%.*s", VD_ARG(vd_view_from(tag, 4)));
  vd_mention m;
  if (id.ptr == NULL)
    r->record.failed = true;
  else if (vd_mention_whole(id, &m)) {
    vd_link *l = detects(r, vd_ref_of(m.kind, vd_mention_key(a, &m)));
    if (l != NULL)
      l->evidence = tag;
  }
}

static vd_code read_words(rule *r, vd_view words) {
  vd_nameds named = {0};
  VD_TRY(vd_mentions_list(r->record.arena, words, &named));
  for (size_t i = 0; i < named.count; i++) {
    bool flaw = named.at[i].node.kind == VD_NODE_VULNERABILITY;
    vd_link *l = flaw ? detects(r, named.at[i].node) : NULL;
    if (l == NULL)
      continue;
    l->method = "text";
    l->confidence = 0.9;
    l->evidence = vd_text_around(words, named.at[i].offset);
  }
  return VD_OK;
}

static vd_code read_links(rule *r) {
  for (VD_EACH (tag, vd_get(r->doc, VD_VIEW("tags"))))
    read_tag(r, vd_text(tag));
  VD_TRY(read_words(r, vd_text_at(r->doc, "title")));
  return read_words(r, vd_text_at(r->doc, "description"));
}

// ---- properties ---------------------------------------------------------------------------------

// "product=windows, category=process_creation".
static void add_source(rule *r, const vd_feed_sink *sink) {
  static const char *const keys[] = {"product", "category", "service"};
  VD_SCOPED_BUF b = VD_BUF(VD_PROPERTY_MAX);
  for (size_t i = 0; i < VD_COUNT(keys); i++) {
    vd_view value = vd_scalar_at(vd_get(r->doc, VD_VIEW("logsource")), keys[i]);
    if (value.len > 0)
      vd_buf_printf(&b, "%s%s=%.*s", b.len > 0 ? ", " : "", keys[i], VD_ARG(value));
  }
  vd_view copy = vd_arena_copy(r->record.arena, vd_buf_view(&b));
  r->record.failed |= copy.ptr == NULL;
  vd_record_property(&r->record, r->node, "logsource", copy);
  if (b.failed)
    vd_feed_bad(sink, r->record.key, "a log source of too many words", (vd_view){0});
}

static void add_query(rule *r, const vd_feed_sink *sink) {
  VD_SCOPED_BUF b = VD_BUF(VD_PROPERTY_MAX);
  vd_json_out j = {.buf = &b};
  vd_json_tree(&j, vd_get(r->doc, VD_VIEW("detection")));
  if (b.failed) {
    vd_feed_bad(sink, r->record.key, "a detection too long to be kept", (vd_view){0});
    return;
  }
  vd_view copy = vd_arena_copy(r->record.arena, vd_buf_view(&b));
  r->record.failed |= copy.ptr == NULL;
  vd_record_property(&r->record, r->node, "query", copy);
}

static void add_level(rule *r, const vd_feed_sink *sink) {
  static const char *const levels[] = {"informational", "low", "medium", "high", "critical"};
  vd_view level = vd_text_at(r->doc, "level");
  for (size_t i = 0; i < VD_COUNT(levels); i++)
    if (vd_view_eq(level, vd_view_of(levels[i]))) {
      vd_record_property(&r->record, r->node, "level", level);
      return;
    }
  vd_feed_bad(sink, r->record.key, "a rule without a known level", level);
}

static void add_date(rule *r, const char *name) {
  vd_view date = vd_scalar_at(r->doc, name);
  if (vd_date_valid(date))
    vd_record_property(&r->record, r->node, name, vd_view_first(date, 10));
}

// ---- documents ----------------------------------------------------------------------------------

// NULL when the document is a rule that can be kept, else what it lacks.
static const char *lacks(const vd_value *doc) {
  const vd_value *detection = vd_get(doc, VD_VIEW("detection"));
  if (!vd_token_valid(vd_text_at(doc, "id")) || vd_text_at(doc, "title").len == 0)
    return "not a rule with an id and a title";
  if (!vd_is(vd_get(doc, VD_VIEW("logsource")), VD_KIND_TABLE))
    return "a rule without a log source";
  return vd_get(detection, VD_VIEW("condition")) == NULL ? "a rule without a detection" : NULL;
}

static vd_code read_rule(vd_arena *a, const vd_value *doc, const vd_feed_sink *sink) {
  vd_view id = vd_text_at(doc, "id"), date = vd_scalar_at(doc, "date");
  vd_view key = vd_arena_printf(a, "sigma/%.*s", VD_ARG(id));
  date = vd_date_valid(date) ? vd_view_first(date, 10) : (vd_view){0};
  rule r = {vd_record_of(a, id, date), vd_ref_of(VD_NODE_DETECTION, key), VD_MAP(a), doc};
  if (key.ptr == NULL)
    return VD_NOMEM;
  vd_definition *d = vd_record_define(&r.record, r.node, vd_text_at(doc, "title"));
  d->class = VD_VIEW("sigma");
  d->text = vd_feed_text(vd_text_at(doc, "description"));
  vd_record_property(&r.record, r.node, "status", vd_text_at(doc, "status"));
  add_level(&r, sink);
  add_date(&r, "date");
  add_date(&r, "modified");
  add_source(&r, sink);
  add_query(&r, sink);
  VD_TRY(read_links(&r));
  return vd_feed_record(sink, &r.record);
}

// Unpacked, the rules are files of their own, and a malformed one is to be left out like one in an
// archive.
vd_code vd_read_sigma(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  const vd_value *doc;
  vd_error local = {0};
  vd_code code = vd_yaml_parse(a, in->bytes, &doc, &local);
  if (code == VD_NOMEM)
    return vd_fail(err, code, "out of memory while reading a rule");
  const char *wrong = code == VD_OK ? lacks(doc) : NULL;
  if (wrong != NULL)
    (void)vd_fail(&local, VD_FORMAT, "%s", wrong);
  if (local.code == VD_OK)
    return read_rule(a, doc, sink);
  sink->bad(sink->ctx, in->path, &local);
  return VD_OK;
}
