// Writes one report of the sample scan to standard output, for tools that check or show it:
// oracle_report FORMAT|why [clean] [colour] [verbose] [width=N]
#include "report/report.h"

#include "../report_sample.h"

static bool has(int argc, char **argv, const char *word) {
  for (int i = 2; i < argc; i++)
    if (strcmp(argv[i], word) == 0)
      return true;
  return false;
}

static unsigned width_of(int argc, char **argv) {
  for (int i = 2; i < argc; i++)
    if (strncmp(argv[i], "width=", 6) == 0)
      return (unsigned)strtoul(argv[i] + 6, NULL, 10);
  return 80;
}

int main(int argc, char **argv) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  VD_SCOPED_BUF out = VD_BUF(64 << 20);
  const char *format = argc < 2 ? "terminal" : argv[1];
  const vd_scan *scan = has(argc, argv, "clean") ? report_sample_clean(&a) : report_sample(&a);
  vd_report_options options = {
      .term = {.colour = has(argc, argv, "colour"), .width = width_of(argc, argv)},
      .verbose = has(argc, argv, "verbose")};
  const vd_report *report = vd_report_by_name(vd_view_of(format));
  vd_code code = report != NULL ? report->write(scan, &options, &out)
                                : vd_report_why(scan, &scan->findings.at[0], &options, &out);
  return code != VD_OK || fwrite(out.ptr, 1, out.len, stdout) != out.len;
}
