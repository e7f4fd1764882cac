// Reading manifests that are TOML or JSON documents: declarations, lock entries and the notices for
// what has another shape. Private to package.
#pragma once

#include "format/format.h"
#include "package/package.h"
#include "package/pip.h"

// Copies text into the inventory as *field; {NULL} leaves *field alone.
vd_code vd_keep(vd_inventory *inv, vd_view *field, vd_view text) VD_MUST_USE;
// Ends a manifest kind: names the failure that helpers without an error of their own report.
vd_code vd_document_done(vd_code code, vd_error *err);
// A notice that v is not what a manifest has there, e.g. "an array of requirements".
vd_code vd_notice_shape(vd_inventory *inv, const vd_value *v, const char *wanted) VD_MUST_USE;
// The texts of an array of strings, copied into the inventory; anything else in it is passed over.
vd_code vd_keep_texts(vd_inventory *inv, vd_views *field, const vd_value *array) VD_MUST_USE;

// ---- declarations -----------------------------------------------------------------------------

// What all entries of one table or list have in common.
typedef struct vd_declared {
  vd_scope scope;
  vd_view group;          // in the inventory's arena; {NULL} for none
  bool constraint;        // bounds others, is no dependency itself
  const vd_map *indexes;  // name of an index -> const vd_view (its URL); may be NULL
  const vd_map *extra_of; // Poetry: normalised name -> const vd_view (the extra); may be NULL
} vd_declared;

// The group called name: copied, with the scope its name speaks of.
vd_code vd_declared_group(vd_inventory *inv, vd_view name, vd_declared *out) VD_MUST_USE;
// An array of PEP 508 texts. NULL is an empty one; tables with "include-group" are passed over.
vd_code vd_declared_list(vd_inventory *inv, const vd_declared *how,
                         const vd_value *list) VD_MUST_USE;
// A table whose keys are groups and whose values are such arrays.
vd_code vd_declared_groups(vd_inventory *inv, const vd_value *groups) VD_MUST_USE;
// One `name = "constraint"`, `name = {version = ..., git = ...}` or array of these, as Poetry and
// Pipfiles have it.
vd_code vd_declared_entry(vd_inventory *inv, const vd_declared *how,
                          const vd_value *entry) VD_MUST_USE;
// Every entry of such a table except "python".
vd_code vd_declared_table(vd_inventory *inv, const vd_declared *how,
                          const vd_value *table) VD_MUST_USE;

// Sets url, index and local from a table that names a place: git, url, path, index, workspace.
vd_code vd_component_source(vd_inventory *inv, vd_component *c, const vd_value *source,
                            const vd_map *indexes) VD_MUST_USE;
// Adds name -> url (const vd_view) of an array of tables with these to indexes.
vd_code vd_index_map(vd_arena *scratch, const vd_value *list, vd_map *indexes) VD_MUST_USE;
// Sets url to "git+ADDRESS@REVISION".
vd_code vd_component_git(vd_inventory *inv, vd_component *c, vd_view address,
                         vd_view revision) VD_MUST_USE;
// Sets requirement, specifiers and version from a constraint in Poetry's or PEP 440's spelling.
vd_code vd_component_require(vd_inventory *inv, vd_component *c, vd_view written) VD_MUST_USE;

// Poetry's constraints as PEP 440 clauses: "^1.2" is ">=1.2,<2", "~1.2.3" is ">=1.2.3,<1.3", "1.*"
// is
// "==1.*", "1.2.3" is "==1.2.3", "*" is "". UNSUPPORTED for unions ("||"), FORMAT for other text.
// https://python-poetry.org/docs/dependency-specification/
vd_code vd_poetry_specifiers(vd_arena *a, vd_view text, vd_specifiers *out,
                             vd_error *err) VD_MUST_USE;

// ---- lock entries -----------------------------------------------------------------------------

// A component for a table with "name" and "version"; *added is NULL when a notice was made instead.
vd_code vd_locked_add(vd_inventory *inv, const vd_value *package, vd_component **added) VD_MUST_USE;

// The names that some locked package requires. What is locked and required by nothing else can only
// have been asked for directly.
typedef struct vd_required {
  vd_map names;
  vd_arena *arena; // of the scratch names
} vd_required;

vd_code vd_required_put(vd_required *r, vd_view name) VD_MUST_USE;
vd_direct vd_required_direct(const vd_required *r, vd_view name);

// ---- bills of materials -----------------------------------------------------------------------

// A component for a purl; *added is NULL when the text is none and a notice was made.
vd_code vd_purl_add(vd_inventory *inv, const vd_value *purl, vd_component **added) VD_MUST_USE;
