// The SARIF 2.1.0 report: one rule a flaw, one result a finding. docs/sarif.md says why so.
#include "report/sarif.h"

// Of a finding in a model: the byte, when it is one of the file itself.
static void put_byte_region(vd_json_out *j, uint64_t offset) {
  vd_json_key(j, "region");
  vd_json_open(j, '{');
  vd_json_key(j, "byteOffset");
  vd_json_int(j, (int64_t)offset);
  vd_json_key(j, "byteLength");
  vd_json_int(j, 1);
  vd_json_close(j, '}');
}

static void put_location(vd_json_out *j, vd_view path, uint32_t line, const vd_finding *f) {
  vd_json_open(j, '{');
  vd_json_key(j, "physicalLocation");
  vd_json_open(j, '{');
  vd_json_key(j, "artifactLocation");
  vd_json_open(j, '{');
  vd_json_key(j, "uri");
  vd_sarif_put_uri(j, path);
  vd_json_member(j, "uriBaseId", VD_VIEW("%SRCROOT%"));
  vd_json_close(j, '}');
  if (line != 0) {
    vd_json_key(j, "region");
    vd_json_open(j, '{');
    vd_json_key(j, "startLine");
    vd_json_int(j, line);
    vd_json_close(j, '}');
  } else if (f != NULL && f->check != NULL && f->member.len == 0 && f->offset <= INT32_MAX) {
    put_byte_region(j, f->offset);
  }
  vd_json_close(j, '}');
  vd_json_close(j, '}');
}

static void put_locations(vd_json_out *j, const vd_finding *f) {
  vd_json_key(j, "locations");
  vd_json_open(j, '[');
  for (size_t i = 0; i < f->locations.count; i++)
    put_location(j, f->locations.at[i].path, f->locations.at[i].line, f);
  vd_json_close(j, ']');
}

// What a reader of one alert needs, in sentences.
static void put_message(vd_json_out *j, const vd_finding *f) {
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  vd_buf_put(&b, f->title);
  const vd_view parts[] = {f->evidence, f->why, f->fix};
  static const char *const labels[] = {"Evidence", "Why here", "Fix"};
  for (size_t i = 0; i < VD_COUNT(parts); i++)
    if (parts[i].len != 0) {
      vd_buf_printf(&b, ". %s: ", labels[i]);
      vd_buf_put(&b, parts[i]);
    }
  vd_json_key(j, "message");
  vd_sarif_put_text(j, vd_buf_view(&b));
}

static void put_techniques(vd_json_out *j, const vd_mapping *m) {
  vd_json_key(j, "techniques");
  vd_json_open(j, '[');
  for (size_t i = 0; m != NULL && i < m->techniques.count; i++)
    vd_json_text(j, m->techniques.at[i].id);
  vd_json_close(j, ']');
}

static void put_properties(vd_json_out *j, const vd_finding *f) {
  vd_json_key(j, "properties");
  vd_json_open(j, '{');
  vd_json_member(j, "severity", vd_view_of(vd_severity_text(f->severity)));
  vd_json_key(j, "risk");
  vd_json_real(j, f->risk, 4);
  vd_json_key(j, "confidence");
  vd_json_real(j, f->confidence, 2);
  if (f->dependency != NULL) {
    vd_json_member(j, "component", f->dependency->purl);
    vd_json_member(j, "verdict", vd_view_of(vd_verdict_text(f->verdict)));
  }
  vd_json_member(j, "fixedRequirement", f->fixed_requirement);
  put_techniques(j, f->mapping);
  vd_json_close(j, '}');
}

static const char *level_of(const vd_finding *f) {
  if (vd_finding_is_latent(f) || f->severity <= VD_SEVERITY_LOW)
    return "note";
  return f->severity == VD_SEVERITY_MEDIUM ? "warning" : "error";
}

static void put_result(vd_json_out *j, const vd_finding *f, size_t rule) {
  vd_json_open(j, '{');
  vd_json_key(j, "ruleId");
  vd_sarif_put_rule_id(j, f);
  vd_json_key(j, "ruleIndex");
  vd_json_int(j, (int64_t)rule);
  vd_json_member(j, "level", vd_view_of(level_of(f)));
  put_message(j, f);
  put_locations(j, f);
  vd_json_key(j, "partialFingerprints");
  vd_json_open(j, '{');
  vd_json_member(j, "vedetteFindingId/v1", f->id);
  vd_json_close(j, '}');
  put_properties(j, f);
  vd_json_close(j, '}');
}

