// The part of the terminal report about files: models and what they would do.
#include "report/terminal.h"

enum { SEVERITY_WIDTH = 8, INDENT = 2 + SEVERITY_WIDTH + 2 };

static void put_place(terminal *t, const vd_finding *f) {
  if (f->offset == 0 && f->member.len == 0)
    return;
  vd_page_spaces(&t->page, INDENT);
  if (f->locations.at[0].line != 0)
    vd_page_say(&t->page, VD_INK_DIM, "line %u", f->locations.at[0].line);
  else
    vd_page_say(&t->page, VD_INK_DIM, "at byte %llu", (unsigned long long)f->offset);
  if (f->member.len != 0) {
    vd_page_say(&t->page, VD_INK_DIM, " of ");
    (void)vd_page_put_end(&t->page, VD_INK_DIM, f->member, t->page.width - INDENT - 32);
  }
  vd_page_end_line(&t->page);
}

static void put_finding(terminal *t, const vd_finding *f) {
  vd_page *p = &t->page;
  size_t room = p->width - INDENT;
  bool mapped = f->mapping != NULL && f->mapping->techniques.count != 0;
  vd_page_spaces(p, 2);
  vd_terminal_severity(t, f->severity);
  vd_page_spaces(p, 2);
  (void)vd_page_put(p, VD_INK_PLAIN, f->title, room);
  vd_page_end_line(p);
  vd_page_spaces(p, INDENT);
  (void)vd_page_put(p, VD_INK_BOLD, f->evidence, room);
  vd_page_end_line(p);
  put_place(t, f);
  if (f->severity == VD_SEVERITY_CRITICAL && vd_view_has(f->why, VD_VIEW("; "))) {
    vd_page_spaces(p, INDENT); // the loader it meets
    vd_page_wrap(p, VD_INK_HIGH, vd_view_from(f->why, vd_view_find(f->why, ';') + 2), INDENT);
  }
  vd_page_spaces(p, INDENT);
  (void)vd_page_put(p, VD_INK_DIM, f->id, 15);
  for (size_t i = 0; mapped && i < f->mapping->techniques.count && i < 3; i++) {
    vd_page_spaces(p, 2);
    (void)vd_page_put(p, VD_INK_DIM, f->mapping->techniques.at[i].id, 16);
  }
  vd_page_end_line(p);
}

void vd_terminal_file(terminal *t, const vd_group *g, size_t shown) {
  vd_page *p = &t->page;
  (void)vd_page_put_end(p, VD_INK_BOLD, g->path, p->width);
  vd_page_end_line(p);
  for (size_t i = 0; i < shown; i++)
    put_finding(t, g->rows.at[i].finding);
}
