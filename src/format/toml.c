// TOML 1.0 documents: keys, tables, arrays, and the rules on what may be defined where.
#include "format/toml_private.h"

// How a table or array came to be decides what may still be added to it.
typedef enum origin {
  ORIGIN_IMPLICIT,     // named on the way to another table: [a.b] makes a
  ORIGIN_HEADER,       // [a], an element of [[a]], or the document
  ORIGIN_DOTTED,       // a.b = 1 makes a
  ORIGIN_INLINE,       // {...} or [...]: closed
  ORIGIN_TABLES_ARRAY, // the array behind [[a]]
} origin;

// Tables this small are searched, larger ones get a map.
enum { MEMBERS_UNMAPPED = 8 };

// A container; its vd_value comes first, so a vd_value of kind table or array is a node.
typedef struct node {
  vd_value value;
  origin origin;
  uint32_t depth;
  vd_map members;
} node;

// A container whose closing bracket is still to come.
typedef struct open_node {
  node *at;
  bool needs_comma;
} open_node;

typedef struct toml {
  vd_toml_cursor c;
  node *table; // of the current header
  size_t nodes;
  size_t open_count;
  open_node open[VD_NEST_MAX + 1];
} toml;

// Where a value is about to be put.
typedef struct slot {
  node *parent;
  vd_view key; // empty in arrays
  uint32_t line, column;
} slot;

static vd_code no_memory(const toml *t) {
  (void)vd_fail(t->c.err, VD_NOMEM, "no memory for the TOML document");
  return VD_NOMEM;
}

static vd_code too_deep(const toml *t) {
  (void)vd_fail(t->c.err, VD_LIMIT, "nested deeper than %d", VD_NEST_MAX);
  (void)vd_toml_at(&t->c, t->c.at, VD_LIMIT);
  return VD_LIMIT;
}

static node *node_of(vd_value *v) {
  return vd_is(v, VD_KIND_TABLE) || vd_is(v, VD_KIND_ARRAY) ? (node *)v : NULL;
}

// ---- tables ---------------------------------------------------------------------------------

static vd_value *member(const node *table, vd_view key) {
  if (table->value.count > MEMBERS_UNMAPPED)
    return vd_map_get(&table->members, key);
  for (vd_value *v = table->value.first; v != NULL; v = v->next)
    if (vd_view_eq(v->key, key))
      return v;
  return NULL;
}

static vd_code index_member(toml *t, node *table, vd_value *v) {
  if (table->value.kind == VD_KIND_ARRAY || table->value.count <= MEMBERS_UNMAPPED)
    return VD_OK;
  table->members.arena = t->c.arena;
  vd_value *from = table->members.count == 0 ? table->value.first : v;
  for (; from != NULL; from = from->next)
    if (vd_map_put(&table->members, from->key, from) != VD_OK)
      return no_memory(t);
  return VD_OK;
}

static vd_code attach(toml *t, const slot *s, vd_value *v) {
  vd_value *parent = &s->parent->value;
  if (++t->nodes > VD_NODES_MAX)
    return vd_toml_at(&t->c, t->c.at,
                      vd_fail(t->c.err, VD_LIMIT, "more than %d values", VD_NODES_MAX));
  v->key = s->key;
  v->key_line = s->line;
  if (parent->last != NULL)
    parent->last->next = v;
  else
    parent->first = v;
  parent->last = v;
  parent->count++;
  return index_member(t, s->parent, v);
}

static vd_code add_node(toml *t, const slot *s, vd_kind kind, origin made_by, node **out) {
  uint32_t depth = s->parent->depth + 1;
  if (depth > VD_NEST_MAX)
    return too_deep(t);
  node *n = vd_new(t->c.arena, node);
  if (n == NULL)
    return no_memory(t);
  n->value = (vd_value){.kind = kind, .line = s->line, .column = s->column};
  n->origin = made_by;
  n->depth = depth;
  VD_TRY(attach(t, s, &n->value));
  *out = n;
  return VD_OK;
}

static vd_code defined_twice(const toml *t, const char *at, const vd_value *first) {
  return vd_toml_at(&t->c, at,
                    vd_fail(t->c.err, VD_FORMAT, "\"%.*s\" is already defined in line %u",
                            (int)(first->key.len > 80 ? 80 : first->key.len), first->key.ptr,
                            first->line));
}

// ---- keys -----------------------------------------------------------------------------------

static void skip_blank(toml *t) {
  while (t->c.at < t->c.end && (*t->c.at == ' ' || *t->c.at == '\t'))
    t->c.at++;
}

static bool is_bare(int ch) {
  return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
         ch == '-' || ch == '_';
}

// One part of a dotted key, and the blanks after it.
static vd_code key_part(toml *t, vd_view *out) {
  int ch = vd_toml_peek(&t->c);
  const char *start = t->c.at;
  if (ch == '"' || ch == '\'') {
    VD_TRY(vd_toml_string(&t->c, false, out));
  } else {
    while (is_bare(vd_toml_peek(&t->c)))
      t->c.at++;
    *out = (vd_view){start, (size_t)(t->c.at - start)};
    if (out->len == 0)
      return vd_toml_at(&t->c, start, vd_fail(t->c.err, VD_FORMAT, "a key is missing"));
  }
  skip_blank(t);
  return VD_OK;
}

