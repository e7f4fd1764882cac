// STIX 2.x bundles as MITRE publishes them: objects by id, external ids, dead objects.
#pragma once

#include "feed/sources/sources.h"

// A live relationship, kept with the object it leads from.
typedef struct vd_stix_relation {
  vd_view type; // "uses", "mitigates"
  const struct vd_stix_object *to;
  const vd_value *value;
  const struct vd_stix_relation *next;
} vd_stix_relation;

typedef struct vd_stix_object {
  const vd_value *value;
  vd_view type;
  vd_view external;                  // its own id at MITRE ("T1190"); {NULL} when it has none
  bool live;                         // not revoked, deprecated or obsolete
  const vd_stix_relation *relations; // in document order; both ends may be dead
  vd_stix_relation *last_relation;
} vd_stix_object;

typedef struct vd_stix {
  vd_arena *arena;
  vd_stix_object *at; // in document order
  size_t count;
  vd_map by_id;     // STIX id -> vd_stix_object *
  vd_view modified; // newest `modified` of all objects; {NULL} when none
} vd_stix;

// label: the source_name whose external_id is an object's own. FORMAT when the bytes are no bundle.
vd_code vd_stix_open(vd_arena *a, vd_view bytes, const char *label, vd_stix *out, vd_error *err);
bool vd_stix_is(const vd_stix_object *object, const char *type); // false for NULL
// The live object of that type behind a reference, or NULL.
const vd_stix_object *vd_stix_find(const vd_stix *s, vd_view id, const char *type);
// for (VD_STIX_EACH(relation, object, "uses")) ...: the relations of that type.
// NOLINTBEGIN(bugprone-macro-parentheses): the parts of a for header cannot be in parentheses
#define VD_STIX_EACH(it, object, kind)                                                             \
  const vd_stix_relation *it = vd_stix_next((object)->relations, (kind));                          \
  it != NULL;                                                                                      \
  it = vd_stix_next(it->next, (kind))
// NOLINTEND(bugprone-macro-parentheses)
// The first relation of that type from here on, or NULL.
const vd_stix_relation *vd_stix_next(const vd_stix_relation *from, const char *type);
// Date on which the object came into being or last changed (YYYY-MM-DD), or {NULL}.
vd_view vd_stix_created(const vd_stix_object *object);
vd_view vd_stix_modified(const vd_stix_object *object);
