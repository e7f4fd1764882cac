// A CSV document with a heading, read row by row: cells are asked for by the name of their column.
#pragma once

#include "feed/feed.h"
#include "format/format.h"

typedef struct vd_sheet {
  vd_csv csv;
  vd_views heading, row;
  uint32_t line; // on which row starts
  const vd_feed_sink *sink;
  // The document must end with a line break, or else its last row counts as cut off.
  bool ended;
} vd_sheet;

// Reads the heading. FORMAT when the document has none.
vd_code vd_sheet_open(vd_arena *a, vd_view bytes, const vd_feed_sink *sink, vd_sheet *out,
                      vd_error *err) VD_MUST_USE;
bool vd_sheet_has(const vd_sheet *s, const char *column);
// Reads the next row that has a cell for each column; others are reported and skipped. NOTFOUND at
// the end.
vd_code vd_sheet_next(vd_sheet *s, vd_error *err) VD_MUST_USE;
// The trimmed cell of the row in the first column of that name; {NULL} without such a column.
vd_view vd_sheet_cell(const vd_sheet *s, const char *column);
// Reports the row as one that cannot be used.
void vd_sheet_bad(const vd_sheet *s, const char *why, vd_view detail);