static bool skip_char(toml *t, char ch) {
  if (vd_toml_peek(&t->c) != (unsigned char)ch)
    return false;
  t->c.at++;
  return true;
}

// The table a key part before the last one leads to, made when absent.
typedef vd_code step_fn(toml *t, slot *s, const char *at);

static vd_code step_dotted(toml *t, slot *s, const char *at) {
  vd_value *found = member(s->parent, s->key);
  if (found == NULL)
    return add_node(t, s, VD_KIND_TABLE, ORIGIN_DOTTED, &s->parent);
  node *n = node_of(found);
  if (n == NULL || (n->origin != ORIGIN_DOTTED && n->origin != ORIGIN_IMPLICIT))
    return defined_twice(t, at, found);
  n->origin = ORIGIN_DOTTED;
  s->parent = n;
  return VD_OK;
}

static vd_code step_header(toml *t, slot *s, const char *at) {
  vd_value *found = member(s->parent, s->key);
  if (found == NULL)
    return add_node(t, s, VD_KIND_TABLE, ORIGIN_IMPLICIT, &s->parent);
  node *n = node_of(found);
  if (n == NULL || n->origin == ORIGIN_INLINE)
    return defined_twice(t, at, found);
  s->parent = n->origin == ORIGIN_TABLES_ARRAY ? node_of(n->value.last) : n;
  return VD_OK;
}

// Reads a dotted key below s->parent and walks to the table of its last part; *last is where that
// part stands.
static vd_code key_path(toml *t, slot *s, step_fn *step, const char **last) {
  for (;;) {
    *last = t->c.at;
    VD_TRY(key_part(t, &s->key));
    if (!skip_char(t, '.'))
      return VD_OK;
    skip_blank(t);
    VD_TRY(step(t, s, *last));
  }
}

static slot slot_here(const toml *t, node *parent) {
  return (slot){.parent = parent, .line = t->c.line, .column = vd_toml_column(&t->c)};
}

// ---- values -----------------------------------------------------------------------------------

static vd_code open_container(toml *t, slot *s, vd_kind kind) {
  node *n = NULL;
  VD_TRY(add_node(t, s, kind, ORIGIN_INLINE, &n));
  n->value.key_line = s->line;
  n->value.line = t->c.line;
  n->value.column = vd_toml_column(&t->c);
  t->c.at++;
  t->open[t->open_count++] = (open_node){.at = n};
  return VD_OK;
}

// Reads a scalar, or opens a container whose items `expression` then reads.
static vd_code begin_value(toml *t, slot *s) {
  int ch = vd_toml_peek(&t->c);
  if (ch == '[' || ch == '{')
    return open_container(t, s, ch == '[' ? VD_KIND_ARRAY : VD_KIND_TABLE);
  vd_value *v = vd_new(t->c.arena, vd_value);
  if (v == NULL)
    return no_memory(t);
  *v = (vd_value){.line = t->c.line, .column = vd_toml_column(&t->c), .kind = VD_KIND_STRING};
  if (ch == '"' || ch == '\'')
    VD_TRY(vd_toml_string(&t->c, true, &v->text));
  else
    VD_TRY(vd_toml_scalar(&t->c, v));
  return attach(t, s, v);
}

// key = value, or key = the start of a container.
static vd_code begin_pair(toml *t, node *table) {
  slot s = slot_here(t, table);
  const char *at;
  VD_TRY(key_path(t, &s, step_dotted, &at));
  if (!skip_char(t, '='))
    return vd_toml_at(&t->c, t->c.at, vd_fail(t->c.err, VD_FORMAT, "expected '=' after a key"));
  const vd_value *earlier = member(s.parent, s.key);
  if (earlier != NULL)
    return defined_twice(t, at, earlier);
  skip_blank(t);
  return begin_value(t, &s);
}

static vd_code skip_comment(toml *t) {
  if (vd_toml_peek(&t->c) != '#')
    return VD_OK;
  for (int ch = '#'; ch >= 0 && ch != '\n' && ch != '\r'; ch = vd_toml_peek(&t->c)) {
    if ((ch < 0x20 && ch != '\t') || ch == 0x7F)
      return vd_toml_at(&t->c, t->c.at,
                        vd_fail(t->c.err, VD_FORMAT, "control character 0x%02x in a comment", ch));
    t->c.at++;
  }
  return VD_OK;
}

// Blanks, comments and line ends, as they may stand inside an array.
static vd_code skip_layout(toml *t) {
  do {
    skip_blank(t);
    VD_TRY(skip_comment(t));
  } while (vd_toml_newline(&t->c));
  return VD_OK;
}

