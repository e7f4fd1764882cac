// XML over any bytes; the text of what is accepted is valid and has no double blanks.
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA arena = VD_ARENA((size_t)64 << 20);
  const vd_value *doc = NULL;
  vd_error err = {0};
  size_t bad = 0;
  if (vd_xml_parse(&arena, (vd_view){(const char *)data, size}, &doc, &err) == VD_OK) {
    check_tree(doc);
    vd_view text = vd_xml_text(&arena, doc);
    if (text.ptr == NULL || !vd_utf8_valid(text, &bad) || vd_view_has(text, VD_VIEW("  ")))
      abort();
  } else if (doc != NULL || err.code == VD_OK || err.line == 0) {
    abort();
  }
  return 0;
}
