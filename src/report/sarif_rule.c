// SARIF rules: a flaw under its primary id, with what code scanning services show of it.
#include "report/sarif.h"

static vd_view rule_id(const vd_finding *f) {
  return f->flaw != NULL ? f->flaw->id : vd_view_of(f->rule);
}

vd_code vd_sarif_collect(vd_arena *a, const vd_scan *scan, vd_sarif_rules *out) {
  size_t n = scan->findings.count;
  vd_map seen = VD_MAP(a); // rule id -> its place in rules.of, where the index is
  vd_sarif_rules rules = {.first = vd_new_array(a, const vd_finding *, n + 1),
                          .of = vd_new_array(a, size_t, n + 1)};
  if (rules.first == NULL || rules.of == NULL)
    return VD_NOMEM;
  for (size_t i = 0; i < n; i++) {
    const vd_finding *f = &scan->findings.at[i];
    const size_t *known = vd_map_get(&seen, rule_id(f));
    rules.of[i] = known != NULL ? *known : rules.count;
    if (known == NULL) {
      rules.first[rules.count++] = f;
      VD_TRY(vd_map_put(&seen, rule_id(f), &rules.of[i]));
    }
  }
  *out = rules;
  return VD_OK;
}

void vd_sarif_put_rule_id(vd_json_out *j, const vd_finding *f) { vd_json_text(j, rule_id(f)); }

void vd_sarif_put_text(vd_json_out *j, vd_view text) {
  VD_SCOPED_BUF b = VD_BUF(text.len * 2 + 1);
  for (size_t i = 0; i < text.len; i++) { // "[label](target)" is a link in a SARIF message
    if (i != 0 && text.ptr[i] == '(' && text.ptr[i - 1] == ']')
      vd_buf_put_c(&b, ' ');
    vd_buf_put_c(&b, text.ptr[i]);
  }
  vd_json_open(j, '{');
  vd_json_member(j, "text", vd_buf_view(&b));
  vd_json_close(j, '}');
}

static bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c != '\0' && strchr("-._~/", c) != NULL);
}

static void percent_encode(vd_buf *b, vd_view text) {
  for (size_t i = 0; i < text.len; i++)
    if (is_plain(text.ptr[i]))
      vd_buf_put_c(b, text.ptr[i]);
    else
      vd_buf_printf(b, "%%%02X", (unsigned char)text.ptr[i]);
}

void vd_sarif_put_uri(vd_json_out *j, vd_view path) {
  VD_SCOPED_BUF b = VD_BUF(path.len * 3 + 1);
  while (vd_view_starts(path, VD_VIEW("/"))) // a relative reference never starts with one
    path = vd_view_from(path, 1);
  percent_encode(&b, path);
  vd_json_text(j, vd_buf_view(&b));
}

// A page about the flaw: GitHub's for a GHSA id, else OSV's.
static void put_help_uri(vd_json_out *j, const vd_flaw *flaw) {
  VD_SCOPED_BUF b = VD_BUF(4096);
  vd_view id = flaw->id;
  for (size_t i = 0; i < flaw->ids.count; i++)
    if (vd_view_starts(flaw->ids.at[i], VD_VIEW("GHSA-"))) {
      id = flaw->ids.at[i];
      break;
    }
  vd_buf_put(&b, vd_view_starts(id, VD_VIEW("GHSA-")) ? VD_VIEW("https://github.com/advisories/")
                                                      : VD_VIEW("https://osv.dev/vulnerability/"));
  percent_encode(&b, id);
  vd_json_member(j, "helpUri", vd_buf_view(&b));
}

static void put_list(vd_buf *b, const char *label, const vd_views *items) {
  if (items->count == 0)
    return;
  vd_buf_printf(b, "\n%s: ", label);
  for (size_t i = 0; i < items->count; i++) {
    vd_buf_put(b, i == 0 ? VD_VIEW("") : VD_VIEW(", "));
    vd_buf_put(b, items->at[i]);
  }
}

