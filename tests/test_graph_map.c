#include "graph/store.h"
#include "graph_fixture.h"

static bool is(vd_view v, const char *text) { return vd_view_eq(v, vd_view_of(text)); }

typedef struct mapped {
  vd_flaw flaw;
  vd_mapping m;
} mapped;

static mapped map_one(vd_graph *g, vd_arena *a, const char *id, const char *package) {
  mapped out = {0};
  vd_error err = {0};
  cr_assert(vd_graph_flaw(g, a, vd_view_of(id), &out.flaw, &err) == VD_OK, "%s", err.text);
  cr_assert(vd_graph_map(g, a, &(vd_map_query){&out.flaw, vd_view_of(package)}, &out.m, &err) ==
                VD_OK,
            "%s", err.text);
  cr_assert((out.m.techniques.count == 0) == (out.m.why_none.ptr != NULL));
  return out;
}

static void expect_path(const vd_technique_link *link, const char *const *keys, size_t count) {
  cr_assert(link->path.count == count, "%zu steps", link->path.count);
  for (size_t i = 0; i < count; i++)
    cr_assert(is(link->path.at[i].key, keys[i]), "step %zu is %.*s", i,
              VD_ARG(link->path.at[i].key));
}

Test(map, a_rule_of_the_role_leads_to_its_technique) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = fixture_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  mapped r = map_one(g, &a, "CVE-2099-0001", "torch-like");
  cr_assert(r.m.techniques.count == 1);
  const vd_technique_link *link = &r.m.techniques.at[0];
  cr_assert(is(link->id, "AML.T0011.000") && is(link->name, "Unsafe AI Artifacts"));
  cr_assert(is(link->method, "curated") && link->confidence == 0.9);
  cr_assert(is(link->reason, "loading a crafted artefact runs its code"));
  static const char *const path[] = {"CVE-2099-0001", "torch-like", "model-loading", "CWE-502",
                                     "AML.T0011.000"};
  expect_path(link, path, VD_COUNT(path));
  cr_assert(link->path.at[0].edge.ptr == NULL && is(link->path.at[1].edge, "affects"));
  cr_assert(is(link->path.at[2].edge, "plays") && is(link->path.at[2].source, "curated"));
  cr_assert(is(link->path.at[3].edge, "has_weakness") && is(link->path.at[3].source, "ghsa"));
  cr_assert(is(link->path.at[3].name, "Deserialization of Untrusted Data"));
  cr_assert(is(link->path.at[4].edge, "enables"));
  cr_assert(link->tactics.count == 1 && is(link->tactics.at[0].key, "AML.TA0005"));
}

Test(map, stages_come_in_lifecycle_order_with_the_layer_of_the_role) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = fixture_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  mapped r = map_one(g, &a, "CVE-2099-0001", "torch-like");
  cr_assert(r.m.stages.count == 3 && is(r.m.stages.at[0], "training"));
  cr_assert(is(r.m.stages.at[1], "packaging") && is(r.m.stages.at[2], "serving"));
  cr_assert(is(r.m.layer, "data"));
}

Test(map, a_rule_for_an_ancestor_counts_less) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = fixture_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  mapped r = map_one(g, &a, "PYSEC-2099-9", "web-like"); // CWE-1333 is a CWE-400
  cr_assert(r.m.techniques.count == 1);
  const vd_technique_link *link = &r.m.techniques.at[0];
  cr_assert(is(link->id, "AML.T0029") && link->confidence > 0.55 && link->confidence < 0.57);
  static const char *const path[] = {"PYSEC-2099-9", "web-like", "web-framework",
                                     "CWE-1333",     "CWE-400",  "AML.T0029"};
  expect_path(link, path, VD_COUNT(path));
  cr_assert(is(link->path.at[4].edge, "child_of") && is(link->path.at[4].source, "cwe"));
  cr_assert(is(link->path.at[3].source, "pysec"));
}

Test(map, a_rule_for_any_role_needs_no_role) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = fixture_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  mapped r = map_one(g, &a, "GHSA-gggg-hhhh-jjjj", "unknown-package");
  cr_assert(r.m.techniques.count == 1 && is(r.m.techniques.at[0].id, "T1083"));
  static const char *const path[] = {"GHSA-gggg-hhhh-jjjj", "CWE-22", "T1083"};
  expect_path(&r.m.techniques.at[0], path, VD_COUNT(path));
  cr_assert(r.m.stages.count == 0 && r.m.layer.ptr == NULL);
}

static vd_mapping map_weakness(vd_graph *g, vd_arena *a, const char *cwe, const char *package) {
  vd_view id = VD_VIEW("CVE-1"), weakness = vd_view_of(cwe);
  vd_flaw flaw = {.id = id, .ids = {&id, 1, 1}, .cwe = {&weakness, cwe[0] != '\0', 1}};
  vd_mapping m = {0};
  cr_assert(vd_graph_map(g, a, &(vd_map_query){&flaw, vd_view_of(package)}, &m, NULL) == VD_OK);
  return m;
}

