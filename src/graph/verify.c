// What must hold in every knowledge base: references, classes, hierarchies, days, the search index.
#include "graph/verify.h"

#include "graph/identity.h"
#include "graph/network.h"
#include "graph/store.h"

// Each statement gives how many rows break the rule, and one of them as text.
static const struct {
  const char *name, *sql;
} rules[] = {
    {"every edge leads from a node to a node",
     "SELECT count(*),min('edge '||e.id) FROM edge e WHERE NOT EXISTS(SELECT 1 FROM node n WHERE "
     "n.id=e.src) OR NOT EXISTS(SELECT 1 FROM node n WHERE n.id=e.dst)"},
    {"the context of every edge is a node",
     "SELECT count(*),min('edge '||e.id) FROM edge e WHERE e.context<>0 AND NOT EXISTS(SELECT 1 "
     "FROM node n WHERE n.id=e.context)"},
    {"every edge has a document and a provenance",
     "SELECT count(*),min('edge '||e.id) FROM edge e WHERE NOT EXISTS(SELECT 1 FROM document d "
     "WHERE d.id=e.document) OR NOT EXISTS(SELECT 1 FROM provenance p WHERE p.id=e.provenance)"},
    {"every property and definition has a node and a document",
     "SELECT count(*),min(what) FROM (SELECT 'property '||p.id AS what FROM property p WHERE NOT "
     "EXISTS(SELECT 1 FROM node n WHERE n.id=p.node) OR NOT EXISTS(SELECT 1 FROM document d WHERE "
     "d.id=p.document) UNION ALL SELECT 'definition '||f.id FROM definition f WHERE NOT "
     "EXISTS(SELECT 1 FROM node n WHERE n.id=f.node) OR NOT EXISTS(SELECT 1 FROM document d WHERE "
     "d.id=f.document))"},
    {"every document has a source",
     "SELECT count(*),min(d.key) FROM document d WHERE NOT EXISTS(SELECT 1 FROM source s WHERE "
     "s.id=d.source)"},
    {"what stands for a class stands for itself",
     "SELECT count(*),min(n.key) FROM node n LEFT JOIN node c ON c.id=n.canon WHERE c.id IS NULL "
     "OR c.canon<>c.id"},
    {"confidence is between 0 and 1",
     "SELECT count(*),min('edge '||id) FROM edge WHERE NOT (confidence BETWEEN 0 AND 1)"},
    {"nothing ends before it begins",
     "SELECT count(*),min(what) FROM (SELECT 'edge '||id AS what FROM edge WHERE until<since UNION "
     "ALL SELECT 'property '||id FROM property WHERE until<since UNION ALL SELECT 'definition "
     "'||id "
     "FROM definition WHERE until<since UNION ALL SELECT 'document '||key FROM document WHERE "
     "until<since)"},
    {"a closed document states nothing",
     "SELECT count(*),min(d.key) FROM document d WHERE d.until IS NOT NULL AND (EXISTS(SELECT 1 "
     "FROM "
     "edge e WHERE e.document=d.id AND e.until IS NULL) OR EXISTS(SELECT 1 FROM property p WHERE "
     "p.document=d.id AND p.until IS NULL) OR EXISTS(SELECT 1 FROM definition f WHERE "
     "f.document=d.id AND f.until IS NULL))"},
    {"a node is named by a definition that holds, or is a stub",
     "SELECT count(*),min(n.key) FROM node n WHERE (n.rank IS NOT NULL)<>EXISTS(SELECT 1 FROM "
     "definition d WHERE d.node=n.id AND d.until IS NULL)"},
    {"the search index has what is defined now",
     "SELECT abs((SELECT count(*) FROM definition WHERE until IS NULL)-(SELECT count(*) FROM "
     "search_docsize)),'rows in the index: '||(SELECT count(*) FROM search_docsize)"},
    {"matching reads flaws that exist",
     "SELECT count(*),min('package '||a.package) FROM affected a WHERE NOT EXISTS(SELECT 1 FROM "
     "flaw "
     "f WHERE f.id=a.flaw) OR NOT EXISTS(SELECT 1 FROM package p WHERE p.id=a.package)"},
    {"what follows from the feeds is as new as they are",
     "SELECT g.value-coalesce(d.value,0),'generation '||g.value||', derived '||coalesce(d.value,0) "
     "FROM meta g LEFT JOIN meta d ON d.name='derived' WHERE g.name='generation'"},
};

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory to verify the knowledge base");
}

