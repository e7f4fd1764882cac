// From a flaw in a package to techniques, stages and layer: curated rules first, then chains for
// the weaknesses no rule speaks of (docs/mapping.md).
#include "graph/atlas.h"

enum {
  ANCESTORS_MAX = 32, // weaknesses within two steps up; CWE has at most 9
  HOPS_MAX = 2,
  ROLES_MAX = 64,
};
static const double HOP_DISCOUNT = 0.7; // a rule for an ancestor says less about its child
static const double RULE_CUT = 0.2;     // a rule discounted below this is no longer said

// One weakness or ancestor, and where the walk came from.
typedef struct ancestor {
  uint32_t node;
  unsigned hops;
  unsigned child; // index of the ancestor below
  vd_view source; // of the child_of edge
} ancestor;

typedef struct candidate {
  uint32_t technique, role, pattern; // VD_ATLAS_NONE when not on the path
  double confidence;
  unsigned line_count; // the weakness and the ancestors up to the rule
  ancestor line[HOPS_MAX + 1];
  vd_view source, reason;
} candidate;

typedef struct mapper {
  vd_graph *g;
  vd_arena *arena;
  const vd_atlas *atlas;
  const vd_flaw *flaw;
  vd_view package;
  uint32_t roles[ROLES_MAX];
  size_t role_count;
  VD_VEC(candidate) candidates;
  vd_error *err;
} mapper;

static vd_code no_memory(const mapper *m) {
  return vd_fail(m->err, VD_NOMEM, "no memory for the mapping");
}

static const vd_atlas_node *node_at(const mapper *m, uint32_t i) { return &m->atlas->nodes.at[i]; }

// ---- roles of the package --------------------------------------------------

static vd_code find_roles(mapper *m) {
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
    if (role != VD_ATLAS_NONE && m->role_count < ROLES_MAX)
      m->roles[m->role_count++] = role;
  }
  return VD_OK;
}

static bool plays(const mapper *m, uint32_t role) {
  for (size_t i = 0; i < m->role_count; i++)
    if (m->roles[i] == role)
      return true;
  return false;
}

// ---- curated rules ---------------------------------------------------------

static bool among(const ancestor *line, size_t count, uint32_t node) {
  for (size_t i = 0; i < count; i++)
    if (line[i].node == node)
      return true;
  return false;
}

// The weakness itself, then its ancestors, nearest first; pillars say too little.
static size_t walk_up(const mapper *m, uint32_t weakness, ancestor *out) {
  size_t count = 1;
  out[0] = (ancestor){.node = weakness};
  for (size_t i = 0; i < count && out[i].hops < HOPS_MAX; i++) {
    vd_atlas_edges up = vd_atlas_from(m->atlas, VD_EDGE_CHILD_OF, out[i].node);
    for (size_t j = 0; j < up.count && count < ANCESTORS_MAX; j++) {
      bool pillar = vd_view_eq(node_at(m, up.at[j].dst)->class, VD_VIEW("pillar"));
      if (!pillar && !among(out, count, up.at[j].dst))
        out[count++] = (ancestor){.node = up.at[j].dst,
                                  .hops = out[i].hops + 1,
                                  .child = (unsigned)i,
                                  .source = up.at[j].source};
    }
  }
  return count;
}

