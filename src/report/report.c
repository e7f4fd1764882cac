// The registry of report formats.
#include "report/formats.h"

const vd_report vd_reports[] = {
#define REPORT(name, summary) {#name, summary, vd_report_##name},
#include "report/reports.def"
#undef REPORT
    {0},
};

const vd_report *vd_report_by_name(vd_view name) {
  for (const vd_report *r = vd_reports; r->name != NULL; r++)
    if (vd_view_eq(name, vd_view_of(r->name)))
      return r;
  return NULL;
}