static void finalize(sqlite3_stmt **s) { (void)sqlite3_finalize(*s); }

static vd_code add(vd_arena *a, vd_checks *out, vd_check check, vd_error *err) {
  vd_check *slot = vd_vec_push(a, out);
  if (slot == NULL)
    return no_memory(err);
  if (check.violations == 0)
    check.example = (vd_view){0};
  *slot = check;
  return VD_OK;
}

static vd_code run_rule(vd_graph *g, vd_arena *a, size_t i, vd_checks *out, vd_error *err) {
  VD_CLEANUP(finalize) sqlite3_stmt *s = NULL;
  vd_check check = {.name = rules[i].name};
  bool row = false;
  vd_store_fresh_work(g);
  if (sqlite3_prepare_v2(g->db, rules[i].sql, -1, &s, NULL) != SQLITE_OK)
    return vd_store_fail(g, "verify", err);
  VD_TRY(vd_sql_next(g, s, &row, err));
  if (row) {
    check.violations = (uint64_t)sqlite3_column_int64(s, 0);
    if (!vd_sql_copy(a, s, 1, &check.example))
      return no_memory(err);
  }
  return add(a, out, check, err);
}

// ---- hierarchies -------------------------------------------------------------------------------

typedef struct hierarchy {
  VD_VEC(uint32_t) src, dst;
  uint32_t nodes;
} hierarchy;

static vd_code load(vd_graph *g, vd_arena *a, hierarchy *h, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_HIERARCHY);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(g, "verify", err);
  (void)sqlite3_bind_int64(s, 1, g->edge_kind[VD_EDGE_CHILD_OF]);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    uint32_t *src = row ? vd_vec_push(a, &h->src) : NULL;
    uint32_t *dst = row ? vd_vec_push(a, &h->dst) : NULL;
    if (row && (src == NULL || dst == NULL))
      return no_memory(err);
    if (!row)
      break;
    *src = (uint32_t)sqlite3_column_int64(s, 0);
    *dst = (uint32_t)sqlite3_column_int64(s, 1);
    h->nodes = *src >= h->nodes ? *src + 1 : h->nodes;
    h->nodes = *dst >= h->nodes ? *dst + 1 : h->nodes;
  }
  return VD_OK;
}

static vd_code check_hierarchy(vd_graph *g, vd_arena *a, vd_checks *out, vd_error *err) {
  hierarchy h = {0};
  vd_check check = {.name = "no hierarchy has a cycle"};
  VD_TRY(load(g, a, &h, err));
  vd_network network;
  vd_cycle cycle = {0};
  vd_edge_list list = {h.nodes, (uint32_t)h.src.count, h.src.at, h.dst.at, NULL};
  VD_TRY(vd_network_build(a, &list, &network, err));
  VD_TRY(vd_network_cycle(a, &network, &cycle, err));
  check.violations = cycle.length != 0;
  if (cycle.length != 0) {
    check.example = vd_arena_printf(a, "through node %u", (unsigned)cycle.node[0]);
    if (check.example.ptr == NULL)
      return no_memory(err);
  }
  return add(a, out, check, err);
}

vd_code vd_graph_verify(vd_graph *g, vd_arena *a, vd_checks *out, vd_error *err) {
  vd_checks checks = {0};
  for (size_t i = 0; i < VD_COUNT(rules); i++)
    VD_TRY(run_rule(g, a, i, &checks, err));
  vd_check classes = {.name = "classes of aliases are those their edges make"};
  VD_TRY(vd_identity_check(g, a, &classes.violations, &classes.example, err));
  VD_TRY(add(a, &checks, classes, err));
  VD_TRY(check_hierarchy(g, a, &checks, err));
  *out = checks;
  return VD_OK;
}
