// Severity labels and verdicts as words.
#include "risk/risk.h"

static const char *const severities[] = {
    [VD_SEVERITY_INFO] = "info",         [VD_SEVERITY_LOW] = "low",
    [VD_SEVERITY_MEDIUM] = "medium",     [VD_SEVERITY_HIGH] = "high",
    [VD_SEVERITY_CRITICAL] = "critical",
};

static const char *const verdicts[] = {
    [VD_VERDICT_EXACT] = "exact",
    [VD_VERDICT_ALWAYS] = "always",
    [VD_VERDICT_NEWEST_VULNERABLE] = "newest_vulnerable",
    [VD_VERDICT_NEWEST_SAFE] = "newest_safe",
    [VD_VERDICT_UNKNOWN] = "unknown",
};

const char *vd_severity_text(vd_severity s) {
  return (size_t)s < VD_COUNT(severities) ? severities[s] : "?";
}

const char *vd_verdict_text(vd_verdict v) {
  return (size_t)v < VD_COUNT(verdicts) ? verdicts[v] : "?";
}

bool vd_severity_parse(vd_view text, vd_severity *out) {
  if (vd_view_ieq(text, VD_VIEW("moderate")))
    return *out = VD_SEVERITY_MEDIUM, true;
  for (size_t i = 0; i < VD_COUNT(severities); i++)
    if (vd_view_ieq(text, vd_view_of(severities[i])))
      return *out = (vd_severity)i, true;
  return false;
}

vd_severity vd_severity_of_score(double score) {
  static const double least[] = {[VD_SEVERITY_LOW] = 0.1,
                                 [VD_SEVERITY_MEDIUM] = 4.0,
                                 [VD_SEVERITY_HIGH] = 7.0,
                                 [VD_SEVERITY_CRITICAL] = 9.0};
  int s = VD_SEVERITY_CRITICAL;
  while (s > VD_SEVERITY_INFO && score < least[s])
    s--;
  return (vd_severity)s;
}
