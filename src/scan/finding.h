// finding: the step from dependencies to ranked findings.
#pragma once

#include "scan/inventory.h"

// Matches every dependency of job->out and appends its findings.
vd_code vd_find_vulnerable(vd_job *job, vd_error *err) VD_MUST_USE;

// Turns what inspections observed into findings.
typedef struct vd_model_finder vd_model_finder;
vd_model_finder *vd_model_finder_new(vd_job *job); // in the job's arena; NULL on NOMEM
vd_code vd_model_finder_add(vd_model_finder *mf, vd_view path, const vd_observation *o,
                            vd_error *err) VD_MUST_USE;

// A model that meets a flaw of a loader the target depends on is critical; call when all findings
// are there.
vd_code vd_join_loaders(vd_job *job) VD_MUST_USE;

// By risk, highest first, then id.
void vd_rank_findings(vd_scan *scan);

// "VD-" and a hash of kind, rule and the parts that make the finding the same problem in every run.
vd_code vd_finding_set_id(vd_arena *a, vd_finding *f, const vd_view *parts, size_t n) VD_MUST_USE;
