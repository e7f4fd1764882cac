// Ids of nodes and provenances while an edition is written, and the names nodes get from their best
// definition.
#include "graph/writer.h"

static vd_code no_memory(vd_writer *w) {
  return vd_fail(w->err, VD_NOMEM, "no memory for the nodes of %s", w->edition.source);
}

// ---- nodes -------------------------------------------------------------------------------------

static vd_code find_node(vd_writer *w, const vd_ref *ref, int64_t *id) {
  VD_SCOPED_SQL *s = vd_writer_sql(w, VD_SQL_FIND_NODE);
  bool row = false;
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 1, w->g->node_kind[ref->kind]);
  vd_sql_text(s, 2, ref->key);
  VD_TRY(vd_sql_next(w->g, s, &row, w->err));
  *id = row ? sqlite3_column_int64(s, 0) : 0;
  return VD_OK;
}

static vd_code add_node(vd_writer *w, const vd_ref *ref, int64_t *id) {
  VD_SCOPED_SQL *s = vd_writer_sql(w, VD_SQL_ADD_STUB);
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 1, w->g->node_kind[ref->kind]);
  vd_sql_text(s, 2, ref->key);
  VD_TRY(vd_writer_run(w, s));
  *id = sqlite3_last_insert_rowid(w->g->db);
  w->counts.nodes++;
  return VD_OK;
}

// Keys of one kind are told from those of another by the byte in front.
static vd_view cache_key(char *buf, size_t size, const vd_ref *ref) {
  if (ref->key.len + 1 > size)
    return (vd_view){0};
  buf[0] = (char)('A' + ref->kind);
  memcpy(buf + 1, ref->key.ptr, ref->key.len);
  return (vd_view){buf, ref->key.len + 1};
}

vd_code vd_writer_node(vd_writer *w, const vd_ref *ref, int64_t *id) {
  char buf[VD_KEY_MAX + 1];
  vd_view key = cache_key(buf, sizeof buf, ref);
  if (key.ptr == NULL)
    return vd_fail(w->err, VD_FORMAT, "the key of a %s is longer than %d bytes",
                   vd_node_kind_text(ref->kind), VD_KEY_MAX);
  const int64_t *known = vd_map_get(&w->nodes, key);
  if (known != NULL) {
    *id = *known;
    return VD_OK;
  }
  int64_t *slot = vd_new(&w->arena, int64_t);
  vd_view copy = vd_arena_copy(&w->arena, key);
  if (slot == NULL || copy.ptr == NULL)
    return no_memory(w);
  VD_TRY(find_node(w, ref, slot));
  if (*slot == 0)
    VD_TRY(add_node(w, ref, slot));
  *id = *slot;
  return vd_map_put(&w->nodes, copy, slot) == VD_OK ? VD_OK : no_memory(w);
}

// ---- provenance --------------------------------------------------------------------------------

static vd_code add_provenance(vd_writer *w, const char *method, int64_t *id) {
  for (int round = 0; round < 2; round++) {
    VD_SCOPED_SQL *find = vd_writer_sql(w, VD_SQL_FIND_PROVENANCE);
    bool row = false;
    if (find == NULL)
      return VD_IO;
    vd_sql_text(find, 1, vd_view_of(w->edition.source));
    vd_sql_text(find, 2, vd_view_of(method));
    VD_TRY(vd_sql_next(w->g, find, &row, w->err));
    if (row) {
      *id = sqlite3_column_int64(find, 0);
      return VD_OK;
    }
    VD_SCOPED_SQL *add = vd_writer_sql(w, VD_SQL_ADD_PROVENANCE);
    if (add == NULL)
      return VD_IO;
    vd_sql_text(add, 2, vd_view_of(w->edition.source));
    vd_sql_text(add, 3, vd_view_of(method));
    VD_TRY(vd_writer_run(w, add));
  }
  return vd_fail(w->err, VD_IO, "the provenance %s cannot be added", method);
}

vd_code vd_writer_provenance(vd_writer *w, const char *method, int64_t *id) {
  const int64_t *known = vd_map_get(&w->provenance, vd_view_of(method));
  if (known != NULL) {
    *id = *known;
    return VD_OK;
  }
  int64_t *slot = vd_new(&w->arena, int64_t);
  if (slot == NULL)
    return no_memory(w);
  VD_TRY(add_provenance(w, method, slot));
  *id = *slot;
  return vd_map_put(&w->provenance, vd_view_of(method), slot) == VD_OK ? VD_OK : no_memory(w);
}

// ---- names -------------------------------------------------------------------------------------

vd_code vd_writer_rename(vd_writer *w, int64_t node) {
  vd_view key = {(const char *)&node, sizeof node};
  if (vd_map_get(&w->named, key) != NULL)
    return VD_OK;
  int64_t *slot = vd_new(&w->arena, int64_t);
  if (slot == NULL)
    return no_memory(w);
  *slot = node;
  int64_t *listed = vd_vec_push(&w->arena, &w->renamed);
  if (listed == NULL ||
      vd_map_put(&w->named, (vd_view){(const char *)slot, sizeof *slot}, slot) != VD_OK)
    return no_memory(w);
  *listed = node;
  return VD_OK;
}

// A member of a class that comes to be defined, or stops, may change which member stands for it.
static vd_code look_at_class(vd_writer *w, int64_t node) {
  VD_SCOPED_SQL *s = vd_writer_sql(w, VD_SQL_MEMBER_TURNED);
  bool row = false;
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 1, node);
  VD_TRY(vd_sql_next(w->g, s, &row, w->err));
  w->aliases_changed |= row;
  return VD_OK;
}

vd_code vd_writer_name_nodes(vd_writer *w) {
  for (size_t i = 0; i < w->renamed.count; i++) {
    if (!w->aliases_changed)
      VD_TRY(look_at_class(w, w->renamed.at[i]));
    VD_SCOPED_SQL *s = vd_writer_sql(w, VD_SQL_NAME_NODE);
    if (s == NULL)
      return VD_IO;
    (void)sqlite3_bind_int64(s, 1, w->renamed.at[i]);
    VD_TRY(vd_writer_run(w, s));
  }
  return VD_OK;
}
