// The curated tables that ship with the program, carried over into a knowledge base of the user's.
#include "graph/read.h"
#include "graph/store.h"
#include "graph/write.h"

typedef struct carrier {
  vd_graph *from;
  vd_writer *writer;
  vd_arena arena; // of the record being made
  vd_record record;
  int64_t node; // the record's
  vd_error *err;
} carrier;

static void free_carrier(carrier *c) { vd_arena_free(&c->arena); }

static vd_code no_memory(const carrier *c) {
  return vd_fail(c->err, VD_NOMEM, "no memory for the curated tables");
}

static vd_code end_record(carrier *c) {
  vd_code code = VD_OK;
  if (c->node != 0)
    code = vd_writer_record(c->writer, &c->record, c->err);
  vd_arena_free(&c->arena);
  c->node = 0;
  return code;
}

static vd_code read_ref(const carrier *c, sqlite3_stmt *s, int at, vd_ref *out) {
  vd_node_kind kind = vd_node_kind_of(c->from, sqlite3_column_int64(s, at));
  vd_view key;
  if (kind == VD_NODE_KIND_COUNT)
    return vd_fail(c->err, VD_FORMAT, "the curated tables have a node of an unknown kind");
  vd_arena *a = c->record.arena;
  if (!vd_sql_copy(a, s, at + 1, &key))
    return no_memory(c);
  *out = vd_ref_of(kind, key);
  return VD_OK;
}

// Rows come by node: what defines it is one record, what it leads to another.
static vd_code begin_record(carrier *c, const char *what, sqlite3_stmt *s) {
  if (c->node == sqlite3_column_int64(s, 0))
    return VD_OK;
  VD_TRY(end_record(c));
  vd_ref ref = {0};
  c->arena = VD_ARENA(VD_FILE_MEMORY_MAX);
  c->record = vd_record_of(&c->arena, (vd_view){0}, (vd_view){0});
  VD_TRY(read_ref(c, s, 1, &ref));
  c->record.key =
      vd_arena_printf(&c->arena, "%s/%s/%.*s", what, vd_node_kind_text(ref.kind), VD_ARG(ref.key));
  c->node = sqlite3_column_int64(s, 0);
  return c->record.key.ptr == NULL ? no_memory(c) : VD_OK;
}

// Columns: id, kind, key, then name, class, position of a definition.
static vd_code carry_definition(carrier *c, sqlite3_stmt *s) {
  vd_ref node = {0};
  vd_view name, class;
  VD_TRY(read_ref(c, s, 1, &node));
  if (!vd_sql_copy(&c->arena, s, 3, &name) || !vd_sql_copy(&c->arena, s, 4, &class))
    return no_memory(c);
  vd_definition *d = vd_record_define(&c->record, node, name);
  d->class = class;
  d->position = sqlite3_column_int64(s, 5);
  return VD_OK;
}

// Columns: id, kind, key, then edge kind, dst kind, dst key, context kind, context key, confidence,
// evidence.
static vd_code carry_edge(carrier *c, sqlite3_stmt *s) {
  vd_ref src = {0}, dst = {0};
  vd_edge_kind kind = vd_edge_kind_of(c->from, sqlite3_column_int64(s, 3));
  if (kind == VD_EDGE_KIND_COUNT)
    return vd_fail(c->err, VD_FORMAT, "the curated tables have an edge of an unknown kind");
  VD_TRY(read_ref(c, s, 1, &src));
  VD_TRY(read_ref(c, s, 4, &dst));
  vd_link *l = vd_record_link(&c->record, src, kind, dst);
  l->method = "curated";
  l->confidence = sqlite3_column_double(s, 8);
  if (sqlite3_column_type(s, 6) != SQLITE_NULL)
    VD_TRY(read_ref(c, s, 6, &l->context));
  return vd_sql_copy(&c->arena, s, 9, &l->evidence) ? VD_OK : no_memory(c);
}

// Columns: id, kind, key, then name and value of a property.
static vd_code carry_property(carrier *c, sqlite3_stmt *s) {
  vd_ref node = {0};
  vd_view name, value;
  VD_TRY(read_ref(c, s, 1, &node));
  if (!vd_sql_copy(&c->arena, s, 3, &name) || !vd_sql_copy(&c->arena, s, 4, &value))
    return no_memory(c);
  vd_record_property(&c->record, node, name.ptr, value);
  return VD_OK;
}

