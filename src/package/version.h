// What the package module's own files share about versions.
#pragma once

#include "package/package.h"

// Canonical spellings are at most this much longer than what was written ("1r" -> "1.post0").
enum { VD_VERSION_GROWTH = 16 };

// Writes the canonical spelling of a PEP 440 version to out, which holds
// v->text.len + VD_VERSION_GROWTH bytes; returns the bytes written.
size_t vd_version_write(const vd_version *v, char *out);

int vd_version_compare_public(const vd_version *a, const vd_version *b); // local parts ignored
bool vd_version_same_base(const vd_version *a, const vd_version *b);     // epoch and release equal
// Does "==PREFIX.*" hold for v? As packaging 23.0 decides it.
bool vd_version_has_prefix(const vd_version *v, const vd_version *prefix);

// The order of setuptools before PEP 440, kept by packaging until 21.3 as LegacyVersion.
int vd_legacy_compare(vd_view a, vd_view b);
