// Nuclei: the templates that check for a CVE, one JSON object a line.
#include "feed/cve.h"
#include "feed/exploit.h"
#include "risk/risk.h"

static vd_code read_template(vd_arena *a, vd_view line, const vd_feed_sink *sink, vd_error *err) {
  const vd_value *doc;
  vd_severity severity;
  VD_TRY(vd_json_parse(a, line, &doc, err));
  const vd_value *info = vd_get(doc, VD_VIEW("Info"));
  vd_view id = vd_text_at(doc, "ID"), label = vd_text_at(info, "Severity");
  if (!vd_cve_valid(id))
    return vd_fail(err, VD_FORMAT, "ID is not a CVE id");
  vd_exploit e = vd_exploit_of(a, vd_arena_printf(a, "nuclei/%.*s", VD_ARG(id)), (vd_view){0});
  vd_exploit_define(&e, vd_text_at(info, "Name"), "nuclei", vd_text_at(info, "Description"));
  if (vd_severity_parse(label, &severity))
    vd_record_property(&e.record, e.node, "severity", vd_view_of(vd_severity_text(severity)));
  (void)vd_exploit_flaws(&e, "ID", id);
  vd_code code = vd_feed_record(sink, &e.record);
  return code == VD_NOMEM ? vd_fail(err, code, "out of memory while reading a template") : code;
}

vd_code vd_read_nuclei(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  vd_view rest = in->bytes, line;
  char place[40];
  if (vd_view_trim(rest).len == 0)
    return vd_fail(err, VD_FORMAT, "the list is empty");
  for (uint32_t number = 1; vd_view_line(&rest, &line); number++) {
    vd_error local = {0};
    if (vd_view_trim(line).len == 0)
      continue;
    vd_arena_mark mark = vd_arena_mark_of(a);
    vd_code code = read_template(a, line, sink, &local);
    vd_arena_rewind(a, mark);
    (void)snprintf(place, sizeof place, "line %u", (unsigned)number);
    if (code == VD_FORMAT || code == VD_LIMIT) {
      sink->bad(sink->ctx, vd_view_of(place), &local);
    } else if (code != VD_OK) {
      if (err != NULL)
        *err = local;
      return code;
    }
  }
  return VD_OK;
}
