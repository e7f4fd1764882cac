#include "graph_fixture.h"

static bool is(vd_view v, const char *text) { return vd_view_eq(v, vd_view_of(text)); }

Test(graph, package_has_its_affected_rows_in_order) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = fixture_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_package_facts p = {0};
  cr_assert(vd_graph_package(g, &a, VD_VIEW("web-like"), &p, NULL) == VD_OK);
  cr_assert(is(p.name, "web-like") && p.versions.count == 5 && is(p.versions.at[4], "2"));
  cr_assert(p.affected.count == 5);
  static const char *const flaws[] = {"CVE-2099-0001", "CVE-2099-0001", "CVE-2099-0002",
                                      "GHSA-gggg-hhhh-jjjj", "PYSEC-2099-9"};
  for (size_t i = 0; i < VD_COUNT(flaws); i++)
    cr_assert(is(p.affected.at[i].flaw->id, flaws[i]));
  cr_assert(p.affected.at[0].flaw == p.affected.at[1].flaw);
  cr_assert(is(p.affected.at[1].ranges, "[,0.8)"));
  cr_assert(p.affected.at[2].ranges.ptr == NULL && p.affected.at[2].versions.count == 2);
}

Test(graph, flaw_has_every_field) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = fixture_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_package_facts p = {0};
  cr_assert(vd_graph_package(g, &a, VD_VIEW("torch-like"), &p, NULL) == VD_OK);
  const vd_flaw *f = p.affected.at[0].flaw;
  cr_assert(f->ids.count == 3 && is(f->ids.at[0], "CVE-2099-0001") &&
            is(f->ids.at[1], "GHSA-aaaa-bbbb-cccc") && is(f->ids.at[2], "PYSEC-2099-1"));
  cr_assert(is(f->published, "2099-01-02") && is(f->modified, "2099-02-03"));
  cr_assert(is(f->severity, "critical") && f->cvss.count == 2);
  cr_assert(vd_view_starts(f->cvss.at[0], VD_VIEW("CVSS:4.0/")));
  cr_assert(f->cwe.count == 1 && is(f->cwe.at[0], "CWE-502"));
  cr_assert(is(f->cwe_names.at[0], "Deserialization of Untrusted Data"));
  cr_assert(f->kev && f->ransomware && is(f->kev_added, "2099-04-01"));
  cr_assert(f->epss == 0.94358 && f->epss_percentile == 0.99963);
  cr_assert(p.affected.at[0].advisories.count == 2);
  cr_assert(is(p.affected.at[0].versions.at[0], "3.0.dev1"));
  const vd_flaw *bare = p.affected.at[1].flaw;
  cr_assert(bare->severity.ptr == NULL && bare->cvss.count == 0 && bare->cwe.count == 0);
  cr_assert(!bare->kev && bare->kev_added.ptr == NULL && bare->epss < 0);
}

Test(graph, flaw_answers_to_any_id_in_any_case) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = fixture_graph(&s);
  static const char *const ids[] = {"CVE-2099-0001", "cve-2099-0001", "ghsa-AAAA-bbbb-cccc",
                                    "Pysec-2099-1"};
  for (size_t i = 0; i < VD_COUNT(ids); i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_flaw f = {0};
    cr_assert(vd_graph_flaw(g, &a, vd_view_of(ids[i]), &f, NULL) == VD_OK);
    cr_assert(is(f.id, "CVE-2099-0001"));
  }
}

Test(graph, what_is_not_known_is_not_found) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = fixture_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_flaw f = {0};
  vd_package_facts p = {0};
  vd_error err = {0};
  cr_assert(vd_graph_flaw(g, &a, VD_VIEW("CVE-2099-0"), &f, &err) == VD_NOTFOUND);
  cr_assert(vd_graph_flaw(g, &a, VD_VIEW(""), &f, NULL) == VD_NOTFOUND);
  cr_assert(vd_graph_flaw(g, &a, VD_VIEW("CVE-2099-0001' OR 1"), &f, NULL) == VD_NOTFOUND);
  cr_assert(vd_graph_package(g, &a, VD_VIEW("nothing"), &p, &err) == VD_NOTFOUND);
  cr_assert(vd_graph_package(g, &a, VD_VIEW("safe-like"), &p, NULL) == VD_NOTFOUND,
            "a package known by its role only has nothing to match");
  cr_assert(p.affected.count == 0 && f.id.ptr == NULL);
}

Test(graph, about_counts_and_dates) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = fixture_graph(&s);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_graph_info info = {0};
  cr_assert(vd_graph_about(g, &a, &info, NULL) == VD_OK);
  cr_assert(info.sources.count == 6 && is(info.sources.at[0].name, "atlas"));
  cr_assert(is(info.knowledge_date, "2026-07-23"));
  cr_assert(info.flaws == 5 && info.packages == 2);
  cr_assert(info.nodes > info.flaws && info.edges > 0);
}

static vd_code ask_everything(vd_graph *g, vd_arena *a) {
  vd_package_facts p = {0};
  vd_flaw f = {0};
  vd_graph_info info = {0};
  VD_TRY(vd_graph_package(g, a, VD_VIEW("web-like"), &p, NULL));
  VD_TRY(vd_graph_flaw(g, a, VD_VIEW("pysec-2099-1"), &f, NULL));
  return vd_graph_about(g, a, &info, NULL);
}

Test(graph, every_allocation_of_a_query_may_fail) {
  SCRATCH s = scratch_new();
  SCOPED_GRAPH *g = fixture_graph(&s);
  vd_code code = VD_NOMEM;
  for (unsigned nth = 1; code != VD_OK; nth++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    a.fail_at = nth;
    code = ask_everything(g, &a);
    cr_assert(code == VD_OK || code == VD_NOMEM);
    cr_assert(nth < 1000);
  }
}
