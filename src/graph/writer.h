// Inside of writing: the state of one edition's transaction.
#pragma once

#include "graph/store.h"
#include "graph/table.h"
#include "graph/write.h"

// A document of the source as it stood before this edition.
typedef struct vd_known_document {
  int64_t id, hash;
  bool live, seen;
} vd_known_document;

struct vd_writer {
  vd_graph *g;
  vd_edition edition;
  vd_arena arena;                    // the maps below and their keys
  int64_t source;                    // id of the source
  bool first;                        // no edition of the source was read before
  bool open;                         // the transaction is
  vd_map documents;                  // key -> vd_known_document *
  VD_VEC(vd_known_document *) known; // those of the map that were there before
  vd_map nodes;                      // "kind key" -> int64_t * id
  vd_map provenance;                 // method -> int64_t * id
  vd_map named;                      // nodes whose definitions changed, as a set of ids
  VD_VEC(int64_t) renamed;           // the same as a list
  bool aliases_changed;
  int64_t document; // the record being written, or written last
  int64_t since;    // of what it states
  vd_write_counts counts;
  vd_error *err; // of the call under way
};

// ---- statements of one record (statement.c) -----------------------------------------------------

// Writes what the record states that is not stored yet, and closes what it stated before and does
// no longer; fresh: nothing of the document is stored.
vd_code vd_writer_statements(vd_writer *w, const vd_record *r, bool fresh) VD_MUST_USE;
// Closes everything the document still states.
vd_code vd_writer_close(vd_writer *w, int64_t document) VD_MUST_USE;

// ---- ids (names.c) ------------------------------------------------------------------------------

// The node of that kind and key, created when it is new.
vd_code vd_writer_node(vd_writer *w, const vd_ref *ref, int64_t *id) VD_MUST_USE;
vd_code vd_writer_provenance(vd_writer *w, const char *method, int64_t *id) VD_MUST_USE;
// Remembers that the definitions of a node changed.
vd_code vd_writer_rename(vd_writer *w, int64_t node) VD_MUST_USE;
// Gives the nodes remembered the name of their best definition.
vd_code vd_writer_name_nodes(vd_writer *w) VD_MUST_USE;

// ---- small SQL ----------------------------------------------------------------------------------

// Runs a statement that was bound and gives no rows.
vd_code vd_writer_run(vd_writer *w, sqlite3_stmt *s) VD_MUST_USE;
// The prepared statement, or NULL with w->err filled.
sqlite3_stmt *vd_writer_sql(vd_writer *w, vd_statement which);
