// Walking JSON without a tree: what the parser accepts is walked whole, and to the same values.
#include "format/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// The next value of a tree against what the walk found.
static void compare(const vd_value *v, const vd_json_item *item) {
  VD_SCOPED_ARENA arena = VD_ARENA((size_t)64 << 20);
  const vd_value *found = NULL;
  if (v == NULL || vd_json_parse(&arena, item->text, &found, NULL) != VD_OK ||
      found->kind != v->kind)
    abort();
  if (v->kind < VD_KIND_ARRAY ? !vd_view_eq(found->text, v->text) : found->count != v->count)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA arena = VD_ARENA((size_t)64 << 20);
  vd_view bytes = {(const char *)data, size};
  const vd_value *doc = NULL;
  vd_json_walk w;
  vd_json_item item;
  vd_error err = {0};
  bool sound = vd_json_parse(&arena, bytes, &doc, NULL) == VD_OK && doc->kind >= VD_KIND_ARRAY;
  vd_code code = vd_json_walk_of(bytes, &w, &err);
  const vd_value *v = sound ? vd_first(doc) : NULL;
  if (sound && code != VD_OK)
    abort();
  while (code == VD_OK) {
    code = vd_json_walk_next(&w, &item, &err);
    if (code == VD_OK && sound) {
      compare(v, &item);
      v = v->next;
    }
  }
  if (code == VD_NOTFOUND ? v != NULL : sound || err.code != VD_FORMAT || err.offset > size)
    abort();
  return 0;
}
