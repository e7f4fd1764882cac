// Inside of the graph reports: the words they share.
#pragma once

#include "format/format.h"
#include "report/graph.h"
#include "report/page.h"

#define GRAPH_REPORT(name, ...)                                                                    \
  vd_code vd_show_##name(const vd_graph_request *q, vd_buf *out, vd_error *err);
#include "report/graph.def"
#undef GRAPH_REPORT

// The text so far is whole, or the code and sentence for a full buffer.
vd_code vd_view_finish(const vd_buf *out, vd_error *err);
vd_page vd_view_page(const vd_graph_request *q, vd_buf *out);
vd_json_out vd_view_json(vd_buf *out);

// The kind --kind names; COUNT when it is not given. USAGE for a word that is none.
vd_code vd_view_kind(const vd_graph_request *q, vd_node_kind *out, vd_error *err);

// "CVE-2021-44228" and its name, cut to what is left of the line.
void vd_view_node(vd_page *p, const vd_node *n, size_t used);
// Members "kind", "key", "name", "class" of an open object.
void vd_view_node_json(vd_json_out *j, const vd_node *n);
// Members "source", "method", "confidence", "document", "place", "evidence", "since", "until".
void vd_view_edge_json(vd_json_out *j, const vd_neighbour *e);
// YYYYMMDD as "YYYY-MM-DD"; null for 0.
void vd_view_date_json(vd_json_out *j, const char *key, int64_t date);
// The day as text of ten bytes in buf.
vd_view vd_view_date(char buf[16], int64_t date);
