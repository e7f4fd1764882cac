// Checks of points before any work.
#include "graph/points/distance.h"

#include <math.h>

vd_code vd_points_check(const vd_points *p, vd_error *err) {
  if (p->rows == 0 || p->columns == 0)
    return vd_fail(err, VD_USAGE, "there are no points to cluster");
  if (p->rows > VD_POINTS_ROWS_MAX || p->columns > VD_POINTS_COLUMNS_MAX)
    return vd_fail(err, VD_LIMIT, "more than %d points or %d columns", VD_POINTS_ROWS_MAX,
                   VD_POINTS_COLUMNS_MAX);
  for (size_t i = 0; i < (size_t)p->rows * p->columns; i++)
    if (!isfinite(p->at[i]))
      return vd_fail(err, VD_USAGE, "point %zu has a number that is not finite", i / p->columns);
  return VD_OK;
}

vd_code vd_points_check_clusters(const vd_points *p, const vd_kmeans_options *o, vd_error *err) {
  VD_TRY(vd_points_check(p, err));
  if (o->clusters == 0 || o->clusters > p->rows)
    return vd_fail(err, VD_USAGE, "%u points cannot make %u clusters", p->rows, o->clusters);
  if (o->clusters > VD_CLUSTERS_MAX)
    return vd_fail(err, VD_LIMIT, "more than %d clusters", VD_CLUSTERS_MAX);
  if (o->restarts == 0 || o->rounds_max == 0 || !(o->tolerance >= 0))
    return vd_fail(err, VD_USAGE, "k-means needs a run, a round and a tolerance of 0 or more");
  return VD_OK;
}
