// feed: readers of upstream sources, and `facts build`, which boils them down to facts/.
#pragma once

#include "base/base.h"
#include "graph/record.h"
#include "graph/write.h"

// ---- what a reader hands over: records of facts, never prose --------------------------------

typedef struct vd_event { // one event of an OSV range
  enum { VD_EVENT_INTRODUCED, VD_EVENT_FIXED, VD_EVENT_LAST_AFFECTED, VD_EVENT_LIMIT } kind;
  vd_view version;
} vd_event;

typedef VD_VEC(vd_event) vd_events;

typedef struct vd_osv_affected {
  vd_view package;          // normalised PyPI name
  VD_VEC(vd_events) ranges; // ECOSYSTEM and SEMVER ranges, events in document order
  vd_views versions;        // as listed
} vd_osv_affected;

typedef struct vd_advisory { // one OSV document
  vd_view id;
  vd_views aliases;
  vd_view published, modified, withdrawn; // {NULL} when absent, empty when unreadable
  vd_view severity;                       // GHSA label in our words ("medium"), {NULL}
  vd_views cvss;                          // vectors
  vd_views cwe;                           // "CWE-79"
  vd_view summary, details;               // prose, for search only; facts never keep it
  VD_VEC(vd_osv_affected) affected;
} vd_advisory;

// A typed thing of the knowledge graph with its relations, for sources that are not advisories.
// The table "revoked" is not written: id is a dead ATT&CK id, name its successor.
typedef struct vd_fact_node {
  const char *table; // facts table it belongs to: "weaknesses", "techniques", ...
  vd_view id, name;
  vd_view text;     // prose, for search only; facts never keep it
  vd_views columns; // the table's further columns in order
} vd_fact_node;

typedef struct vd_score {
  vd_view cve, epss, percentile;
} vd_score;
typedef struct vd_kev {
  vd_view cve, added, due;
  bool ransomware;
} vd_kev;

// What a reader writes to. Each function returns VD_OK or ends the read with its code. All views
// are valid during the call only. The first four are what the facts tables are made of; the graph
// derives records from them, so a reader hands over as records only what they cannot say.
typedef struct vd_feed_sink {
  void *ctx;
  // A document of that path begins; may be NULL.
  void (*document)(void *ctx, vd_view path);
  vd_code (*advisory)(void *ctx, const vd_advisory *a);
  vd_code (*node)(void *ctx, const vd_fact_node *n);
  vd_code (*kev)(void *ctx, const vd_kev *k);
  vd_code (*epss)(void *ctx, const vd_score *s);
  vd_code (*record)(void *ctx, const vd_record *r);
  // Version and date of the snapshot, once known.
  vd_code (*snapshot)(void *ctx, vd_view version, vd_view date);
  // One record that could not be read: place (entry path or record number) and reason. Never fatal.
  void (*bad)(void *ctx, vd_view place, const vd_error *err);
} vd_feed_sink;

// ---- registry: feeds.def ------------------------------------------------------------------------

typedef struct vd_input { // one document
  vd_view bytes;
  vd_view path; // of its file in the mirror or its entry in the archive; may be empty
} vd_input;

typedef struct vd_feed {
  const char *name; // "pysec"; also fuzz target and corpus folder
  const char *summary;
  const char *licence; // SPDX id or name of the terms
  const char *url;     // its home, for people and for NOTICE
  // Files of a mirror that hold it, relative, space-separated, read in this order. In a file name
  // '*' stands for the last in byte order ("epss/epss_scores-*.csv.gz": the newest) and '**' for
  // every file below the folder ("owasp-top10/" "**.md"), in byte order. "A|B": the first that is
  // there. A pattern may match nothing as long as another matches.
  const char *file;
  // Official addresses, space-separated, each "ADDRESS>PATH": where its copy belongs in the mirror.
  // "{2002-}" in both stands for each year from then to now.
  const char *fetch;
  // Pure: one document (a file, or one wanted entry of an archive).
  vd_code (*read)(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err);
  // For archives: which entries are documents; NULL = the file itself is the one document.
  bool (*wants)(vd_view entry_path);
  bool facts; // `facts build` reads it too
} vd_feed;