static candidate rule_candidate(const ancestor *walk, size_t at, const vd_atlas_edge *rule) {
  candidate c = {.technique = rule->dst,
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

static vd_code add_candidate(mapper *m, const candidate *c) {
  for (size_t i = 0; i < m->candidates.count; i++) {
    candidate *known = &m->candidates.at[i];
    if (known->technique == c->technique) {
      *known = c->confidence > known->confidence ? *c : *known;
      return VD_OK;
    }
  }
  candidate *slot = vd_vec_push(m->arena, &m->candidates);
  if (slot == NULL)
    return no_memory(m);
  *slot = *c;
  return VD_OK;
}

// Applies the rules of the nearest weakness that has any for this package; *found tells.
static vd_code apply_rules(mapper *m, uint32_t weakness, bool *found, bool *other_role) {
  ancestor walk[ANCESTORS_MAX];
  size_t count = walk_up(m, weakness, walk);
  unsigned nearest = HOPS_MAX;
  for (size_t i = 0; i < count && walk[i].hops <= nearest; i++) {
    vd_atlas_edges rules = vd_atlas_from(m->atlas, VD_EDGE_ENABLES, walk[i].node);
    for (size_t j = 0; j < rules.count; j++) {
      candidate c = rule_candidate(walk, i, &rules.at[j]);
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

static vd_code apply_chains(mapper *m, uint32_t weakness, bool *found, bool *weak) {
  const vd_atlas *atlas = m->atlas;
  for (size_t i = first_chain(atlas, weakness); i < atlas->chains.count; i++) {
    const vd_chain *chain = &atlas->chains.at[i];
    if (chain->weakness != weakness)
      break;
    *weak |= chain->weight < VD_CHAIN_CUT;
    if (chain->weight < VD_CHAIN_CUT)
      continue;
    candidate c = {.technique = chain->technique,
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

static bool is_general(const mapper *m, uint32_t weakness) {
  vd_view class = node_at(m, weakness)->class;
  return vd_view_eq(class, VD_VIEW("pillar")) || vd_view_eq(class, VD_VIEW("category"));
}

static vd_code map_weakness(mapper *m, vd_view id, why *out) {
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

static vd_code map_weaknesses(mapper *m, vd_mapping *out) {
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

// ---- paths -----------------------------------------------------------------

typedef struct link_writer {
  mapper *m;
  vd_technique_link *link;
  bool failed;
} link_writer;

static void put_step(link_writer *w, vd_view key, vd_view name, const char *edge, vd_view source) {
  vd_step *step = vd_vec_push(w->m->arena, &w->link->path);
  if (step == NULL) {
    w->failed = true;
    return;
  }
  step->key = vd_arena_copy(w->m->arena, key);
  step->name = vd_arena_copy(w->m->arena, name);
  step->source = edge == NULL ? (vd_view){0} : vd_arena_copy(w->m->arena, source);
  step->edge = edge == NULL ? (vd_view){0} : vd_view_of(edge);
  w->failed |=
      step->key.ptr == NULL || step->name.ptr == NULL || (edge != NULL && step->source.ptr == NULL);
}

static void put_node(link_writer *w, uint32_t i, vd_edge_kind edge, vd_view source) {
  const vd_atlas_node *n = node_at(w->m, i);
  put_step(w, n->key, n->name.ptr == NULL ? n->key : n->name, vd_edge_kind_text(edge), source);
}

// The flaw; for a rule of a role, the package and that role; the weakness and its ancestors; the
// pattern of a chain; the technique.
static void put_path(link_writer *w, const candidate *c) {
  mapper *m = w->m;
  vd_view said = vd_view_of(vd_weakness_source(&m->flaw->ids));
  put_step(w, m->flaw->id, (vd_view){0}, NULL, said);
  if (c->role != VD_ATLAS_NONE) {
    put_step(w, m->package, (vd_view){0}, vd_edge_kind_text(VD_EDGE_AFFECTS), said);
    put_node(w, c->role, VD_EDGE_PLAYS, VD_VIEW("curated"));
  }
  put_node(w, c->line[0].node, VD_EDGE_HAS_WEAKNESS, said);
  for (unsigned i = 1; i < c->line_count; i++)
    put_node(w, c->line[i].node, VD_EDGE_CHILD_OF, c->line[i].source);
  if (c->pattern == VD_ATLAS_NONE) {
    put_node(w, c->technique, VD_EDGE_ENABLES, c->source);
    return;
  }
  put_node(w, c->pattern, VD_EDGE_EXPLOITED_BY, VD_VIEW("cwe"));
  put_node(w, c->technique, VD_EDGE_USES, VD_VIEW("capec"));
}

static void put_tactic(link_writer *w, const vd_atlas_edge *edge) {
  const vd_atlas_node *n = node_at(w->m, edge->dst);
  vd_arena *a = w->m->arena;
  vd_step *step = vd_vec_push(a, &w->link->tactics);
  if (step == NULL) {
    w->failed = true;
    return;
  }
  *step = (vd_step){.key = vd_arena_copy(a, n->key),
                    .name = vd_arena_copy(a, n->name),
                    .edge = vd_view_of(vd_edge_kind_text(VD_EDGE_ACHIEVES)),
                    .source = vd_arena_copy(a, edge->source)};
  w->failed |= step->key.ptr == NULL || step->name.ptr == NULL || step->source.ptr == NULL;
}

// In the order of the matrix; a technique has at most a handful.
static void put_tactics(link_writer *w, uint32_t technique) {
  vd_atlas_edges edges = vd_atlas_from(w->m->atlas, VD_EDGE_ACHIEVES, technique);
  int64_t done = -1;
  for (size_t i = 0; i < edges.count && i < 32; i++) {
    const vd_atlas_edge *next = NULL;
    for (size_t j = 0; j < edges.count && j < 32; j++) {
      int64_t at = node_at(w->m, edges.at[j].dst)->position;
      if (at > done && (next == NULL || at < node_at(w->m, next->dst)->position))
        next = &edges.at[j];
    }
    if (next == NULL)
      return;
    done = node_at(w->m, next->dst)->position;
    put_tactic(w, next);
  }
}

static vd_code put_link(mapper *m, const candidate *c, vd_mapping *out) {
  vd_technique_link *link = vd_vec_push(m->arena, &out->techniques);
  const vd_atlas_node *technique = node_at(m, c->technique);
  if (link == NULL)
    return no_memory(m);
  link_writer w = {.m = m, .link = link};
  link->id = vd_arena_copy(m->arena, technique->key);
  link->name = vd_arena_copy(m->arena, technique->name);
  link->method = c->pattern == VD_ATLAS_NONE ? VD_VIEW("curated") : VD_VIEW("chain");
  link->confidence = c->confidence;
  link->reason = c->reason.ptr == NULL ? c->reason : vd_arena_copy(m->arena, c->reason);
  put_path(&w, c);
  put_tactics(&w, c->technique);
  bool whole = link->id.ptr != NULL && link->name.ptr != NULL &&
               (link->reason.ptr != NULL || c->reason.ptr == NULL);
  return w.failed || !whole ? no_memory(m) : VD_OK;
}

// ---- order, stages and layer -----------------------------------------------

// Curated before chains, then by confidence, then by age of the node: stable between runs.
static int best_first(const void *a, const void *b) {
  const candidate *x = a, *y = b;
  bool x_chain = x->pattern != VD_ATLAS_NONE, y_chain = y->pattern != VD_ATLAS_NONE;
  if (x_chain != y_chain)
    return x_chain ? 1 : -1;
  if (x->confidence != y->confidence)
    return x->confidence > y->confidence ? -1 : 1;
  return (x->technique > y->technique) - (x->technique < y->technique);
}

// The roles the flaw matters in: those on the paths, best first; else all of the package.
static size_t roles_of(const mapper *m, uint32_t *out) {
  size_t count = 0;
  for (size_t i = 0; i < m->candidates.count && count < ROLES_MAX; i++) {
    uint32_t role = m->candidates.at[i].role;
    bool known = role == VD_ATLAS_NONE;
    for (size_t j = 0; j < count; j++)
      known |= out[j] == role;
    if (!known)
      out[count++] = role;
  }
  for (size_t i = 0; count == 0 && i < m->role_count; i++)
    out[i] = m->roles[i];
  return count == 0 ? m->role_count : count;
}

static vd_code put_layer(mapper *m, const uint32_t *roles, size_t count, vd_mapping *out) {
  for (size_t i = 0; i < count; i++) {
    vd_atlas_edges places = vd_atlas_from(m->atlas, VD_EDGE_OCCURS_IN, roles[i]);
    for (size_t j = 0; j < places.count; j++) {
      const vd_atlas_node *n = node_at(m, places.at[j].dst);
      if (n->kind != VD_NODE_LAYER)
        continue;
      out->layer = vd_arena_copy(m->arena, n->key);
      return out->layer.ptr == NULL ? no_memory(m) : VD_OK;
    }
  }
  return VD_OK;
}

static bool happens_in(const mapper *m, uint32_t role, uint32_t stage) {
  vd_atlas_edges places = vd_atlas_from(m->atlas, VD_EDGE_OCCURS_IN, role);
  for (size_t i = 0; i < places.count; i++)
    if (places.at[i].dst == stage)
      return true;
  return false;
}

static vd_code put_stage(mapper *m, uint32_t stage, vd_mapping *out) {
  vd_view *slot = vd_vec_push(m->arena, &out->stages);
  if (slot == NULL)
    return no_memory(m);
  *slot = vd_arena_copy(m->arena, node_at(m, stage)->key);
  return slot->ptr == NULL ? no_memory(m) : VD_OK;
}

static vd_code put_stages(mapper *m, const uint32_t *roles, size_t count, vd_mapping *out) {
  for (size_t i = 0; i < m->atlas->stages.count; i++) {
    bool here = false;
    for (size_t j = 0; j < count; j++)
      here |= happens_in(m, roles[j], m->atlas->stages.at[i]);
    if (here)
      VD_TRY(put_stage(m, m->atlas->stages.at[i], out));
  }
  return VD_OK;
}

vd_code vd_graph_map(vd_graph *g, vd_arena *a, const vd_flaw *flaw, vd_view package,
                     vd_mapping *out, vd_error *err) {
  mapper m = {.g = g, .arena = a, .flaw = flaw, .package = package, .err = err};
  vd_mapping mapping = {0};
  uint32_t roles[ROLES_MAX];
  VD_TRY(vd_atlas_load(g, &m.atlas, err));
  VD_TRY(find_roles(&m));
  VD_TRY(map_weaknesses(&m, &mapping));
  if (m.candidates.count > 1)
    qsort(m.candidates.at, m.candidates.count, sizeof *m.candidates.at, best_first);
  for (size_t i = 0; i < m.candidates.count; i++)
    VD_TRY(put_link(&m, &m.candidates.at[i], &mapping));
  size_t count = roles_of(&m, roles);
  VD_TRY(put_stages(&m, roles, count, &mapping));
  VD_TRY(put_layer(&m, roles, count, &mapping));
  *out = mapping;
  return VD_OK;
}
