// A page of terminal text: colour, columns, and cutting hostile or long text to fit them.
#include "report/page.h"

#include <stdarg.h>

static const char *const inks[] = {
    [VD_INK_PLAIN] = "",          [VD_INK_BOLD] = "\x1b[1m",  [VD_INK_DIM] = "\x1b[2m",
    [VD_INK_GOOD] = "\x1b[32m",   [VD_INK_INFO] = "\x1b[2m",  [VD_INK_LOW] = "\x1b[36m",
    [VD_INK_MEDIUM] = "\x1b[33m", [VD_INK_HIGH] = "\x1b[31m", [VD_INK_CRITICAL] = "\x1b[1;37;41m",
};

static const char ellipsis[] = "\xE2\x80\xA6";

static void begin(const vd_page *p, vd_ink ink) {
  if (p->colour && ink != VD_INK_PLAIN)
    vd_buf_put(p->out, vd_view_of(inks[ink]));
}

static void end(const vd_page *p, vd_ink ink) {
  if (p->colour && ink != VD_INK_PLAIN)
    vd_buf_put(p->out, VD_VIEW("\x1b[0m"));
}

void vd_page_say(vd_page *p, vd_ink ink, const char *fmt, ...) {
  char text[256];
  va_list ap;
  va_start(ap, fmt);
  (void)vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  begin(p, ink);
  vd_buf_put(p->out, vd_view_of(text));
  end(p, ink);
}

// Bytes of the first character, valid or not.
static size_t first_bytes(vd_view v) {
  uint32_t cp;
  size_t n = vd_utf8_decode(v, &cp);
  return n == 0 && v.len != 0 ? 1 : n;
}

// The longest start of text that takes at most `most` columns.
static vd_view start_within(vd_view text, size_t most, size_t *columns) {
  size_t at = 0;
  *columns = 0;
  while (at < text.len) {
    vd_view rest = vd_view_from(text, at);
    vd_view one = vd_view_first(rest, first_bytes(rest));
    size_t wide = vd_text_columns(one);
    if (*columns + wide > most)
      break;
    *columns += wide;
    at += one.len;
  }
  return vd_view_first(text, at);
}

size_t vd_page_put(vd_page *p, vd_ink ink, vd_view text, size_t most) {
  size_t columns;
  if (most == 0 || text.len == 0)
    return 0;
  vd_view kept = start_within(text, most, &columns);
  bool cut = kept.len != text.len;
  if (cut)
    kept = start_within(text, most - 1, &columns);
  begin(p, ink);
  vd_buf_put_escaped(p->out, kept);
  if (cut)
    vd_buf_put(p->out, vd_view_of(ellipsis));
  end(p, ink);
  return columns + cut;
}

size_t vd_page_put_end(vd_page *p, vd_ink ink, vd_view text, size_t most) {
  size_t columns = vd_text_columns(text);
  if (columns <= most || most == 0)
    return vd_page_put(p, ink, text, most);
  while (columns > most - 1) {
    vd_view one = vd_view_first(text, first_bytes(text));
    columns -= vd_text_columns(one);
    text = vd_view_from(text, one.len);
  }
  begin(p, ink);
  vd_buf_put(p->out, vd_view_of(ellipsis));
  vd_buf_put_escaped(p->out, text);
  end(p, ink);
  return columns + 1;
}

void vd_page_cell(vd_page *p, vd_ink ink, vd_view text, size_t width) {
  vd_page_spaces(p, width - vd_page_put(p, ink, text, width));
}

void vd_page_spaces(vd_page *p, size_t n) { vd_buf_printf(p->out, "%*s", (int)n, ""); }

// No line ends in white space, whatever cells were left empty.
void vd_page_end_line(vd_page *p) {
  while (p->out->len != 0 && p->out->ptr[p->out->len - 1] == ' ')
    p->out->len--;
  vd_buf_put_c(p->out, '\n');
}

void vd_page_wrap(vd_page *p, vd_ink ink, vd_view text, size_t indent) {
  size_t used = 0, room = p->width - indent;
  while (text.len != 0) {
    vd_view word = vd_view_cut(&text, ' ');
    size_t wide = vd_text_columns(word);
    if (used != 0 && used + 1 + wide > room) {
      vd_page_end_line(p);
      vd_page_spaces(p, indent);
      used = 0;
    }
    if (used != 0)
      vd_page_spaces(p, 1);
    used += (used != 0) + vd_page_put(p, ink, word, room);
  }
  vd_page_end_line(p);
}
