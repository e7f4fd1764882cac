// Reads what the ranked mapper learns from and is asked.
#include "graph/suggest_input.h"

#include "graph/atlas.h"
#include "graph/read.h"
#include "graph/write.h"

typedef struct reader {
  vd_graph *g;
  vd_arena *arena;
  VD_VEC(vd_suggest_technique) labels;
  VD_VEC(vd_suggest_example) examples;
  VD_VEC(vd_suggest_prior) priors;
  VD_VEC(vd_suggest_example) flaws;
  vd_map mapped; // flaw key -> vd_views * labels
  vd_error *err;
} reader;

static vd_code no_memory(const reader *r) {
  return vd_fail(r->err, VD_NOMEM, "no memory for the mapper");
}

static vd_code read_techniques(reader *r) {
  VD_SCOPED_SQL *s = vd_store_sql(r->g, VD_SQL_TECHNIQUE_TEXTS);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(r->g, "read techniques", r->err);
  (void)sqlite3_bind_int64(s, 1, r->g->node_kind[VD_NODE_TECHNIQUE]);
  while (row) {
    VD_TRY(vd_sql_next(r->g, s, &row, r->err));
    vd_suggest_technique *t = row ? vd_vec_push(r->arena, &r->labels) : NULL;
    if (row &&
        (t == NULL || !vd_sql_copy(r->arena, s, 0, &t->id) ||
         !vd_sql_copy(r->arena, s, 1, &t->name) || !vd_sql_copy(r->arena, s, 2, &t->description)))
      return no_memory(r);
  }
  return VD_OK;
}

static vd_code add_mapping(reader *r, vd_view flaw, vd_view technique) {
  vd_views *labels = vd_map_get(&r->mapped, flaw);
  if (labels == NULL) {
    labels = vd_new(r->arena, vd_views);
    if (labels == NULL || vd_map_put(&r->mapped, flaw, labels) != VD_OK)
      return no_memory(r);
  }
  vd_view *slot = vd_vec_push(r->arena, labels);
  if (slot == NULL)
    return no_memory(r);
  *slot = technique;
  return VD_OK;
}

static vd_code read_mappings(reader *r) {
  VD_SCOPED_SQL *s = vd_store_sql(r->g, VD_SQL_CURATED_MAPPINGS);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(r->g, "read mappings", r->err);
  (void)sqlite3_bind_int64(s, 1, r->g->edge_kind[VD_EDGE_MAPS_TO]);
  while (row) {
    vd_view flaw, technique;
    VD_TRY(vd_sql_next(r->g, s, &row, r->err));
    if (!row)
      break;
    if (!vd_sql_copy(r->arena, s, 0, &flaw) || !vd_sql_copy(r->arena, s, 1, &technique))
      return no_memory(r);
    VD_TRY(add_mapping(r, flaw, technique));
  }
  return VD_OK;
}

// Chains are weighed as scanning weighs them (docs/mapping.md), here without a cut.
static vd_code read_chains(reader *r) {
  const vd_atlas *atlas;
  VD_TRY(vd_atlas_load(r->g, &atlas, r->err));
  for (size_t i = 0; i < atlas->chains.count; i++) {
    const vd_chain *c = &atlas->chains.at[i];
    vd_suggest_prior *p = c->weight > 0 ? vd_vec_push(r->arena, &r->priors) : NULL;
    if (c->weight > 0 && p == NULL)
      return no_memory(r);
    if (p != NULL)
      *p = (vd_suggest_prior){.key = atlas->nodes.at[c->weakness].key,
                              .label = atlas->nodes.at[c->technique].key,
                              .weight = c->weight > 1 ? 1 : c->weight};
  }
  return VD_OK;
}

// ---- flaws -------------------------------------------------------------------------------------

static vd_code add_facet(reader *r, vd_suggest_example *e, vd_view facet) {
  vd_view *slot = vd_vec_push(r->arena, &e->facets);
  if (slot == NULL)
    return no_memory(r);
  *slot = facet;
  return VD_OK;
}

