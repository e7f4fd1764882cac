// Gaussian mixture with diagonal covariances, by expectation and maximisation.
#include "graph/points/distance.h"

#include <float.h>
#include <math.h>

// Points are dealt to a fixed number of lanes, so that sums do not depend on the threads.
typedef struct lane {
  double *mass;   // clusters: points, by probability
  double *first;  // clusters * columns: sum of the distances to the mean
  double *second; // and of their squares
  double *log_p;  // clusters: of the point at work
  double log_likelihood;
} lane;

typedef struct model {
  const vd_points *p;
  const vd_mixture_options *o;
  uint32_t clusters;
  vd_mixture fit;
  double *constant;  // clusters: all of the log-density that does not depend on the point
  double *precision; // clusters * columns: 1 / variance
  lane lanes[VD_MIXTURE_LANES];
} model;

static size_t width(const model *m) { return (size_t)m->clusters * m->p->columns; }

static bool prepare(vd_arena *a, model *m) {
  vd_mixture *f = &m->fit;
  f->weight = vd_new_array(a, double, m->clusters);
  f->mean = vd_new_array(a, double, width(m));
  f->variance = vd_new_array(a, double, width(m));
  f->confidence = vd_new_array(a, double, m->p->rows);
  m->constant = vd_new_array(a, double, m->clusters);
  m->precision = vd_new_array(a, double, width(m));
  bool room = f->weight != NULL && f->mean != NULL && f->variance != NULL &&
              f->confidence != NULL && m->constant != NULL && m->precision != NULL;
  for (size_t i = 0; room && i < VD_COUNT(m->lanes); i++) {
    lane *l = &m->lanes[i];
    l->mass = vd_new_array(a, double, m->clusters);
    l->first = vd_new_array(a, double, width(m));
    l->second = vd_new_array(a, double, width(m));
    l->log_p = vd_new_array(a, double, m->clusters);
    room = l->mass != NULL && l->first != NULL && l->second != NULL && l->log_p != NULL;
  }
  return room;
}

static void clear(const model *m, lane *l) {
  memset(l->mass, 0, m->clusters * sizeof *l->mass);
  memset(l->first, 0, width(m) * sizeof *l->first);
  memset(l->second, 0, width(m) * sizeof *l->second);
  l->log_likelihood = 0;
}

// Distances to the mean, not the numbers themselves, so that large means cost no digits.
static void count(const model *m, lane *l, const float *row, uint32_t k, double share) {
  size_t at = (size_t)k * m->p->columns;
  l->mass[k] += share;
  for (uint32_t c = 0; c < m->p->columns; c++) {
    double d = (double)row[c] - m->fit.mean[at + c];
    l->first[at + c] += share * d;
    l->second[at + c] += share * d * d;
  }
}

static double log_density(const model *m, const float *row, uint32_t k) {
  const double *mean = m->fit.mean + (size_t)k * m->p->columns;
  const double *precision = m->precision + (size_t)k * m->p->columns;
  double sum = 0;
  for (uint32_t c = 0; c < m->p->columns; c++) {
    double d = (double)row[c] - mean[c];
    sum += d * d * precision[c];
  }
  return m->constant[k] - sum / 2;
}

static void expect_point(model *m, lane *l, uint32_t i) {
  const float *row = vd_points_row(m->p, i);
  uint32_t best = 0;
  for (uint32_t k = 0; k < m->clusters; k++) {
    l->log_p[k] = log_density(m, row, k);
    best = l->log_p[k] > l->log_p[best] ? k : best;
  }
  double most = l->log_p[best], sum = 0;
  for (uint32_t k = 0; k < m->clusters; k++)
    sum += exp(l->log_p[k] - most);
  l->log_likelihood += most + log(sum);
  m->fit.cluster[i] = best;
  m->fit.confidence[i] = 1 / sum;
  for (uint32_t k = 0; k < m->clusters; k++) {
    double share = exp(l->log_p[k] - most) / sum;
    if (share > 0)
      count(m, l, row, k, share);
  }
}

