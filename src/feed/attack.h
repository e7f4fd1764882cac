// What the parts of the ATT&CK readers share: one bundle of one domain.
#pragma once

#include "feed/stix.h"

typedef struct vd_attack {
  vd_stix stix;
  vd_view domain;    // class of its nodes: "attack", "attack-ics", "attack-mobile"
  vd_map tactics;    // shortname -> const vd_stix_object *
  vd_map positions;  // STIX id of a tactic -> size_t * (1 = first in the matrix)
  vd_map strategies; // STIX id of an analytic -> const vd_stix_object * of its detection strategy
  const vd_feed_sink *sink;
} vd_attack;

// Hands over the record of what the facts tables cannot say of an object: platforms of techniques,
// successors of revoked objects, and all about groups, software, campaigns and detections.
vd_code vd_attack_record(const vd_attack *x, const vd_stix_object *o) VD_MUST_USE;
