// Reads the rules across levels, and all vulnerability classes of PyPI packages with what the rules
// ask about: weaknesses, roles and vectors.
#include "graph/levels.h"

#include "graph/store.h"

typedef struct reader {
  vd_graph *g;
  vd_arena *arena;
  vd_arena scratch;
  vd_map texts;          // each text once
  vd_level_flaw **flaws; // by node id of the class
  vd_views *roles;       // by node id of the package's class
  int64_t ids;           // one above the highest node id
  vd_error *err;
} reader;

static void free_reader(reader *r) { vd_arena_free(&r->scratch); }

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the rules across levels");
}

// ---- rules -------------------------------------------------------------------------------------

vd_code vd_level_rules_read(vd_graph *g, vd_arena *a, vd_level_rules *out, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_LEVELS);
  vd_level_rules rules = {0};
  bool row = true;
  if (s == NULL)
    return vd_store_fail(g, "read the rules across levels", err);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    if (!row)
      break;
    vd_level_rule *rule = vd_vec_push(a, &rules);
    if (rule == NULL)
      return no_memory(err);
    vd_view *const texts[] = {&rule->weakness, &rule->role,  &rule->vector,
                              &rule->phase,    &rule->layer, &rule->surface};
    for (int i = 0; i < (int)VD_COUNT(texts); i++)
      if (!vd_sql_copy(a, s, i, texts[i]))
        return no_memory(err);
    rule->confidence = sqlite3_column_double(s, 6);
    if (!vd_sql_copy(a, s, 7, &rule->reason))
      return no_memory(err);
  }
  *out = rules;
  return VD_OK;
}

// ---- flaws -------------------------------------------------------------------------------------

static vd_code open_reader(reader *r) {
  VD_SCOPED_SQL *s = vd_store_sql(r->g, VD_SQL_LAST_NODE);
  bool row = false;
  if (s == NULL)
    return vd_store_fail(r->g, "read nodes", r->err);
  VD_TRY(vd_sql_next(r->g, s, &row, r->err));
  r->ids = row ? sqlite3_column_int64(s, 0) + 1 : 1;
  if (r->ids < 1)
    return vd_fail(r->err, VD_FORMAT, "the knowledge base has a node with a negative id");
  r->texts = VD_MAP(&r->scratch);
  r->flaws = vd_new_array(&r->scratch, vd_level_flaw *, (size_t)r->ids);
  r->roles = vd_new_array(&r->scratch, vd_views, (size_t)r->ids);
  return r->flaws == NULL || r->roles == NULL ? no_memory(r->err) : VD_OK;
}

// A node id as an index; 0, which no node has, when it is none.
static int64_t id_at(const reader *r, sqlite3_stmt *s, int column) {
  int64_t id = sqlite3_column_int64(s, column);
  return id > 0 && id < r->ids ? id : 0;
}

static vd_code share(reader *r, vd_view text, vd_view *out) {
  const vd_view *known = vd_map_get(&r->texts, text);
  if (known == NULL) {
    vd_view *fresh = vd_new(&r->scratch, vd_view);
    if (fresh == NULL)
      return no_memory(r->err);
    *fresh = vd_arena_copy(r->arena, text);
    if (fresh->ptr == NULL || vd_map_put(&r->texts, *fresh, fresh) != VD_OK)
      return no_memory(r->err);
    known = fresh;
  }
  *out = *known;
  return VD_OK;
}

// Lists are short: a flaw has a handful of weaknesses, a package of roles.
static vd_code add_once(reader *r, vd_arena *a, vd_views *list, vd_view text) {
  for (size_t i = 0; i < list->count; i++)
    if (vd_view_eq(list->at[i], text))
      return VD_OK;
  vd_view *slot = vd_vec_push(a, list);
  return slot == NULL ? no_memory(r->err) : share(r, text, slot);
}

static vd_level_flaw *flaw_of(reader *r, int64_t id) {
  if (r->flaws[id] == NULL)
    r->flaws[id] = vd_new(&r->scratch, vd_level_flaw);
  return r->flaws[id];
}

// Columns: class of the package, role.
static vd_code take_role(reader *r, sqlite3_stmt *s) {
  int64_t package = id_at(r, s, 0);
  return package == 0 ? VD_OK : add_once(r, &r->scratch, &r->roles[package], vd_sql_view(s, 1));
}

