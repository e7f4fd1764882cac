// Inside of the best paths: what the searches know of each node, and the steps they share.
#pragma once

#include "graph/network.h"
#include "graph/network/heap.h"

#include <math.h>

typedef enum vd_side { VD_FROM, VD_TO } vd_side;

// Marks hold the number of the search that set them, so that no search must clear them.
typedef struct vd_place {
  double entry;    // cost of passing through
  double reach[2]; // cost from the start, and to the goal, as far as known; without its own entry
  double cost;     // cheapest label of search `mark`, without its own entry
  uint32_t mark, shut, banned; // shut: not to be entered; banned: not as the first step
  uint32_t pocket;             // the flood that came here
  uint8_t hops, least_hops;    // of the cheapest label, and the fewest of those settled
  bool entry_known, reached[2], settled[2];
} vd_place;

typedef struct vd_label { // a way to a node, which is not entered yet
  double cost;
  uint32_t node, edge, parent, hops; // parent: index of the label before
} vd_label;

typedef VD_VEC(vd_label) vd_labels;

typedef struct vd_ball { // what is known around one end
  vd_side side;
  vd_heap heap;
  VD_VEC(uint32_t) waiting; // reached, but not in the heap
  double cut;               // least cost of leaving those
  uint64_t work;
  uint32_t next; // the node nearest to being settled
  bool spent;    // nothing left to come to
} vd_ball;

typedef struct vd_search {
  vd_arena *arena;
  const vd_network *network;
  const vd_path_query *query;
  vd_place *place;
  const vd_rows *rows[2][2]; // to go ahead from the start, and back from the goal; NULL = no more
  double radius[2];          // no node that is not settled on a side is left for less
  float *toward;   // a little less than reach[VD_TO], on its own to be quick; 0 = not reached
  double shortest; // cost of the best way found when the two sides met
  vd_ball goal;
  uint64_t work, work_max;
  bool met, tired; // tired: work_max ended it
  uint32_t number; // of the search in a region
  uint32_t flood;  // of the last search for a pocket
  vd_heap heap;
  vd_labels labels;
  VD_VEC(uint32_t) queue;
} vd_search;

typedef struct vd_trail { // a path with the cost up to each node
  const uint32_t *node, *edge;
  const double *cost;
  uint32_t hops;
} vd_trail;

typedef struct vd_ban {
  uint32_t node;
  const struct vd_ban *next;
} vd_ban;

// All paths that start as trail does up to node number spur and do not go on with a banned node.
typedef struct vd_region {
  vd_trail trail; // the cheapest of them once solved, before that the path it branches off
  uint32_t spur;
  const vd_ban *banned;
  double least; // cost of the cheapest; a lower bound before it is solved
  uint32_t tries;
  bool solved;
} vd_region;

// Searches from both ends until they meet; fills radius, toward and shortest (INFINITY: no path).
vd_code vd_search_meet(vd_search *s);
// Goes on around the goal until that was a fair part of all work: the more is searched, the more is
// it worth to steer well. Not within a search, whose bounds must not change.
vd_code vd_search_widen(vd_search *s);
// Looks for the cheapest path of the region that costs at most bound. Sets region->solved or raises
// region->least above bound; INFINITY when the region is empty.
vd_code vd_search_region(vd_search *s, vd_region *region, double bound);

static inline bool vd_search_without(const vd_kinds *kinds, uint32_t i) {
  return kinds->of != NULL && kinds->of[i] < 64 && ((kinds->without >> kinds->of[i]) & 1) != 0;
}

// Whether edge number i of the rows may be walked to its target.
static inline bool vd_search_open(const vd_search *s, const vd_rows *rows, uint32_t i) {
  const vd_path_query *q = s->query;
  uint32_t v = rows->target[i];
  return !vd_search_without(&q->edges, vd_rows_edge(rows, i)) &&
         (v == q->from || v == q->to || !vd_search_without(&q->nodes, v));
}

static inline double vd_search_edge_cost(const vd_search *s, const vd_rows *rows, uint32_t i) {
  float w = vd_rows_weight(rows, i);
  return w < 1 ? s->query->hop_cost - log((double)w) : s->query->hop_cost;
}

static inline double vd_search_entry(const vd_search *s, uint32_t v) {
  vd_place *p = &s->place[v];
  if (!p->entry_known) {
    uint32_t degree = vd_network_degree(s->network, v);
    p->entry_known = true;
    bool end = v == s->query->from || v == s->query->to;
    p->entry = end || degree < 2 ? 0 : s->query->hub_factor * log((double)degree);
  }
  return p->entry;
}

static inline uint32_t vd_search_degree(const vd_search *s, vd_side side, uint32_t v) {
  uint32_t sum = 0;
  for (size_t r = 0; r < 2 && s->rows[side][r] != NULL; r++)
    sum += s->rows[side][r]->offset[v + 1] - s->rows[side][r]->offset[v];
  return sum;
}
