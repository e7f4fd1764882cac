// run: what the verbs that scan share.
#pragma once

#include "cli/cli.h"
#include "graph/graph.h"
#include "report/report.h"
#include "scan/scan.h"

// --jobs; 0 when text is NULL. USAGE.
vd_code vd_parse_jobs(const char *text, unsigned *out, vd_error *err) VD_MUST_USE;

typedef struct vd_run {
  vd_arena arena; // everything of the scan lives here
  vd_scan_options scan_options;
  const vd_report *report;
  vd_report_options report_options;
  vd_scan scan;
} vd_run;

// Checks the settings, opens the knowledge base and scans the target. Free with vd_run_done, also
// after a failure.
vd_code vd_run_scan(vd_run *r, const vd_settings *s, const char *target, vd_error *err) VD_MUST_USE;
void vd_run_done(vd_run *r);

// Where the result goes: text with the stream of --output or standard output as its sink.
typedef struct vd_delivery {
  vd_output output;
  vd_buf text;
} vd_delivery;

vd_code vd_delivery_open(vd_delivery *d, const vd_settings *s, vd_error *err) VD_MUST_USE;
vd_code vd_delivery_finish(vd_delivery *d, vd_error *err) VD_MUST_USE;
void vd_delivery_done(vd_delivery *d); // for VD_CLEANUP
