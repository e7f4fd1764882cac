// A tree of merges by the nearest-neighbour chain: follow nearest neighbours until two clusters are
// each other's, join them, go on from what is left of the chain. Ward's distance follows from the
// centres, so it needs no matrix of distances; average linkage does.
#include "graph/points/distance.h"

#include <math.h>

typedef struct join { // two clusters by one of their points each
  uint32_t a, b, order;
  double height;
} join;

typedef struct forest {
  const vd_points *p;
  double *centre; // Ward: of the cluster that goes by this point
  float *matrix;  // average: distances, row i holding those to points after i
  uint32_t *size;
  uint32_t *alive; // clusters, by the point they go by, ascending
  uint32_t count;
  uint32_t *chain;
  uint32_t length;
  join *joins;
  uint32_t joined;
} forest;

static size_t matrix_at(const forest *f, uint32_t a, uint32_t b) {
  size_t low = a < b ? a : b, high = a < b ? b : a;
  return low * (2 * (size_t)f->p->rows - low - 1) / 2 + high - low - 1;
}

// Ward's is squared: only the order counts until heights are taken.
static double ward(const forest *f, uint32_t a, uint32_t b) {
  uint32_t columns = f->p->columns;
  double x = f->size[a], y = f->size[b];
  return 2 * x * y / (x + y) *
         vd_distance_real(f->centre + (size_t)a * columns, f->centre + (size_t)b * columns, columns);
}

static double apart(const forest *f, uint32_t a, uint32_t b) {
  return f->matrix != NULL ? (double)f->matrix[matrix_at(f, a, b)] : ward(f, a, b);
}

// The nearest cluster to the end of the chain; of equals the one before it in the chain, or the
// chain might never end.
static uint32_t nearest(const forest *f, double *least) {
  uint32_t end = f->chain[f->length - 1], best = UINT32_MAX;
  *least = INFINITY;
  if (f->length > 1) {
    best = f->chain[f->length - 2];
    *least = apart(f, end, best);
  }
  for (uint32_t i = 0; i < f->count; i++) {
    uint32_t other = f->alive[i];
    double d = other == end ? INFINITY : apart(f, end, other);
    if (d < *least) {
      *least = d;
      best = other;
    }
  }
  return best;
}

static void blend_centres(forest *f, uint32_t into, uint32_t from) {
  double a = f->size[into], b = f->size[from];
  double *x = f->centre + (size_t)into * f->p->columns;
  const double *y = f->centre + (size_t)from * f->p->columns;
  for (uint32_t c = 0; c < f->p->columns; c++)
    x[c] = (a * x[c] + b * y[c]) / (a + b);
}

static void blend_distances(forest *f, uint32_t into, uint32_t from) {
  double a = f->size[into], b = f->size[from];
  for (uint32_t i = 0; i < f->count; i++) {
    uint32_t k = f->alive[i];
    if (k == into || k == from)
      continue;
    float *d = &f->matrix[matrix_at(f, into, k)];
    *d = (float)((a * (double)*d + b * (double)f->matrix[matrix_at(f, from, k)]) / (a + b));
  }
}

static void drop(forest *f, uint32_t v) {
  uint32_t low = 0, high = f->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (f->alive[middle] < v)
      low = middle + 1;
    else
      high = middle;
  }
  f->count--;
  memmove(f->alive + low, f->alive + low + 1, (f->count - low) * sizeof *f->alive);
}

static void merge(forest *f, uint32_t a, uint32_t b, double least) {
  uint32_t into = a < b ? a : b, from = a < b ? b : a;
  f->joins[f->joined] = (join){into, from, f->joined, f->matrix == NULL ? sqrt(least) : least};
  f->joined++;
  if (f->matrix == NULL)
    blend_centres(f, into, from);
  else
    blend_distances(f, into, from);
  f->size[into] += f->size[from];
  drop(f, from);
}

static void grow(forest *f) {
  while (f->count > 1) {
    if (f->length == 0)
      f->chain[f->length++] = f->alive[0];
    double least;
    uint32_t next = nearest(f, &least);
    if (f->length > 1 && next == f->chain[f->length - 2]) {
      f->length -= 2;
      merge(f, f->chain[f->length], f->chain[f->length + 1], least);
    } else {
      f->chain[f->length++] = next;
    }
  }
}

static void fill_row(forest *f, size_t i) {
  for (uint32_t j = (uint32_t)i + 1; j < f->p->rows; j++)
    f->matrix[matrix_at(f, (uint32_t)i, j)] =
        (float)sqrt(vd_distance_real(f->centre + i * f->p->columns,
                                     f->centre + (size_t)j * f->p->columns, f->p->columns));
}

