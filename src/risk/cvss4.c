// CVSS 4.0: macro vectors, their published scores, and interpolation inside a macro vector ("CVSS
// v4.0 Specification Document", FIRST, section 8).
#include "risk/cvss_vector.h"

enum {
  AV,
  AC,
  AT,
  PR,
  UI,
  VC,
  VI,
  VA,
  SC,
  SI,
  SA,
  BASE,
  E = BASE,
  CR,
  IR,
  AR,
  MAV,
  METRICS = MAV + 11 + 6
};

static const vd_cvss_metric metrics[METRICS] = {
    [AV] = {"AV", "N A L P", true, {0}},
    [AC] = {"AC", "L H", true, {0}},
    [AT] = {"AT", "N P", true, {0}},
    [PR] = {"PR", "N L H", true, {0}},
    [UI] = {"UI", "N P A", true, {0}},
    [VC] = {"VC", "H L N", true, {0}},
    [VI] = {"VI", "H L N", true, {0}},
    [VA] = {"VA", "H L N", true, {0}},
    [SC] = {"SC", "H L N", true, {0}},
    [SI] = {"SI", "H L N", true, {0}},
    [SA] = {"SA", "H L N", true, {0}},
    [E] = {"E", "X A P U", false, {0}},
    [CR] = {"CR", "X H M L", false, {0}},
    [IR] = {"IR", "X H M L", false, {0}},
    [AR] = {"AR", "X H M L", false, {0}},
    // The modified metrics, in the order of the base metrics.
    [MAV] = {"MAV", "X N A L P", false, {0}},
    {"MAC", "X L H", false, {0}},
    {"MAT", "X N P", false, {0}},
    {"MPR", "X N L H", false, {0}},
    {"MUI", "X N P A", false, {0}},
    {"MVC", "X H L N", false, {0}},
    {"MVI", "X H L N", false, {0}},
    {"MVA", "X H L N", false, {0}},
    {"MSC", "X H L N", false, {0}},
    {"MSI", "X S H L N", false, {0}},
    {"MSA", "X S H L N", false, {0}},
    // Supplemental metrics: read, without weight in the score.
    {"S", "X N P", false, {0}},
    {"AU", "X N Y", false, {0}},
    {"R", "X A U I", false, {0}},
    {"V", "X D C", false, {0}},
    {"RE", "X L M H", false, {0}},
    {"U", "X Clear Green Amber Red", false, {0}},
};

// The equivalence classes; EQ3 and EQ6 are one, with the pairs 00 01 10 11 21 numbered 0-4.
enum { EQ1, EQ2, EQ36, EQ4, EQ5, CLASSES };

// Score in tenths of each macro vector: row EQ1, EQ2, EQ36; column EQ4 * 3 + EQ5.
static const uint8_t macro_scores[3 * 2 * 5][9] = {
    // EQ1 0, EQ2 0
    {100, 98, 95, 100, 93, 91, 93, 89, 81},
    {99, 95, 92, 96, 87, 81, 90, 80, 68},
    {98, 95, 90, 93, 89, 81, 88, 78, 69},
    {95, 92, 84, 92, 81, 65, 80, 70, 48},
    {92, 82, 72, 79, 69, 50, 69, 55, 27},
    // EQ1 0, EQ2 1
    {99, 95, 92, 95, 90, 84, 92, 82, 72},
    {97, 92, 85, 91, 83, 71, 81, 71, 53},
    {95, 92, 85, 92, 80, 70, 84, 71, 50},
    {93, 85, 73, 82, 72, 59, 70, 52, 30},
    {86, 75, 52, 71, 52, 29, 63, 29, 17},
    // EQ1 1, EQ2 0
    {98, 94, 91, 94, 86, 77, 87, 74, 63},
    {95, 87, 81, 89, 74, 64, 75, 63, 49},
    {94, 88, 76, 86, 74, 59, 72, 57, 52},
    {89, 77, 67, 76, 58, 50, 57, 52, 25},
    {83, 70, 54, 65, 58, 26, 53, 21, 13},
    // EQ1 1, EQ2 1
    {95, 88, 76, 90, 75, 61, 77, 68, 52},
    {90, 76, 70, 77, 62, 53, 66, 59, 30},
    {89, 76, 62, 74, 57, 47, 61, 57, 24},
    {78, 67, 58, 59, 57, 23, 52, 29, 16},
    {71, 59, 30, 58, 26, 15, 23, 13, 6},
    // EQ1 2, EQ2 0
    {93, 86, 75, 86, 74, 56, 70, 52, 40},
    {87, 72, 58, 74, 61, 34, 54, 40, 22},
    {85, 74, 62, 72, 55, 46, 53, 34, 19},
    {75, 55, 51, 57, 41, 19, 36, 19, 8},
    {64, 51, 20, 47, 21, 11, 24, 9, 4},
    // EQ1 2, EQ2 1
    {88, 73, 60, 73, 59, 41, 54, 45, 20},
    {75, 53, 50, 55, 40, 20, 43, 22, 11},
    {75, 58, 40, 61, 48, 20, 46, 17, 8},
    {55, 45, 21, 51, 18, 9, 18, 7, 2},
    {53, 24, 14, 24, 12, 5, 10, 3, 1},
};

