// Identity: which ids name the same thing. Live alias_of and revoked_by edges make classes; one
// member stands for each class as the canon of all its nodes.
#include "graph/identity.h"

#include "graph/writer.h"

typedef struct member {
  int64_t id, canon, rank; // rank: as in the node table, VD_DATE_NEVER for a stub
  int kind, family;        // the lower, the rather it stands for its class
  vd_view key;
  uint32_t parent; // index; itself at the root
  uint32_t best;   // of the root: index of the member that stands for the class
} member;

typedef struct classes {
  vd_graph *g;
  vd_arena arena;
  VD_VEC(member) members;
  vd_map by_id; // id as bytes -> member index + 1
  vd_error *err;
} classes;

static void free_classes(classes *c) { vd_arena_free(&c->arena); }

static vd_code no_memory(const classes *c) {
  return vd_fail(c->err, VD_NOMEM, "no memory for the classes of aliases");
}

// A CVE id stands before a GHSA id before others; a package before the product it is.
static int family_of(vd_view key) {
  if (vd_view_starts(key, VD_VIEW("CVE-")))
    return 0;
  return vd_view_starts(key, VD_VIEW("GHSA-")) ? 1 : 2;
}

static vd_code member_of(classes *c, sqlite3_stmt *s, int at, uint32_t *index) {
  int64_t id = sqlite3_column_int64(s, at);
  const uint32_t *known = vd_map_get(&c->by_id, (vd_view){(const char *)&id, sizeof id});
  if (known != NULL) {
    *index = *known;
    return VD_OK;
  }
  member *m = vd_vec_push(&c->arena, &c->members);
  struct {
    int64_t id;
    uint32_t index;
  } *slot = vd_arena_alloc(&c->arena, 1, sizeof *slot);
  vd_view key;
  if (m == NULL || slot == NULL || !vd_sql_copy(&c->arena, s, at + 1, &key))
    return no_memory(c);
  slot->id = id;
  slot->index = *index = (uint32_t)(m - c->members.at);
  *m = (member){.id = id,
                .key = key,
                .canon = sqlite3_column_int64(s, at + 2),
                .rank = sqlite3_column_type(s, at + 3) == SQLITE_NULL
                            ? VD_DATE_NEVER
                            : sqlite3_column_int64(s, at + 3),
                .kind = sqlite3_column_int64(s, at + 4) == c->g->node_kind[VD_NODE_PRODUCT],
                .family = family_of(key),
                .parent = *index};
  vd_view bytes = {(const char *)&slot->id, sizeof slot->id};
  return vd_map_put(&c->by_id, bytes, &slot->index) == VD_OK ? VD_OK : no_memory(c);
}

static uint32_t root_of(classes *c, uint32_t i) {
  member *at = c->members.at;
  // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the vector holds as many as it counts
  while (at[i].parent != i)
    i = at[i].parent = at[at[i].parent].parent; // path halving
  return i;
}

// The retired end of a revoked_by edge never stands for its class.
static vd_code unite(classes *c, sqlite3_stmt *s, bool revoked) {
  uint32_t a = 0, b = 0;
  VD_TRY(member_of(c, s, 0, &a));
  VD_TRY(member_of(c, s, 5, &b));
  if (revoked)
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the vector holds as many as it counts
    c->members.at[a].rank = VD_DATE_NEVER + 1;
  a = root_of(c, a);
  b = root_of(c, b);
  c->members.at[a > b ? a : b].parent = a > b ? b : a;
  return VD_OK;
}

static vd_code read_edges(classes *c, vd_edge_kind kind) {
  VD_SCOPED_SQL *s = vd_store_sql(c->g, VD_SQL_ALIAS_EDGES);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(c->g, "read aliases", c->err);
  (void)sqlite3_bind_int64(s, 1, c->g->edge_kind[kind]);
  while (row) {
    VD_TRY(vd_sql_next(c->g, s, &row, c->err));
    if (row)
      VD_TRY(unite(c, s, kind == VD_EDGE_REVOKED_BY));
  }
  return VD_OK;
}

