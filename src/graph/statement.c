// What one record states against what its document stated before: unchanged statements stay as they
// are, missing ones are closed, new ones are opened.
#include "graph/writer.h"

#define XXH_STATIC_LINKING_ONLY // the state lives on the stack
#include <xxhash.h>

// A statement that is stored, by its fingerprint; taken: the record still states it.
typedef struct stored {
  int64_t id, node;
  uint64_t print;
  bool taken, alias;
} stored;

typedef VD_VEC(stored) stored_list;

typedef struct diff {
  vd_writer *w;
  vd_arena arena;
  stored_list definitions, properties, edges;
  vd_map written; // fingerprints of what was written for the record
} diff;

static void free_diff(diff *d) { vd_arena_free(&d->arena); }

// ---- fingerprints -------------------------------------------------------------------------------

static void mix(XXH3_state_t *h, vd_view v) {
  uint64_t n = v.len;
  (void)XXH3_64bits_update(h, &n, sizeof n);
  (void)XXH3_64bits_update(h, v.ptr == NULL ? "" : v.ptr, v.len);
}

static uint64_t print_of(const int64_t *numbers, size_t count, const vd_view *texts, size_t n) {
  XXH3_state_t h;
  (void)XXH3_64bits_reset(&h);
  (void)XXH3_64bits_update(&h, numbers, count * sizeof *numbers);
  for (size_t i = 0; i < n; i++)
    mix(&h, texts[i]);
  return XXH3_64bits_digest(&h);
}

static int64_t confidence_units(double c) { return (int64_t)(c * 1e6 + 0.5); }

// ---- loading ------------------------------------------------------------------------------------

// Definitions: id, node, name, class, position, body. Properties: id, node, name, value. Edges: id,
// src, kind, dst, context, provenance, confidence, evidence.
static uint64_t print_row(sqlite3_stmt *s, vd_statement which) {
  if (which == VD_SQL_DEFINITIONS_OF)
    return print_of((const int64_t[]){sqlite3_column_int64(s, 1), sqlite3_column_int64(s, 4)}, 2,
                    (const vd_view[]){vd_sql_view(s, 2), vd_sql_view(s, 3), vd_sql_view(s, 5)}, 3);
  if (which == VD_SQL_PROPERTIES_OF)
    return print_of((const int64_t[]){sqlite3_column_int64(s, 1)}, 1,
                    (const vd_view[]){vd_sql_view(s, 2), vd_sql_view(s, 3)}, 2);
  int64_t numbers[6];
  for (int i = 0; i < 5; i++)
    numbers[i] = sqlite3_column_int64(s, i + 1);
  numbers[5] = confidence_units(sqlite3_column_double(s, 6));
  return print_of(numbers, 6, (const vd_view[]){vd_sql_view(s, 7)}, 1);
}

static bool makes_classes(const vd_graph *g, int64_t kind) {
  return kind == g->edge_kind[VD_EDGE_ALIAS_OF] || kind == g->edge_kind[VD_EDGE_REVOKED_BY];
}

static vd_code load(diff *d, vd_statement which, int64_t document, stored_list *out) {
  VD_SCOPED_SQL *s = vd_writer_sql(d->w, which);
  bool row = true;
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 1, document);
  while (row) {
    VD_TRY(vd_sql_next(d->w->g, s, &row, d->w->err));
    stored *slot = row ? vd_vec_push(&d->arena, out) : NULL;
    if (row && slot == NULL)
      return vd_fail(d->w->err, VD_NOMEM, "no memory for the statements of a record");
    if (row)
      *slot = (stored){.id = sqlite3_column_int64(s, 0),
                       .node = sqlite3_column_int64(s, 1),
                       .print = print_row(s, which),
                       .alias = which == VD_SQL_EDGES_OF &&
                                makes_classes(d->w->g, sqlite3_column_int64(s, 2))};
  }
  return VD_OK;
}

static vd_code load_all(diff *d, int64_t document) {
  VD_TRY(load(d, VD_SQL_DEFINITIONS_OF, document, &d->definitions));
  VD_TRY(load(d, VD_SQL_PROPERTIES_OF, document, &d->properties));
  return load(d, VD_SQL_EDGES_OF, document, &d->edges);
}

static int by_print(const void *a, const void *b) {
  uint64_t x = ((const stored *)a)->print, y = ((const stored *)b)->print;
  return (x > y) - (x < y);
}

