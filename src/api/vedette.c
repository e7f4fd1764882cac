// The public C API: opening, errors, finding a node, search and counts.
#include "api/handle.h"

_Static_assert(sizeof((vedette_error *)NULL)->text >= sizeof((vd_error *)NULL)->text, "texts fit");

static int tell(const vd_error *from, vd_code code, vedette_error *err) {
  if (code != VD_OK && err != NULL) {
    err->code = code;
    (void)snprintf(err->text, sizeof err->text, "%s",
                   from->text[0] != '\0' ? from->text : vd_code_text(code));
  }
  return code;
}

int vedette_misused(vedette_error *err, const char *what) {
  vd_error failure;
  return tell(&failure, vd_fail(&failure, VD_USAGE, "%s", what), err);
}

int vedette_within(const vedette_job *job, vd_code (*run)(const vedette_job *job, vd_error *err),
                   vedette_error *err) {
  vd_error failure = {0};
  vd_code code = vd_graph_resume(job->g->graph, &failure);
  if (code != VD_OK)
    return tell(&failure, code, err);
  code = run(job, &failure);
  vd_graph_rest(job->g->graph);
  return tell(&failure, code, err);
}

const char *vedette_version(void) { return VD_VERSION; }

// ---- opening -----------------------------------------------------------------------------------

int vedette_open(const char *path, vedette_graph **out, vedette_error *err) {
  vd_error failure = {0};
  if (path == NULL || out == NULL)
    return vedette_misused(err, "a path and a place for the handle are needed");
  vedette_graph *g = calloc(1, sizeof *g);
  vd_code code = g == NULL ? VD_NOMEM : vd_graph_open(path, VD_GRAPH_READ, &g->graph, &failure);
  if (code != VD_OK) {
    free(g);
    return tell(&failure, code, err);
  }
  g->kept = VD_ARENA(VD_GRAPH_MEMORY_MAX);
  vd_graph_rest(g->graph);
  *out = g;
  return VEDETTE_OK;
}

void vedette_close(vedette_graph *g) {
  if (g == NULL)
    return;
  vd_arena_free(&g->kept);
  vd_graph_close(&g->graph);
  free(g);
}

// ---- one node ----------------------------------------------------------------------------------

vedette_node vedette_node_of(const vd_node *n) {
  return (vedette_node){.id = n->canon,
                        .kind = vd_node_kind_text(n->kind),
                        .key = n->key.ptr,
                        .name = n->name.ptr,
                        .node_class = n->class.ptr,
                        .defined = !n->stub};
}

typedef struct owned_node {
  vedette_node node; // first: callers hold its address
  vd_arena arena;
} owned_node;

static vd_code find(const vedette_job *job, vd_error *err) {
  return vd_node_find(job->g->graph, job->arena, vd_view_of(job->query), job->result, err);
}

int vedette_find(vedette_graph *g, const char *id, vedette_node **out, vedette_error *err) {
  vd_node node = {0};
  if (g == NULL || id == NULL || out == NULL)
    return vedette_misused(err, "a handle, an id and a place for the node are needed");
  owned_node *owned = calloc(1, sizeof *owned);
  if (owned == NULL)
    return tell(&(vd_error){0}, VD_NOMEM, err);
  owned->arena = VD_ARENA(VD_FILE_MEMORY_MAX);
  vedette_job job = {g, &owned->arena, id, &node};
  int code = vedette_within(&job, find, err);
  owned->node = vedette_node_of(&node);
  if (code == VEDETTE_OK)
    *out = &owned->node;
  else
    vedette_node_free(&owned->node);
  return code;
}

void vedette_node_free(vedette_node *node) {
  owned_node *owned = (owned_node *)node;
  if (owned == NULL)
    return;
  vd_arena_free(&owned->arena);
  free(owned);
}

// ---- search ------------------------------------------------------------------------------------

static vd_code search(const vedette_job *job, vd_error *err) {
  const vedette_search_query *q = job->query;
  vd_search_query query = {vd_view_of(q->text), VD_NODE_KIND_COUNT, q->limit};
  return vd_graph_search(job->g->graph, job->arena, &query, job->result, err);
}

int vedette_search(vedette_graph *g, const vedette_search_query *q,
                   int (*each)(void *ctx, const vedette_hit *hit), void *ctx, vedette_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_search_hits hits = {0};
  if (g == NULL || q == NULL || q->text == NULL || each == NULL)
    return vedette_misused(err, "a handle, a query with text and a callback are needed");
  if (q->limit == 0 || q->limit > VD_LIST_MAX)
    return vedette_misused(err, "the limit is not between 1 and 1,000,000");
  vedette_job job = {g, &a, q, &hits};
  int code = vedette_within(&job, search, err);
  int stop = code;
  for (size_t i = 0; i < hits.count && !stop; i++) {
    const vd_search_hit *h = &hits.at[i];
    vedette_hit hit = {vedette_node_of(&h->node), h->snippet.ptr, h->score};
    stop = each(ctx, &hit);
  }
  return code;
}

// ---- counts ------------------------------------------------------------------------------------

static vd_code count(const vedette_job *job, vd_error *err) {
  return vd_graph_count(job->g->graph, job->arena, job->result, err);
}

int vedette_counts(vedette_graph *g, int (*each)(void *ctx, const vedette_count *c), void *ctx,
                   vedette_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_graph_counts counts = {0};
  if (g == NULL || each == NULL)
    return vedette_misused(err, "a handle and a callback are needed");
  vedette_job job = {g, &a, NULL, &counts};
  int code = vedette_within(&job, count, err);
  int stop = code;
  for (size_t i = 0; i < counts.nodes.count && !stop; i++) {
    const vd_kind_count *n = &counts.nodes.at[i];
    vedette_count c = {.kind = vd_node_kind_text(n->kind),
                       .node_class = n->class.ptr,
                       .count = n->nodes,
                       .defined = n->defined};
    stop = each(ctx, &c);
  }
  for (size_t i = 0; i < counts.edges.count && !stop; i++) {
    const vd_edge_count *e = &counts.edges.at[i];
    vedette_count c = {.is_edge = 1,
                       .kind = vd_edge_kind_text(e->kind),
                       .source = e->source.ptr,
                       .method = e->method.ptr,
                       .count = e->edges};
    stop = each(ctx, &c);
  }
  return code;
}
