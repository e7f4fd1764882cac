// Writing a document tree as JSON, with an explicit stack.
#include "format/format.h"

static void write_scalar(vd_json_out *j, const vd_value *v) {
  if (v->kind == VD_KIND_INT)
    vd_json_int(j, v->integer);
  else if (v->kind == VD_KIND_BOOL)
    vd_json_bool(j, v->boolean);
  else if (v->kind == VD_KIND_NULL)
    vd_json_null(j);
  else
    vd_json_text(j, v->text);
}

typedef struct walk {
  vd_json_out *out;
  const vd_value *open[VD_NEST_MAX + 1];
  size_t depth;
} walk;

// Writes v, or its opening bracket, and returns what comes next inside or beside it.
static const vd_value *enter(walk *w, const vd_value *v) {
  if (w->depth > 0 && w->open[w->depth - 1]->kind == VD_KIND_TABLE)
    vd_json_name(w->out, v->key);
  if (v->kind < VD_KIND_ARRAY) {
    write_scalar(w->out, v);
    return w->depth > 0 ? v->next : NULL;
  }
  vd_json_open(w->out, v->kind == VD_KIND_TABLE ? '{' : '[');
  w->open[w->depth++] = v;
  return v->first;
}

static const vd_value *leave(walk *w) {
  const vd_value *done = w->open[--w->depth];
  vd_json_close(w->out, done->kind == VD_KIND_TABLE ? '}' : ']');
  return w->depth > 0 ? done->next : NULL;
}

void vd_json_tree(vd_json_out *j, const vd_value *v) {
  walk w = {.out = j};
  // Trees share their parts, so even a small one may be too large to write.
  while (v != NULL && !j->buf->failed) {
    v = enter(&w, v);
    while (v == NULL && w.depth > 0)
      v = leave(&w);
  }
}