// The metrics of the first 3.x vector: "AV:N", "PR:L", ...
static vd_code read_vector(reader *r, vd_suggest_example *e, const vd_views *vectors) {
  for (size_t i = 0; i < vectors->count; i++) {
    vd_view rest = vectors->at[i];
    if (!vd_view_starts(rest, VD_VIEW("CVSS:3")))
      continue;
    (void)vd_view_cut(&rest, '/');
    for (int k = 0; k < 8 && rest.len > 0; k++)
      VD_TRY(add_facet(r, e, vd_view_cut(&rest, '/')));
    return VD_OK;
  }
  return VD_OK;
}

static vd_code read_flaw(reader *r, int64_t node, vd_view key) {
  vd_suggest_example *e = vd_vec_push(r->arena, &r->flaws);
  vd_read_query q = {.node = node, .limit = 4};
  vd_node_texts texts;
  vd_flaw_extra extra;
  if (e == NULL)
    return no_memory(r);
  VD_TRY(vd_node_texts_read(r->g, r->arena, &q, &texts, r->err));
  VD_TRY(vd_flaw_extra_read(r->g, r->arena, key, &extra, r->err));
  e->id = key;
  e->cwe = extra.cwe;
  for (size_t i = 0; i < texts.count; i++)
    if (texts.at[i].body.len > e->text.len)
      e->text = texts.at[i].body;
  VD_TRY(read_vector(r, e, &extra.cvss));
  const vd_views *labels = vd_map_get(&r->mapped, key);
  if (labels == NULL)
    return VD_OK;
  vd_suggest_example *example = vd_vec_push(r->arena, &r->examples);
  if (example == NULL)
    return no_memory(r);
  *example = *e;
  example->labels = *labels;
  return VD_OK;
}

typedef struct asked {
  int64_t node;
  vd_view key;
} asked;

static vd_code read_flaws(reader *r) {
  VD_VEC(asked) list = {0};
  {
    VD_SCOPED_SQL *s = vd_store_sql(r->g, VD_SQL_MAPPED_FLAWS);
    bool row = true;
    if (s == NULL)
      return vd_store_fail(r->g, "read flaws", r->err);
    (void)sqlite3_bind_int64(s, 1, r->g->node_kind[VD_NODE_VULNERABILITY]);
    (void)sqlite3_bind_int64(s, 2, r->g->edge_kind[VD_EDGE_AFFECTS]);
    (void)sqlite3_bind_int64(s, 3, r->g->node_kind[VD_NODE_PACKAGE]);
    (void)sqlite3_bind_int64(s, 4, r->g->edge_kind[VD_EDGE_MAPS_TO]);
    while (row) {
      VD_TRY(vd_sql_next(r->g, s, &row, r->err));
      asked *slot = row ? vd_vec_push(r->arena, &list) : NULL;
      if (row && (slot == NULL || !vd_sql_copy(r->arena, s, 1, &slot->key)))
        return no_memory(r);
      if (row)
        slot->node = sqlite3_column_int64(s, 0);
    }
  }
  for (size_t i = 0; i < list.count; i++)
    VD_TRY(read_flaw(r, list.at[i].node, list.at[i].key));
  return VD_OK;
}

vd_code vd_suggest_questions_read(vd_graph *g, vd_arena *a, vd_suggest_questions *out,
                                  vd_error *err) {
  reader r = {.g = g, .arena = a, .mapped = VD_MAP(a), .err = err};
  VD_TRY(read_techniques(&r));
  VD_TRY(read_mappings(&r));
  VD_TRY(read_chains(&r));
  VD_TRY(read_flaws(&r));
  out->input = (vd_suggest_input){.labels = r.labels.at,
                                  .label_count = r.labels.count,
                                  .examples = r.examples.at,
                                  .example_count = r.examples.count,
                                  .priors = r.priors.at,
                                  .prior_count = r.priors.count};
  out->flaws.at = r.flaws.at;
  out->flaws.count = out->flaws.cap = r.flaws.count;
  return VD_OK;
}
