// FIRST EPSS: a CSV of cve, epss, percentile below one comment line with model and score date.
#include "feed/sources/sources.h"

// "0.03351": a decimal fraction between 0 and 1.
static bool probability(vd_view v) {
  size_t dots = 0;
  for (size_t i = 0; i < v.len; i++) {
    dots += v.ptr[i] == '.';
    if (v.ptr[i] != '.' && (v.ptr[i] < '0' || v.ptr[i] > '9'))
      return false;
  }
  if (v.len == 0 || v.len > 16 || dots > 1 || v.ptr[0] == '.')
    return false;
  bool one = v.ptr[0] == '1' && vd_view_find(v, '.') <= 1;
  for (size_t i = 2; one && i < v.len; i++)
    one = v.ptr[i] == '0';
  return one || (v.ptr[0] == '0' && (v.len == 1 || v.ptr[1] == '.'));
}

// "#model_version:v2025.03.14,score_date:2026-08-16T00:00:00+0000"
static vd_code read_comment(vd_view line, const vd_feed_sink *sink) {
  vd_view rest = vd_view_from(line, 1), version = {0}, date = {0};
  while (rest.len > 0) {
    vd_view value = vd_view_cut(&rest, ',');
    vd_view key = vd_view_cut(&value, ':');
    if (vd_view_eq(key, VD_VIEW("model_version")) && !vd_view_eq(value, VD_VIEW("unknown")))
      version = value;
    else if (vd_view_eq(key, VD_VIEW("score_date")))
      date = value;
  }
  return sink->snapshot(sink->ctx, version, date);
}

static vd_code read_row(const vd_views *row, uint32_t line, const vd_feed_sink *sink) {
  bool usable = row->count == 3 && vd_view_starts(row->at[0], VD_VIEW("CVE-")) &&
                vd_token_valid(row->at[0]) && probability(row->at[1]) && probability(row->at[2]);
  if (!usable) {
    vd_feed_bad_record(sink, line, "the line is not a CVE id and two probabilities");
    return VD_OK;
  }
  vd_score s = {.cve = row->at[0], .epss = row->at[1], .percentile = row->at[2]};
  return sink->epss(sink->ctx, &s);
}

static vd_code read_rows(vd_csv *csv, uint32_t comments, const vd_feed_sink *sink, vd_error *err) {
  vd_views row;
  for (;;) {
    uint32_t number = csv->line + comments;
    vd_code code = vd_csv_next(csv, &row, err);
    if (code == VD_NOTFOUND)
      return VD_OK;
    VD_TRY(code);
    VD_TRY(read_row(&row, number, sink));
  }
}

vd_code vd_read_epss(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  vd_view rest = in->bytes, line;
  uint32_t comments = 0;
  for (; vd_view_starts(rest, VD_VIEW("#")) && vd_view_line(&rest, &line); comments++)
    VD_TRY(read_comment(line, sink));
  vd_csv csv = vd_csv_of(a, rest, ',');
  vd_views heading = {0};
  vd_code code = vd_csv_next(&csv, &heading, err);
  if (code != VD_OK && code != VD_NOTFOUND)
    return code;
  if (heading.count == 0 || !vd_view_eq(heading.at[0], VD_VIEW("cve")))
    return vd_fail(err, VD_FORMAT, "the table does not start with a column named cve");
  return read_rows(&csv, comments, sink, err);
}
