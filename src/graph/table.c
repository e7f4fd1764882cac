// Facts tables: header, order and cell checks.
#include "graph/table.h"

static vd_code fail_at(const vd_table *t, vd_error *err, const char *what) {
  vd_code code = vd_fail(err, VD_FORMAT, "%s", what);
  if (err != NULL)
    err->line = t->line;
  return code;
}

// A line must end with '\n': a table cut short is an error, not a shorter table.
static vd_code take_line(vd_table *t, vd_view *line, vd_error *err) {
  t->line++;
  if (vd_view_find(t->rest, '\n') == t->rest.len)
    return fail_at(t, err, "line does not end with a newline");
  *line = vd_view_cut(&t->rest, '\n');
  return VD_OK;
}

vd_code vd_table_open(vd_table *t, vd_view bytes, const char *columns, vd_error *err) {
  vd_table fresh = {.rest = bytes, .columns = 1};
  vd_view want = vd_view_of(columns), line = {0};
  VD_TRY(take_line(&fresh, &line, err));
  if (!vd_view_starts(line, VD_VIEW("# ")) || !vd_view_eq(vd_view_from(line, 2), want))
    return fail_at(&fresh, err, "the header does not name the expected columns");
  for (size_t i = 0; i < want.len; i++)
    fresh.columns += want.ptr[i] == '\t';
  if (fresh.columns > VD_TABLE_COLUMNS_MAX)
    return fail_at(&fresh, err, "too many columns");
  *t = fresh;
  return VD_OK;
}

static bool has_control(vd_view v) {
  for (size_t i = 0; i < v.len; i++)
    if (((unsigned char)v.ptr[i] < 0x20 && v.ptr[i] != '\t') || v.ptr[i] == 0x7f)
      return true;
  return false;
}

static vd_code check_line(const vd_table *t, vd_view line, vd_error *err) {
  size_t bad;
  if (has_control(line))
    return fail_at(t, err, "control byte");
  if (!vd_utf8_valid(line, &bad))
    return fail_at(t, err, "invalid UTF-8");
  if (t->line > 2 && vd_view_cmp(t->previous, line) >= 0)
    return fail_at(t, err, "rows must be sorted by bytes and differ");
  return VD_OK;
}

static vd_code split(const vd_table *t, vd_view line, vd_view *cells, vd_error *err) {
  for (unsigned i = 0; i < t->columns; i++) {
    bool last = i + 1 == t->columns;
    if ((vd_view_find(line, '\t') == line.len) != last)
      return fail_at(t, err, last ? "too many cells" : "too few cells");
    cells[i] = vd_view_cut(&line, '\t');
  }
  return VD_OK;
}

vd_code vd_table_next(vd_table *t, vd_view cells[VD_TABLE_COLUMNS_MAX], bool *more, vd_error *err) {
  *more = t->rest.len != 0;
  if (!*more)
    return VD_OK;
  vd_view line = {0};
  VD_TRY(take_line(t, &line, err));
  VD_TRY(check_line(t, line, err));
  VD_TRY(split(t, line, cells, err));
  t->previous = line;
  return VD_OK;
}

bool vd_list_next(vd_view *rest, vd_view *item) {
  if (rest->len == 0)
    return false;
  *item = vd_view_cut(rest, ' ');
  return true;
}

// Both parts are exact in a double, so one division rounds once.
bool vd_decimal(vd_view v, double *out) {
  double digits = 0, scale = 1;
  size_t n = 0;
  bool point = false;
  for (size_t i = 0; i < v.len; i++) {
    if (v.ptr[i] == '.' && !point && n != 0) {
      point = true;
    } else if (v.ptr[i] >= '0' && v.ptr[i] <= '9' && ++n <= 15) {
      digits = digits * 10 + (v.ptr[i] - '0');
      scale = point ? scale * 10 : scale;
    } else {
      return false;
    }
  }
  if (n == 0 || v.ptr[v.len - 1] == '.')
    return false;
  *out = digits / scale;
  return true;
}

int64_t vd_date_number(vd_view v) {
  uint64_t year, month, day;
  if (v.len != 10 || v.ptr[4] != '-' || v.ptr[7] != '-' ||
      !vd_view_u64(vd_view_first(v, 4), &year) || !vd_view_u64((vd_view){v.ptr + 5, 2}, &month) ||
      !vd_view_u64((vd_view){v.ptr + 8, 2}, &day))
    return 0;
  if (year == 0 || month < 1 || month > 12 || day < 1 || day > 31)
    return 0;
  return (int64_t)(year * 10000 + month * 100 + day);
}
