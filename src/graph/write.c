// One edition of one source: its transaction, its documents, what is gone, and its row.
#include "graph/identity.h"
#include "graph/writer.h"

static vd_code no_memory(vd_writer *w) {
  return vd_fail(w->err, VD_NOMEM, "no memory for an edition of %s", w->edition.source);
}

sqlite3_stmt *vd_writer_sql(vd_writer *w, vd_statement which) {
  sqlite3_stmt *s = vd_store_sql(w->g, which);
  if (s == NULL)
    (void)vd_store_fail(w->g, "write", w->err);
  return s;
}

vd_code vd_writer_run(vd_writer *w, sqlite3_stmt *s) {
  bool row;
  return vd_sql_next(w->g, s, &row, w->err);
}

// ---- beginning ---------------------------------------------------------------------------------

static vd_code find_source(vd_writer *w) {
  const vd_edition *e = &w->edition;
  for (int round = 0; round < 2; round++) {
    VD_SCOPED_SQL *find = vd_writer_sql(w, VD_SQL_SOURCE);
    bool row = false;
    if (find == NULL)
      return VD_IO;
    vd_sql_text(find, 1, vd_view_of(e->source));
    VD_TRY(vd_sql_next(w->g, find, &row, w->err));
    if (row) {
      w->source = sqlite3_column_int64(find, 0);
      w->first = sqlite3_column_int64(find, 1) == 0;
      return VD_OK;
    }
    VD_SCOPED_SQL *add = vd_writer_sql(w, VD_SQL_ADD_SOURCE);
    if (add == NULL)
      return VD_IO;
    vd_sql_text(add, 1, vd_view_of(e->source));
    vd_sql_text(add, 4, vd_view_of(e->licence));
    vd_sql_text(add, 5, vd_view_of(e->url));
    (void)sqlite3_bind_int64(add, 7, e->rank);
    VD_TRY(vd_writer_run(w, add));
  }
  return vd_fail(w->err, VD_IO, "the source %s cannot be added", e->source);
}

static vd_code keep_document(vd_writer *w, sqlite3_stmt *s) {
  vd_known_document *d = vd_new(&w->arena, vd_known_document);
  // NOLINTNEXTLINE(bugprone-sizeof-expression): a vector of pointers
  vd_known_document **slot = vd_vec_push(&w->arena, &w->known);
  vd_view key;
  if (d == NULL || slot == NULL || !vd_sql_copy(&w->arena, s, 1, &key))
    return no_memory(w);
  *d = (vd_known_document){.id = sqlite3_column_int64(s, 0),
                           .hash = sqlite3_column_int64(s, 2),
                           .live = sqlite3_column_type(s, 3) == SQLITE_NULL};
  *slot = d;
  return vd_map_put(&w->documents, key, d) == VD_OK ? VD_OK : no_memory(w);
}

static vd_code load_documents(vd_writer *w) {
  VD_SCOPED_SQL *s = vd_writer_sql(w, VD_SQL_DOCUMENTS);
  bool row = true;
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 1, w->source);
  while (row) {
    VD_TRY(vd_sql_next(w->g, s, &row, w->err));
    if (row)
      VD_TRY(keep_document(w, s));
  }
  return VD_OK;
}

