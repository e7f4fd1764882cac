// The tokenizer for Python source.
#include "package/py_token.h"

#include "package/ascii.h"

typedef struct lexer {
  vd_arena *arena;
  vd_view text;
  size_t at, line_start;
  uint32_t line;
  uint32_t open; // innermost open bracket + 1, chained through match; 0 = none
  vd_py_tokens *out;
} lexer;

static char peek(const lexer *x, size_t ahead) {
  static const char end = '\0';
  return *(x->at + ahead < x->text.len ? &x->text.ptr[x->at + ahead] : &end);
}

static bool name_char(char c) { return vd_is_alnum(c) || c == '_' || (c & 0x80) != 0; }

static vd_py_token *last(const lexer *x) {
  return x->out->count == 0 ? NULL : &x->out->at[x->out->count - 1];
}

static bool is_op(const vd_py_token *t, char op) {
  return t->kind == VD_PY_OTHER && t->text.len == 1 && t->text.ptr[0] == op;
}

static vd_py_token *push(lexer *x, vd_py_kind kind, vd_view text) {
  const vd_py_token *before = last(x);
  bool first = before == NULL || before->kind == VD_PY_NEWLINE ||
               (x->open == 0 && (is_op(before, ':') || is_op(before, ';')));
  uint32_t column = (uint32_t)(x->at - x->line_start) + 1;
  vd_py_token *t = vd_vec_push(x->arena, x->out);
  if (t != NULL)
    *t = (vd_py_token){
        .kind = kind, .first = first, .line = x->line, .column = column, .text = text};
  return t;
}

static void count_lines(lexer *x, size_t from, size_t to) {
  for (size_t i = from; i < to; i++)
    if (x->text.ptr[i] == '\n') {
      x->line++;
      x->line_start = i + 1;
    }
}

// ---- strings ------------------------------------------------------------------------------------

// Letters before a quote that make it a string with a prefix; SIZE_MAX when there is no string.
static size_t prefix_length(const lexer *x) {
  for (size_t n = 0; n <= 2; n++) {
    char c = peek(x, n);
    if (c == '"' || c == '\'')
      return n;
    if (c == '\0' || strchr("rRbBuUfF", c) == NULL)
      break;
  }
  return SIZE_MAX;
}

// Length of the body up to its closing quotes; an unclosed one-line string ends with its line.
static size_t body_length(vd_view rest, char quote, bool triple) {
  size_t i = 0;
  for (; i < rest.len; i++) {
    char c = rest.ptr[i];
    bool thrice = i + 2 < rest.len && rest.ptr[i + 1] == c && rest.ptr[i + 2] == c;
    if (c == '\\')
      i++;
    else if ((c == quote && (!triple || thrice)) || (c == '\n' && !triple))
      break;
  }
  return i < rest.len ? i : rest.len;
}

static char escaped(char c) {
  switch (c) {
  case 'n': return '\n';
  case 't': return '\t';
  case 'r': return '\r';
  default: return c;
  }
}

static vd_view unescape(vd_arena *a, vd_view body) {
  char *out = vd_new_array(a, char, body.len + 1);
  size_t n = 0;
  if (out == NULL)
    return (vd_view){0};
  for (size_t i = 0; i < body.len; i++) {
    if (body.ptr[i] != '\\' || i + 1 == body.len)
      out[n++] = body.ptr[i];
    else if (body.ptr[++i] != '\n')
      out[n++] = escaped(body.ptr[i]);
  }
  return (vd_view){out, n};
}

static vd_code join(lexer *x, vd_py_token *to, vd_view more) {
  vd_view both = vd_arena_printf(x->arena, "%.*s%.*s", (int)to->text.len, to->text.ptr,
                                 (int)more.len, more.ptr);
  if (both.ptr == NULL)
    return VD_NOMEM;
  to->text = both;
  return VD_OK;
}

static vd_code put_string(lexer *x, vd_view body, bool raw, bool template) {
  vd_py_token *before = last(x);
  bool plain = raw || vd_view_find(body, '\\') == body.len;
  vd_view text = plain ? body : unescape(x->arena, body);
  if (text.ptr == NULL && body.ptr != NULL)
    return VD_NOMEM;
  if (before != NULL && before->kind == VD_PY_STRING &&
      before->text.len + text.len < VD_PY_STRING_MAX) {
    before->computed |= template;
    return join(x, before, text);
  }
  vd_py_token *t = push(x, VD_PY_STRING, text);
  if (t == NULL)
    return VD_NOMEM;
  t->computed = template;
  return VD_OK;
}

