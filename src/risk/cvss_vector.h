// What the CVSS versions share inside this module: metric tables and exact decimal arithmetic.
#pragma once

#include "risk/risk.h"

enum { VD_CVSS_METRICS_MAX = 40 };

// One metric. A metric that may be left out spells "not defined" first, so level 0 means absent.
typedef struct vd_cvss_metric {
  const char *name;
  const char *values; // spellings of the levels, space-separated
  bool mandatory;
  uint16_t weight[7]; // thousandths, by level; 2.0-3.1 only
} vd_cvss_metric;

typedef struct vd_cvss_levels {
  uint8_t at[VD_CVSS_METRICS_MAX]; // level of each metric, in the order of its scheme
} vd_cvss_levels;

// One version of the standard.
typedef struct vd_cvss_scheme {
  vd_cvss_version version;
  vd_view prefix;
  const vd_cvss_metric *metrics;
  size_t count;
  bool ordered; // the vector must list metrics in the table's order
  void (*score)(const vd_cvss_levels *levels, vd_cvss *out);
} vd_cvss_scheme;

extern const vd_cvss_scheme vd_cvss_scheme_2, vd_cvss_scheme_30, vd_cvss_scheme_31,
    vd_cvss_scheme_4;

// Decimals with 18 places: every product of the formulas' constants is exact or cut far below the
// digits that rounding looks at, so no score hangs on binary floating point.
__extension__ typedef __int128 vd_decimal;

static const int64_t VD_DECIMAL_ONE = 1000000000000000000;

// n / 10000: the constants of the formulas have at most four places.
static inline vd_decimal vd_decimal_of(int64_t ten_thousandths) {
  return (vd_decimal)ten_thousandths * (VD_DECIMAL_ONE / 10000);
}

static inline vd_decimal vd_decimal_mul(vd_decimal a, vd_decimal b) {
  return a * b / VD_DECIMAL_ONE;
}

static inline vd_decimal vd_decimal_min(vd_decimal a, vd_decimal b) { return a < b ? a : b; }

static inline vd_decimal vd_decimal_tenths(int tenths) { return vd_decimal_of(tenths * 1000L); }

// The weight of metric i at the level the vector gives it.
static inline vd_decimal vd_cvss_weight(const vd_cvss_metric *metrics, const vd_cvss_levels *levels,
                                        size_t i) {
  return vd_decimal_of(metrics[i].weight[levels->at[i]] * 10L);
}

// True when one of the metrics first..last is defined.
static inline bool vd_cvss_defined(const vd_cvss_levels *levels, size_t first, size_t last) {
  for (size_t i = first; i <= last; i++)
    if (levels->at[i] != 0)
      return true;
  return false;
}
