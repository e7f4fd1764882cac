// The cursor that requirements and markers are read with.
#pragma once

#include "package/ascii.h"
#include "package/package.h"

typedef struct vd_pep508 {
  vd_arena *arena;
  vd_view text;
  size_t at;
  vd_error *err;
} vd_pep508;

// PEP 508 white space; line breaks are none.
static inline void vd_pep508_white(vd_pep508 *p) {
  while (p->at < p->text.len && (p->text.ptr[p->at] == ' ' || p->text.ptr[p->at] == '\t'))
    p->at++;
}

static inline bool vd_pep508_is(const vd_pep508 *p, char c) {
  return p->at < p->text.len && p->text.ptr[p->at] == c;
}

static inline bool vd_pep508_take(vd_pep508 *p, char c) {
  bool is = vd_pep508_is(p, c);
  p->at += is;
  return is;
}

static inline vd_view vd_pep508_rest(const vd_pep508 *p) { return vd_view_from(p->text, p->at); }

// One line break may end the text.
static inline bool vd_pep508_ended(const vd_pep508 *p) {
  return p->at == p->text.len || (p->at + 1 == p->text.len && p->text.ptr[p->at] == '\n');
}

vd_code vd_pep508_fail(vd_pep508 *p, const char *expected); // FORMAT at the cursor

// Reads a marker up to where its grammar ends; what follows is the caller's.
vd_code vd_marker_read(vd_pep508 *p, const vd_marker **out) VD_MUST_USE;

// One clause, as packaging's Specifier: commas are part of a "===" text.
bool vd_clause_read(vd_view text, vd_clause *out);
bool vd_clause_holds(const vd_clause *c, const vd_version *v);
