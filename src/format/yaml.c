// YAML: libfyaml scans, this builds the tree from its events with an explicit stack.
#include "format/yaml.h"

#include <libfyaml.h>

// What an anchor stands for. Aliases share its members, so the size and the depth that a reader
// of the whole tree would meet are counted here.
typedef struct anchor {
  const vd_value *value;
  size_t nodes;
  unsigned height;
  bool open; // its value is still being read
} anchor;

typedef struct frame { // an open container
  vd_value *value;
  anchor *named;
  size_t nodes_before;
  unsigned height; // containers nested below it
  bool has_key;
  vd_view key;
  uint32_t key_line;
} frame;

typedef struct yaml {
  vd_arena *arena;
  vd_view bytes;
  vd_error *err;
  vd_map anchors;
  frame open[VD_NEST_MAX];
  unsigned depth;
  size_t nodes;
  vd_value *root;
  bool done;
  size_t seen, line_start; // lines are counted up to seen
  uint32_t line, column;   // of the current event
} yaml;

static vd_code fail(const yaml *y, vd_code code, const char *text) {
  (void)vd_fail(y->err, code, "%s", text);
  if (y->err != NULL) {
    y->err->line = y->line;
    y->err->column = y->column;
    y->err->offset = y->seen;
  }
  return code;
}

static vd_code no_memory(const yaml *y) { return fail(y, VD_NOMEM, vd_code_text(VD_NOMEM)); }

// Events come in the order of the text, but for empty values, which stay where the last one was.
static void move_to(yaml *y, const struct fy_mark *mark) {
  if (mark == NULL || mark->input_pos < y->seen || mark->input_pos > y->bytes.len)
    return;
  while (y->seen < mark->input_pos) {
    vd_view rest = vd_view_first(vd_view_from(y->bytes, y->seen), mark->input_pos - y->seen);
    size_t n = vd_view_find(rest, '\n');
    y->seen += n;
    if (n < rest.len) {
      y->line++;
      y->line_start = ++y->seen;
    }
  }
  y->column = (uint32_t)(y->seen - y->line_start + 1);
}

// The text of a token: borrowed when it stands in the input as is, else copied.
static vd_code token_text(yaml *y, struct fy_token *token, vd_view *out) {
  size_t len = 0;
  const char *p = token == NULL ? NULL : fy_token_get_text(token, &len);
  if (p == NULL || len == 0) {
    *out = VD_VIEW("");
    return VD_OK;
  }
  uintptr_t at = (uintptr_t)p, start = (uintptr_t)y->bytes.ptr;
  bool inside = at >= start && at - start <= y->bytes.len && len <= y->bytes.len - (at - start);
  *out = inside ? (vd_view){p, len} : vd_arena_copy(y->arena, (vd_view){p, len});
  return out->ptr == NULL ? no_memory(y) : VD_OK;
}

// Plain and quoted scalars are read from their source, block scalars by libfyaml.
static vd_code scalar_text(yaml *y, struct fy_token *token, vd_view *out) {
  static const char quotes[] = {
      [FYSS_PLAIN] = '\0', [FYSS_SINGLE_QUOTED] = '\'', [FYSS_DOUBLE_QUOTED] = '"'};
  const struct fy_mark *from = token == NULL ? NULL : fy_token_start_mark(token);
  const struct fy_mark *to = token == NULL ? NULL : fy_token_end_mark(token);
  enum fy_scalar_style style = token == NULL ? FYSS_PLAIN : fy_token_scalar_style(token);
  if (from == NULL || to == NULL || style < 0 || (size_t)style >= VD_COUNT(quotes))
    return token_text(y, token, out);
  if (from->input_pos > to->input_pos || to->input_pos > y->bytes.len)
    return fail(y, VD_FORMAT, "a scalar without a place");
  vd_view raw = vd_view_from(vd_view_first(y->bytes, to->input_pos), from->input_pos);
  vd_code code = vd_yaml_flow_text(y->arena, raw, quotes[style], out);
  if (code == VD_NOMEM)
    return no_memory(y);
  return code == VD_OK ? VD_OK : fail(y, code, "unknown escape in a string");
}

// ---- tree -----------------------------------------------------------------------------

static frame *top(yaml *y) { return y->depth == 0 ? NULL : &y->open[y->depth - 1]; }

