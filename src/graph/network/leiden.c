// Leiden: rounds of moving, refining and aggregating until nothing changes.
#include "graph/network/leiden.h"

// Starts from the community of each base node, and leaves there what the round finds.
static void run_round(vd_leiden *l, uint32_t *community) {
  vd_level room = l->level;
  l->level = l->base; // rows of the base are read only; the first aggregate goes to spare
  memcpy(l->community, community, l->base.nodes * sizeof *community);
  for (uint32_t v = 0; v < l->base.nodes; v++)
    l->node[v] = v;
  for (bool first = true;; first = false) {
    vd_leiden_move(l);
    uint32_t parts = vd_leiden_refine(l);
    if (parts == l->level.nodes) // nothing inside a community wants to join: it is done
      break;
    vd_leiden_aggregate(l);
    if (first)
      l->spare = room;
  }
  for (uint32_t v = 0; v < l->base.nodes; v++)
    community[v] = l->community[l->node[v]];
  if (l->level.offset == l->base.offset)
    l->level = room;
}

static vd_code check(const vd_leiden_options *o, vd_error *err) {
  if (!(o->resolution > 0 && o->resolution <= 1e9))
    return vd_fail(err, VD_USAGE, "a resolution of %g is not above 0", o->resolution);
  return VD_OK;
}

static vd_code run(vd_arena *a, const vd_network *n, const vd_leiden_options *o,
                   vd_partition *out) {
  vd_leiden l = {.arena = a};
  uint32_t *now = vd_new_array(a, uint32_t, n->nodes), *scratch = vd_new_array(a, uint32_t, n->nodes);
  uint32_t *before = vd_new_array(a, uint32_t, n->nodes);
  vd_partition p = {.community = now};
  if (now == NULL || scratch == NULL || before == NULL)
    return VD_NOMEM;
  VD_TRY(vd_leiden_open(&l, n, o));
  memcpy(now, l.community, n->nodes * sizeof *now);
  uint32_t most = o->rounds_max == 0 || o->rounds_max > VD_LEIDEN_ROUNDS_MAX ? VD_LEIDEN_ROUNDS_MAX
                                                                            : o->rounds_max;
  for (bool changed = true; changed && p.rounds < most; p.rounds++) {
    memcpy(before, now, n->nodes * sizeof *now);
    run_round(&l, now);
    (void)vd_leiden_renumber(now, n->nodes, scratch);
    changed = memcmp(before, now, n->nodes * sizeof *now) != 0;
  }
  VD_TRY(vd_partition_connect(a, n, now));
  VD_TRY(vd_partition_order(a, n->nodes, &p));
  VD_TRY(vd_network_quality(a, n, o, &p, &p.quality));
  *out = p;
  return VD_OK;
}

vd_code vd_network_leiden(vd_arena *a, const vd_network *n, const vd_leiden_options *o,
                          vd_partition *out, vd_error *err) {
  VD_TRY(check(o, err));
  if (run(a, n, o, out) != VD_OK)
    return vd_fail(err, VD_NOMEM, "no memory for the communities of %u nodes", n->nodes);
  return VD_OK;
}