static vd_code read_string(lexer *x, size_t prefix) {
  vd_view letters = vd_view_first(vd_view_from(x->text, x->at), prefix);
  char quote = peek(x, prefix);
  bool triple = peek(x, prefix + 1) == quote && peek(x, prefix + 2) == quote;
  bool raw = vd_view_find(letters, 'r') != prefix || vd_view_find(letters, 'R') != prefix;
  bool template = vd_view_find(letters, 'f') != prefix || vd_view_find(letters, 'F') != prefix;
  size_t start = x->at + prefix + (triple ? 3 : 1);
  vd_view rest = vd_view_from(x->text, start);
  vd_view body = vd_view_first(rest, body_length(rest, quote, triple));
  size_t end = start + body.len + (triple ? 3 : 1);
  VD_TRY(put_string(x, body, raw, template));
  if (!triple && start + body.len < x->text.len && x->text.ptr[start + body.len] == '\n')
    end--; // unclosed: the line end is not part of it
  if (end > x->text.len)
    end = x->text.len;
  count_lines(x, x->at, end);
  x->at = end;
  return VD_OK;
}

// ---- names, operators, lines --------------------------------------------------------------------

static void match_bracket(lexer *x, uint32_t index, char c) {
  vd_py_token *t = &x->out->at[index];
  if (strchr("([{", c) != NULL) {
    t->match = x->open;
    x->open = index + 1;
  } else if (strchr(")]}", c) != NULL && x->open != 0) {
    vd_py_token *opening = &x->out->at[x->open - 1];
    t->match = x->open - 1;
    x->open = opening->match;
    opening->match = index;
  }
}

static vd_code read_operator(lexer *x) {
  char c = peek(x, 0), next = peek(x, 1);
  bool two = (next == '=' && strchr("=!<>+-|:", c) != NULL) || (c == '*' && next == '*') ||
             (c == '-' && next == '>');
  vd_view text = vd_view_first(vd_view_from(x->text, x->at), two ? 2 : 1);
  if (push(x, VD_PY_OTHER, text) == NULL)
    return VD_NOMEM;
  if (!two)
    match_bracket(x, (uint32_t)(x->out->count - 1), c);
  x->at += text.len;
  return VD_OK;
}

static vd_code read_name(lexer *x) {
  size_t n = 0;
  while (name_char(peek(x, n)))
    n++;
  vd_view text = vd_view_first(vd_view_from(x->text, x->at), n);
  if (push(x, vd_is_digit(text.ptr[0]) ? VD_PY_OTHER : VD_PY_NAME, text) == NULL)
    return VD_NOMEM;
  x->at += n;
  return VD_OK;
}

static vd_code read_newline(lexer *x) {
  const vd_py_token *before = last(x);
  bool ends = x->open == 0 && before != NULL && before->kind != VD_PY_NEWLINE;
  if (ends && push(x, VD_PY_NEWLINE, (vd_view){0}) == NULL)
    return VD_NOMEM;
  count_lines(x, x->at, x->at + 1);
  x->at++;
  return VD_OK;
}

// Backslash and line end: the statement goes on.
static void skip_joint(lexer *x) {
  size_t end = x->at + 1 + (peek(x, 1) == '\r') + 1;
  if (end > x->text.len)
    end = x->text.len;
  count_lines(x, x->at, end);
  x->at = end;
}

static vd_code read_token(lexer *x) {
  char c = peek(x, 0);
  size_t prefix = prefix_length(x);
  if (c == '\n')
    return read_newline(x);
  if (c == '#')
    return x->at += vd_view_find(vd_view_from(x->text, x->at), '\n'), VD_OK;
  if (c == '\\' && (peek(x, 1) == '\n' || peek(x, 1) == '\r'))
    return skip_joint(x), VD_OK;
  if (vd_is_space(c))
    return x->at++, VD_OK;
  if (prefix != SIZE_MAX)
    return read_string(x, prefix);
  return name_char(c) ? read_name(x) : read_operator(x);
}

vd_code vd_py_tokenize(vd_arena *a, vd_view text, vd_py_tokens *out, vd_error *err) {
  vd_py_tokens tokens = {0};
  lexer x = {.arena = a, .text = text, .line = 1, .out = &tokens};
  while (x.at < text.len && tokens.count < VD_PY_TOKENS_MAX)
    VD_TRY(read_token(&x));
  if (x.at < text.len) {
    vd_code code = vd_fail(err, VD_LIMIT, "more than %d tokens", VD_PY_TOKENS_MAX);
    if (err != NULL)
      err->line = x.line;
    return code;
  }
  if (push(&x, VD_PY_NEWLINE, (vd_view){0}) == NULL || push(&x, VD_PY_END, (vd_view){0}) == NULL)
    return VD_NOMEM;
  while (x.open != 0) {
    vd_py_token *opening = &tokens.at[x.open - 1];
    x.open = opening->match;
    opening->match = (uint32_t)tokens.count - 1;
  }
  *out = tokens;
  return VD_OK;
}
