// Shell words: POSIX quoting as option lines and RUN instructions use it. Private to package.
#pragma once

#include "base/base.h"

typedef struct vd_shell {
  vd_view rest;
  const char *start; // where the last token began
  bool operators;    // ; & | ( ) < > and newlines are tokens of their own, # starts a comment
  bool unclosed;     // a quote never ended; what followed it was one word
} vd_shell;

typedef enum vd_token {
  VD_TOKEN_END,
  VD_TOKEN_WORD,
  VD_TOKEN_OPERATOR, // one or two of the operator characters
  VD_TOKEN_NOMEM,
} vd_token;

// The next token; *text is the word without its quotes, or the operator. Lives in a.
vd_token vd_shell_next(vd_arena *a, vd_shell *s, vd_view *text);
// All words of a line without operators. FORMAT for an unclosed quote.
vd_code vd_shell_split(vd_arena *a, vd_view line, vd_views *words) VD_MUST_USE;