static void put_failure(vd_json_out *j, const vd_coverage *c) {
  vd_json_open(j, '{');
  vd_json_key(j, "descriptor");
  vd_json_open(j, '{');
  vd_json_member(j, "id", VD_VIEW("unreadable-input"));
  vd_json_close(j, '}');
  vd_json_member(j, "level", VD_VIEW("error"));
  vd_json_key(j, "message");
  vd_sarif_put_text(j, c->reason.len != 0 ? c->reason : VD_VIEW("could not be read"));
  vd_json_key(j, "locations");
  vd_json_open(j, '[');
  put_location(j, c->path, c->line, NULL);
  vd_json_close(j, ']');
  vd_json_close(j, '}');
}

static void put_invocations(vd_json_out *j, const vd_scan *scan) {
  vd_json_key(j, "invocations");
  vd_json_open(j, '[');
  vd_json_open(j, '{');
  vd_json_key(j, "executionSuccessful");
  vd_json_bool(j, true);
  vd_json_key(j, "toolExecutionNotifications");
  vd_json_open(j, '[');
  for (size_t i = 0; i < scan->coverage.count; i++)
    if (scan->coverage.at[i].status == VD_FAILED)
      put_failure(j, &scan->coverage.at[i]);
  vd_json_close(j, ']');
  vd_json_close(j, '}');
  vd_json_close(j, ']');
}

static void put_tool(vd_json_out *j, const vd_scan *scan, const vd_sarif_rules *rules) {
  vd_json_key(j, "tool");
  vd_json_open(j, '{');
  vd_json_key(j, "driver");
  vd_json_open(j, '{');
  vd_json_member(j, "name", VD_VIEW("vedette"));
  vd_json_member(j, "version", VD_VIEW(VD_VERSION));
  vd_json_member(j, "semanticVersion", VD_VIEW(VD_VERSION));
  vd_json_key(j, "rules");
  vd_json_open(j, '[');
  for (size_t i = 0; i < rules->count; i++)
    vd_sarif_put_rule(j, rules->first[i]);
  vd_json_close(j, ']');
  vd_json_key(j, "notifications");
  vd_json_open(j, '[');
  vd_json_open(j, '{');
  vd_json_member(j, "id", VD_VIEW("unreadable-input"));
  vd_json_key(j, "shortDescription");
  vd_sarif_put_text(j, VD_VIEW("A file, or a place in it, that could not be read"));
  vd_json_close(j, '}');
  vd_json_close(j, ']');
  vd_json_key(j, "properties");
  vd_json_open(j, '{');
  vd_json_member(j, "knowledgeDate", scan->knowledge.knowledge_date);
  vd_json_close(j, '}');
  vd_json_close(j, '}');
  vd_json_close(j, '}');
}

static void put_root(vd_json_out *j) {
  vd_json_key(j, "originalUriBaseIds");
  vd_json_open(j, '{');
  vd_json_key(j, "%SRCROOT%");
  vd_json_open(j, '{');
  vd_json_key(j, "description");
  vd_sarif_put_text(j, VD_VIEW("The folder that was scanned"));
  vd_json_close(j, '}');
  vd_json_close(j, '}');
}

static void put_run(vd_json_out *j, const vd_scan *scan, const vd_sarif_rules *rules) {
  vd_json_open(j, '{');
  put_tool(j, scan, rules);
  put_invocations(j, scan);
  put_root(j);
  vd_json_key(j, "results");
  vd_json_open(j, '[');
  for (size_t i = 0; i < scan->findings.count; i++)
    put_result(j, &scan->findings.at[i], rules->of[i]);
  vd_json_close(j, ']');
  vd_json_close(j, '}');
}

vd_code vd_report_sarif(const vd_scan *scan, const vd_report_options *options, vd_buf *out) {
  (void)options;
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_sarif_rules rules = {0};
  VD_TRY(vd_sarif_collect(&a, scan, &rules));
  vd_json_out j = {.buf = out, .pretty = true};
  vd_json_open(&j, '{');
  vd_json_member(&j, "$schema", VD_VIEW("https://json.schemastore.org/sarif-2.1.0.json"));
  vd_json_member(&j, "version", VD_VIEW("2.1.0"));
  vd_json_key(&j, "runs");
  vd_json_open(&j, '[');
  put_run(&j, scan, &rules);
  vd_json_close(&j, ']');
  vd_json_close(&j, '}');
  vd_buf_put_c(out, '\n');
  return out->failed ? VD_LIMIT : VD_OK;
}
