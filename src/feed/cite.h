// Links from a node to the flaws, weaknesses, patterns and techniques its texts name.
#pragma once

#include "graph/record.h"

typedef struct vd_citer {
  vd_record *record;
  vd_ref from;        // the node whose texts are read
  const char *method; // of the links made next: "text" with 0.9, or "stated" with 1
  double confidence;
  vd_edge_kind kind; // of the links, references unless changed
  bool reports; // a flaw the text names is linked as reported_in the node, not as referenced by it
  vd_map seen;  // what is linked already: one link each, at its first mention
} vd_citer;

// A citer with method "text" and confidence 0.9.
vd_citer vd_citer_of(vd_record *r, vd_ref from);
// Adds a link for each thing that text names and no earlier text did. Evidence: place ("abstract"),
// offset and the words around. Failure is sticky in the record.
void vd_cite(vd_citer *c, const char *place, vd_view text);
// The evidence of a place in a text: "PLACE @OFFSET: words around", white space made blanks, cut at
// UTF-8 boundaries, below 200 bytes. {NULL} when there is no memory.
vd_view vd_cite_words(vd_arena *a, const char *place, vd_view text, size_t offset);
