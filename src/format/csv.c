// CSV records (RFC 4180).
#include "format/format.h"

vd_csv vd_csv_of(vd_arena *a, vd_view bytes, char separator) {
  vd_view mark = VD_VIEW("\xEF\xBB\xBF");
  if (vd_view_starts(bytes, mark))
    bytes = vd_view_from(bytes, mark.len);
  return (vd_csv){.arena = a, .rest = bytes, .separator = separator, .line = 1};
}

static vd_code fail_at(const vd_csv *csv, const char *at, const char *text, vd_error *err) {
  (void)vd_fail(err, VD_FORMAT, "%s", text);
  if (err == NULL)
    return VD_FORMAT;
  const char *line_start = csv->rest.ptr;
  err->line = csv->line;
  for (const char *p = csv->rest.ptr; p < at; p++)
    if (*p == '\n') {
      err->line++;
      line_start = p + 1;
    }
  err->column = (uint32_t)(at - line_start + 1);
  return VD_FORMAT;
}

// Length of the line end at p: 0, 1 or 2.
static size_t line_end(const char *p, const char *end) {
  if (p < end && *p == '\n')
    return 1;
  return end - p >= 2 && p[0] == '\r' && p[1] == '\n' ? 2 : 0;
}

// Reads the quoted field at *p and steps behind its closing quote.
static vd_code quoted(const vd_csv *csv, const char **p, vd_view *out, vd_error *err) {
  const char *opening = *p, *start = opening + 1, *end = csv->rest.ptr + csv->rest.len;
  size_t doubled = 0;
  const char *at = memchr(start, '"', (size_t)(end - start));
  while (at != NULL && at + 1 != end && at[1] == '"') {
    doubled++;
    at = memchr(at + 2, '"', (size_t)(end - at - 2));
  }
  if (at == NULL)
    return fail_at(csv, opening, "quoted field is not closed", err);
  *p = at + 1;
  *out = (vd_view){start, (size_t)(at - start)};
  if (doubled == 0)
    return VD_OK;
  char *text = vd_new_array(csv->arena, char, out->len);
  if (text == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for a CSV field");
  size_t n = 0;
  for (const char *from = start; from < at; from += *from == '"' ? 2 : 1)
    text[n++] = *from;
  *out = (vd_view){text, n};
  return VD_OK;
}

static vd_code plain(const vd_csv *csv, const char **p, vd_view *out, vd_error *err) {
  const char *start = *p, *end = csv->rest.ptr + csv->rest.len, *at = start;
  for (; at < end && *at != csv->separator && line_end(at, end) == 0; at++)
    if (*at == '"')
      return fail_at(csv, at, "quote inside a field that does not start with one", err);
  *out = (vd_view){start, (size_t)(at - start)};
  *p = at;
  return VD_OK;
}

static vd_code field(const vd_csv *csv, const char **p, vd_view *out, vd_error *err) {
  const char *end = csv->rest.ptr + csv->rest.len;
  if (*p == end || **p != '"')
    return plain(csv, p, out, err);
  VD_TRY(quoted(csv, p, out, err));
  if (*p < end && **p != csv->separator && line_end(*p, end) == 0)
    return fail_at(csv, *p, "text behind a closing quote", err);
  return VD_OK;
}

// Steps behind the record that ends at p, counting the line ends inside its quoted fields too.
static void advance(vd_csv *csv, const char *p) {
  const char *end = csv->rest.ptr + csv->rest.len;
  p += line_end(p, end);
  for (const char *c = csv->rest.ptr; c < p; c++)
    csv->line += *c == '\n';
  csv->rest = (vd_view){p, (size_t)(end - p)};
}

vd_code vd_csv_next(vd_csv *csv, vd_views *row, vd_error *err) {
  if (csv->rest.len == 0)
    return VD_NOTFOUND;
  vd_views fields = {0};
  const char *p = csv->rest.ptr, *end = p + csv->rest.len;
  for (bool more = true; more;) {
    vd_view text;
    VD_TRY(field(csv, &p, &text, err));
    vd_view *slot = vd_vec_push(csv->arena, &fields);
    if (slot == NULL)
      return vd_fail(err, VD_NOMEM, "no memory for a CSV record");
    *slot = text;
    more = p < end && *p == csv->separator;
    p += more;
  }
  advance(csv, p);
  *row = fields;
  return VD_OK;
}
