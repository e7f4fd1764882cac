// Rows of the facts tables as records of the graph: what each table's columns relate to.
#include "feed/advisory.h"
#include "feed/sources/sources.h"

typedef struct column {
  vd_edge_kind edge;
  vd_node_kind to;
  bool relates; // false: not a list of ids
} column;

static const struct {
  const char *name;
  vd_node_kind kind;
  int class, position; // columns; -1 = none
  column columns[4];
} tables[] = {
    {"weaknesses",
     VD_NODE_WEAKNESS,
     0,
     -1,
     {{0},
      {VD_EDGE_CHILD_OF, VD_NODE_WEAKNESS, true},
      {VD_EDGE_EXPLOITED_BY, VD_NODE_PATTERN, true}}},
    {"patterns",
     VD_NODE_PATTERN,
     0,
     -1,
     {{0}, {VD_EDGE_CHILD_OF, VD_NODE_PATTERN, true}, {VD_EDGE_USES, VD_NODE_TECHNIQUE, true}}},
    {"techniques",
     VD_NODE_TECHNIQUE,
     0,
     -1,
     {{0},
      {VD_EDGE_ACHIEVES, VD_NODE_TACTIC, true},
      {VD_EDGE_CHILD_OF, VD_NODE_TECHNIQUE, true},
      {VD_EDGE_REFERS_TO, VD_NODE_TECHNIQUE, true}}},
    {"tactics", VD_NODE_TACTIC, 0, 1, {{0}, {0}, {VD_EDGE_REFERS_TO, VD_NODE_TACTIC, true}}},
    {"mitigations", VD_NODE_MITIGATION, 0, -1, {{0}, {VD_EDGE_MITIGATES, VD_NODE_TECHNIQUE, true}}},
};

static void relate(vd_record *r, vd_ref node, const column *c, vd_view ids) {
  while (c->relates && ids.len > 0)
    vd_record_link(r, node, c->edge, vd_ref_of(c->to, vd_view_cut(&ids, ' ')));
}

bool vd_fact_record(vd_arena *a, const vd_fact_node *n, vd_record *out) {
  for (size_t i = 0; i < VD_COUNT(tables); i++) {
    if (strcmp(n->table, tables[i].name) != 0)
      continue;
    vd_view key = vd_arena_printf(a, "%s/%.*s", n->table, VD_ARG(n->id));
    vd_record r = vd_record_of(a, key, (vd_view){0});
    vd_ref node = vd_ref_of(tables[i].kind, n->id);
    vd_definition *d = vd_record_define(&r, node, n->name);
    uint64_t position = 0;
    d->text = n->text;
    d->class = n->columns.at[tables[i].class];
    if (tables[i].position >= 0 && vd_view_u64(n->columns.at[tables[i].position], &position))
      d->position = (int64_t)(position & INT32_MAX);
    for (size_t k = 0; k < n->columns.count; k++)
      relate(&r, node, &tables[i].columns[k], n->columns.at[k]);
    r.failed |= key.ptr == NULL;
    *out = r;
    return true;
  }
  return false;
}
