// Opening and closing the knowledge base, and the small vocabulary over SQLite the module uses.
#include "graph/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  WORK_UNIT = 100000,  // virtual machine steps between two looks at the budget
  BUSY_WAIT_MS = 5000, // a writer holds the file for well under a second
};

static const char *const statement_text[] = {
#define X(id, sql) sql,
    VD_STATEMENTS(X)
#undef X
};

vd_code vd_store_fail(vd_graph *g, const char *doing, vd_error *err) {
  vd_code code = VD_IO;
  switch (sqlite3_errcode(g->db) & 0xff) {
  case SQLITE_NOMEM: code = VD_NOMEM; break;
  case SQLITE_TOOBIG:
  case SQLITE_INTERRUPT: code = VD_LIMIT; break;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
  case SQLITE_FORMAT:
  case SQLITE_SCHEMA:
  case SQLITE_MISMATCH:
  case SQLITE_CONSTRAINT:
  case SQLITE_ERROR: code = VD_FORMAT; break;
  default: break;
  }
  return vd_fail(err, code, "cannot %s in the knowledge base: %s", doing, sqlite3_errmsg(g->db));
}

// A damaged tree can make a walk endless without ever handing out a row.
static int spend_work(void *ctx) {
  vd_graph *g = ctx;
  return g->work_left == 0 || --g->work_left == 0;
}

void vd_store_fresh_work(vd_graph *g) { g->work_left = VD_GRAPH_WORK_MAX / WORK_UNIT; }

vd_code vd_store_run(vd_graph *g, const char *sql, vd_error *err) {
  vd_store_fresh_work(g);
  if (sqlite3_exec(g->db, sql, NULL, NULL, NULL) != SQLITE_OK)
    return vd_store_fail(g, g->mode == VD_GRAPH_READ ? "read" : "write", err);
  return VD_OK;
}

sqlite3_stmt *vd_store_sql(vd_graph *g, vd_statement which) {
  vd_store_fresh_work(g);
  sqlite3_stmt **s = &g->statements[which];
  if (*s == NULL)
    (void)sqlite3_prepare_v3(g->db, statement_text[which], -1, SQLITE_PREPARE_PERSISTENT, s, NULL);
  return *s;
}

void vd_store_reset(sqlite3_stmt **s) {
  if (*s != NULL) {
    (void)sqlite3_reset(*s);
    (void)sqlite3_clear_bindings(*s);
  }
}

void vd_sql_text(sqlite3_stmt *s, int at, vd_view v) {
  if (v.len != 0)
    (void)sqlite3_bind_text64(s, at, v.ptr, v.len, SQLITE_STATIC, SQLITE_UTF8);
  else
    (void)sqlite3_bind_null(s, at);
}

vd_code vd_sql_next(vd_graph *g, sqlite3_stmt *s, bool *row, vd_error *err) {
  int result = sqlite3_step(s);
  if (result != SQLITE_ROW && result != SQLITE_DONE)
    return vd_store_fail(g, sqlite3_stmt_readonly(s) ? "read" : "write", err);
  *row = result == SQLITE_ROW;
  return VD_OK;
}

vd_view vd_sql_view(sqlite3_stmt *s, int column) {
  const char *text = (const char *)sqlite3_column_text(s, column);
  return text == NULL ? (vd_view){0} : (vd_view){text, (size_t)sqlite3_column_bytes(s, column)};
}

bool vd_sql_copy(vd_arena *a, sqlite3_stmt *s, int column, vd_view *out) {
  vd_view v = vd_sql_view(s, column);
  *out = v.ptr == NULL ? v : vd_arena_copy(a, v);
  return v.ptr == NULL || out->ptr != NULL;
}

bool vd_sql_list(vd_arena *a, sqlite3_stmt *s, int column, vd_views *out) {
  vd_view all;
  *out = (vd_views){0};
  if (!vd_sql_copy(a, s, column, &all))
    return false;
  if (all.len == 0)
    return true;
  size_t items = 1;
  for (size_t i = 0; i < all.len; i++)
    items += all.ptr[i] == ' ';
  out->at = vd_new_array(a, vd_view, items);
  out->cap = out->at == NULL ? 0 : items;
  while (out->count < out->cap)
    out->at[out->count++] = vd_view_cut(&all, ' ');
  return out->at != NULL;
}

