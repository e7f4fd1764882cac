// The literal in front of a NumPy array, read token by token.
#include "inspect/arrays/npy_header.h"

typedef enum token_kind { END, OPEN, CLOSE, COMMA, COLON, STRING, NUMBER, WORD, BAD } token_kind;

typedef struct token {
  token_kind kind;
  vd_view text; // strings: between the quotes
  size_t from, to;
} token;

typedef struct lexer {
  vd_view text;
  size_t at;
} lexer;

static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_letter(char c) { return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_'; }

static token string_token(lexer *l, char quote, size_t from) {
  size_t start = ++l->at;
  while (l->at < l->text.len && l->text.ptr[l->at] != quote && l->text.ptr[l->at] != '\\')
    l->at++;
  if (l->at == l->text.len || l->text.ptr[l->at] != quote)
    return (token){BAD, {0}, from, l->at};
  vd_view body = vd_view_first(vd_view_from(l->text, start), l->at - start);
  l->at++;
  return (token){STRING, body, from, l->at};
}

static token run_token(lexer *l, token_kind kind, size_t from) {
  while (l->at < l->text.len && (is_digit(l->text.ptr[l->at]) || is_letter(l->text.ptr[l->at])))
    l->at++;
  return (token){kind, vd_view_first(vd_view_from(l->text, from), l->at - from), from, l->at};
}

static token next_token(lexer *l) {
  while (l->at < l->text.len && is_space(l->text.ptr[l->at]))
    l->at++;
  size_t from = l->at;
  if (from == l->text.len)
    return (token){END, {0}, from, from};
  char c = l->text.ptr[from];
  static const char signs[] = "{[(}]),:";
  static const token_kind kinds[] = {OPEN, OPEN, OPEN, CLOSE, CLOSE, CLOSE, COMMA, COLON};
  const char *sign = c == '\0' ? NULL : strchr(signs, c);
  if (sign != NULL)
    return l->at++, (token){kinds[sign - signs], {sign, 1}, from, from + 1};
  if (c == '\'' || c == '"')
    return string_token(l, c, from);
  // Python 2 wrote u'' names and 3L numbers.
  if (c == 'u' && from + 1 < l->text.len && l->text.ptr[from + 1] == '\'')
    return l->at++, string_token(l, '\'', from);
  if (is_digit(c))
    return run_token(l, NUMBER, from);
  return is_letter(c) ? run_token(l, WORD, from) : (token){BAD, {0}, from, from + 1};
}

static vd_code refuse(const token *t, vd_error *err, const char *what) {
  vd_code code = vd_fail(err, VD_FORMAT, "%s", what);
  if (err != NULL)
    err->offset = t->from;
  return code;
}

// A value from its first token to the comma or brace behind it.
static vd_code skip_value(lexer *l, vd_view *value, vd_error *err) {
  unsigned depth = 0;
  token t = next_token(l);
  size_t from = t.from;
  for (;; t = next_token(l)) {
    bool word = t.kind == WORD && !vd_view_eq(t.text, VD_VIEW("True")) &&
                !vd_view_eq(t.text, VD_VIEW("False")) && !vd_view_eq(t.text, VD_VIEW("None"));
    if (t.kind == END || t.kind == BAD || word)
      return refuse(&t, err,
                    word ? "it is no literal: it names something" : "it is cut, or no literal");
    if (depth == 0 && (t.kind == COMMA || t.kind == CLOSE)) {
      l->at = t.from;
      *value = vd_view_first(vd_view_from(l->text, from), t.from - from);
      return VD_OK;
    }
    depth += t.kind == OPEN;
    depth -= t.kind == CLOSE;
  }
}

static bool read_shape(vd_view value, vd_npy_header *h) {
  lexer l = {.text = value};
  token t = next_token(&l);
  if (t.kind != OPEN)
    return false;
  while ((t = next_token(&l)).kind == NUMBER) {
    vd_view digits = t.text;
    if (digits.len != 0 && digits.ptr[digits.len - 1] == 'L')
      digits.len--;
    if (h->rank == VD_TENSOR_RANK_MAX || !vd_view_u64(digits, &h->shape[h->rank++]))
      return false;
    t = next_token(&l);
    if (t.kind != COMMA)
      break;
  }
  return t.kind == CLOSE && next_token(&l).kind == END;
}

static const struct {
  const char *code;
  vd_dtype dtype;
  unsigned item;
} types[] = {
    {"b1", VD_DTYPE_BOOL, 1}, {"i1", VD_DTYPE_I8, 1},     {"u1", VD_DTYPE_U8, 1},
    {"i2", VD_DTYPE_I16, 2},  {"u2", VD_DTYPE_U16, 2},    {"i4", VD_DTYPE_I32, 4},
    {"u4", VD_DTYPE_U32, 4},  {"i8", VD_DTYPE_I64, 8},    {"u8", VD_DTYPE_U64, 8},
    {"f2", VD_DTYPE_F16, 2},  {"f4", VD_DTYPE_F32, 4},    {"f8", VD_DTYPE_F64, 8},
    {"c8", VD_DTYPE_C64, 8},  {"c16", VD_DTYPE_C128, 16},
};

static void read_type(vd_view code, vd_npy_header *h) {
  bool big = vd_view_starts(code, VD_VIEW(">"));
  if (code.len != 0 && strchr("<>|=", code.ptr[0]) != NULL)
    code = vd_view_from(code, 1);
  for (size_t i = 0; i < VD_COUNT(types); i++)
    if (vd_view_eq(code, vd_view_of(types[i].code))) {
      h->dtype = big && types[i].item > 1 ? VD_DTYPE_OTHER : types[i].dtype;
      h->item = types[i].item;
    }
  uint64_t n;
  vd_view digits = vd_view_first(vd_view_from(code, 1), vd_view_find(vd_view_from(code, 1), '['));
  if (h->item == 0 && vd_view_u64(digits, &n) && n < UINT32_MAX)
    h->item = code.ptr[0] == 'U' ? 4 * n : strchr("SVaMmfcg", code.ptr[0]) != NULL ? n : 0;
}

static bool is_object(vd_view code) {
  if (code.len != 0 && strchr("<>|=", code.ptr[0]) != NULL)
    code = vd_view_from(code, 1);
  return vd_view_starts(code, VD_VIEW("O"));
}

// One type, or a list of (name, type[, shape]) with lists inside. A string behind "(" is a name.
static void read_descr(vd_view value, vd_npy_header *h) {
  lexer l = {.text = value};
  bool name = false;
  token t = next_token(&l);
  h->descr = value;
  if (t.kind == STRING) {
    read_type(t.text, h);
    h->objects = is_object(t.text);
    return;
  }
  for (; t.kind != END && t.kind != BAD; t = next_token(&l)) {
    if (t.kind == STRING && !name && is_object(t.text))
      h->objects = true;
    name = t.kind == OPEN && t.text.ptr[0] == '(';
  }
}

static vd_code take_value(vd_npy_header *h, const token *key, vd_view value, vd_error *err) {
  if (vd_view_eq(key->text, VD_VIEW("descr"))) {
    read_descr(value, h);
    return VD_OK;
  }
  if (vd_view_eq(key->text, VD_VIEW("fortran_order"))) {
    h->fortran = vd_view_eq(vd_view_trim(value), VD_VIEW("True"));
    return VD_OK;
  }
  if (!vd_view_eq(key->text, VD_VIEW("shape")))
    return refuse(key, err, "it has a key that NumPy does not know");
  return read_shape(value, h) ? VD_OK : refuse(key, err, "its shape is no tuple of numbers");
}

// Keys and values up to *last, the token behind them.
static vd_code read_pairs(lexer *l, vd_npy_header *h, unsigned *keys, token *last, vd_error *err) {
  token t = next_token(l);
  while (t.kind == STRING) {
    vd_view value = {0};
    token colon = next_token(l);
    if (colon.kind != COLON)
      return refuse(&colon, err, "a key has no value");
    VD_TRY(skip_value(l, &value, err));
    VD_TRY(take_value(h, &t, value, err));
    ++*keys;
    t = next_token(l);
    if (t.kind != COMMA)
      break;
    t = next_token(l);
  }
  *last = t;
  return VD_OK;
}

vd_code vd_npy_header_read(vd_view text, vd_npy_header *out, vd_error *err) {
  vd_npy_header h = {.dtype = VD_DTYPE_OTHER};
  lexer l = {.text = text};
  token t = next_token(&l);
  unsigned keys = 0;
  if (t.kind != OPEN || t.text.ptr[0] != '{')
    return refuse(&t, err, "it is no dictionary");
  VD_TRY(read_pairs(&l, &h, &keys, &t, err));
  if (t.kind != CLOSE || next_token(&l).kind != END)
    return refuse(&t, err, "something follows the dictionary, or it is cut");
  if (keys != 3 || h.descr.len == 0)
    return refuse(&t, err, "it does not have the three keys of NumPy, each once");
  *out = h;
  return VD_OK;
}
