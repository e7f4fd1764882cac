// prevalence: how often flaws are reported, counted over occurrences: one flaw reported in one
// issue, as one record of a source says (docs/graph.md).
#pragma once

#include "graph/graph.h"

typedef enum vd_prevalence_by {
  VD_BY_TYPE,       // the attacks of facts/curated/study-attacks.tsv for records of the study, by
                    // its rows; else those the record names, else the weaknesses of the flaw
  VD_BY_PACKAGE,    // the dependency the record names, else the packages the flaw affects
  VD_BY_REPOSITORY, // the repository of the issue
  VD_BY_SEVERITY,   // the label the source gives, else "not stated"
} vd_prevalence_by;

typedef struct vd_prevalence_row {
  vd_view key, name; // "a:google:tensorflow", "tensorflow"
  uint64_t occurrences, cves, issues, repositories;
} vd_prevalence_row;

typedef struct vd_prevalence {
  VD_VEC(vd_prevalence_row) rows;                                 // most first, ties by key
  uint64_t occurrences, cves, issues, repositories, dependencies; // of all occurrences
  uint64_t sum_of_cves;        // over the rows; above cves where one flaw is in several
  uint64_t sum_of_occurrences; // likewise
  // What the rows of types count by where it is not the records themselves; {NULL}: it is they.
  vd_view labels;
} vd_prevalence;

typedef struct vd_prevalence_query {
  vd_prevalence_by by;
  vd_view source;    // only what this source states; {NULL}: all
  bool rank_by_cves; // most distinct flaws first, instead of most occurrences
} vd_prevalence_query;

vd_code vd_prevalence_read(vd_graph *g, vd_arena *a, const vd_prevalence_query *q,
                           vd_prevalence *out, vd_error *err) VD_MUST_USE;
