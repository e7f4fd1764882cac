// Reads a CVSS vector of any version by that version's table of metrics.
#include "risk/cvss_vector.h"

static const vd_cvss_scheme *const schemes[] = {&vd_cvss_scheme_4, &vd_cvss_scheme_31,
                                                &vd_cvss_scheme_30, &vd_cvss_scheme_2};

static vd_code malformed(vd_error *err, size_t at, const char *what, vd_view text) {
  vd_code code = vd_fail(err, VD_FORMAT, "%s \"%.*s\" in a CVSS vector", what, VD_ARG(text));
  if (err != NULL) {
    err->column = (uint32_t)at + 1;
    err->offset = at;
  }
  return code;
}

// The scheme whose prefix the vector has; 2.0 has none and so takes what is left.
static const vd_cvss_scheme *scheme_of(vd_view vector) {
  for (size_t i = 0; i < VD_COUNT(schemes); i++)
    if (vd_view_starts(vector, schemes[i]->prefix))
      return schemes[i];
  return NULL;
}

static size_t metric_index(const vd_cvss_scheme *s, vd_view name) {
  size_t i = 0;
  while (i < s->count && !vd_view_eq(name, vd_view_of(s->metrics[i].name)))
    i++;
  return i;
}

// The level value spells, or -1.
static int level_of(const vd_cvss_metric *metric, vd_view value) {
  vd_view rest = vd_view_of(metric->values);
  for (int level = 0; rest.len != 0; level++)
    if (vd_view_eq(vd_view_cut(&rest, ' '), value))
      return level;
  return -1;
}

typedef struct reading {
  const vd_cvss_scheme *scheme;
  vd_cvss_levels levels;
  uint64_t seen; // bit i: metric i was given
  size_t next;   // in an ordered vector, the first metric that may still come
  size_t column; // 0-based start of the metric being read
} reading;

static vd_code read_metric(reading *r, vd_view text, vd_error *err) {
  vd_view value = text;
  vd_view name = vd_view_cut(&value, ':');
  size_t i = metric_index(r->scheme, name);
  if (i == r->scheme->count)
    return malformed(err, r->column, "unknown metric", name);
  if ((r->seen >> i & 1) != 0)
    return malformed(err, r->column, "repeated metric", name);
  if (r->scheme->ordered && i < r->next)
    return malformed(err, r->column, "out-of-order metric", name);
  int level = level_of(&r->scheme->metrics[i], value);
  if (level < 0)
    return malformed(err, r->column + (value.len == 0 ? 0 : name.len + 1), "unknown value", text);
  r->levels.at[i] = (uint8_t)level;
  r->seen |= UINT64_C(1) << i;
  r->next = i + 1;
  return VD_OK;
}

static vd_code check_complete(const reading *r, size_t end, vd_error *err) {
  for (size_t i = 0; i < r->scheme->count; i++)
    if (r->scheme->metrics[i].mandatory && (r->seen >> i & 1) == 0)
      return malformed(err, end, "missing metric", vd_view_of(r->scheme->metrics[i].name));
  return VD_OK;
}

vd_code vd_cvss_parse(vd_view vector, vd_cvss *out, vd_error *err) {
  reading r = {.scheme = scheme_of(vector)};
  if (vd_view_starts(vector, VD_VIEW("CVSS:")) && r.scheme->prefix.len == 0)
    return malformed(err, strlen("CVSS:"), "unknown version", vd_view_first(vector, 9));
  for (size_t at = r.scheme->prefix.len; at <= vector.len;
       at++) { // one turn a metric, over its '/'
    vd_view rest = vd_view_from(vector, at);
    r.column = at;
    VD_TRY(read_metric(&r, vd_view_first(rest, vd_view_find(rest, '/')), err));
    at += vd_view_find(rest, '/');
  }
  VD_TRY(check_complete(&r, vector.len, err));
  vd_cvss result = {.version = r.scheme->version};
  r.scheme->score(&r.levels, &result);
  *out = result;
  return VD_OK;
}