// ---- opening ---------------------------------------------------------------

// What the first bytes say, before SQLite sees the file.
typedef struct file_state {
  bool exists, empty, wal; // wal: the file is in WAL mode
} file_state;

static vd_code look_at(const char *path, file_state *out, vd_error *err) {
  unsigned char head[20] = {0};
  struct stat st;
  VD_SCOPED_FD fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    return VD_OK;
  if (fd < 0 || fstat(fd, &st) != 0)
    return vd_fail(err, VD_IO, "cannot open '%.150s': %s", path, strerror(errno));
  if (!S_ISREG(st.st_mode))
    return vd_fail(err, VD_UNSUPPORTED, "'%.150s' is not a regular file", path);
  ssize_t got = read(fd, head, sizeof head);
  bool magic = got == (ssize_t)sizeof head && memcmp(head, "SQLite format 3", 16) == 0;
  if (st.st_size != 0 && !magic)
    return vd_fail(err, VD_FORMAT, "'%.150s' is not a vedette knowledge base", path);
  *out = (file_state){.exists = true, .empty = st.st_size == 0, .wal = head[18] == 2};
  return VD_OK;
}

// Size of the file beside the database, -1 when there is none.
static int64_t size_beside(const char *path, const char *suffix) {
  char beside[4096];
  struct stat st;
  int n = snprintf(beside, sizeof beside, "%s%s", path, suffix);
  if (n < 0 || (size_t)n >= sizeof beside || stat(beside, &st) != 0)
    return -1;
  return st.st_size;
}

// A log with content holds what the file does not have yet; an empty one beside its index belongs
// to a writer at work.
static bool has_log(const char *path) {
  int64_t log = size_beside(path, "-wal");
  return log > 0 || (log == 0 && size_beside(path, "-shm") >= 0);
}

// The folder may be changed by us, so that a reader can keep its log and locks there.
static bool folder_is_ours(const char *path) {
  char folder[4096];
  int n = snprintf(folder, sizeof folder, "%s", path);
  char *slash = n > 0 && (size_t)n < sizeof folder ? strrchr(folder, '/') : NULL;
  if (slash == NULL)
    return faccessat(AT_FDCWD, ".", W_OK, AT_EACCESS) == 0;
  slash[slash == folder] = '\0';
  return faccessat(AT_FDCWD, folder, W_OK, AT_EACCESS) == 0;
}

// A file in WAL mode is opened beside its log, which is how readers and a writer leave each other
// alone. In a folder that cannot be written, without a log, no writer can come and it is immutable.
static void put_read_uri(vd_buf *uri, const char *path, bool immutable) {
  vd_buf_put(uri, VD_VIEW("file:"));
  for (const char *p = path; *p != '\0'; p++) {
    if (*p == '%' || *p == '?' || *p == '#')
      vd_buf_printf(uri, "%%%02x", (unsigned)*p);
    else
      vd_buf_put_c(uri, *p);
  }
  vd_buf_printf(uri, "?mode=ro%s", immutable ? "&immutable=1" : "");
  vd_buf_put_c(uri, '\0');
}

