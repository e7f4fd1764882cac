// Inside of the graph module: the open handle, its prepared statements and the error mapping.
#pragma once

#include "graph/graph.h"

#include <sqlite3.h>

enum {
  VD_GRAPH_APPLICATION_ID = 0x56444554, // "VDET", in the header of every database of ours
  VD_GRAPH_VERSION = 2,                 // user_version of the newest schema: how many migrations
};

// Every statement the module runs on rows; values are always bound.
#define VD_STATEMENTS(X)                                                                           \
  X(ADD_NODE, "INSERT INTO node(id,kind,key,name,class,position) VALUES(?,?,?,?,?,?)")             \
  X(ADD_PROVENANCE, "INSERT INTO provenance(id,source,method) VALUES(?,?,?)")                      \
  X(ADD_EDGE, "INSERT OR IGNORE INTO edge(src,kind,dst,context,provenance,confidence,evidence,"    \
              "first_seen,last_seen) VALUES(?,?,?,?,?,?,?,?,?)")                                   \
  X(ADD_SOURCE, "INSERT INTO source(name,version,date,licence,url,records) VALUES(?,?,?,?,?,?)")   \
  X(ADD_FLAW, "INSERT INTO flaw(id,ids,published,modified,severity,cvss,cwe,kev,epss,"             \
              "epss_percentile) VALUES(?,?,?,?,?,?,?,?,?,?)")                                      \
  X(ADD_ALIAS, "INSERT INTO alias(id,flaw) VALUES(?,?)")                                           \
  X(ADD_WITHDRAWN, "INSERT INTO withdrawn(id,aliases,withdrawn) VALUES(?,?,?)")                    \
  X(ADD_PACKAGE, "INSERT INTO package(id,versions) VALUES(?,?)")                                   \
  X(ADD_AFFECTED, "INSERT INTO affected(package,seq,flaw,advisories,ranges,versions) "             \
                  "VALUES(?,?,?,?,?,?)")                                                           \
  X(ADD_KEV, "INSERT INTO kev(id,cve,added,due,ransomware) VALUES(?,?,?,?,?)")                     \
  X(PACKAGE, "SELECT p.id,p.versions FROM node n JOIN package p ON p.id=n.id "                     \
             "WHERE n.kind=? AND n.key=?")                                                         \
  X(AFFECTED, "SELECT f.id,f.ids,f.published,f.modified,f.severity,f.cvss,f.cwe,k.added,"          \
              "k.ransomware,f.epss,f.epss_percentile,a.advisories,a.ranges,a.versions "            \
              "FROM affected a JOIN flaw f ON f.id=a.flaw LEFT JOIN kev k ON k.id=f.kev "          \
              "WHERE a.package=? ORDER BY a.seq")                                                  \
  X(FLAW, "SELECT f.id,f.ids,f.published,f.modified,f.severity,f.cvss,f.cwe,k.added,"              \
          "k.ransomware,f.epss,f.epss_percentile "                                                 \
          "FROM alias a JOIN flaw f ON f.id=a.flaw LEFT JOIN kev k ON k.id=f.kev "                 \
          "WHERE a.id=?")                                                                          \
  X(NODES, "SELECT id,key,name,class,position FROM node WHERE kind=? ORDER BY key")                \
  X(EDGES, "SELECT e.src,e.dst,e.context,e.confidence,e.evidence,p.source FROM edge e "            \
           "JOIN provenance p ON p.id=e.provenance WHERE e.kind=? ORDER BY e.src,e.dst,e.context") \
  X(ROLES, "SELECT e.dst FROM node n JOIN edge e ON e.src=n.id WHERE n.kind=? AND n.key=? "        \
           "AND e.kind=? ORDER BY e.dst")                                                          \
  X(PYPI_NAME, "SELECT pypi FROM package_name WHERE type=? AND name=?")                            \
  X(ADD_NAME, "INSERT INTO package_name(type,name,pypi) VALUES(?,?,?)")                            \
  X(SOURCES, "SELECT name,version,date,licence,url,records FROM source ORDER BY name")             \
  X(COUNTS, "SELECT (SELECT count(*) FROM node),(SELECT count(*) FROM edge),"                      \
            "(SELECT count(*) FROM flaw),(SELECT count(*) FROM package)")

typedef enum vd_statement {
#define X(id, sql) VD_SQL_##id,
  VD_STATEMENTS(X)
#undef X
      VD_STATEMENT_COUNT
} vd_statement;

struct vd_graph {
  sqlite3 *db;
  vd_graph_mode mode;
  vd_arena arena;     // what the handle keeps: names of weaknesses, the mapping
  uint64_t work_left; // virtual machine steps the running query may still take, in units
  int64_t node_kind[VD_NODE_KIND_COUNT]; // id of each kind in this file
  int64_t edge_kind[VD_EDGE_KIND_COUNT];
  vd_map weakness_names;        // CWE id to a vd_view
  bool names_loaded;            // weakness_names is complete
  const struct vd_atlas *atlas; // what mapping needs; filled on first use
  sqlite3_stmt *statements[VD_STATEMENT_COUNT];
};

// Maps the database's last failure to a code and a sentence.
vd_code vd_store_fail(vd_graph *g, const char *doing, vd_error *err);
// Runs SQL without values: pragmas, BEGIN, COMMIT, schema.
vd_code vd_store_run(vd_graph *g, const char *sql, vd_error *err);

// The prepared statement, ready to bind; NULL when it cannot be prepared (vd_store_fail says why).
sqlite3_stmt *vd_store_sql(vd_graph *g, vd_statement which);
void vd_store_reset(sqlite3_stmt **s);
#define VD_SCOPED_SQL VD_CLEANUP(vd_store_reset) sqlite3_stmt

// Empty text is bound as NULL: "not stated". The bytes must live until the statement is reset.
void vd_sql_text(sqlite3_stmt *s, int at, vd_view v);
// Steps once; *row tells whether there is one.
vd_code vd_sql_next(vd_graph *g, sqlite3_stmt *s, bool *row, vd_error *err) VD_MUST_USE;
// Borrowed until the next step; empty for NULL.
vd_view vd_sql_view(sqlite3_stmt *s, int column);
// Copied into the arena; {NULL} for NULL. False when the arena is exhausted.
bool vd_sql_copy(vd_arena *a, sqlite3_stmt *s, int column, vd_view *out) VD_MUST_USE;
// A space-separated list, copied and split.
bool vd_sql_list(vd_arena *a, sqlite3_stmt *s, int column, vd_views *out) VD_MUST_USE;

// The source that states the weaknesses of a flaw with these ids: GHSA where it knows the flaw,
// else PYSEC, which repeats others.
const char *vd_weakness_source(const vd_views *ids);

// An empty graph in memory with the newest schema, for compiling.
vd_code vd_store_memory(vd_graph **out, vd_error *err) VD_MUST_USE;

// Brings the file to schema version `to`, each step in its own transaction. FORMAT for a database
// that is not ours or newer.
vd_code vd_schema_migrate(vd_graph *g, int to, vd_error *err) VD_MUST_USE;
// FORMAT unless the file is ours and of exactly the newest version.
vd_code vd_schema_check(vd_graph *g, vd_error *err) VD_MUST_USE;
// Reads the ids this file gives to the kinds of nodes and edges. FORMAT when one is missing.
vd_code vd_schema_kinds(vd_graph *g, vd_error *err) VD_MUST_USE;
