// PageRank by Gauss-Seidel sweeps.
#include "graph/network.h"

#include <math.h>

typedef struct ranks {
  const vd_rows *in;
  uint32_t nodes;
  double damping;
  double *rank;
  double *share;  // rank by unit of weight out; 0 where nothing leads out
  double *outward; // weight out, summed
  double *loop;   // weight of the loops at a node
} ranks;

static void weigh(ranks *r, const vd_network *n) {
  for (uint32_t v = 0; v < n->nodes; v++)
    for (uint32_t i = n->out.offset[v]; i < n->out.offset[v + 1]; i++) {
      double w = (double)vd_rows_weight(&n->out, i);
      r->outward[v] += w;
      r->loop[v] += n->out.target[i] == v ? w : 0;
    }
}

static double gather(const ranks *r, uint32_t v) {
  double sum = 0;
  uint32_t end = r->in->offset[v + 1];
  if (r->in->weight == NULL)
    for (uint32_t i = r->in->offset[v]; i < end; i++)
      sum += r->share[r->in->target[i]];
  else
    for (uint32_t i = r->in->offset[v]; i < end; i++)
      sum += (double)r->in->weight[i] * r->share[r->in->target[i]];
  return sum;
}

// What a node gets from itself is moved to the left side. Returns the sum of all changes.
static double sweep(ranks *r) {
  double changes = 0;
  for (uint32_t v = 0; v < r->nodes; v++) {
    double others = gather(r, v) - r->loop[v] * r->share[v], kept = 1;
    if (r->loop[v] > 0)
      kept -= r->damping * r->loop[v] / r->outward[v];
    double rank = (1 + r->damping * others) / kept;
    changes += fabs(rank - r->rank[v]);
    r->rank[v] = rank;
    r->share[v] = r->outward[v] > 0 ? rank / r->outward[v] : 0;
  }
  return changes;
}

// What a sweep leaves undone is damping times the changes at most, and the inverse of the system
// magnifies that by 1 / (1 - damping); scaling to sum 1 may double it.
static double bound(const ranks *r, double changes) {
  double total = 0;
  for (uint32_t v = 0; v < r->nodes; v++)
    total += r->rank[v];
  return total > 0 ? 2 * r->damping / (1 - r->damping) * changes / total : 0;
}

static void scale(ranks *r) {
  double total = 0;
  for (uint32_t v = 0; v < r->nodes; v++)
    total += r->rank[v];
  for (uint32_t v = 0; v < r->nodes; v++)
    r->rank[v] /= total;
}

static vd_code check(const vd_pagerank_options *o, vd_error *err) {
  if (!(o->damping >= 0 && o->damping < 1))
    return vd_fail(err, VD_USAGE, "a damping of %g is not in [0, 1)", o->damping);
  if (!(o->tolerance > 0) || o->rounds_max == 0)
    return vd_fail(err, VD_USAGE, "PageRank needs a tolerance above 0 and at least one round");
  return VD_OK;
}

vd_code vd_network_pagerank(vd_arena *a, const vd_network *n, const vd_pagerank_options *o,
                            vd_pagerank *out, vd_error *err) {
  VD_TRY(check(o, err));
  ranks r = {.in = &n->in, .nodes = n->nodes, .damping = o->damping};
  r.rank = vd_new_array(a, double, n->nodes);
  r.share = vd_new_array(a, double, n->nodes);
  r.outward = vd_new_array(a, double, n->nodes);
  r.loop = vd_new_array(a, double, n->nodes);
  if (r.rank == NULL || r.share == NULL || r.outward == NULL || r.loop == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the rank of %u nodes", n->nodes);
  weigh(&r, n);
  vd_pagerank done = {.score = r.rank, .error = INFINITY};
  while (!done.converged && done.rounds < o->rounds_max) {
    done.error = bound(&r, sweep(&r));
    done.rounds++;
    done.converged = done.error <= o->tolerance;
  }
  scale(&r);
  *out = done;
  return VD_OK;
}
