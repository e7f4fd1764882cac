// Shell words: quotes and backslashes taken off, nothing expanded, nothing run.
#include "package/shell.h"

static bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

static bool operator_char(char c) { return c != '\0' && strchr(";&|()<>\n", c) != NULL; }

static void skip_blanks(vd_shell *s) {
  while (s->rest.len != 0 && blank(s->rest.ptr[0]) && !(s->operators && s->rest.ptr[0] == '\n'))
    s->rest = vd_view_from(s->rest, 1);
  if (s->operators && s->rest.len != 0 && s->rest.ptr[0] == '#')
    s->rest = vd_view_from(s->rest, vd_view_find(s->rest, '\n'));
}

static vd_view take_operator(vd_shell *s) {
  char c = s->rest.ptr[0];
  bool twice = s->rest.len > 1 && s->rest.ptr[1] == c && strchr(";&|<>", c) != NULL;
  vd_view op = vd_view_first(s->rest, twice ? 2 : 1);
  s->rest = vd_view_from(s->rest, op.len);
  return op;
}

// Inside double quotes a backslash only escapes these; elsewhere it escapes anything.
static bool escapes(char quote, char c) { return quote == 0 || strchr("\\\"$`\n", c) != NULL; }

// Measures the word at the start of s->rest with its quotes, and writes it without them when out is
// given.
static size_t take_word(vd_shell *s, char *out, size_t *written) {
  vd_view v = s->rest;
  char quote = 0;
  size_t i = 0;
  for (*written = 0; i < v.len; i++) {
    char c = v.ptr[i];
    if (quote == 0 && (blank(c) || (s->operators && operator_char(c))))
      break;
    if (c == '\\' && quote != '\'' && i + 1 < v.len && escapes(quote, v.ptr[i + 1])) {
      c = v.ptr[++i];
    } else if (c == quote || (quote == 0 && (c == '\'' || c == '"'))) {
      quote = (char)(quote == 0 ? c : 0);
      continue;
    }
    if (out != NULL)
      out[*written] = c;
    ++*written;
  }
  s->unclosed = s->unclosed || quote != 0;
  return i;
}

vd_token vd_shell_next(vd_arena *a, vd_shell *s, vd_view *text) {
  skip_blanks(s);
  s->start = s->rest.ptr;
  if (s->rest.len == 0)
    return VD_TOKEN_END;
  if (s->operators && operator_char(s->rest.ptr[0]))
    return *text = take_operator(s), VD_TOKEN_OPERATOR;
  size_t n = 0;
  (void)take_word(s, NULL, &n);
  char *out = vd_new_array(a, char, n + 1);
  if (out == NULL)
    return VD_TOKEN_NOMEM;
  s->rest = vd_view_from(s->rest, take_word(s, out, &n));
  *text = (vd_view){out, n};
  return VD_TOKEN_WORD;
}

vd_code vd_shell_split(vd_arena *a, vd_view line, vd_views *words) {
  vd_shell s = {.rest = line};
  vd_view text;
  vd_token t;
  while ((t = vd_shell_next(a, &s, &text)) == VD_TOKEN_WORD) {
    vd_view *w = vd_vec_push(a, words);
    if (w == NULL)
      return VD_NOMEM;
    *w = text;
  }
  if (t == VD_TOKEN_NOMEM)
    return VD_NOMEM;
  return s.unclosed ? VD_FORMAT : VD_OK;
}
