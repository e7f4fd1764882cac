// The table of graph reports, made from graph.def.
#include "report/graph/view.h"

const vd_graph_report vd_graph_reports[] = {
#define GRAPH_REPORT(id, takes, at_least, at_most, as, about)                                      \
  {.name = #id,                                                                                    \
   .operands = (takes),                                                                            \
   .summary = (about),                                                                             \
   .least = (at_least),                                                                            \
   .most = (at_most),                                                                              \
   .formats = (as),                                                                                \
   .write = vd_show_##id},
#include "report/graph.def"
#undef GRAPH_REPORT
    {.name = NULL},
};

const vd_graph_report *vd_graph_report_by_name(vd_view name) {
  for (const vd_graph_report *r = vd_graph_reports; r->name != NULL; r++)
    if (vd_view_eq(name, vd_view_of(r->name)))
      return r;
  return NULL;
}
