// Walking a document tree.
#include "format/format.h"

const vd_value *vd_first(const vd_value *parent) {
  return vd_is(parent, VD_KIND_ARRAY) || vd_is(parent, VD_KIND_TABLE) ? parent->first : NULL;
}

const vd_value *vd_get(const vd_value *table, vd_view key) {
  const vd_value *found = NULL;
  if (vd_is(table, VD_KIND_TABLE))
    for (const vd_value *v = table->first; v != NULL; v = v->next)
      if (vd_view_eq(v->key, key))
        found = v;
  return found;
}

const vd_value *vd_path_of(const vd_value *doc, const char *const *keys, size_t n) {
  for (size_t i = 0; i < n && doc != NULL; i++)
    doc = vd_get(doc, vd_view_of(keys[i]));
  return doc;
}

vd_view vd_text(const vd_value *v) { return vd_is(v, VD_KIND_STRING) ? v->text : (vd_view){0}; }

vd_view vd_text_at(const vd_value *table, const char *key) {
  return vd_text(vd_get(table, vd_view_of(key)));
}

bool vd_is(const vd_value *v, vd_kind kind) { return v != NULL && v->kind == kind; }
