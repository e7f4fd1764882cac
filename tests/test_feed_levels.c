// What ships as curated tables reaches a knowledge base of the user's, and the cross-level map
// follows from it.
#include "feed/derive.h"
#include "feed/feed.h"
#include "graph/levels.h"
#include "graph_writer.h"

// The fixture's tables, adopted.
static void adopt(vd_graph *g, const scratch *s, int64_t today) {
  char shipped[128];
  vd_error err = {0};
  (void)snprintf(shipped, sizeof shipped, "%s/other.db", s->dir);
  cr_assert(vd_facts_compile(FIXTURE_FACTS, shipped, &err) == VD_OK, "%s", err.text);
  vd_edition e = {
      .source = "curated", .licence = "Apache-2.0", .url = "facts/curated", .today = today};
  cr_assert(vd_curated_adopt(g, shipped, &e, NULL, &err) == VD_OK, "%s", err.text);
}

static void state_flaw(vd_writer *w, const char *id, const char *package, const char *cwe,
                       const char *vector) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_record r = vd_record_of(&a, vd_view_of(id), VD_VIEW("2024-01-01"));
  vd_ref flaw = vd_ref_of(VD_NODE_VULNERABILITY, vd_view_of(id));
  (void)vd_record_define(&r, flaw, (vd_view){0});
  vd_node_kind kind =
      vd_view_starts(vd_view_of(package), VD_VIEW("pypi/")) ? VD_NODE_PACKAGE : VD_NODE_PRODUCT;
  vd_ref affected = vd_ref_of(kind, vd_view_of(package));
  (void)vd_record_link(&r, flaw, VD_EDGE_AFFECTS, affected);
  if (kind == VD_NODE_PACKAGE)
    (void)vd_record_define(&r, affected, (vd_view){0});
  if (cwe != NULL)
    (void)vd_record_link(&r, flaw, VD_EDGE_HAS_WEAKNESS,
                         vd_ref_of(VD_NODE_WEAKNESS, vd_view_of(cwe)));
  if (vector != NULL)
    vd_record_property(&r, flaw, "cvss", vd_view_of(vector));
  edition_record(w, &r);
}

static void state_flaws(vd_graph *g, int64_t today) {
  vd_writer *w = edition_begin(g, "made", today);
  state_flaw(w, "CVE-2024-1", "pypi/torch-like", "CWE-22", NULL);
  state_flaw(w, "CVE-2024-2", "pypi/torch-like", NULL, NULL);
  state_flaw(w, "CVE-2024-3", "pypi/web-like", NULL,
             "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
  state_flaw(w, "CVE-2024-4", "pypi/web-like", NULL, "AV:L/AC:L/Au:N/C:P/I:P/A:P");
  state_flaw(w, "CVE-2024-5", "a:like:torch", "CWE-502", NULL);
  state_flaw(w, "CVE-2024-6", "a:other:thing", "CWE-502", NULL);
  (void)edition_end(&w);
}

// What the source says of a node, a line an edge it leads from.
static const char *said(vd_graph *g, vd_arena *a, const char *id, const char *source) {
  VD_SCOPED_BUF b = VD_BUF(1 << 16);
  vd_node node;
  vd_edge_groups groups = {0};
  vd_error err = {0};
  cr_assert(vd_node_find(g, a, vd_view_of(id), &node, &err) == VD_OK, "%s: %s", id, err.text);
  vd_read_query q = {.node = node.canon, .limit = 100};
  cr_assert(vd_node_edges_read(g, a, &q, &groups, &err) == VD_OK, "%s", err.text);
  for (size_t k = 0; k < groups.count; k++)
    for (size_t i = 0; groups.at[k].outgoing && i < groups.at[k].edges.count; i++) {
      const vd_neighbour *n = &groups.at[k].edges.at[i];
      if (vd_view_eq(n->source, vd_view_of(source)))
        vd_buf_printf(&b, "%.*s %.1f %.*s %.*s\n", VD_ARG(n->stated_key), n->confidence,
                      VD_ARG(n->method), VD_ARG(n->evidence));
    }
  return vd_arena_copy(a, vd_buf_view(&b)).ptr;
}

static void expect(vd_graph *g, const char *id, const char *source, const char *text) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 22);
  const char *found = said(g, &a, id, source);
  cr_assert(strcmp(found, text) == 0, "%s:\n%s", id, found);
}

static void derive(vd_graph *g, int64_t today) {
  vd_error err = {0};
  cr_assert(vd_derive_levels(g, today, &err) == VD_OK, "%s", err.text);
}

static int64_t generation(vd_graph *g) {
  int64_t n = 0;
  cr_assert(vd_meta_get(g, "generation", &n, NULL) == VD_OK);
  return n;
}