// The innermost table, when what comes next is a key of it; else NULL.
static frame *awaits_key(yaml *y) {
  frame *f = top(y);
  return f != NULL && f->value->kind == VD_KIND_TABLE && !f->has_key ? f : NULL;
}

static void set_key(const yaml *y, frame *f, vd_view key) {
  f->key = key;
  f->key_line = y->line;
  f->has_key = true;
}

// Adds a value of the given logical size and height below the innermost open container.
// NULL with *code set when there is no room.
static vd_value *add(yaml *y, const anchor *size, vd_code *code) {
  frame *f = top(y);
  if (size->nodes > VD_NODES_MAX - y->nodes)
    return *code = fail(y, VD_LIMIT, "too many values in one document"), NULL;
  if (y->depth + size->height > VD_NEST_MAX)
    return *code = fail(y, VD_LIMIT, "nested too deeply"), NULL;
  vd_value *v = vd_new(y->arena, vd_value);
  if (v == NULL)
    return *code = no_memory(y), NULL;
  y->nodes += size->nodes;
  if (size->value != NULL)
    *v = *size->value;
  v->next = NULL;
  v->line = v->key_line = y->line;
  v->column = y->column;
  v->key = (vd_view){0};
  *code = VD_OK;
  if (f == NULL) {
    y->root = v;
    return v;
  }
  if (f->value->kind == VD_KIND_TABLE) {
    v->key = f->key;
    v->key_line = f->key_line;
    f->has_key = false;
  }
  if (f->height < size->height)
    f->height = size->height;
  *(f->value->last == NULL ? &f->value->first : &f->value->last->next) = v;
  f->value->last = v;
  f->value->count++;
  return v;
}

// ---- anchors --------------------------------------------------------------------------

// *out is NULL when the event names no anchor.
static vd_code name_anchor(yaml *y, struct fy_token *token, const vd_value *v, anchor **out) {
  *out = NULL;
  if (token == NULL)
    return VD_OK;
  vd_view name;
  VD_TRY(token_text(y, token, &name));
  anchor *a = vd_new(y->arena, anchor);
  if (a == NULL || vd_map_put(&y->anchors, name, a) != VD_OK)
    return no_memory(y);
  *a = (anchor){.value = v, .nodes = 1};
  *out = a;
  return VD_OK;
}

static vd_code take_alias(yaml *y, struct fy_event *e) {
  vd_view name;
  y->column -= y->column > 1; // the mark stands after the '*'
  VD_TRY(token_text(y, e->alias.anchor, &name));
  const anchor *a = vd_map_get(&y->anchors, name);
  if (a == NULL)
    return fail(y, VD_FORMAT, "an alias without an anchor");
  if (a->open)
    return fail(y, VD_FORMAT, "an alias inside the value it names");
  frame *table = awaits_key(y);
  if (table != NULL) {
    if (a->height != 0)
      return fail(y, VD_UNSUPPORTED, "a key that is not a scalar");
    set_key(y, table, a->value->text);
    return VD_OK;
  }
  vd_code code;
  (void)add(y, a, &code);
  return code;
}

// ---- events ---------------------------------------------------------------------------

// True for "!" and "!!str", and for application tags, whose meaning is not ours to guess.
static bool tagged_as_text(struct fy_token *tag) {
  static const char core[] = "tag:yaml.org,2002:";
  size_t len = 0;
  const char *p = tag == NULL ? NULL : fy_token_get_text(tag, &len);
  vd_view v = {p, p == NULL ? 0 : len};
  return tag != NULL &&
         (vd_view_eq(v, VD_VIEW("tag:yaml.org,2002:str")) || !vd_view_starts(v, vd_view_of(core)));
}

static vd_code take_scalar(yaml *y, struct fy_event *e) {
  vd_view text;
  VD_TRY(scalar_text(y, e->scalar.value, &text));
  bool plain = e->scalar.value == NULL || fy_token_scalar_style(e->scalar.value) == FYSS_PLAIN;
  vd_value *v = NULL;
  anchor *named = NULL;
  vd_code code = VD_OK;
  frame *table = awaits_key(y);
  if (table == NULL)
    v = add(y, &(anchor){.nodes = 1}, &code);
  else if (e->scalar.anchor != NULL && (v = vd_new(y->arena, vd_value)) == NULL)
    return no_memory(y);
  else
    set_key(y, table, text);
  if (v == NULL)
    return code;
  v->text = text;
  v->kind = VD_KIND_STRING;
  if (plain && !tagged_as_text(e->scalar.tag))
    vd_yaml_resolve(v);
  return name_anchor(y, e->scalar.anchor, v, &named);
}

