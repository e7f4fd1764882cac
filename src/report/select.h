// Questions every report asks of a finding.
#pragma once

#include "scan/scan.h"

static inline bool vd_finding_kev(const vd_finding *f) { return f->flaw != NULL && f->flaw->kev; }

// The requirement allows affected versions, but what is installed today is not affected.
static inline bool vd_finding_is_latent(const vd_finding *f) {
  return f->dependency != NULL && f->verdict == VD_VERDICT_NEWEST_SAFE;
}

// The short name of the weakness: what CWE puts in quotes ("... ('Path Traversal')"), else its
// whole name; empty when the flaw has none.
vd_view vd_finding_weakness(const vd_finding *f);
