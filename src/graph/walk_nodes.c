// The stream of nodes: three cursors over members, definitions and properties, in the same order,
// are read side by side and put together class by class.
#include "graph/walker.h"
#include "graph/write.h"

// Columns 0 and 1 of every row: the class, and the member of it.
typedef struct cursor {
  sqlite3_stmt *s;
  bool row;
} cursor;

typedef struct gather {
  vd_walk *w;
  cursor members, definitions, properties;
  vd_arena arena; // of the node being put together
  vd_walk_node node;
  bool wanted;
  vd_error *err;
} gather;

static vd_code no_memory(const gather *g) {
  return vd_fail(g->err, VD_NOMEM, "no memory for a node of the graph");
}

// ---- cursors -----------------------------------------------------------------------------------

static vd_code next(gather *g, cursor *c) { return vd_sql_next(g->w->g, c->s, &c->row, g->err); }

static vd_code start(gather *g, cursor *c, vd_statement which, const vd_walk_range *r) {
  c->s = vd_walk_sql(g->w, which, r);
  return c->s == NULL ? vd_store_fail(g->w->g, "read nodes", g->err) : next(g, c);
}

static void stop(gather *g) {
  vd_store_reset(&g->members.s);
  vd_store_reset(&g->definitions.s);
  vd_store_reset(&g->properties.s);
  vd_arena_free(&g->arena);
}

// Where the cursor stands: before (-1), at (0) or after (1) the node being put together.
static int place(const gather *g, const cursor *c) {
  int64_t class = sqlite3_column_int64(c->s, 0), member = sqlite3_column_int64(c->s, 1);
  if (class != g->node.canon.id)
    return class < g->node.canon.id ? -1 : 1;
  if (!g->w->query.stated || member == g->node.self.id)
    return 0;
  return member < g->node.self.id ? -1 : 1;
}

typedef vd_code (*take_row)(gather *g, sqlite3_stmt *s);

// Takes the cursor's rows of the node, leaving behind those of nodes that were left out.
static vd_code take_all(gather *g, cursor *c, take_row take) {
  while (c->row && place(g, c) <= 0) {
    if (g->wanted && place(g, c) == 0)
      VD_TRY(take(g, c->s));
    VD_TRY(next(g, c));
  }
  return VD_OK;
}

// ---- parts -------------------------------------------------------------------------------------

static bool copy_id(gather *g, vd_walk_id *id) {
  bool classed = id->class.ptr != NULL;
  id->key = vd_arena_copy(&g->arena, id->key);
  if (classed)
    id->class = vd_arena_copy(&g->arena, id->class);
  return id->key.ptr != NULL && (!classed || id->class.ptr != NULL);
}

// Columns: class, the member, then the node that stands for the class.
static vd_code take_member(gather *g, sqlite3_stmt *s) {
  vd_walk_id id;
  VD_TRY(vd_walk_id_of(g->w, s, 1, &id, g->err));
  if (id.id == g->node.self.id)
    return VD_OK;
  if (!vd_walk_is_named(g->w, id.id))
    return VD_OK;
  vd_walk_id *slot = vd_vec_push(&g->arena, &g->node.aliases);
  if (slot == NULL || !copy_id(g, &id))
    return no_memory(g);
  *slot = id;
  return VD_OK;
}

// Columns from `at` on: rank, source, document as id and key, since.
static vd_code take_origin(gather *g, sqlite3_stmt *s, int at, vd_walk_origin *out) {
  out->rank = sqlite3_column_int64(s, at);
  out->since = sqlite3_column_int64(s, at + 4);
  vd_walk_cite(g->w, sqlite3_column_int64(s, at + 2));
  return vd_sql_copy(&g->arena, s, at + 1, &out->source) &&
                 vd_sql_copy(&g->arena, s, at + 3, &out->document)
             ? VD_OK
             : no_memory(g);
}

// Columns: class, node, statement, name, class, text, position, origin.
static vd_code take_definition(gather *g, sqlite3_stmt *s) {
  vd_walk_definition *d = vd_vec_push(&g->arena, &g->node.definitions);
  if (d == NULL || !vd_sql_copy(&g->arena, s, 3, &d->name) ||
      !vd_sql_copy(&g->arena, s, 4, &d->class) || !vd_sql_copy(&g->arena, s, 5, &d->text))
    return no_memory(g);
  d->node = sqlite3_column_int64(s, 1);
  d->statement = sqlite3_column_int64(s, 2);
  d->position = sqlite3_column_int64(s, 6);
  return take_origin(g, s, 7, &d->origin);
}

// Columns: class, node, statement, name, value, origin.
static vd_code take_property(gather *g, sqlite3_stmt *s) {
  vd_walk_property *p = vd_vec_push(&g->arena, &g->node.properties);
  if (p == NULL || !vd_sql_copy(&g->arena, s, 3, &p->name) ||
      !vd_sql_copy(&g->arena, s, 4, &p->value))
    return no_memory(g);
  p->node = sqlite3_column_int64(s, 1);
  p->statement = sqlite3_column_int64(s, 2);
  return take_origin(g, s, 5, &p->origin);
}

