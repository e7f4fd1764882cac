// Looking at the graph: finding a node, and what is stated of it and around it.
#include "graph/read.h"

#include "graph/snapshot.h"
#include "graph/store.h"

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for what the knowledge base says");
}

vd_node_kind vd_node_kind_of(const vd_graph *g, int64_t number) {
  for (unsigned k = 0; k < VD_NODE_KIND_COUNT; k++)
    if (g->node_kind[k] == number)
      return k;
  return VD_NODE_KIND_COUNT;
}

vd_edge_kind vd_edge_kind_of(const vd_graph *g, int64_t number) {
  for (unsigned k = 0; k < VD_EDGE_KIND_COUNT; k++)
    if (g->edge_kind[k] == number)
      return k;
  return VD_EDGE_KIND_COUNT;
}

vd_node_kind vd_node_kind_by_name(vd_view name) {
  for (unsigned k = 0; k < VD_NODE_KIND_COUNT; k++)
    if (vd_view_ieq(name, vd_view_of(vd_node_kind_text(k))))
      return k;
  return VD_NODE_KIND_COUNT;
}

// Columns: id, kind, key, name, class, canon, rank.
static vd_code read_node(vd_graph *g, vd_arena *a, sqlite3_stmt *s, vd_node *out, vd_error *err) {
  vd_node n = {.id = sqlite3_column_int64(s, 0),
               .kind = vd_node_kind_of(g, sqlite3_column_int64(s, 1)),
               .canon = sqlite3_column_int64(s, 5),
               .stub = sqlite3_column_type(s, 6) == SQLITE_NULL};
  if (n.kind == VD_NODE_KIND_COUNT)
    return vd_fail(err, VD_FORMAT, "the knowledge base has a node of an unknown kind");
  if (!vd_sql_copy(a, s, 2, &n.key) || !vd_sql_copy(a, s, 3, &n.name) ||
      !vd_sql_copy(a, s, 4, &n.class))
    return no_memory(err);
  *out = n;
  return VD_OK;
}

// ---- finding -----------------------------------------------------------------------------------

vd_code vd_node_get(vd_graph *g, vd_arena *a, int64_t id, vd_node *out, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_NODE);
  bool row = false;
  if (s == NULL)
    return vd_store_fail(g, "look up a node", err);
  (void)sqlite3_bind_int64(s, 1, id);
  VD_TRY(vd_sql_next(g, s, &row, err));
  if (!row)
    return vd_fail(err, VD_FORMAT, "the knowledge base lacks a node its classes name");
  return read_node(g, a, s, out, err);
}

// NOLINTNEXTLINE(readability-function-size): every VD_TRY counts as statements
static vd_code by_key(vd_graph *g, vd_arena *a, vd_node_kind kind, vd_view key, vd_node *out,
                      bool *found) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_NODE_BY_KEY);
  bool row = false;
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 1, g->node_kind[kind]);
  vd_sql_text(s, 2, key);
  VD_TRY(vd_sql_next(g, s, &row, NULL));
  if (row)
    VD_TRY(read_node(g, a, s, out, NULL));
  *found = row;
  return VD_OK;
}

