// Inside of the exports: prototypes of every format, and the words they share.
#pragma once

#include "format/format.h"
#include "report/export.h"

#define EXPORT(name, ...)                                                                          \
  vd_code vd_export_##name(const vd_export_request *q, const vd_export_files *files, vd_error *err);
#include "report/exports.def"
#undef EXPORT

// OK while everything put into the text is there or went to its sink.
vd_code vd_export_check(const vd_buf *out, vd_error *err) VD_MUST_USE;

// A number with as few decimals as tell it from every other: 1.0, 0.9.
void vd_export_put_real(vd_json_out *j, double x);
// "source", "document" and "since" of an open object.
void vd_export_put_origin(vd_json_out *j, const vd_walk_origin *o);

// Distinct values of one property, best source first, from properties in the order of a walk: the
// first call has *at = 0; false when there are no more. The list is in the arena, and NULL in
// values->at after a true answer means that it found no memory.
bool vd_export_values(vd_arena *a, const vd_walk_node *n, size_t *at, vd_view *name,
                      vd_views *values);
// What goes before the name of a property where it stands beside kind, key, name and so on: "" or
// "p_".
const char *vd_export_prefix(vd_view name);
// Sorts and leaves each text once.
void vd_export_unique(vd_views *list);
// The node's best description, {NULL} when there is none.
vd_view vd_export_text(const vd_walk_node *n);
// "Command and Control" as STIX and the Navigator name a tactic: "command-and-control".
vd_view vd_export_phase(vd_arena *a, vd_view tactic);
