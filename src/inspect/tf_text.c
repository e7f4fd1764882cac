// Protobuf's text form of TensorFlow's graphs, rewritten as the bytes of the same message.
// https://protobuf.dev/reference/protobuf/textformat-spec/
#include "inspect/tf_text.h"

typedef enum message {
  NOTHING, // fields of it are skipped
  SAVED,
  META,
  INFO,
  ASSET,
  OBJECTS,
  OBJECT,
  USER,
  GRAPH,
  LIBRARY,
  FUNCTION,
  SIGNATURE,
  NODE,
  ENTRY,
  ATTRIBUTE,
  LIST,
  TENSOR,
  SHAPE,
  DIM,
  NAMED, // a message of which only the name, field 1, matters
} message;

typedef enum field_kind { TEXT, NUMBER, MESSAGE } field_kind;

static const struct rule {
  message of;
  const char *name;
  uint8_t number;
  field_kind kind;
  message child;
} rules[] = {{SAVED, "saved_model_schema_version", 1, NUMBER, NOTHING},
             {SAVED, "meta_graphs", 2, MESSAGE, META},
             {META, "meta_info_def", 1, MESSAGE, INFO},
             {META, "graph_def", 2, MESSAGE, GRAPH},
             {META, "asset_file_def", 6, MESSAGE, ASSET},
             {META, "object_graph_def", 7, MESSAGE, OBJECTS},
             {INFO, "tags", 4, TEXT, NOTHING},
             {INFO, "tensorflow_version", 5, TEXT, NOTHING},
             {ASSET, "tensor_info", 1, MESSAGE, NAMED},
             {ASSET, "filename", 2, TEXT, NOTHING},
             {OBJECTS, "nodes", 1, MESSAGE, OBJECT},
             {OBJECT, "user_object", 4, MESSAGE, USER},
             {USER, "identifier", 1, TEXT, NOTHING},
             {USER, "metadata", 3, TEXT, NOTHING},
             {GRAPH, "node", 1, MESSAGE, NODE},
             {GRAPH, "library", 2, MESSAGE, LIBRARY},
             {LIBRARY, "function", 1, MESSAGE, FUNCTION},
             {FUNCTION, "signature", 1, MESSAGE, SIGNATURE},
             {FUNCTION, "node_def", 3, MESSAGE, NODE},
             {SIGNATURE, "name", 1, TEXT, NOTHING},
             {SIGNATURE, "input_arg", 2, MESSAGE, NAMED},
             {NODE, "name", 1, TEXT, NOTHING},
             {NODE, "op", 2, TEXT, NOTHING},
             {NODE, "input", 3, TEXT, NOTHING},
             {NODE, "attr", 5, MESSAGE, ENTRY},
             {ENTRY, "key", 1, TEXT, NOTHING},
             {ENTRY, "value", 2, MESSAGE, ATTRIBUTE},
             {ATTRIBUTE, "list", 1, MESSAGE, LIST},
             {ATTRIBUTE, "s", 2, TEXT, NOTHING},
             {ATTRIBUTE, "tensor", 8, MESSAGE, TENSOR},
             {ATTRIBUTE, "func", 10, MESSAGE, NAMED},
             {LIST, "s", 2, TEXT, NOTHING},
             {TENSOR, "tensor_shape", 2, MESSAGE, SHAPE},
             {TENSOR, "tensor_content", 4, TEXT, NOTHING},
             {TENSOR, "string_val", 8, TEXT, NOTHING},
             {SHAPE, "dim", 2, MESSAGE, DIM},
             {DIM, "size", 1, NUMBER, NOTHING},
             {NAMED, "name", 1, TEXT, NOTHING}};

typedef struct open_message {
  message kind;
  size_t length_at; // in the output, where its length goes; 0 when it is skipped
  char close;
} open_message;

typedef struct reader {
  const char *start, *at, *end;
  vd_buf out;
  open_message open[VD_NEST_MAX];
  unsigned depth; // of open messages, the first being the document
} reader;

static vd_code broken(const reader *r, vd_error *err, const char *what) {
  (void)vd_fail(err, VD_FORMAT, "%s in its text", what);
  if (err != NULL)
    err->offset = (uint64_t)(r->at - r->start);
  return VD_FORMAT;
}

