// What follows from the feeds together: one transaction, stamped with the generation of the graph
// it was made from.
#include "feed/derive.h"

#include "graph/snapshot.h"

static void roll_back(vd_graph **g) {
  if (*g != NULL)
    vd_graph_rollback(*g);
}

static vd_code derive(vd_graph *g, int64_t generation, vd_error *err) {
  VD_TRY(vd_graph_begin(g, err));
  VD_CLEANUP(roll_back) vd_graph *open = g;
  VD_TRY(vd_derive_matching(g, err));
  VD_TRY(vd_snapshot_keep(g, err));
  VD_TRY(vd_meta_set(g, "derived", generation, err));
  VD_TRY(vd_graph_commit(g, err));
  open = NULL;
  return VD_OK;
}

// What is derived as editions of sources of its own; each may add a generation.
static vd_code derive_editions(vd_graph *g, int64_t today, vd_error *err) {
  VD_TRY(vd_derive_clusters(g, today, err));
  VD_TRY(vd_derive_levels(g, today, err));
  return vd_derive_mapper(g, today, err);
}

vd_code vd_derive(vd_graph *g, int64_t today, vd_error *err) {
  int64_t generation = 0, derived = 0;
  VD_TRY(vd_meta_get(g, "generation", &generation, err));
  VD_TRY(vd_meta_get(g, "derived", &derived, err));
  if (derived == generation)
    return VD_OK;
  VD_TRY(derive_editions(g, today, err));
  VD_TRY(vd_meta_get(g, "generation", &generation, err));
  return derive(g, generation, err);
}
