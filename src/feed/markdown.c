// The few forms of Markdown that lists of risks and papers are written in.
#include "feed/markdown.h"

bool vd_md_heading(vd_view line, unsigned *level, vd_view *text) {
  size_t n = 0;
  while (n < line.len && line.ptr[n] == '#')
    n++;
  if (n == 0 || n > 6 || n == line.len || (line.ptr[n] != ' ' && line.ptr[n] != '\t'))
    return false;
  vd_view rest = vd_view_trim(vd_view_from(line, n));
  for (size_t i = 0; i < rest.len; i++)
    if ((rest.ptr[i] == '!' && i + 1 < rest.len && rest.ptr[i + 1] == '[') || rest.ptr[i] == '{')
      rest.len = i;
  *level = (unsigned)n;
  *text = vd_view_trim(rest);
  return true;
}

vd_view vd_md_front_matter(vd_view *document) {
  vd_view rest = *document, line;
  if (!vd_view_line(&rest, &line) || !vd_view_eq(vd_view_trim(line), VD_VIEW("---")))
    return (vd_view){0};
  vd_view front = rest;
  while (vd_view_line(&rest, &line))
    if (vd_view_eq(vd_view_trim(line), VD_VIEW("---"))) {
      *document = rest;
      return vd_view_first(front, (size_t)(line.ptr - front.ptr));
    }
  return (vd_view){0};
}

vd_view vd_md_front_value(vd_view front, const char *name) {
  vd_view line;
  while (vd_view_line(&front, &line)) {
    vd_view value = line, key = vd_view_cut(&value, ':');
    if (!vd_view_eq(vd_view_trim(key), vd_view_of(name)))
      continue;
    value = vd_view_trim(value);
    bool quoted = value.len >= 2 && (value.ptr[0] == '"' || value.ptr[0] == '\'') &&
                  value.ptr[value.len - 1] == value.ptr[0];
    return quoted ? (vd_view){value.ptr + 1, value.len - 2} : value;
  }
  return (vd_view){0};
}

bool vd_md_cell(vd_view *row, vd_view *cell) {
  vd_view rest = vd_view_trim(*row);
  if (vd_view_starts(rest, VD_VIEW("|")))
    rest = vd_view_from(rest, 1);
  if (rest.len == 0)
    return false;
  *cell = vd_view_trim(vd_view_cut(&rest, '|'));
  *row = rest;
  return true;
}

vd_view vd_md_plain(vd_view text) {
  text = vd_view_trim(text);
  while (text.len >= 2 && strchr("*`_", text.ptr[0]) != NULL &&
         text.ptr[text.len - 1] == text.ptr[0])
    text = vd_view_trim((vd_view){text.ptr + 1, text.len - 2});
  return text;
}
