// Reads what the ranked mapper learns from and is asked.
#include "graph/suggest_input.h"

#include "graph/atlas.h"
#include "graph/read.h"
#include "graph/write.h"

enum { PROPERTIES_READ = 100 }; // of one flaw, and definitions

typedef struct reader {
  vd_graph *g;
  vd_arena *arena;
  VD_VEC(vd_suggest_technique) labels;
  VD_VEC(vd_suggest_example) examples;
  VD_VEC(vd_suggest_prior) priors;
  VD_VEC(vd_suggest_example) flaws;
  vd_map mapped; // flaw key -> vd_views * labels
  const vd_atlas *atlas;
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
  VD_TRY(vd_atlas_load(r->g, &r->atlas, r->err));
  atlas = r->atlas;
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

static bool has_facet(const vd_suggest_example *e, vd_view facet) {
  for (size_t i = 0; i < e->facets.count; i++)
    if (vd_view_eq(e->facets.at[i], facet))
      return true;
  return false;
}

static vd_code add_weakness(reader *r, vd_suggest_example *e, const vd_atlas_node *n) {
  vd_view facet = vd_arena_printf(r->arena, "up:%.*s", VD_ARG(n->key));
  if (facet.ptr == NULL)
    return no_memory(r);
  return has_facet(e, facet) ? VD_OK : add_facet(r, e, facet);
}

// "up:CWE-20" for the weaknesses and all above them in CWE-1000.
static vd_code read_ancestors(reader *r, vd_suggest_example *e) {
  for (size_t i = 0; i < e->cwe.count; i++) {
    uint32_t queue[VD_ANCESTORS_MAX];
    size_t count = 0;
    const vd_atlas_node *own = vd_map_get(&r->atlas->weaknesses, e->cwe.at[i]);
    if (own != NULL)
      queue[count++] = (uint32_t)(own - r->atlas->nodes.at);
    for (size_t k = 0; k < count; k++) {
      VD_TRY(add_weakness(r, e, &r->atlas->nodes.at[queue[k]]));
      vd_atlas_edges up = vd_atlas_from(r->atlas, VD_EDGE_CHILD_OF, queue[k]);
      for (size_t m = 0; m < up.count && count < VD_ANCESTORS_MAX; m++)
        queue[count++] = up.at[m].dst;
    }
  }
  return VD_OK;
}

// What KEV says: that it is listed, ransomware use, vendor and product.
static vd_code read_kev(reader *r, vd_suggest_example *e, const vd_node_properties *list) {
  static const struct {
    const char *property, *prefix;
  } facets[] = {
      {"kev_added", "kev"}, {"kev_ransomware", "ransom:"}, {"vendor", "v="}, {"product", "p="}};
  for (size_t i = 0; i < list->count; i++)
    for (size_t k = 0; k < VD_COUNT(facets); k++) {
      const vd_node_property *p = &list->at[i];
      if (!vd_view_eq(p->source, VD_VIEW("kev")) ||
          !vd_view_eq(p->name, vd_view_of(facets[k].property)))
        continue;
      vd_view facet = k == 0
                          ? vd_view_of(facets[k].prefix)
                          : vd_arena_printf(r->arena, "%s%.*s", facets[k].prefix, VD_ARG(p->value));
      if (facet.ptr == NULL)
        return no_memory(r);
      VD_TRY(add_facet(r, e, facet));
    }
  return VD_OK;
}

// The longest of its descriptions.
static vd_code read_text(reader *r, const vd_read_query *q, vd_suggest_example *e) {
  vd_node_texts texts;
  VD_TRY(vd_node_texts_read(r->g, r->arena, q, &texts, r->err));
  for (size_t i = 0; i < texts.count; i++)
    if (texts.at[i].body.len > e->text.len)
      e->text = texts.at[i].body;
  return VD_OK;
}

static vd_code read_facets(reader *r, const vd_read_query *q, vd_suggest_example *e) {
  vd_node_properties properties;
  vd_flaw_extra extra;
  VD_TRY(vd_node_properties_read(r->g, r->arena, q, &properties, r->err));
  VD_TRY(vd_flaw_extra_read(r->g, r->arena, e->id, &extra, r->err));
  e->cwe = extra.cwe;
  VD_TRY(read_vector(r, e, &extra.cvss));
  VD_TRY(read_ancestors(r, e));
  return read_kev(r, e, &properties);
}

static vd_code read_flaw(reader *r, int64_t node, vd_view key) {
  vd_suggest_example *e = vd_vec_push(r->arena, &r->flaws);
  const vd_views *labels = vd_map_get(&r->mapped, key);
  if (e == NULL)
    return no_memory(r);
  vd_read_query q = {.node = node, .limit = PROPERTIES_READ};
  e->id = key;
  VD_TRY(read_text(r, &q, e));
  VD_TRY(read_facets(r, &q, e));
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
