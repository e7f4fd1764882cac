// Words the graph reports share: nodes, edges and days as text and as JSON.
#include "report/graph/view.h"

vd_code vd_view_finish(const vd_buf *out, vd_error *err) {
  return out->failed ? vd_fail(err, VD_LIMIT, "the report is too long or there is no memory for it")
                     : VD_OK;
}

vd_code vd_view_kind(const vd_graph_request *q, vd_node_kind *out, vd_error *err) {
  *out = q->kind == NULL ? VD_NODE_KIND_COUNT : vd_node_kind_by_name(vd_view_of(q->kind));
  if (q->kind != NULL && *out == VD_NODE_KIND_COUNT)
    return vd_fail(err, VD_USAGE, "--kind: no kind of node '%.40s'", q->kind);
  return VD_OK;
}

vd_page vd_view_page(const vd_graph_request *q, vd_buf *out) {
  return (vd_page){.out = out, .width = q->term.width, .colour = q->term.colour};
}

vd_json_out vd_view_json(vd_buf *out) { return (vd_json_out){.buf = out, .pretty = true}; }

void vd_view_node(vd_page *p, const vd_node *n, size_t used) {
  enum { KEY_WIDTH = 18 };
  size_t left = p->width > used + KEY_WIDTH ? p->width - used : KEY_WIDTH;
  size_t key = vd_page_put(p, n->stub ? VD_INK_DIM : VD_INK_BOLD, n->key, left);
  if (n->name.len == 0 || left < key + 4)
    return;
  size_t gap = key < KEY_WIDTH ? KEY_WIDTH - key + 1 : 2;
  vd_page_spaces(p, gap);
  (void)vd_page_put(p, VD_INK_PLAIN, n->name, left > key + gap ? left - key - gap : 1);
}

void vd_view_node_json(vd_json_out *j, const vd_node *n) {
  vd_json_member(j, "kind", vd_view_of(vd_node_kind_text(n->kind)));
  vd_json_member(j, "key", n->key);
  vd_json_member(j, "name", n->name);
  vd_json_member(j, "class", n->class);
  vd_json_key(j, "defined");
  vd_json_bool(j, !n->stub);
}

vd_view vd_view_date(char buf[16], int64_t date) {
  int n = snprintf(buf, 16, "%04d-%02d-%02d", (int)(date / 10000 % 10000), (int)(date / 100 % 100),
                   (int)(date % 100));
  return (vd_view){buf, n < 0 ? 0 : (size_t)n};
}

void vd_view_date_json(vd_json_out *j, const char *key, int64_t date) {
  char buf[16];
  vd_json_member(j, key, date == 0 ? (vd_view){0} : vd_view_date(buf, date));
}

void vd_view_edge_json(vd_json_out *j, const vd_neighbour *e) {
  vd_json_member(j, "source", e->source);
  vd_json_member(j, "method", e->method);
  vd_json_key(j, "confidence");
  vd_json_real(j, e->confidence, 3);
  vd_json_member(j, "document", e->document);
  vd_json_member(j, "place", e->place);
  vd_json_member(j, "evidence", e->evidence);
  vd_view_date_json(j, "since", e->since);
  vd_view_date_json(j, "until", e->until);
}