static vd_view changed_case(vd_arena *a, vd_view text, bool upper) {
  char *out = vd_new_array(a, char, text.len + 1);
  for (size_t i = 0; out != NULL && i < text.len; i++) {
    char c = text.ptr[i];
    if (upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z')
      c = (char)(c ^ 0x20);
    out[i] = c;
  }
  return (vd_view){out, out == NULL ? 0 : text.len};
}

// PEP 503: runs of '-', '_' and '.' are one '-', letters are lower case.
static vd_view pypi_key(vd_arena *a, vd_view name) {
  VD_SCOPED_BUF b = VD_BUF(VD_KEY_MAX);
  vd_buf_put(&b, VD_VIEW("pypi/"));
  for (size_t i = 0; i < name.len; i++) {
    bool mark = name.ptr[i] == '-' || name.ptr[i] == '_' || name.ptr[i] == '.';
    bool before = i > 0 && b.ptr[b.len - 1] == '-';
    vd_view lower = changed_case(a, vd_view_first(vd_view_from(name, i), 1), false);
    if (mark && before)
      continue;
    vd_buf_put(&b, mark ? VD_VIEW("-") : lower);
  }
  return b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
}

typedef struct search {
  vd_graph *g;
  vd_arena *arena;
  vd_node_kind only; // COUNT: any kind
  vd_node found;
  bool done;
} search;

static vd_code try_key(search *f, vd_view key) {
  if (f->done || key.len == 0 || key.len > VD_KEY_MAX)
    return VD_OK;
  for (unsigned kind = 0; kind < VD_NODE_KIND_COUNT && !f->done; kind++)
    if (f->only == VD_NODE_KIND_COUNT || f->only == kind)
      VD_TRY(by_key(f->g, f->arena, kind, key, &f->found, &f->done));
  return VD_OK;
}

// The ids a compiled knowledge base has for a flaw besides its primary one.
static vd_code try_alias(search *f, vd_view id) {
  if (f->done)
    return VD_OK;
  vd_view ids = {0};
  {
    VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_PRIMARY_ID);
    bool row = false;
    if (s == NULL)
      return VD_IO;
    vd_sql_text(s, 1, id);
    VD_TRY(vd_sql_next(f->g, s, &row, NULL));
    if (row && !vd_sql_copy(f->arena, s, 0, &ids))
      return VD_NOMEM;
  }
  return try_key(f, vd_view_cut(&ids, ' '));
}

static vd_code find(search *f, vd_view text) {
  size_t colon = vd_view_find(text, ':');
  vd_node_kind kind = vd_node_kind_by_name(vd_view_first(text, colon));
  if (colon != text.len && kind != VD_NODE_KIND_COUNT) {
    f->only = kind;
    text = vd_view_from(text, colon + 1);
  }
  VD_TRY(try_key(f, text));
  VD_TRY(try_key(f, changed_case(f->arena, text, true)));
  VD_TRY(try_key(f, changed_case(f->arena, text, false)));
  VD_TRY(try_key(f, pypi_key(f->arena, text)));
  return try_alias(f, text);
}

vd_code vd_node_find(vd_graph *g, vd_arena *a, vd_view text, vd_node *out, vd_error *err) {
  search f = {.g = g, .arena = a, .only = VD_NODE_KIND_COUNT};
  vd_code code = find(&f, vd_view_trim(text));
  if (code == VD_NOMEM)
    return no_memory(err);
  if (code != VD_OK)
    return vd_store_fail(g, "look up a node", err);
  if (!f.done)
    return vd_fail(err, VD_NOTFOUND, "nothing is known of '%.*s'",
                   VD_ARG(vd_view_first(text, 100)));
  if (f.found.canon != f.found.id)
    return vd_node_get(g, a, f.found.canon, out, err);
  *out = f.found;
  return VD_OK;
}

// ---- what is stated of a node -------------------------------------------------------------------

// NOLINTNEXTLINE(readability-function-size): every VD_TRY counts as statements
vd_code vd_node_members(vd_graph *g, vd_arena *a, int64_t canon, size_t limit, vd_nodes *out,
                        vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_MEMBERS);
  vd_nodes members = {0};
  bool row = true;
  if (s == NULL)
    return vd_store_fail(g, "read aliases", err);
  (void)sqlite3_bind_int64(s, 1, canon);
  (void)sqlite3_bind_int64(s, 2, (int64_t)limit);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    vd_node *slot = row ? vd_vec_push(a, &members) : NULL;
    if (row && slot == NULL)
      return no_memory(err);
    if (row)
      VD_TRY(read_node(g, a, s, slot, err));
  }
  *out = members;
  return VD_OK;
}