static uint32_t lane_start(const model *m, size_t lane_at) {
  return (uint32_t)((uint64_t)m->p->rows * lane_at / VD_MIXTURE_LANES);
}

static void expect_lane(void *ctx, size_t at) {
  model *m = ctx;
  clear(m, &m->lanes[at]);
  for (uint32_t i = lane_start(m, at); i < lane_start(m, at + 1); i++)
    expect_point(m, &m->lanes[at], i);
}

static void join(model *m) {
  lane *all = &m->lanes[0];
  for (size_t at = 1; at < VD_MIXTURE_LANES; at++) {
    const lane *l = &m->lanes[at];
    all->log_likelihood += l->log_likelihood;
    for (uint32_t k = 0; k < m->clusters; k++)
      all->mass[k] += l->mass[k];
    for (size_t i = 0; i < width(m); i++) {
      all->first[i] += l->first[i];
      all->second[i] += l->second[i];
    }
  }
}

static void expect(model *m) {
  vd_pool_run(m->o->start.jobs, VD_MIXTURE_LANES, expect_lane, m);
  join(m);
  m->fit.log_likelihood = m->lanes[0].log_likelihood / m->p->rows;
}

static void maximise_cluster(model *m, uint32_t k) {
  const lane *all = &m->lanes[0];
  double mass = all->mass[k] + 10 * DBL_EPSILON, logs = 0;
  size_t at = (size_t)k * m->p->columns;
  for (size_t i = at; i < at + m->p->columns; i++) {
    double shift = all->first[i] / mass;
    m->fit.mean[i] += shift;
    m->fit.variance[i] = fmax(all->second[i] / mass - shift * shift, 0) + m->o->ridge;
    m->precision[i] = 1 / m->fit.variance[i];
    logs += log(m->fit.variance[i]);
  }
  m->fit.weight[k] = mass / (m->p->rows + 10 * DBL_EPSILON * m->clusters);
  m->constant[k] = log(m->fit.weight[k]) - (m->p->columns * log(2 * M_PI) + logs) / 2;
}

static void maximise(model *m) {
  for (uint32_t k = 0; k < m->clusters; k++)
    maximise_cluster(m, k);
}

// The clusters of k-means as if they were certain.
static vd_code start(vd_arena *a, model *m, vd_error *err) {
  vd_kmeans first;
  VD_TRY(vd_points_kmeans(a, m->p, &m->o->start, &first, err));
  m->fit.cluster = first.cluster;
  memcpy(m->fit.mean, first.centre, width(m) * sizeof *m->fit.mean);
  for (uint32_t i = 0; i < m->p->rows; i++)
    count(m, &m->lanes[0], vd_points_row(m->p, i), first.cluster[i], 1);
  maximise(m);
  return VD_OK;
}

static void run(model *m) {
  vd_mixture *f = &m->fit;
  for (expect(m); !f->converged && f->rounds < m->o->rounds_max; f->rounds++) {
    double before = f->log_likelihood;
    maximise(m);
    expect(m);
    f->converged = fabs(f->log_likelihood - before) < m->o->tolerance;
  }
  double free = 2 * (double)width(m) + m->clusters - 1, rows = m->p->rows;
  f->bic = free * log(rows) - 2 * rows * f->log_likelihood;
}

vd_code vd_points_mixture(vd_arena *a, const vd_points *p, const vd_mixture_options *o,
                          vd_mixture *out, vd_error *err) {
  VD_TRY(vd_points_check_clusters(p, &o->start, err));
  if (o->rounds_max == 0 || !(o->tolerance > 0) || !(o->ridge > 0))
    return vd_fail(err, VD_USAGE, "a mixture needs a round, a tolerance and a ridge above 0");
  model m = {.p = p, .o = o, .clusters = o->start.clusters};
  if (!prepare(a, &m))
    return vd_fail(err, VD_NOMEM, "no memory for a mixture of %u points", p->rows);
  VD_TRY(start(a, &m, err));
  run(&m);
  *out = m.fit;
  return VD_OK;
}