// What a viewer shows beside the alert: all ids, scores, weaknesses and techniques.
static void put_scores(vd_buf *b, const vd_finding *f) {
  if (f->cvss >= 0)
    vd_buf_printf(b, "\nCVSS: %.1f (%.*s)", f->cvss, VD_ARG(f->cvss_vector));
  if (f->flaw != NULL && f->flaw->epss >= 0)
    vd_buf_printf(b, "\nEPSS: %.2f %%", f->flaw->epss * 100);
  if (f->flaw != NULL && f->flaw->kev)
    vd_buf_printf(b, "\nKnown exploited since %.*s (CISA KEV)", VD_ARG(f->flaw->kev_added));
}

static void put_help(vd_json_out *j, const vd_finding *f) {
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  vd_buf_put(&b, f->flaw != NULL ? f->flaw->id : f->title);
  if (f->flaw != NULL)
    put_list(&b, "Known as", &f->flaw->ids);
  put_list(&b, "Weakness", &f->cwe);
  put_scores(&b, f);
  for (size_t i = 0; f->mapping != NULL && i < f->mapping->techniques.count; i++)
    vd_buf_printf(&b, "\nTechnique: %.*s %.*s", VD_ARG(f->mapping->techniques.at[i].id),
                  VD_ARG(f->mapping->techniques.at[i].name));
  if (f->check != NULL)
    vd_buf_printf(&b, "\nFix: %s", f->check->fix);
  vd_json_key(j, "help");
  vd_sarif_put_text(j, vd_buf_view(&b));
}

// GitHub shows a rule by this number: over 9.0 critical, 7.0 high, 4.0 medium.
static void put_security_severity(vd_json_out *j, const vd_finding *f) {
  static const char *const middle[] = {NULL, "2.0", "5.5", "8.0", "9.5"};
  char text[16];
  if (f->cvss > 0)
    (void)snprintf(text, sizeof text, "%d.%d", (int)(f->cvss * 10 + 0.5) / 10,
                   (int)(f->cvss * 10 + 0.5) % 10);
  else if (middle[f->severity] != NULL)
    (void)snprintf(text, sizeof text, "%s", middle[f->severity]);
  else
    return;
  vd_json_member(j, "security-severity", vd_view_of(text));
}

static void put_tags(vd_json_out *j, const vd_finding *f) {
  vd_json_key(j, "tags");
  vd_json_open(j, '[');
  vd_json_text(j, VD_VIEW("security"));
  for (size_t i = 0; i < f->cwe.count; i++) {
    VD_SCOPED_BUF b = VD_BUF(256);
    vd_buf_put(&b, VD_VIEW("external/cwe/cwe-"));
    vd_buf_put(&b, vd_view_starts(f->cwe.at[i], VD_VIEW("CWE-")) ? vd_view_from(f->cwe.at[i], 4)
                                                                 : f->cwe.at[i]);
    vd_json_text(j, vd_buf_view(&b));
  }
  vd_json_close(j, ']');
}

static void put_short_description(vd_json_out *j, const vd_finding *f) {
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  vd_view weakness = vd_finding_weakness(f);
  vd_buf_put(&b, rule_id(f));
  vd_buf_put(&b, VD_VIEW(": "));
  vd_buf_put(&b, f->flaw == NULL || weakness.len == 0 ? f->title : weakness);
  vd_json_key(j, "shortDescription");
  vd_sarif_put_text(j, vd_buf_view(&b));
}

// In the words code scanning services know.
static const char *precision_of(const vd_finding *f) {
  double confidence = f->check == NULL ? 1 : f->check->confidence;
  return confidence >= 0.9   ? "very-high"
         : confidence >= 0.7 ? "high"
         : confidence >= 0.5 ? "medium"
                             : "low";
}

void vd_sarif_put_rule(vd_json_out *j, const vd_finding *f) {
  vd_json_open(j, '{');
  vd_json_key(j, "id");
  vd_sarif_put_rule_id(j, f);
  vd_json_member(j, "name", vd_view_of(f->rule));
  put_short_description(j, f);
  put_help(j, f);
  if (f->flaw != NULL)
    put_help_uri(j, f->flaw);
  vd_json_key(j, "properties");
  vd_json_open(j, '{');
  put_tags(j, f);
  vd_json_member(j, "precision", vd_view_of(precision_of(f)));
  put_security_severity(j, f);
  vd_json_close(j, '}');
  vd_json_close(j, '}');
}
