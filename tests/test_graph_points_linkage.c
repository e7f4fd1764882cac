#include "points_sample.h"

enum { ROWS = 40 };

typedef struct naive { // clusters by their members
  uint32_t member[ROWS][ROWS], size[ROWS], count;
} naive;

static double mean_distance(const vd_points *p, const naive *n, uint32_t a, uint32_t b) {
  double sum = 0;
  for (uint32_t i = 0; i < n->size[a]; i++)
    for (uint32_t j = 0; j < n->size[b]; j++)
      sum += sqrt(sample_squared(p, n->member[a][i], n->member[b][j]));
  return sum / n->size[a] / n->size[b];
}

static double centre_of(const vd_points *p, const naive *n, uint32_t a, uint32_t column) {
  double sum = 0;
  for (uint32_t i = 0; i < n->size[a]; i++)
    sum += (double)p->at[n->member[a][i] * p->columns + column];
  return sum / n->size[a];
}

static double ward_distance(const vd_points *p, const naive *n, uint32_t a, uint32_t b) {
  double sum = 0, x = n->size[a], y = n->size[b];
  for (uint32_t c = 0; c < p->columns; c++)
    sum += pow(centre_of(p, n, a, c) - centre_of(p, n, b, c), 2);
  return sqrt(2 * x * y / (x + y) * sum);
}

static void join(naive *n, uint32_t a, uint32_t b) {
  memcpy(n->member[a] + n->size[a], n->member[b], n->size[b] * sizeof(uint32_t));
  n->size[a] += n->size[b];
  n->count--;
  memcpy(n->member[b], n->member[n->count], sizeof n->member[b]);
  n->size[b] = n->size[n->count];
}

// Joins the two nearest clusters over and over; heights in that order.
static void naive_heights(const vd_points *p, vd_linkage linkage, double *heights) {
  static naive n;
  n.count = p->rows;
  for (uint32_t i = 0; i < p->rows; i++) {
    n.member[i][0] = i;
    n.size[i] = 1;
  }
  while (n.count > 1) {
    uint32_t best[2] = {0};
    double least = INFINITY;
    for (uint32_t a = 0; a < n.count; a++)
      for (uint32_t b = a + 1; b < n.count; b++) {
        double d = linkage == VD_WARD ? ward_distance(p, &n, a, b) : mean_distance(p, &n, a, b);
        if (d < least) {
          least = d;
          best[0] = a;
          best[1] = b;
        }
      }
    *heights++ = least;
    join(&n, best[0], best[1]);
  }
}

static void expect_tree(const vd_merge *m, uint32_t rows) {
  bool used[2 * ROWS] = {0};
  for (uint32_t i = 0; i + 1 < rows; i++) {
    uint32_t ends[] = {m[i].left, m[i].right}, size = 0;
    cr_assert(ends[0] < ends[1] && ends[1] < rows + i);
    for (size_t e = 0; e < 2; e++) {
      cr_assert(!used[ends[e]]);
      used[ends[e]] = true;
      size += ends[e] < rows ? 1 : m[ends[e] - rows].size;
    }
    cr_assert(m[i].size == size && (i == 0 || m[i].height >= m[i - 1].height));
  }
}

Test(linkage, joins_the_nearest_first) {
  vd_random r = {31};
  for (uint32_t i = 0; i < 100; i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    double truth[ROWS];
    vd_merge *out = NULL;
    vd_linkage linkage = i % 2 == 0 ? VD_WARD : VD_AVERAGE;
    vd_points p = sample_blobs(&a, &r, (vd_points){NULL, 1 + i % ROWS, 1 + i % 5}, 4, 2);
    naive_heights(&p, linkage, truth);
    cr_assert(vd_points_linkage(&a, &p, linkage, &out, NULL) == VD_OK);
    expect_tree(out, p.rows);
    for (uint32_t k = 0; k + 1 < p.rows; k++)
      cr_assert(fabs(out[k].height - truth[k]) < 1e-6 * truth[k], "merge %u: %.9g, not %.9g", k,
                out[k].height, truth[k]);
  }
}

