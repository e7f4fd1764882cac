// JSON over any bytes; what is accepted can be written and read back.
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_scalar(vd_json_out *j, const vd_value *v) {
  if (v->kind == VD_KIND_STRING)
    vd_json_text(j, v->text);
  else if (v->kind == VD_KIND_INT)
    vd_json_int(j, v->integer);
  else if (v->kind == VD_KIND_FLOAT)
    vd_json_real(j, v->real, 6);
  else
    vd_json_null(j);
}

// Every scalar of the document, in one flat array.
static void write_flat(vd_json_out *j, const vd_value *v) {
  const vd_value *after[VD_NEST_MAX];
  size_t depth = 0;
  vd_json_open(j, '[');
  while (v != NULL) {
    if (v->kind < VD_KIND_ARRAY)
      write_scalar(j, v);
    if (vd_first(v) != NULL) {
      after[depth++] = v->next;
      v = v->first;
    } else {
      v = v->next;
    }
    while (v == NULL && depth > 0)
      v = after[--depth];
  }
  vd_json_close(j, ']');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA arena = VD_ARENA((size_t)64 << 20);
  VD_SCOPED_BUF buf = VD_BUF(64 << 20);
  const vd_value *doc = NULL, *again = NULL;
  vd_error err = {0};
  if (vd_json_parse(&arena, (vd_view){(const char *)data, size}, &doc, &err) != VD_OK) {
    if (doc != NULL || err.code == VD_OK || err.line == 0 || err.column == 0 || err.offset > size)
      abort();
    return 0;
  }
  check_tree(doc);
  vd_json_out j = {.buf = &buf, .pretty = size % 2};
  write_flat(&j, doc);
  if (vd_json_parse(&arena, vd_buf_view(&buf), &again, NULL) != VD_OK)
    abort();
  return 0;
}