static vd_code open_container(yaml *y, vd_kind kind, struct fy_token *token) {
  if (awaits_key(y) != NULL)
    return fail(y, VD_UNSUPPORTED, "a key that is not a scalar");
  vd_code code;
  frame f = {.nodes_before = y->nodes};
  vd_value *v = add(y, &(anchor){.nodes = 1, .height = 1}, &code);
  if (v == NULL)
    return code;
  v->kind = kind;
  VD_TRY(name_anchor(y, token, v, &f.named));
  if (f.named != NULL)
    f.named->open = true;
  f.value = v;
  y->open[y->depth++] = f;
  return VD_OK;
}

static vd_code close_container(yaml *y) {
  if (y->depth == 0)
    return fail(y, VD_FORMAT, "an end without a start");
  frame f = *top(y);
  y->depth--;
  f.height++;
  if (f.named != NULL) {
    f.named->open = false;
    f.named->nodes = y->nodes - f.nodes_before;
    f.named->height = f.height;
  }
  if (y->depth != 0 && top(y)->height < f.height)
    top(y)->height = f.height;
  return VD_OK;
}

static vd_code take(yaml *y, struct fy_event *e) {
  move_to(y, fy_event_start_mark(e));
  switch (e->type) {
  case FYET_SCALAR: return take_scalar(y, e);
  case FYET_ALIAS: return take_alias(y, e);
  case FYET_SEQUENCE_START: return open_container(y, VD_KIND_ARRAY, e->sequence_start.anchor);
  case FYET_MAPPING_START: return open_container(y, VD_KIND_TABLE, e->mapping_start.anchor);
  case FYET_SEQUENCE_END:
  case FYET_MAPPING_END: return close_container(y);
  case FYET_DOCUMENT_END:
  case FYET_STREAM_END: y->done = true; return VD_OK;
  case FYET_NONE:
  case FYET_STREAM_START:
  case FYET_DOCUMENT_START: break;
  }
  return VD_OK;
}

// ---- libfyaml -------------------------------------------------------------------------

// What libfyaml says is wrong, and where.
static vd_code scan_error(yaml *y, struct fy_diag *diag) {
  void *state = NULL;
  const struct fy_diag_error *e = fy_diag_errors_iterate(diag, &state);
  if (e == NULL)
    return fail(y, VD_FORMAT, "not YAML");
  (void)fail(y, VD_FORMAT, e->msg);
  if (y->err != NULL && e->line > 0) {
    y->err->line = (uint32_t)e->line;
    y->err->column = (uint32_t)(e->column > 0 ? e->column : 0);
  }
  return VD_FORMAT;
}

static vd_code read_document(yaml *y, struct fy_parser *parser, struct fy_diag *diag) {
  while (!y->done) {
    struct fy_event *e = fy_parser_parse(parser);
    if (e == NULL)
      return scan_error(y, diag);
    vd_code code = take(y, e);
    fy_parser_event_free(parser, e);
    VD_TRY(code);
  }
  return VD_OK;
}

static vd_code empty_document(yaml *y) {
  vd_code code;
  y->line = y->column = 1;
  vd_value *v = add(y, &(anchor){.nodes = 1}, &code);
  if (v != NULL)
    v->text = VD_VIEW("");
  return code;
}

vd_code vd_yaml_parse(vd_arena *a, vd_view bytes, const vd_value **out, vd_error *err) {
  if (vd_view_starts(bytes, VD_VIEW("\xEF\xBB\xBF")))
    bytes = vd_view_from(bytes, 3);
  yaml y = {.arena = a, .bytes = bytes, .err = err, .anchors = VD_MAP(a), .line = 1, .column = 1};
  VD_TRY(vd_yaml_check(bytes, err));
  if (bytes.len != 0) {
    VD_CLEANUP(vd_yaml_close) vd_yaml_input input = {0};
    if (!vd_yaml_open(bytes, &input))
      return no_memory(&y);
    VD_TRY(read_document(&y, input.parser, input.diag));
  }
  if (y.root == NULL)
    VD_TRY(empty_document(&y));
  *out = y.root;
  return VD_OK;
}
