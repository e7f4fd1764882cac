// Nodes, edges and checks: the steps every row of the facts tables is compiled with.
#include "graph/facts.h"

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the facts");
}

vd_code vd_facts_insert(vd_facts *f, sqlite3_stmt *s, const char *conflict, vd_error *err) {
  bool row;
  vd_code code = vd_sql_next(f->g, s, &row, err);
  if (code != VD_OK && (sqlite3_errcode(f->g->db) & 0xff) == SQLITE_CONSTRAINT)
    return vd_fail(err, VD_FORMAT, "%s", conflict);
  return code;
}

// ---- sources ---------------------------------------------------------------

static vd_code add_document(vd_facts *f, int64_t id, int64_t date, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_DOCUMENT);
  if (s == NULL)
    return vd_store_fail(f->g, "write", err);
  (void)sqlite3_bind_int64(s, 1, id);
  (void)sqlite3_bind_int64(s, 2, id);
  vd_sql_text(s, 3, VD_VIEW("facts"));
  (void)sqlite3_bind_int64(s, 5, 0);
  (void)sqlite3_bind_int64(s, 6, date);
  (void)sqlite3_bind_int64(s, 7, date);
  return vd_facts_insert(f, s, "the source is there twice", err);
}

vd_code vd_facts_add_source(vd_facts *f, const vd_view cells[5], uint64_t records, vd_error *err) {
  vd_fact_source *source = vd_new(f->arena, vd_fact_source);
  if (source == NULL || vd_map_put(&f->sources, cells[0], source) != VD_OK)
    return no_memory(err);
  *source = (vd_fact_source){vd_date_number(cells[2]), ++f->last_source};
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_SOURCE);
  if (s == NULL)
    return vd_store_fail(f->g, "write", err);
  for (int i = 0; i < 5; i++)
    vd_sql_text(s, i + 1, cells[i]);
  (void)sqlite3_bind_int64(s, 6, (int64_t)records);
  (void)sqlite3_bind_int64(s, 7, f->last_source);
  VD_TRY(vd_facts_insert(f, s, "the source has no name or is there twice", err));
  return add_document(f, source->document, source->date, err);
}

vd_code vd_facts_source(vd_facts *f, const char *name, const vd_fact_source **out, vd_error *err) {
  vd_view key = vd_view_of(name);
  *out = vd_map_get(&f->sources, key);
  if (*out != NULL)
    return VD_OK;
  VD_TRY(vd_facts_add_source(f, (const vd_view[5]){key}, 0, err));
  *out = vd_map_get(&f->sources, key);
  return VD_OK;
}

// ---- nodes -----------------------------------------------------------------

static vd_code define_node(vd_facts *f, int64_t id, vd_view key, const vd_fact_node_row *row,
                           vd_error *err) {
  const vd_fact_source *source = NULL;
  VD_TRY(vd_facts_source(f, row->source == NULL ? "curated" : row->source, &source, err));
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_DEFINITION);
  if (s == NULL)
    return vd_store_fail(f->g, "write", err);
  (void)sqlite3_bind_int64(s, 1, id);
  (void)sqlite3_bind_int64(s, 2, source->document);
  vd_sql_text(s, 3, key);
  vd_sql_text(s, 4, row->name);
  vd_sql_text(s, 5, row->class);
  if (row->position != 0)
    (void)sqlite3_bind_int64(s, 6, (int64_t)row->position);
  (void)sqlite3_bind_int64(s, 8, source->date);
  return vd_facts_insert(f, s, "the definition has no key", err);
}

static vd_code write_node(vd_facts *f, int64_t id, const vd_fact_node_row *row, vd_error *err) {
  vd_view key = row->key;
  if (row->kind == VD_NODE_PACKAGE)
    key = vd_arena_printf(f->arena, "pypi/%.*s", VD_ARG(row->key));
  if (key.ptr == NULL)
    return no_memory(err);
  {
    VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_NODE);
    if (s == NULL)
      return vd_store_fail(f->g, "write", err);
    (void)sqlite3_bind_int64(s, 1, id);
    (void)sqlite3_bind_int64(s, 2, f->g->node_kind[row->kind]);
    vd_sql_text(s, 3, key);
    vd_sql_text(s, 4, row->name);
    vd_sql_text(s, 5, row->class);
    if (row->position != 0)
      (void)sqlite3_bind_int64(s, 6, (int64_t)row->position);
    (void)sqlite3_bind_int64(s, 7, 1);
    VD_TRY(vd_facts_insert(f, s, "the key is empty or used twice", err));
  }
  return define_node(f, id, key, row, err);
}

