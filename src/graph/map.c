// From a flaw in a package to techniques: curated rules first, then chains for the weaknesses no
// rule speaks of (docs/mapping.md).
#include "graph/map.h"

static const double HOP_DISCOUNT = 0.7; // a rule for an ancestor says less about its child
static const double RULE_CUT = 0.2;     // a rule discounted below this is no longer said

static vd_code no_memory(const vd_mapper *m) {
  return vd_fail(m->err, VD_NOMEM, "no memory for the mapping");
}

static const vd_atlas_node *node_at(const vd_mapper *m, uint32_t i) {
  return &m->atlas->nodes.at[i];
}

// ---- roles of the package --------------------------------------------------

static vd_code find_roles(vd_mapper *m) {
  vd_view key = vd_arena_printf(m->arena, "pypi/%.*s", VD_ARG(m->package));
  if (key.ptr == NULL)
    return no_memory(m);
  VD_SCOPED_SQL *s = vd_store_sql(m->g, VD_SQL_ROLES);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(m->g, "read roles", m->err);
  (void)sqlite3_bind_int64(s, 1, m->g->node_kind[VD_NODE_PACKAGE]);
  vd_sql_text(s, 2, key);
  (void)sqlite3_bind_int64(s, 3, m->g->edge_kind[VD_EDGE_PLAYS]);
  while (row) {
    VD_TRY(vd_sql_next(m->g, s, &row, m->err));
    uint32_t role = row ? vd_atlas_index(m->atlas, sqlite3_column_int64(s, 0)) : VD_ATLAS_NONE;
    if (role != VD_ATLAS_NONE && m->role_count < VD_MAP_ROLES_MAX)
      m->roles[m->role_count++] = role;
  }
  return VD_OK;
}

static bool plays(const vd_mapper *m, uint32_t role) {
  for (size_t i = 0; i < m->role_count; i++)
    if (m->roles[i] == role)
      return true;
  return false;
}

// ---- curated rules ---------------------------------------------------------

static bool among(const vd_map_ancestor *line, size_t count, uint32_t node) {
  for (size_t i = 0; i < count; i++)
    if (line[i].node == node)
      return true;
  return false;
}

// The weakness itself, then its ancestors, nearest first; pillars say too little.
static size_t walk_up(const vd_mapper *m, uint32_t weakness, vd_map_ancestor *out) {
  size_t count = 1;
  out[0] = (vd_map_ancestor){.node = weakness};
  for (size_t i = 0; i < count && out[i].hops < VD_MAP_HOPS_MAX; i++) {
    vd_atlas_edges up = vd_atlas_from(m->atlas, VD_EDGE_CHILD_OF, out[i].node);
    for (size_t j = 0; j < up.count && count < VD_ANCESTORS_MAX; j++) {
      bool pillar = vd_view_ieq(node_at(m, up.at[j].dst)->class, VD_VIEW("pillar"));
      if (!pillar && !among(out, count, up.at[j].dst))
        out[count++] = (vd_map_ancestor){.node = up.at[j].dst,
                                         .hops = out[i].hops + 1,
                                         .child = (unsigned)i,
                                         .source = up.at[j].source};
    }
  }
  return count;
}

static vd_map_candidate rule_candidate(const vd_map_ancestor *walk, size_t at,
                                       const vd_atlas_edge *rule) {
  vd_map_candidate c = {.technique = rule->dst,
                        .role = rule->context,
                        .pattern = VD_ATLAS_NONE,
                        .confidence = rule->confidence,
                        .source = rule->source,
                        .reason = rule->evidence,
                        .line_count = walk[at].hops + 1};
  for (unsigned i = c.line_count; i-- > 0; at = walk[at].child)
    c.line[i] = walk[at];
  for (unsigned i = 1; i < c.line_count; i++)
    c.confidence *= HOP_DISCOUNT;
  return c;
}

static vd_code add_candidate(vd_mapper *m, const vd_map_candidate *c) {
  for (size_t i = 0; i < m->candidates.count; i++) {
    vd_map_candidate *known = &m->candidates.at[i];
    if (known->technique == c->technique) {
      *known = c->confidence > known->confidence ? *c : *known;
      return VD_OK;
    }
  }
  vd_map_candidate *slot = vd_vec_push(m->arena, &m->candidates);
  if (slot == NULL)
    return no_memory(m);
  *slot = *c;
  return VD_OK;
}

// Applies the rules of the nearest weakness that has any for this package; *found tells.
static vd_code apply_rules(vd_mapper *m, uint32_t weakness, bool *found, bool *other_role) {
  vd_map_ancestor walk[VD_ANCESTORS_MAX];
  size_t count = walk_up(m, weakness, walk);
  unsigned nearest = VD_MAP_HOPS_MAX;
  for (size_t i = 0; i < count && walk[i].hops <= nearest; i++) {
    vd_atlas_edges rules = vd_atlas_from(m->atlas, VD_EDGE_ENABLES, walk[i].node);
    for (size_t j = 0; j < rules.count; j++) {
      vd_map_candidate c = rule_candidate(walk, i, &rules.at[j]);
      bool applies = c.role == VD_ATLAS_NONE || plays(m, c.role);
      *other_role |= !applies;
      if (!applies || c.confidence < RULE_CUT)
        continue;
      VD_TRY(add_candidate(m, &c));
      *found = true;
      nearest = walk[i].hops;
    }
  }
  return VD_OK;
}

