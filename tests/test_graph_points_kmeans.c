#include "points_sample.h"

static const vd_kmeans_options usual = {.clusters = 3, .restarts = 10, .rounds_max = 100};

// Sum of squared distances to the mean of each cluster, from the labels alone.
static double naive_inertia(const vd_points *p, const uint32_t *cluster, uint32_t clusters) {
  double sum = 0;
  for (uint32_t k = 0; k < clusters; k++)
    for (uint32_t c = 0; c < p->columns; c++) {
      double mean = 0, size = 0;
      for (uint32_t i = 0; i < p->rows; i++)
        if (cluster[i] == k) {
          mean += (double)p->at[i * p->columns + c];
          size++;
        }
      for (uint32_t i = 0; i < p->rows; i++)
        if (cluster[i] == k)
          sum += pow((double)p->at[i * p->columns + c] - mean / size, 2);
    }
  return sum;
}

// The least inertia of all ways to put the points into at most that many clusters.
static double best_inertia(const vd_points *p, uint32_t clusters) {
  uint32_t cluster[16] = {0}, at = 0;
  double best = INFINITY;
  while (at < p->rows) {
    double inertia = naive_inertia(p, cluster, clusters);
    best = inertia < best ? inertia : best;
    for (at = 0; at < p->rows && ++cluster[at] == clusters; at++)
      cluster[at] = 0;
  }
  return best;
}

Test(kmeans, finds_the_best_clusters_of_few_points) {
  vd_random r = {21};
  for (uint32_t i = 0; i < 60; i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_kmeans out = {0};
    vd_kmeans_options o = usual;
    o.seed = i;
    o.clusters = 1 + i % 3;
    vd_points p = sample_blobs(&a, &r, (vd_points){NULL, 4 + i % 5, 1 + i % 6}, 3, 1);
    cr_assert(vd_points_kmeans(&a, &p, &o, &out, NULL) == VD_OK);
    double truth = best_inertia(&p, o.clusters), own = naive_inertia(&p, out.cluster, o.clusters);
    cr_assert(fabs(out.inertia - own) < 1e-9 * (1 + own), "says %g, is %g", out.inertia, own);
    cr_assert(fabs(own - truth) < 1e-9 * (1 + truth), "%g, best %g", own, truth);
  }
}

Test(kmeans, finds_blobs_that_do_not_touch) {
  vd_random r = {22};
  for (uint32_t i = 0; i < 10; i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 22);
    vd_kmeans out = {0};
    vd_kmeans_options o = {.clusters = 7, .restarts = 10, .rounds_max = 100, .seed = i};
    vd_points p = sample_blobs(&a, &r, (vd_points){NULL, 700, 5}, 7, 50);
    cr_assert(vd_points_kmeans(&a, &p, &o, &out, NULL) == VD_OK);
    cr_assert(sample_same(out.cluster, p.rows, 7));
  }
}

Test(kmeans, does_not_depend_on_the_threads) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  vd_random r = {23};
  vd_kmeans one = {0}, two = {0};
  vd_kmeans_options o = {.clusters = 9, .restarts = 3, .rounds_max = 50, .seed = 1, .jobs = 1};
  vd_points p = sample_blobs(&a, &r, (vd_points){NULL, 5000, 6}, 9, 1);
  cr_assert(vd_points_kmeans(&a, &p, &o, &one, NULL) == VD_OK);
  o.jobs = 2;
  cr_assert(vd_points_kmeans(&a, &p, &o, &two, NULL) == VD_OK);
  cr_assert(memcmp(one.cluster, two.cluster, p.rows * sizeof *one.cluster) == 0);
  cr_assert(same_numbers(one.centre, two.centre, 54));
  cr_assert(one.inertia == two.inertia);
}

Test(kmeans, points_that_are_alike_leave_no_cluster_without_a_centre) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  const float at[] = {2, 2, 2, 2, 2, 7};
  vd_points p = {at, 6, 1};
  vd_kmeans out = {0};
  vd_kmeans_options o = usual;
  cr_assert(vd_points_kmeans(&a, &p, &o, &out, NULL) == VD_OK);
  cr_assert(out.inertia == 0 && out.cluster[5] != out.cluster[0]);
  for (uint32_t k = 0; k < 3; k++)
    cr_assert(out.centre[k] == 2 || out.centre[k] == 7);
}

Test(kmeans, refuses_what_cannot_be_clustered) {
  static const vd_kmeans_options bad[] = {
      {.clusters = 0, .restarts = 1, .rounds_max = 1},
      {.clusters = 7, .restarts = 1, .rounds_max = 1},
      {.clusters = 1, .restarts = 0, .rounds_max = 1},
      {.clusters = 1, .restarts = 1, .rounds_max = 0},
      {.clusters = 1, .restarts = 1, .rounds_max = 1, .tolerance = NAN},
      {.clusters = 1, .restarts = 1, .rounds_max = 1, .tolerance = -1},
  };
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  float at[] = {1, 2, 3, 4, 5, 6};
  vd_kmeans out = {.rounds = 77};
  for (size_t i = 0; i < VD_COUNT(bad); i++)
    cr_assert(vd_points_kmeans(&a, &(vd_points){at, 6, 1}, &bad[i], &out, NULL) == VD_USAGE);
  cr_assert(vd_points_kmeans(&a, &(vd_points){at, 0, 1}, &usual, &out, NULL) == VD_USAGE);
  vd_points wide = {at, 6, VD_POINTS_COLUMNS_MAX + 1};
  cr_assert(vd_points_kmeans(&a, &wide, &usual, &out, NULL) == VD_LIMIT);
  at[3] = NAN;
  cr_assert(vd_points_kmeans(&a, &(vd_points){at, 6, 1}, &usual, &out, NULL) == VD_USAGE);
  cr_assert(out.rounds == 77);
}

Test(kmeans, every_failed_allocation_is_reported) {
  const float at[] = {1, 2, 3, 4, 5, 6};
  vd_points p = {at, 6, 1};
  vd_kmeans out = {.rounds = 77};
  EVERY_ALLOCATION_FAILS(a, vd_points_kmeans(&a, &p, &usual, &out, NULL), out.rounds == 77)
}