static vd_code take_score(gather *g, vd_view key) {
  int64_t cve = vd_cve_number(key);
  if (cve == 0)
    return VD_OK;
  VD_SCOPED_SQL *s = vd_walk_sql(g->w, VD_SQL_WALK_SCORE, NULL);
  bool row = false;
  if (s == NULL)
    return vd_store_fail(g->w->g, "read a score", g->err);
  (void)sqlite3_bind_int64(s, 2, cve);
  VD_TRY(vd_sql_next(g->w->g, s, &row, g->err));
  if (row && sqlite3_column_int64(s, 0) > g->node.epss) {
    g->node.epss = sqlite3_column_int64(s, 0);
    g->node.percentile = sqlite3_column_int64(s, 1);
  }
  return VD_OK;
}

static vd_code take_scores(gather *g) {
  if (g->node.self.kind != VD_NODE_VULNERABILITY)
    return VD_OK;
  VD_TRY(take_score(g, g->node.self.key));
  for (size_t i = 0; i < g->node.aliases.count; i++)
    VD_TRY(take_score(g, g->node.aliases.at[i].key));
  return VD_OK;
}

// ---- order -------------------------------------------------------------------------------------

static int by_origin(const vd_walk_origin *a, int64_t a_id, const vd_walk_origin *b, int64_t b_id) {
  if (a->rank != b->rank)
    return a->rank < b->rank ? -1 : 1;
  return (a_id > b_id) - (a_id < b_id);
}

static int by_rank(const void *pa, const void *pb) {
  const vd_walk_definition *a = pa, *b = pb;
  return by_origin(&a->origin, a->statement, &b->origin, b->statement);
}

static int by_name(const void *pa, const void *pb) {
  const vd_walk_property *a = pa, *b = pb;
  int order = vd_view_cmp(a->name, b->name);
  return order != 0 ? order : by_origin(&a->origin, a->statement, &b->origin, b->statement);
}

// Moves the definitions of the node itself before those of its aliases.
static vd_code put_own_first(gather *g) {
  size_t count = g->node.definitions.count, n = 0;
  vd_walk_definition *at = g->node.definitions.at;
  vd_walk_definition *sorted = vd_new_array(&g->arena, vd_walk_definition, count);
  if (sorted == NULL)
    return no_memory(g);
  for (int own = 1; own >= 0; own--)
    for (size_t i = 0; i < count; i++)
      if ((at[i].node == g->node.self.id) == own)
        sorted[n++] = at[i];
  g->node.definitions.at = sorted;
  return VD_OK;
}

static vd_code settle(gather *g) {
  vd_walk_node *n = &g->node;
  if (n->properties.count > 1)
    qsort(n->properties.at, n->properties.count, sizeof *n->properties.at, by_name);
  if (n->definitions.count > 1) {
    qsort(n->definitions.at, n->definitions.count, sizeof *n->definitions.at, by_rank);
    VD_TRY(put_own_first(g));
  }
  for (size_t i = 0; i < n->definitions.count; i++) {
    const vd_walk_definition *d = &n->definitions.at[i];
    if (n->name.len == 0)
      n->name = d->name;
    if (n->class.len == 0 && d->node == n->self.id)
      n->class = d->class;
  }
  return VD_OK;
}

// ---- nodes -------------------------------------------------------------------------------------

// The node that the members cursor stands at.
static vd_code begin_node(gather *g) {
  vd_walk_id own, canon;
  vd_arena_free(&g->arena);
  VD_TRY(vd_walk_id_of(g->w, g->members.s, 1, &own, g->err));
  VD_TRY(vd_walk_id_of(g->w, g->members.s, 5, &canon, g->err));
  g->node = (vd_walk_node){
      .self = g->w->query.stated ? own : canon, .canon = canon, .epss = -1, .percentile = -1};
  g->wanted = vd_walk_has(g->w, canon.id);
  return copy_id(g, &g->node.self) && copy_id(g, &g->node.canon) ? VD_OK : no_memory(g);
}

static vd_code read_node(gather *g) {
  VD_TRY(begin_node(g));
  VD_TRY(take_all(g, &g->members, take_member));
  g->wanted = g->wanted && (g->node.aliases.count != 0 || vd_walk_is_named(g->w, g->node.self.id));
  VD_TRY(take_all(g, &g->definitions, take_definition));
  VD_TRY(take_all(g, &g->properties, take_property));
  if (!g->wanted)
    return VD_OK;
  VD_TRY(take_scores(g));
  return settle(g);
}

typedef struct audience {
  vd_walk_node_visit visit;
  void *ctx;
} audience;

static vd_code walk_range(vd_walk *w, const vd_walk_range *r, const audience *to, vd_error *err) {
  VD_CLEANUP(stop) gather g = {.w = w, .arena = VD_ARENA(VD_CLASS_MEMORY_MAX), .err = err};
  VD_TRY(start(&g, &g.members, VD_SQL_WALK_MEMBERS, r));
  VD_TRY(start(&g, &g.definitions, VD_SQL_WALK_DEFINITIONS, r));
  VD_TRY(start(&g, &g.properties, VD_SQL_WALK_PROPERTIES, r));
  while (g.members.row) {
    VD_TRY(read_node(&g));
    if (g.wanted)
      VD_TRY(to->visit(to->ctx, &g.node, err));
  }
  return VD_OK;
}

vd_code vd_walk_nodes(vd_walk *w, vd_walk_node_visit visit, void *ctx, vd_error *err) {
  audience to = {visit, ctx};
  vd_walk_range r = {0};
  while (vd_walk_range_next(w, &r))
    VD_TRY(walk_range(w, &r, &to, err));
  return VD_OK;
}