static sqlite3_stmt *ask(vd_graph *g, vd_statement which, const vd_read_query *q) {
  sqlite3_stmt *s = vd_store_sql(g, which);
  if (s != NULL) {
    (void)sqlite3_bind_int64(s, 1, q->node);
    (void)sqlite3_bind_int64(s, 2, q->as_of);
    (void)sqlite3_bind_int64(s, 3, (int64_t)q->limit);
  }
  return s;
}

vd_code vd_node_properties_read(vd_graph *g, vd_arena *a, const vd_read_query *q,
                                vd_node_properties *out, vd_error *err) {
  VD_SCOPED_SQL *s = ask(g, VD_SQL_PROPERTIES, q);
  vd_node_properties list = {0};
  bool row = true;
  if (s == NULL)
    return vd_store_fail(g, "read properties", err);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    if (!row)
      break;
    vd_node_property *p = vd_vec_push(a, &list);
    if (p == NULL || !vd_sql_copy(a, s, 0, &p->name) || !vd_sql_copy(a, s, 1, &p->value) ||
        !vd_sql_copy(a, s, 2, &p->source) || !vd_sql_copy(a, s, 3, &p->document))
      return no_memory(err);
    p->since = sqlite3_column_int64(s, 4);
    p->until = sqlite3_column_int64(s, 5);
  }
  *out = list;
  return VD_OK;
}

vd_code vd_node_texts_read(vd_graph *g, vd_arena *a, const vd_read_query *q, vd_node_texts *out,
                           vd_error *err) {
  VD_SCOPED_SQL *s = ask(g, VD_SQL_TEXTS, q);
  vd_node_texts list = {0};
  bool row = true;
  if (s == NULL)
    return vd_store_fail(g, "read descriptions", err);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    if (!row)
      break;
    vd_node_text *t = vd_vec_push(a, &list);
    if (t == NULL || !vd_sql_copy(a, s, 0, &t->name) || !vd_sql_copy(a, s, 1, &t->body) ||
        !vd_sql_copy(a, s, 2, &t->source) || !vd_sql_copy(a, s, 3, &t->document) ||
        !vd_sql_copy(a, s, 4, &t->place))
      return no_memory(err);
    t->since = sqlite3_column_int64(s, 5);
  }
  *out = list;
  return VD_OK;
}

// ---- edges -------------------------------------------------------------------------------------

static vd_code read_edge(vd_graph *g, vd_arena *a, sqlite3_stmt *s, vd_neighbour *out,
                         vd_error *err) {
  VD_TRY(read_node(g, a, s, &out->node, err));
  out->confidence = sqlite3_column_double(s, 7);
  out->since = sqlite3_column_int64(s, 13);
  out->until = sqlite3_column_int64(s, 14);
  bool ok = vd_sql_copy(a, s, 8, &out->evidence) && vd_sql_copy(a, s, 9, &out->source) &&
            vd_sql_copy(a, s, 10, &out->method) && vd_sql_copy(a, s, 11, &out->document) &&
            vd_sql_copy(a, s, 12, &out->place) && vd_sql_copy(a, s, 15, &out->stated_key);
  return ok ? VD_OK : no_memory(err);
}

vd_code vd_graph_step(vd_graph *g, vd_arena *a, const vd_step_query *q, vd_neighbour *out,
                      vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_STEP);
  bool row = false;
  if (s == NULL)
    return vd_store_fail(g, "read edges", err);
  (void)sqlite3_bind_int64(s, 1, q->src);
  (void)sqlite3_bind_int64(s, 2, g->edge_kind[q->kind]);
  (void)sqlite3_bind_int64(s, 3, q->as_of);
  (void)sqlite3_bind_int64(s, 4, q->dst);
  VD_TRY(vd_sql_next(g, s, &row, err));
  if (!row)
    return vd_fail(err, VD_NOTFOUND, "no edge leads from one node to the other");
  *out = (vd_neighbour){.kind = q->kind, .outgoing = true};
  return read_edge(g, a, s, out, err);
}

