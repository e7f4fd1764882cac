// Words for the kinds of findings and for what became of a file.
#include "scan/scan.h"

static const char *const kinds[] = {
    [VD_FINDING_DEPENDENCY] = "dependency", [VD_FINDING_CODE] = "code",
    [VD_FINDING_SECRET] = "secret",         [VD_FINDING_MODEL] = "model",
    [VD_FINDING_DEPLOY] = "deploy",         [VD_FINDING_HISTORY] = "history",
};

static const char *const statuses[] = {
    [VD_SCANNED] = "scanned",
    [VD_SKIPPED] = "skipped",
    [VD_FAILED] = "failed",
};

const char *vd_finding_kind_text(vd_finding_kind k) {
  return (size_t)k < VD_COUNT(kinds) ? kinds[k] : "?";
}

const char *vd_coverage_status_text(vd_coverage_status s) {
  return (size_t)s < VD_COUNT(statuses) ? statuses[s] : "?";
}