vd_code vd_facts_node(vd_facts *f, vd_fact_node_row row, vd_error *err) {
  if (row.key.len > VD_LINE_MAX / 128)
    return vd_fail(err, VD_FORMAT, "the key is longer than %d bytes", VD_LINE_MAX / 128);
  if (vd_map_get(&f->nodes[row.kind], row.key) != NULL)
    return vd_fail(err, VD_FORMAT, "%s '%.*s' is there twice", vd_node_kind_text(row.kind),
                   VD_ARG(row.key));
  vd_fact_node *node = vd_new(f->arena, vd_fact_node);
  if (node == NULL || vd_map_put(&f->nodes[row.kind], row.key, node) != VD_OK)
    return no_memory(err);
  node->id = ++f->last_node;
  return f->matching_only ? VD_OK : write_node(f, node->id, &row, err);
}

vd_code vd_facts_find(vd_facts *f, vd_node_kind kind, vd_view key, int64_t *id, vd_error *err) {
  const vd_fact_node *node = vd_map_get(&f->nodes[kind], key);
  if (node == NULL)
    return vd_fail(err, VD_FORMAT, "unknown %s '%.*s'", vd_node_kind_text(kind), VD_ARG(key));
  *id = node->id;
  return VD_OK;
}

static vd_code provenance_of(vd_facts *f, const vd_fact_edge *edge, int64_t *id, vd_error *err) {
  vd_view key = vd_arena_printf(f->arena, "%s %s", edge->source, edge->method);
  if (key.ptr == NULL)
    return no_memory(err);
  const int64_t *known = vd_map_get(&f->provenance, key);
  if (known != NULL) {
    *id = *known;
    return VD_OK;
  }
  int64_t *fresh = vd_new(f->arena, int64_t);
  if (fresh == NULL || vd_map_put(&f->provenance, key, fresh) != VD_OK)
    return no_memory(err);
  *id = *fresh = (int64_t)f->provenance.count;
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_PROVENANCE);
  if (s == NULL)
    return vd_store_fail(f->g, "write", err);
  (void)sqlite3_bind_int64(s, 1, *id);
  vd_sql_text(s, 2, vd_view_of(edge->source));
  vd_sql_text(s, 3, vd_view_of(edge->method));
  return vd_facts_insert(f, s, "the source is unknown", err);
}

vd_code vd_facts_edge(vd_facts *f, const vd_fact_edge *edge, vd_error *err) {
  int64_t provenance = 0;
  const vd_fact_source *source = NULL;
  if (f->matching_only)
    return VD_OK;
  VD_TRY(provenance_of(f, edge, &provenance, err));
  VD_TRY(vd_facts_source(f, edge->source, &source, err));
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_EDGE);
  if (s == NULL)
    return vd_store_fail(f->g, "write", err);
  (void)sqlite3_bind_int64(s, 1, edge->src);
  (void)sqlite3_bind_int64(s, 2, f->g->edge_kind[edge->kind]);
  (void)sqlite3_bind_int64(s, 3, edge->dst);
  (void)sqlite3_bind_int64(s, 4, edge->context);
  (void)sqlite3_bind_int64(s, 5, source->document);
  (void)sqlite3_bind_int64(s, 6, provenance);
  (void)sqlite3_bind_double(s, 7, edge->confidence);
  vd_sql_text(s, 8, edge->evidence);
  (void)sqlite3_bind_int64(s, 9, source->date);
  return vd_facts_insert(f, s, "the relation is not whole", err);
}

vd_code vd_facts_edges(vd_facts *f, vd_fact_edge edge, vd_node_kind to, vd_view list,
                       vd_error *err) {
  vd_view key;
  while (vd_list_next(&list, &key)) {
    VD_TRY(vd_facts_find(f, to, key, &edge.dst, err));
    VD_TRY(vd_facts_edge(f, &edge, err));
  }
  return VD_OK;
}

vd_code vd_facts_property(vd_facts *f, int64_t node, const char *name, vd_view value,
                          vd_error *err) {
  const vd_fact_source *source = NULL;
  VD_TRY(vd_facts_source(f, "curated", &source, err));
  VD_SCOPED_SQL *s = vd_store_sql(f->g, VD_SQL_ADD_PROPERTY);
  if (s == NULL)
    return vd_store_fail(f->g, "write", err);
  (void)sqlite3_bind_int64(s, 1, node);
  vd_sql_text(s, 2, vd_view_of(name));
  vd_sql_text(s, 3, value);
  (void)sqlite3_bind_int64(s, 4, source->document);
  (void)sqlite3_bind_int64(s, 5, source->date);
  return vd_facts_insert(f, s, "the property has no value", err);
}

vd_code vd_facts_check_date(vd_view v, bool may_be_empty, vd_error *err) {
  if ((v.len == 0 && may_be_empty) || vd_date_number(v) != 0)
    return VD_OK;
  return vd_fail(err, VD_FORMAT, "'%.*s' is not a date", VD_ARG(v));
}

vd_code vd_facts_fraction(vd_view v, double *out, vd_error *err) {
  double number;
  if (!vd_decimal(v, &number) || number > 1)
    return vd_fail(err, VD_FORMAT, "'%.*s' is not a number from 0 to 1", VD_ARG(v));
  *out = number;
  return VD_OK;
}