vd_code vd_writer_begin(vd_graph *g, const vd_edition *e, vd_writer **out, vd_error *err) {
  VD_CLEANUP(vd_writer_free) vd_writer *w = calloc(1, sizeof *w);
  if (w == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for an edition");
  *w = (vd_writer){.g = g, .edition = *e, .arena = VD_ARENA(VD_EDITION_MEMORY_MAX), .err = err};
  w->documents = w->nodes = w->provenance = w->named = VD_MAP(&w->arena);
  VD_TRY(vd_store_run(g, "BEGIN IMMEDIATE", err));
  w->open = true;
  VD_TRY(find_source(w));
  VD_TRY(load_documents(w));
  *out = w;
  w = NULL;
  return VD_OK;
}

void vd_writer_free(vd_writer **w) {
  if (*w == NULL)
    return;
  if ((*w)->open)
    (void)vd_store_run((*w)->g, "ROLLBACK", NULL);
  vd_arena_free(&(*w)->arena);
  free(*w);
  *w = NULL;
}

// ---- records -----------------------------------------------------------------------------------

static vd_code add_document(vd_writer *w, const vd_record *r, int64_t hash,
                            vd_known_document **out) {
  vd_known_document *d = vd_new(&w->arena, vd_known_document);
  vd_view key = vd_arena_copy(&w->arena, r->key);
  if (d == NULL || key.ptr == NULL || vd_map_put(&w->documents, key, d) != VD_OK)
    return no_memory(w);
  VD_SCOPED_SQL *s = vd_writer_sql(w, VD_SQL_ADD_DOCUMENT);
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 2, w->source);
  vd_sql_text(s, 3, r->key);
  vd_sql_text(s, 4, vd_view_first(r->place, VD_PLACE_MAX));
  (void)sqlite3_bind_int64(s, 5, hash);
  if (vd_date_number(vd_view_first(r->date, 10)) != 0)
    (void)sqlite3_bind_int64(s, 6, vd_date_number(vd_view_first(r->date, 10)));
  (void)sqlite3_bind_int64(s, 7, w->since);
  VD_TRY(vd_writer_run(w, s));
  *d = (vd_known_document){.id = sqlite3_last_insert_rowid(w->g->db), .hash = hash};
  *out = d;
  w->counts.added++;
  return VD_OK;
}

static vd_code update_document(vd_writer *w, const vd_record *r, int64_t hash,
                               vd_known_document *d) {
  VD_SCOPED_SQL *s = vd_writer_sql(w, VD_SQL_SET_DOCUMENT);
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 1, d->id);
  vd_sql_text(s, 2, vd_view_first(r->place, VD_PLACE_MAX));
  (void)sqlite3_bind_int64(s, 3, hash);
  if (vd_date_number(vd_view_first(r->date, 10)) != 0)
    (void)sqlite3_bind_int64(s, 4, vd_date_number(vd_view_first(r->date, 10)));
  d->hash = hash;
  w->counts.changed += d->live;
  w->counts.added += !d->live;
  return vd_writer_run(w, s);
}

// The day from which what the record states holds.
static int64_t since_of(const vd_writer *w, vd_view date) {
  int64_t own = vd_date_number(vd_view_first(date, 10));
  return w->first && own != 0 && own < w->edition.today ? own : w->edition.today;
}

static vd_code write_record(vd_writer *w, const vd_record *r) {
  vd_known_document *d = vd_map_get(&w->documents, r->key);
  int64_t hash = (int64_t)vd_record_hash(r);
  bool fresh = d == NULL;
  w->counts.records++;
  if (d != NULL && d->seen)
    return vd_fail(w->err, VD_FORMAT, "the record is there twice");
  w->since = since_of(w, r->date);
  if (d != NULL && d->live && d->hash == hash) {
    w->counts.same++;
    w->document = d->id;
    d->seen = true;
    return VD_OK;
  }
  VD_TRY(fresh ? add_document(w, r, hash, &d) : update_document(w, r, hash, d));
  // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the vector holds as many as it counts
  w->document = d->id;
  d->seen = d->live = true;
  return vd_writer_statements(w, r, fresh);
}

// Checked before anything is written, so that a record is kept whole or not at all.
static vd_code check_key(vd_view key, vd_error *err) {
  if (key.len == 0 || key.len > VD_KEY_MAX)
    return vd_fail(err, VD_FORMAT, "a key must have 1 to %d bytes: %.*s", VD_KEY_MAX,
                   VD_ARG(vd_view_first(key, 60)));
  return VD_OK;
}

// NOLINTNEXTLINE(readability-function-size): every VD_TRY counts as statements
vd_code vd_writer_record(vd_writer *w, const vd_record *r, vd_error *err) {
  w->err = err;
  if (r->failed)
    return no_memory(w);
  VD_TRY(check_key(r->key, err));
  for (size_t i = 0; i < r->definitions.count; i++)
    VD_TRY(check_key(r->definitions.at[i].node.key, err));
  for (size_t i = 0; i < r->properties.count; i++)
    VD_TRY(check_key(r->properties.at[i].node.key, err));
  for (size_t i = 0; i < r->links.count; i++) {
    VD_TRY(check_key(r->links.at[i].src.key, err));
    VD_TRY(check_key(r->links.at[i].dst.key, err));
  }
  return write_record(w, r);
}

