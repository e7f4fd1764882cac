// Opcodes that make plain data.
#include "inspect/pickle/pickle.h"

#include <errno.h>

// ---- scalars ------------------------------------------------------------------------------------

vd_code vd_pickle_op_none(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return vd_pickle_push(m, (vd_pickle_value){.kind = VD_PICKLE_NONE});
}

vd_code vd_pickle_op_bool(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return vd_pickle_push(m, (vd_pickle_value){.kind = VD_PICKLE_BOOL, .number = m->code == 0x88});
}

vd_code vd_pickle_op_int(vd_pickle *m, const vd_pickle_arg *arg) {
  return vd_pickle_push(m, vd_pickle_number((int64_t)arg->number));
}

vd_code vd_pickle_op_long(vd_pickle *m, const vd_pickle_arg *arg) {
  vd_pickle_value v = vd_pickle_number(0);
  uint64_t n = 0;
  size_t len = arg->text.len;
  for (size_t i = len < 8 ? len : 8; i != 0; i--)
    n = n << 8 | (unsigned char)arg->text.ptr[i - 1];
  if (len != 0 && len < 8 && (arg->text.ptr[len - 1] & 0x80) != 0)
    n |= UINT64_MAX << (8 * len);
  v.number = (int64_t)n;
  v.len = len > 8;
  return vd_pickle_push(m, v);
}

vd_code vd_pickle_op_float(vd_pickle *m, const vd_pickle_arg *arg) {
  vd_pickle_value v = {.kind = VD_PICKLE_REAL};
  memcpy(&v.real, &arg->number, sizeof v.real);
  return vd_pickle_push(m, v);
}

// A line as a C string; false when it is too long for a number.
static bool line_text(vd_view line, char *buf, size_t size) {
  line = vd_view_trim(line);
  if (line.len == 0 || line.len >= size || memchr(line.ptr, 0, line.len) != NULL)
    return false;
  memcpy(buf, line.ptr, line.len);
  buf[line.len] = '\0';
  return true;
}

vd_code vd_pickle_op_float_line(vd_pickle *m, const vd_pickle_arg *arg) {
  char text[512], *end = NULL;
  vd_pickle_value v = {.kind = VD_PICKLE_REAL};
  if (!line_text(arg->text, text, sizeof text))
    return vd_pickle_fault(m, "a number is none");
  v.real = strtod(text, &end);
  return *end != '\0' ? vd_pickle_fault(m, "a number is none") : vd_pickle_push(m, v);
}

// "I01" and "I00" are the booleans of protocol 0, and long integers end with L.
vd_code vd_pickle_op_int_line(vd_pickle *m, const vd_pickle_arg *arg) {
  char text[512], *end = NULL;
  vd_pickle_value v = vd_pickle_number(0);
  if (m->code == 'I' &&
      (vd_view_eq(arg->text, VD_VIEW("01")) || vd_view_eq(arg->text, VD_VIEW("00"))))
    return vd_pickle_push(
        m, (vd_pickle_value){.kind = VD_PICKLE_BOOL, .number = arg->text.ptr[1] == '1'});
  if (arg->text.len >= sizeof text)
    return v.len = 1, vd_pickle_push(m, v);
  if (!line_text(arg->text, text, sizeof text))
    return vd_pickle_fault(m, "a number is none");
  errno = 0;
  v.number = strtoll(text, &end, 0);
  v.len = errno == ERANGE;
  end += m->code == 'L' && *end == 'L';
  return *end != '\0' && *end != '_' ? vd_pickle_fault(m, "a number is none")
                                     : vd_pickle_push(m, v);
}

// ---- texts --------------------------------------------------------------------------------------

