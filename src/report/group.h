// The findings of a scan grouped by the component or file they are in, for people.
#pragma once

#include "report/report.h"

typedef struct vd_group_row {
  const vd_finding *finding;
} vd_group_row;

// What one requirement or pinned package has. A package that several manifests declare with the
// same version or clauses is one group: rows are those of its worst-ranked use, places are all of
// them. Findings stay in the order of the scan, worst first.
typedef struct vd_group {
  const vd_dependency *dependency; // the worst-ranked use; NULL: findings about the file at path
  vd_view path;
  vd_locations places;
  VD_VEC(vd_group_row) rows;   // affected as it would be installed today
  VD_VEC(vd_group_row) latent; // verdict newest_safe
} vd_group;

typedef struct vd_groups {
  VD_VEC(vd_group) all; // by their worst finding
  size_t hidden;
} vd_groups;

vd_code vd_groups_of(vd_arena *a, const vd_scan *scan, vd_severity least,
                     vd_groups *out) VD_MUST_USE;
// "torch==1.13.0", "tensorflow[gpu] ^2.4", "jinja2 (any version)". {NULL} on NOMEM.
vd_view vd_dependency_title(vd_arena *a, const vd_dependency *d);
// "service/requirements.txt:3". {NULL} on NOMEM.
vd_view vd_location_text(vd_arena *a, const vd_location *l);