static void skip_blanks(reader *r) {
  while (r->at < r->end) {
    if (*r->at == '#')
      while (r->at < r->end && *r->at != '\n')
        r->at++;
    else if (memchr(" \t\r\n\v\f,;", *r->at, 8) != NULL)
      r->at++;
    else
      return;
  }
}

static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-' || c == '+' || c == '/';
}

static vd_view read_word(reader *r) {
  const char *start = r->at;
  while (r->at < r->end && is_word(*r->at))
    r->at++;
  return (vd_view){start, (size_t)(r->at - start)};
}

// ---- values -------------------------------------------------------------------------------------

static unsigned digit_of(char c) {
  if (c >= '0' && c <= '9')
    return (unsigned)(c - '0');
  c = (char)(c | 0x20);
  return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 99;
}

// Up to most digits of a base at the cursor, as one byte.
static char read_digits(reader *r, unsigned base, unsigned most) {
  unsigned value = 0;
  for (unsigned i = 0; i < most && r->at < r->end && digit_of(*r->at) < base; i++)
    value = value * base + digit_of(*r->at++);
  return (char)value;
}

// The character behind a backslash.
static void read_escape(reader *r, vd_buf *out) {
  static const char from[] = "abfnrtv", to[] = "\a\b\f\n\r\t\v";
  if (r->at == r->end)
    return;
  if (digit_of(*r->at) < 8) {
    vd_buf_put_c(out, read_digits(r, 8, 3));
    return;
  }
  char c = *r->at++;
  const char *known = c == 0 ? NULL : strchr(from, c);
  if (c == 'x' || c == 'X')
    vd_buf_put_c(out, read_digits(r, 16, 2));
  else
    vd_buf_put_c(out, known != NULL ? to[known - from] : c);
}

static vd_code read_string(reader *r, vd_buf *out, vd_error *err) {
  char quote = *r->at++;
  while (r->at < r->end && *r->at != quote) {
    char c = *r->at++;
    if (c == '\\')
      read_escape(r, out);
    else
      vd_buf_put_c(out, c);
  }
  if (r->at == r->end)
    return broken(r, err, "a text without an end");
  r->at++;
  return VD_OK;
}

// A length in five bytes, whatever it is, so that it can be filled in later.
static void put_length(char *at, size_t n) {
  for (unsigned i = 0; i < 5; i++)
    at[i] = (char)((n >> (7 * i) & 0x7f) | (i < 4 ? 0x80U : 0));
}

static size_t put_head(reader *r, const struct rule *rule) {
  vd_buf_put_c(&r->out, (char)(rule->number << 3 | 2));
  size_t at = r->out.len;
  vd_buf_put(&r->out, VD_VIEW("\0\0\0\0\0"));
  return at;
}

static void end_message(reader *r, size_t length_at) {
  if (length_at != 0 && !r->out.failed)
    put_length(r->out.ptr + length_at, r->out.len - length_at - 5);
}

// Texts side by side are one.
static vd_code read_texts(reader *r, const struct rule *rule, vd_error *err) {
  vd_buf none = VD_BUF(0);
  bool wanted = rule != NULL && rule->kind == TEXT;
  size_t at = wanted ? put_head(r, rule) : 0;
  while (r->at < r->end && (*r->at == '"' || *r->at == '\'')) {
    VD_TRY(read_string(r, wanted ? &r->out : &none, err));
    skip_blanks(r);
  }
  end_message(r, at);
  return VD_OK;
}

static vd_code read_scalar(reader *r, const struct rule *rule, vd_error *err) {
  uint64_t n;
  if (r->at < r->end && (*r->at == '"' || *r->at == '\''))
    return read_texts(r, rule, err);
  vd_view word = read_word(r);
  if (word.len == 0)
    return broken(r, err, "no value");
  if (rule == NULL || rule->kind != NUMBER || !vd_view_u64(word, &n))
    return VD_OK;
  vd_buf_put_c(&r->out, (char)(rule->number << 3));
  for (; n >= 0x80; n >>= 7)
    vd_buf_put_c(&r->out, (char)((n & 0x7f) | 0x80));
  vd_buf_put_c(&r->out, (char)n);
  return VD_OK;
}

// ---- fields -------------------------------------------------------------------------------------

static const struct rule *rule_of(message of, vd_view name) {
  for (size_t i = 0; i < VD_COUNT(rules); i++)
    if (rules[i].of == of && vd_view_eq(name, vd_view_of(rules[i].name)))
      return &rules[i];
  return NULL;
}

