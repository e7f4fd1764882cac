// Prototypes of every report, from the registry.
#pragma once

#include "report/report.h"

#define REPORT(name, summary)                                                                      \
  vd_code vd_report_##name(const vd_scan *scan, const vd_report_options *options, vd_buf *out);
#include "report/reports.def"
#undef REPORT
