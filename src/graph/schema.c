// The schema as numbered migrations: migration n brings user_version from n - 1 to n. A released
// migration never changes; a new schema is a new entry at the end.
#include "graph/store.h"

// In pieces, since a compiler need not take a literal of more than 4095 bytes.
static const char *const migrations[VD_GRAPH_VERSION][2] = {
    // 1 and 2 were the first slice: facts only, without documents or history. What such a file held
    // can be read again from its sources, so 3 starts anew.
    {""},
    {""},
    // 3: what documents of sources state. Kinds are rows, so their numbers belong to the file, not
    // to a build. Dates are numbers, YYYYMMDD; a statement holds from since until before until,
    // which
    // is NULL while it holds. canon is the node that stands for the class of its aliases (itself
    // when
    // it has none); rank is that of the source whose definition names a node, NULL for a stub.
    {"DROP TABLE IF EXISTS edge;DROP TABLE IF EXISTS node;DROP TABLE IF EXISTS provenance;"
     "DROP TABLE IF EXISTS source;DROP TABLE IF EXISTS node_kind;DROP TABLE IF EXISTS edge_kind;"
     "DROP TABLE IF EXISTS kev;DROP TABLE IF EXISTS flaw;DROP TABLE IF EXISTS alias;"
     "DROP TABLE IF EXISTS withdrawn;DROP TABLE IF EXISTS package_name;"
     "DROP TABLE IF EXISTS package;DROP TABLE IF EXISTS affected;"
     "CREATE TABLE node_kind(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;"
     "CREATE TABLE edge_kind(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;"
     "CREATE TABLE provenance(id INTEGER PRIMARY KEY, source TEXT NOT NULL, method TEXT NOT NULL,"
     " UNIQUE(source, method)) STRICT;"
     "CREATE TABLE source(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, rank INTEGER NOT NULL,"
     " version TEXT, date TEXT, licence TEXT, url TEXT, records INTEGER, bad INTEGER,"
     " content INTEGER, checked TEXT, updated TEXT, error TEXT) STRICT;"
     "CREATE TABLE document(id INTEGER PRIMARY KEY, source INTEGER NOT NULL, key TEXT NOT NULL,"
     " place TEXT, hash INTEGER NOT NULL, date INTEGER, since INTEGER NOT NULL, until INTEGER,"
     " UNIQUE(source, key)) STRICT;"
     "CREATE TABLE node(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, key TEXT NOT NULL, name "
     "TEXT,"
     " class TEXT, position INTEGER, canon INTEGER NOT NULL, rank INTEGER, UNIQUE(kind, key)) "
     "STRICT;"
     "CREATE INDEX node_canon ON node(canon);"
     "CREATE TABLE definition(id INTEGER PRIMARY KEY, node INTEGER NOT NULL,"
     " document INTEGER NOT NULL, key TEXT NOT NULL, name TEXT, class TEXT, position INTEGER,"
     " body TEXT, since INTEGER NOT NULL, until INTEGER) STRICT;"
     "CREATE INDEX definition_node ON definition(node);"
     "CREATE INDEX definition_document ON definition(document);"
     "CREATE VIRTUAL TABLE search USING fts5(key, name, body, content='definition',"
     " content_rowid='id', tokenize='porter unicode61 remove_diacritics 2');"
     "CREATE TABLE property(id INTEGER PRIMARY KEY, node INTEGER NOT NULL, name TEXT NOT NULL,"
     " value TEXT NOT NULL, document INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER) "
     "STRICT;"
     "CREATE INDEX property_node ON property(node, name);"
     "CREATE INDEX property_document ON property(document);"
     "CREATE TABLE edge(id INTEGER PRIMARY KEY, src INTEGER NOT NULL, kind INTEGER NOT NULL,"
     " dst INTEGER NOT NULL, context INTEGER NOT NULL, document INTEGER NOT NULL,"
     " provenance INTEGER NOT NULL, confidence REAL NOT NULL, evidence TEXT,"
     " since INTEGER NOT NULL, until INTEGER) STRICT;"
     "CREATE INDEX edge_src ON edge(src, kind, dst, until);"
     "CREATE INDEX edge_dst ON edge(kind, dst, src, until);"
     "CREATE INDEX edge_document ON edge(document);"
     // EPSS scores in units of 1e-5 by CVE number (year * 10^8 + number), and those they replaced.
     "CREATE TABLE epss(cve INTEGER PRIMARY KEY, epss INTEGER NOT NULL, percentile INTEGER NOT "
     "NULL,"
     " since INTEGER NOT NULL) STRICT;"
     "CREATE TABLE epss_past(cve INTEGER NOT NULL, since INTEGER NOT NULL, epss INTEGER NOT NULL,"
     " percentile INTEGER NOT NULL, PRIMARY KEY(cve, since)) STRICT, WITHOUT ROWID;"
     // Advisories as they were read, which the tables of matching are made from.
     "CREATE TABLE advisory(document INTEGER PRIMARY KEY, data TEXT NOT NULL) STRICT;"
     // Numbers the updater keeps, and the graph in compressed rows for walking (docs/graph.md).
     "CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
     "CREATE TABLE snapshot(part TEXT PRIMARY KEY, data BLOB NOT NULL) STRICT, WITHOUT ROWID;"
     // The narrow tables of matching.
     "CREATE TABLE kev(id INTEGER PRIMARY KEY, cve TEXT NOT NULL UNIQUE, added TEXT, due TEXT,"
     " ransomware INTEGER NOT NULL) STRICT;"
     "CREATE TABLE flaw(id INTEGER PRIMARY KEY, ids TEXT NOT NULL, published TEXT, modified TEXT,"
     " severity TEXT, cvss TEXT, cwe TEXT, kev INTEGER, epss REAL, epss_percentile REAL) STRICT;"
     "CREATE TABLE alias(id TEXT NOT NULL COLLATE NOCASE PRIMARY KEY, flaw INTEGER NOT NULL)"
     " STRICT, WITHOUT ROWID;"
     "CREATE TABLE withdrawn(id TEXT NOT NULL COLLATE NOCASE PRIMARY KEY, aliases TEXT,"
     " withdrawn TEXT) STRICT, WITHOUT ROWID;"
     "CREATE TABLE package_name(type TEXT NOT NULL, name TEXT NOT NULL, pypi TEXT,"
     " PRIMARY KEY(type, name)) STRICT, WITHOUT ROWID;"
     "CREATE TABLE package(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, versions TEXT) "
     "STRICT;"
     "CREATE TABLE affected(package INTEGER NOT NULL, seq INTEGER NOT NULL, flaw INTEGER NOT NULL,"
     " advisories TEXT NOT NULL, ranges TEXT, versions TEXT, PRIMARY KEY(package, seq))"
     " STRICT, WITHOUT ROWID;",
     // Curated rules from weakness, role and attack vector (NULL: any) to lifecycle phase, software
     // layer and surface, and how often the study names an attack.
     "CREATE TABLE crosslevel(id INTEGER PRIMARY KEY, weakness TEXT, role TEXT, vector TEXT,"
     " phase TEXT, layer TEXT, surface TEXT, confidence REAL NOT NULL, reason TEXT NOT NULL) "
     "STRICT;"
     "CREATE TABLE attack_count(vulnerability TEXT NOT NULL, repository TEXT NOT NULL,"
     " attack TEXT NOT NULL, rows INTEGER NOT NULL, PRIMARY KEY(vulnerability, repository, attack))"
     " STRICT, WITHOUT ROWID;"},
};