// The most severe vectors of a class at one level, as the levels of the metrics it looks at, and
// how many steps of severity the level spans (tables 24 to 29 and appendix of the specification).
typedef struct peak {
  uint8_t class, level, depth;
  uint8_t at[6];
} peak;

static const peak peaks[] = {
    {EQ1, 0, 1, {0, 0, 0}},
    {EQ1, 1, 4, {1, 0, 0}},
    {EQ1, 1, 4, {0, 1, 0}},
    {EQ1, 1, 4, {0, 0, 1}},
    {EQ1, 2, 5, {3, 0, 0}},
    {EQ1, 2, 5, {1, 1, 1}},
    {EQ2, 0, 1, {0, 0}},
    {EQ2, 1, 2, {1, 0}},
    {EQ2, 1, 2, {0, 1}},
    {EQ36, 0, 7, {0, 0, 0, 0, 0, 0}},
    {EQ36, 1, 6, {0, 0, 1, 1, 1, 0}},
    {EQ36, 1, 6, {0, 0, 0, 1, 1, 1}},
    {EQ36, 2, 8, {1, 0, 0, 0, 0, 0}},
    {EQ36, 2, 8, {0, 1, 0, 0, 0, 0}},
    {EQ36, 3, 8, {1, 0, 1, 0, 1, 0}},
    {EQ36, 3, 8, {1, 0, 0, 0, 1, 1}},
    {EQ36, 3, 8, {0, 1, 0, 1, 0, 1}},
    {EQ36, 3, 8, {0, 1, 1, 1, 0, 0}},
    {EQ36, 3, 8, {1, 1, 0, 0, 0, 1}},
    {EQ36, 4, 10, {1, 1, 1, 0, 0, 0}},
    {EQ4, 0, 6, {0, 0, 0}},
    {EQ4, 1, 5, {0, 1, 1}},
    {EQ4, 2, 4, {1, 2, 2}},
    {EQ5, 0, 1, {0}},
    {EQ5, 1, 1, {1}},
    {EQ5, 2, 1, {2}},
};

// The metrics each class looks at; AV (0) cannot come second, so 0 ends the list.
static const uint8_t class_metrics[CLASSES][7] = {[EQ1] = {AV, PR, UI},
                                                  [EQ2] = {AC, AT},
                                                  [EQ36] = {VC, VI, VA, CR, IR, AR},
                                                  [EQ4] = {SC, SI, SA},
                                                  [EQ5] = {E}};

typedef struct macro {
  int level[CLASSES];
} macro;

// What counts: modified metrics in place of base ones, the worst case for E, CR, IR and AR when not
// defined, and for SI and SA the level "safety" (0) above the three of the base metric.
static vd_cvss_levels effective(const vd_cvss_levels *l) {
  vd_cvss_levels e = {{0}};
  for (size_t i = AV; i < BASE; i++) {
    uint8_t modified = l->at[MAV + i];
    e.at[i] = (uint8_t)(modified != 0 ? modified - 1 : l->at[i] + (i == SI || i == SA));
  }
  for (size_t i = E; i <= AR; i++)
    e.at[i] = (uint8_t)(l->at[i] != 0 ? l->at[i] - 1 : 0);
  return e;
}

static int eq1(const vd_cvss_levels *e) {
  int highest = (e->at[AV] == 0) + (e->at[PR] == 0) + (e->at[UI] == 0);
  if (highest == 3)
    return 0;
  return highest == 0 || e->at[AV] == 3 ? 2 : 1;
}

