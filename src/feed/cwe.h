// One entry of CWE, whichever of its forms it was read from, and what is stated of it.
#pragma once

#include "feed/sources/sources.h"

typedef struct vd_cwe_example { // a flaw observed in practice
  vd_view reference, words;     // "CVE-2021-44228"
} vd_cwe_example;

typedef struct vd_cwe_entry {
  vd_view number, name;
  vd_view class; // abstraction, "Category" or "View"
  vd_view status, likelihood, text;
  vd_view created, modified;    // dates of its first and last change; may be unusable
  vd_views parents, patterns;   // numbers: ChildOf of the research view; CAPEC
  vd_views platforms, synonyms; // "AI/ML", "Python"; "XSS"
  VD_VEC(vd_cwe_example) examples;
} vd_cwe_entry;

// Hands the entry to the sink: weaknesses and categories as a row of the facts tables and a record
// of what that cannot say, views as a record.
vd_code vd_cwe_state(vd_arena *a, const vd_feed_sink *sink, const vd_cwe_entry *e) VD_MUST_USE;

// The official XML (cwec_vN.xml).
vd_code vd_cwe_read_xml(vd_arena *a, vd_view bytes, const vd_feed_sink *sink,
                        vd_error *err) VD_MUST_USE;

// Appends a view; NOMEM.
vd_code vd_views_add(vd_arena *a, vd_views *list, vd_view v) VD_MUST_USE;
