// Inside of the STIX export: the bundle being written, and its parts. docs/export.md has the
// tables.
#pragma once

#include "report/export/export.h"

enum { VD_STIX_ID = 80 }; // "extension-definition--" and a UUID, with room

typedef struct vd_stix {
  const vd_export_request *q;
  vd_walk *walk;
  vd_json_out j;  // of the object being written
  vd_arena arena; // of the object being written
  bool any;       // an object was written
} vd_stix;

// ---- ids, types, times (stix_id.c) --------------------------------------------------------------

// "TYPE--UUID", the UUID that of the name in our namespace.
void vd_stix_id(const char *type, vd_view name, char out[VD_STIX_ID]);
// The type a node is written as; NULL when it is left out.
const char *vd_stix_type(const vd_stix *s, const vd_walk_id *node);
void vd_stix_node_id(const vd_stix *s, const vd_walk_id *node, char out[VD_STIX_ID]);
void vd_stix_source_id(vd_view source, char out[VD_STIX_ID]);
// The type of nodes that STIX has none for, and the extensions it and the others carry.
extern const char vd_stix_custom[];
void vd_stix_extension_id(bool new_type, char out[VD_STIX_ID]);

// A member with the first moment of the day, YYYYMMDD; a day that is none is 1970-01-01.
void vd_stix_put_time(vd_json_out *j, const char *key, int64_t day);

// ---- references (stix_reference.c) --------------------------------------------------------------

// Where an id is known in the world.
typedef struct vd_stix_reference {
  vd_view source_name; // empty: nowhere we know of
  vd_view external_id, url;
} vd_stix_reference;

// In the arena. False when it found no memory.
bool vd_stix_reference_of(vd_arena *a, const vd_walk_id *node, vd_stix_reference *out);
// Drops what STIX does not allow in a reference; false when nothing is left of it.
bool vd_stix_reference_fits(vd_stix_reference *r);
// True for an absolute http, https or ftp URI with only the characters of RFC 3986.
bool vd_stix_is_uri(vd_view v);

// ---- objects -----------------------------------------------------------------------------------

// Opens the next object of the bundle: type, spec_version and id.
vd_json_out *vd_stix_begin(vd_stix *s, const char *type, const char *id);
vd_code vd_stix_end(vd_stix *s, vd_error *err) VD_MUST_USE;

typedef struct vd_stix_phase {
  const char *chain; // "mitre-attack"
  vd_view name;      // "initial-access"
} vd_stix_phase;

typedef struct vd_stix_object { // an object being put together; what it owns is in s->arena
  vd_stix *s;
  const vd_walk_node *n;
  const char *type;
  bool revoked;
  int64_t created, modified; // YYYYMMDD
  VD_VEC(vd_stix_phase) phases;
  VD_VEC(vd_stix_reference) references;
  VD_VEC(vd_walk_id) about; // what a report refers to
} vd_stix_object;

// Fills the object from what lies around its node and from what dates it (stix_around.c).
vd_code vd_stix_object_read(vd_stix_object *o, vd_error *err) VD_MUST_USE;
// Where the id is known in the world, if STIX allows to say it.
vd_code vd_stix_add_reference(vd_stix_object *o, const vd_walk_id *id, vd_error *err) VD_MUST_USE;
// The first or last day among the values of a property; 0 when it has none.
int64_t vd_stix_day_of(const vd_walk_node *n, const char *name, bool last);

// A node, as vd_walk_nodes visits it; ctx is the vd_stix (stix_object.c).
vd_code vd_stix_node(void *ctx, const vd_walk_node *n, vd_error *err) VD_MUST_USE;
// All edges that are no part of an object (stix_relation.c).
vd_code vd_stix_relations(vd_stix *s, vd_error *err) VD_MUST_USE;
