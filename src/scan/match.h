// match: what the matcher knows of one package, and intervals over versions.
#pragma once

#include "scan/scan.h"

typedef struct vd_known_entry { // one advisory row, parsed
  const vd_affected *affected;
  vd_ranges ranges;
  vd_version *listed; // parallel to affected->versions
} vd_known_entry;

typedef struct vd_known_package {
  vd_package_facts facts;
  vd_version *versions; // known versions, ascending, parallel to facts.versions
  vd_known_entry *entries;
  size_t entry_count;
  bool filled;            // the two below are there
  unsigned char *affects; // [entry][known version]
  unsigned char *any;     // [known version]: some entry affects it
  unsigned char
      *fixable;  // [known version]: some entry affects it that spares the newest final release
  size_t newest; // index of the newest final release; facts.versions.count when there is none
} vd_known_package;

// The package's knowledge, loaded once; no entries when nothing is known. matrix: fill `affects`.
vd_code vd_matcher_package(vd_matcher *m, vd_view name, bool matrix, vd_known_package **out,
                           vd_error *err) VD_MUST_USE;

// OSV's rule: the version lies in a range or is listed.
bool vd_entry_affects(const vd_known_entry *e, const vd_version *v);

// Marks the known versions a set lets through: final releases (and pre-releases it names), or, when
// there are none, pre-releases too, as pip chooses. Returns how many.
size_t vd_allowed_versions(const vd_known_package *p, const vd_specifiers *set, bool *allowed);

// What a specifier set lets through, as one interval that contains it. Borrows from the set.
typedef struct vd_hull {
  const vd_version *low, *high; // NULL = open
  bool high_closed;
} vd_hull;

vd_hull vd_hull_of(const vd_specifiers *set);
bool vd_hull_meets(const vd_hull *h, const vd_interval *in);
bool vd_hull_within(const vd_hull *h, const vd_interval *in);
