// record: what a feed hands to the graph. A record is the smallest unit of change: everything one
// document of a source states (one advisory, one technique, one incident, one row), as definitions
// of nodes, properties and edges. Records are plain data; whoever receives one copies what it
// keeps.
#pragma once

#include "graph/graph.h"

// Names a node: nodes are known by kind and key and come into being when first named.
typedef struct vd_ref {
  vd_node_kind kind;
  vd_view
      key; // "CVE-2021-44228", "pypi/tensorflow", "T1190": docs/graph.md has the form of each kind
} vd_ref;

// The record is (one of) the places that says what the node is. A node that no live record defines
// is a stub: named by others, counted apart.
typedef struct vd_definition {
  vd_ref node;
  vd_view name;  // a name or title
  vd_view class; // what sort of its kind: framework, abstraction, list ("attack", "Base",
                 // "owasp-llm")
  vd_view text;  // description as the source gives it, for search; never committed to a repository
  int64_t position; // order among its kind; 0 = none
} vd_definition;

// One fact about a node that is not a relation: ("cvss", vector), ("published", date), ("url",
// ...).
typedef struct vd_property {
  vd_ref node;
  const char *name; // static text, lower case, from docs/graph.md
  vd_view value;
} vd_property;

typedef struct vd_link {
  vd_ref src;
  vd_edge_kind kind;
  vd_ref dst;
  vd_ref context;     // the role in which it holds; without a key: in any
  const char *method; // how it is known: "stated" (a field says so), "text" (prose names it), ...
  double confidence;  // 0-1; what a structured field states is 1
  vd_view
      evidence;  // the place or the exact words inside the document; {NULL} when the record is it
  vd_view since; // date the source gives for this relation; {NULL}: the record's
} vd_link;

typedef struct vd_record {
  vd_view
      key; // unique in its feed and stable between editions: "GHSA-...", "T1190", "row 17" never
  vd_view date;  // when the source published it (YYYY-MM-DD...); {NULL} when it does not say
  vd_view place; // file or archive entry it came from; filled by the runner
  VD_VEC(vd_definition) definitions;
  VD_VEC(vd_property) properties;
  VD_VEC(vd_link) links;
  vd_arena *arena; // of the vectors above
  bool failed; // an addition found no memory: sticky, checked once when the record is handed over
  vd_definition lost_definition; // what additions that cannot be kept are written to
  vd_link lost_link;
} vd_record;

// ---- building (failure is sticky in r->failed) -------------------------------------------------

vd_record vd_record_of(vd_arena *a, vd_view key, vd_view date);
// A definition to fill further (class, text, position); a scratch one when memory is out.
vd_definition *vd_record_define(vd_record *r, vd_ref node, vd_view name);
// Nothing is added when value is empty.
void vd_record_property(vd_record *r, vd_ref node, const char *name, vd_view value);
// A stated link (method "stated", confidence 1) to adjust further. Nothing is kept when a key is
// empty: the scratch link returned is then lost.
vd_link *vd_record_link(vd_record *r, vd_ref src, vd_edge_kind kind, vd_ref dst);

#define vd_ref_of(node_kind, node_key) ((vd_ref){(node_kind), (node_key)})

// A hash over everything the record states, independent of where its bytes lie: equal hashes mean
// nothing changed. place takes no part.
uint64_t vd_record_hash(const vd_record *r);