static const char *const node_kinds[] = {
#define X(id, name) name,
    VD_NODE_KINDS(X)
#undef X
};

static const char *const edge_kinds[] = {
#define X(id, name) name,
    VD_EDGE_KINDS(X)
#undef X
};

const char *vd_node_kind_text(vd_node_kind k) {
  return k < VD_NODE_KIND_COUNT ? node_kinds[k] : "";
}
const char *vd_edge_kind_text(vd_edge_kind k) {
  return k < VD_EDGE_KIND_COUNT ? edge_kinds[k] : "";
}

static void finalize(sqlite3_stmt **s) { (void)sqlite3_finalize(*s); }

static vd_code read_number(vd_graph *g, const char *sql, int64_t *out, vd_error *err) {
  VD_CLEANUP(finalize) sqlite3_stmt *s = NULL;
  bool row = false;
  if (sqlite3_prepare_v2(g->db, sql, -1, &s, NULL) != SQLITE_OK)
    return vd_store_fail(g, "read the header", err);
  VD_TRY(vd_sql_next(g, s, &row, err));
  *out = row ? sqlite3_column_int64(s, 0) : 0;
  return VD_OK;
}

static vd_code read_version(vd_graph *g, int64_t *version, vd_error *err) {
  int64_t application = 0, tables = 0;
  VD_TRY(read_number(g, "PRAGMA application_id", &application, err));
  VD_TRY(read_number(g, "PRAGMA user_version", version, err));
  VD_TRY(read_number(g, "SELECT count(*) FROM sqlite_schema", &tables, err));
  bool empty = application == 0 && *version == 0 && tables == 0;
  if (application != VD_GRAPH_APPLICATION_ID && !empty)
    return vd_fail(err, VD_FORMAT, "not a vedette knowledge base");
  if (*version < 0 || *version > VD_GRAPH_VERSION)
    return vd_fail(err, VD_FORMAT,
                   "the knowledge base is from a newer vedette (schema %lld, this "
                   "build knows %d)",
                   (long long)*version, VD_GRAPH_VERSION);
  return VD_OK;
}

