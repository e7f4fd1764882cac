// The reader of facts tables: a pure function of bytes, so the compiler, the tests and the fuzzer
// run the same code. The format is in docs/facts.md.
#pragma once

#include "base/base.h"

enum { VD_TABLE_COLUMNS_MAX = 8 }; // the widest table has 8

typedef struct vd_table {
  vd_view rest;     // bytes not read yet
  vd_view previous; // last line, for the order check
  uint32_t line;    // 1-based line of the row last read
  unsigned columns;
} vd_table;

// Checks the header line, a '#', a space and the column names; columns is how the names must read,
// tab-separated. FORMAT.
vd_code vd_table_open(vd_table *t, vd_view bytes, const char *columns, vd_error *err) VD_MUST_USE;
// Reads one row into cells[0..columns) and sets *more, or clears *more at the end. A row with a
// wrong number of cells, control bytes, invalid UTF-8, or out of order is FORMAT with err->line.
vd_code vd_table_next(vd_table *t, vd_view cells[VD_TABLE_COLUMNS_MAX], bool *more,
                      vd_error *err) VD_MUST_USE;

// The next item of a list separated by single spaces; false at the end of *rest.
bool vd_list_next(vd_view *rest, vd_view *item);
// Plain decimal text ("0.25"), exactly rounded up to 15 digits; false for anything else.
bool vd_decimal(vd_view v, double *out);
// YYYY-MM-DD as the number YYYYMMDD; 0 when it is not a date.
int64_t vd_date_number(vd_view v);