// Texts that are pickles in base64 or hexadecimal: whoever gets them will decode them.
static vd_code check_encoded(vd_pickle *m, vd_view text) {
  const char *code = vd_view_starts(text, VD_VIEW("gA"))   ? "base64"
                     : vd_view_starts(text, VD_VIEW("80")) ? "hex"
                                                           : NULL;
  if (code == NULL || text.len < 16 || m->quiet)
    return VD_OK;
  vd_view bytes = vd_pickle_decode(m, code, text);
  return bytes.len == 0 ? VD_OK : vd_pickle_nested(m, vd_pickle_text(VD_PICKLE_BYTES, bytes), code);
}

vd_code vd_pickle_op_text(vd_pickle *m, const vd_pickle_arg *arg) {
  VD_TRY(check_encoded(m, arg->text));
  return vd_pickle_push(m, vd_pickle_text(VD_PICKLE_STR, arg->text));
}

vd_code vd_pickle_op_bytes(vd_pickle *m, const vd_pickle_arg *arg) {
  vd_pickle_value v = vd_pickle_text(VD_PICKLE_BYTES, arg->text);
  VD_TRY(vd_pickle_nested(m, v, "bytes"));
  return vd_pickle_push(m, v);
}

static vd_code push_unescaped(vd_pickle *m, vd_view text, bool raw_unicode) {
  text = vd_pickle_unescape(m, text, raw_unicode);
  return text.ptr == NULL ? VD_NOMEM : vd_pickle_push(m, vd_pickle_text(VD_PICKLE_STR, text));
}

vd_code vd_pickle_op_unicode_line(vd_pickle *m, const vd_pickle_arg *arg) {
  return push_unescaped(m, arg->text, true);
}

vd_code vd_pickle_op_string_line(vd_pickle *m, const vd_pickle_arg *arg) {
  vd_view v = vd_view_trim(arg->text);
  if (v.len < 2 || v.ptr[0] != v.ptr[v.len - 1] || (v.ptr[0] != '\'' && v.ptr[0] != '"'))
    return vd_pickle_fault(m, "a string has no quotes");
  return push_unescaped(m, (vd_view){v.ptr + 1, v.len - 2}, false);
}

// Out-of-band data of protocol 5, which a caller of loads passes beside the pickle.
vd_code vd_pickle_op_next_buffer(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return vd_pickle_push(m, (vd_pickle_value){0});
}

vd_code vd_pickle_op_readonly_buffer(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)m;
  (void)arg;
  return VD_OK;
}

// ---- tuples, lists, sets, dictionaries ----------------------------------------------------------

static vd_code push_items(vd_pickle *m, vd_pickle_kind kind, const vd_pickle_value *at, size_t n) {
  vd_pickle_value v;
  VD_TRY(vd_pickle_items_new(m, kind, at, n, &v));
  return vd_pickle_push(m, v);
}

static vd_code push_taken(vd_pickle *m, vd_pickle_kind kind) {
  size_t n;
  const vd_pickle_value *at = vd_pickle_take(m, &n);
  return push_items(m, kind, at, n);
}

vd_code vd_pickle_op_empty_tuple(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return push_items(m, VD_PICKLE_TUPLE, NULL, 0);
}

vd_code vd_pickle_op_empty_list(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return push_items(m, VD_PICKLE_LIST, NULL, 0);
}

vd_code vd_pickle_op_empty_dict(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return push_items(m, VD_PICKLE_DICT, NULL, 0);
}

vd_code vd_pickle_op_empty_set(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return push_items(m, VD_PICKLE_SET, NULL, 0);
}

vd_code vd_pickle_op_tuple(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return push_taken(m, VD_PICKLE_TUPLE);
}

vd_code vd_pickle_op_frozenset(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  return push_taken(m, VD_PICKLE_SET);
}

vd_code vd_pickle_op_tuple_n(vd_pickle *m, const vd_pickle_arg *arg) {
  size_t n = m->code - 0x84;
  (void)arg;
  m->stack.count -= n;
  return push_items(m, VD_PICKLE_TUPLE, m->stack.at + m->stack.count, n);
}
