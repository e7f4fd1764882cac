// JSON: simdjson finds the tokens and checks UTF-8 and string bytes; one loop with an explicit
// stack checks the grammar and builds the tree. Only stage 1 is used: it needs no padded copy of
// the input, gives exact token positions, and leaves big numbers and lone surrogates to us.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic" // anonymous structs: C11 has them, C++ has not
#include "format/format.h"
#include "format/lexeme.h"
#pragma GCC diagnostic pop

#include <memory>
#include <simdjson.h>

namespace {

enum class expect { value, value_or_end, key, key_or_end, colon, comma_or_end, nothing };

struct walk {
  vd_arena *arena;
  vd_view bytes; // without the byte-order mark
  size_t bom;    // its length
  const uint32_t *tokens;
  size_t token_count, next_token;
  size_t seen; // lines are counted up to here
  size_t line_start;
  uint32_t line;
  expect want;
  size_t depth, nodes;
  vd_value *open[VD_NEST_MAX];
  vd_value *root;
  vd_view key;
  uint32_t key_line;
  vd_error *err;
};

bool one_of(char c, const char *set) { return c != '\0' && strchr(set, c) != nullptr; }

uint32_t column_of(const walk *w, size_t at) { return uint32_t(at - w->line_start + 1); }

vd_code fail(const walk *w, vd_code code, size_t at, const char *text) {
  vd_fail(w->err, code, "%s", text);
  if (w->err != nullptr) {
    w->err->line = w->line;
    w->err->column = column_of(w, at);
    w->err->offset = w->bom + at;
  }
  return code;
}

// Newlines stand between tokens only, so each gap is looked at once.
void advance(walk *w, size_t to) {
  for (; w->seen < to; w->seen++)
    if (w->bytes.ptr[w->seen] == '\n') {
      w->line++;
      w->line_start = w->seen + 1;
    }
}

// ---- strings ---------------------------------------------------------------------------------

// What follows a backslash at p: its bytes, 0 when malformed.
size_t escape(const char *p, const char *end, uint32_t *cp) {
  static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
  if (p == end || *p == '\0')
    return 0;
  if (*p == 'u') {
    size_t n = vd_utf16_escape(vd_view{p + 1, size_t(end - p - 1)}, cp);
    return n == 0 ? 0 : n + 1;
  }
  const char *found = strchr(names, *p);
  if (found != nullptr)
    *cp = static_cast<unsigned char>(values[found - names]);
  return found != nullptr;
}

// The escapes of raw resolved, in the arena: never longer than raw.
vd_code unescape(walk *w, vd_view raw, size_t at, vd_view *out) {
  char *to = vd_new_array(w->arena, char, raw.len);
  if (to == nullptr)
    return fail(w, VD_NOMEM, at, vd_code_text(VD_NOMEM));
  size_t len = 0;
  for (const char *p = raw.ptr, *end = p + raw.len; p < end;) {
    const void *slash = memchr(p, '\\', size_t(end - p));
    size_t plain =
        slash == nullptr ? size_t(end - p) : size_t(static_cast<const char *>(slash) - p);
    memcpy(to + len, p, plain);
    len += plain;
    p += plain;
    if (p == end)
      break;
    uint32_t cp = 0;
    size_t n = escape(p + 1, end, &cp);
    if (n == 0)
      return fail(w, VD_FORMAT, size_t(p - w->bytes.ptr), "unknown escape in a string");
    len += vd_utf8_encode(cp, to + len);
    p += n + 1;
  }
  *out = vd_view{to, len};
  return VD_OK;
}

// End of the token at `at`: what is before the next token without the white space between.
size_t token_end(const walk *w, size_t at) {
  size_t end = w->next_token < w->token_count ? w->tokens[w->next_token] : w->bytes.len;
  while (end > at + 1 && one_of(w->bytes.ptr[end - 1], " \t\r\n"))
    end--;
  return end;
}

vd_code string(walk *w, size_t at, vd_view *out) {
  size_t end = token_end(w, at);
  if (end - at < 2 || w->bytes.ptr[end - 1] != '"')
    return fail(w, VD_FORMAT, at, "unclosed string");
  w->seen = end;
  vd_view raw = {w->bytes.ptr + at + 1, end - at - 2};
  if (raw.len == 0 || memchr(raw.ptr, '\\', raw.len) == nullptr)
    *out = raw;
  else
    VD_TRY(unescape(w, raw, at, out));
  return VD_OK;
}

// ---- numbers and names -------------------------------------------------------------------------

size_t digits(const char *p, size_t i, size_t n) {
  while (i < n && p[i] >= '0' && p[i] <= '9')
    i++;
  return i;
}

// The number grammar of RFC 8259; *whole is set when there is neither fraction nor exponent.
bool number_valid(const char *p, size_t n, bool *whole) {
  size_t i = p[0] == '-', start = i;
  i = digits(p, i, n);
  if (i == start || (p[start] == '0' && i > start + 1))
    return false;
  *whole = i == n;
  if (i < n && p[i] == '.') {
    start = ++i;
    i = digits(p, i, n);
    if (i == start)
      return false;
  }
  if (i < n && (p[i] | 0x20) == 'e') {
    i++;
    i += i < n && (p[i] == '+' || p[i] == '-');
    start = i;
    i = digits(p, i, n);
    if (i == start)
      return false;
  }
  return i == n;
}

bool int64_of(const char *p, size_t n, int64_t *out) {
  bool negative = p[0] == '-';
  int64_t x = 0;
  for (size_t i = negative; i < n; i++) {
    int digit = p[i] - '0';
    if (__builtin_mul_overflow(x, 10, &x) ||
        __builtin_add_overflow(x, negative ? -digit : digit, &x))
      return false;
  }
  *out = x;
  return true;
}

bool name(vd_value *v, const char *p, size_t n) {
  bool yes = n == 4 && memcmp(p, "true", 4) == 0, no = n == 5 && memcmp(p, "false", 5) == 0;
  v->kind = yes || no ? VD_KIND_BOOL : VD_KIND_NULL;
  v->boolean = yes;
  return yes || no || (n == 4 && memcmp(p, "null", 4) == 0);
}

bool number(vd_value *v, const char *p, size_t n) {
  bool whole = false;
  if (!number_valid(p, n, &whole))
    return false;
  v->kind = whole && int64_of(p, n, &v->integer) ? VD_KIND_INT : VD_KIND_FLOAT;
  if (v->kind == VD_KIND_FLOAT)
    v->real = vd_real_of(vd_view{p, n});
  return true;
}

vd_code scalar(walk *w, vd_value *v, size_t at) {
  const char *p = w->bytes.ptr + at;
  if (*p == '"') {
    v->kind = VD_KIND_STRING;
    return string(w, at, &v->text);
  }
  size_t n = token_end(w, at) - at;
  if (one_of(*p, "-0123456789") ? !number(v, p, n) : !name(v, p, n))
    return fail(w, VD_FORMAT, at, "expected a value");
  v->text = vd_view{p, n};
  w->seen = at + n;
  return VD_OK;
}

// ---- structure --------------------------------------------------------------------------------

// Puts v where the document is: into the innermost open container, or at the root.
void attach(walk *w, vd_value *v) {
  if (w->depth == 0) {
    w->root = v;
    return;
  }
  vd_value *parent = w->open[w->depth - 1];
  if (parent->kind == VD_KIND_TABLE) {
    v->key = w->key;
    v->key_line = w->key_line;
  }
  (parent->last == nullptr ? parent->first : parent->last->next) = v;
  parent->last = v;
  parent->count++;
}

expect after_value(const walk *w) { return w->depth == 0 ? expect::nothing : expect::comma_or_end; }

vd_code open_container(walk *w, vd_value *v, size_t at, bool table) {
  if (w->depth == VD_NEST_MAX)
    return fail(w, VD_LIMIT, at, "nested too deeply");
  v->kind = table ? VD_KIND_TABLE : VD_KIND_ARRAY;
  w->open[w->depth++] = v;
  w->want = table ? expect::key_or_end : expect::value_or_end;
  return VD_OK;
}

vd_code value(walk *w, size_t at) {
  if (++w->nodes > VD_NODES_MAX)
    return fail(w, VD_LIMIT, at, "too many values in one document");
  vd_value *v = vd_new(w->arena, vd_value);
  if (v == nullptr)
    return fail(w, VD_NOMEM, at, vd_code_text(VD_NOMEM));
  v->line = v->key_line = w->line;
  v->column = column_of(w, at);
  attach(w, v);
  char c = w->bytes.ptr[at];
  if (c == '{' || c == '[')
    return open_container(w, v, at, c == '{');
  w->want = after_value(w);
  return scalar(w, v, at);
}

vd_code key(walk *w, size_t at) {
  if (w->bytes.ptr[at] != '"')
    return fail(w, VD_FORMAT, at, "expected a member name in quotes");
  w->key_line = w->line;
  w->want = expect::colon;
  return string(w, at, &w->key);
}

vd_code close_container(walk *w) {
  w->depth--;
  w->want = after_value(w);
  return VD_OK;
}

vd_code comma_or_end(walk *w, size_t at) {
  bool table = w->open[w->depth - 1]->kind == VD_KIND_TABLE;
  char c = w->bytes.ptr[at];
  if (c == (table ? '}' : ']'))
    return close_container(w);
  if (c != ',')
    return fail(w, VD_FORMAT, at, table ? "expected ',' or '}'" : "expected ',' or ']'");
  w->want = table ? expect::key : expect::value;
  return VD_OK;
}

vd_code token(walk *w, size_t at) {
  char c = w->bytes.ptr[at];
  switch (w->want) {
  case expect::value: return value(w, at);
  case expect::value_or_end: return c == ']' ? close_container(w) : value(w, at);
  case expect::key: return key(w, at);
  case expect::key_or_end: return c == '}' ? close_container(w) : key(w, at);
  case expect::comma_or_end: return comma_or_end(w, at);
  case expect::nothing: return fail(w, VD_FORMAT, at, "text after the end of the document");
  case expect::colon: break;
  }
  w->want = expect::value;
  return c == ':' ? VD_OK : fail(w, VD_FORMAT, at, "expected ':'");
}

vd_code build(walk *w) {
  while (w->next_token < w->token_count) {
    size_t at = w->tokens[w->next_token++];
    advance(w, at);
    VD_TRY(token(w, at));
  }
  if (w->want == expect::nothing)
    return VD_OK;
  advance(w, w->bytes.len);
  return fail(w, VD_FORMAT, w->bytes.len, "the document ends too early");
}

// ---- what simdjson refuses ---------------------------------------------------------------------

// Stage 1 says that a string is unclosed or holds a control byte, but not where.
vd_code bad_string(walk *w) {
  size_t opened = 0;
  bool inside = false;
  for (size_t i = w->seen; i < w->bytes.len; i++) {
    char c = w->bytes.ptr[i];
    if (!inside)
      advance(w, i + 1);
    if (c == '"') {
      inside = !inside;
      opened = i;
    } else if (inside && static_cast<unsigned char>(c) < 0x20) {
      return fail(w, VD_FORMAT, i, "control byte in a string");
    } else if (inside && c == '\\') {
      i++;
    }
  }
  return fail(w, VD_FORMAT, opened, "unclosed string");
}

vd_code refused(walk *w, simdjson::error_code code) {
  size_t bad = w->bytes.len;
  switch (int(code)) {
  case simdjson::MEMALLOC: return fail(w, VD_NOMEM, 0, vd_code_text(VD_NOMEM));
  case simdjson::UNCLOSED_STRING:
  case simdjson::UNESCAPED_CHARS: return bad_string(w);
  case simdjson::EMPTY: return build(w);
  default: break;
  }
  if (vd_utf8_valid(w->bytes, &bad))
    return fail(w, VD_FORMAT, 0, simdjson::error_message(code));
  advance(w, bad);
  return fail(w, VD_FORMAT, bad, "invalid UTF-8");
}

} // namespace

