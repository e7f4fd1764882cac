// CVSS 2.0: metrics and formulas of "A Complete Guide to the Common Vulnerability Scoring System
// Version 2.0" (FIRST), section 3.2.
#include "risk/cvss_vector.h"

enum { AV, AC, AU, C, I, A, E, RL, RC, CDP, TD, CR, IR, AR, METRICS };

static const vd_cvss_metric metrics[METRICS] = {
    [AV] = {"AV", "L A N", true, {395, 646, 1000}},
    [AC] = {"AC", "H M L", true, {350, 610, 710}},
    [AU] = {"Au", "M S N", true, {450, 560, 704}},
    [C] = {"C", "N P C", true, {0, 275, 660}},
    [I] = {"I", "N P C", true, {0, 275, 660}},
    [A] = {"A", "N P C", true, {0, 275, 660}},
    [E] = {"E", "ND U POC F H", false, {1000, 850, 900, 950, 1000}},
    [RL] = {"RL", "ND OF TF W U", false, {1000, 870, 900, 950, 1000}},
    [RC] = {"RC", "ND UC UR C", false, {1000, 900, 950, 1000}},
    [CDP] = {"CDP", "ND N L LM MH H", false, {0, 0, 100, 300, 400, 500}},
    [TD] = {"TD", "ND N L M H", false, {1000, 0, 250, 750, 1000}},
    [CR] = {"CR", "ND L M H", false, {1000, 500, 1000, 1510}},
    [IR] = {"IR", "ND L M H", false, {1000, 500, 1000, 1510}},
    [AR] = {"AR", "ND L M H", false, {1000, 500, 1000, 1510}},
};

// Half away from zero to one decimal, as tenths; below zero counts as zero, the end of the scale.
static int round_tenths(vd_decimal x) {
  vd_decimal tenth = VD_DECIMAL_ONE / 10;
  return x <= 0 ? 0 : (int)((x + tenth / 2) / tenth);
}

// 10.41 (1 - (1-C)(1-I)(1-A)), each impact weighed by its requirement.
static vd_decimal impact(const vd_cvss_levels *l, bool adjusted) {
  vd_decimal left = VD_DECIMAL_ONE;
  for (size_t i = 0; i < 3; i++) {
    vd_decimal part = vd_cvss_weight(metrics, l, C + i);
    if (adjusted)
      part = vd_decimal_mul(part, vd_cvss_weight(metrics, l, CR + i));
    left = vd_decimal_mul(left, VD_DECIMAL_ONE - part);
  }
  vd_decimal all = vd_decimal_mul(vd_decimal_of(104100), VD_DECIMAL_ONE - left);
  return adjusted ? vd_decimal_min(vd_decimal_of(100000), all) : all;
}

// (0.6 Impact + 0.4 Exploitability - 1.5) f(Impact)
static int base_tenths(const vd_cvss_levels *l, bool adjusted) {
  vd_decimal hurt = impact(l, adjusted);
  vd_decimal reach = vd_decimal_of(200000);
  for (size_t i = AV; i <= AU; i++)
    reach = vd_decimal_mul(reach, vd_cvss_weight(metrics, l, i));
  vd_decimal sum = vd_decimal_mul(vd_decimal_of(6000), hurt) +
                   vd_decimal_mul(vd_decimal_of(4000), reach) - vd_decimal_of(15000);
  return hurt == 0 ? 0 : round_tenths(vd_decimal_mul(sum, vd_decimal_of(11760)));
}

static int temporal_tenths(const vd_cvss_levels *l, int base) {
  vd_decimal score = vd_decimal_tenths(base);
  for (size_t i = E; i <= RC; i++)
    score = vd_decimal_mul(score, vd_cvss_weight(metrics, l, i));
  return round_tenths(score);
}

// (AdjustedTemporal + (10 - AdjustedTemporal) CollateralDamagePotential) TargetDistribution
static int environmental_tenths(const vd_cvss_levels *l) {
  vd_decimal temporal = vd_decimal_tenths(temporal_tenths(l, base_tenths(l, true)));
  vd_decimal left = vd_decimal_of(100000) - temporal;
  vd_decimal sum = temporal + vd_decimal_mul(left, vd_cvss_weight(metrics, l, CDP));
  return round_tenths(vd_decimal_mul(sum, vd_cvss_weight(metrics, l, TD)));
}

static void score(const vd_cvss_levels *l, vd_cvss *out) {
  int base = base_tenths(l, false);
  int temporal = temporal_tenths(l, base);
  int environmental = vd_cvss_defined(l, CDP, AR) ? environmental_tenths(l) : temporal;
  out->base = base / 10.0;
  out->temporal = temporal / 10.0;
  out->environmental = out->score = environmental / 10.0;
  out->network = l->at[AV] == 2;
}

// Section 2.4 of the guide: a vector lists its metrics in a predetermined order.
const vd_cvss_scheme vd_cvss_scheme_2 = {VD_CVSS_2, {"", 0}, metrics, METRICS, true, score};
