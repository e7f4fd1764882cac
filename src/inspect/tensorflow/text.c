// Protobuf's text form of TensorFlow's graphs, rewritten as the bytes of the same message.
// https://protobuf.dev/reference/protobuf/textformat-spec/
#include "inspect/tensorflow/text.h"

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

struct rule {
  message of;
  uint8_t number;
  const char *name;
  field_kind kind;
  message child;
};

static const struct rule rules[] = {{SAVED, 1, "saved_model_schema_version", NUMBER, NOTHING},
                                    {SAVED, 2, "meta_graphs", MESSAGE, META},
                                    {META, 1, "meta_info_def", MESSAGE, INFO},
                                    {META, 2, "graph_def", MESSAGE, GRAPH},
                                    {META, 6, "asset_file_def", MESSAGE, ASSET},
                                    {META, 7, "object_graph_def", MESSAGE, OBJECTS},
                                    {INFO, 4, "tags", TEXT, NOTHING},
                                    {INFO, 5, "tensorflow_version", TEXT, NOTHING},
                                    {ASSET, 1, "tensor_info", MESSAGE, NAMED},
                                    {ASSET, 2, "filename", TEXT, NOTHING},
                                    {OBJECTS, 1, "nodes", MESSAGE, OBJECT},
                                    {OBJECT, 4, "user_object", MESSAGE, USER},
                                    {USER, 1, "identifier", TEXT, NOTHING},
                                    {USER, 3, "metadata", TEXT, NOTHING},
                                    {GRAPH, 1, "node", MESSAGE, NODE},
                                    {GRAPH, 2, "library", MESSAGE, LIBRARY},
                                    {LIBRARY, 1, "function", MESSAGE, FUNCTION},
                                    {FUNCTION, 1, "signature", MESSAGE, SIGNATURE},
                                    {FUNCTION, 3, "node_def", MESSAGE, NODE},
                                    {SIGNATURE, 1, "name", TEXT, NOTHING},
                                    {SIGNATURE, 2, "input_arg", MESSAGE, NAMED},
                                    {NODE, 1, "name", TEXT, NOTHING},
                                    {NODE, 2, "op", TEXT, NOTHING},
                                    {NODE, 3, "input", TEXT, NOTHING},
                                    {NODE, 5, "attr", MESSAGE, ENTRY},
                                    {ENTRY, 1, "key", TEXT, NOTHING},
                                    {ENTRY, 2, "value", MESSAGE, ATTRIBUTE},
                                    {ATTRIBUTE, 1, "list", MESSAGE, LIST},
                                    {ATTRIBUTE, 2, "s", TEXT, NOTHING},
                                    {ATTRIBUTE, 8, "tensor", MESSAGE, TENSOR},
                                    {ATTRIBUTE, 10, "func", MESSAGE, NAMED},
                                    {LIST, 2, "s", TEXT, NOTHING},
                                    {TENSOR, 2, "tensor_shape", MESSAGE, SHAPE},
                                    {TENSOR, 4, "tensor_content", TEXT, NOTHING},
                                    {TENSOR, 8, "string_val", TEXT, NOTHING},
                                    {SHAPE, 2, "dim", MESSAGE, DIM},
                                    {DIM, 1, "size", NUMBER, NOTHING},
                                    {NAMED, 1, "name", TEXT, NOTHING}};

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

static bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == ',' || c == ';';
}

static void skip_blanks(reader *r) {
  while (r->at < r->end) {
    if (*r->at == '#')
      while (r->at < r->end && *r->at != '\n')
        r->at++;
    else if (is_blank(*r->at))
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
  static const char to[] = "\a\b\f\n\r\t\v";
  if (r->at == r->end)
    return;
  if (digit_of(*r->at) < 8) {
    vd_buf_put_c(out, read_digits(r, 8, 3));
    return;
  }
  char c = *r->at++;
  size_t known = vd_view_find(VD_VIEW("abfnrtv"), c);
  if (c == 'x' || c == 'X')
    c = read_digits(r, 16, 2);
  else if (known < sizeof to - 1)
    c = to[known];
  vd_buf_put_c(out, c);
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
    at[i] = (char)((n >> (7 * i) & 0x7f) | (i < 4 ? 0x80U : 0U));
}

static size_t put_head(reader *r, const struct rule *rule) {
  vd_buf_put_c(&r->out, (char)((unsigned)rule->number << 3 | 2U));
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
  vd_buf_put_c(&r->out, (char)((unsigned)rule->number << 3));
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
  if (text.len == 0)
    return false;
  reader r = {.start = text.ptr, .at = text.ptr, .end = text.ptr + text.len};
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
  const char *start = text.len == 0 ? "" : text.ptr;
  reader r = {.start = start, .at = start, .end = start + text.len};
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