extern const vd_feed vd_feeds[]; // ends with a NULL name
const vd_feed *vd_feed_by_name(vd_view name);

// The files of a mirror that hold the feed, as paths in the arena, in reading order. NOTFOUND when
// there is none.
vd_code vd_feed_files(vd_arena *a, const vd_feed *feed, const char *mirror, vd_views *out,
                      vd_error *err) VD_MUST_USE;
// Reads one feed from a mirror folder: unpacks when needed, calls read per document.
vd_code vd_feed_run(const vd_feed *feed, const char *mirror, const vd_feed_sink *sink,
                    vd_error *err) VD_MUST_USE;

// ---- update -----------------------------------------------------------------------------------

typedef struct vd_fetch_counts {
  uint64_t files, unchanged; // asked for; of those, not newer than the copy at hand
  uint64_t bytes;            // received
} vd_fetch_counts;

typedef struct vd_update_step { // what is being done now
  const vd_feed *feed;
  vd_view file;         // being fetched; {NULL} while the feed is read
  uint64_t done, total; // bytes of the file (0 = not known), or feeds
} vd_update_step;

typedef struct vd_update_options {
  const char *mirror;       // folder with the files of the feeds
  struct vd_mirror *source; // brings them there first (mirror.h); NULL: they are there
  const char *shipped; // knowledge base that came with the program, for its curated tables; or NULL
  vd_views only;       // names of feeds; empty: all
  int64_t today;       // YYYYMMDD
  vd_view now;         // RFC 3339, for the record of what was looked at
  bool dry_run;        // read and compare everything, keep nothing
  FILE *notices;       // one line per unreadable record; NULL: none
  void (*progress)(void *ctx, const vd_update_step *step); // may be NULL
  void *progress_ctx;
} vd_update_options;

typedef enum vd_feed_outcome {
  VD_FEED_ABSENT,    // the mirror has no file of it
  VD_FEED_UNCHANGED, // the same files as last time
  VD_FEED_UPDATED,
  VD_FEED_FAILED, // nothing of it was taken; error says why
} vd_feed_outcome;

typedef struct vd_feed_result {
  const vd_feed *feed;
  vd_feed_outcome outcome;
  vd_fetch_counts fetched;
  vd_write_counts counts;
  vd_error error;
  double seconds;
} vd_feed_result;

typedef struct vd_update_result {
  VD_VEC(vd_feed_result) feeds; // in the order of feeds.def
  double derive_seconds;        // what follows from the feeds; 0 when nothing changed
  size_t failed;
  bool offline; // no server answered for any feed
} vd_update_result;

// Whether --only leaves the feed in.
bool vd_update_wants(const vd_update_options *o, const vd_feed *feed);

// Reads every feed of the mirror into the graph, one transaction each, then what follows from them.
// A feed that fails is noted and leaves its previous state; the call fails only when the knowledge
// base itself cannot be written.
vd_code vd_update_run(vd_graph *g, vd_arena *a, const vd_update_options *o, vd_update_result *out,
                      vd_error *err) VD_MUST_USE;

// ---- facts build ------------------------------------------------------------------------------

typedef struct vd_facts_stats {
  uint64_t advisories, flaws, withdrawn, packages; // advisories: all read, withdrawn ones too
  uint64_t affected;                               // rows of affected.tsv
  uint64_t empty; // affected entries that state neither a usable range nor a version
  uint64_t bad;   // records that could not be read
  uint64_t bytes; // of all tables together
} vd_facts_stats;

// Reads every feed of a mirror and writes the sorted tables of docs/facts.md into out_dir (which
// may hold an older set; curated/ is never touched). notices (may be NULL) gets one line per bad or
// suspicious record. Same mirror, same bytes. LIMIT, with nothing written, when the tables together
// exceed VD_FACTS_BYTES_MAX.
vd_code vd_facts_build(const char *mirror, const char *out_dir, FILE *notices,
                       vd_facts_stats *stats, vd_error *err) VD_MUST_USE;
