// points: clusters of rows of numbers: k-means, a tree of merges, Gaussian mixtures. Kernels take
// scratch and results from the arena they are given, leave their output untouched on failure and
// return NOMEM when the arena is exhausted; the same input and seed give the same bits, whatever
// the number of threads.
#pragma once

#include "base/base.h"

typedef struct vd_points {
  const float *at; // rows * columns, row after row; finite
  uint32_t rows, columns;
} vd_points;

// ---- k-means ----------------------------------------------------------------------------------

typedef struct vd_kmeans_options {
  uint32_t clusters;   // 1 to rows, at most VD_CLUSTERS_MAX
  uint32_t restarts;   // runs, of which the best is kept; 1 or more
  uint32_t rounds_max; // Lloyd rounds of a run; 1 or more
  double tolerance; // a run ends when all centres together moved less, squared, as a share of the
                    // mean variance of a column; 0 = when no point changes its cluster
  uint64_t seed;
  unsigned jobs; // threads; 0 = 1
} vd_kmeans_options;

typedef struct vd_kmeans {
  uint32_t *cluster; // rows
  double *centre;    // clusters * columns
  double inertia;    // sum of squared distances to the own centre
  uint32_t rounds;   // of the best run
} vd_kmeans;

// Lloyd's rounds from k-means++ seeds, several candidates a seed (Arthur and Vassilvitskii 2007). A
// cluster that loses all its points takes the one farthest from its centre. USAGE, LIMIT.
vd_code vd_points_kmeans(vd_arena *a, const vd_points *p, const vd_kmeans_options *o,
                         vd_kmeans *out, vd_error *err) VD_MUST_USE;

// ---- a tree of merges -------------------------------------------------------------------------

typedef enum vd_linkage {
  VD_WARD,    // least growth of the variance; memory O(rows * columns), VD_WARD_ROWS_MAX
  VD_AVERAGE, // mean distance between members; a matrix of 2 * rows^2 bytes, VD_AVERAGE_ROWS_MAX
} vd_linkage;

typedef struct vd_merge {
  uint32_t left, right; // below rows: a point; rows + i: the cluster made by merge i; left < right
  uint32_t size;        // points of the new cluster
  double height; // Euclidean, for Ward sqrt(2 |A||B| / (|A| + |B|)) times that of the centres
} vd_merge;

// rows - 1 merges in order of height, by the nearest-neighbour chain (Murtagh 1983; Müllner 2011).
// LIMIT above the bound of the linkage: cluster a sample then.
vd_code vd_points_linkage(vd_arena *a, const vd_points *p, vd_linkage linkage, vd_merge **out,
                          vd_error *err) VD_MUST_USE;
// The tree cut into `clusters` (1 to rows) parts, numbered by their lowest point. cluster: rows.
vd_code vd_merges_cut(vd_arena *a, const vd_merge *merges, uint32_t rows, uint32_t clusters,
                      uint32_t *cluster) VD_MUST_USE;

// ---- Gaussian mixture -------------------------------------------------------------------------

typedef struct vd_mixture_options {
  vd_kmeans_options start; // clusters, seeds and threads; its clusters give the first means
  uint32_t rounds_max;     // of expectation and maximisation; 1 or more
  double tolerance;        // ends when the mean log-likelihood gains less; above 0
  double ridge;            // added to every variance; above 0
} vd_mixture_options;

typedef struct vd_mixture {
  double *weight;        // clusters; sums to 1
  double *mean;          // clusters * columns
  double *variance;      // clusters * columns; of each column on its own
  uint32_t *cluster;     // rows; the likeliest
  double *confidence;    // rows; probability of that cluster
  double log_likelihood; // mean over the points
  double bic;            // Bayesian information criterion (Schwarz 1978); lower is better
  uint32_t rounds;
  bool converged;
} vd_mixture;

// Expectation and maximisation for diagonal covariances (Dempster, Laird and Rubin 1977).
vd_code vd_points_mixture(vd_arena *a, const vd_points *p, const vd_mixture_options *o,
                          vd_mixture *out, vd_error *err) VD_MUST_USE;
