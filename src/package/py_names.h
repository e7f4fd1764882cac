// What names in a Python file are bound to, as ranges of tokens; nothing is evaluated. Private to
// package.
#pragma once

#include "package/py_token.h"

// One place that gives a name (part of) its value: an assignment, an append, a return of a
// function.
typedef struct vd_py_binding {
  uint32_t from, to; // tokens of the expression
  bool keyed;        // name[key] = expression, or an entry of a literal dict
  vd_view key;       // {NULL} when it is not a literal
  bool walked;       // for whoever follows bindings: each once
  struct vd_py_binding *next;
} vd_py_binding;

typedef struct vd_py_bindings {
  vd_py_binding *first, *last;
} vd_py_bindings;

typedef struct vd_py_names {
  vd_arena *arena;
  const vd_py_tokens *tokens;
  vd_map names; // name -> vd_py_bindings *
  vd_map keys;  // name NUL key -> vd_py_bindings *
} vd_py_names;

// Collects every binding of the file, whatever scope it is in.
vd_code vd_py_names_read(vd_arena *a, const vd_py_tokens *tokens, vd_py_names *out) VD_MUST_USE;
// All bindings of a name, or NULL when nothing binds it.
vd_py_bindings *vd_py_name(const vd_py_names *n, vd_view name);
// Bindings of name[key], or NULL.
vd_py_bindings *vd_py_name_key(const vd_py_names *n, vd_view name, vd_view key);

bool vd_py_is(const vd_py_tokens *t, uint32_t i,
              const char *text); // a name or operator, not a string
// The token that ends the expression at i: ',', a closing bracket or a line's end, within limit.
uint32_t vd_py_expression_end(const vd_py_tokens *t, uint32_t i, uint32_t limit);
// i, or past the whole bracket when one opens there.
uint32_t vd_py_skip(const vd_py_tokens *t, uint32_t i);
