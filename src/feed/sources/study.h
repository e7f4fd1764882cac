// The tables of the study that are no occurrences of flaws, each read to its end (NOTFOUND), and
// what their readers share.
#pragma once

#include "feed/sheet.h"

vd_code vd_study_weaknesses(vd_arena *a, vd_sheet *s, vd_error *err) VD_MUST_USE;
vd_code vd_study_repositories(vd_arena *a, vd_sheet *s, vd_error *err) VD_MUST_USE;
// Articles on incidents; title and text are Python byte literals.
vd_code vd_study_articles(vd_arena *a, vd_sheet *s, vd_error *err) VD_MUST_USE;
// Articles that the study counts as threats, and the techniques it found in them.
vd_code vd_study_threats(vd_arena *a, vd_sheet *s, vd_error *err) VD_MUST_USE;
vd_code vd_study_techniques(vd_arena *a, vd_sheet *s, vd_error *err) VD_MUST_USE;

// The first use of a key stays as it is, the n-th becomes "KEY~n", so that equal rows stay apart.
// counts maps keys to size_t. {NULL} when there is no memory.
vd_view vd_study_key(vd_map *counts, vd_view key);
// The columns named after what is impaired, 1 or 0, as properties of the node.
void vd_study_impacts(vd_record *r, const vd_sheet *s, vd_ref node);
vd_code vd_study_no_memory(vd_error *err);
