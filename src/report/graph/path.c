// graph path: the best explained paths from one node to another.
#include "graph/explain.h"
#include "report/graph/view.h"

enum { PATHS_SHOWN = 3 };

static void put_step(vd_page *p, const vd_path_step *s) {
  char arrow[64];
  (void)snprintf(arrow, sizeof arrow, s->edge.outgoing ? "  --%s-> " : "  <-%s-- ",
                 vd_edge_kind_text(s->edge.kind));
  vd_page_cell(p, VD_INK_DIM, vd_view_of(arrow), 22);
  vd_view_node(p, &s->node, 22);
  vd_page_end_line(p);
  vd_page_spaces(p, 22);
  vd_page_say(p, VD_INK_DIM, "%.2f ", s->edge.confidence);
  size_t used = 27 + vd_page_put(p, VD_INK_DIM, s->edge.source, 16) + 1;
  vd_page_spaces(p, 1);
  used += vd_page_put(p, VD_INK_DIM, s->edge.method, 10) + 2;
  vd_page_spaces(p, 2);
  vd_view why = s->edge.evidence.len != 0 ? s->edge.evidence : s->edge.document;
  if (p->width > used + 8)
    (void)vd_page_put(p, VD_INK_DIM, why, p->width - used);
  vd_page_end_line(p);
}

static void put_text(const vd_graph_request *q, const vd_explained_paths *paths, vd_buf *out) {
  vd_page page = vd_view_page(q, out), *p = &page;
  for (size_t i = 0; i < paths->list.count; i++) {
    const vd_explained_path *path = &paths->list.at[i];
    if (i > 0)
      vd_page_end_line(p);
    vd_view_node(p, &path->from, 0);
    vd_page_end_line(p);
    for (size_t k = 0; k < path->steps.count; k++)
      put_step(p, &path->steps.at[k]);
    vd_page_say(p, VD_INK_DIM, "  confidence %.2f, cost %.2f", path->confidence, path->cost);
    vd_page_end_line(p);
  }
  if (paths->list.count == 0) {
    vd_page_say(p, VD_INK_DIM, "no path of at most %d steps", VD_EXPLAIN_HOPS);
    vd_page_end_line(p);
  }
  if (!paths->complete) {
    vd_page_say(p, VD_INK_DIM, "the search ended early: there may be more");
    vd_page_end_line(p);
  }
}

static void put_path_json(vd_json_out *j, const vd_explained_path *path) {
  vd_json_open(j, '{');
  vd_json_key(j, "confidence");
  vd_json_real(j, path->confidence, 4);
  vd_json_key(j, "cost");
  vd_json_real(j, path->cost, 4);
  vd_json_key(j, "from");
  vd_json_open(j, '{');
  vd_view_node_json(j, &path->from);
  vd_json_close(j, '}');
  vd_json_key(j, "steps");
  vd_json_open(j, '[');
  for (size_t k = 0; k < path->steps.count; k++) {
    const vd_path_step *s = &path->steps.at[k];
    vd_json_open(j, '{');
    vd_json_member(j, "edge", vd_view_of(vd_edge_kind_text(s->edge.kind)));
    vd_json_member(j, "direction", s->edge.outgoing ? VD_VIEW("out") : VD_VIEW("in"));
    vd_view_edge_json(j, &s->edge);
    vd_json_key(j, "node");
    vd_json_open(j, '{');
    vd_view_node_json(j, &s->node);
    vd_json_close(j, '}');
    vd_json_close(j, '}');
  }
  vd_json_close(j, ']');
  vd_json_close(j, '}');
}

// NOLINTNEXTLINE(readability-function-size): every VD_TRY counts as statements
vd_code vd_show_path(const vd_graph_request *q, vd_buf *out, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_node from, to;
  vd_explained_paths paths;
  VD_TRY(vd_node_find(q->g, &a, vd_view_of(q->operands[0]), &from, err));
  VD_TRY(vd_node_find(q->g, &a, vd_view_of(q->operands[1]), &to, err));
  size_t count = q->limit == 0 ? PATHS_SHOWN : q->limit;
  vd_explain_query query = {.from = from.id,
                            .to = to.id,
                            .count = count > VD_PATHS_MAX ? VD_PATHS_MAX : (uint32_t)count,
                            .as_of = q->as_of};
  VD_TRY(vd_graph_explain(q->g, &a, &query, &paths, err));
  if (!q->json)
    return put_text(q, &paths, out), vd_view_finish(out, err);
  vd_json_out json = vd_view_json(out), *j = &json;
  vd_json_open(j, '{');
  vd_json_key(j, "complete");
  vd_json_bool(j, paths.complete);
  vd_json_key(j, "paths");
  vd_json_open(j, '[');
  for (size_t i = 0; i < paths.list.count; i++)
    put_path_json(j, &paths.list.at[i]);
  vd_json_close(j, ']');
  vd_json_close(j, '}');
  vd_buf_put_c(out, '\n');
  return vd_view_finish(out, err);
}