static void sort(stored_list *list) {
  if (list->count > 1)
    qsort(list->at, list->count, sizeof *list->at, by_print);
}

// Takes the stored statement with that fingerprint; false when there is none.
static bool take(const stored_list *list, uint64_t print) {
  stored key = {.print = print};
  stored *found =
      list->count == 0 ? NULL : bsearch(&key, list->at, list->count, sizeof key, by_print);
  if (found != NULL)
    found->taken = true;
  return found != NULL;
}

// True when the statement is to be written: neither stored nor stated by the record already.
static vd_code is_new(diff *d, const stored_list *list, uint64_t print, bool *fresh) {
  uint64_t *key = vd_new(&d->arena, uint64_t);
  *fresh = false;
  if (take(list, print))
    return VD_OK;
  if (key == NULL)
    return vd_fail(d->w->err, VD_NOMEM, "no memory for the statements of a record");
  *key = print;
  vd_view bytes = {(const char *)key, sizeof *key};
  if (vd_map_get(&d->written, bytes) != NULL)
    return VD_OK;
  *fresh = true;
  return vd_map_put(&d->written, bytes, key);
}

// ---- opening ------------------------------------------------------------------------------------

static vd_code index_definition(vd_writer *w, const vd_definition *def) {
  VD_SCOPED_SQL *s = vd_writer_sql(w, VD_SQL_ADD_SEARCH);
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 1, sqlite3_last_insert_rowid(w->g->db));
  vd_sql_text(s, 2, def->node.key);
  vd_sql_text(s, 3, def->name);
  vd_sql_text(s, 4, def->text);
  return vd_writer_run(w, s);
}

static vd_code write_definition(vd_writer *w, int64_t node, const vd_definition *def) {
  VD_SCOPED_SQL *s = vd_writer_sql(w, VD_SQL_ADD_DEFINITION);
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 1, node);
  (void)sqlite3_bind_int64(s, 2, w->document);
  vd_sql_text(s, 3, def->node.key);
  vd_sql_text(s, 4, def->name);
  vd_sql_text(s, 5, def->class);
  if (def->position != 0)
    (void)sqlite3_bind_int64(s, 6, def->position);
  vd_sql_text(s, 7, def->text);
  (void)sqlite3_bind_int64(s, 8, w->since);
  VD_TRY(vd_writer_run(w, s));
  w->counts.opened++;
  VD_TRY(index_definition(w, def));
  return vd_writer_rename(w, node);
}

static vd_code open_definition(diff *d, const vd_definition *def) {
  int64_t node = 0;
  bool fresh;
  VD_TRY(vd_writer_node(d->w, &def->node, &node));
  uint64_t print = print_of((const int64_t[]){node, def->position}, 2,
                            (const vd_view[]){def->name, def->class, def->text}, 3);
  VD_TRY(is_new(d, &d->definitions, print, &fresh));
  return fresh ? write_definition(d->w, node, def) : VD_OK;
}

static vd_code open_property(diff *d, const vd_property *p) {
  vd_writer *w = d->w;
  int64_t node = 0;
  VD_TRY(vd_writer_node(w, &p->node, &node));
  vd_view name = vd_view_of(p->name), value = vd_view_first(p->value, VD_PROPERTY_MAX);
  uint64_t print = print_of(&node, 1, (const vd_view[]){name, value}, 2);
  bool fresh;
  VD_TRY(is_new(d, &d->properties, print, &fresh));
  if (!fresh)
    return VD_OK;
  VD_SCOPED_SQL *s = vd_writer_sql(w, VD_SQL_ADD_PROPERTY);
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 1, node);
  vd_sql_text(s, 2, name);
  vd_sql_text(s, 3, value);
  (void)sqlite3_bind_int64(s, 4, w->document);
  (void)sqlite3_bind_int64(s, 5, w->since);
  w->counts.opened++;
  return vd_writer_run(w, s);
}

static int64_t link_since(const vd_writer *w, const vd_link *l) {
  int64_t own = vd_date_number(vd_view_first(l->since, 10));
  return w->first && own != 0 && own < w->edition.today ? own : w->since;
}

