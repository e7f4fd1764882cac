// vedette why
#include "cli/run.h"

static vd_code explain(const vd_run *r, vd_view id, vd_buf *out) {
  bool first = true;
  for (size_t i = 0; i < r->scan.findings.count; i++) {
    const vd_finding *f = &r->scan.findings.at[i];
    if (!vd_report_is_named(f, id))
      continue;
    if (!first)
      vd_buf_put_c(out, '\n');
    first = false;
    VD_TRY(vd_report_why(&r->scan, f, &r->report_options, out));
  }
  return first ? VD_NOTFOUND : VD_OK;
}

// An id that no finding carries may still be known: say which of the two it is.
static vd_code not_found(vd_run *r, const char *id, vd_error *err) {
  vd_flaw flaw;
  if (vd_graph_flaw(r->scan_options.graph, &r->arena, vd_view_of(id), &flaw, NULL) == VD_OK)
    return vd_fail(err, VD_NOTFOUND, "%.60s is known, but nothing in '%.90s' is affected by it", id,
                   r->scan_options.target);
  return vd_fail(err, VD_NOTFOUND, "no finding and no known flaw '%.60s' in '%.90s'", id,
                 r->scan_options.target);
}

static int run(const vd_settings *s) {
  VD_CLEANUP(vd_run_done) vd_run r = {0};
  VD_CLEANUP(vd_delivery_done) vd_delivery d = {0};
  vd_error err = {0};
  if (vd_run_scan(&r, s, s->operand_count < 2 ? "." : s->operands[1], &err) != VD_OK ||
      vd_delivery_open(&d, s, &err) != VD_OK)
    return vd_die(&err);
  vd_code code = explain(&r, vd_view_of(s->operands[0]), &d.text);
  if (code == VD_NOTFOUND)
    return (void)not_found(&r, s->operands[0], &err), vd_die(&err);
  d.text.failed |= code != VD_OK;
  return vd_delivery_finish(&d, &err) == VD_OK ? VD_EXIT_CLEAN : vd_die(&err);
}

const vd_verb vd_verb_why = {
    .name = "why",
    .operands = "ID [TARGET]",
    .summary = "print the full evidence of one finding",
    .details =
        "Scans TARGET (default: the current folder) again and prints everything known about the\n"
        "finding ID: the flaw under all its names, which advisory says so and for which versions,\n"
        "its scores, the techniques it serves with the path that leads to each, and the fix.\n"
        "ID may also be a CVE, GHSA or PYSEC id: then every finding of that flaw is shown.\n"
        "\n"
        "Examples:\n"
        "  vedette why VD-0123456789ab\n"
        "  vedette why CVE-2025-32434 services/inference",
    .options = "--output --db --jobs --quiet --no-color",
    .least = 1,
    .most = 2,
    .run = run,
};
