// Names and constants in marshalled Python code objects, read lexically: interpreters differ in the
// layout of a code object, but not in how they write a text.
#include "inspect/text/keras.h"

enum { FLAG_REF = 0x80, TEXT_MAX = 512 };

typedef struct names {
  vd_buf out;
  size_t count;
  vd_reach worst;
} names;

// Attributes that say what is reached when the module is not in the same text.
static const struct {
  const char *name;
  vd_reach reach;
} telling[] = {
    {"system", VD_REACH_EXECUTE},
    {"popen", VD_REACH_EXECUTE},
    {"Popen", VD_REACH_EXECUTE},
    {"check_output", VD_REACH_EXECUTE},
    {"check_call", VD_REACH_EXECUTE},
    {"getoutput", VD_REACH_EXECUTE},
    {"execv", VD_REACH_EXECUTE},
    {"execve", VD_REACH_EXECUTE},
    {"spawn", VD_REACH_EXECUTE},
    {"exec", VD_REACH_EXECUTE},
    {"eval", VD_REACH_EXECUTE},
    {"compile", VD_REACH_EXECUTE},
    {"CDLL", VD_REACH_EXECUTE},
    {"__import__", VD_REACH_IMPORT},
    {"import_module", VD_REACH_IMPORT},
    {"__builtins__", VD_REACH_INDIRECT},
    {"__subclasses__", VD_REACH_INDIRECT},
    {"__globals__", VD_REACH_INDIRECT},
    {"globals", VD_REACH_INDIRECT},
    {"getattr", VD_REACH_INDIRECT},
    {"loads", VD_REACH_LOAD},
    {"load_model", VD_REACH_LOAD},
    {"urlopen", VD_REACH_NETWORK},
    {"urlretrieve", VD_REACH_NETWORK},
    {"requests", VD_REACH_NETWORK},
    {"socket", VD_REACH_NETWORK},
    {"get_file", VD_REACH_NETWORK},
    {"open", VD_REACH_READ},
    {"read_text", VD_REACH_READ},
    {"write_text", VD_REACH_WRITE},
    {"write_bytes", VD_REACH_WRITE},
    {"rmtree", VD_REACH_WRITE},
    {"unlink", VD_REACH_WRITE},
    {"environ", VD_REACH_ENVIRONMENT},
    {"getenv", VD_REACH_ENVIRONMENT},
    {"read_file", VD_REACH_READ},
    {"write_file", VD_REACH_WRITE},
    {"py_function", VD_REACH_EXECUTE},
    {"numpy_function", VD_REACH_EXECUTE},
};

static bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

static bool is_name(vd_view v) {
  if (v.len == 0 || v.len > 80 || (v.ptr[0] >= '0' && v.ptr[0] <= '9'))
    return false;
  for (size_t i = 0; i < v.len; i++) {
    if (!is_word_byte(v.ptr[i]))
      return false;
  }
  return true;
}

static bool is_printable(vd_view v) {
  for (size_t i = 0; i < v.len; i++)
    if ((uint8_t)v.ptr[i] < 0x20 && v.ptr[i] != '\n' && v.ptr[i] != '\t')
      return false;
  return true;
}

static vd_reach reach_of(vd_view name) {
  for (size_t i = 0; i < VD_COUNT(telling); i++)
    if (vd_view_eq(name, vd_view_of(telling[i].name)))
      return telling[i].reach;
  const vd_callable *c = vd_callable_of(name);
  if (c == NULL || !vd_reach_harms(c->reach))
    c = vd_callable_find(name, VD_VIEW("*"));
  return c == NULL ? VD_REACH_UNKNOWN : c->reach;
}

vd_reach vd_source_reach(vd_view text) {
  vd_reach worst = VD_REACH_UNKNOWN;
  for (size_t i = 0; i < text.len; i++) {
    size_t from = i;
    while (i < text.len && is_word_byte(text.ptr[i]))
      i++;
    vd_view word = {text.ptr + from, i - from};
    vd_reach r = is_name(word) ? reach_of(word) : VD_REACH_UNKNOWN;
    if (vd_severity_of_reach(r) > vd_severity_of_reach(worst))
      worst = r;
  }
  return worst;
}

static void note(names *n, vd_view text) {
  bool name = is_name(text);
  vd_reach r = name ? reach_of(text) : VD_REACH_UNKNOWN;
  if (vd_severity_of_reach(r) > vd_severity_of_reach(n->worst))
    n->worst = r;
  if (n->count >= VD_CODE_NAMES_MAX || !is_printable(text) || text.len == 0)
    return;
  const char *quote = name ? "" : "'";
  vd_buf_printf(&n->out, "%s%s%.*s%s", n->count++ == 0 ? "" : " ", quote,
                VD_ARG(vd_view_first(text, 80)), quote);
}

// The text whose type byte stands at *at; moves behind it. {NULL} when there is none.
static vd_view text_at(vd_view v, size_t *at) {
  vd_reader r = vd_reader_of(vd_view_from(v, *at));
  uint8_t type = vd_read_u8(&r) & (uint8_t)~FLAG_REF;
  uint32_t len = 0;
  if (type == 'z' || type == 'Z')
    len = vd_read_u8(&r);
  else if (type == 'a' || type == 'A' || type == 'u' || type == 't')
    len = vd_read_u32le(&r);
  else
    return (vd_view){0};
  vd_view text = len > TEXT_MAX ? (vd_view){0} : vd_read_bytes(&r, len);
  if (r.failed || text.ptr == NULL || !is_printable(text))
    return (vd_view){0};
  *at += vd_reader_offset(&r);
  return text;
}

vd_view vd_bytecode_names(vd_inspection *in, vd_view v, vd_reach *reach) {
  names n = {.out = VD_BUF((size_t)VD_CODE_NAMES_MAX * 96), .worst = VD_REACH_UNKNOWN};
  if (v.len < 8 || (v.ptr[0] & 0x7f) != 'c')
    return (vd_view){0};
  for (size_t at = 1; at < v.len;) {
    vd_view text = text_at(v, &at);
    if (text.ptr == NULL)
      at++;
    else
      note(&n, text);
  }
  vd_view out = vd_arena_copy(in->scratch, vd_buf_view(&n.out));
  vd_buf_free(&n.out);
  *reach = n.worst;
  return out;
}