Test(map, a_specific_chain_is_kept_and_says_so) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = fixture_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_mapping m = map_weakness(g, &a, "CWE-522", "web-like");
  cr_assert(m.techniques.count == 1);
  const vd_technique_link *link = &m.techniques.at[0];
  cr_assert(is(link->id, "T1078") && is(link->method, "chain") && link->reason.ptr == NULL);
  static const char *const path[] = {"CVE-1", "CWE-522", "CAPEC-560", "T1078"};
  expect_path(link, path, VD_COUNT(path));
  cr_assert(is(link->path.at[2].edge, "exploited_by") && is(link->path.at[2].source, "cwe"));
  cr_assert(is(link->path.at[3].edge, "uses") && is(link->path.at[3].source, "capec"));
  cr_assert(link->confidence == 0.5, "one step below a pillar, no alternatives: %f",
            link->confidence);
  cr_assert(link->tactics.count == 2 && is(link->tactics.at[0].key, "TA0001"));
}

Test(map, where_no_honest_path_exists_it_says_why) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = fixture_graph(&s);
  static const struct {
    const char *cwe, *package, *why;
  } cases[] = {
      {"", "web-like", "no source gives a weakness"},
      {"CWE-99999", "web-like", "CWE-99999 is not in the knowledge base"},
      {"CWE-20", "web-like", "only unspecific chains lead from CWE-20"},
      {"CWE-664", "web-like", "CWE-664 is too general"},
      {"CWE-79", "web-like", "no rule and no attack pattern leads from CWE-79"},
      {"CWE-502", "web-like", "only in roles the package is not known to play"},
  };
  for (size_t i = 0; i < VD_COUNT(cases); i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_mapping m = map_weakness(g, &a, cases[i].cwe, cases[i].package);
    cr_assert(m.techniques.count == 0, "%s", cases[i].cwe);
    cr_assert(vd_view_has(m.why_none, vd_view_of(cases[i].why)), "%.*s", VD_ARG(m.why_none));
    cr_assert(m.stages.count == 1, "stages follow from the role alone");
  }
}

Test(map, every_allocation_may_fail) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = fixture_graph(&s);
  VD_SCOPED_ARENA keep = VD_ARENA(1 << 20);
  vd_flaw flaw = {0};
  cr_assert(vd_graph_flaw(g, &keep, VD_VIEW("PYSEC-2099-9"), &flaw, NULL) == VD_OK);
  vd_code code = VD_NOMEM;
  for (unsigned nth = 1; code != VD_OK; nth++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_mapping m = {0};
    a.fail_at = nth;
    code = vd_graph_map(g, &a, &(vd_map_query){&flaw, VD_VIEW("web-like")}, &m, NULL);
    cr_assert(code == VD_OK || (code == VD_NOMEM && m.techniques.count == 0));
    cr_assert(nth < 1000);
  }
}

Test(map, every_allocation_of_the_handle_may_fail_and_it_recovers) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = fixture_graph(&s);
  vd_code code = VD_NOMEM;
  for (unsigned nth = 1; code != VD_OK; nth++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_flaw flaw = {0};
    vd_mapping m = {0};
    g->arena.fail_at = nth;
    code = vd_graph_flaw(g, &a, VD_VIEW("PYSEC-2099-9"), &flaw, NULL);
    if (code == VD_OK)
      code = vd_graph_map(g, &a, &(vd_map_query){&flaw, VD_VIEW("web-like")}, &m, NULL);
    cr_assert(code == VD_NOMEM || (code == VD_OK && m.techniques.count == 1));
    cr_assert(nth < 2000);
  }
}

Test(map, names_of_other_ecosystems) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = fixture_graph(&s);
  static const struct {
    const char *type, *name, *pypi;
  } cases[] = {{"conda", "pytorch-like", "torch-like"},
               {"conda", "tool", NULL},
               {"conda", "numpy", "numpy"},
               {"pypi", "tool", "tool"},
               {"npm", "left-pad", NULL}};
  for (size_t i = 0; i < VD_COUNT(cases); i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_view name = VD_VIEW("x");
    cr_assert(vd_graph_pypi_name(
                  g, &a, (vd_package_id){vd_view_of(cases[i].type), vd_view_of(cases[i].name)},
                  &name, NULL) == VD_OK);
    if (cases[i].pypi == NULL)
      cr_assert(name.ptr == NULL, "%s", cases[i].name);
    else
      cr_assert(is(name, cases[i].pypi), "%s", cases[i].name);
  }
}
