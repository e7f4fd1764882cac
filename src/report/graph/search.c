// graph search: full text, best first.
#include "report/graph/view.h"

enum { HITS_SHOWN = 20 };

static void put_hit(vd_page *p, const vd_search_hit *hit) {
  vd_page_cell(p, VD_INK_DIM, vd_view_of(vd_node_kind_text(hit->node.kind)), 15);
  vd_view_node(p, &hit->node, 15);
  vd_page_end_line(p);
  if (hit->snippet.len != 0 && !vd_view_eq(hit->snippet, hit->node.name)) {
    vd_page_spaces(p, 15);
    (void)vd_page_put(p, VD_INK_DIM, hit->snippet, p->width - 15);
    vd_page_end_line(p);
  }
}

static void put_json(const vd_search_hits *hits, vd_buf *out) {
  vd_json_out json = vd_view_json(out), *j = &json;
  vd_json_open(j, '[');
  for (size_t i = 0; i < hits->count; i++) {
    vd_json_open(j, '{');
    vd_view_node_json(j, &hits->at[i].node);
    vd_json_key(j, "score");
    vd_json_real(j, hits->at[i].score, 4);
    vd_json_member(j, "snippet", hits->at[i].snippet);
    vd_json_close(j, '}');
  }
  vd_json_close(j, ']');
  vd_buf_put_c(out, '\n');
}

// Several operands are words of one search.
vd_code vd_show_search(const vd_graph_request *q, vd_buf *out, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  VD_SCOPED_BUF text = VD_BUF(VD_LINE_MAX);
  vd_search_query query = {.limit = q->limit != 0 ? q->limit : HITS_SHOWN};
  vd_search_hits hits;
  VD_TRY(vd_view_kind(q, &query.kind, err));
  for (size_t i = 0; i < q->operand_count; i++)
    vd_buf_printf(&text, "%s ", q->operands[i]);
  query.text = vd_buf_view(&text);
  VD_TRY(vd_graph_search(q->g, &a, &query, &hits, err));
  if (q->json)
    return put_json(&hits, out), vd_view_finish(out, err);
  vd_page p = vd_view_page(q, out);
  for (size_t i = 0; i < hits.count; i++)
    put_hit(&p, &hits.at[i]);
  if (hits.count == 0) {
    vd_page_say(&p, VD_INK_DIM, "nothing found");
    vd_page_end_line(&p);
  }
  return vd_view_finish(out, err);
}
