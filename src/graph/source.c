// What is kept of a source besides its statements: EPSS scores, how it went, the updater's numbers.
#include "graph/writer.h"

// ---- scores ------------------------------------------------------------------------------------

// CVE-YYYY-N...: the year and up to eight digits.
int64_t vd_cve_number(vd_view id) {
  uint64_t year = 0, number = 0;
  vd_view rest = vd_view_from(id, 4);
  if (!vd_view_starts(id, VD_VIEW("CVE-")) || !vd_view_u64(vd_view_cut(&rest, '-'), &year))
    return 0;
  if (year < 1900 || year > 2999 || !vd_view_u64(rest, &number) || number > 99999999)
    return 0;
  return (int64_t)(year * 100000000 + number);
}

typedef struct score {
  bool known;
  int64_t epss, percentile, since;
} score;

static vd_code read_score(vd_writer *w, int64_t cve, score *out) {
  VD_SCOPED_SQL *s = vd_writer_sql(w, VD_SQL_SCORE);
  if (s == NULL)
    return VD_IO;
  (void)sqlite3_bind_int64(s, 1, cve);
  VD_TRY(vd_sql_next(w->g, s, &out->known, w->err));
  if (out->known)
    *out = (score){true, sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
                   sqlite3_column_int64(s, 2)};
  return VD_OK;
}

static vd_code write_score(vd_writer *w, vd_statement which, const int64_t row[4]) {
  VD_SCOPED_SQL *s = vd_writer_sql(w, which);
  if (s == NULL)
    return VD_IO;
  for (int i = 0; i < 4; i++)
    (void)sqlite3_bind_int64(s, i + 1, row[i]);
  w->counts.scores++;
  return vd_writer_run(w, s);
}

vd_code vd_writer_score(vd_writer *w, const vd_score_row *s, int64_t date, vd_error *err) {
  score now = {0};
  w->err = err;
  w->counts.records++;
  VD_TRY(read_score(w, s->cve, &now));
  const int64_t fresh[] = {s->cve, s->epss, s->percentile, date};
  const int64_t past[] = {s->cve, date, s->epss, s->percentile};
  if (now.known && date < now.since)
    return write_score(w, VD_SQL_ADD_PAST_SCORE, past);
  if (now.known && now.epss == s->epss && now.percentile == s->percentile)
    return VD_OK;
  if (now.known && now.epss != s->epss && date > now.since) {
    const int64_t old[] = {s->cve, now.since, now.epss, now.percentile};
    VD_TRY(write_score(w, VD_SQL_ADD_PAST_SCORE, old));
  }
  return write_score(w, VD_SQL_SET_SCORE, fresh);
}

// ---- how it went -------------------------------------------------------------------------------

vd_code vd_source_note(vd_graph *g, const vd_edition *e, const vd_source_look *look,
                       vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_NOTE_SOURCE);
  bool row;
  if (s == NULL)
    return vd_store_fail(g, "write", err);
  vd_sql_text(s, 1, vd_view_of(e->source));
  (void)sqlite3_bind_int64(s, 2, e->rank);
  vd_sql_text(s, 3, vd_view_of(e->licence));
  vd_sql_text(s, 4, vd_view_of(e->url));
  vd_sql_text(s, 5, look->now);
  vd_sql_text(s, 6, look->error);
  (void)sqlite3_bind_int64(s, 7, look->updated);
  return vd_sql_next(g, s, &row, err);
}

static bool read_state(vd_arena *a, sqlite3_stmt *s, vd_source_state *out) {
  out->content = sqlite3_column_int64(s, 6);
  out->records = (uint64_t)sqlite3_column_int64(s, 7);
  out->bad = (uint64_t)sqlite3_column_int64(s, 8);
  return vd_sql_copy(a, s, 0, &out->name) && vd_sql_copy(a, s, 1, &out->version) &&
         vd_sql_copy(a, s, 2, &out->date) && vd_sql_copy(a, s, 3, &out->checked) &&
         vd_sql_copy(a, s, 4, &out->updated) && vd_sql_copy(a, s, 5, &out->error);
}

vd_code vd_source_states_read(vd_graph *g, vd_arena *a, vd_source_states *out, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_SOURCE_STATES);
  vd_source_states states = {0};
  bool row = true;
  if (s == NULL)
    return vd_store_fail(g, "read the sources", err);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    vd_source_state *slot = row ? vd_vec_push(a, &states) : NULL;
    if (row && (slot == NULL || !read_state(a, s, slot)))
      return vd_fail(err, VD_NOMEM, "no memory for the sources");
  }
  *out = states;
  return VD_OK;
}

// ---- numbers -----------------------------------------------------------------------------------

vd_code vd_meta_get(vd_graph *g, const char *name, int64_t *out, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_META);
  bool row = false;
  if (s == NULL)
    return vd_store_fail(g, "read", err);
  vd_sql_text(s, 1, vd_view_of(name));
  VD_TRY(vd_sql_next(g, s, &row, err));
  *out = row ? sqlite3_column_int64(s, 0) : 0;
  return VD_OK;
}

vd_code vd_meta_set(vd_graph *g, const char *name, int64_t value, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_SET_META);
  bool row;
  if (s == NULL)
    return vd_store_fail(g, "write", err);
  vd_sql_text(s, 1, vd_view_of(name));
  (void)sqlite3_bind_int64(s, 2, value);
  return vd_sql_next(g, s, &row, err);
}
