// What `facts build` holds between reading and writing: everything the feeds state, then the flaws.
#pragma once

#include "feed/feed.h"

// One live advisory, without what it affects.
typedef struct vd_statement {
  vd_view id;
  vd_views aliases;
  vd_view published, modified;
  int severity; // 0 = no label, 1 low ... 4 critical
  vd_views cvss, cwe;
  struct vd_named *name; // its id in the alias graph
} vd_statement;

typedef struct vd_withdrawn {
  vd_view id, aliases, date;
} vd_withdrawn;

// What one advisory says about one package.
typedef struct vd_affects {
  size_t statement; // index
  vd_view package, ranges, versions;
} vd_affects;

typedef struct vd_known { // one package and its versions
  vd_view name;
  vd_views versions; // unsorted, with repetitions
  struct vd_known *next;
} vd_known;

typedef struct vd_node_row { // cells without table
  const char *table;
  vd_view id, name;
  vd_view columns[4];
  size_t count;
  struct vd_node_row *next;
} vd_node_row;

typedef struct vd_kev_row {
  vd_view cve, added, due;
  bool ransomware;
} vd_kev_row;

typedef struct vd_source_row {
  const vd_feed *feed;
  vd_view version, date; // {NULL} when the source does not say
  uint64_t records;
} vd_source_row;

// One id of the alias graph (union-find) and, at the root of its class, the flaw.
typedef struct vd_named {
  vd_view id;
  struct vd_named *parent; // itself at the root
  struct vd_flaw_row *flaw;
  struct vd_named *next;
} vd_named;

// One flaw: the union of what its advisories state.
typedef struct vd_flaw_row {
  vd_views ids; // primary first, then byte order
  vd_view published, modified;
  int severity;
  vd_views cvss, cwe;
  struct vd_flaw_row *next;
} vd_flaw_row;

typedef struct vd_collection {
  vd_arena *arena;
  FILE *notices;
  vd_facts_stats stats;
  vd_source_row *source; // the feed being read
  VD_VEC(vd_source_row) sources;
  VD_VEC(vd_statement) statements;
  VD_VEC(vd_withdrawn) withdrawn;
  VD_VEC(vd_affects) affects;
  VD_VEC(vd_kev_row) kev;
  VD_VEC(vd_score) scores;
  // Lists in no order that matters: the tables are sorted.
  vd_known *packages;
  vd_node_row *nodes;
  vd_named *names;
  vd_flaw_row *flaws;
  vd_map package_by_name, node_by_id, name_by_id;
} vd_collection;

// Sink that fills facts; texts are copied into its arena.
vd_feed_sink vd_collect_sink(vd_collection *f);
// One line on the notices stream, escaped.
void vd_collect_notice(vd_collection *f, vd_view place, const vd_error *err);

// Settles a source's snapshot date from its advisories [first, end) where it states none, and
// clears `modified` dates that cannot be true.
void vd_collect_dates(vd_collection *f, size_t first);
// Joins advisories into flaws.
vd_code vd_collect_merge(vd_collection *f) VD_MUST_USE;
// Sorts a flaw's ids, vectors and weaknesses and drops repetitions.
void vd_flaw_settle(vd_flaw_row *flaw);
// Follows revoked techniques and drops relations to things that no table has.
vd_code vd_collect_link(vd_collection *f) VD_MUST_USE;

// ---- writing ------------------------------------------------------------------------------------

typedef struct vd_tsv { // one table under construction
  const char *name;     // "affected"
  const char *heading;  // column names, tab-separated
  vd_buf text;          // rows in any order, each ended by '\n'
} vd_tsv;

// Control bytes in cells become spaces.
void vd_tsv_row(vd_tsv *t, const vd_view *cells, size_t n);
// Heading and sorted rows without repetition, as they stand in the file; {NULL} on NOMEM.
vd_view vd_tsv_finish(vd_arena *a, const vd_tsv *t);

// One table as it would stand in its file; NOTFOUND for a name that is none, NOMEM.
vd_code vd_collect_table(vd_collection *f, const char *name, vd_view *out) VD_MUST_USE;
// Writes every table into out_dir; sets the stats that count rows and bytes.
vd_code vd_collect_write(vd_collection *f, const char *out_dir, vd_error *err) VD_MUST_USE;
