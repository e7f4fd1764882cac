// Inside of the public API: the handle, and how everything is read in one moment of the file.
#pragma once

#include "graph/explain.h"
#include "vedette.h"

struct vedette_graph {
  vd_graph *graph; // rests between calls
  vd_arena kept;   // of the snapshot
  vd_snapshot snapshot;
  int64_t generation; // of the file, when the snapshot was read
  bool loaded;
};

// A query on its way: what to ask, and what comes back in the arena.
typedef struct vedette_job {
  vedette_graph *g;
  vd_arena *arena;
  const void *query;
  void *result;
} vedette_job;

// Runs one job in one moment of the file and lets go of it, so that callers can call back without a
// lock. Fills err and returns the code when it fails.
int vedette_within(const vedette_job *job, vd_code (*run)(const vedette_job *job, vd_error *err),
                   vedette_error *err);
int vedette_misused(vedette_error *err, const char *what);
// Borrows the node's text.
vedette_node vedette_node_of(const vd_node *n);