static int by_confidence(const void *pa, const void *pb) {
  const vd_neighbour *a = pa, *b = pb;
  if (a->confidence != b->confidence)
    return a->confidence > b->confidence ? -1 : 1;
  int order = vd_view_cmp(a->node.key, b->node.key);
  return order != 0 ? order : vd_view_cmp(a->source, b->source);
}

static vd_code read_edges(vd_graph *g, vd_arena *a, const vd_read_query *q, vd_edge_group *group,
                          vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, group->outgoing ? VD_SQL_EDGES_OUT : VD_SQL_EDGES_IN);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(g, "read edges", err);
  (void)sqlite3_bind_int64(s, 1, q->node);
  (void)sqlite3_bind_int64(s, 2, g->edge_kind[group->kind]);
  (void)sqlite3_bind_int64(s, 3, q->as_of);
  (void)sqlite3_bind_int64(s, 4, (int64_t)q->limit);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    vd_neighbour *slot = row ? vd_vec_push(a, &group->edges) : NULL;
    if (row && slot == NULL)
      return no_memory(err);
    if (!row)
      break;
    *slot = (vd_neighbour){.kind = group->kind, .outgoing = group->outgoing};
    VD_TRY(read_edge(g, a, s, slot, err));
  }
  if (group->edges.count > 1)
    qsort(group->edges.at, group->edges.count, sizeof *group->edges.at, by_confidence);
  return VD_OK;
}

static vd_code count_out(vd_graph *g, int64_t node, uint64_t counts[VD_EDGE_KIND_COUNT],
                         vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_COUNT_OUT);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(g, "count edges", err);
  (void)sqlite3_bind_int64(s, 1, node);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    vd_edge_kind kind = row ? vd_edge_kind_of(g, sqlite3_column_int64(s, 0)) : VD_EDGE_KIND_COUNT;
    if (kind != VD_EDGE_KIND_COUNT)
      counts[kind] = (uint64_t)sqlite3_column_int64(s, 1);
  }
  return VD_OK;
}

static vd_code count_in(vd_graph *g, int64_t node, uint64_t counts[VD_EDGE_KIND_COUNT],
                        vd_error *err) {
  for (unsigned kind = 0; kind < VD_EDGE_KIND_COUNT; kind++) {
    VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_COUNT_IN);
    bool row = false;
    if (s == NULL)
      return vd_store_fail(g, "count edges", err);
    (void)sqlite3_bind_int64(s, 1, node);
    (void)sqlite3_bind_int64(s, 2, g->edge_kind[kind]);
    VD_TRY(vd_sql_next(g, s, &row, err));
    counts[kind] = row ? (uint64_t)sqlite3_column_int64(s, 0) : 0;
  }
  return VD_OK;
}

vd_code vd_node_edges_read(vd_graph *g, vd_arena *a, const vd_read_query *q, vd_edge_groups *out,
                           vd_error *err) {
  uint64_t counts[2][VD_EDGE_KIND_COUNT] = {0};
  vd_edge_groups groups = {0};
  VD_TRY(count_out(g, q->node, counts[0], err));
  VD_TRY(count_in(g, q->node, counts[1], err));
  for (unsigned way = 0; way < 2; way++)
    for (unsigned kind = 0; kind < VD_EDGE_KIND_COUNT; kind++) {
      vd_edge_group group = {.kind = kind, .outgoing = way == 0, .count = counts[way][kind]};
      if (group.count == 0 && q->as_of == 0)
        continue;
      VD_TRY(read_edges(g, a, q, &group, err));
      vd_edge_group *slot = group.edges.count == 0 ? &group : vd_vec_push(a, &groups);
      if (slot == NULL)
        return no_memory(err);
      *slot = group;
    }
  *out = groups;
  return VD_OK;
}