extern "C" double vd_real_of(vd_view text) {
  return simdjson::internal::from_chars(text.ptr, text.ptr + text.len);
}

extern "C" vd_code vd_json_parse(vd_arena *a, vd_view bytes, const vd_value **out, vd_error *err) {
  walk w = {};
  w.arena = a;
  w.err = err;
  w.line = 1;
  w.want = expect::value;
  w.bom = bytes.len >= 3 && memcmp(bytes.ptr, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  w.bytes = vd_view_from(bytes, w.bom);
  if (w.bytes.len == 0)
    return build(&w);
  if (w.bytes.len > simdjson::SIMDJSON_MAXSIZE_BYTES)
    return fail(&w, VD_LIMIT, 0, "the document is too large");
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  simdjson::error_code code =
      simdjson::get_active_implementation()->create_dom_parser_implementation(w.bytes.len,
                                                                              VD_NEST_MAX, parser);
  if (code == simdjson::SUCCESS)
    code = parser->stage1(reinterpret_cast<const uint8_t *>(w.bytes.ptr), w.bytes.len,
                          simdjson::stage1_mode::regular);
  if (code != simdjson::SUCCESS)
    return refused(&w, code);
  w.tokens = parser->structural_indexes.get();
  w.token_count = parser->n_structural_indexes;
  VD_TRY(build(&w));
  *out = w.root;
  return VD_OK;
}
