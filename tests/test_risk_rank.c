// The properties docs/ranking.md promises, checked over a grid of everything ranking may look at.
#include "risk/risk.h"

#include <criterion/criterion.h>

static double rank(vd_risk_input in) { return vd_ranker_kev_epss_cvss.score(&in); }

static const double epss_grid[] = {-1, 0, 0.0005, 0.004, 0.007, 0.02, 0.1, 0.5, 0.97, 1};
static const double cvss_grid[] = {-1, 0, 0.1, 3.9, 5.5, 7.5, 9.8, 10};

// Calls check for every combination of the grid.
static void for_each_input(void (*check)(vd_risk_input in)) {
  enum { USES = 8 }; // transitive, optional, development
  size_t n = VD_COUNT(epss_grid) * VD_COUNT(cvss_grid) * (VD_VERDICT_UNKNOWN + 1) * 5 * USES * 2;
  for (size_t i = 0; i < n; i++) {
    size_t rest = i;
    vd_risk_input in = {.kev = rest % 2 == 1};
    rest /= 2;
    in.transitive = (rest & 1) != 0, in.optional = (rest & 2) != 0,
    in.development = (rest & 4) != 0;
    rest /= USES;
    in.severity = (vd_severity)(rest % 5);
    rest /= 5;
    in.verdict = (vd_verdict)(rest % (VD_VERDICT_UNKNOWN + 1));
    rest /= VD_VERDICT_UNKNOWN + 1;
    in.epss = epss_grid[rest % VD_COUNT(epss_grid)];
    in.cvss = cvss_grid[rest / VD_COUNT(epss_grid)];
    check(in);
  }
}

static void stays_on_the_scale(vd_risk_input in) {
  double r = rank(in);
  cr_assert(r >= 0 && r <= 1);
}

static void kev_beats_everything_used_alike(vd_risk_input in) {
  vd_risk_input known = in, other = in;
  known.kev = true, known.epss = 0, known.cvss = 0;
  other.kev = false, other.epss = 1, other.cvss = 10;
  cr_assert(rank(known) >= rank(other));
  known = in, known.kev = true;
  other = in, other.kev = false;
  cr_assert(rank(known) > rank(other));
}

static void more_never_lowers(vd_risk_input in) {
  vd_risk_input more = in;
  for (size_t i = 0; i < VD_COUNT(epss_grid); i++) {
    more.epss = epss_grid[i];
    if (in.epss >= 0 && more.epss >= in.epss)
      cr_assert(rank(more) >= rank(in));
  }
  more = in;
  for (size_t i = 0; i < VD_COUNT(cvss_grid); i++) {
    more.cvss = cvss_grid[i];
    if (in.cvss >= 0 && more.cvss >= in.cvss)
      cr_assert(rank(more) >= rank(in));
  }
}

static void label_counts_only_without_score(vd_risk_input in) {
  vd_risk_input worse = in;
  worse.severity = VD_SEVERITY_CRITICAL;
  if (in.cvss >= 0)
    cr_assert(rank(worse) == rank(in));
  else
    cr_assert(rank(worse) >= rank(in));
}

static void use_orders(vd_risk_input in) {
  vd_risk_input direct = in, indirect = in, dev = in, runtime = in, optional = in;
  direct.transitive = false, indirect.transitive = true;
  runtime.development = runtime.optional = false;
  optional.development = false, optional.optional = true;
  dev.development = true;
  cr_assert(rank(indirect) <= rank(direct) && rank(indirect) >= 0.9 * rank(direct));
  cr_assert(rank(dev) <= rank(optional) && rank(optional) <= rank(runtime));
  if (rank(runtime) > 0)
    cr_assert(rank(dev) < rank(optional) && rank(optional) < rank(runtime));
}

static void verdict_orders(vd_risk_input in) {
  static const vd_verdict falling[] = {VD_VERDICT_EXACT, VD_VERDICT_ALWAYS,
                                       VD_VERDICT_NEWEST_VULNERABLE, VD_VERDICT_UNKNOWN,
                                       VD_VERDICT_NEWEST_SAFE};
  vd_risk_input low = in, safe = in;
  for (size_t i = 1; i < VD_COUNT(falling); i++) {
    in.verdict = falling[i - 1];
    low.verdict = falling[i];
    cr_assert(rank(low) <= rank(in));
  }
  safe.verdict = VD_VERDICT_NEWEST_SAFE;
  cr_assert(rank(safe) <= 0.2);
}

static void malicious_is_never_below(vd_risk_input in) {
  vd_risk_input other = in;
  in.malicious = true;
  other.malicious = false;
  cr_assert(rank(in) >= rank(other));
  in.development = !in.development;
  cr_assert(rank(in) >= rank(other), "it harms a developer's machine as much");
}

Test(rank, malicious_is_never_below) { for_each_input(malicious_is_never_below); }
Test(rank, stays_on_the_scale) { for_each_input(stays_on_the_scale); }
Test(rank, kev_beats_everything_used_alike) { for_each_input(kev_beats_everything_used_alike); }
Test(rank, more_epss_or_cvss_never_lowers) { for_each_input(more_never_lowers); }
Test(rank, label_counts_only_without_score) { for_each_input(label_counts_only_without_score); }
Test(rank, direct_runtime_optional_dev) { for_each_input(use_orders); }
Test(rank, verdicts_fall_to_newest_safe) { for_each_input(verdict_orders); }

static const vd_risk_input plain = {.epss = 0.02, .cvss = 8.1, .severity = VD_SEVERITY_HIGH};

Test(rank, unknown_epss_is_typical) {
  vd_risk_input unknown = plain, typical = plain;
  unknown.epss = -1, typical.epss = 0.007;
  cr_assert(rank(unknown) == rank(typical));
  cr_assert(rank(unknown) < rank(plain));
}

Test(rank, unknown_cvss_is_the_middle_of_its_label) {
  static const double middle[] = {0, 2.0, 5.5, 8.0, 9.5};
  for (int s = VD_SEVERITY_INFO; s <= VD_SEVERITY_CRITICAL; s++) {
    vd_risk_input label = plain, score = plain;
    label.cvss = -1, label.severity = (vd_severity)s, score.cvss = middle[s];
    cr_assert(rank(label) == rank(score));
    cr_assert(vd_severity_of_score(middle[s]) == (vd_severity)s);
  }
}

Test(rank, newest_safe_stays_below_what_is_affected_today) {
  vd_risk_input worst = {.kev = true, .epss = 1, .cvss = 10, .verdict = VD_VERDICT_NEWEST_SAFE};
  vd_risk_input usual = {.epss = 0.007, .cvss = 5.5, .verdict = VD_VERDICT_EXACT};
  cr_assert(rank(worst) < rank(usual));
}

Test(rank, nan_is_unknown) {
  vd_risk_input in = plain, unknown = plain;
  in.epss = in.cvss = __builtin_nan("");
  unknown.epss = unknown.cvss = -1;
  cr_assert(rank(in) == rank(unknown));
}
