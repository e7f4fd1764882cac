// The first ranking: known exploited, then EPSS and CVSS, then how the component is used.
// docs/ranking.md gives the reasons for each number.
#include "risk/risk.h"

#include <math.h>

static const double KEV_FLOOR = 0.8; // known exploitation fills the top fifth of the scale
static const double EPSS_WEIGHT = 0.6, CVSS_WEIGHT = 0.4;
static const double EPSS_TYPICAL = 0.007; // median of the snapshot of 2026-08-16
static const double EPSS_DECADES = 3;     // 0.001 and less count as zero

static const double severity_score[] = {
    [VD_SEVERITY_INFO] = 0.0, [VD_SEVERITY_LOW] = 2.0,      [VD_SEVERITY_MEDIUM] = 5.5,
    [VD_SEVERITY_HIGH] = 8.0, [VD_SEVERITY_CRITICAL] = 9.5,
};

static const double verdict_factor[] = {
    [VD_VERDICT_EXACT] = 1.0,
    [VD_VERDICT_ALWAYS] = 1.0,
    [VD_VERDICT_NEWEST_VULNERABLE] = 0.95,
    [VD_VERDICT_NEWEST_SAFE] = 0.15,
    [VD_VERDICT_UNKNOWN] = 0.5,
};

static double clamp(double x, double least, double most) {
  return x < least ? least : x > most ? most : x;
}

// EPSS spans orders of magnitude, so its logarithm is what counts.
static double exploit_likelihood(double epss) {
  double p = epss < 0 || isnan(epss) ? EPSS_TYPICAL : epss;
  return p <= 0 ? 0 : clamp(1 + log10(p) / EPSS_DECADES, 0, 1);
}

static double impact(const vd_risk_input *in) {
  double score = in->cvss;
  if (score < 0 || isnan(score))
    score = (size_t)in->severity < VD_COUNT(severity_score) ? severity_score[in->severity] : 0;
  return clamp(score / 10, 0, 1);
}

static double verdict_of(const vd_risk_input *in) {
  return (size_t)in->verdict < VD_COUNT(verdict_factor) ? verdict_factor[in->verdict] : 1;
}

static double use_factor(const vd_risk_input *in) {
  double f = verdict_of(in);
  if (in->development)
    f *= 0.75;
  else if (in->optional)
    f *= 0.9;
  return in->transitive ? f * 0.95 : f;
}

static double kev_epss_cvss(const vd_risk_input *in) {
  if (in->malicious) // it has done its harm when it was installed, whoever uses it for what
    return verdict_of(in);
  double threat = EPSS_WEIGHT * exploit_likelihood(in->epss) + CVSS_WEIGHT * impact(in);
  threat = in->kev ? KEV_FLOOR + (1 - KEV_FLOOR) * threat : KEV_FLOOR * threat;
  return clamp(threat * use_factor(in), 0, 1);
}

const vd_ranker vd_ranker_kev_epss_cvss = {
    "kev-epss-cvss", "known exploited, then EPSS and CVSS, then how the component is used",
    kev_epss_cvss};
