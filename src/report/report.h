// report: a scan's results as text for people and machines. One file a format behind reports.def.
#pragma once

#include "base/base.h"
#include "scan/scan.h"

typedef struct vd_report_options {
  vd_term term;      // terminal report only
  bool verbose;      // terminal report: every flaw and the whole ledger
  vd_severity least; // terminal report: leave out findings below (never from JSON or SARIF)
} vd_report_options;

// A report is a pure function of the scan: same scan, same bytes.
typedef struct vd_report {
  const char *name; // "sarif", the value of --format
  const char *summary;
  vd_code (*write)(const vd_scan *scan, const vd_report_options *options, vd_buf *out);
} vd_report;

extern const vd_report vd_reports[]; // ends with a NULL name; the first is the default
const vd_report *vd_report_by_name(vd_view name);

// True when this is the finding's id or one of its flaw's ids, in any case.
bool vd_report_is_named(const vd_finding *f, vd_view id);

// Everything known about one finding, for `vedette why`.
vd_code vd_report_why(const vd_scan *scan, const vd_finding *finding,
                      const vd_report_options *options, vd_buf *out);
