// The parts of the terminal report.
#pragma once

#include "report/group.h"
#include "report/page.h"

typedef struct terminal {
  vd_page page;
  vd_arena *arena; // for titles and places
  bool verbose;
  bool any_kev;
  size_t id_width, technique_width, weakness_width; // of the flaw table; 0 = column left out
} terminal;

terminal vd_terminal_of(vd_arena *a, const vd_report_options *options, vd_buf *out);
void vd_terminal_severity(terminal *t, vd_severity s);
// The findings about one file: what each says, its evidence, and what to do.
void vd_terminal_file(terminal *t, const vd_group *g, size_t shown);
// How many findings of each severity, how many known exploited, how many with a fix.
void vd_terminal_summary(terminal *t, const vd_scan *scan, const vd_groups *groups);
// What was read, and by name what could not be.
vd_code vd_terminal_coverage(terminal *t, const vd_scan *scan) VD_MUST_USE;

static inline const char *vd_plural(size_t n) { return n == 1 ? "" : "s"; }