static int open_database(vd_graph *g, const char *path, const file_state *file) {
  VD_SCOPED_BUF uri = VD_BUF(1 << 16);
  int flags = SQLITE_OPEN_NOMUTEX;
  if (g->mode != VD_GRAPH_READ)
    return sqlite3_open_v2(path, &g->db, flags | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
  put_read_uri(&uri, path, file->wal && !has_log(path) && !folder_is_ours(path));
  if (uri.failed)
    return SQLITE_NOMEM;
  return sqlite3_open_v2(uri.ptr, &g->db, flags | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
}

// The file may come from anyone: no triggers, no views, no functions from its schema, bounded
// values and bounded work.
static vd_code harden(vd_graph *g, vd_error *err) {
  static const int limits[][2] = {
      {SQLITE_LIMIT_LENGTH, VD_GRAPH_VALUE_MAX}, {SQLITE_LIMIT_SQL_LENGTH, 1 << 16},
      {SQLITE_LIMIT_COMPOUND_SELECT, 4},         {SQLITE_LIMIT_EXPR_DEPTH, 50},
      {SQLITE_LIMIT_VARIABLE_NUMBER, 16},        {SQLITE_LIMIT_WORKER_THREADS, 0}};
  for (size_t i = 0; i < VD_COUNT(limits); i++)
    (void)sqlite3_limit(g->db, limits[i][0], limits[i][1]);
  (void)sqlite3_db_config(g->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  (void)sqlite3_db_config(g->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  (void)sqlite3_db_config(g->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  (void)sqlite3_db_config(g->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  (void)sqlite3_busy_timeout(g->db, BUSY_WAIT_MS);
  sqlite3_progress_handler(g->db, WORK_UNIT, spend_work, g);
  return vd_store_run(g,
                      "PRAGMA cell_size_check=ON;PRAGMA temp_store=MEMORY;"
                      "PRAGMA cache_size=-16384",
                      err);
}

static vd_code prepare_writing(vd_graph *g, vd_error *err) {
  VD_TRY(vd_schema_migrate(g, VD_GRAPH_VERSION, err));
  return vd_store_run(g, "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL", err);
}

// One read transaction for the life of the handle: what a scan reads is of one moment, and no lock
// is taken and dropped around every look-up.
static vd_code prepare_reading(vd_graph *g, vd_error *err) {
  VD_TRY(vd_store_run(g, "BEGIN", err));
  return vd_schema_check(g, err);
}

void vd_graph_rest(vd_graph *g) { (void)vd_store_run(g, "COMMIT", NULL); }

vd_code vd_graph_resume(vd_graph *g, vd_error *err) {
  vd_code code = prepare_reading(g, err);
  if (code != VD_OK)
    vd_graph_rest(g);
  return code;
}

static vd_code open_graph(vd_graph *g, const char *path, const file_state *file, vd_error *err) {
  if (open_database(g, path, file) != SQLITE_OK)
    return g->db == NULL ? vd_fail(err, VD_NOMEM, "no memory for the knowledge base")
                         : vd_store_fail(g, "open the file", err);
  VD_TRY(harden(g, err));
  VD_TRY(g->mode == VD_GRAPH_READ ? prepare_reading(g, err) : prepare_writing(g, err));
  return vd_schema_kinds(g, err);
}

static vd_graph *graph_new(vd_graph_mode mode) {
  vd_graph *g = calloc(1, sizeof *g);
  if (g == NULL)
    return NULL;
  g->mode = mode;
  g->arena = VD_ARENA(VD_GRAPH_MEMORY_MAX);
  g->weakness_names = VD_MAP(&g->arena);
  return g;
}

vd_code vd_graph_open(const char *path, vd_graph_mode mode, vd_graph **out, vd_error *err) {
  file_state file = {0};
  VD_TRY(look_at(path, &file, err));
  if (!file.exists && mode != VD_GRAPH_CREATE)
    return vd_fail(err, VD_NOTFOUND, "no knowledge base at '%.150s'", path);
  if (file.empty && mode != VD_GRAPH_CREATE)
    return vd_fail(err, VD_FORMAT, "'%.150s' is not a vedette knowledge base", path);
  VD_CLEANUP(vd_graph_close) vd_graph *g = graph_new(mode);
  if (g == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the knowledge base");
  VD_TRY(open_graph(g, path, &file, err));
  *out = g;
  g = NULL;
  return VD_OK;
}

vd_code vd_store_memory(vd_graph **out, vd_error *err) {
  VD_CLEANUP(vd_graph_close) vd_graph *g = graph_new(VD_GRAPH_CREATE);
  if (g == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the knowledge base");
  if (sqlite3_open_v2(":memory:", &g->db,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                      NULL) != SQLITE_OK)
    return vd_fail(err, VD_NOMEM, "no memory for the knowledge base");
  VD_TRY(harden(g, err));
  VD_TRY(vd_schema_migrate(g, VD_GRAPH_VERSION, err));
  VD_TRY(vd_schema_kinds(g, err));
  *out = g;
  g = NULL;
  return VD_OK;
}

void vd_graph_close(vd_graph **g) {
  if (*g == NULL)
    return;
  for (size_t i = 0; i < VD_STATEMENT_COUNT; i++)
    (void)sqlite3_finalize((*g)->statements[i]);
  (void)sqlite3_close((*g)->db);
  vd_arena_free(&(*g)->arena);
  free(*g);
  *g = NULL;
}