Test(levels, the_most_confident_rule_answers_each_question) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  adopt(g, &s, 20240102);
  state_flaws(g, 20240102);
  derive(g, 20240102);
  expect(g, "CVE-2024-1", "levels",
         "phase/fine-tuning 0.8 rule a crafted model is loaded\n"
         "training-inference-code 0.8 rule a crafted model is loaded\n"
         "file-io 0.4 rule models are files\n");
  expect(g, "CVE-2024-2", "levels",
         "data-artifact 0.4 rule models are files\nphase/deployment 0.4 rule models are files\n"
         "file-io 0.4 rule models are files\n");
  expect(g, "CVE-2024-3", "levels",
         "orchestration 0.4 rule requests come by the network\n"
         "public-api 0.4 rule requests come by the network\n");
  expect(g, "CVE-2024-4", "levels", "");
  verify_all(g);
}

Test(levels, a_product_is_its_packages) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  adopt(g, &s, 20240102);
  state_flaws(g, 20240102);
  derive(g, 20240102);
  expect(g, "CVE-2024-5", "levels",
         "phase/fine-tuning 0.8 rule a crafted model is loaded\n"
         "training-inference-code 0.8 rule a crafted model is loaded\n"
         "file-io 0.4 rule models are files\n");
  expect(g, "CVE-2024-6", "levels", "");
  vd_node product, build, package;
  cr_assert(vd_node_find(g, &a, VD_VIEW("a:like:torch"), &product, NULL) == VD_OK);
  cr_assert(vd_node_find(g, &a, VD_VIEW("pypi/torch-like-cpu"), &build, NULL) == VD_OK);
  cr_assert(vd_node_find(g, &a, VD_VIEW("torch-like"), &package, NULL) == VD_OK);
  cr_assert(product.canon == package.id && build.canon == package.id);
  cr_assert(vd_view_eq(package.key, VD_VIEW("pypi/torch-like")));
}

Test(levels, what_ships_is_carried_over) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  adopt(g, &s, 20240102);
  vd_node node;
  vd_node_properties properties = {0};
  cr_assert(vd_node_find(g, &a, VD_VIEW("persona:insider"), &node, NULL) == VD_OK);
  cr_assert(vd_view_eq(node.name, VD_VIEW("Insider")));
  vd_read_query q = {.node = node.canon, .limit = 10};
  cr_assert(vd_node_properties_read(g, &a, &q, &properties, NULL) == VD_OK);
  cr_assert(properties.count == 1 && vd_view_eq(properties.at[0].name, VD_VIEW("access")) &&
            vd_view_eq(properties.at[0].value, VD_VIEW("everything")));
  expect(g, "asset:files", "curated", "data 1.0 curated \n");
  expect(g, "asset:class-models", "curated", "");
  cr_assert(vd_node_find(g, &a, VD_VIEW("surface:public-api"), &node, NULL) == VD_OK);
  cr_assert(vd_node_find(g, &a, VD_VIEW("stage:phase/deployment"), &node, NULL) == VD_OK);
  cr_assert(vd_view_eq(node.class, VD_VIEW("phase")));
  vd_level_rules rules = {0};
  cr_assert(vd_level_rules_read(g, &a, &rules, NULL) == VD_OK);
  cr_assert(rules.count == 4, "each weakness is a rule of its own: %zu", rules.count);
  verify_all(g);
}

Test(levels, nothing_changes_where_nothing_changed) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  adopt(g, &s, 20240102);
  state_flaws(g, 20240102);
  derive(g, 20240102);
  int64_t before = generation(g);
  adopt(g, &s, 20240103);
  derive(g, 20240103);
  cr_assert(generation(g) == before);
  cr_assert(vd_graph_begin(g, NULL) == VD_OK && vd_meta_set(g, "curated", 1, NULL) == VD_OK &&
            vd_graph_commit(g, NULL) == VD_OK);
  adopt(g, &s, 20240104);
  cr_assert(generation(g) == before + 1, "other rules must be derived from");
}

Test(levels, a_flaw_that_is_gone_is_not_mapped_any_more) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  adopt(g, &s, 20240102);
  state_flaws(g, 20240102);
  derive(g, 20240102);
  vd_writer *w = edition_begin(g, "made", 20240103);
  state_flaw(w, "CVE-2024-2", "pypi/torch-like", NULL, NULL);
  (void)edition_end(&w);
  derive(g, 20240103);
  expect(g, "CVE-2024-1", "levels", "");
  expect(g, "CVE-2024-3", "levels", "");
  verify_all(g);
}

Test(levels, every_allocation_may_fail) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = graph_create(&s);
  adopt(g, &s, 20240102);
  state_flaws(g, 20240102);
  vd_code code = VD_NOMEM;
  for (unsigned n = 1; code == VD_NOMEM; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_level_flaws flaws = {.count = 7};
    a.fail_at = n;
    code = vd_level_flaws_read(g, &a, &flaws, NULL);
    cr_assert(code == VD_OK ? flaws.count == 5 : code == VD_NOMEM && flaws.count == 7);
  }
  code = VD_NOMEM;
  for (unsigned n = 1; code == VD_NOMEM; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_level_rules rules = {.count = 7};
    a.fail_at = n;
    code = vd_level_rules_read(g, &a, &rules, NULL);
    cr_assert(code == VD_OK ? rules.count == 4 : code == VD_NOMEM && rules.count == 7);
  }
}