// ---- chains ----------------------------------------------------------------

static size_t first_chain(const vd_atlas *atlas, uint32_t weakness) {
  size_t low = 0, high = atlas->chains.count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (atlas->chains.at[middle].weakness < weakness)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static vd_code apply_chains(vd_mapper *m, uint32_t weakness, bool *found, bool *weak) {
  const vd_atlas *atlas = m->atlas;
  for (size_t i = first_chain(atlas, weakness); i < atlas->chains.count; i++) {
    const vd_chain *chain = &atlas->chains.at[i];
    if (chain->weakness != weakness)
      break;
    *weak |= chain->weight < VD_CHAIN_CUT;
    if (chain->weight < VD_CHAIN_CUT)
      continue;
    vd_map_candidate c = {.technique = chain->technique,
                          .pattern = chain->pattern,
                          .role = VD_ATLAS_NONE,
                          .confidence = chain->weight,
                          .line_count = 1,
                          .line = {{.node = weakness}}};
    VD_TRY(add_candidate(m, &c));
    *found = true;
  }
  return VD_OK;
}

// ---- why there is none -----------------------------------------------------

// Ordered: the last that holds for any weakness is the one said.
typedef enum reason {
  WHY_UNKNOWN,
  WHY_NO_PATTERN,
  WHY_GENERAL,
  WHY_UNSPECIFIC,
  WHY_OTHER_ROLE,
} reason;

static const struct {
  const char *before, *after;
} reason_text[] = {
    [WHY_UNKNOWN] = {"weakness ", " is not in the knowledge base"},
    [WHY_NO_PATTERN] = {"no rule and no attack pattern leads from ", " to a technique"},
    [WHY_GENERAL] = {"", " is too general to lead to a technique"},
    [WHY_UNSPECIFIC] = {"only unspecific chains lead from ", " to techniques"},
    [WHY_OTHER_ROLE] = {"", " leads to techniques only in roles the package is not known to play"},
};

typedef struct why {
  reason reason;
  vd_view weakness;
} why;

static bool is_general(const vd_mapper *m, uint32_t weakness) {
  vd_view class = node_at(m, weakness)->class;
  return vd_view_ieq(class, VD_VIEW("pillar")) || vd_view_ieq(class, VD_VIEW("category"));
}

static vd_code map_weakness(vd_mapper *m, vd_view id, why *out) {
  const vd_atlas_node *node = vd_map_get(&m->atlas->weaknesses, id);
  bool found = false, other_role = false, weak = false;
  *out = (why){WHY_UNKNOWN, id};
  if (node == NULL)
    return VD_OK;
  uint32_t weakness = (uint32_t)(node - m->atlas->nodes.at);
  VD_TRY(apply_rules(m, weakness, &found, &other_role));
  if (!found)
    VD_TRY(apply_chains(m, weakness, &found, &weak));
  out->reason = other_role                ? WHY_OTHER_ROLE
                : weak                    ? WHY_UNSPECIFIC
                : is_general(m, weakness) ? WHY_GENERAL
                                          : WHY_NO_PATTERN;
  return VD_OK;
}

static vd_code map_weaknesses(vd_mapper *m, vd_mapping *out) {
  why best = {0};
  for (size_t i = 0; i < m->flaw->cwe.count; i++) {
    why said;
    VD_TRY(map_weakness(m, m->flaw->cwe.at[i], &said));
    if (i == 0 || said.reason > best.reason)
      best = said;
  }
  if (m->candidates.count != 0)
    return VD_OK;
  if (m->flaw->cwe.count == 0)
    out->why_none = vd_arena_copy(m->arena, VD_VIEW("no source gives a weakness for the flaw"));
  else
    out->why_none = vd_arena_printf(m->arena, "%s%.*s%s", reason_text[best.reason].before,
                                    VD_ARG(best.weakness), reason_text[best.reason].after);
  return out->why_none.ptr == NULL ? no_memory(m) : VD_OK;
}

// Curated before chains, then by confidence, then by age of the node: stable between runs.
static int best_first(const void *a, const void *b) {
  const vd_map_candidate *x = a, *y = b;
  bool x_chain = x->pattern != VD_ATLAS_NONE, y_chain = y->pattern != VD_ATLAS_NONE;
  if (x_chain != y_chain)
    return x_chain ? 1 : -1;
  if (x->confidence != y->confidence)
    return x->confidence > y->confidence ? -1 : 1;
  return (x->technique > y->technique) - (x->technique < y->technique);
}

static vd_code find_candidates(vd_mapper *m, vd_mapping *out) {
  VD_TRY(find_roles(m));
  VD_TRY(map_weaknesses(m, out));
  if (m->candidates.count > 1)
    qsort(m->candidates.at, m->candidates.count, sizeof *m->candidates.at, best_first);
  return VD_OK;
}

vd_code vd_graph_map(vd_graph *g, vd_arena *a, const vd_map_query *q, vd_mapping *out,
                     vd_error *err) {
  vd_mapper m = {.g = g,
                 .arena = a,
                 .flaw = q->flaw,
                 .said = vd_view_of(vd_weakness_source(&q->flaw->ids)),
                 .package = q->package,
                 .err = err};
  vd_mapping mapping = {0};
  VD_TRY(vd_atlas_load(g, &m.atlas, err));
  VD_TRY(find_candidates(&m, &mapping));
  VD_TRY(vd_map_write(&m, &mapping));
  *out = mapping;
  return VD_OK;
}
