// CVSS 3.0 and 3.1: metrics and formulas of the two specification documents (FIRST), section 7 and
// 8. They differ in rounding and in the modified impact of a changed scope.
#include "risk/cvss_vector.h"

enum { AV, AC, PR, UI, S, C, I, A, E, RL, RC, CR, IR, AR, MAV, METRICS = MAV + 8 };

static const vd_cvss_metric metrics[METRICS] = {
    [AV] = {"AV", "N A L P", true, {850, 620, 550, 200}},
    [AC] = {"AC", "L H", true, {770, 440}},
    [PR] = {"PR", "N L H", true, {850, 620, 270}},
    [UI] = {"UI", "N R", true, {850, 620}},
    [S] = {"S", "U C", true, {0}},
    [C] = {"C", "H L N", true, {560, 220, 0}},
    [I] = {"I", "H L N", true, {560, 220, 0}},
    [A] = {"A", "H L N", true, {560, 220, 0}},
    [E] = {"E", "X U P F H", false, {1000, 910, 940, 970, 1000}},
    [RL] = {"RL", "X O T W U", false, {1000, 950, 960, 970, 1000}},
    [RC] = {"RC", "X U R C", false, {1000, 920, 960, 1000}},
    [CR] = {"CR", "X L M H", false, {1000, 500, 1000, 1500}},
    [IR] = {"IR", "X L M H", false, {1000, 500, 1000, 1500}},
    [AR] = {"AR", "X L M H", false, {1000, 500, 1000, 1500}},
    // The modified metrics, in the order of the base metrics; their weights are those of the base.
    [MAV] = {"MAV", "X N A L P", false, {0}},
    {"MAC", "X L H", false, {0}},
    {"MPR", "X N L H", false, {0}},
    {"MUI", "X N R", false, {0}},
    {"MS", "X U C", false, {0}},
    {"MC", "X H L N", false, {0}},
    {"MI", "X H L N", false, {0}},
    {"MA", "X H L N", false, {0}},
};

static const int64_t privileges_changed[] = {8500, 6800, 5000}; // PR when the scope is changed

// Which numbers one evaluation uses.
typedef struct mode {
  vd_cvss_version version;
  bool modified;
} mode;

// 3.0: the smallest tenth not below x. 3.1 (appendix A): the same after rounding to five decimals.
static int round_up(vd_cvss_version version, vd_decimal x) {
  vd_decimal step = version == VD_CVSS_31 ? VD_DECIMAL_ONE / 100000 : 1;
  vd_decimal tenth = VD_DECIMAL_ONE / 10;
  vd_decimal rounded = (x + step / 2) / step * step;
  return (int)((rounded + tenth - 1) / tenth);
}

static vd_decimal power(vd_decimal x, int n) {
  vd_decimal p = VD_DECIMAL_ONE;
  for (int i = 0; i < n; i++)
    p = vd_decimal_mul(p, x);
  return p;
}

// 1 - (1-C)(1-I)(1-A); modified: each weighed by its requirement, at most 0.915.
static vd_decimal impact_subscore(const vd_cvss_levels *l, mode m) {
  vd_decimal left = VD_DECIMAL_ONE;
  for (size_t i = 0; i < 3; i++) {
    vd_decimal part = vd_cvss_weight(metrics, l, C + i);
    if (m.modified)
      part = vd_decimal_mul(part, vd_cvss_weight(metrics, l, CR + i));
    left = vd_decimal_mul(left, VD_DECIMAL_ONE - part);
  }
  vd_decimal all = VD_DECIMAL_ONE - left;
  return m.modified ? vd_decimal_min(all, vd_decimal_of(9150)) : all;
}

static vd_decimal impact(const vd_cvss_levels *l, mode m) {
  vd_decimal iss = impact_subscore(l, m);
  if (l->at[S] == 0)
    return vd_decimal_mul(vd_decimal_of(64200), iss);
  bool damped = m.modified && m.version == VD_CVSS_31;
  vd_decimal bent = damped ? vd_decimal_mul(iss, vd_decimal_of(9731)) : iss;
  vd_decimal drop = power(bent - vd_decimal_of(200), damped ? 13 : 15);
  return vd_decimal_mul(vd_decimal_of(75200), iss - vd_decimal_of(290)) -
         vd_decimal_mul(vd_decimal_of(32500), drop);
}

// 8.22 AV AC PR UI
static vd_decimal exploitability(const vd_cvss_levels *l) {
  vd_decimal privileges =
      l->at[S] == 0 ? vd_cvss_weight(metrics, l, PR) : vd_decimal_of(privileges_changed[l->at[PR]]);
  vd_decimal x = vd_decimal_mul(vd_decimal_of(82200), privileges);
  x = vd_decimal_mul(x, vd_cvss_weight(metrics, l, AV));
  x = vd_decimal_mul(x, vd_cvss_weight(metrics, l, AC));
  return vd_decimal_mul(x, vd_cvss_weight(metrics, l, UI));
}

static int base_tenths(const vd_cvss_levels *l, mode m) {
  vd_decimal hurt = impact(l, m), sum = hurt + exploitability(l);
  if (hurt <= 0)
    return 0;
  if (l->at[S] != 0)
    sum = vd_decimal_mul(sum, vd_decimal_of(10800));
  return round_up(m.version, vd_decimal_min(sum, vd_decimal_of(100000)));
}

static int temporal_tenths(const vd_cvss_levels *l, vd_cvss_version version, int base) {
  vd_decimal score = vd_decimal_tenths(base);
  for (size_t i = E; i <= RC; i++)
    score = vd_decimal_mul(score, vd_cvss_weight(metrics, l, i));
  return round_up(version, score);
}

// The levels with every modified metric put in place of its base metric.
static vd_cvss_levels modified_levels(const vd_cvss_levels *l) {
  vd_cvss_levels m = *l;
  for (size_t i = AV; i <= A; i++)
    if (l->at[MAV + i] != 0)
      m.at[i] = (uint8_t)(l->at[MAV + i] - 1);
  return m;
}

static void score(const vd_cvss_levels *l, vd_cvss *out) {
  int base = base_tenths(l, (mode){out->version, false});
  int temporal = temporal_tenths(l, out->version, base);
  vd_cvss_levels m = modified_levels(l);
  int modified = base_tenths(&m, (mode){out->version, true});
  out->base = base / 10.0;
  out->temporal = temporal / 10.0;
  out->environmental = temporal_tenths(&m, out->version, modified) / 10.0;
  out->score = vd_cvss_defined(l, CR, METRICS - 1) ? out->environmental : out->temporal;
  out->network = l->at[AV] == 0;
}

// Section 6 of both documents: metrics may come in any order.
const vd_cvss_scheme vd_cvss_scheme_30 = {
    VD_CVSS_30, VD_VIEW_INIT("CVSS:3.0/"), metrics, METRICS, false, score};
const vd_cvss_scheme vd_cvss_scheme_31 = {
    VD_CVSS_31, VD_VIEW_INIT("CVSS:3.1/"), metrics, METRICS, false, score};
