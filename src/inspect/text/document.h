// What the formats made of JSON, YAML and XML share: which of them a text is, reading it as Python
// does, walking it without recursion, and the judgement of texts that name files.
#pragma once

#include "format/format.h"
#include "inspect/callables.h"
#include "inspect/inspect.h"

// Whose JSON a document is, told by its outermost keys, so that no two formats claim one document.
typedef enum vd_sort {
  VD_SORT_NONE,
  VD_SORT_KERAS,
  VD_SORT_HUB, // Hugging Face: configuration of a model, tokenizer, processor, pipeline, adapter
  VD_SORT_SKOPS,
  VD_SORT_XGBOOST,
} vd_sort;

// Looks at no more than VD_SORT_BYTES_MAX bytes, and may be given the head of a file only.
vd_sort vd_sort_of(const vd_artefact *a);

// True for the head of a file that must be looked at as a whole to tell.
bool vd_is_cut_head(const vd_artefact *a);

// JSON as Python's json reads it: NaN and Infinity are accepted (they become null).
vd_code vd_python_json(vd_inspection *in, vd_view text, const vd_value **out,
                       vd_error *err) VD_MUST_USE;

// ---- walking ----------------------------------------------------------------------------------

// All values of a tree in document order; at[depth] is the one in hand, at[depth - 1] holds it.
typedef struct vd_tree {
  const vd_value *at[VD_NEST_MAX + 2];
  unsigned depth;
  bool started;
} vd_tree;

vd_tree vd_tree_of(const vd_value *root);
const vd_value *vd_tree_next(vd_tree *t); // NULL behind the last one
const vd_value *vd_tree_parent(const vd_tree *t);

// A document and where its text stands in the artefact.
typedef struct vd_source {
  vd_view text; // empty when it is no part of the artefact; then everything is at base
  uint64_t base;
} vd_source;

uint64_t vd_source_offset(const vd_source *s, const vd_value *v);

// ---- texts ------------------------------------------------------------------------------------

// Why a text is a place outside the model: "address", "absolute path", "path to a parent folder";
// NULL for any other text.
const char *vd_place_of(vd_view v);

// What "module.name" reaches, dots split at the last one.
const vd_callable *vd_callable_of(vd_view dotted);
// Severity of reaching r: critical for running code, down to low for what is not known.
vd_severity vd_severity_of_reach(vd_reach r);
// True when r does something beyond building data.
bool vd_reach_harms(vd_reach r);

// Decodes base64 (white space is skipped) into the scratch arena; {NULL} when it is none or when
// there is no memory.
vd_view vd_base64(vd_inspection *in, vd_view text);
