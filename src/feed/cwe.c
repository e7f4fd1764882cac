// What CWE states of a weakness, category or view.
#include "feed/cwe.h"

#include "feed/mentions.h"

vd_code vd_views_add(vd_arena *a, vd_views *list, vd_view v) {
  vd_view *slot = v.len == 0 ? NULL : vd_vec_push(a, list);
  if (slot != NULL)
    *slot = v;
  return slot == NULL && v.len != 0 ? VD_NOMEM : VD_OK;
}

static vd_code numbered(vd_arena *a, const char *prefix, const vd_views *numbers, vd_view *out) {
  vd_id_list list = {.arena = a, .numbered = true};
  for (size_t i = 0; i < numbers->count; i++)
    VD_TRY(vd_id_list_add(&list, prefix, numbers->at[i]));
  *out = vd_id_list_join(&list);
  return out->ptr == NULL ? VD_NOMEM : VD_OK;
}

// ---- properties ---------------------------------------------------------------------------------

static void add_lower(vd_record *r, vd_ref node, const char *name, vd_view value) {
  vd_view lower = vd_feed_lower(r->arena, value);
  r->failed |= lower.ptr == NULL;
  vd_record_property(r, node, name, lower);
}

static void add_properties(vd_record *r, vd_ref node, const vd_cwe_entry *e) {
  add_lower(r, node, "status", e->status);
  add_lower(r, node, "likelihood", e->likelihood);
  if (vd_date_valid(e->modified))
    vd_record_property(r, node, "modified", vd_view_first(e->modified, 10));
  for (size_t i = 0; i < e->platforms.count; i++)
    if (!vd_view_starts(e->platforms.at[i], VD_VIEW("Not ")))
      vd_record_property(r, node, "platform", e->platforms.at[i]);
  for (size_t i = 0; i < e->synonyms.count; i++)
    vd_record_property(r, node, "synonym", e->synonyms.at[i]);
}

// ---- observed examples --------------------------------------------------------------------------

// The key of the flaw that a reference is, and is as a whole; {NULL} with *code set when it is none
// or there is no memory.
static vd_view flaw_of(vd_arena *a, vd_view reference, vd_code *code) {
  vd_mention m;
  *code = VD_FORMAT;
  if (!vd_mention_whole(reference, &m) || m.kind != VD_NODE_VULNERABILITY)
    return (vd_view){0};
  vd_view key = vd_mention_key(a, &m);
  *code = key.ptr == NULL ? VD_NOMEM : VD_OK;
  return key;
}

static vd_code add_example(vd_record *r, vd_ref node, const vd_cwe_example *example) {
  vd_code code;
  vd_view key = flaw_of(r->arena, example->reference, &code);
  if (code != VD_OK)
    return code;
  const char *between = example->words.len > 0 ? ": " : "";
  vd_view words =
      vd_arena_printf(r->arena, "observed example%s%.*s", between, VD_ARG(example->words));
  vd_link *l = vd_record_link(r, vd_ref_of(VD_NODE_VULNERABILITY, key), VD_EDGE_HAS_WEAKNESS, node);
  l->evidence = vd_text_cut(words, VD_EVIDENCE_MAX);
  return words.ptr == NULL ? VD_NOMEM : VD_OK;
}

// Some stand twice, and some refer to a page of the bibliography, "[REF-1374]".
static vd_code add_examples(vd_record *r, vd_ref node, const vd_cwe_entry *e,
                            const vd_feed_sink *sink) {
  vd_map seen = VD_MAP(r->arena);
  for (size_t i = 0; i < e->examples.count; i++) {
    vd_view reference = e->examples.at[i].reference;
    if (reference.len == 0 || reference.ptr[0] == '[' || vd_map_get(&seen, reference) != NULL)
      continue;
    VD_TRY(vd_map_put(&seen, reference, r));
    vd_code code = add_example(r, node, &e->examples.at[i]);
    if (code == VD_NOMEM)
      return code;
    if (code != VD_OK)
      vd_feed_bad(sink, node.key, "an observed example is not a CVE id", reference);
  }
  return VD_OK;
}

// ---- entries ------------------------------------------------------------------------------------

static vd_code state_row(vd_arena *a, const vd_feed_sink *sink, vd_view id, const vd_cwe_entry *e) {
  vd_node_columns columns = {.at = {e->class}, .count = 3, .text = e->text};
  VD_TRY(numbered(a, "CWE-", &e->parents, &columns.at[1]));
  VD_TRY(numbered(a, "CAPEC-", &e->patterns, &columns.at[2]));
  return vd_feed_node(sink, "weaknesses", id, e->name, &columns);
}

// A record beside a facts row has a key of its own, as the row is a record too.
vd_code vd_cwe_state(vd_arena *a, const vd_feed_sink *sink, const vd_cwe_entry *e) {
  bool view = vd_view_eq(e->class, VD_VIEW("View"));
  vd_view id = {0};
  if (vd_token_valid(e->number)) {
    id = vd_arena_printf(a, "CWE-%.*s", VD_ARG(e->number));
    if (id.ptr == NULL)
      return VD_NOMEM;
  }
  if (!view || id.len == 0 || e->name.len == 0)
    VD_TRY(state_row(a, sink, id, e));
  if (id.len == 0 || e->name.len == 0) // reported with the row
    return VD_OK;
  vd_ref node = vd_ref_of(VD_NODE_WEAKNESS, id);
  vd_view key = view ? id : vd_arena_printf(a, "about/%.*s", VD_ARG(id));
  vd_view date = vd_date_valid(e->created) ? vd_view_first(e->created, 10) : (vd_view){0};
  vd_record r = vd_record_of(a, key, date);
  if (view) {
    vd_definition *d = vd_record_define(&r, node, e->name);
    d->class = e->class;
    d->text = vd_feed_text(e->text);
  }
  add_properties(&r, node, e);
  VD_TRY(add_examples(&r, node, e, sink));
  bool empty = r.definitions.count + r.properties.count + r.links.count == 0 && !r.failed;
  return key.ptr == NULL ? VD_NOMEM : empty ? VD_OK : vd_feed_record(sink, &r);
}
