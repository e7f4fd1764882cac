// The public C API: what is stated of a node and around it, and the paths between two.
#include "api/handle.h"
#include "graph/write.h"

static int check_query(const vedette_graph *g, const vedette_query *q, bool called,
                       vedette_error *err) {
  if (g == NULL || q == NULL || !called)
    return vedette_misused(err, "a handle, a query and a callback are needed");
  if (q->limit == 0 || q->limit > VD_LIST_MAX)
    return vedette_misused(err, "the limit is not between 1 and 1,000,000");
  return VEDETTE_OK;
}

// The node that stands for the class now: an update may have found out that two are one.
static vd_code stands_for(const vedette_job *job, int64_t id, int64_t *canon, vd_error *err) {
  vd_node node;
  vd_code code = vd_node_get(job->g->graph, job->arena, id, &node, err);
  if (code == VD_FORMAT)
    return vd_fail(err, VD_NOTFOUND, "no node has the id %lld", (long long)id);
  if (code == VD_OK)
    *canon = node.canon;
  return code;
}

static vd_code read_query(const vedette_job *job, vd_read_query *out, vd_error *err) {
  const vedette_query *q = job->query;
  *out = (vd_read_query){.as_of = q->as_of, .limit = q->limit};
  return stands_for(job, q->node, &out->node, err);
}

// ---- properties --------------------------------------------------------------------------------

static vd_code properties(const vedette_job *job, vd_error *err) {
  vd_read_query q;
  VD_TRY(read_query(job, &q, err));
  return vd_node_properties_read(job->g->graph, job->arena, &q, job->result, err);
}

int vedette_properties(vedette_graph *g, const vedette_query *q,
                       int (*each)(void *ctx, const vedette_property *p), void *ctx,
                       vedette_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_node_properties list = {0};
  int code = check_query(g, q, each != NULL, err);
  if (code != VEDETTE_OK || each == NULL)
    return code;
  vedette_job job = {g, &a, q, &list};
  code = vedette_within(&job, properties, err);
  int stop = code;
  for (size_t i = 0; i < list.count && !stop; i++) {
    const vd_node_property *p = &list.at[i];
    vedette_property one = {p->name.ptr,     p->value.ptr, p->source.ptr,
                            p->document.ptr, p->since,     p->until};
    stop = each(ctx, &one);
  }
  return code;
}

// ---- neighbours --------------------------------------------------------------------------------

static vedette_edge edge_of(const vd_neighbour *n, const vd_node *node, uint64_t alike) {
  return (vedette_edge){.kind = vd_edge_kind_text(n->kind),
                        .outgoing = n->outgoing,
                        .node = vedette_node_of(node),
                        .confidence = n->confidence,
                        .source = n->source.ptr,
                        .method = n->method.ptr,
                        .document = n->document.ptr,
                        .place = n->place.ptr,
                        .evidence = n->evidence.ptr,
                        .since = n->since,
                        .until = n->until,
                        .alike = alike};
}

static vd_code neighbours(const vedette_job *job, vd_error *err) {
  vd_read_query q;
  VD_TRY(read_query(job, &q, err));
  return vd_node_edges_read(job->g->graph, job->arena, &q, job->result, err);
}

int vedette_neighbours(vedette_graph *g, const vedette_query *q,
                       int (*each)(void *ctx, const vedette_edge *edge), void *ctx,
                       vedette_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_edge_groups groups = {0};
  int code = check_query(g, q, each != NULL, err);
  if (code != VEDETTE_OK || each == NULL)
    return code;
  vedette_job job = {g, &a, q, &groups};
  code = vedette_within(&job, neighbours, err);
  int stop = code;
  for (size_t i = 0; i < groups.count && !stop; i++)
    for (size_t k = 0; k < groups.at[i].edges.count && !stop; k++) {
      const vd_neighbour *n = &groups.at[i].edges.at[k];
      vedette_edge edge = edge_of(n, &n->node, groups.at[i].count);
      stop = each(ctx, &edge);
    }
  return code;
}

// ---- paths -------------------------------------------------------------------------------------

// The snapshot of now, read again when the file has changed.
static vd_code keep_snapshot(vedette_graph *g, vd_error *err) {
  int64_t generation = 0;
  VD_TRY(vd_meta_get(g->graph, "generation", &generation, err));
  if (g->loaded && g->generation == generation)
    return VD_OK;
  g->loaded = false;
  vd_arena_free(&g->kept);
  g->kept = VD_ARENA(VD_GRAPH_MEMORY_MAX);
  VD_TRY(vd_snapshot_load(g->graph, &g->kept, 0, &g->snapshot, err));
  g->generation = generation;
  g->loaded = true;
  return VD_OK;
}

static vd_code paths(const vedette_job *job, vd_error *err) {
  const vedette_path_query *q = job->query;
  vd_explained_paths *result = job->result;
  vd_explain_query query = {.count = (uint32_t)q->count, .as_of = q->as_of};
  VD_TRY(stands_for(job, q->from, &query.from, err));
  VD_TRY(stands_for(job, q->to, &query.to, err));
  if (q->as_of == 0) {
    VD_TRY(keep_snapshot(job->g, err));
    query.snapshot = &job->g->snapshot;
  }
  VD_TRY(vd_graph_explain(job->g->graph, job->arena, &query, result, err));
  return result->list.count == 0 && !result->complete
             ? vd_fail(err, VD_LIMIT, "the search for a path gave up before it had found any")
             : VD_OK;
}

static int tell_path(const vd_explained_path *p, bool complete,
                     int (*each)(void *ctx, const vedette_path *path), void *ctx) {
  vedette_edge steps[VD_EXPLAIN_HOPS];
  size_t count = p->steps.count < VD_EXPLAIN_HOPS ? p->steps.count : VD_EXPLAIN_HOPS;
  for (size_t i = 0; i < count; i++)
    steps[i] = edge_of(&p->steps.at[i].edge, &p->steps.at[i].node, 0);
  vedette_path path = {.from = vedette_node_of(&p->from),
                       .steps = steps,
                       .step_count = count,
                       .cost = p->cost,
                       .confidence = p->confidence,
                       .complete = complete};
  return each(ctx, &path);
}

int vedette_paths(vedette_graph *g, const vedette_path_query *q,
                  int (*each)(void *ctx, const vedette_path *path), void *ctx, vedette_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_explained_paths found = {0};
  if (g == NULL || q == NULL || each == NULL)
    return vedette_misused(err, "a handle, a query and a callback are needed");
  if (q->count == 0 || q->count > VD_PATHS_MAX)
    return vedette_misused(err, "the number of paths is not between 1 and 1,024");
  vedette_job job = {g, &a, q, &found};
  int code = vedette_within(&job, paths, err);
  int stop = code;
  for (size_t i = 0; i < found.list.count && !stop; i++)
    stop = tell_path(&found.list.at[i], found.complete, each, ctx);
  return code;
}
