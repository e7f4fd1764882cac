// graph stats: how much there is of each kind, and from where.
#include "report/graph/view.h"

static void put_nodes(vd_page *p, const vd_graph_counts *c) {
  vd_page_say(p, VD_INK_DIM, "%-16s %-18s %10s %10s", "node", "class", "defined", "stubs");
  vd_page_end_line(p);
  for (size_t i = 0; i < c->nodes.count; i++) {
    const vd_kind_count *n = &c->nodes.at[i];
    vd_page_say(p, VD_INK_PLAIN, "%-16s ", vd_node_kind_text(n->kind));
    vd_page_cell(p, VD_INK_DIM, n->class, 18);
    vd_page_say(p, VD_INK_PLAIN, " %10llu %10llu", (unsigned long long)n->defined,
                (unsigned long long)(n->nodes - n->defined));
    vd_page_end_line(p);
  }
}

static void put_edges(vd_page *p, const vd_graph_counts *c) {
  vd_page_end_line(p);
  vd_page_say(p, VD_INK_DIM, "%-16s %-18s %-10s %10s", "edge", "source", "method", "edges");
  vd_page_end_line(p);
  for (size_t i = 0; i < c->edges.count; i++) {
    const vd_edge_count *e = &c->edges.at[i];
    vd_page_say(p, VD_INK_PLAIN, "%-16s ", vd_edge_kind_text(e->kind));
    vd_page_cell(p, VD_INK_DIM, e->source, 18);
    vd_page_spaces(p, 1);
    vd_page_cell(p, VD_INK_DIM, e->method, 10);
    vd_page_say(p, VD_INK_PLAIN, " %10llu", (unsigned long long)e->edges);
    vd_page_end_line(p);
  }
}

static void put_json(const vd_graph_counts *c, vd_buf *out) {
  vd_json_out json = vd_view_json(out), *j = &json;
  vd_json_open(j, '{');
  vd_json_key(j, "nodes");
  vd_json_open(j, '[');
  for (size_t i = 0; i < c->nodes.count; i++) {
    vd_json_open(j, '{');
    vd_json_member(j, "kind", vd_view_of(vd_node_kind_text(c->nodes.at[i].kind)));
    vd_json_member(j, "class", c->nodes.at[i].class);
    vd_json_key(j, "defined");
    vd_json_int(j, (int64_t)c->nodes.at[i].defined);
    vd_json_key(j, "stubs");
    vd_json_int(j, (int64_t)(c->nodes.at[i].nodes - c->nodes.at[i].defined));
    vd_json_close(j, '}');
  }
  vd_json_close(j, ']');
  vd_json_key(j, "edges");
  vd_json_open(j, '[');
  for (size_t i = 0; i < c->edges.count; i++) {
    vd_json_open(j, '{');
    vd_json_member(j, "kind", vd_view_of(vd_edge_kind_text(c->edges.at[i].kind)));
    vd_json_member(j, "source", c->edges.at[i].source);
    vd_json_member(j, "method", c->edges.at[i].method);
    vd_json_key(j, "count");
    vd_json_int(j, (int64_t)c->edges.at[i].edges);
    vd_json_close(j, '}');
  }
  vd_json_close(j, ']');
  vd_json_close(j, '}');
  vd_buf_put_c(out, '\n');
}

vd_code vd_show_stats(const vd_graph_request *q, vd_buf *out, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_graph_counts counts;
  VD_TRY(vd_graph_count(q->g, &a, &counts, err));
  if (q->json)
    return put_json(&counts, out), vd_view_finish(out, err);
  vd_page p = vd_view_page(q, out);
  put_nodes(&p, &counts);
  put_edges(&p, &counts);
  return vd_view_finish(out, err);
}