// Kinds this build knows and the file does not yet; numbers already given stay.
static vd_code add_kinds(vd_graph *g, const char *sql, const char *const *names, size_t count,
                         vd_error *err) {
  VD_CLEANUP(finalize) sqlite3_stmt *s = NULL;
  if (sqlite3_prepare_v2(g->db, sql, -1, &s, NULL) != SQLITE_OK)
    return vd_store_fail(g, "prepare the schema", err);
  for (size_t i = 0; i < count; i++) {
    bool row;
    vd_sql_text(s, 1, vd_view_of(names[i]));
    VD_TRY(vd_sql_next(g, s, &row, err));
    (void)sqlite3_reset(s);
  }
  return VD_OK;
}

static vd_code migrate_step(vd_graph *g, int64_t version, vd_error *err) {
  char stamp[96];
  (void)snprintf(stamp, sizeof stamp, "PRAGMA user_version=%d;PRAGMA application_id=%d",
                 (int)version + 1, VD_GRAPH_APPLICATION_ID);
  for (size_t i = 0; i < VD_COUNT(migrations[0]) && migrations[version][i] != NULL; i++)
    VD_TRY(vd_store_run(g, migrations[version][i], err));
  if (version + 1 < VD_GRAPH_FIRST)
    return vd_store_run(g, stamp, err);
  VD_TRY(add_kinds(g, "INSERT OR IGNORE INTO node_kind(name) VALUES(?)", node_kinds,
                   VD_COUNT(node_kinds), err));
  VD_TRY(add_kinds(g, "INSERT OR IGNORE INTO edge_kind(name) VALUES(?)", edge_kinds,
                   VD_COUNT(edge_kinds), err));
  return vd_store_run(g, stamp, err);
}

vd_code vd_schema_migrate(vd_graph *g, int to, vd_error *err) {
  int64_t version = 0;
  VD_TRY(read_version(g, &version, err));
  while (version < to) {
    VD_TRY(vd_store_run(g, "BEGIN IMMEDIATE", err));
    vd_code code = read_version(g, &version, err); // another process may have been faster
    if (code == VD_OK && version < to)
      code = migrate_step(g, version++, err);
    if (code == VD_OK)
      code = vd_store_run(g, "COMMIT", err);
    if (code != VD_OK) {
      (void)vd_store_run(g, "ROLLBACK", NULL);
      return code;
    }
  }
  return VD_OK;
}

vd_code vd_schema_check(vd_graph *g, vd_error *err) {
  int64_t version = 0;
  VD_TRY(read_version(g, &version, err));
  if (version < VD_GRAPH_VERSION)
    return vd_fail(err, VD_FORMAT,
                   "the knowledge base has schema %lld, this build needs %d: run "
                   "'vedette update'",
                   (long long)version, VD_GRAPH_VERSION);
  return VD_OK;
}

static vd_code kinds_of(vd_graph *g, const char *sql, const char *const *names, size_t count,
                        int64_t *ids) {
  VD_CLEANUP(finalize) sqlite3_stmt *s = NULL;
  if (sqlite3_prepare_v2(g->db, sql, -1, &s, NULL) != SQLITE_OK)
    return vd_store_fail(g, "read the kinds", NULL);
  for (size_t i = 0; i < count; i++) {
    bool row = false;
    vd_sql_text(s, 1, vd_view_of(names[i]));
    VD_TRY(vd_sql_next(g, s, &row, NULL));
    if (!row)
      return VD_FORMAT;
    ids[i] = sqlite3_column_int64(s, 0);
    (void)sqlite3_reset(s);
  }
  return VD_OK;
}

vd_code vd_schema_kinds(vd_graph *g, vd_error *err) {
  if (kinds_of(g, "SELECT id FROM node_kind WHERE name=?", node_kinds, VD_COUNT(node_kinds),
               g->node_kind) != VD_OK ||
      kinds_of(g, "SELECT id FROM edge_kind WHERE name=?", edge_kinds, VD_COUNT(edge_kinds),
               g->edge_kind) != VD_OK)
    return vd_fail(err, VD_FORMAT, "the knowledge base lacks a kind of node or edge");
  return VD_OK;
}
