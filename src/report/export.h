// export: the graph, or a part of it, in formats of others. One file a format behind exports.def;
// each is a pure function of the knowledge base and the request, in bounded memory.
#pragma once

#include "base/base.h"
#include "graph/walk.h"

typedef struct vd_export_request {
  vd_graph *graph;
  vd_walk_query part; // what is exported; stated is the format's choice
  bool standard;      // stix: leave out what the standard has no type for
  vd_view framework;  // navigator: class of techniques ("attack", "atlas", "attack-ics", ...)
  uint64_t edges;     // navigator: 1 << kind for each kind of edge that counts
  bool by_confidence; // navigator: the score is the best confidence, not a number of nodes
  vd_views packages;  // navigator: only flaws that affect one of them, as vd_node_find takes them
} vd_export_request;

// Where an export goes. The text may have a sink: whole lines then leave it as they pile up.
typedef struct vd_export_files {
  void *ctx;
  // The text of a new file; of a stream, whose name is NULL, asked for once. Owned by the callee.
  vd_code (*open)(void *ctx, const char *name, vd_buf **out, vd_error *err);
} vd_export_files;

typedef enum vd_export_place {
  VD_EXPORT_STREAM, // one text
  VD_EXPORT_FOLDER, // several files
} vd_export_place;

typedef struct vd_export {
  const char *name; // the value of --format
  const char *summary;
  vd_export_place place;
  vd_code (*write)(const vd_export_request *q, const vd_export_files *files, vd_error *err);
} vd_export;

extern const vd_export vd_exports[]; // ends with a NULL name
const vd_export *vd_export_by_name(vd_view name);
