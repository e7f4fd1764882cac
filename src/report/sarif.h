// The parts of the SARIF report: rules, and text and URIs in the forms SARIF wants.
#pragma once

#include "format/format.h"
#include "report/formats.h"
#include "report/select.h"

// The distinct rules of a scan, in order of first use, and which one each finding has.
typedef struct vd_sarif_rules {
  const vd_finding **first; // the first finding of each rule
  size_t count;
  size_t *of; // finding -> rule
} vd_sarif_rules;

vd_code vd_sarif_collect(vd_arena *a, const vd_scan *scan, vd_sarif_rules *out) VD_MUST_USE;
void vd_sarif_put_rule(vd_json_out *j, const vd_finding *f);
void vd_sarif_put_rule_id(vd_json_out *j, const vd_finding *f);
// An object with `text`, made so that no viewer takes hostile text for a link.
void vd_sarif_put_text(vd_json_out *j, vd_view text);
// A relative reference: every byte that is not plain is percent-encoded (RFC 3986).
void vd_sarif_put_uri(vd_json_out *j, vd_view path);
