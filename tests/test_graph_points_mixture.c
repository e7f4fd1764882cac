#include "points_sample.h"

static vd_mixture_options usual(uint32_t clusters, uint64_t seed) {
  return (vd_mixture_options){
      .start = {.clusters = clusters, .restarts = 3, .rounds_max = 100, .seed = seed},
      .rounds_max = 200,
      .tolerance = 1e-6,
      .ridge = 1e-6};
}

static double density(const vd_points *p, const vd_mixture *m, uint32_t i, uint32_t k) {
  double product = m->weight[k];
  for (uint32_t c = 0; c < p->columns; c++) {
    double variance = m->variance[k * p->columns + c];
    double d = (double)p->at[i * p->columns + c] - m->mean[k * p->columns + c];
    product *= exp(-d * d / (2 * variance)) / sqrt(2 * M_PI * variance);
  }
  return product;
}

// The definitions, from the parameters alone: what the fit says of itself must follow.
static void expect_honest(const vd_points *p, const vd_mixture *m, uint32_t clusters) {
  double sum = 0, weights = 0, free_parameters = 2.0 * clusters * p->columns + clusters - 1;
  for (uint32_t i = 0; i < p->rows; i++) {
    double total = 0, most = 0;
    for (uint32_t k = 0; k < clusters; k++) {
      double at = density(p, m, i, k);
      total += at;
      most = at > most ? at : most;
    }
    sum += log(total);
    cr_assert(density(p, m, i, m->cluster[i]) == most);
    cr_assert(fabs(m->confidence[i] - most / total) < 1e-9);
  }
  for (uint32_t k = 0; k < clusters; k++)
    weights += m->weight[k];
  cr_assert(fabs(weights - 1) < 1e-9);
  cr_assert(fabs(m->log_likelihood - sum / p->rows) < 1e-9);
  cr_assert(fabs(m->bic - (free_parameters * log((double)p->rows) - 2 * sum)) < 1e-6);
}

Test(mixture, says_of_itself_what_follows_from_its_parameters) {
  vd_random r = {41};
  for (uint32_t i = 0; i < 40; i++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 22);
    vd_mixture out = {0};
    vd_mixture_options o = usual(1 + i % 4, i);
    vd_points p = sample_blobs(&a, &r, (vd_points){NULL, 60 + i, 1 + i % 4}, 3, 2);
    cr_assert(vd_points_mixture(&a, &p, &o, &out, NULL) == VD_OK);
    cr_assert(out.converged && out.rounds >= 1);
    expect_honest(&p, &out, o.start.clusters);
  }
}

Test(mixture, gains_with_every_round) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  vd_random r = {42};
  vd_points p = sample_blobs(&a, &r, (vd_points){NULL, 400, 3}, 3, 1);
  double before = -INFINITY;
  for (uint32_t rounds = 1; rounds < 30; rounds++) {
    vd_mixture out = {0};
    vd_mixture_options o = usual(3, 1);
    o.rounds_max = rounds;
    o.tolerance = 1e-300;
    cr_assert(vd_points_mixture(&a, &p, &o, &out, NULL) == VD_OK);
    cr_assert(out.rounds == rounds && out.log_likelihood >= before - 1e-9);
    before = out.log_likelihood;
  }
}

Test(mixture, one_gaussian_has_the_mean_and_variance_of_the_points) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  const float at[] = {1e6F + 1, 1e6F + 2, 1e6F + 3, 1e6F + 6}; // large, so that digits are at stake
  vd_mixture out = {0};
  vd_mixture_options o = usual(1, 1);
  cr_assert(vd_points_mixture(&a, &(vd_points){at, 4, 1}, &o, &out, NULL) == VD_OK);
  cr_assert(fabs(out.mean[0] - 1000003) < 1e-6 && fabs(out.variance[0] - 3.5) < 1e-5);
  cr_assert(out.weight[0] == 1 && out.confidence[3] == 1);
}

Test(mixture, has_the_lowest_bic_at_the_number_of_blobs) {
  vd_random r = {43};
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  double bic[8] = {0};
  vd_points p = sample_blobs(&a, &r, (vd_points){NULL, 600, 4}, 4, 12);
  for (uint32_t clusters = 1; clusters < 8; clusters++) {
    vd_mixture out = {0};
    vd_mixture_options o = usual(clusters, 5);
    cr_assert(vd_points_mixture(&a, &p, &o, &out, NULL) == VD_OK);
    bic[clusters] = out.bic;
    cr_assert(clusters != 4 || sample_same(out.cluster, p.rows, 4));
  }
  for (uint32_t clusters = 1; clusters < 8; clusters++)
    cr_assert(clusters == 4 || bic[clusters] > bic[4]);
}

Test(mixture, far_points_do_not_underflow) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  const float at[] = {0, 0.1F, -0.1F, 1e18F, 1e18F, 1e18F, -3e37F};
  vd_mixture out = {0};
  vd_mixture_options o = usual(3, 1);
  cr_assert(vd_points_mixture(&a, &(vd_points){at, 7, 1}, &o, &out, NULL) == VD_OK);
  cr_assert(isfinite(out.log_likelihood) && isfinite(out.bic));
  for (uint32_t i = 0; i < 7; i++)
    cr_assert(out.confidence[i] > 0 && out.confidence[i] <= 1);
}

Test(mixture, does_not_depend_on_the_threads) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  vd_random r = {44};
  vd_mixture one = {0}, two = {0};
  vd_points p = sample_blobs(&a, &r, (vd_points){NULL, 3001, 5}, 4, 1);
  vd_mixture_options o = usual(4, 2);
  o.start.jobs = 1;
  cr_assert(vd_points_mixture(&a, &p, &o, &one, NULL) == VD_OK);
  o.start.jobs = 2;
  cr_assert(vd_points_mixture(&a, &p, &o, &two, NULL) == VD_OK);
  cr_assert(same_numbers(one.confidence, two.confidence, p.rows));
  cr_assert(same_numbers(one.variance, two.variance, 20));
  cr_assert(one.bic == two.bic);
}

Test(mixture, refuses_what_cannot_be_fitted) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  const float at[] = {1, 2, 3};
  vd_points p = {at, 3, 1};
  vd_mixture out = {.rounds = 77};
  vd_mixture_options bad[] = {usual(4, 1), usual(2, 1), usual(2, 1), usual(2, 1), usual(2, 1)};
  bad[1].rounds_max = 0;
  bad[2].tolerance = 0;
  bad[3].ridge = 0;
  bad[4].ridge = NAN;
  for (size_t i = 0; i < VD_COUNT(bad); i++)
    cr_assert(vd_points_mixture(&a, &p, &bad[i], &out, NULL) == VD_USAGE, "case %zu", i);
  cr_assert(out.rounds == 77);
}

Test(mixture, every_failed_allocation_is_reported) {
  const float at[] = {1, 2, 3, 4, 5, 6};
  vd_points p = {at, 6, 1};
  vd_mixture out = {.rounds = 77};
  vd_mixture_options o = usual(2, 1);
  EVERY_ALLOCATION_FAILS(a, vd_points_mixture(&a, &p, &o, &out, NULL), out.rounds == 77)
}