static vd_code open_field(reader *r, const struct rule *rule, vd_error *err) {
  if (r->depth == VD_NEST_MAX)
    return vd_fail(err, VD_LIMIT, "its messages nest deeper than %d", VD_NEST_MAX);
  bool wanted = rule != NULL && rule->kind == MESSAGE;
  char close = *r->at++ == '{' ? '}' : '>';
  r->open[r->depth++] =
      (open_message){wanted ? rule->child : NOTHING, wanted ? put_head(r, rule) : 0, close};
  return VD_OK;
}

static vd_code close_field(reader *r, vd_error *err) {
  if (r->depth < 2 || r->open[r->depth - 1].close != *r->at)
    return broken(r, err, "a bracket that nothing opens");
  end_message(r, r->open[--r->depth].length_at);
  r->at++;
  return VD_OK;
}

// An extension's name is in brackets; nothing that is looked at has one.
static vd_code read_name(reader *r, vd_view *name, vd_error *err) {
  if (*r->at == '[') {
    const char *end = memchr(r->at, ']', (size_t)(r->end - r->at));
    if (end == NULL)
      return broken(r, err, "a name without an end");
    r->at = end + 1;
    *name = VD_VIEW("");
    return VD_OK;
  }
  *name = read_word(r);
  return name->len == 0 ? broken(r, err, "an unknown character") : VD_OK;
}

static vd_code read_field(reader *r, vd_error *err) {
  vd_view name;
  VD_TRY(read_name(r, &name, err));
  const struct rule *rule = rule_of(r->open[r->depth - 1].kind, name);
  skip_blanks(r);
  if (r->at < r->end && *r->at == ':') {
    r->at++;
    skip_blanks(r);
  }
  if (r->at == r->end)
    return broken(r, err, "no value");
  if (*r->at == '{' || *r->at == '<')
    return open_field(r, rule, err);
  if (*r->at != '[')
    return read_scalar(r, rule, err);
  for (r->at++, skip_blanks(r); r->at < r->end && *r->at != ']'; skip_blanks(r))
    VD_TRY(read_scalar(r, rule, err));
  return r->at == r->end ? broken(r, err, "a list without an end") : (r->at++, VD_OK);
}

bool vd_tf_text_is(vd_view text, vd_tf_text kind) {
  reader r = {.start = text.ptr, .at = text.ptr, .end = text.ptr + text.len};
  if (text.len == 0)
    return false;
  skip_blanks(&r);
  vd_view name = read_word(&r);
  if (kind == VD_TF_TEXT_SAVED_MODEL)
    return rule_of(SAVED, name) != NULL;
  skip_blanks(&r);
  vd_view rest = vd_view_first((vd_view){r.at, (size_t)(r.end - r.at)}, 1 << 16);
  return (rule_of(GRAPH, name) != NULL || vd_view_eq(name, VD_VIEW("versions"))) &&
         vd_view_starts(rest, VD_VIEW("{")) && vd_view_has(rest, VD_VIEW("op:"));
}

static vd_code read_all(reader *r, vd_error *err) {
  for (skip_blanks(r); r->at < r->end; skip_blanks(r))
    if (*r->at == '}' || *r->at == '>')
      VD_TRY(close_field(r, err));
    else
      VD_TRY(read_field(r, err));
  return r->depth == 1 ? VD_OK : broken(r, err, "a message without an end");
}

vd_code vd_tf_text_read(vd_arena *a, vd_view text, vd_tf_text kind, vd_view *out, vd_error *err) {
  reader r = {.start = text.ptr, .at = text.ptr, .end = text.ptr + text.len};
  // The shortest message, "s{}", becomes six bytes.
  r.out = VD_BUF(text.len * 2 + 64);
  r.open[0].kind = kind == VD_TF_TEXT_GRAPH ? GRAPH : SAVED;
  r.depth = 1;
  vd_code code = read_all(&r, err);
  vd_view made = {0};
  if (code == VD_OK && !r.out.failed)
    made = vd_arena_copy(a, vd_buf_view(&r.out));
  vd_buf_free(&r.out);
  if (code != VD_OK)
    return code;
  if (made.ptr == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for its binary form");
  *out = made;
  return VD_OK;
}
