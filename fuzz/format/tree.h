// What holds for every document tree, whatever the bytes were.
#pragma once

#include "format/format.h"

static void check_value(const vd_value *v) {
  size_t bad = 0, members = 0;
  if (v->line == 0 || v->column == 0 || v->key_line == 0)
    abort();
  if (!vd_utf8_valid(v->key, &bad) || (v->kind < VD_KIND_ARRAY && !vd_utf8_valid(v->text, &bad)))
    abort();
  if (v->kind < VD_KIND_ARRAY)
    return;
  for (VD_EACH (m, v))
    members++;
  if (members != v->count || (members != 0 && v->last->next != NULL))
    abort();
}

// Aliases make a tree far larger than its text, so only the first values are looked at.
static void check_tree(const vd_value *v) {
  const vd_value *after[VD_NEST_MAX];
  size_t depth = 0;
  for (size_t seen = 0; seen < 100000; seen++) {
    check_value(v);
    if (vd_first(v) != NULL) {
      if (depth == VD_NEST_MAX)
        abort();
      after[depth++] = v->next;
      v = v->first;
    } else {
      v = v->next;
    }
    while (v == NULL && depth > 0)
      v = after[--depth];
    if (v == NULL)
      return;
  }
}