static const struct {
  vd_statement rows;
  const char *what; // begins the keys of the records
  vd_code (*carry)(carrier *c, sqlite3_stmt *s);
} kinds[] = {{VD_SQL_CURATED_EDGES, "edges", carry_edge},
             {VD_SQL_CURATED_NODES, "node", carry_definition},
             {VD_SQL_CURATED_PROPERTIES, "properties", carry_property}};

static vd_code carry(carrier *c, size_t kind) {
  VD_SCOPED_SQL *s = vd_store_sql(c->from, kinds[kind].rows);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(c->from, "read the curated tables", c->err);
  while (row) {
    VD_TRY(vd_sql_next(c->from, s, &row, c->err));
    if (!row)
      break;
    VD_TRY(begin_record(c, kinds[kind].what, s));
    VD_TRY(kinds[kind].carry(c, s));
  }
  return end_record(c);
}

// ---- tables that are no records ----------------------------------------------------------------

static const struct {
  const char *clear;
  vd_statement rows, add; // of the same columns
} plain[] = {{"DELETE FROM package_name", VD_SQL_NAMES, VD_SQL_ADD_NAME},
             {"DELETE FROM crosslevel", VD_SQL_LEVELS, VD_SQL_ADD_LEVEL},
             {"DELETE FROM attack_count", VD_SQL_ATTACKS, VD_SQL_ADD_ATTACK}};

static vd_code add_row(const carrier *c, vd_graph *to, sqlite3_stmt *row, vd_statement which) {
  VD_SCOPED_SQL *s = vd_store_sql(to, which);
  bool none;
  if (s == NULL)
    return vd_store_fail(to, "write", c->err);
  for (int i = 0; i < sqlite3_column_count(row); i++)
    (void)sqlite3_bind_value(s, i + 1, sqlite3_column_value(row, i));
  return vd_sql_next(to, s, &none, c->err);
}

static vd_code copy_table(const carrier *c, vd_graph *to, size_t table, uint64_t *print) {
  VD_SCOPED_SQL *s = vd_store_sql(c->from, plain[table].rows);
  bool row = true;
  VD_TRY(vd_store_run(to, plain[table].clear, c->err));
  if (s == NULL)
    return vd_store_fail(c->from, "read the curated tables", c->err);
  while (row) {
    VD_TRY(vd_sql_next(c->from, s, &row, c->err));
    if (!row)
      break;
    VD_TRY(add_row(c, to, s, plain[table].add));
    for (int i = 0; i < sqlite3_column_count(s); i++)
      *print = (*print ^ vd_hash(vd_sql_view(s, i))) * 0x9e3779b97f4a7c15U;
  }
  return VD_OK;
}

// What follows from these tables must follow again when they changed, as after a change of records.
static vd_code copy_tables(const carrier *c, vd_graph *to) {
  uint64_t print = 1;
  int64_t known = 0, generation = 0;
  for (size_t i = 0; i < VD_COUNT(plain); i++)
    VD_TRY(copy_table(c, to, i, &print));
  VD_TRY(vd_meta_get(to, "curated", &known, c->err));
  if (known == (int64_t)print)
    return VD_OK;
  VD_TRY(vd_meta_get(to, "generation", &generation, c->err));
  VD_TRY(vd_meta_set(to, "generation", generation + 1, c->err));
  return vd_meta_set(to, "curated", (int64_t)print, c->err);
}

vd_code vd_curated_adopt(vd_graph *g, const char *shipped, const vd_edition *e,
                         vd_write_counts *out, vd_error *err) {
  VD_CLEANUP(vd_graph_close) vd_graph *from = NULL;
  VD_CLEANUP(vd_writer_free) vd_writer *w = NULL;
  VD_TRY(vd_graph_open(shipped, VD_GRAPH_READ, &from, err));
  VD_TRY(vd_writer_begin(g, e, &w, err));
  VD_CLEANUP(free_carrier) carrier c = {.from = from, .writer = w, .err = err};
  for (size_t i = 0; i < VD_COUNT(kinds); i++)
    VD_TRY(carry(&c, i));
  VD_TRY(copy_tables(&c, g));
  vd_edition_end end = {.version = vd_view_of(VD_VERSION), .content = 1};
  return vd_writer_commit(w, &end, out, err);
}
