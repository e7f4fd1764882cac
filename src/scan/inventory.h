// inventory: the scan's own steps before matching - find the manifests of a target, read them,
// follow their includes, apply constraints, and fold equal declarations into dependencies.
#pragma once

#include "inspect/inspect.h"
#include "scan/scan.h"

// A file that may hold a model; its content decides.
typedef struct vd_candidate {
  vd_view path;
  bool through_link; // the path is a link to a file inside the target, which is inspected under it
} vd_candidate;

typedef VD_VEC(vd_candidate) vd_candidates;

// What every step works on. Texts and arrays live in arena; the ledger is out->coverage.
typedef struct vd_job {
  const vd_scan_options *options;
  vd_arena *arena;
  int root; // open folder all paths are relative to
  vd_scan *out;
  vd_candidates candidates; // every regular file, by path
  vd_map linked;            // "DEVICE:INODE" of the files that links name better
} vd_job;

// One manifest file and what came of reading it.
typedef struct vd_source_file {
  vd_view path;
  const vd_manifest *kind;
  bool named;             // given as the target itself, so its kind may be found by trying
  bool constraint;        // read as a constraints file
  vd_inventory inventory; // texts in arena
  vd_arena arena;
  vd_code code;
  vd_error error;
} vd_source_file;

typedef VD_VEC(vd_source_file) vd_source_files;

// Adds an entry to the ledger. line 0 = the whole file.
vd_code vd_ledger_add(vd_job *job, vd_view path, uint32_t line, vd_coverage_status status,
                      const char *fmt, ...) VD_PRINTF(5, 6) VD_MUST_USE;

// Walks the target and appends every file a manifest kind claims, in path order; counts the rest.
vd_code vd_walk(vd_job *job, vd_source_files *files, vd_error *err) VD_MUST_USE;

// Inspects the candidates in sandboxed workers and appends to out->models, the ledger and the
// findings.
vd_code vd_inspect_models(vd_job *job, vd_error *err) VD_MUST_USE;

// Reads files[from..] in parallel; each keeps its own arena and result.
void vd_read_files(vd_job *job, vd_source_files *files, size_t from, vd_progress *progress);

// Reads included files that the walk did not find, until nothing new turns up; records includes
// that are missing, cyclic or lead outside the target; applies constraints to what they bound.
vd_code vd_follow_includes(vd_job *job, vd_source_files *files, vd_progress *progress,
                           vd_error *err) VD_MUST_USE;

// Folds the components of all files into out->dependencies, sorted, and writes the ledger.
vd_code vd_fold_dependencies(vd_job *job, vd_source_files *files, vd_error *err) VD_MUST_USE;

// True when path, with every link in it followed, still lies inside the target.
bool vd_path_inside(const vd_job *job, vd_view path);

// What tells one file of the machine from all others.
struct stat;
vd_view vd_inode_key(vd_arena *a, const struct stat *st);

// Replaces the user part of every URL in *text by "***" (in the arena); false when memory ends.
bool vd_redact(vd_arena *a, vd_view *text) VD_MUST_USE;

// Joins a path with one relative to its folder and removes "." and ".."; {NULL} when it leads above
// the root, is absolute, or memory ends.
vd_view vd_path_join(vd_arena *a, vd_view file, vd_view relative);
