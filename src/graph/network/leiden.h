// Inside of Leiden: one level of the graph, and the state all its steps share.
#pragma once

#include "graph/network.h"
#include "graph/random.h"

// An undirected graph without loops: every edge stands in the rows of both ends. A community scores
// its weight inside minus resolution * mass^2 / 2, which is modularity or CPM by what mass is.
typedef struct vd_level {
  uint32_t nodes;
  uint32_t *offset; // nodes + 1
  uint32_t *target;
  double *weight;
  double *mass;
} vd_level;

typedef struct vd_leiden {
  vd_arena *arena;
  double resolution; // by unit of mass
  double slack;      // gains below this are rounding
  double heat;       // how willingly refinement takes the second best
  vd_random random;
  vd_level base, level, spare;  // the graph itself, the level at work, room for the next
  uint32_t *node;               // node of the level each base node is in
  uint32_t *community;          // of each node of the level
  double *total;                // mass of each community
  uint32_t *size;               // nodes of each community
  uint32_t *part;               // refinement: the part of a community each node is in
  double *part_mass, *part_cut; // its mass, its weight to the rest of its community
  uint32_t *part_size;
  double *link;      // weight to each community or part; all 0 between visits
  uint32_t *touched; // those that are not 0
  uint32_t *order, *queue, *empty;
  uint32_t empties;
  bool *queued;
} vd_leiden;

// leiden_level.c
vd_code vd_leiden_open(vd_leiden *l, const vd_network *n, const vd_leiden_options *o);
// Makes the next level, a node for each part, in the communities its nodes were in.
void vd_leiden_aggregate(vd_leiden *l);
// Numbers the values of label by first appearance; returns how many there are.
uint32_t vd_leiden_renumber(uint32_t *label, uint32_t n, uint32_t *scratch);

// leiden_move.c
void vd_leiden_move(vd_leiden *l);
// leiden_refine.c; returns the number of parts.
uint32_t vd_leiden_refine(vd_leiden *l);

// quality.c
// Weights of all edges, each end counted; a loop counts twice.
double vd_network_weight(const vd_network *n);
double vd_network_strength(const vd_network *n, uint32_t v);
// Cuts communities that are not connected into their components.
vd_code vd_partition_connect(vd_arena *a, const vd_network *n, uint32_t *community);
// Numbers communities by size.
vd_code vd_partition_order(vd_arena *a, uint32_t nodes, vd_partition *p);