// Equal distances everywhere could send the chain in circles.
Test(linkage, a_grid_of_equal_distances_comes_to_an_end) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  float at[2 * 36];
  vd_points p = {at, 36, 2};
  vd_merge *out = NULL;
  for (size_t row = 0; row < 6; row++)
    for (size_t column = 0; column < 6; column++) {
      at[12 * row + 2 * column] = (float)column;
      at[12 * row + 2 * column + 1] = (float)row;
    }
  for (int linkage = VD_WARD; linkage <= VD_AVERAGE; linkage++) {
    cr_assert(vd_points_linkage(&a, &p, (vd_linkage)linkage, &out, NULL) == VD_OK);
    expect_tree(out, 36);
    cr_assert(out[0].height == 1 && out[34].size == 36);
  }
}

Test(linkage, a_cut_gives_the_blobs) {
  vd_random r = {32};
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  vd_points p = sample_blobs(&a, &r, (vd_points){NULL, 300, 4}, 6, 50);
  uint32_t cluster[300];
  for (int linkage = VD_WARD; linkage <= VD_AVERAGE; linkage++) {
    vd_merge *out = NULL;
    cr_assert(vd_points_linkage(&a, &p, (vd_linkage)linkage, &out, NULL) == VD_OK);
    cr_assert(vd_merges_cut(&a, out, 300, 6, cluster) == VD_OK);
    cr_assert(sample_same(cluster, 300, 6));
    for (uint32_t i = 0; i < 6; i++)
      cr_assert(cluster[i] == i, "numbered by the lowest point");
    cr_assert(vd_merges_cut(&a, out, 300, 300, cluster) == VD_OK && cluster[299] == 299);
    cr_assert(vd_merges_cut(&a, out, 300, 1, cluster) == VD_OK && cluster[299] == 0);
    cr_assert(vd_merges_cut(&a, out, 300, 0, cluster) == VD_USAGE);
    cr_assert(vd_merges_cut(&a, out, 300, 301, cluster) == VD_USAGE && cluster[299] == 0);
  }
}

Test(linkage, more_points_than_it_takes_are_refused) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  float *at = vd_new_array(&a, float, VD_WARD_ROWS_MAX + 1);
  vd_merge *out = NULL;
  vd_error err = {0};
  vd_points p = {at, VD_WARD_ROWS_MAX + 1, 1};
  cr_assert(vd_points_linkage(&a, &p, VD_WARD, &out, &err) == VD_LIMIT);
  p.rows = VD_AVERAGE_ROWS_MAX + 1;
  cr_assert(vd_points_linkage(&a, &p, VD_AVERAGE, &out, &err) == VD_LIMIT);
  p.rows = 0;
  cr_assert(vd_points_linkage(&a, &p, VD_WARD, &out, &err) == VD_USAGE && out == NULL);
}

Test(linkage, every_failed_allocation_is_reported) {
  const float at[] = {1, 2, 3, 4, 5, 6};
  vd_points p = {at, 6, 1};
  for (int linkage = VD_WARD; linkage <= VD_AVERAGE; linkage++) {
    vd_merge *out = NULL;
    EVERY_ALLOCATION_FAILS(a, vd_points_linkage(&a, &p, (vd_linkage)linkage, &out, NULL),
                           out == NULL)
  }
  VD_SCOPED_ARENA kept = VD_ARENA(1 << 20);
  vd_merge *merges = NULL;
  uint32_t cluster[6] = {77};
  cr_assert(vd_points_linkage(&kept, &p, VD_WARD, &merges, NULL) == VD_OK);
  EVERY_ALLOCATION_FAILS(a, vd_merges_cut(&a, merges, 6, 2, cluster), cluster[0] == 77)
}
