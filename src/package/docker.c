// Dockerfile instructions: continuation lines, comments within them, heredocs.
#include "package/docker.h"

#include "package/ascii.h"

// "# escape=`" among the first comment lines changes the continuation character.
static char escape_of(vd_view text) {
  vd_view line;
  while (vd_view_line(&text, &line) && line.len != 0 && line.ptr[0] == '#') {
    vd_view value = vd_view_from(line, 1), key = vd_view_trim(vd_view_cut(&value, '='));
    if (vd_view_ieq(key, VD_VIEW("escape")) && vd_view_eq(vd_view_trim(value), VD_VIEW("`")))
      return '`';
  }
  return '\\';
}

vd_docker vd_docker_of(vd_view text) {
  return (vd_docker){.rest = text,
                     .escape = escape_of(text),
                     .heredocs = true,
                     .text = VD_BUF(VD_MANIFEST_BYTES_MAX)};
}

void vd_docker_done(vd_docker *d) { vd_buf_free(&d->text); }

static bool next_line(vd_docker *d, vd_view *line) {
  d->line++;
  return vd_view_line(&d->rest, line);
}

static bool skipped(vd_view line) {
  line = vd_view_trim(line);
  return line.len == 0 || line.ptr[0] == '#';
}

static vd_view right_trimmed(vd_view v) {
  while (v.len != 0 && (v.ptr[v.len - 1] == ' ' || v.ptr[v.len - 1] == '\t'))
    v.len--;
  return v;
}

// One physical line into the buffer; true when the instruction goes on.
static bool put_line(vd_docker *d, vd_view line) {
  vd_view body = right_trimmed(line);
  bool goes_on = body.len != 0 && body.ptr[body.len - 1] == d->escape;
  if (goes_on)
    body.len--;
  vd_buf_put(&d->text, body);
  if (goes_on)
    vd_buf_put_c(&d->text, '\v');
  return goes_on;
}

static bool put_logical(vd_docker *d, uint32_t *start) {
  vd_view line;
  do {
    if (!next_line(d, &line))
      return false;
  } while (skipped(line));
  *start = d->line;
  d->text.len = 0;
  bool goes_on = put_line(d, line);
  while (goes_on && next_line(d, &line)) {
    if (skipped(line))
      vd_buf_put_c(&d->text, '\v');
    else
      goes_on = put_line(d, line);
  }
  return true;
}

typedef struct heredoc {
  vd_view end; // the word that ends it
  bool tabs;   // "<<-": leading tabs do not count
} heredoc;

// The next "<<WORD" of text from *at on.
static bool find_heredoc(vd_view text, size_t *at, heredoc *out) {
  const char *hit;
  while (*at < text.len && (hit = memmem(text.ptr + *at, text.len - *at, "<<", 2)) != NULL) {
    size_t i = (size_t)(hit - text.ptr), n = 0;
    bool word = i == 0 || vd_is_space(text.ptr[i - 1]);
    vd_view rest = vd_view_from(text, i + 2);
    *at = i + 2;
    out->tabs = rest.len != 0 && rest.ptr[0] == '-';
    rest = vd_view_from(rest, out->tabs);
    vd_view quote = vd_view_first(rest, rest.len != 0 && strchr("'\"", rest.ptr[0]) != NULL);
    rest = vd_view_from(rest, quote.len);
    while (n < rest.len && (vd_is_alnum(rest.ptr[n]) || rest.ptr[n] == '_'))
      n++;
    out->end = vd_view_first(rest, n);
    if (word && n != 0 && vd_view_starts(vd_view_from(rest, n), quote))
      return true;
  }
  return false;
}

static bool ends(const heredoc *h, vd_view line) {
  while (h->tabs && line.len != 0 && line.ptr[0] == '\t')
    line = vd_view_from(line, 1);
  return vd_view_eq(line, h->end);
}

static bool has_end(vd_docker ahead, const heredoc *h) {
  vd_view line;
  while (next_line(&ahead, &line))
    if (ends(h, line))
      return true;
  return false;
}

// The lines of a heredoc's body; false when its last line never comes.
static bool put_body(vd_docker *d, const heredoc *h) {
  vd_view line;
  bool goes_on = false;
  if (!has_end(*d, h))
    return d->heredocs = false;
  while (next_line(d, &line) && !ends(h, line)) {
    if (!goes_on)
      vd_buf_put_c(&d->text, '\n');
    goes_on = put_line(d, line);
  }
  return true;
}

static void put_heredocs(vd_docker *d) {
  size_t at = 0;
  heredoc h;
  char name[64]; // the word must outlive the buffer's growth
  size_t own = d->text.len;
  while (d->heredocs && find_heredoc(vd_view_first(vd_buf_view(&d->text), own), &at, &h)) {
    if (h.end.len > sizeof name)
      return;
    memcpy(name, h.end.ptr, h.end.len);
    h.end.ptr = name;
    if (!put_body(d, &h))
      return;
  }
}

bool vd_docker_next(vd_docker *d, vd_instruction *out) {
  uint32_t line = 0;
  if (!put_logical(d, &line))
    return false;
  vd_view text = vd_view_trim(vd_buf_view(&d->text));
  size_t n = 0;
  while (n < text.len && !vd_is_space(text.ptr[n]))
    n++;
  size_t lead = (size_t)(text.ptr - vd_buf_view(&d->text).ptr);
  vd_view keyword = vd_view_first(text, n);
  bool may = vd_view_ieq(keyword, VD_VIEW("RUN")) || vd_view_ieq(keyword, VD_VIEW("COPY")) ||
             vd_view_ieq(keyword, VD_VIEW("ADD"));
  if (may)
    put_heredocs(d);
  vd_view whole = vd_view_from(vd_buf_view(&d->text), lead);
  *out = (vd_instruction){vd_view_first(whole, n), vd_view_from(whole, n), line};
  return true;
}
