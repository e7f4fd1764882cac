// What readers of Markdown share: headings, front matter, rows of tables.
#pragma once

#include "base/base.h"

// A heading "## Text" of level 1 to 6: *text without marks, images and attributes behind it.
bool vd_md_heading(vd_view line, unsigned *level, vd_view *text);
// Cuts a front matter ("---" ... "---") off the start of *document and returns it; empty when there
// is none.
vd_view vd_md_front_matter(vd_view *document);
// "title" of a front matter, unquoted; {NULL} when it has none.
vd_view vd_md_front_value(vd_view front, const char *name);
// Cuts the first cell off a row "| a | b |" (or "a | b"), trimmed; false at its end.
bool vd_md_cell(vd_view *row, vd_view *cell);
// Text without the marks around it: "**bold**", "`code`", "_so_".
vd_view vd_md_plain(vd_view text);