static bool plant(vd_arena *a, forest *f, vd_linkage linkage) {
  size_t n = f->p->rows;
  f->centre = vd_new_array(a, double, n * f->p->columns);
  f->size = vd_new_array(a, uint32_t, n);
  f->alive = vd_new_array(a, uint32_t, n);
  f->chain = vd_new_array(a, uint32_t, n);
  f->joins = vd_new_array(a, join, n);
  float *matrix = linkage == VD_AVERAGE ? vd_new_array(a, float, n * (n - 1) / 2) : NULL;
  if (f->centre == NULL || f->size == NULL || f->alive == NULL || f->chain == NULL ||
      f->joins == NULL || (linkage == VD_AVERAGE && matrix == NULL))
    return false;
  for (size_t i = 0; i < n * f->p->columns; i++)
    f->centre[i] = (double)f->p->at[i];
  for (uint32_t i = 0; i < n; i++) {
    f->size[i] = 1;
    f->alive[i] = i;
  }
  f->count = (uint32_t)n;
  f->matrix = matrix;
  for (size_t i = 0; matrix != NULL && i < n; i++)
    fill_row(f, i);
  return true;
}

static int by_height(const void *x, const void *y) {
  const join *a = x, *b = y;
  if (a->height != b->height)
    return a->height < b->height ? -1 : 1;
  return (a->order > b->order) - (a->order < b->order);
}

static uint32_t root_of(uint32_t *parent, uint32_t v) {
  while (parent[v] != v)
    v = parent[v] = parent[parent[v]];
  return v;
}

// Joins in order of height get the numbers their clusters have by then.
static bool number(vd_arena *a, forest *f, vd_merge *merges) {
  uint32_t n = f->p->rows;
  uint32_t *parent = vd_new_array(a, uint32_t, (size_t)n * 2);
  if (parent == NULL)
    return false;
  if (n > 1)
    qsort(f->joins, n - 1, sizeof *f->joins, by_height);
  for (uint32_t i = 0; i < 2 * n; i++)
    parent[i] = i;
  for (uint32_t i = 0; i + 1 < n; i++) {
    uint32_t x = root_of(parent, f->joins[i].a), y = root_of(parent, f->joins[i].b);
    uint32_t sizes = (x < n ? 1 : merges[x - n].size) + (y < n ? 1 : merges[y - n].size);
    merges[i] = (vd_merge){x < y ? x : y, x < y ? y : x, sizes, f->joins[i].height};
    parent[x] = parent[y] = n + i;
  }
  return true;
}

vd_code vd_points_linkage(vd_arena *a, const vd_points *p, vd_linkage linkage, vd_merge **out,
                          vd_error *err) {
  uint32_t most = linkage == VD_WARD ? VD_WARD_ROWS_MAX : VD_AVERAGE_ROWS_MAX;
  VD_TRY(vd_points_check(p, err));
  if (p->rows > most)
    return vd_fail(err, VD_LIMIT, "%u points are more than the %u this linkage takes: draw a sample",
                   p->rows, most);
  forest f = {.p = p};
  vd_merge *merges = vd_new_array(a, vd_merge, p->rows);
  if (merges == NULL || !plant(a, &f, linkage))
    return vd_fail(err, VD_NOMEM, "no memory for a tree of %u points", p->rows);
  grow(&f);
  if (!number(a, &f, merges))
    return vd_fail(err, VD_NOMEM, "no memory for a tree of %u points", p->rows);
  *out = merges;
  return VD_OK;
}

vd_code vd_merges_cut(vd_arena *a, const vd_merge *merges, uint32_t rows, uint32_t clusters,
                      uint32_t *cluster) {
  uint32_t *parent = vd_new_array(a, uint32_t, (size_t)rows * 2), count = 0;
  uint32_t *label = vd_new_array(a, uint32_t, (size_t)rows * 2);
  if (clusters == 0 || clusters > rows)
    return VD_USAGE;
  if (parent == NULL || label == NULL)
    return VD_NOMEM;
  for (uint32_t i = 0; i < 2 * rows; i++)
    parent[i] = i;
  for (uint32_t i = 0; i < rows - clusters; i++)
    parent[merges[i].left] = parent[merges[i].right] = rows + i;
  for (uint32_t i = 0; i < rows; i++) {
    uint32_t root = root_of(parent, i);
    if (label[root] == 0)
      label[root] = ++count;
    cluster[i] = label[root] - 1;
  }
  return VD_OK;
}
