// levels: the curated rules across levels (docs/facts.md), and what of each flaw they ask about.
#pragma once

#include "graph/graph.h"

typedef struct vd_level_rule {
  vd_view weakness, role, vector; // what it asks for; {NULL}: any
  vd_view phase, layer, surface;  // what it says; {NULL}: nothing
  double confidence;              // 0-1
  vd_view reason;
} vd_level_rule;
typedef VD_VEC(vd_level_rule) vd_level_rules;

// A vulnerability class that affects a PyPI package.
typedef struct vd_level_flaw {
  vd_view key;         // of the node that stands for the class
  vd_views weaknesses; // "CWE-502"
  vd_views roles;      // of all the packages it affects
  vd_views cvss;       // vectors
} vd_level_flaw;
typedef VD_VEC(vd_level_flaw) vd_level_flaws;

// In the order of the table, which decides between rules of the same confidence.
vd_code vd_level_rules_read(vd_graph *g, vd_arena *a, vd_level_rules *out,
                            vd_error *err) VD_MUST_USE;
// By node id. Views of one package or weakness are shared between flaws.
vd_code vd_level_flaws_read(vd_graph *g, vd_arena *a, vd_level_flaws *out,
                            vd_error *err) VD_MUST_USE;