static vd_code next_in_array(toml *t, open_node *o) {
  VD_TRY(skip_layout(t));
  if (o->needs_comma && skip_char(t, ',')) {
    o->needs_comma = false;
    VD_TRY(skip_layout(t));
  }
  if (skip_char(t, ']')) {
    t->open_count--;
    return VD_OK;
  }
  if (o->needs_comma)
    return vd_toml_at(&t->c, t->c.at,
                      vd_fail(t->c.err, VD_FORMAT, "expected ',' or ']' in an array"));
  o->needs_comma = true;
  slot s = slot_here(t, o->at);
  return begin_value(t, &s);
}

static vd_code next_in_inline_table(toml *t, open_node *o) {
  skip_blank(t);
  bool comma = o->needs_comma && skip_char(t, ',');
  if (comma)
    skip_blank(t);
  else if (skip_char(t, '}'))
    return t->open_count--, VD_OK;
  if (o->needs_comma && !comma)
    return vd_toml_at(&t->c, t->c.at,
                      vd_fail(t->c.err, VD_FORMAT, "expected ',' or '}' in an inline table"));
  o->needs_comma = true;
  return begin_pair(t, o->at);
}

static vd_code pair(toml *t) {
  VD_TRY(begin_pair(t, t->table));
  while (t->open_count != 0) {
    open_node *o = &t->open[t->open_count - 1];
    VD_TRY(o->at->value.kind == VD_KIND_ARRAY ? next_in_array(t, o) : next_in_inline_table(t, o));
  }
  return VD_OK;
}

// ---- headers -----------------------------------------------------------------------------------

static vd_code define_table(toml *t, slot *s, const char *at) {
  vd_value *found = member(s->parent, s->key);
  if (found == NULL)
    return add_node(t, s, VD_KIND_TABLE, ORIGIN_HEADER, &t->table);
  node *n = node_of(found);
  if (n == NULL || n->origin != ORIGIN_IMPLICIT)
    return defined_twice(t, at, found);
  n->origin = ORIGIN_HEADER;
  n->value.line = n->value.key_line = s->line;
  n->value.column = s->column;
  t->table = n;
  return VD_OK;
}

static vd_code define_element(toml *t, slot *s, const char *at) {
  vd_value *found = member(s->parent, s->key);
  node *array = found == NULL ? NULL : node_of(found);
  if (found == NULL)
    VD_TRY(add_node(t, s, VD_KIND_ARRAY, ORIGIN_TABLES_ARRAY, &array));
  else if (array == NULL || array->origin != ORIGIN_TABLES_ARRAY)
    return defined_twice(t, at, found);
  s->parent = array;
  s->key = (vd_view){0};
  return add_node(t, s, VD_KIND_TABLE, ORIGIN_HEADER, &t->table);
}

static vd_code header(toml *t, node *root) {
  slot s = slot_here(t, root);
  t->c.at++;
  bool element = skip_char(t, '[');
  const char *at;
  skip_blank(t);
  VD_TRY(key_path(t, &s, step_header, &at));
  if (!skip_char(t, ']') || (element && !skip_char(t, ']')))
    return vd_toml_at(
        &t->c, t->c.at,
        vd_fail(t->c.err, VD_FORMAT, "expected '%s' after a table name", element ? "]]" : "]"));
  return element ? define_element(t, &s, at) : define_table(t, &s, at);
}

// ---- document ----------------------------------------------------------------------------------

static vd_code line(toml *t, node *root) {
  skip_blank(t);
  int ch = vd_toml_peek(&t->c);
  if (ch == '[')
    VD_TRY(header(t, root));
  else if (ch >= 0 && ch != '#' && ch != '\n' && ch != '\r')
    VD_TRY(pair(t));
  skip_blank(t);
  VD_TRY(skip_comment(t));
  if (!vd_toml_newline(&t->c) && t->c.at != t->c.end)
    return vd_toml_at(&t->c, t->c.at, vd_fail(t->c.err, VD_FORMAT, "expected the end of the line"));
  return VD_OK;
}

static vd_view without_mark(vd_view bytes) {
  vd_view mark = VD_VIEW("\xEF\xBB\xBF");
  return vd_view_starts(bytes, mark) ? vd_view_from(bytes, mark.len) : bytes;
}

vd_code vd_toml_parse(vd_arena *a, vd_view bytes, const vd_value **out, vd_error *err) {
  bytes = without_mark(bytes);
  const char *start = bytes.len == 0 ? "" : bytes.ptr;
  toml *t = vd_new(a, toml);
  node *root = vd_new(a, node);
  if (t == NULL || root == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the TOML document");
  t->c = (vd_toml_cursor){start, start, start + bytes.len, start, 1, a, err};
  size_t bad;
  if (!vd_utf8_valid(bytes, &bad))
    return vd_toml_at(&t->c, start + bad, vd_fail(t->c.err, VD_FORMAT, "not valid UTF-8"));
  root->value = (vd_value){.kind = VD_KIND_TABLE, .line = 1, .column = 1, .key_line = 1};
  root->origin = ORIGIN_HEADER;
  t->table = root;
  while (t->c.at < t->c.end)
    VD_TRY(line(t, root));
  *out = &root->value;
  return VD_OK;
}