static vd_code write_edge(vd_writer *w, const int64_t numbers[5], const vd_link *l) {
  VD_SCOPED_SQL *s = vd_writer_sql(w, VD_SQL_WRITE_EDGE);
  if (s == NULL)
    return VD_IO;
  for (int i = 0; i < 4; i++) // src, kind, dst, context
    (void)sqlite3_bind_int64(s, i + 1, numbers[i]);
  (void)sqlite3_bind_int64(s, 5, w->document);
  (void)sqlite3_bind_int64(s, 6, numbers[4]);
  (void)sqlite3_bind_double(s, 7, l->confidence);
  vd_sql_text(s, 8, vd_view_first(l->evidence, VD_PROPERTY_MAX));
  (void)sqlite3_bind_int64(s, 9, link_since(w, l));
  w->counts.opened++;
  w->aliases_changed |= makes_classes(w->g, numbers[1]);
  return vd_writer_run(w, s);
}

static vd_code open_edge(diff *d, const vd_link *l) {
  vd_writer *w = d->w;
  int64_t numbers[6] = {0, w->g->edge_kind[l->kind], 0, 0, 0, confidence_units(l->confidence)};
  VD_TRY(vd_writer_node(w, &l->src, &numbers[0]));
  VD_TRY(vd_writer_node(w, &l->dst, &numbers[2]));
  if (l->context.key.len != 0)
    VD_TRY(vd_writer_node(w, &l->context, &numbers[3]));
  VD_TRY(vd_writer_provenance(w, l->method, &numbers[4]));
  vd_view evidence = vd_view_first(l->evidence, VD_PROPERTY_MAX);
  uint64_t print = print_of(numbers, 6, &evidence, 1);
  bool fresh;
  VD_TRY(is_new(d, &d->edges, print, &fresh));
  return fresh ? write_edge(w, numbers, l) : VD_OK;
}

// ---- closing ------------------------------------------------------------------------------------

static vd_code close_row(vd_writer *w, vd_statement which, int64_t id) {
  VD_SCOPED_SQL *s = vd_writer_sql(w, which);
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 1, id);
  if (which != VD_SQL_DROP_SEARCH)
    (void)sqlite3_bind_int64(s, 2, w->edition.today);
  return vd_writer_run(w, s);
}

// NOLINTNEXTLINE(readability-function-size): every VD_TRY counts as statements
static vd_code close_missing(diff *d) {
  vd_writer *w = d->w;
  for (size_t i = 0; i < d->definitions.count; i++) {
    const stored *one = &d->definitions.at[i];
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the vector holds as many as it counts
    if (one->taken)
      continue;
    VD_TRY(close_row(w, VD_SQL_DROP_SEARCH, one->id));
    VD_TRY(close_row(w, VD_SQL_CLOSE_DEFINITION, one->id));
    VD_TRY(vd_writer_rename(w, one->node));
    w->counts.closed++;
  }
  for (size_t i = 0; i < d->properties.count; i++)
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the vector holds as many as it counts
    if (!d->properties.at[i].taken) {
      VD_TRY(close_row(w, VD_SQL_CLOSE_PROPERTY, d->properties.at[i].id));
      w->counts.closed++;
    }
  for (size_t i = 0; i < d->edges.count; i++)
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the vector holds as many as it counts
    if (!d->edges.at[i].taken) {
      VD_TRY(close_row(w, VD_SQL_CLOSE_EDGE, d->edges.at[i].id));
      w->aliases_changed |= d->edges.at[i].alias;
      w->counts.closed++;
    }
  return VD_OK;
}

// NOLINTNEXTLINE(readability-function-size): every VD_TRY counts as statements
vd_code vd_writer_statements(vd_writer *w, const vd_record *r, bool fresh) {
  VD_CLEANUP(free_diff) diff d = {.w = w, .arena = VD_ARENA(VD_FILE_MEMORY_MAX)};
  d.written = VD_MAP(&d.arena);
  if (!fresh)
    VD_TRY(load_all(&d, w->document));
  sort(&d.definitions);
  sort(&d.properties);
  sort(&d.edges);
  for (size_t i = 0; i < r->definitions.count; i++)
    VD_TRY(open_definition(&d, &r->definitions.at[i]));
  for (size_t i = 0; i < r->properties.count; i++)
    VD_TRY(open_property(&d, &r->properties.at[i]));
  for (size_t i = 0; i < r->links.count; i++)
    VD_TRY(open_edge(&d, &r->links.at[i]));
  return close_missing(&d);
}

vd_code vd_writer_close(vd_writer *w, int64_t document) {
  VD_CLEANUP(free_diff) diff d = {.w = w, .arena = VD_ARENA(VD_FILE_MEMORY_MAX)};
  VD_TRY(load_all(&d, document));
  return close_missing(&d);
}
