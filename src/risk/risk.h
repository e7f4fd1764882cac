// risk: how bad a flaw is (CVSS) and which to fix first (ranking).
#pragma once

#include "base/base.h"

// ---- CVSS 2.0, 3.0, 3.1, 4.0 (FIRST specifications) ------------------------------------------

typedef enum vd_cvss_version {
  VD_CVSS_2 = 20,
  VD_CVSS_30 = 30,
  VD_CVSS_31 = 31,
  VD_CVSS_4 = 40
} vd_cvss_version;

typedef struct vd_cvss {
  vd_cvss_version version;
  double base;          // 0.0-10.0, one decimal
  double temporal;      // equals base when no temporal metric is given, and in 4.0
  double environmental; // equals temporal when no environmental metric is given, and in 4.0; but in
                        // 3.1 the formula is another one and may give 0.1 more or less
  double score;         // the most specific one the vector gives; for 4.0 the one score there is
  bool network;         // attack vector is network
} vd_cvss;

// Reads any vector ("AV:N/...", "CVSS:3.1/...", "CVSS:4.0/..."), strictly: unknown, repeated or
// missing mandatory metrics, or a wrong order in 2.0 and 4.0, are FORMAT with column and offset.
vd_code vd_cvss_parse(vd_view vector, vd_cvss *out, vd_error *err) VD_MUST_USE;

typedef enum vd_severity {
  VD_SEVERITY_INFO,
  VD_SEVERITY_LOW,
  VD_SEVERITY_MEDIUM,
  VD_SEVERITY_HIGH,
  VD_SEVERITY_CRITICAL
} vd_severity;

const char *vd_severity_text(vd_severity s);
bool vd_severity_parse(vd_view text, vd_severity *out); // also "moderate"; any case
// The qualitative scale of CVSS 3 and 4; 2.0 has no critical but uses the same bounds here. 0 ->
// info.
vd_severity vd_severity_of_score(double score);

// ---- ranking -----------------------------------------------------------------------------------

typedef enum vd_verdict {
  VD_VERDICT_EXACT,             // pinned version, affected
  VD_VERDICT_ALWAYS,            // every known allowed version is affected
  VD_VERDICT_NEWEST_VULNERABLE, // the newest known allowed version is affected, some other is not
  VD_VERDICT_NEWEST_SAFE, // an allowed version is affected, the newest known allowed one is not
  VD_VERDICT_UNKNOWN,     // the range meets affected versions but no known version is allowed
} vd_verdict;

const char *vd_verdict_text(vd_verdict v); // "exact", "always", ...

// What ranking may look at. Unknown numbers are negative.
typedef struct vd_risk_input {
  bool kev;
  bool malicious; // not a mistake: the release is reported to have been made to do harm
  double epss;    // probability 0-1
  double cvss;    // 0-10
  vd_severity severity;
  vd_verdict verdict;
  bool transitive;  // a lock file says it is not a direct dependency
  bool optional;    // only with an extra or optional group
  bool development; // only for development or building
} vd_risk_input;

// A ranking model: pure function to [0, 1]. The learned model will be a second value of this type.
typedef struct vd_ranker {
  const char *name;
  const char *summary;
  double (*score)(const vd_risk_input *in);
} vd_ranker;

extern const vd_ranker vd_ranker_kev_epss_cvss;