vd_code vd_writer_attach(vd_writer *w, vd_view data, vd_error *err) {
  w->err = err;
  VD_SCOPED_SQL *s = vd_writer_sql(w, VD_SQL_ATTACH);
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 1, w->document);
  vd_sql_text(s, 2, data);
  return vd_writer_run(w, s);
}

// ---- ending ------------------------------------------------------------------------------------

static vd_code close_document(vd_writer *w, vd_known_document *d) {
  w->counts.gone++;
  VD_TRY(vd_writer_close(w, d->id));
  VD_SCOPED_SQL *s = vd_writer_sql(w, VD_SQL_CLOSE_DOCUMENT);
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 1, d->id);
  (void)sqlite3_bind_int64(s, 2, w->edition.today);
  return vd_writer_run(w, s);
}

// The date an edition states, else that of its newest record, else today.
static vd_code date_of(vd_writer *w, const vd_edition_end *end, int64_t *out) {
  VD_SCOPED_SQL *s = vd_writer_sql(w, VD_SQL_NEWEST_DOCUMENT);
  bool row = false;
  *out = vd_date_number(vd_view_first(end->date, 10));
  if (*out != 0)
    return VD_OK;
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 1, w->source);
  VD_TRY(vd_sql_next(w->g, s, &row, w->err));
  *out = row ? sqlite3_column_int64(s, 0) : 0;
  if (*out == 0 || *out > w->edition.today)
    *out = w->edition.today;
  return VD_OK;
}

static vd_code write_source(vd_writer *w, const vd_edition_end *end) {
  int64_t date = 0;
  char text[16];
  VD_TRY(date_of(w, end, &date));
  (void)snprintf(text, sizeof text, "%04d-%02d-%02d", (int)(date / 10000 % 10000),
                 (int)(date / 100 % 100), (int)(date % 100));
  VD_SCOPED_SQL *s = vd_writer_sql(w, VD_SQL_SET_SOURCE);
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 1, w->source);
  vd_sql_text(s, 2, vd_view_first(end->version, VD_PLACE_MAX));
  vd_sql_text(s, 3, vd_view_of(text));
  vd_sql_text(s, 4, vd_view_of(w->edition.licence));
  vd_sql_text(s, 5, vd_view_of(w->edition.url));
  (void)sqlite3_bind_int64(s, 6, (int64_t)(end->partial ? w->documents.count : w->counts.records));
  (void)sqlite3_bind_int64(s, 7, (int64_t)end->bad);
  (void)sqlite3_bind_int64(s, 8, end->content);
  (void)sqlite3_bind_int64(s, 9, w->edition.rank);
  return vd_writer_run(w, s);
}

static bool changed(const vd_writer *w) {
  return w->counts.added + w->counts.changed + w->counts.gone + w->counts.opened +
             w->counts.closed !=
         0;
}

// NOLINTNEXTLINE(readability-function-size): every VD_TRY counts as statements
vd_code vd_writer_commit(vd_writer *w, const vd_edition_end *end, vd_write_counts *out,
                         vd_error *err) {
  int64_t generation = 0;
  w->err = err;
  for (size_t i = 0; i < w->known.count && !end->partial; i++)
    if (w->known.at[i]->live && !w->known.at[i]->seen)
      VD_TRY(close_document(w, w->known.at[i]));
  VD_TRY(vd_writer_name_nodes(w));
  if (w->aliases_changed)
    VD_TRY(vd_identity_settle(w->g, err));
  VD_TRY(write_source(w, end));
  VD_TRY(vd_meta_get(w->g, "generation", &generation, err));
  if (changed(w))
    VD_TRY(vd_meta_set(w->g, "generation", generation + 1, err));
  VD_TRY(vd_store_run(w->g, end->preview ? "ROLLBACK" : "COMMIT", err));
  w->open = false;
  w->counts.bad = end->bad;
  if (out != NULL)
    *out = w->counts;
  return VD_OK;
}
