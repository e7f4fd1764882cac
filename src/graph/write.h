// write: how records become the graph. One edition of one source is one transaction: records are
// compared with what is stored, only differences are written, and what the edition no longer
// states is closed with the day.
#pragma once

#include "graph/record.h"

typedef struct vd_writer vd_writer;

typedef struct vd_edition {
  const char *source, *licence, *url;
  int64_t rank;  // where sources define the same node, the lowest rank names it
  int64_t today; // YYYYMMDD: what is opened or closed now carries this day
} vd_edition;

typedef struct vd_write_counts {
  uint64_t records, bad;               // read; could not be read
  uint64_t added, changed, gone, same; // records: new, stating something else, missing, as before
  uint64_t opened, closed;             // statements (definitions, properties, edges)
  uint64_t nodes, scores;              // nodes named for the first time; scores written
} vd_write_counts;

// Begins the transaction; another writer makes it wait a while, then IO. Ends with
// vd_writer_commit or vd_writer_free, which rolls back.
vd_code vd_writer_begin(vd_graph *g, const vd_edition *e, vd_writer **out,
                        vd_error *err) VD_MUST_USE;
void vd_writer_free(vd_writer **w); // also for VD_CLEANUP; NULL is fine

// A record whose key was already written in this edition is FORMAT: the caller reports and goes on.
// What a source states in the first edition ever read holds from the record's own date (link.since
// where given), what it adds later from `today`.
vd_code vd_writer_record(vd_writer *w, const vd_record *r, vd_error *err) VD_MUST_USE;
// Keeps text beside the record written last (an advisory for the tables of matching).
vd_code vd_writer_attach(vd_writer *w, vd_view data, vd_error *err) VD_MUST_USE;

typedef struct vd_score_row {
  int64_t cve;              // year * 10^8 + number: vd_cve_number
  int64_t epss, percentile; // units of 1e-5
} vd_score_row;
// A score of the day `date` (YYYYMMDD): a newer one replaces the current score, which becomes
// history when its value differs; an older one goes to the history.
vd_code vd_writer_score(vd_writer *w, const vd_score_row *s, int64_t date,
                        vd_error *err) VD_MUST_USE;

typedef struct vd_edition_end {
  vd_view version, date; // as the source states them; {NULL} when it does not
  uint64_t bad;          // records that could not be read
  int64_t content;       // hash of the files read, to know an unchanged edition by
  bool partial;          // records not seen are not gone (an incremental page)
  bool preview;          // roll back instead: only the counts are wanted
} vd_edition_end;

// Closes what the edition no longer states, names nodes, settles identity and commits.
vd_code vd_writer_commit(vd_writer *w, const vd_edition_end *end, vd_write_counts *out,
                         vd_error *err) VD_MUST_USE;

// "CVE-2021-44228" as a number; 0 when it is none.
int64_t vd_cve_number(vd_view id);

// ---- what else is kept of a source --------------------------------------------------------------

typedef struct vd_source_look {
  vd_view now;   // RFC 3339
  vd_view error; // what went wrong; {NULL}: nothing
  bool updated;  // an edition was read
} vd_source_look;
// Notes that a source was looked at.
vd_code vd_source_note(vd_graph *g, const vd_edition *e, const vd_source_look *look,
                       vd_error *err) VD_MUST_USE;

typedef struct vd_source_state {
  vd_view name, version, date, checked, updated, error;
  int64_t content; // 0 when never read
  uint64_t records, bad;
} vd_source_state;
typedef VD_VEC(vd_source_state) vd_source_states;
vd_code vd_source_states_read(vd_graph *g, vd_arena *a, vd_source_states *out,
                              vd_error *err) VD_MUST_USE;

// ---- the curated tables ------------------------------------------------------------------------

// Takes over what the shipped knowledge base has from facts/curated/, as one edition.
vd_code vd_curated_adopt(vd_graph *g, const char *shipped, const vd_edition *e,
                         vd_write_counts *out, vd_error *err) VD_MUST_USE;

// ---- the tables of matching --------------------------------------------------------------------

typedef struct vd_matching_table {
  const char *file; // "affected.tsv", as in docs/facts.md
  vd_view bytes;    // the whole table
} vd_matching_table;

typedef struct vd_matching {
  const vd_matching_table *tables;
  size_t count;
} vd_matching;

// Replaces what matching reads (flaws, aliases, packages, affected ranges, KEV) by the tables
// given, inside the caller's transaction. FORMAT names table and line.
vd_code vd_matching_replace(vd_graph *g, const vd_matching *m, vd_error *err) VD_MUST_USE;

// One advisory as vd_writer_attach kept it; the text is borrowed during the call.
typedef vd_code (*vd_advisory_visit)(void *ctx, vd_view source, vd_view data, vd_error *err);
// Every live advisory, source by source in the order of their ranks.
vd_code vd_advisories_read(vd_graph *g, vd_advisory_visit visit, void *ctx,
                           vd_error *err) VD_MUST_USE;

// What the graph knows of a flaw under all its ids: weaknesses and CVSS vectors, in byte order.
typedef struct vd_flaw_extra {
  vd_views cwe, cvss; // in the arena
} vd_flaw_extra;
vd_code vd_flaw_extra_read(vd_graph *g, vd_arena *a, vd_view id, vd_flaw_extra *out,
                           vd_error *err) VD_MUST_USE;

// The current score of a CVE in units of 1e-5; both -1 when it has none.
typedef struct vd_score_now {
  int64_t epss, percentile;
} vd_score_now;
vd_code vd_score_read(vd_graph *g, int64_t cve, vd_score_now *out, vd_error *err) VD_MUST_USE;

typedef struct vd_kev_entry {
  vd_view cve, added, due; // due may be {NULL}
  bool ransomware;
} vd_kev_entry;
typedef VD_VEC(vd_kev_entry) vd_kev_entries;
vd_code vd_kev_read(vd_graph *g, vd_arena *a, vd_kev_entries *out, vd_error *err) VD_MUST_USE;

vd_code vd_graph_begin(vd_graph *g, vd_error *err) VD_MUST_USE; // BEGIN IMMEDIATE
vd_code vd_graph_commit(vd_graph *g, vd_error *err) VD_MUST_USE;
void vd_graph_rollback(vd_graph *g);

// Numbers the updater keeps by name; 0 when never set.
vd_code vd_meta_get(vd_graph *g, const char *name, int64_t *out, vd_error *err) VD_MUST_USE;
vd_code vd_meta_set(vd_graph *g, const char *name, int64_t value, vd_error *err) VD_MUST_USE;