static int eq36(const vd_cvss_levels *e) {
  bool high[3], required = false;
  for (size_t i = 0; i < 3; i++) {
    high[i] = e->at[VC + i] == 0;
    required = required || (high[i] && e->at[CR + i] == 0);
  }
  if (high[0] && high[1])
    return required ? 0 : 1;
  if (high[0] || high[1] || high[2])
    return required ? 2 : 3;
  return 4;
}

static int eq4(const vd_cvss_levels *e) {
  if (e->at[SI] == 0 || e->at[SA] == 0)
    return 0;
  return e->at[SC] == 0 || e->at[SI] == 1 || e->at[SA] == 1 ? 1 : 2;
}

static macro macro_of(const vd_cvss_levels *e) {
  return (macro){{[EQ1] = eq1(e),
                  [EQ2] = e->at[AC] != 0 || e->at[AT] != 0,
                  [EQ36] = eq36(e),
                  [EQ4] = eq4(e),
                  [EQ5] = e->at[E]}};
}

static int macro_score(macro m) {
  const int *q = m.level;
  return macro_scores[(q[EQ1] * 2 + q[EQ2]) * 5 + q[EQ36]][q[EQ4] * 3 + q[EQ5]];
}

// Score of the macro vector one level lower in a class, -1 when there is none. From EQ36 = 00 two
// ways lead down; the specification takes the higher score.
static int lower_score(macro m, int class) {
  static const int lowest[CLASSES] = {[EQ1] = 2, [EQ2] = 1, [EQ36] = 4, [EQ4] = 2, [EQ5] = 2};
  static const int step_36[] = {1, 2, 1, 1};
  int level = m.level[class];
  if (level == lowest[class])
    return -1;
  m.level[class] += class == EQ36 ? step_36[level] : 1;
  int score = macro_score(m);
  if (class == EQ36 && level == 0) {
    m.level[EQ36] = 2;
    int other = macro_score(m);
    score = other > score ? other : score;
  }
  return score;
}

// Steps of severity from a peak down to the vector, -1 when the vector is not below that peak.
static int steps_below(const peak *p, const vd_cvss_levels *e) {
  int steps = 0;
  for (size_t i = 0; i == 0 || class_metrics[p->class][i] != 0; i++) {
    int step = e->at[class_metrics[p->class][i]] - p->at[i];
    if (step < 0)
      return -1;
    steps += step;
  }
  return steps;
}

enum { PARTS = 840 }; // a multiple of every depth, so that shares of a depth are whole numbers

// How far down its level the vector stands, in PARTS of the level's depth.
static int parts_below(macro m, int class, const vd_cvss_levels *e) {
  for (size_t i = 0; i < VD_COUNT(peaks); i++) {
    if (peaks[i].class != class || peaks[i].level != m.level[class])
      continue;
    int steps = steps_below(&peaks[i], e);
    if (steps >= 0)
      return steps * (PARTS / peaks[i].depth);
  }
  return 0;
}

// The macro vector's score less the mean, over the classes that can go lower, of the share of the
// way down; rounded half up, in exact integers.
static int interpolate(const vd_cvss_levels *e) {
  macro m = macro_of(e);
  int value = macro_score(m), classes = 0, sum = 0;
  for (int class = EQ1; class < CLASSES; class ++) {
    int lower = lower_score(m, class);
    if (lower < 0)
      continue;
    classes++;
    sum += (value - lower) * parts_below(m, class, e);
  }
  int whole = PARTS * (classes == 0 ? 1 : classes);
  int twice = 2 * (value * whole - sum) + whole;
  return twice < 0 ? 0 : twice / (2 * whole);
}

static bool has_impact(const vd_cvss_levels *e) {
  return e->at[VC] != 2 || e->at[VI] != 2 || e->at[VA] != 2 || e->at[SC] != 2 || e->at[SI] != 3 ||
         e->at[SA] != 3;
}

static void score(const vd_cvss_levels *l, vd_cvss *out) {
  vd_cvss_levels e = effective(l);
  out->score = has_impact(&e) ? interpolate(&e) / 10.0 : 0;
  out->base = out->temporal = out->environmental = out->score;
  out->network = l->at[AV] == 0;
}

const vd_cvss_scheme vd_cvss_scheme_4 = {
    VD_CVSS_4, VD_VIEW_INIT("CVSS:4.0/"), metrics, METRICS, true, score};
