// vedette scan
#include "cli/run.h"

// --fail-on as a level; one above critical for "none".
static vd_code parse_threshold(const char *text, int *level, vd_error *err) {
  vd_severity severity = VD_SEVERITY_LOW;
  bool none = text != NULL && strcmp(text, "none") == 0;
  if (text != NULL && !none && !vd_severity_parse(vd_view_of(text), &severity))
    return vd_fail(err, VD_USAGE,
                   "--fail-on takes critical, high, medium, low, info or none, not '%.40s'", text);
  *level = none ? VD_SEVERITY_CRITICAL + 1 : (int)severity;
  return VD_OK;
}

static int exit_status(const vd_scan *scan, int level) {
  for (; level <= VD_SEVERITY_CRITICAL; level++)
    if (scan->by_severity[level] != 0)
      return VD_EXIT_FINDINGS;
  return scan->failed != 0 ? VD_EXIT_ERROR : VD_EXIT_CLEAN;
}

static int run(const vd_settings *s) {
  VD_CLEANUP(vd_run_done) vd_run r = {0};
  VD_CLEANUP(vd_delivery_done) vd_delivery d = {0};
  vd_error err = {0};
  int level = 0;
  if (parse_threshold(s->fail_on, &level, &err) != VD_OK ||
      vd_run_scan(&r, s, s->operand_count == 0 ? "." : s->operands[0], &err) != VD_OK ||
      vd_delivery_open(&d, s, &err) != VD_OK)
    return vd_die(&err);
  d.text.failed |= r.report->write(&r.scan, &r.report_options, &d.text) != VD_OK;
  return vd_delivery_finish(&d, &err) == VD_OK ? exit_status(&r.scan, level) : vd_die(&err);
}

const vd_verb vd_verb_scan = {
    .name = "scan",
    .operands = "[TARGET]",
    .summary = "rank what is wrong in a folder or file, and say how to fix it",
    .details =
        "Reads every manifest of TARGET (a folder, a single manifest, a lock file, an SBOM; the\n"
        "current folder when not given), matches what it declares against the knowledge base\n"
        "that ships, and ranks the flaws: known exploited first, then EPSS and CVSS, then how\n"
        "the component is used. Nothing is executed, fetched or written.\n"
        "\n"
        "A pinned version is matched exactly. A range gets a verdict: always (every known\n"
        "version it allows is affected), newest_vulnerable, newest_safe (shown as info) or\n"
        "unknown.\n"
        "\n"
        "Examples:\n"
        "  vedette scan .                               the ranked list\n"
        "  vedette scan --format sarif --output r.sarif for code scanning\n"
        "  vedette scan --format json | jq .summary     for programs\n"
        "  vedette scan --fail-on high                  exit 1 only from high on (for CI)\n"
        "  vedette scan requirements.txt                one manifest\n"
        "  vedette scan .venv                           an installed environment",
    .options = "--format --output --db --fail-on --severity --jobs --verbose --quiet --no-color",
    .most = 1,
    .run = run,
};
