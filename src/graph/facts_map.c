// The tables mapping reads: weaknesses, patterns, techniques, roles and the curated rules
// (docs/facts.md).
#include "graph/facts.h"

static const char stated[] = "stated", curated[] = "curated";

// ---- stages, layers, roles -------------------------------------------------

static vd_code ordered_node(vd_facts *f, vd_fact_node_row row, vd_view position, vd_error *err) {
  if (!vd_view_u64(position, &row.position) || row.position == 0 || row.position > INT32_MAX)
    return vd_fail(err, VD_FORMAT, "'%.*s' is not a position", VD_ARG(position));
  return vd_facts_node(f, row, err);
}

static vd_code stage_node(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_node_row row = {.kind = VD_NODE_STAGE, .key = c[0], .name = c[2], .class = c[3]};
  return ordered_node(f, row, c[1], err);
}

static vd_code layer_node(vd_facts *f, const vd_view *c, vd_error *err) {
  return vd_facts_node(f, (vd_fact_node_row){.kind = VD_NODE_LAYER, .key = c[0], .name = c[1]},
                       err);
}

static vd_code role_node(vd_facts *f, const vd_view *c, vd_error *err) {
  return vd_facts_node(f, (vd_fact_node_row){.kind = VD_NODE_ROLE, .key = c[0]}, err);
}

static vd_code role_kind_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {
      .kind = VD_EDGE_OCCURS_IN, .source = curated, .method = curated, .confidence = 1};
  VD_TRY(vd_facts_find(f, VD_NODE_ROLE, c[0], &edge.src, err));
  VD_TRY(vd_facts_edges(f, edge, VD_NODE_STAGE, c[1], err));
  return vd_facts_edges(f, edge, VD_NODE_LAYER, c[2], err);
}

// A package with a role but no advisory is a node, without facts for matching.
static vd_code role_package(vd_facts *f, const vd_view *c, vd_error *err) {
  if (vd_map_get(&f->nodes[VD_NODE_PACKAGE], c[0]) != NULL)
    return VD_OK;
  return vd_facts_node(f, (vd_fact_node_row){.kind = VD_NODE_PACKAGE, .key = c[0]}, err);
}

static vd_code role_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {
      .kind = VD_EDGE_PLAYS, .source = curated, .method = curated, .confidence = 1};
  VD_TRY(vd_facts_find(f, VD_NODE_PACKAGE, c[0], &edge.src, err));
  VD_TRY(vd_facts_find(f, VD_NODE_ROLE, c[1], &edge.dst, err));
  return vd_facts_edge(f, &edge, err);
}

// A rule holds in every role named; the same rule twice would hide one of its reasons.
static vd_code enables_in_role(vd_facts *f, vd_fact_edge edge, vd_view role, vd_view weaknesses,
                               vd_error *err) {
  vd_view weakness;
  if (!vd_view_eq(role, VD_VIEW("*")))
    VD_TRY(vd_facts_find(f, VD_NODE_ROLE, role, &edge.context, err));
  while (vd_list_next(&weaknesses, &weakness)) {
    VD_TRY(vd_facts_find(f, VD_NODE_WEAKNESS, weakness, &edge.src, err));
    VD_TRY(vd_facts_edge(f, &edge, err));
    if (sqlite3_changes(f->g->db) == 0)
      return vd_fail(err, VD_FORMAT, "the rule for %.*s in %.*s is there twice", VD_ARG(weakness),
                     VD_ARG(role));
  }
  return VD_OK;
}

static vd_code enables_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {
      .kind = VD_EDGE_ENABLES, .source = curated, .method = curated, .evidence = c[4]};
  vd_view roles = c[1], role;
  if (c[0].len == 0 || c[1].len == 0 || c[4].len == 0)
    return vd_fail(err, VD_FORMAT, "a rule needs weaknesses, roles and a reason");
  VD_TRY(vd_facts_find(f, VD_NODE_TECHNIQUE, c[2], &edge.dst, err));
  VD_TRY(vd_facts_fraction(c[3], &edge.confidence, err));
  while (vd_list_next(&roles, &role))
    VD_TRY(enables_in_role(f, edge, role, c[0], err));
  return VD_OK;
}

// ---- weaknesses, patterns, techniques --------------------------------------

static vd_code framework_of(vd_view v, const char **out, vd_error *err) {
  *out = vd_view_eq(v, VD_VIEW("attack")) ? "attack" : "atlas";
  if (!vd_view_eq(v, vd_view_of(*out)))
    return vd_fail(err, VD_FORMAT, "unknown framework '%.*s'", VD_ARG(v));
  return VD_OK;
}

static const char *publisher(vd_view framework) {
  return vd_view_eq(framework, VD_VIEW("attack")) ? "attack" : "atlas";
}

static vd_code tactic_node(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_node_row row = {
      .kind = VD_NODE_TACTIC, .key = c[0], .name = c[1], .class = c[2], .source = publisher(c[2])};
  return ordered_node(f, row, c[3], err);
}

