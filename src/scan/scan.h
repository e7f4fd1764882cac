// scan: from a target to ranked findings. The one place that joins the other modules.
#pragma once

#include "base/base.h"
#include "graph/graph.h"
#include "inspect/inspect.h"
#include "package/package.h"
#include "risk/risk.h"

typedef struct vd_location {
  vd_view path;          // relative to the target, '/' separated
  uint32_t line, column; // 1-based; 0 = not known
} vd_location;

typedef VD_VEC(vd_location) vd_locations;

// A distinct dependency (same package, version or requirement, scope, directness) and its places.
typedef struct vd_dependency {
  const vd_component *component; // the first declaration: scope, extras, marker, group, index, url
  vd_view purl;                  // "pkg:pypi/torch@1.13.0"; without version when not pinned
  vd_view version;        // the one version it can be, constraints (-c) applied; {NULL} if open
  vd_view requirement;    // as written, with the constraints that bound it; {NULL} if none
  vd_view specifiers;     // the same as PEP 440 clauses; {NULL} when it cannot be said so
  vd_view key;            // all that makes it distinct; sorts and names it
  vd_locations locations; // in path and line order
} vd_dependency;

typedef enum vd_finding_kind {
  VD_FINDING_DEPENDENCY,
  VD_FINDING_CODE,
  VD_FINDING_SECRET,
  VD_FINDING_MODEL,
  VD_FINDING_DEPLOY,
  VD_FINDING_HISTORY,
} vd_finding_kind;

const char *vd_finding_kind_text(vd_finding_kind k);

typedef struct vd_finding {
  vd_view id; // "VD-" and 12 hex digits, stable across runs (docs/json.md)
  vd_finding_kind kind;
  const char *rule; // "vulnerable-dependency", "malicious-package"
  vd_view title;
  vd_severity severity;
  vd_view cvss_vector;         // {NULL} when none
  double cvss;                 // negative when none
  const vd_flaw *flaw;         // dependency findings
  const vd_affected *affected; // the first entry of the flaw that matches; NULL when not known
  const vd_dependency *dependency;
  vd_verdict verdict;
  double risk;       // 0-1, by the ranker
  double confidence; // 0-1, that the finding is real
  const vd_mapping *mapping;
  vd_locations locations;
  vd_view evidence;          // one line: what was seen
  vd_view fix;               // one line: what to change, {NULL} when no fixed version is known
  vd_view fixed_requirement; // "==2.6.0" or ">=2.6.0"; {NULL} when none
  vd_view why;               // one line: why it stands where it stands
  vd_views advisories;       // the ids that say this package is affected
  vd_views cwe, cwe_names;   // weaknesses: of the flaw, or of the check; parallel
  const vd_check *check;     // model findings; NULL otherwise
  vd_view member;            // model findings: inside the file, "" for the file itself
  uint64_t offset;           // model findings: byte in the file or member
} vd_finding;

typedef enum vd_coverage_status { VD_SCANNED, VD_SKIPPED, VD_FAILED } vd_coverage_status;

const char *vd_coverage_status_text(vd_coverage_status s);

// One entry of the ledger: a file (or a place in it) and what became of it.
typedef struct vd_coverage {
  vd_view path;
  uint32_t line; // 0 = the whole file
  vd_coverage_status status;
  vd_view reason;   // {NULL} for a scanned file; a remark on how a place in it was read
  vd_view manifest; // kind that read it, {NULL} when none
  size_t components;
  vd_view format; // of the model in it, {NULL} when it is none
} vd_coverage;

// A file in which a format of models was recognised.
typedef struct vd_scanned_model {
  vd_view path;
  uint64_t size;
  vd_model model;
} vd_scanned_model;

typedef struct vd_scan {
  vd_view target; // as given
  vd_graph_info knowledge;
  size_t files;                       // seen by the walk
  VD_VEC(vd_dependency) dependencies; // by purl, requirement
  VD_VEC(vd_finding) findings;        // by risk (highest first), then id
  VD_VEC(vd_scanned_model) models;    // by path
  VD_VEC(vd_coverage)
  coverage; // by path and line; what neither a manifest kind nor a format claims is only counted
  size_t by_severity[VD_SEVERITY_CRITICAL + 1];
  size_t skipped, failed;
  size_t unmatched; // dependencies that could not be compared with advisories; the ledger says why
} vd_scan;

typedef struct vd_scan_options {
  vd_graph *graph;         // the knowledge base
  const char *target;      // folder or file
  unsigned jobs;           // threads; 0 = one a core
  const vd_ranker *ranker; // NULL = the default
  bool quiet;              // no progress
} vd_scan_options;

// Scans a folder or file. Everything in *out lives in arena. Problems with single files are in the
// ledger; only a target that cannot be read, memory and the knowledge base fail the call.
vd_code vd_scan_run(const vd_scan_options *options, vd_arena *arena, vd_scan *out,
                    vd_error *err) VD_MUST_USE;

// ---- matching (exposed for tests and benchmarks) ----------------------------------------------

typedef struct vd_matcher vd_matcher; // per-scan cache of package facts

vd_matcher *vd_matcher_new(vd_graph *graph, vd_arena *arena); // NULL on NOMEM; lives in the arena

typedef struct vd_match {
  const vd_affected *affected; // the first entry of the flaw that matches
  vd_views advisories;         // all ids whose entries match
  vd_verdict verdict;
} vd_match;

typedef VD_VEC(vd_match) vd_matches;

typedef struct vd_match_query {
  vd_view name;       // normalised PyPI name
  vd_view version;    // the one version, or {NULL}: then
  vd_view specifiers; // PEP 440 clauses; "" allows every version
} vd_match_query;

// The flaws a query meets, by flaw id; *out lives in a.
vd_code vd_matcher_match(vd_matcher *m, const vd_match_query *q, vd_arena *a, vd_matches *out,
                         vd_error *err) VD_MUST_USE;

typedef struct vd_fix {
  vd_view text; // a version when the query has one, else a specifier set; {NULL} when there is none
  bool downgrade; // no newer release is free of known flaws, an older one is
  bool partial;   // flaws that the newest release still has remain
} vd_fix;

// The smallest change that excludes every known flaw of the package, or, when no release does,
// every flaw that has a fix. docs/matching.md says what "smallest" is.
vd_code vd_matcher_fix(vd_matcher *m, const vd_match_query *q, vd_arena *a, vd_fix *out,
                       vd_error *err) VD_MUST_USE;
