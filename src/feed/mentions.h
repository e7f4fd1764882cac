// Ids of flaws, weaknesses, patterns and techniques that prose names.
#pragma once

#include "graph/record.h"

typedef struct vd_mention {
  vd_node_kind kind; // vulnerability, weakness, pattern or technique
  vd_view id;        // as written, borrowed from the text
  size_t offset;     // of id in the text
} vd_mention;

// The next id at or after *at, which moves behind it; false at the end of the text. Start with
// *at = 0. Found are CVE-YYYY-N (1999-2099, 4-7 digits), CWE-N, CAPEC-N and AML.TNNNN[.NNN] in any
// case, and T1NNN[.NNN] and T08NN (ICS) in upper case. No letter or digit may touch an id, so
// "CWE-7" is not in "CWE-79"; a technique followed by a dot and other than three digits is none.
bool vd_mention_next(vd_view text, size_t *at, vd_mention *out);

// True when the text, and not a part of it, is such an id.
bool vd_mention_whole(vd_view text, vd_mention *out);

// The key of its node: upper case, numbers of CWE and CAPEC without leading zeros. In the arena;
// {NULL} when there is no memory.
vd_view vd_mention_key(vd_arena *a, const vd_mention *m);

typedef struct vd_named { // a node that a text names
  vd_ref node;
  size_t offset; // of the first mention
} vd_named;

typedef VD_VEC(vd_named) vd_nameds;

// Every node the text names, each once, in the order of the text. Keys lie in the arena. NOMEM.
vd_code vd_mentions_list(vd_arena *a, vd_view text, vd_nameds *out) VD_MUST_USE;