static vd_code tactic_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {.kind = VD_EDGE_REFERS_TO, .method = stated, .confidence = 1};
  VD_TRY(framework_of(c[2], &edge.source, err));
  VD_TRY(vd_facts_find(f, VD_NODE_TACTIC, c[0], &edge.src, err));
  return vd_facts_edges(f, edge, VD_NODE_TACTIC, c[4], err);
}

static vd_code technique_node(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_node_row row = {.kind = VD_NODE_TECHNIQUE,
                          .key = c[0],
                          .name = c[1],
                          .class = c[2],
                          .source = publisher(c[2])};
  return vd_facts_node(f, row, err);
}

static vd_code technique_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {.kind = VD_EDGE_ACHIEVES, .method = stated, .confidence = 1};
  VD_TRY(framework_of(c[2], &edge.source, err));
  VD_TRY(vd_facts_find(f, VD_NODE_TECHNIQUE, c[0], &edge.src, err));
  VD_TRY(vd_facts_edges(f, edge, VD_NODE_TACTIC, c[3], err));
  edge.kind = VD_EDGE_CHILD_OF;
  VD_TRY(vd_facts_edges(f, edge, VD_NODE_TECHNIQUE, c[4], err));
  edge.kind = VD_EDGE_REFERS_TO;
  return vd_facts_edges(f, edge, VD_NODE_TECHNIQUE, c[5], err);
}

static vd_code mitigation_node(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_node_row row = {.kind = VD_NODE_MITIGATION,
                          .key = c[0],
                          .name = c[1],
                          .class = c[2],
                          .source = publisher(c[2])};
  return vd_facts_node(f, row, err);
}

static vd_code mitigation_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {.kind = VD_EDGE_MITIGATES, .method = stated, .confidence = 1};
  VD_TRY(framework_of(c[2], &edge.source, err));
  VD_TRY(vd_facts_find(f, VD_NODE_MITIGATION, c[0], &edge.src, err));
  return vd_facts_edges(f, edge, VD_NODE_TECHNIQUE, c[3], err);
}

static vd_code weakness_node(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_node_row row = {
      .kind = VD_NODE_WEAKNESS, .key = c[0], .name = c[1], .class = c[2], .source = "cwe"};
  return vd_facts_node(f, row, err);
}

static vd_code weakness_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {
      .kind = VD_EDGE_CHILD_OF, .source = "cwe", .method = stated, .confidence = 1};
  VD_TRY(vd_facts_find(f, VD_NODE_WEAKNESS, c[0], &edge.src, err));
  VD_TRY(vd_facts_edges(f, edge, VD_NODE_WEAKNESS, c[3], err));
  edge.kind = VD_EDGE_EXPLOITED_BY;
  return vd_facts_edges(f, edge, VD_NODE_PATTERN, c[4], err);
}

static vd_code pattern_node(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_node_row row = {
      .kind = VD_NODE_PATTERN, .key = c[0], .name = c[1], .class = c[2], .source = "capec"};
  return vd_facts_node(f, row, err);
}

static vd_code pattern_row(vd_facts *f, const vd_view *c, vd_error *err) {
  vd_fact_edge edge = {
      .kind = VD_EDGE_CHILD_OF, .source = "capec", .method = stated, .confidence = 1};
  VD_TRY(vd_facts_find(f, VD_NODE_PATTERN, c[0], &edge.src, err));
  VD_TRY(vd_facts_edges(f, edge, VD_NODE_PATTERN, c[3], err));
  edge.kind = VD_EDGE_USES;
  return vd_facts_edges(f, edge, VD_NODE_TECHNIQUE, c[4], err);
}

// ---- the tables ------------------------------------------------------------

const vd_fact_table vd_fact_map_tables[] = {
    {"curated/stages.tsv", "id\tposition\tname\tphase", stage_node, NULL},
    {"curated/layers.tsv", "id\tname", layer_node, NULL},
    {"curated/role-kinds.tsv", "role\tstages\tlayer", role_node, role_kind_row},
    {"tactics.tsv", "id\tname\tframework\tposition\tattack", tactic_node, tactic_row},
    {"techniques.tsv", "id\tname\tframework\ttactics\tparent\tattack", technique_node,
     technique_row},
    {"mitigations.tsv", "id\tname\tframework\ttechniques", mitigation_node, mitigation_row},
    {"patterns.tsv", "id\tname\tabstraction\tparents\ttechniques", pattern_node, pattern_row},
    {"weaknesses.tsv", "id\tname\tabstraction\tparents\tpatterns", weakness_node, weakness_row},
    {"curated/roles.tsv", "package\trole", role_package, role_row},
    {"curated/enables.tsv", "weaknesses\troles\ttechnique\tconfidence\treason", NULL, enables_row},
};
const size_t vd_fact_map_count = VD_COUNT(vd_fact_map_tables);
