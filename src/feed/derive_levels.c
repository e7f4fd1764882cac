// The cross-level map: for every flaw of a PyPI package the lifecycle phase it can first be
// triggered in, the software layer it abuses and the surface finally compromised, by the curated
// rules (docs/facts.md).
#include "feed/derive.h"
#include "graph/levels.h"

enum { ANSWERS = 3 }; // phase, layer, surface

typedef struct answer {
  const vd_level_rule *rule[ANSWERS]; // the most confident that says something; NULL: none
} answer;

// Rules by what they ask of weaknesses.
typedef struct listed {
  const vd_level_rule *rule;
} listed;

typedef struct rule_list {
  VD_VEC(listed) rules;
} rule_list;

typedef struct mapper {
  vd_arena *arena;
  vd_map by_weakness; // -> rule_list
  rule_list any;      // rules for every weakness
  vd_error *err;
} mapper;

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the cross-level map");
}

static vd_code index_rule(mapper *m, const vd_level_rule *rule) {
  rule_list *list = rule->weakness.len == 0 ? &m->any : vd_map_get(&m->by_weakness, rule->weakness);
  if (list == NULL) {
    list = vd_new(m->arena, rule_list);
    if (list == NULL || vd_map_put(&m->by_weakness, rule->weakness, list) != VD_OK)
      return no_memory(m->err);
  }
  listed *slot = vd_vec_push(m->arena, &list->rules);
  if (slot == NULL)
    return no_memory(m->err);
  slot->rule = rule;
  return VD_OK;
}

// ---- one flaw ----------------------------------------------------------------------------------

static bool has(const vd_views *list, vd_view text) {
  for (size_t i = 0; i < list->count; i++)
    if (vd_view_eq(list->at[i], text))
      return true;
  return false;
}

// Whether a vector of any version, "AV:N/..." or "CVSS:3.1/AV:N/...", has that metric.
static bool vector_has(vd_view vector, vd_view metric) {
  while (vector.len > 0)
    if (vd_view_eq(vd_view_cut(&vector, '/'), metric))
      return true;
  return false;
}

static bool attacked_by(const vd_views *cvss, vd_view metric) {
  for (size_t i = 0; i < cvss->count; i++)
    if (vector_has(cvss->at[i], metric))
      return true;
  return false;
}

static bool holds(const vd_level_rule *rule, const vd_level_flaw *flaw) {
  return (rule->role.len == 0 || has(&flaw->roles, rule->role)) &&
         (rule->vector.len == 0 || attacked_by(&flaw->cvss, rule->vector));
}

static vd_view said(const vd_level_rule *rule, int which) {
  return which == 0 ? rule->phase : which == 1 ? rule->layer : rule->surface;
}

// Of rules as confident as each other the first of the table answers, whatever order they come in.
static bool better(const vd_level_rule *a, const vd_level_rule *b) {
  return b == NULL || a->confidence > b->confidence || (a->confidence == b->confidence && a < b);
}

static void ask(const rule_list *list, const vd_level_flaw *flaw, answer *out) {
  for (size_t i = 0; i < list->rules.count; i++) {
    const vd_level_rule *rule = list->rules.at[i].rule;
    if (!holds(rule, flaw))
      continue;
    for (int k = 0; k < ANSWERS; k++)
      if (said(rule, k).len != 0 && better(rule, out->rule[k]))
        out->rule[k] = rule;
  }
}

static answer answer_of(const mapper *m, const vd_level_flaw *flaw) {
  answer out = {0};
  ask(&m->any, flaw, &out);
  for (size_t i = 0; i < flaw->weaknesses.count; i++) {
    const rule_list *list = vd_map_get(&m->by_weakness, flaw->weaknesses.at[i]);
    if (list != NULL)
      ask(list, flaw, &out);
  }
  return out;
}

// ---- records -----------------------------------------------------------------------------------

static const struct {
  vd_edge_kind edge;
  vd_node_kind node;
  const char *prefix; // of the key
} answers[ANSWERS] = {{VD_EDGE_OCCURS_IN, VD_NODE_STAGE, "phase/"},
                      {VD_EDGE_OCCURS_IN, VD_NODE_LAYER, ""},
                      {VD_EDGE_TARGETS, VD_NODE_SURFACE, ""}};

static vd_code write_flaw(const mapper *m, vd_writer *w, const vd_level_flaw *f) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_LINE_MAX);
  answer said_of = answer_of(m, f);
  vd_ref flaw = vd_ref_of(VD_NODE_VULNERABILITY, f->key);
  vd_record r = vd_record_of(&a, f->key, (vd_view){0});
  for (int k = 0; k < ANSWERS; k++) {
    const vd_level_rule *rule = said_of.rule[k];
    if (rule == NULL)
      continue;
    vd_view key = vd_arena_printf(&a, "%s%.*s", answers[k].prefix, VD_ARG(said(rule, k)));
    if (key.ptr == NULL)
      return no_memory(m->err);
    vd_link *l = vd_record_link(&r, flaw, answers[k].edge, vd_ref_of(answers[k].node, key));
    l->method = "rule";
    l->confidence = rule->confidence;
    l->evidence = rule->reason;
  }
  return r.links.count == 0 ? VD_OK : vd_writer_record(w, &r, m->err);
}

static vd_code write_all(const mapper *m, vd_graph *g, const vd_level_flaws *flaws, int64_t today) {
  VD_CLEANUP(vd_writer_free) vd_writer *w = NULL;
  vd_edition edition = {.source = "levels",
                        .licence = "Apache-2.0",
                        .url = "docs/facts.md",
                        .rank = 901,
                        .today = today};
  vd_edition_end end = {.version = vd_view_of(VD_VERSION), .content = 1};
  VD_TRY(vd_writer_begin(g, &edition, &w, m->err));
  for (size_t i = 0; i < flaws->count; i++)
    VD_TRY(write_flaw(m, w, &flaws->at[i]));
  return vd_writer_commit(w, &end, NULL, m->err);
}

vd_code vd_derive_levels(vd_graph *g, int64_t today, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_GRAPH_MEMORY_MAX);
  mapper m = {.arena = &a, .by_weakness = VD_MAP(&a), .err = err};
  vd_level_rules rules;
  vd_level_flaws flaws;
  VD_TRY(vd_level_rules_read(g, &a, &rules, err));
  if (rules.count == 0)
    return VD_OK; // no curated tables came with the program
  for (size_t i = 0; i < rules.count; i++)
    VD_TRY(index_rule(&m, &rules.at[i]));
  VD_TRY(vd_level_flaws_read(g, &a, &flaws, err));
  return write_all(&m, g, &flaws, today);
}
