// Python source as tokens: enough to read literals, never to run anything. Private to package.
#pragma once

#include "base/base.h"

typedef enum vd_py_kind {
  VD_PY_NAME,
  VD_PY_STRING,
  VD_PY_OTHER,   // numbers and operators
  VD_PY_NEWLINE, // end of a statement's line; none inside brackets
  VD_PY_END,
} vd_py_kind;

typedef struct vd_py_token {
  vd_py_kind kind;
  bool computed; // an f-string: the text is a template
  bool first;    // begins a statement
  uint32_t line, column;
  uint32_t
      match;    // of a bracket: index of its other half (of the end token when it is never closed)
  vd_view text; // as written; strings without quotes, escapes resolved, adjacent ones joined
} vd_py_token;

typedef VD_VEC(vd_py_token) vd_py_tokens;

// Reads any bytes; what is no Python gives senseless tokens, but always ends with VD_PY_END. LIMIT
// beyond VD_PY_TOKENS_MAX.
vd_code vd_py_tokenize(vd_arena *a, vd_view text, vd_py_tokens *out, vd_error *err) VD_MUST_USE;
