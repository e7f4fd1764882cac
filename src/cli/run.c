// Settings to options, and results to their place.
#include "cli/run.h"

vd_code vd_parse_jobs(const char *text, unsigned *out, vd_error *err) {
  uint64_t n = 0;
  if (text == NULL)
    return VD_OK;
  if (!vd_view_u64(vd_view_of(text), &n) || n == 0 || n > 1024)
    return vd_fail(err, VD_USAGE, "--jobs takes a whole number from 1 to 1024, not '%.40s'", text);
  *out = (unsigned)n;
  return VD_OK;
}

static vd_code prepare(vd_run *r, const vd_settings *s, vd_error *err) {
  r->report = s->format == NULL ? &vd_reports[0] : vd_report_by_name(vd_view_of(s->format));
  if (r->report == NULL)
    return vd_fail(err, VD_USAGE, "no report format '%.40s'; see 'vedette scan --help'", s->format);
  r->report_options = (vd_report_options){.term = vd_term_of(stdout, s->no_color || s->output),
                                          .verbose = s->verbose};
  if (s->severity != NULL && !vd_severity_parse(vd_view_of(s->severity), &r->report_options.least))
    return vd_fail(err, VD_USAGE,
                   "--severity takes critical, high, medium, low or info, not '%.40s'",
                   s->severity);
  return vd_parse_jobs(s->jobs, &r->scan_options.jobs, err);
}

vd_code vd_run_scan(vd_run *r, const vd_settings *s, const char *target, vd_error *err) {
  char knowledge[4096];
  *r = (vd_run){.arena = VD_ARENA(VD_SCAN_MEMORY_MAX),
                .scan_options = {.quiet = s->quiet, .target = target}};
  VD_TRY(prepare(r, s, err));
  VD_TRY(vd_knowledge_path(s->db, knowledge, sizeof knowledge, err));
  VD_TRY(vd_graph_open(knowledge, VD_GRAPH_READ, &r->scan_options.graph, err));
  return vd_scan_run(&r->scan_options, &r->arena, &r->scan, err);
}

void vd_run_done(vd_run *r) {
  vd_graph_close(&r->scan_options.graph);
  vd_arena_free(&r->arena);
}

vd_code vd_delivery_open(vd_delivery *d, const vd_settings *s, vd_error *err) {
  *d = (vd_delivery){.text = VD_BUF(VD_REPORT_BYTES_MAX)};
  VD_TRY(vd_output_open(&d->output, s->output, err));
  d->text.sink = d->output.stream;
  return VD_OK;
}

vd_code vd_delivery_finish(vd_delivery *d, vd_error *err) {
  vd_buf_flush(&d->text);
  if (ferror(d->output.stream) == 0 && d->text.failed)
    return vd_fail(err, VD_NOMEM, "no memory for the report");
  return vd_output_commit(&d->output, err);
}

void vd_delivery_done(vd_delivery *d) {
  vd_output_discard(&d->output);
  vd_buf_free(&d->text);
}
