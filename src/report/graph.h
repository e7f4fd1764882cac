// graph reports: what `vedette graph NAME` prints, for people and as JSON. One file a report behind
// graph.def; each is a pure function of the knowledge base and the request.
#pragma once

#include "base/base.h"
#include "graph/read.h"

typedef struct vd_graph_request {
  vd_graph *g;
  const char *operands[3];
  size_t operand_count;
  int64_t as_of;      // YYYYMMDD; 0 = now
  size_t limit;       // how many of each list; 0 = the report's own default
  bool json;          // JSON instead of text for people
  vd_term term;       // text only
  const char *by;     // --by WORD, NULL when not given
  const char *kind;   // --kind NAME
  const char *source; // --source NAME
  const char *format; // --format as given
} vd_graph_request;

typedef struct vd_graph_report {
  const char *name;     // "show"
  const char *operands; // "ID"
  const char *summary;
  size_t least, most;  // operands
  const char *formats; // values of --format, space-separated; the first is the default
  vd_code (*write)(const vd_graph_request *q, vd_buf *out, vd_error *err);
} vd_graph_report;

extern const vd_graph_report vd_graph_reports[]; // ends with a NULL name
const vd_graph_report *vd_graph_report_by_name(vd_view name);