// Shorter keys first, so pypi/tensorflow stands before pypi/tensorflow-gpu; CVE ids by bytes.
static bool rather(const member *a, const member *b) {
  bool retired_a = a->rank > VD_DATE_NEVER, retired_b = b->rank > VD_DATE_NEVER;
  if (retired_a != retired_b)
    return retired_b;
  if (a->kind != b->kind)
    return a->kind < b->kind;
  if (a->family != b->family)
    return a->family < b->family;
  bool defined_a = a->rank < VD_DATE_NEVER, defined_b = b->rank < VD_DATE_NEVER;
  if (a->family > 0 && defined_a != defined_b)
    return defined_a;
  if (a->family == 2 && a->key.len != b->key.len)
    return a->key.len < b->key.len;
  return vd_view_cmp(a->key, b->key) < 0;
}

static void choose(classes *c) {
  member *at = c->members.at;
  for (uint32_t i = 0; i < c->members.count; i++)
    at[i].best = i;
  for (uint32_t i = 0; i < c->members.count; i++) {
    member *root = &at[root_of(c, i)];
    if (rather(&at[i], &at[root->best]))
      root->best = i;
  }
}

static vd_code write_canon(classes *c, int64_t id, int64_t canon) {
  VD_SCOPED_SQL *s = vd_store_sql(c->g, VD_SQL_SET_CANON);
  bool row;
  if (s == NULL)
    return vd_store_fail(c->g, "write", c->err);
  (void)sqlite3_bind_int64(s, 1, id);
  (void)sqlite3_bind_int64(s, 2, canon);
  return vd_sql_next(c->g, s, &row, c->err);
}

typedef VD_VEC(int64_t) node_ids;

// Nodes that do not stand for themselves though no edge makes them a class.
static vd_code find_lost(classes *c, node_ids *out) {
  VD_SCOPED_SQL *s = vd_store_sql(c->g, VD_SQL_ALIASED);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(c->g, "read aliases", c->err);
  while (row) {
    VD_TRY(vd_sql_next(c->g, s, &row, c->err));
    int64_t id = row ? sqlite3_column_int64(s, 0) : 0;
    if (!row || vd_map_get(&c->by_id, (vd_view){(const char *)&id, sizeof id}) != NULL)
      continue;
    int64_t *slot = vd_vec_push(&c->arena, out);
    if (slot == NULL)
      return no_memory(c);
    *slot = id;
  }
  return VD_OK;
}

static vd_code release(classes *c) {
  node_ids lost = {0};
  VD_TRY(find_lost(c, &lost));
  for (size_t i = 0; i < lost.count; i++)
    VD_TRY(write_canon(c, lost.at[i], lost.at[i]));
  return VD_OK;
}

static vd_code make_classes(classes *c) {
  c->by_id = VD_MAP(&c->arena);
  VD_TRY(read_edges(c, VD_EDGE_ALIAS_OF));
  VD_TRY(read_edges(c, VD_EDGE_REVOKED_BY));
  choose(c);
  return VD_OK;
}

static int64_t canon_of(classes *c, uint32_t i) {
  return c->members.at[c->members.at[root_of(c, i)].best].id;
}

vd_code vd_identity_settle(vd_graph *g, vd_error *err) {
  VD_CLEANUP(free_classes)
  classes c = {.g = g, .arena = VD_ARENA(VD_EDITION_MEMORY_MAX), .err = err};
  VD_TRY(make_classes(&c));
  for (uint32_t i = 0; i < c.members.count; i++)
    if (c.members.at[i].canon != canon_of(&c, i))
      VD_TRY(write_canon(&c, c.members.at[i].id, canon_of(&c, i)));
  return release(&c);
}

vd_code vd_identity_check(vd_graph *g, vd_arena *a, uint64_t *wrong, vd_view *example,
                          vd_error *err) {
  VD_CLEANUP(free_classes)
  classes c = {.g = g, .arena = VD_ARENA(VD_EDITION_MEMORY_MAX), .err = err};
  VD_TRY(make_classes(&c));
  *wrong = 0;
  for (uint32_t i = 0; i < c.members.count; i++) {
    if (c.members.at[i].canon == canon_of(&c, i))
      continue;
    if ((*wrong)++ == 0)
      *example = vd_arena_copy(a, c.members.at[i].key);
  }
  node_ids lost = {0};
  VD_TRY(find_lost(&c, &lost));
  if (*wrong == 0 && lost.count != 0)
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the vector holds as many as it counts
    *example = vd_arena_printf(a, "node %lld", (long long)lost.at[0]);
  *wrong += lost.count;
  return *wrong != 0 && example->ptr == NULL ? no_memory(&c) : VD_OK;
}