// Columns: class of the flaw, its key, class of the package.
static vd_code take_affected(reader *r, sqlite3_stmt *s) {
  int64_t id = id_at(r, s, 0), package = id_at(r, s, 2);
  vd_level_flaw *flaw = id == 0 ? NULL : flaw_of(r, id);
  if (id == 0)
    return VD_OK;
  if (flaw == NULL || (flaw->key.ptr == NULL && !vd_sql_copy(r->arena, s, 1, &flaw->key)))
    return no_memory(r->err);
  for (size_t i = 0; package != 0 && i < r->roles[package].count; i++)
    VD_TRY(add_once(r, r->arena, &flaw->roles, r->roles[package].at[i]));
  return VD_OK;
}

static vd_code read_rows(reader *r, sqlite3_stmt *s, vd_code (*take)(reader *r, sqlite3_stmt *s)) {
  bool row = true;
  while (row) {
    VD_TRY(vd_sql_next(r->g, s, &row, r->err));
    if (row)
      VD_TRY(take(r, s));
  }
  return VD_OK;
}

static vd_code read_roles(reader *r) {
  VD_SCOPED_SQL *s = vd_store_sql(r->g, VD_SQL_ROLES_OF_PACKAGES);
  if (s == NULL)
    return vd_store_fail(r->g, "read roles", r->err);
  (void)sqlite3_bind_int64(s, 1, r->g->edge_kind[VD_EDGE_PLAYS]);
  return read_rows(r, s, take_role);
}

static vd_code read_affected(reader *r) {
  VD_SCOPED_SQL *s = vd_store_sql(r->g, VD_SQL_FLAWS_OF_PYPI);
  if (s == NULL)
    return vd_store_fail(r->g, "read affected packages", r->err);
  (void)sqlite3_bind_int64(s, 1, r->g->node_kind[VD_NODE_PACKAGE]);
  (void)sqlite3_bind_int64(s, 2, r->g->edge_kind[VD_EDGE_AFFECTS]);
  return read_rows(r, s, take_affected);
}

// One column of texts about the class.
static vd_code read_texts(reader *r, sqlite3_stmt *s, vd_views *out) {
  bool row = true;
  while (row) {
    VD_TRY(vd_sql_next(r->g, s, &row, r->err));
    if (row)
      VD_TRY(add_once(r, r->arena, out, vd_sql_view(s, 0)));
  }
  return VD_OK;
}

static vd_code read_flaw(reader *r, int64_t id, vd_level_flaw *flaw) {
  VD_SCOPED_SQL *weaknesses = vd_store_sql(r->g, VD_SQL_WEAKNESSES_AT);
  VD_SCOPED_SQL *vectors = vd_store_sql(r->g, VD_SQL_VECTORS_AT);
  if (weaknesses == NULL || vectors == NULL)
    return vd_store_fail(r->g, "read a flaw", r->err);
  (void)sqlite3_bind_int64(weaknesses, 1, id);
  (void)sqlite3_bind_int64(weaknesses, 2, r->g->edge_kind[VD_EDGE_HAS_WEAKNESS]);
  (void)sqlite3_bind_int64(vectors, 1, id);
  VD_TRY(read_texts(r, weaknesses, &flaw->weaknesses));
  return read_texts(r, vectors, &flaw->cvss);
}

vd_code vd_level_flaws_read(vd_graph *g, vd_arena *a, vd_level_flaws *out, vd_error *err) {
  VD_CLEANUP(free_reader)
  reader r = {.g = g, .arena = a, .scratch = VD_ARENA(VD_GRAPH_MEMORY_MAX), .err = err};
  vd_level_flaws flaws = {0};
  VD_TRY(open_reader(&r));
  VD_TRY(read_roles(&r));
  VD_TRY(read_affected(&r));
  for (int64_t id = 1; id < r.ids; id++) {
    if (r.flaws[id] == NULL)
      continue;
    VD_TRY(read_flaw(&r, id, r.flaws[id]));
    vd_level_flaw *slot = vd_vec_push(a, &flaws);
    if (slot == NULL)
      return no_memory(err);
    *slot = *r.flaws[id];
  }
  *out = flaws;
  return VD_OK;
}
