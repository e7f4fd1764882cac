// A page of terminal text: colour, columns, and cutting hostile or long text to fit them.
#pragma once

#include "base/base.h"

typedef enum vd_ink {
  VD_INK_PLAIN,
  VD_INK_BOLD,
  VD_INK_DIM,
  VD_INK_GOOD,
  VD_INK_INFO, // the inks of the severities, in their order
  VD_INK_LOW,
  VD_INK_MEDIUM,
  VD_INK_HIGH,
  VD_INK_CRITICAL,
} vd_ink;

typedef struct vd_page {
  vd_buf *out;
  size_t width; // columns of the terminal
  bool colour;
} vd_page;

// Text of ours, formatted; not escaped, so never give it text from outside.
void vd_page_say(vd_page *p, vd_ink ink, const char *fmt, ...) VD_PRINTF(3, 4);
// Text from outside, escaped, in at most `most` columns: the rest gives way to an ellipsis.
// Returns the columns it took.
size_t vd_page_put(vd_page *p, vd_ink ink, vd_view text, size_t most);
// The same, but the start gives way: for paths, where the end tells more.
size_t vd_page_put_end(vd_page *p, vd_ink ink, vd_view text, size_t most);
// The same as put, padded to exactly `width` columns.
void vd_page_cell(vd_page *p, vd_ink ink, vd_view text, size_t width);
// Over as many lines as it needs, broken at blanks, further lines indented; ends the last line. A
// word longer than a line is cut. The first line is taken to begin at the indent.
void vd_page_wrap(vd_page *p, vd_ink ink, vd_view text, size_t indent);
void vd_page_spaces(vd_page *p, size_t n);
void vd_page_end_line(vd_page *p);
